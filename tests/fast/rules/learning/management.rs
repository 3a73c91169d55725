//! Services that carry the router's own management, with host names as their addresses.

use loopback_static_routes::input::{self, Input};
use loopback_static_routes::pipeline;

/// Returns the code and the message of each finding about a router with this block and mapping,
/// and this service.
fn findings(router: &str, service: &str) -> Vec<String> {
    let config = format!(
        "authority:
  conductor-address: [192.0.2.10, Conductor.example.com.]
  router: [{{name: r1, node: [{{name: n, asset-id: a}}], {router}}}]
  service: [{{{service}, access-policy: [{{source: _internal_}}]}}]
"
    );
    let input = Input::Text { name: "config".to_owned(), bytes: config.into_bytes() };
    let reading = input::read(vec![input], None).expect("text can be read");
    let run = pipeline::run(&reading.authority, reading.findings);
    run.findings.iter().map(|finding| format!("{} {}", finding.rule, finding.message)).collect()
}

/// The services, and what a router may lose without a route to their host name.
const SERVICES: &[(&str, &str)] = &[
    ("name: _conductor_1, address: east.example.com", ", so the router may lose its conductor"),
    (
        "name: _conductor_r1_2, address: east.example.com, applies-to: {type: router, router-name: r1}",
        ", so the router may lose its conductor",
    ),
    ("name: mine, address: [192.0.2.10, conductor.example.com]", ", so the router may lose its conductor"),
    ("name: _management_ntp_, address: ntp.example.com", ", so the router may lose its management connections"),
    ("name: dns, address: dns.example.com", ""),
];

#[test]
fn a_host_name_without_a_route_is_reported_with_what_the_router_may_lose() {
    for (service, effect) in SERVICES {
        let findings = findings(
            "loopback-static-routes: {learn-from-services: true, static-route: {address: 192.0.2.10}, metric: 5}",
            service,
        );
        let unrouted: Vec<_> = findings.iter().filter(|finding| finding.starts_with("unrouted-host-name")).collect();
        assert_eq!(unrouted.len(), 1, "{service}: {findings:#?}");
        assert!(unrouted[0].contains(&format!("{effect}: the router's")), "{service}: {findings:#?}");
        assert_eq!(effect.is_empty(), !unrouted[0].contains("may lose"), "{service}: {findings:#?}");
    }
}

#[test]
fn a_management_service_with_a_host_name_is_missed_without_learning() {
    let without_learning = |service: &str, static_route: &str, mapping: &str| {
        let block = format!("loopback-static-routes: {{static-route: {{address: {static_route}}}}}");
        let router = format!("{block}, static-hostname-mapping: [{mapping}]");
        findings(&router, service).iter().any(|finding| finding.starts_with("learning-off"))
    };
    for (service, effect) in SERVICES {
        let is_management = !effect.is_empty();
        assert_eq!(without_learning(service, "192.0.2.0/24", ""), is_management, "{service}");
        assert!(
            !findings("loopback-static-routes: {default-route: true, metric: 5}", service)[..]
                .iter()
                .any(|finding| finding.starts_with("learning-off"))
        );
    }
    let (service, _) = SERVICES[0];
    for (addresses, is_missed) in [
        ("[192.0.2.7]", false),
        ("[192.0.2.7, '2001:db8::7']", false),
        ("[192.0.2.7, 203.0.113.7]", true),
        ("['2001:db8::7']", true),
        ("[169.254.127.126]", false),
    ] {
        let mapping = format!("{{hostname: east.example.com, ip-address: {addresses}}}");
        assert_eq!(without_learning(service, "192.0.2.0/24", &mapping), is_missed, "{addresses}");
    }
}

#[test]
fn management_services_are_named_before_others() {
    let others: String = (1..=9)
        .map(|n| format!("name: a{n}, address: 203.0.113.{n}, access-policy: [{{source: _internal_}}]}}, {{"))
        .collect();
    let findings =
        findings("loopback-static-routes: {static-route: {address: 192.0.2.0/24}}", &(others + SERVICES[1].0));
    let missed = findings.iter().find(|finding| finding.starts_with("learning-off")).expect("reported");
    assert!(missed.contains("no route to services _conductor_r1_2, a1"), "{missed}");
}
