//! The Salt state on a node, applied by a real Salt without a master.

use std::cell::RefCell;
use std::ops::Deref;
use std::path::PathBuf;

use loopback_static_routes::contract::peers::{self, Role};
use serde_json::{Value, json};

use crate::common::units::{PATH_UNIT, WATCH_SERVICE, WATCH_TIMER};
use crate::common::wait;
use crate::machine::{CONFIG, Machine, PEER};
use crate::node;
use crate::parts::{part, root};
use crate::salt_calls::SaltCalls;

const PILLAR: &str = r#"{"loopback-static-routes": {"format-version": 1, "router": "r", "node": "n", "enabled": true, "interface": "kni254", "gateway": "169.254.127.126", "routes": [{"prefix": "192.0.2.0/24", "metric": 5}]}}"#;

/// A node with Salt.
struct SaltNode {
    salt: RefCell<SaltCalls>,
    machine: Machine,
}

impl Deref for SaltNode {
    type Target = Machine;

    fn deref(&self) -> &Machine {
        &self.machine
    }
}

impl SaltNode {
    /// Boots a node with Salt, and with a pillar.
    fn boot() -> Self {
        let venv = part("salt");
        let mut paths = node::folders_of_salt(&venv);
        paths.push(root().join("salt"));
        let machine = Machine::boot_with(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>(), |_| {});
        machine.add_interface();
        machine.run("mkdir -p /srv/pillar");
        machine.run(&format!(
            "echo '{PILLAR}' >/srv/pillar/node.sls && echo '{{base: {{\"*\": [node]}}}}' >/srv/pillar/top.sls"
        ));
        Self { salt: RefCell::new(SaltCalls::start_in(machine.leader)), machine }
    }

    /// Writes the pillar.
    fn set_pillar(&self, pillar: &Value) {
        self.run(&format!("cat >/srv/pillar/node.sls <<'END'\n{pillar}\nEND"));
    }

    /// Applies the state. Returns its result, and the results of its steps by their names.
    fn apply_steps(&self, option: &str) -> (bool, Value) {
        let file_root = format!("--file-root={}", root().join("salt").display());
        let arguments = [
            "--local",
            "--retcode-passthrough",
            "--out=json",
            "--log-level=quiet",
            &file_root,
            "--pillar-root=/srv/pillar",
        ];
        let state = ["state.apply", "loopback_static_routes"];
        let option = Some(option).filter(|option| !option.is_empty());
        let arguments: Vec<&str> = arguments.into_iter().chain(state).chain(option).collect();
        let (code, output) = self.salt.borrow_mut().call(&arguments);
        let states: Value = serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}: {output}"));
        (code == 0, states["local"].clone())
    }

    /// Applies the state. Returns its result, and the result of its last step.
    fn apply_state(&self, option: &str) -> (bool, Value) {
        let (succeeded, steps) = self.apply_steps(option);
        (succeeded, step(&steps, "loopback-static-routes-applied").clone())
    }
}

/// Returns the result of a step.
fn step<'s>(steps: &'s Value, name: &str) -> &'s Value {
    let all = steps.as_object().unwrap_or_else(|| panic!("{steps}"));
    all.values().find(|step| step["__id__"] == name).unwrap_or_else(|| panic!("{name}: {steps:#}"))
}

/// Returns the pillar with these settings of the site.
fn pillar_with(site: &Value) -> Value {
    let mut pillar: Value = serde_json::from_str(PILLAR).expect("JSON");
    pillar["loopback-static-routes-site"] = site.clone();
    pillar
}

/// Asserts that a step succeeded without changes, and that its comment says this.
#[track_caller]
fn assert_quiet(step: &Value, comment: &str) {
    assert_eq!((&step["result"], &step["changes"]), (&json!(true), &json!({})), "{step:#}");
    assert_says(step, comment);
}

