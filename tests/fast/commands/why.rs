//! `why`: its answers for each kind of route, and for each reason why an address is not routed.

use crate::common::Workspace;

const AUTHORITY: &str = "
authority:
  router:
    - name: r1
      router-group: [g1]
      static-hostname-mapping:
        - {hostname: mapped.example.com, ip-address: 192.0.2.7}
        - {hostname: many.example.com, ip-address: [192.0.2.3, 192.0.2.8, 169.254.127.126, '2001:db8::7']}
      node: [{name: n1, asset-id: a}, {name: n2, asset-id: b, loopback-static-routes: {default-route: true, metric: 3}}]
      loopback-static-routes:
        learn-from-services: true
        metric: 5
        static-route: [{address: 192.0.2.3}]
    - {name: off, node: [{name: n1, asset-id: c}], loopback-static-routes: {enabled: false}}
    - {name: none, node: [{name: n1, asset-id: d}]}
    - {name: broken, node: [{name: n1, asset-id: e}], loopback-static-routes: {metric: x}}
    - {name: alone, node: [{name: n1, asset-id: f}], loopback-static-routes: {static-route: [{address: 192.0.2.0/24}]}}
  service:
    - {name: own, address: 192.0.2.1, access-policy: [{source: _internal_}]}
    - {name: parent, applies-to: [{type: router-group, group-name: g1}], access-policy: [{source: _internal_}]}
    - {name: child.parent, address: [192.0.2.2, 192.0.2.3, '2001:db8::1', 169.254.127.126]}
    - {name: denied.parent, address: 192.0.2.4, access-policy: [{source: _internal_, permission: deny}]}
    - {name: disabled, enabled: false, address: 192.0.2.5, access-policy: [{source: _internal_}]}
    - {name: other, address: 192.0.2.6, access-policy: [{source: guests}]}
    - {name: public, scope: public, address: 198.51.100.1}
    - {name: elsewhere, address: 198.51.100.2, applies-to: [{type: router, router-name: r9}], access-policy: [{source: _internal_}]}
    - {name: hosts, address: many.example.com, access-policy: [{source: _internal_}]}
    - name: twice
      address: 198.51.100.3
      access-policy: [{source: _internal_, permission: deny}, {source: _internal_@169.254.0.0/16, permission: deny}]
    - {name: named, address: [mapped.example.com, unknown.example.com], access-policy: [{source: _internal_}]}
";

fn why(arguments: &[&str]) -> crate::common::Run {
    let workspace = Workspace::new();
    workspace.write("authority.yaml", AUTHORITY);
    workspace.run(&[&["why", "authority.yaml"], arguments].concat())
}

