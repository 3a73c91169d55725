//! From a commit to the kernel, with a real Salt master and two real minions.
//!
//! Each minion runs in a container with a real systemd and a kni254. The steps in between are the
//! program's own commands.

use std::time::Instant;

use loopback_static_routes::contract::peers;
use serde_json::Value;

use crate::common::wait;
use crate::conductor::{Conductor, MASTER, MINIONS};
use crate::machine::Machine;
use crate::node;

fn goes_through_kni254(machine: &Machine, address: &str) -> bool {
    machine.run(&format!("ip route get {address}")).contains("dev kni254")
}

fn authority(routers: &[(&str, &str)], services: &[(&str, &str)]) -> String {
    let mut text = format!("authority:\n  conductor-address: {MASTER}\n  router:\n");
    for (name, block) in routers {
        let nodes = if *name == "branch" {
            format!("[{{name: node1, asset-id: {}}}, {{name: node2, asset-id: {}}}]", MINIONS[0], MINIONS[1])
        } else {
            format!("[{{name: node1, asset-id: {name}.elsewhere}}]")
        };
        text += &format!("    - {{name: {name}, node: {nodes}, loopback-static-routes: {block}}}\n");
    }
    text += "  service:\n";
    for (name, address) in services {
        text += &format!("    - {{name: {name}, address: [{address}], access-policy: [{{source: _internal_}}]}}\n");
    }
    text
}