/// Asserts that a step failed, and that its comment says this.
#[track_caller]
fn assert_fails(step: &Value, comment: &str) {
    assert_eq!(step["result"], json!(false), "{step:#}");
    assert_says(step, comment);
}

#[track_caller]
fn assert_says(step: &Value, comment: &str) {
    assert!(step["comment"].as_str().is_some_and(|text| text.contains(comment)), "{comment}: {step:#}");
}

#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/run.sh"]
fn a_highstate_asks_the_program_each_time() {
    let machine = SaltNode::boot();
    // The state starts the timer. The watch would make the changes before the state.
    machine.run(&format!(
        "mkdir -p /run/systemd/system/{WATCH_SERVICE}.d && cd /run/systemd/system/{WATCH_SERVICE}.d && \
         printf '[Service]\\nExecStart=\\nExecStart=/bin/true\\n' >test.conf && systemctl daemon-reload"
    ));
    // Without its interface, the node is not at fault.
    let missing = "drift: kni254 is missing. unguarded: no peer ever answered";
    machine.run("ip link del kni254");
    assert_eq!(machine.apply_state("").1["result"], json!(true));
    assert_quiet(&machine.apply_state("").1, missing);
    machine.add_interface();
    let (_, step) = machine.apply_state("test=True");
    assert_eq!((&step["result"], &step["changes"]["verdict"]), (&Value::Null, &json!("drift")), "{step:#}");
    assert!(!machine.run("ip route show dev kni254").contains("192.0.2.0/24"), "test=True changed the kernel");

    // Only what the run changed is a change.
    let (succeeded, step) = machine.apply_state("");
    let changes = &step["changes"];
    let numbers = [&changes["routes-added"], &changes["routes-deleted"], &changes["file-changed"]];
    assert_eq!((succeeded, numbers), (true, [&json!(1), &json!(0), &json!(false)]), "{step:#}");
    for options in ["", "test=True"] {
        assert_quiet(&machine.apply_state(options).1, "in-agreement: document, file and kernel agree");
    }

    // Another program's route is in the place of ours.
    machine.run("ip route flush dev kni254 proto 128");
    machine.run("ip link add eth9 type veth peer name eth9p && ip link set eth9 up && ip route add 192.0.2.0/24 dev eth9 metric 5");
    let conflict = "drift: 1 route is held by other routes. unguarded: no peer ever answered, so no change is tried first. \
                    192.0.2.0/24 metric 5 is held by eth9 (protocol boot): give one of the two routes another metric";
    for options in ["", "test=True"] {
        assert_quiet(&machine.apply_state(options).1, conflict);
    }
    machine.set_pillar(&pillar_with(&json!({"strict": true})));
    for _ in 0..2 {
        let (succeeded, step) = machine.apply_state("");
        assert!(!succeeded, "{step:#}");
        assert_fails(&step, conflict);
    }
    machine.run("ip route del 192.0.2.0/24 dev eth9");
    assert!(machine.apply_state("").0);
    assert_quiet(&machine.apply_state("").1, "in-agreement");

    // A fault of the system, and one of the document.
    let route_file = machine.path("scripts/route-kni254");
    // As long as the router is broken, each run fails.
    let fails = |comment: &str| (0..2).for_each(|_| assert_fails(&machine.apply_state("").1, comment));
    std::fs::remove_file(&route_file).expect("there");
    std::os::unix::fs::symlink("/dev/null", &route_file).expect("linked");
    fails("failed: cannot read /etc/sysconfig/network-scripts/route-kni254");
    std::fs::remove_file(&route_file).expect("there");
    machine.run("mount -t tmpfs -o size=4k,nr_inodes=2 none /etc/sysconfig/network-scripts && touch /etc/sysconfig/network-scripts/a");
    fails("failed: 128T-handle-loopback-static-routes-config.service failed with exit code 3: cannot write");
    machine.run("umount /etc/sysconfig/network-scripts");
    let mut pillar = pillar_with(&json!({}));
    pillar["loopback-static-routes"]["format-version"] = json!(2);
    machine.set_pillar(&pillar);
    fails("refused: invalid document /var/lib/128technology/plugins/loopback-static-routes/config.json");
    machine.set_pillar(&pillar_with(&json!({})));
    assert!(machine.apply_state("").0);
    machine.run("systemctl mask --runtime --now 128T-handle-loopback-static-routes-config.service");
    fails("failed: cannot start 128T-handle-loopback-static-routes-config.service: ");
    machine.run("systemctl unmask --runtime 128T-handle-loopback-static-routes-config.service");

    // An upgrade of the system lost the document. With `test=True`, its delivery is a change.
    std::fs::remove_file(machine.path("config/config.json")).expect("there");
    let (_, step) = machine.apply_state("test=True");
    assert_eq!(step["result"], Value::Null, "{step:#}");
    assert!(machine.apply_state("").0);
    assert_quiet(&machine.apply_state("").1, "in-agreement");
}