#[test]
fn every_route_has_its_origin_and_every_other_address_its_reason() {
    let run = why(&["--router", "r1", "--node", "n1"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = "\
r1/n1: on
  192.0.2.1/32 metric 5
    from service own, address 192.0.2.1; allowed by access-policy _internal_; applies to every router
  192.0.2.2/32 metric 5
    from service child.parent, address 192.0.2.2; allowed by access-policy _internal_ of service parent; applies through applies-to of service parent
  192.0.2.3/32 metric 5
    from static-route 192.0.2.3
  192.0.2.7/32 metric 5
    from service named, address mapped.example.com (mapped to 192.0.2.7); allowed by access-policy _internal_; applies to every router
  192.0.2.8/32 metric 5
    from service hosts, address many.example.com (mapped to 192.0.2.8); allowed by access-policy _internal_; applies to every router
  not routed:
    service child.parent, 192.0.2.3: a static route to the same prefix replaces it
    service child.parent, 2001:db8::1: it is IPv6, but route-kni254 has IPv4 routes only
    service child.parent, 169.254.127.126: it is the address of the gateway, which is on the link
    service denied.parent: the access policy \"_internal_\" of service denied.parent denies tenant `_internal_`
    service disabled: the service has `enabled false`
    service hosts, many.example.com (mapped to 192.0.2.3): a static route to the same prefix replaces it
    service hosts, many.example.com (mapped to 169.254.127.126): it is the address of the gateway, which is on the link
    service hosts, many.example.com (mapped to 2001:db8::7): it is IPv6, but route-kni254 has IPv4 routes only
    service named, unknown.example.com: the router's `static-hostname-mapping` has no IPv4 address for it
    service parent: the service has no `address`
    service twice: the access policy \"_internal_\" of service twice denies tenant `_internal_`; the access policy \"_internal_@169.254.0.0/16\" of service twice denies tenant `_internal_`
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn a_service_or_a_prefix_without_a_route_has_a_reason() {
    for (arguments, expected) in [
        (["--router", "r1", "--service", "other"], "no access policy"),
        (["--router", "r1", "--service", "public"], "`scope public` does not either"),
        (["--router", "r1", "--service", "elsewhere"], "names neither this router nor one of its groups"),
        (["--router", "r1", "--service", "disabled"], "enabled false"),
        (["--router", "r1", "--prefix", "198.51.100.2"], "names neither this router nor one of its groups"),
        (
            ["--router", "r1", "--prefix", "203.0.113.9"],
            "203.0.113.9/32: no static route and no service for tenant `_internal_` contains it",
        ),
        (["--router", "alone", "--service", "own"], "`learn-from-services` is off"),
        (["--router", "off", "--prefix", "192.0.2.1"], "the plugin block is empty or has `enabled false`"),
        (["--router", "none", "--prefix", "192.0.2.1"], "no plugin block"),
    ] {
        let run = why(&arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains(expected), "{arguments:?}: {}", run.stdout);
    }
}

#[test]
fn every_decision_that_excludes_a_route_is_a_reason() {
    for (arguments, expected) in [
        (
            ["--router", "alone", "--service", "disabled"],
            "service disabled: the service has `enabled false`; `learn-from-services` is off\n",
        ),
        (
            ["--router", "off", "--service", "elsewhere"],
            "service elsewhere: the plugin block has `enabled false`; \
             the `applies-to` of service elsewhere names neither this router nor one of its groups; \
             `learn-from-services` is off\n",
        ),
        (
            ["--router", "none", "--service", "twice"],
            "service twice: neither the node nor its router has a plugin block; \
             the access policy \"_internal_\" of service twice denies tenant `_internal_`; \
             the access policy \"_internal_@169.254.0.0/16\" of service twice denies tenant `_internal_`\n",
        ),
    ] {
        let run = why(&arguments);
        assert!(run.stdout.contains(expected), "{arguments:?}: {}", run.stdout);
    }
}

#[test]
fn a_mapped_host_name_has_a_reason_for_each_of_its_addresses() {
    let run = why(&["--router", "r1", "--node", "n1", "--service", "hosts"]);
    let expected = "\
r1/n1: on
  192.0.2.8/32 metric 5
    from service hosts, address many.example.com (mapped to 192.0.2.8); \
     allowed by access-policy _internal_; applies to every router
  not routed:
    service hosts, many.example.com (mapped to 192.0.2.3): a static route to the same prefix replaces it
    service hosts, many.example.com (mapped to 169.254.127.126): it is the address of the gateway, which is on the link
    service hosts, many.example.com (mapped to 2001:db8::7): it is IPv6, but route-kni254 has IPv4 routes only
";
    assert_eq!(run.stdout, expected.replace("\n     allowed", " allowed"));
    // The service overlaps with the prefix through the mapping.
    let run = why(&["--router", "r1", "--node", "n1", "--prefix", "192.0.2.3"]);
    assert!(run.stdout.contains("many.example.com (mapped to 192.0.2.3): a static route"), "{}", run.stdout);
}

#[test]
fn a_prefix_without_a_route_is_explained_by_the_route_that_contains_it() {
    let run = why(&["--router", "alone", "--prefix", "192.0.2.200"]);
    assert!(run.stdout.contains("192.0.2.0/24 metric 0\n    from static-route 192.0.2.0/24"), "{}", run.stdout);
    let run = why(&["--router", "r1", "--node", "n2", "--prefix", "203.0.113.0/24"]);
    assert!(run.stdout.contains("0.0.0.0/0 metric 3\n    from default-route"), "{}", run.stdout);
}

#[test]
fn json_has_the_same_answer() {
    let run = why(&["--router", "r1", "--node", "n1", "--prefix", "192.0.2.2", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let expected = serde_json::json!([{
        "router": "r1", "node": "n1", "state": "on",
        "routes": [{"prefix": "192.0.2.2/32", "metric": 5,
            "metric-element": "authority/router[r1]/loopback-static-routes/metric", "from": [{
            "kind": "service", "service": "child.parent", "address": "192.0.2.2",
            "access-policy-of": "parent", "source": "_internal_", "applies-to-of": "parent",
        }]}],
        "not-routed": [],
    }]);
    assert_eq!(answer, expected);
}

#[test]
fn json_has_the_element_that_gives_a_metric() {
    let text = "
router:
  - name: r
    node: [{name: n1}, {name: n2, loopback-static-routes: {default-route: true}}]
    loopback-static-routes:
      metric: 5
      static-route: [{address: 192.0.2.1, metric: 7}, {address: 192.0.2.2}]
";
    let workspace = Workspace::new();
    workspace.write("authority.yaml", text);
    let run = workspace.run(&["why", "authority.yaml", "--router", "r", "--json"]);
    let answers: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let elements = |answer: usize| {
        let routes = answers[answer]["routes"].as_array().expect("a list").iter();
        routes.map(|route| route["metric-element"].as_str().expect("a path").to_owned()).collect::<Vec<_>>()
    };
    let block = "authority/router[r]/loopback-static-routes";
    assert_eq!(elements(0), [format!("{block}/static-route[192.0.2.1]/metric"), format!("{block}/metric")]);
    assert_eq!(elements(1), ["authority/router[r]/node[n2]/loopback-static-routes/metric"]);
}

#[test]
fn json_has_the_elements_that_decide() {
    let run = why(&["--router", "alone", "--service", "disabled", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let expected = serde_json::json!([{
        "service": "disabled",
        "reasons": [
            {
                "decision": "service-disabled",
                "reason": "the service has `enabled false`",
                "elements": ["authority/service[disabled]/enabled"],
            },
            {
                "decision": "learning-off",
                "reason": "`learn-from-services` is off",
                "elements": ["authority/router[alone]/loopback-static-routes/learn-from-services"],
            },
        ],
    }]);
    assert_eq!(answer[0]["not-routed"], expected);
}

#[test]
fn unknown_names_are_a_usage_error() {
    for (arguments, expected) in [
        (vec!["--router", "r11"], "did you mean \"r1\"?"),
        (vec!["--router", "r1", "--node", "n9"], "unknown node \"n9\""),
        (vec!["--router", "r1", "--service", "disable"], "did you mean \"disabled\"?"),
    ] {
        let run = why(&arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn without_a_router_the_answer_is_about_the_whole_authority() {
    let run = why(&["--service", "own"]);
    assert_eq!(run.code, 1, "the router broken has errors: {}", run.stderr);
    assert!(run.stderr.contains("invalid-value"), "{}", run.stderr);
    let expected = "\
alone/n1, r1/n2: on
  not routed:
    service own: `learn-from-services` is off
broken/n1: held back: the node keeps its published files until the errors are fixed
none/n1: unmanaged: the router has no plugin block, or the node is a conductor node
  not routed:
    service own: neither the node nor its router has a plugin block
off/n1: off: the plugin block is empty or has `enabled false`
  not routed:
    service own: the plugin block has `enabled false`; `learn-from-services` is off
r1/n1: on
  192.0.2.1/32 metric 5
    from service own, address 192.0.2.1; allowed by access-policy _internal_; applies to every router
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn nodes_with_the_same_answer_are_folded() {
    let router = |name: usize| {
        format!(
            "  - {{name: r{name}, node: [{{name: a}}, {{name: b}}], loopback-static-routes: {{metric: 5, static-route: [{{address: 192.0.2.{name}}}, {{address: 198.51.100.0/24}}]}}}}\n"
        )
    };
    let workspace = Workspace::new();
    workspace.write("authority.yaml", &format!("router:\n{}", (1..=40).map(router).collect::<String>()));
    let run = workspace.run(&["why", "authority.yaml", "--prefix", "198.51.100.7"]);
    let expected = "80 nodes of 40 routers: on\n  198.51.100.0/24 metric 5\n    from static-route 198.51.100.0/24\n";
    assert_eq!(run.stdout, expected, "{}", run.stderr);
    // Only this router has the prefix.
    let run = workspace.run(&["why", "authority.yaml", "--prefix", "192.0.2.7"]);
    assert!(run.stdout.starts_with("78 nodes of 39 routers: on\n  not routed:\n"), "{}", run.stdout);
    assert!(run.stdout.contains("\nr7/a, r7/b: on\n  192.0.2.7/32 metric 5\n"), "{}", run.stdout);
    // JSON has the answer of each node.
    let run = workspace.run(&["why", "authority.yaml", "--prefix", "192.0.2.7", "--json"]);
    let answers: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(answers.len(), 80);
    assert_eq!((&answers[0]["router"], &answers[0]["node"]), (&"r1".into(), &"a".into()));
}

#[test]
fn a_question_needs_a_router_a_prefix_or_a_service() {
    for arguments in [&[][..], &["--node", "n1", "--prefix", "192.0.2.1"]] {
        let run = why(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains("--router <NAME>"), "{}", run.stderr);
    }
}

#[test]
fn a_router_with_errors_is_held_back() {
    let run = why(&["--router", "broken"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("held back") && run.stderr.contains("invalid-value"), "{}{}", run.stdout, run.stderr);
}