#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/long.sh"]
fn a_commit_reaches_the_kernels_of_the_routers() {
    if !node::is_on_switch("chain::a_commit_reaches_the_kernels_of_the_routers") {
        return;
    }
    let conductor = Conductor::start();
    let node = |number: u8| node::boot(&conductor.venv, MINIONS[usize::from(number) - 1], number, &[MASTER]);
    let nodes = [node(1), node(2)];
    let log = || {
        let read = |path| std::fs::read_to_string(conductor.path(path)).unwrap_or_default();
        let minions: String = nodes.iter().map(|node| node.run("journalctl --no-pager -n 80")).collect();
        format!("{}{}{minions}", read("master.log"), read("master.errors"))
    };
    wait::until("minions answer", || conductor.is_answered_by(&MINIONS), log);
    let pillar_of = |minion: &str| conductor.salt("salt-run", &["pillar.show_pillar", minion]).1;
    let before = pillar_of(MINIONS[0]);
    assert_eq!(before["users"], serde_json::json!(["alice", "bob"]));

    // The plugin is enabled, with a service.
    let on = "{learn-from-services: true, metric: 5}";
    let dns = ("dns", "8.8.8.8");
    let changed = conductor.commit(&authority(&[("branch", on), ("other", on)], &[dns]), 0);
    assert_eq!(changed.len(), 3, "{changed:?}");
    for node in &nodes {
        wait::until("8.8.8.8", || goes_through_kni254(node, "8.8.8.8"), log);
        assert!(!goes_through_kni254(node, "8.8.4.4"));
        // The state knows the minion's master.
        let peers = std::fs::read(node.path("config/peers.json")).expect("there");
        let peers = peers::parse(&peers).expect("valid").peers;
        let peers: Vec<_> = peers.iter().map(|peer| (peer.role.as_str(), peer.host.as_str(), peer.port)).collect();
        assert_eq!(peers, [("conductor", MASTER, 930), ("master", MASTER, 4506)]);
    }
    // The pillars of the user and of the plugins are unchanged.
    let with = pillar_of(MINIONS[0]);
    for key in ["users", "other-plugin"] {
        assert_eq!(with[key], before[key], "{key}");
    }
    assert_eq!(with["loopback-static-routes"]["node"], "node1");

    // The state is idempotent. With `test=True` it has nothing to report.
    let apply = |more: &[&str]| {
        let arguments =
            [&["--static", "*", "state.apply", "loopback_static_routes", "saltenv=plugins"][..], more].concat();
        let start = Instant::now();
        let (code, states, said) = conductor.salt("salt", &arguments);
        assert_eq!(code, Some(0), "{said}");
        #[allow(
            clippy::print_stderr,
            reason = "a figure for the documentation; it depends on the machine, so no test checks it"
        )]
        {
            eprintln!("state.apply on two minions, {more:?}: {:?}", start.elapsed());
        }
        states
    };
    let no_changes = |states: &Value| {
        for minion in MINIONS {
            for (name, state) in states[minion].as_object().unwrap_or_else(|| panic!("{states}")) {
                assert_eq!(
                    (&state["changes"], &state["result"]),
                    (&serde_json::json!({}), &Value::Bool(true)),
                    "{name}"
                );
            }
        }
    };
    no_changes(&apply(&[]));
    no_changes(&apply(&["test=True"]));
    // The last step sent the status to the mine.
    for more in [&[][..], &["--cached"]] {
        let (code, said) = conductor.fleet(more);
        let start = "2 of 3 minions are up to date\nno answer from 1 minion:\n  other.elsewhere";
        assert!(code == Some(1) && said.starts_with(start), "{more:?}: {said}");
    }

    // A service is added. Then a metric changes, on one router alone.
    let changed = conductor.commit(&authority(&[("branch", on), ("other", on)], &[dns, ("ntp", "192.0.2.0/24")]), 0);
    assert_eq!(changed.len(), 3);
    let metric = "{learn-from-services: true, metric: 9}";
    let changed =
        conductor.commit(&authority(&[("branch", metric), ("other", on)], &[dns, ("ntp", "192.0.2.0/24")]), 0);
    assert_eq!(changed, MINIONS, "a change of one router called other minions");
    for node in &nodes {
        let right = || {
            let routes = node.run("ip -N route show dev kni254 proto 128");
            routes.lines().count() == 2 && routes.lines().all(|line| line.contains("metric 9"))
        };
        wait::until("the new metric", right, log);
        assert!(goes_through_kni254(node, "192.0.2.77"));
    }

    // With `test=True` the state reports the change and does not make it.
    let later = "{learn-from-services: true, metric: 10}";
    let changed =
        conductor.generate(&authority(&[("branch", later), ("other", on)], &[dns, ("ntp", "192.0.2.0/24")]), 0);
    assert_eq!(changed, MINIONS);
    let states = apply(&["test=True"]);
    for minion in MINIONS {
        let document = states[minion]
            .as_object()
            .expect("states")
            .values()
            .find(|state| state["__id__"] == "loopback-static-routes-document");
        let document = document.unwrap_or_else(|| panic!("{states}"));
        assert!(document["result"].is_null() && document["changes"] != serde_json::json!({}), "{document}");
    }
    for node in &nodes {
        assert!(!node.run("ip route show dev kni254").contains("metric 10"));
    }
    conductor.commit(&authority(&[("branch", metric), ("other", on)], &[dns, ("ntp", "192.0.2.0/24")]), 0);

    // A router with an invalid block keeps its routes, and the other one changes.
    let bad = "{learn-from-services: true, metric: nine}";
    let changed = conductor.commit(&authority(&[("branch", bad), ("other", metric)], &[dns]), 1);
    assert_eq!(changed, ["other.elsewhere"]);
    for node in &nodes {
        assert!(goes_through_kni254(node, "192.0.2.77"));
    }

    // Without a change, no minion is called.
    assert_eq!(conductor.commit(&authority(&[("branch", bad), ("other", metric)], &[dns]), 1), Vec::<String>::new());

    // Missing documents are an error. They never look like a removed router.
    std::fs::rename(conductor.path("out"), conductor.path("lost")).expect("renamed");
    let arguments = ["--static", "*", "state.apply", "loopback_static_routes", "saltenv=plugins"];
    let (_, _, said) = conductor.salt("salt", &arguments);
    assert!(said.contains("Pillar failed to render"), "{said}");
    assert!(log().contains("nothing is published in"), "the master's log lacks the reason");
    std::fs::rename(conductor.path("lost"), conductor.path("out")).expect("renamed");
    // The same holds for a pillar that does not ask for the documents.
    conductor.setup(&["--undo"]);
    let (_, states, said) = conductor.salt("salt", &arguments);
    for minion in MINIONS {
        let states = states[minion].as_object().unwrap_or_else(|| panic!("{said}"));
        assert_eq!(states.len(), 1, "{said}");
        assert!(
            states.values().all(|state| state["result"] == false && state["changes"] == serde_json::json!({})),
            "{said}"
        );
    }
    conductor.setup(&[]);
    for node in &nodes {
        assert!(goes_through_kni254(node, "192.0.2.77"));
    }

    // The plugin is disabled, and enabled again.
    let off = "{enabled: false}";
    conductor.commit(&authority(&[("branch", off), ("other", on)], &[dns]), 0);
    for node in &nodes {
        wait::until("off", || !goes_through_kni254(node, "8.8.8.8") && file(node).is_none(), log);
    }
    no_changes(&apply(&[]));
    conductor.commit(&authority(&[("branch", on), ("other", on)], &[dns]), 0);
    for node in &nodes {
        wait::until("on again", || goes_through_kni254(node, "8.8.8.8") && file(node).is_some(), log);
    }

    // The router is removed from the authority. Its minions have no document, and the next
    // highstate cleans up.
    conductor.commit(&authority(&[("other", on)], &[dns]), 0);
    assert_eq!(pillar_of(MINIONS[0])["loopback-static-routes"], serde_json::json!({}));
    apply(&[]);
    for node in &nodes {
        wait::until("gone", || !goes_through_kni254(node, "8.8.8.8") && file(node).is_none(), log);
    }
    no_changes(&apply(&[]));

    // The undo restores the user's top file.
    conductor.setup(&["--undo"]);
    let top = std::fs::read_to_string(conductor.path("srv/pillar/top.sls")).expect("there");
    assert_eq!(top, "# the user's\nbase:\n  '*':\n    - users   # everyone\n");
    assert!(!conductor.path("srv/pillar/loopback_static_routes.sls").exists());
}

fn file(node: &Machine) -> Option<String> {
    std::fs::read_to_string(node.path("scripts/route-kni254")).ok()
}