/// The router has a configuration that the conductor does not know.
#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/run.sh"]
fn a_router_with_its_own_configuration_keeps_its_document() {
    let machine = SaltNode::boot();
    let on = |local: bool| pillar_with(&json!({"peers": [{"host": "log.example.com", "port": 514}], "local": local}));
    let removed = |local: bool| {
        let mut pillar = on(local);
        pillar["loopback-static-routes"] = json!({});
        pillar
    };
    let disconnected = |local: bool| {
        let mut pillar = on(local);
        pillar.as_object_mut().expect("an object").remove("loopback-static-routes");
        pillar
    };
    let pillars = [on(true), removed(true), disconnected(true)];
    let apply = |pillar: &Value| {
        machine.set_pillar(pillar);
        let (succeeded, steps) = machine.apply_steps("");
        assert!(succeeded, "{steps:#}");
        assert_eq!(step(&steps, "loopback-static-routes-local")["comment"], "this router makes its own document");
    };
    // The units and the peers are there before the document.
    for pillar in &pillars {
        apply(pillar);
        assert!(!machine.path("config/config.json").exists());
    }
    for unit in [PATH_UNIT, WATCH_TIMER] {
        machine.run(&format!("systemctl is-active {unit} && systemctl is-enabled {unit}"));
    }
    assert!(std::fs::read_to_string(machine.path("config/peers.json")).expect("there").contains("log.example.com"));

    machine.put_document(7);
    wait::until("the path unit applies it", || machine.metric_of("192.0.2.0/24") == Some(7), || machine.journal());
    for pillar in &pillars {
        machine.run("ip route flush dev kni254 proto 128");
        apply(pillar);
        assert_eq!(machine.metric_of("192.0.2.0/24"), Some(7));
    }
    // The conductor has the router again.
    machine.set_pillar(&on(false));
    assert!(machine.apply_state("").0);
    assert_eq!(machine.metric_of("192.0.2.0/24"), Some(5));
    machine.set_pillar(&pillar_with(&json!({"local": "yes"})));
    let (succeeded, steps) = machine.apply_steps("");
    let name = step(&steps, "loopback-static-routes-peers")["name"].as_str().expect("text").to_owned();
    assert!(!succeeded && name.contains("local must be true or false, not \"yes\""), "{steps:#}");
}

