//! `report`: its page has the routes of the published files, and the reasons of `why`.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use crate::common::compared::{HOSTILE, OLD};
use crate::common::html::{between, check_page, data, list, names, number, text};
use crate::common::random::Random;
use crate::common::{Workspace, fleets, in_process, sample};

/// Runs `report`. Returns the exit code and the page.
fn report(workspace: &Workspace, config: &str) -> (i32, String) {
    let run = workspace.run(&["report", config, "--output", "report.html"]);
    let page = std::fs::read_to_string(workspace.path("report.html")).unwrap_or_default();
    assert!(run.code < 2, "{}", run.stderr);
    (run.code, page)
}

#[test]
fn the_page_is_self_contained_and_says_first_what_there_is() {
    let workspace = Workspace::new();
    workspace.write("new.json", &fleets::similar(true).to_string());
    let (code, page) = report(&workspace, "new.json");
    // A node with an error is on the page, and an error is a finding.
    assert_eq!(code, 1);
    check_page(&page);
    assert_eq!(between(&page, "<h1>", "</h1>"), "42 nodes of 21 routers have 1,042 routes.");
    assert!(page.contains("<p class=\"lead\">2 nodes are held back by errors, 2 nodes are off.</p>"));
    assert_eq!(report(&workspace, "new.json").1, page);
    workspace.write("empty.json", "{\"authority\": {\"router\": [{\"name\": \"r\", \"node\": [{\"name\": \"n\"}]}]}}");
    assert_eq!(between(&report(&workspace, "empty.json").1, "<h1>", "</h1>"), "No node has a route.");
}

#[test]
fn a_configuration_that_cannot_be_read_gives_no_page() {
    let workspace = Workspace::new();
    workspace.write("broken.json", "{\"authority\": ");
    let run = workspace.run(&["report", "broken.json", "--output", "report.html"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("no page was written: fix these errors first"), "{}", run.stderr);
    assert!(!workspace.path("report.html").exists());
    let over = workspace.run(&["report", "broken.json", "--output", "broken.json"]);
    assert_eq!(over.code, 2, "{}", over.stderr);
}

#[test]
fn hostile_names_are_data_and_never_markup() {
    let workspace = Workspace::new();
    let hostile =
        OLD.replace("branch-2", HOSTILE).replace(&format!("name: {HOSTILE}"), &format!("name: \"{HOSTILE}\""));
    workspace.write("hostile.yaml", &hostile.replace("name: lab", "name: \"</script><b>\""));
    let (_, page) = report(&workspace, "hostile.yaml");
    check_page(&page);
    assert!(!page.contains("<img") && !page.contains("<b>") && !page.contains('\u{202e}'), "{page}");
}

/// The page of an authority, and its data.
struct Reported {
    workspace: Workspace,
    path: String,
    data: Value,
    names: Vec<String>,
}

impl Reported {
    fn new(authority: &Value) -> Self {
        let workspace = Workspace::in_memory();
        workspace.write("authority.json", &authority.to_string());
        let path = |name: &str| workspace.path(name).display().to_string();
        let (config, output) = (path("authority.json"), path("report.html"));
        let run = in_process::run(&["report", "--no-settings", &config, "--output", &output]);
        assert!([0, 1].contains(&run.code), "{}", run.stderr);
        let data = data(&workspace.read("report.html"));
        Self { names: names(&data["nodes"]), path: config, data, workspace }
    }

    fn why(&self, arguments: &[&str]) -> Vec<Value> {
        let run = in_process::run(&[&["why", "--no-settings", "--json", &self.path], arguments].concat());
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr))
    }

    /// Returns the state of a node by its name.
    fn state(&self, answer: &Value) -> &Value {
        let name = format!("{}/{}", text(&answer["router"]), text(&answer["node"]));
        let index = self.names.iter().position(|other| *other == name).expect("a node of the page");
        &self.data["states"][index]
    }

    fn reason(&self, index: &Value) -> String {
        text(&self.data["reasons"][number(index)][0]).to_owned()
    }

    /// Returns the metrics of the routes of a set, by prefix, as the script merges them.
    fn routes(&self, set: &Value) -> BTreeMap<String, u64> {
        let Ok(set) = usize::try_from(set.as_i64().expect("a number")) else { return BTreeMap::new() };
        let set = &self.data["sets"][set];
        let own = list(&set[2]).iter().map(|route| (text(&route[0]).to_owned(), route[1].as_u64().expect("a metric")));
        let mut routes: BTreeMap<String, u64> = own.collect();
        let Ok(metric) = u64::try_from(set[0].as_i64().expect("a number")) else { return routes };
        let replaced: BTreeSet<usize> = list(&set[1]).iter().map(number).collect();
        for (index, shared) in list(&self.data["shared"]).iter().enumerate() {
            if !replaced.contains(&index) {
                assert!(routes.insert(text(&shared[0]).to_owned(), metric).is_none(), "twice: {shared}");
            }
        }
        routes
    }

    /// Returns the reasons that exclude a whole service on a node, as the script puts them
    /// together.
    fn whole(&self, state: &Value, service: &Value, router: usize) -> BTreeSet<String> {
        let lists = &self.data["reason_lists"];
        let of = |index: &Value| list(&lists[number(index)]).iter();
        let mut reasons: BTreeSet<String> =
            of(&state[2]).chain(of(&service[2])).map(|index| self.reason(index)).collect();
        if !service[3].is_null() {
            let (mut next, mut applies) = (0, false);
            for run in list(&service[3][1]).chunks(2) {
                let first = next + number(&run[0]);
                next = first + number(&run[1]);
                applies |= (first..next).contains(&router);
            }
            if !applies {
                reasons.insert(self.reason(&service[3][0]));
            }
        }
        reasons
    }

    /// Returns the addresses of a service without a route on a node: the address, the address that
    /// a host name is mapped to, and the reason.
    fn addresses(&self, state: &Value, index: usize, service: &Value) -> BTreeSet<(String, String, String)> {
        let exceptions: BTreeMap<usize, &Value> = list(&self.data["exceptions"][number(&state[3])])
            .iter()
            .filter(|exception| number(&exception[0]) == index)
            .map(|exception| (number(&exception[1]), &exception[2]))
            .collect();
        let mut excluded = BTreeSet::new();
        for (address, written) in list(&service[1]).iter().enumerate() {
            let usual = serde_json::json!([[null, written[1]]]);
            for outcome in list(exceptions.get(&address).copied().unwrap_or(&usual)) {
                if outcome[1].as_i64().is_some_and(|reason| reason >= 0) {
                    let mapped = outcome[0].as_str().unwrap_or_default();
                    excluded.insert((text(&written[0]).to_owned(), mapped.to_owned(), self.reason(&outcome[1])));
                }
            }
        }
        excluded
    }

    /// Checks a service on all nodes.
    fn check_service(&self, index: usize, service: &Value, routers: &[String]) {
        for answer in self.why(&["--service", text(&service[0])]) {
            let state = self.state(&answer);
            if text(&state[0]) == "held" {
                continue;
            }
            let router = routers.iter().position(|router| *router == text(&answer["router"])).expect("there");
            let reasons = |entry: &Value| -> BTreeSet<String> {
                list(&entry["reasons"]).iter().map(|reason| text(&reason["reason"]).to_owned()).collect()
            };
            let not_routed = list(&answer["not-routed"]);
            let whole = not_routed.iter().find(|entry| entry["address"].is_null()).map(reasons).unwrap_or_default();
            assert_eq!(self.whole(state, service, router), whole, "{answer:#}");
            if whole.is_empty() {
                let entry = |entry: &Value| {
                    let mapped = entry["mapped-to"].as_str().unwrap_or_default().to_owned();
                    let reason = reasons(entry).into_iter().next().expect("a reason");
                    (text(&entry["address"]).to_owned(), mapped, reason)
                };
                let expected: BTreeSet<_> = not_routed.iter().map(entry).collect();
                assert_eq!(self.addresses(state, index, service), expected, "{answer:#}");
            }
        }
    }
}

