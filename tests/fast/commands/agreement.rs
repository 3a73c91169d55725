//! `why` and the published route files agree, for random authorities.

use std::collections::{BTreeMap, BTreeSet};

use loopback_static_routes::contract::RouteFile;
use proptest::prelude::*;
use serde_json::Value;

use crate::common::random::Random;
use crate::common::{Workspace, in_process, sample};

/// A published authority.
struct Site {
    workspace: Workspace,
    authority: Value,
}

impl Site {
    fn new(authority: Value) -> Self {
        let workspace = Workspace::in_memory();
        workspace.write("authority.json", &authority.to_string());
        let site = Self { workspace, authority };
        let run =
            in_process::run(&["generate", "--no-settings", &site.path("authority.json"), "--out", &site.path("out")]);
        assert!([0, 1].contains(&run.code), "{}", run.stderr);
        site
    }

    fn path(&self, name: &str) -> String {
        self.workspace.path(name).display().to_string()
    }

    /// Returns the answers of `why`, one for each node.
    fn why(&self, arguments: &[&str]) -> Vec<Value> {
        let path = self.path("authority.json");
        let run = in_process::run(&[&["why", "--no-settings", "--json", &path], arguments].concat());
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr))
    }

    /// Returns the metric of each prefix in a published route file.
    fn published(&self, router: &str, node: &str) -> BTreeMap<String, u64> {
        let path = self.workspace.path(&format!("out/routers/{router}/{node}/route-kni254"));
        let Ok(text) = std::fs::read_to_string(path) else { return BTreeMap::new() };
        let file = RouteFile::parse(&text).expect("strict").expect("marked");
        file.routes.iter().map(|route| (route.prefix.to_string(), u64::from(route.metric.0))).collect()
    }

    fn names(&self, list: &str) -> Vec<String> {
        let entries = self.authority["authority"][list].as_array().expect("a list");
        entries.iter().map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
    }

    /// Returns the addresses of a service.
    fn addresses(&self, service: &str) -> BTreeSet<String> {
        let services = self.authority["authority"]["service"].as_array().expect("a list");
        let entry = services.iter().find(|entry| entry["name"] == service).expect("there");
        entry["address"].as_array().expect("a list").iter().map(|address| text(address).to_owned()).collect()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn routes(answer: &Value) -> BTreeMap<String, u64> {
    let routes = list(&answer["routes"]).iter();
    routes.map(|route| (text(&route["prefix"]).to_owned(), route["metric"].as_u64().expect("a number"))).collect()
}

/// Checks the answer about a service: each of its addresses is routed, or has a reason.
fn check_service(site: &Site, answer: &Value, service: &str, published: &BTreeMap<String, u64>) {
    let what = || format!("{service}: {answer:#}\n{}", site.authority);
    for (prefix, metric) in routes(answer) {
        assert_eq!(published.get(&prefix), Some(&metric), "{prefix} of {}", what());
    }
    let routed = list(&answer["routes"]).iter().flat_map(|route| list(&route["from"]));
    let routed = routed.filter(|from| from["service"] == service).map(|from| text(&from["address"]).to_owned());
    let routed: BTreeSet<String> = routed.collect();
    let not_routed = list(&answer["not-routed"]);
    assert!(not_routed.iter().all(|entry| !list(&entry["reasons"]).is_empty()), "{}", what());
    let whole = not_routed.iter().any(|entry| entry["service"] == service && entry["address"].is_null());
    assert!(!whole || routed.is_empty(), "{}", what());
    let excluded: BTreeSet<String> =
        not_routed.iter().filter_map(|entry| entry["address"].as_str()).map(str::to_owned).collect();
    // A host name can be mapped to several addresses, of which some are routed.
    let both: Vec<&String> = routed.intersection(&excluded).filter(|both| !both.ends_with("example.com")).collect();
    assert!(both.is_empty(), "{both:?}: {}", what());
    let missing: Vec<String> = site
        .addresses(service)
        .into_iter()
        .filter(|address| !routed.contains(address) && !excluded.contains(address))
        .collect();
    assert!(whole || missing.is_empty(), "{missing:?}: {}", what());
}

/// Checks the answer about a prefix: it has the published route, or a reason.
fn check_prefix(site: &Site, answer: &Value, prefix: &str, published: &BTreeMap<String, u64>) {
    let what = || format!("{prefix}: {answer:#}\n{}", site.authority);
    let found = routes(answer);
    assert_eq!(found.get(prefix), published.get(prefix), "{}", what());
    assert!(found.iter().all(|(prefix, metric)| published.get(prefix) == Some(metric)), "{}", what());
    assert!(!found.is_empty() || !list(&answer["not-routed"]).is_empty(), "{}", what());
}

const PREFIXES: [&str; 7] = [
    "0.0.0.0/0",
    "192.0.2.0/28",
    "192.0.2.16/28",
    "192.0.2.7/32",
    "198.51.100.1/32",
    "203.0.113.0/24",
    "169.254.127.126/32",
];

proptest! {
    #![proptest_config(sample::config(12))]

    #[test]
    fn why_and_the_route_files_agree_for_every_prefix_and_service(seed in any::<u64>()) {
        let site = Site::new(Random(seed).authority());
        for router in site.names("router") {
            let of_router = ["--router", router.as_str()];
            let published = |answer: &Value| site.published(&router, text(&answer["node"]));
            for answer in site.why(&of_router) {
                prop_assert_eq!(routes(&answer), published(&answer), "{}", answer);
            }
            for service in site.names("service") {
                for answer in site.why(&[&of_router[..], &["--service", &service]].concat()) {
                    if !text(&answer["state"]).starts_with("held") {
                        check_service(&site, &answer, &service, &published(&answer));
                    }
                }
            }
            for prefix in PREFIXES {
                for answer in site.why(&[&of_router[..], &["--prefix", prefix]].concat()) {
                    check_prefix(&site, &answer, prefix, &published(&answer));
                }
            }
        }
    }
}