#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/run.sh"]
fn a_highstate_says_what_becomes_of_a_trial_and_a_hold() {
    let machine = SaltNode::boot();
    // A peer beyond eth9, which the route of the document would cut off.
    machine.add_peer();
    // No deadline ends in this test.
    let site = |strict: bool| {
        let peer = json!({"host": PEER.0, "port": PEER.1});
        let mut pillar = pillar_with(&json!({"peers": [peer], "deadline-seconds": 86400, "strict": strict}));
        pillar["loopback-static-routes"]["routes"] = json!([{"prefix": "198.51.100.10/32", "metric": 5}]);
        pillar
    };
    let set_strict = |strict| machine.set_pillar(&site(strict));
    let is_strict_about = |verdict: &str, is_failure: bool| {
        assert_quiet(&machine.apply_state("").1, verdict);
        assert_quiet(&machine.apply_state("test=True").1, verdict);
        set_strict(true);
        let step = machine.apply_state("").1;
        assert_eq!((&step["result"], &step["changes"]), (&json!(!is_failure), &json!({})), "{step:#}");
        assert_says(&step, verdict);
        set_strict(false);
    };
    let has_route = || machine.run("ip -N route show dev kni254").contains("198.51.100.10");

    set_strict(false);
    assert!(machine.apply_state("").0);
    assert!(has_route());
    is_strict_about(
        "in-trial: new routes are tried, and not confirmed yet. The new configuration is on trial: it is reverted unless \
         these answer: 198.51.100.10:514 (peer of the site). 86",
        true,
    );
    // Exit code 1: the routes of the document are not applied.
    machine.run("handle_loopback_static_route_config revert; test $? = 1");
    is_strict_about(
        "quarantined: the new routes are rejected, and the former ones stay. The new configuration is rejected: an operator \
         reverted it",
        true,
    );
    assert!(!has_route());

    // No peer answers.
    machine.run("systemctl stop peer; handle_loopback_static_route_config release; test $? = 1");
    is_strict_about(
        "postponed: a change of the routes to peers waits. The change of routes waits: no peer answers now",
        true,
    );
    assert!(!has_route());
    machine.run("handle_loopback_static_route_config confirm");
    is_strict_about("in-agreement: document, file and kernel agree", false);
    assert!(has_route());

    // A highstate does not end a hold.
    machine.run("handle_loopback_static_route_config hold --now --reason \"$(printf 'broken\\npath \\033[31m')\"");
    is_strict_about("held: an operator holds the plugin off this node. broken path \\u{1b}[31m", false);
    assert!(!has_route());
}

