//! What people keep and paste: services as they stand in wikis, notes and terminals. A second fragment has a router that learns;
//! the routes are those that a reader of the text would expect, worked out by hand.

use loopback_static_routes::model::SourceId;

use super::{Planned, plan_of_all};

/// The router that learns, and its neighbour in another group.
const ROUTERS: &str = "
router branch
    router-group  stores
    static-hostname-mapping  time.example.com
        ip-address  192.0.2.123
    node n1
        asset-id  branch
    loopback-static-routes
        learn-from-services  true
        metric               7
router hub
    node n1
        asset-id  hub
    loopback-static-routes
        learn-from-services  true
        metric               7
";

struct Case {
    name: &'static str,
    text: &'static str,
    /// What `branch` routes, and `hub`.
    branch: &'static [&'static str],
    hub: &'static [&'static str],
    /// Codes of what is found about the text.
    findings: &'static [&'static str],
}

fn check(cases: &[Case]) {
    let mut failures = String::new();
    for case in cases {
        let Planned { nodes, findings, .. } = plan_of_all(&[ROUTERS, case.text]);
        let routes = |node: &str| -> Vec<&str> {
            let line = nodes.iter().find_map(|line| line.strip_prefix(node)).expect("planned");
            let routes = line.split_once(": ").map_or("", |(_, routes)| routes);
            routes.split(", ").filter(|route| !route.is_empty()).map(|route| route.trim_end_matches(" 7")).collect()
        };
        let about_text = findings.iter().filter(|(source, _)| *source == Some(SourceId(1)));
        let codes: Vec<&str> = about_text.map(|(_, finding)| finding.split(' ').next().unwrap_or_default()).collect();
        let (branch, hub) = (routes("branch/n1 "), routes("hub/n1 "));
        if branch != case.branch || hub != case.hub || codes != case.findings {
            failures
                .push_str(&format!("\n{}:\n  branch {branch:?}\n  hub {hub:?}\n  findings {findings:?}\n", case.name));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn as_they_stand_in_wikis() {
    check(&[
        Case {
            name: "two columns of indentation, four in the block",
            text: "\
service Public-service
  name                 Public-service
  scope                private
  address              198.51.100.0/24
  generate-categories  false

  access-policy        _internal_
      source      _internal_
      permission  allow
  exit
exit
",
            branch: &["198.51.100.0/24"],
            hub: &["198.51.100.0/24"],
            findings: &[],
        },
        Case {
            name: "an exit of its own block at the depth of the body, and one that is left over from the quoted text",
            text: "\
     service  doodle
            name                doodle
            address             203.0.113.4

            access-policy       _internal_
                source      _internal_
            exit
        exit
",
            branch: &["203.0.113.4/32"],
            hub: &["203.0.113.4/32"],
            findings: &[],
        },
        Case {
            name: "the text ends with one exit too few",
            text: "\
config
    authority
        service      outside
            name                outside
            description         \"All that is OUTSIDE\"
            address             203.0.113.0/24
            access-policy       _internal_
                source  _internal_
                permission allow
            exit
        exit
        service  block.outside
            name                block.outside
            description         \"Block what is certain\"
            domain-name-category    Sports
            access-policy       _internal_
                source      _internal_
                permission  deny
            exit
        exit
exit
",
            branch: &["203.0.113.0/24"],
            hub: &["203.0.113.0/24"],
            findings: &["missing-exit"],
        },
        Case {
            name: "a tab between the name and the key",
            text: "config\n    authority\n        service  \toutside\n            name          outside\n            address       203.0.113.0/24\n\t    access-policy\t_internal_\n\t    exit\n        exit\n    exit\nexit\n",
            branch: &["203.0.113.0/24"],
            hub: &["203.0.113.0/24"],
            findings: &[],
        },
        Case {
            name: "a first line that was indented with tabs",
            text: "\t\t\tservice  time
                name          time
                address       time.example.com
                access-policy _internal_
                    source    _internal_
                exit
            exit
",
            branch: &["192.0.2.123/32"],
            hub: &[],
            findings: &["unrouted-host-name"],
        },
        Case {
            name: "parts left out, and a template that is nobody's service",
            text: "\
config
    authority
        router  branch
            node  n1
                device-interface  lan1
                    ...
                exit
            exit
            routing  default-instance
                routing-protocol  bgp
                    ...
                    redistribute  static
                    exit
                exit
                static-route  203.0.113.0/28 254
                    distance            254
                    next-hop-interface  n1 probe
                    exit
                exit
            exit
        exit
        service  sites
            description           \"What all sites have in common\"
            access-policy         _internal_
            exit
            application-type      template
        exit
        service  branch.sites
            address               203.0.113.0/28
            share-service-routes  false
        exit
    exit
exit
",
            branch: &["203.0.113.0/28"],
            hub: &["203.0.113.0/28"],
            findings: &[],
        },
        Case {
            name: "an authority whose name stands on its line",
            text: "\
config

    authority       Example
        conductor-address  <conductor-public-ip>

        service     Branch-Traffic
            name        Branch-Traffic
            address     192.0.2.64/26

            access-policy   _internal_
                source          _internal_
            exit
        exit
    exit
exit
",
            branch: &["192.0.2.64/26"],
            hub: &["192.0.2.64/26"],
            findings: &["unread-text"],
        },
        Case {
            name: "a router beside the authority that it should stand in",
            text: "\
config
    authority
    service  dns
        address  192.0.2.53
        access-policy  _internal_
            source  _internal_
        exit
    exit
exit
",
            branch: &["192.0.2.53/32"],
            hub: &["192.0.2.53/32"],
            findings: &["missing-exit"],
        },
        Case {
            name: "a certificate of several lines below a leaf that is not read",
            text: "service dns\n    description\n        -----BEGIN CERTIFICATE-----\n        MIIB name address\n        -----END CERTIFICATE-----\n    address 192.0.2.53\n    access-policy _internal_\n",
            branch: &["192.0.2.53/32"],
            hub: &["192.0.2.53/32"],
            findings: &[],
        },
        Case {
            name: "spaces that a wiki made unbreakable",
            text: "service\u{a0}dns\n\u{a0}\u{a0}\u{a0}\u{a0}address\u{a0}\u{a0}192.0.2.53\n\u{a0} \u{a0} access-policy _internal_\n",
            branch: &["192.0.2.53/32"],
            hub: &["192.0.2.53/32"],
            findings: &[],
        },
        Case {
            name: "a part that was typed, without exits, above one that was copied, with them",
            text: "\
service dns
    address  192.0.2.53
    access-policy  _internal_

service  time
    name           time
    address        192.0.2.123

    access-policy  _internal_
        source  _internal_
    exit
exit
",
            branch: &["192.0.2.123/32", "192.0.2.53/32"],
            hub: &["192.0.2.123/32", "192.0.2.53/32"],
            findings: &["missing-exit"],
        },
        Case {
            name: "a surplus exit in the middle",
            text: "\
service  dns
    address  192.0.2.53
    access-policy  _internal_
        source  _internal_
    exit
exit
exit
service  time
    address  192.0.2.123
    access-policy  _internal_
    exit
exit
",
            branch: &["192.0.2.123/32", "192.0.2.53/32"],
            hub: &["192.0.2.123/32", "192.0.2.53/32"],
            findings: &["surplus-exit"],
        },
    ]);
}

#[test]
fn as_they_are_pasted_from_terminals() {
    check(&[
        Case {
            name: "a service with two addresses, below its prompt",
            text: "\
admin@lab1.example# show config running authority service resolvers

config

    authority

        service  resolvers
            name                  resolvers
            scope                 private

            transport             udp
                protocol    udp

                port-range  53
                    start-port  53
                exit
            exit
            address               192.0.2.53/32
            address               192.0.2.54/32

            access-policy         staff
                source  staff
            exit

            access-policy         _internal_
                source      _internal_
                permission  allow
            exit
            share-service-routes  false
        exit
    exit
exit
",
            branch: &["192.0.2.53/32", "192.0.2.54/32"],
            hub: &["192.0.2.53/32", "192.0.2.54/32"],
            findings: &[],
        },
        Case {
            name: "a generated service for one router",
            text: "\
admin@n1.conductor1# show config running authority service tunnel_branch__internal__0

config

    authority

        service  tunnel_branch__internal__0
            name                  tunnel_branch__internal__0

            applies-to            router
                type         router
                router-name  branch
            exit

            transport             gre
                protocol  gre
            exit
            address               203.0.113.13

            access-policy         _internal_
                source      _internal_
                permission  allow
            exit
        exit
    exit
exit
",
            branch: &["203.0.113.13/32"],
            hub: &[],
            findings: &[],
        },
        Case {
            name: "a loopback for two routers, one of which is not there",
            text: "\
admin@lab1.example# show config runn auth service lo_example

config
    authority
        service  lo_example
            name           lo_example
            applies-to     router
                type         router
                router-name  hub
                router-name  elsewhere
            exit
            address        198.51.100.2/32
            access-policy  trusted
                source  trusted
            exit
            access-policy  _internal_
                source  _internal_
            exit
        exit
    exit
exit
",
            branch: &[],
            hub: &["198.51.100.2/32"],
            findings: &[],
        },
        Case {
            name: "a comparison of configurations, with children that are applications",
            text: "\
admin@n1.conductor# compare config running candidate

config

    authority
        name               Example

        tenant             mgmt
            name  mgmt
        exit

        service            outbound
            name                  outbound
            address               0.0.0.0/0
            generate-categories   true

            access-policy         _internal_
                source  _internal_
            exit
            source-nat            disabled
        exit

        service            Mail.outbound
            name              Mail.outbound
            application-name  Mail
        exit

        dns-app-id
            generate-services  true
            base-service       outbound
        exit
    exit
exit

admin@n1.conductor#
",
            branch: &["0.0.0.0/0"],
            hub: &["0.0.0.0/0"],
            findings: &[],
        },
        Case {
            name: "an application without any address",
            text: "\
admin@n1.conductor1# show config running authority service outside

config

    authority

        service  outside
            name              outside
            application-name  probe

            access-policy     _internal_
                source  _internal_
            exit

            icmp-probe
                address    0.0.0.0/0
                hold-down  6
            exit
        exit
    exit
exit
",
            branch: &[],
            hub: &[],
            findings: &[],
        },
        Case {
            name: "two fragments for the routers of a group",
            text: "\
service                 ha-service-group1-2
    name                  ha-service-group1-2

    applies-to            router-group
        type         router-group
        group-name   stores
        group-name   kiosks
    exit
    security              internal
    address               198.51.100.182

    access-policy         _internal_
        source      _internal_
        permission  allow
    exit
exit

service                 ha-service-group1-1
    name                  ha-service-group1-1

    applies-to            router-group
        type         router-group
        group-name   kiosks
    exit
    address               198.51.100.181

    access-policy         _internal_
        source      _internal_
    exit
exit
",
            branch: &["198.51.100.182/32"],
            hub: &[],
            findings: &[],
        },
        Case {
            name: "a hierarchy: the child overrides where it applies, and inherits who may use it",
            text: "\
config
    authority
        service inet
            scope private
            transport udp
                port-range 443
                    start-port 443
                exit
            exit
            address 203.0.113.0/24
            access-policy _internal_
                permission allow
            exit
            service-policy InetServicePolicy
        exit

        service stores.inet
            applies-to router-group
                group-name stores
            exit
            address 198.51.100.201
        exit

        service-policy InetServicePolicy
            vector mpls
                priority 100
            exit
            session-resiliency revertible-failover
        exit
    exit
exit
",
            branch: &["198.51.100.201/32", "203.0.113.0/24"],
            hub: &["203.0.113.0/24"],
            findings: &[],
        },
        Case {
            name: "a flat listing, and noise of the terminal",
            text: "\
Mon 2026-02-22 15:21:35 EST
✔ Retrieving running configuration...
*admin@n1.branch# show config running flat

config authority service dns name     dns
config authority service dns address  192.0.2.53/32

config authority service dns access-policy _internal_ source  _internal_
config authority service dns transport udp port-range 53 start-port  53

Completed in 0.18 seconds
*admin@n1.branch#
",
            branch: &["192.0.2.53/32"],
            hub: &["192.0.2.53/32"],
            findings: &[],
        },
        Case {
            name: "a session in which a service was made, and another one removed again",
            text: "\
admin@n1.conductor# configure authority service radsec
*admin@n1.conductor (service[name=radsec])# address 198.51.100.224
*admin@n1.conductor (service[name=radsec])# access-policy _internal_
*admin@n1.conductor (access-policy[source=_internal_])# permission allow
*admin@n1.conductor (access-policy[source=_internal_])# top
*admin@n1.conductor# configure authority delete service old force
*admin@n1.conductor# commit force
Validating, then committing...
Configuration committed
",
            branch: &["198.51.100.224/32"],
            hub: &["198.51.100.224/32"],
            findings: &[],
        },
    ]);
}

#[test]
fn an_element_outside_its_block_is_an_error() {
    let service = |policy: &str| {
        format!(
            "config\n    authority\n        service  outside\n            name     outside\n            address  203.0.113.0/24\n{policy}        service  other\n            name  other\n"
        )
    };
    let texts = [
        ("a policy below a description, without an exit", service("            description  text\n                access-policy  _internal_\n                    source  _internal_\n")),
        ("a policy beside its service", service("        access-policy  _internal_\n            source  _internal_\n")),
        ("an `exit` too many before the policy", "config\n    authority\n        service  outside\n            name     outside\n            address  203.0.113.0/24\n            exit\n            access-policy  _internal_\n                source  _internal_\n            exit\n        exit\n    exit\nexit\n".to_owned()),
        ("a prompt in the middle of the service", "admin@n1.branch# show config running\nconfig\n    authority\n        service  outside\n            name     outside\nadmin@n1.branch#\n            address  203.0.113.0/24\n            access-policy  _internal_\n                source  _internal_\n            exit\n        exit\n    exit\nexit\n".to_owned()),
        ("the same without an exit", "admin@n1.branch# show config running\nconfig\n    authority\n        service  outside\n            name     outside\nadmin@n1.branch# show config running\n            address  203.0.113.0/24\n            access-policy  _internal_\n        service  other\n".to_owned()),
    ];
    for (name, text) in texts {
        let Planned { nodes, findings, refused } = plan_of_all(&[ROUTERS, &text]);
        let codes = ["ambiguous-nesting", "misplaced-element", "invalid-syntax"];
        let is_reported = findings.iter().any(|(source, finding)| {
            *source == Some(SourceId(1)) && codes.iter().any(|code| finding.starts_with(&format!("{code} ")))
        });
        assert!(is_reported, "{name}: {findings:?}");
        let none_is_on = nodes.iter().all(|node| !node.contains(" on"));
        assert!(refused || none_is_on, "{name}: nothing may be published: {nodes:?}");
    }
}
