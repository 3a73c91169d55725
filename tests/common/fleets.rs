//! Authorities for the tests of the HTML pages.

use serde_json::{Value, json};

/// Returns an authority of 23 routers with two nodes each, or the same after several edits: new
/// services, a router that is switched off, one with an error, other metrics, and a removed route
/// to a conductor.
pub(crate) fn similar(is_new: bool) -> Value {
    let old = |old: Value, new: Value| if is_new { new } else { old };
    let mut routers: Vec<Value> = (1..=21).map(|number| branch(number, is_new)).collect();
    let hub = json!({"metric": 9, "static-route": [
        {"address": "198.51.100.0/24"},
        {"address": "203.0.113.0/24", "metric": old(json!(7), json!(8))},
    ]});
    routers.push(router("hub-chicago", &hub));
    let kiosk = old(json!({"default-route": true}), json!({"static-route": [{"address": "192.0.2.0/24"}]}));
    routers.push(router("kiosk-berlin-alexanderplatz", &kiosk));
    let mut services = vec![
        service("dns", &json!(["192.0.2.53", if is_new { "192.0.2.55" } else { "192.0.2.54" }])),
        service("ntp", &json!(["192.0.2.123"])),
        service("licensing", &json!(["198.51.100.200"])),
        service("lab", &json!(["192.0.2.128/25"])),
        // Partly routed, and for another tenant.
        service("flaky", &json!(["203.0.113.80", "updates.example.com"])),
        json!({"name": "guests", "address": ["0.0.0.0/0"], "access-policy": [{"source": "guests"}]}),
    ];
    services[3]["applies-to"] = json!([{"type": "router-group", "group-name": ["labs"]}]);
    if is_new {
        let updates: Vec<String> = (70..90).map(|number| format!("10.{number}.0.0/16")).collect();
        services
            .extend([service("radius", &json!(["10.60.0.0/28", "10.61.0.0/28"])), service("updates", &json!(updates))]);
        routers[0]["node"][0]["asset-id"] = json!("renamed.stores.example.com");
    } else {
        services.push(service("_conductor_1", &json!(["203.0.113.5"])));
    }
    json!({"authority": {"router": routers, "service": services}})
}

fn branch(number: usize, is_new: bool) -> Value {
    let block = match number {
        7 if is_new => json!({"learn-from-services": true, "metric": 50, "enabled": false}),
        9 if is_new => json!({"learn-from-services": true, "metric": "fifty"}),
        3 | 4 if is_new => json!({"learn-from-services": true, "metric": 60}),
        _ => json!({"learn-from-services": true, "metric": 50}),
    };
    let mut branch = router(&format!("branch-{number:03}"), &block);
    if number < 6 {
        branch["router-group"] = json!(["labs"]);
    }
    branch
}

fn router(name: &str, block: &Value) -> Value {
    let node = |node: &str| json!({"name": node, "asset-id": format!("{name}-{node}.stores.example.com")});
    json!({"name": name, "node": [node("node1"), node("node2")], "loopback-static-routes": block})
}

fn service(name: &str, addresses: &Value) -> Value {
    json!({"name": name, "address": addresses, "access-policy": [{"source": "_internal_"}]})
}

/// Returns an authority of this many routers, each with its own static routes. All routes of the
/// new one differ from those of the old one.
pub(crate) fn unique(routers: usize, is_new: bool) -> Value {
    let router = |index: usize| {
        let prefix = |host: usize| format!("10.{}.{}.{host}/28", index / 250, index % 250);
        let routes = if is_new {
            json!([{"address": prefix(0), "metric": index % 7 + 1}, {"address": prefix(128)}])
        } else {
            json!([{"address": prefix(0), "metric": index % 7}, {"address": prefix(64)}])
        };
        json!({
            "name": format!("router{index:05}"),
            "node": [{"name": "node1", "asset-id": format!("r{index:05}")}],
            "loopback-static-routes": {"static-route": routes},
        })
    };
    json!({"authority": {"router": (0..routers).map(router).collect::<Vec<_>>()}})
}

/// Returns answers to a published authority: those of some minions are not up to date.
pub(crate) fn answers(manifest: &str) -> Value {
    let manifest: Value = serde_json::from_str(manifest).expect("JSON");
    let artefacts = manifest["artefacts"].as_object().expect("artefacts");
    let mut answers = serde_json::Map::new();
    for entry in artefacts.values().filter(|entry| entry["minion"].is_string()) {
        let (router, node) = (entry["router"].as_str().expect("a name"), entry["node"].as_str().expect("a name"));
        let digest = &artefacts[&format!("routers/{router}/{node}/route-kni254")]["sha256"];
        let mut summary = json!({"verdict": "in-agreement", "router": router, "node": node, "digest": digest});
        match router {
            "branch-003" => summary["digest"] = json!("0".repeat(64)),
            "branch-005" => {
                summary["verdict"] = json!("drift");
                summary["drift"] = json!({"missing": 2});
                summary["first"] = json!([{"prefix": "192.0.2.53/32", "metric": 50, "drift": "missing"}]);
            }
            "branch-008" => summary = json!("Minion did not return. [Not connected]"),
            _ => {}
        }
        answers.insert(entry["minion"].as_str().expect("a name").to_owned(), summary);
    }
    Value::Object(answers)
}