#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/run.sh"]
fn the_peers_are_there_before_the_document_and_stay() {
    let machine = SaltNode::boot();
    let pillar = |document: Value, conductor: &str, site: Value| {
        let peers = json!([{"role": "conductor", "host": conductor, "port": 930}]);
        json!({
            "loopback-static-routes": document,
            "loopback-static-routes-peers": {"format-version": 1, "peers": peers},
            "loopback-static-routes-site": site,
        })
    };
    let on: Value = serde_json::from_str(PILLAR).expect("JSON");
    let on = &on["loopback-static-routes"];
    let off = json!({"format-version": 1, "router": "r", "node": "n", "enabled": false, "interface": "kni254", "gateway": "169.254.127.126", "routes": []});
    let config = || std::fs::read_to_string(machine.path("config/config.json")).ok();
    let document = || {
        let text = std::fs::read(machine.path("config/peers.json")).expect("there");
        peers::parse(&text).expect("valid")
    };
    let hosts = || -> Vec<String> {
        let peers = document().peers.into_iter().filter(|peer| peer.role != Role::Master);
        peers.map(|peer| peer.host).collect()
    };

    // Without a document, nothing happens, and the state succeeds. It may be the minion's only one.
    for without in [json!({}), json!({"loopback-static-routes": {}}), pillar(json!({}), "192.0.2.10", json!({}))] {
        machine.set_pillar(&without);
        let (succeeded, steps) = machine.apply_steps("");
        let none = step(&steps, "loopback-static-routes-none");
        assert_eq!((succeeded, steps.as_object().expect("steps").len()), (true, 1), "{steps:#}");
        assert_eq!((&none["result"], &none["changes"]), (&json!(true), &json!({})), "{none:#}");
        assert!(!machine.path("config/peers.json").exists());
    }

    // With an invalid list of the site, nothing is written.
    machine.set_pillar(&pillar(on.clone(), "192.0.2.10", json!({"peers": [{"host": "a b", "port": 22}]})));
    let (succeeded, steps) = machine.apply_steps("");
    let peers = step(&steps, "loopback-static-routes-peers");
    assert_eq!((succeeded, &peers["result"]), (false, &json!(false)), "{peers:#}");
    assert!(peers["name"].as_str().is_some_and(|name| name.contains("invalid site \"a b\"")), "{peers:#}");
    assert_eq!((config(), machine.path("config/peers.json").exists()), (None, false));

    // Both are written, the peers first.
    machine.set_pillar(&pillar(
        on.clone(),
        "192.0.2.10",
        json!({"peers": [{"host": "log.example.com", "port": 514}], "deadline-seconds": 60}),
    ));
    let (succeeded, steps) = machine.apply_steps("");
    assert!(succeeded, "{steps:#}");
    let run_number = |name| step(&steps, name)["__run_num__"].as_u64().expect("a number");
    assert!(run_number("loopback-static-routes-peers") < run_number("loopback-static-routes-document"), "{steps:#}");
    assert_eq!(hosts(), ["192.0.2.10", "log.example.com"]);
    assert_eq!(document().deadline_seconds, Some(60));
    assert!(document().peers.iter().any(|peer| peer.role == Role::Master && peer.port == 4506));
    let stat = machine.run(&format!("stat -c '%a %U' {CONFIG}/peers.json {CONFIG}/config.json"));
    assert_eq!(stat, "644 root\n644 root\n");
    let unchanged = |options: &str| {
        let (succeeded, steps) = machine.apply_steps(options);
        for step in steps.as_object().expect("steps").values() {
            assert_eq!((succeeded, &step["result"], &step["changes"]), (true, &json!(true), &json!({})), "{step:#}");
        }
    };
    unchanged("");
    unchanged("test=True");

    // Another conductor does not change the document.
    let before = config();
    machine.set_pillar(&pillar(on.clone(), "192.0.2.11", json!({})));
    assert!(machine.apply_steps("").0);
    assert_eq!((hosts(), document().deadline_seconds), (vec!["192.0.2.11".to_owned()], None));
    assert_eq!(config(), before);

    // The plugin is off: the removal of its routes is a change too.
    machine.set_pillar(&pillar(off, "192.0.2.12", json!({})));
    assert!(machine.apply_steps("").0);
    assert_eq!(hosts(), ["192.0.2.12"]);
    assert!(config().is_some_and(|text| text.contains("\"enabled\": false")));
    unchanged("");

    // A node that was removed from the authority keeps its peers.
    machine.set_pillar(&json!({"loopback-static-routes": {}}));
    assert!(machine.apply_steps("").0);
    assert_eq!(hosts(), ["192.0.2.12"]);
    unchanged("");
    std::fs::remove_file(machine.path("config/peers.json")).expect("there");
    assert!(machine.apply_steps("").0);
    assert_eq!(hosts(), Vec::<String>::new());
    unchanged("");

    // A damaged file is written again.
    std::fs::write(machine.path("config/peers.json"), "{\"format").expect("written");
    machine.set_pillar(&pillar(on.clone(), "192.0.2.10", json!({})));
    assert!(machine.apply_steps("").0);
    assert_eq!(hosts(), ["192.0.2.10"]);

    // The program accepts what the state wrote.
    machine.run("handle_loopback_static_route_config check");
}