proptest! {
    #![proptest_config(sample::config(12))]

    /// The page decides nothing: it has the routes and the reasons of `why`.
    #[test]
    fn the_page_and_why_agree_for_every_node_and_service(seed in any::<u64>()) {
        let reported = Reported::new(&Random(seed).authority());
        let routers: Vec<String> =
            list(&reported.data["nodes"]["routers"]).iter().map(|router| text(&router[0]).to_owned()).collect();
        for router in &routers {
            for answer in reported.why(&["--router", router]) {
                let routes = list(&answer["routes"]).iter();
                let expected: BTreeMap<String, u64> =
                    routes.map(|route| (text(&route["prefix"]).to_owned(), route["metric"].as_u64().expect("a metric"))).collect();
                prop_assert_eq!(reported.routes(&reported.state(&answer)[1]), expected, "{}", answer);
            }
        }
        for (index, service) in list(&reported.data["services"]).iter().enumerate() {
            if service[4] == 0 {
                reported.check_service(index, service, &routers);
            }
        }
        drop(reported.workspace);
    }
}

#[test]
fn the_digests_are_those_of_the_manifest() {
    let reported = Reported::new(&fleets::similar(false));
    let out = reported.workspace.path("out").display().to_string();
    assert_eq!(in_process::run(&["generate", "--no-settings", &reported.path, "--out", &out]).code, 0);
    let manifest: Value = serde_json::from_str(&reported.workspace.read("out/manifest.json")).expect("JSON");
    let states = list(&reported.data["states"]);
    assert_eq!(states.len(), 46);
    for (name, state) in reported.names.iter().zip(states) {
        let digest = &reported.data["sets"][number(&state[1])][3];
        let entry = &manifest["artefacts"][format!("routers/{name}/route-kni254")];
        assert_eq!(digest, &entry["sha256"], "{name}: {entry}");
    }
}
