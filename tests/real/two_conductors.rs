//! One router with two conductors, each with a real Salt master.

use serde_json::Value;

use crate::common::wait;
use crate::conductor::{Conductor, MASTER};
use crate::node;
use crate::parts::root;

const OTHER_MASTER: &str = "10.213.0.2";

const MINION: &str = "branch.node1";

fn authority(metric: Option<u32>) -> String {
    let block = metric.map_or_else(String::new, |metric| {
        format!("{{name: branch, node: {{name: node1, asset-id: {MINION}}}, loopback-static-routes: {{static-route: {{address: 192.0.2.0/24, metric: {metric}}}}}}}, ")
    });
    let other = "{name: other, node: {name: node1, asset-id: elsewhere}, loopback-static-routes: {static-route: {address: 192.0.2.0/24}}}";
    format!("authority: {{router: [{block}{other}]}}\n")
}

/// The route of the router.
const ROUTE: &str = "192.0.2.0/24";

#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/long.sh"]
fn two_conductors_agree_or_the_one_that_lags_is_told() {
    if !node::is_on_switch("two_conductors::two_conductors_agree_or_the_one_that_lags_is_told") {
        return;
    }
    node::add_address(OTHER_MASTER);
    let first = Conductor::start();
    let key = first.path("etc/salt/pki/master/master.pub");
    wait::until("the first master has a key", || key.exists(), String::new);
    let second = Conductor::start_beside(OTHER_MASTER, &root().join("salt"), Some(&first));
    let node = node::boot(&first.venv, MINION, 1, &[MASTER, OTHER_MASTER]);
    let log = || {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let masters = [&first, &second].map(|conductor| read(conductor.path("master.log")));
        masters.concat() + &node.run("journalctl --no-pager -n 80")
    };
    for conductor in [&first, &second] {
        wait::until("the minion answers", || conductor.is_answered_by(&[MINION]), log);
    }
    let states = |conductor: &Conductor| -> Vec<Value> {
        let arguments = ["--static", "*", "state.apply", "loopback_static_routes", "saltenv=plugins"];
        let (_, states, said) = conductor.salt("salt", &arguments);
        states[MINION].as_object().unwrap_or_else(|| panic!("{said}")).values().cloned().collect()
    };
    let no_changes = |states: &[Value]| {
        for state in states {
            assert_eq!((&state["changes"], &state["result"]), (&serde_json::json!({}), &Value::Bool(true)), "{state}");
        }
    };

    // Both have the same configuration, so the second one changes nothing.
    for conductor in [&first, &second] {
        conductor.generate_with(&authority(Some(9)), 0, &["--revision", "5"]);
    }
    let (_, said) = first.push(&[]);
    assert!(said.starts_with("pushed to 1 of 2 minions\n"), "{said}");
    assert_eq!(node.metric_of(ROUTE), Some(9));
    no_changes(&states(&second));
    no_changes(&states(&first));
    let (_, said) = second.push(&[]);
    assert!(said.starts_with("pushed to 1 of 2 minions\n"), "{said}");

    // The second one lags: with another metric, and without the router.
    first.generate_with(&authority(Some(8)), 0, &["--revision", "6"]);
    let (_, said) = first.push(&[]);
    assert!(said.starts_with("pushed to 1 of 2 minions\n"), "{said}");
    let lags = "conductor lags: it has revision 5, and this router keeps its document of revision 6";
    for authority in [authority(Some(9)), authority(Some(7)), authority(None)] {
        second.generate_with(&authority, 0, &["--revision", "5"]);
        let states = states(&second);
        no_changes(&states);
        assert!(states.iter().any(|state| state["comment"] == lags), "{states:#?}");
        assert_eq!(node.metric_of(ROUTE), Some(8));
    }
    no_changes(&states(&first));
    let (code, said) = second.push(&[]);
    assert!(code == Some(1) && said.contains("branch.node1 has the document of a later revision"), "{said}");
    assert_eq!(node.metric_of(ROUTE), Some(8));

    // It catches up.
    second.generate_with(&authority(Some(8)), 0, &["--revision", "6"]);
    no_changes(&states(&second));
    let (_, said) = second.push(&[]);
    assert!(said.starts_with("pushed to 1 of 2 minions\n"), "{said}");
    no_changes(&states(&first));
    // The router is removed, first on one of them.
    first.generate_with(&authority(None), 0, &["--revision", "7"]);
    states(&first);
    assert_eq!(node.metric_of(ROUTE), None);
    no_changes(&states(&second));
    assert_eq!(node.metric_of(ROUTE), None);
}