/// Two conductors deliver to a router, and one of them lags.
#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/run.sh"]
fn a_router_keeps_the_document_of_the_highest_revision() {
    let machine = SaltNode::boot();
    let pillar = |metric: Option<u32>, revision: Value| {
        let mut pillar: Value = serde_json::from_str(PILLAR).expect("JSON");
        match metric {
            Some(metric) => pillar["loopback-static-routes"]["routes"][0]["metric"] = json!(metric),
            None => pillar["loopback-static-routes"] = json!({}),
        }
        if !revision.is_null() {
            pillar["loopback-static-routes-revision"] = revision;
        }
        pillar
    };
    let apply = |metric: Option<u32>, revision: Value| {
        machine.set_pillar(&pillar(metric, revision));
        let (succeeded, steps) = machine.apply_steps("");
        let lags =
            steps.as_object().expect("steps").values().find(|step| step["__id__"] == "loopback-static-routes-lags");
        let lags = lags.map(|step| step["comment"].as_str().expect("text").to_owned());
        let applied = step(&steps, "loopback-static-routes-applied")["comment"].as_str().expect("text").to_owned();
        assert!(succeeded, "{steps:#}");
        (machine.metric_of("192.0.2.0/24"), lags, applied)
    };
    let lags = |offered: u32, kept: u32| {
        Some(format!(
            "conductor lags: it has revision {offered}, and this router keeps its document of revision {kept}"
        ))
    };
    let stored = || std::fs::read_to_string(machine.path("config/revision")).ok();

    assert_eq!(apply(Some(9), json!(41)).0, Some(9));
    assert_eq!(stored().as_deref(), Some("41\n"));
    for (what, metric, revision, expected, said) in [
        ("the first lags", Some(8), json!(40), Some(9), lags(40, 41)),
        ("the first lacks the router", None, json!(40), Some(9), lags(40, 41)),
        ("the same revision", Some(9), json!(41), Some(9), None),
        ("the next one", Some(7), json!(42), Some(7), None),
        ("the router is removed", None, json!(43), None, None),
        ("the first lags again", Some(7), json!(42), None, lags(42, 43)),
        ("0 is a revision", Some(7), json!(0), None, lags(0, 43)),
        ("it is added again", Some(6), json!(44), Some(6), None),
    ] {
        let (metric, lags, applied) = apply(metric, revision);
        assert_eq!((metric, lags), (expected, said), "{what}");
        assert!(!applied.contains("came back"), "{what}: {applied}");
    }
    // While the conductor lags, drift is still repaired.
    machine.run("ip route flush dev kni254 proto 128");
    assert_eq!(apply(Some(8), json!(40)).0, Some(6));
    // A damaged revision says nothing, and is written again.
    std::fs::write(machine.path("config/revision"), "4\u{0}4 x").expect("written");
    assert_eq!(apply(Some(5), json!(45)).0, Some(5));
    assert_eq!(stored().as_deref(), Some("45\n"));
    // An invalid one is an error, and changes nothing.
    for invalid in [json!("46"), json!(-1), json!(1.5), json!([46]), json!(true), json!(12_345_678_901_234_567_u64)] {
        machine.set_pillar(&pillar(Some(4), invalid.clone()));
        let (succeeded, steps) = machine.apply_steps("");
        let name = step(&steps, "loopback-static-routes-revision")["name"].as_str().expect("text").to_owned();
        assert!(!succeeded && name.contains("must be a number"), "{invalid}: {steps:#}");
        assert_eq!(machine.metric_of("192.0.2.0/24"), Some(5), "{invalid}");
    }

    // Without revisions there is no order, but the router says that a document came back.
    let (metric, _, applied) = apply(Some(4), Value::Null);
    assert_eq!((metric, stored()), (Some(4), None));
    assert!(!applied.contains("came back"), "{applied}");
    for (metric, times) in [(3, None), (4, Some("1 time")), (3, Some("1 time")), (4, Some("2 times")), (2, None)] {
        let (_, _, applied) = apply(Some(metric), Value::Null);
        let words = times.map(|times| format!("The document came back {times} after another document; two conductors"));
        assert_eq!(words.is_some(), applied.contains("came back"), "{metric}: {applied}");
        assert!(words.is_none_or(|words| applied.contains(&words)), "{metric}: {applied}");
        let status: Value =
            serde_json::from_str(&machine.run("handle_loopback_static_route_config status --json --summary || true"))
                .expect("JSON");
        let expected = times.and_then(|times| times.split(' ').next()?.parse().ok()).unwrap_or(0);
        assert_eq!(status["returns"], json!(expected), "{status}");
    }
}
