//! The Salt state on a node, applied by a real Salt without a master.

use std::path::Path;

use loopback_static_routes::contract::peers::{self, Role};
use serde_json::{Value, json};

use crate::machine::{CONFIG, Machine, nsenter};
use crate::parts::{part, root};

const PILLAR: &str = r#"{"loopback-static-routes": {"format-version": 1, "router": "r", "node": "n", "enabled": true, "interface": "kni254", "gateway": "169.254.127.126", "routes": [{"prefix": "192.0.2.0/24", "metric": 5}]}}"#;

impl Machine {
    /// Boots a node with Salt, and with a pillar.
    fn boot_with_salt() -> Self {
        let venv = part("salt");
        let python = std::fs::canonicalize(venv.join("bin/python")).expect("there");
        let prefix = python.parent().and_then(Path::parent).expect("a prefix").to_owned();
        let states = root().join("salt");
        let mut paths = vec![venv.as_path(), &states];
        if !prefix.starts_with("/usr") {
            paths.push(&prefix);
        }
        let machine = Self::boot_with(&paths, |_| {});
        machine.add_interface();
        machine.run("mkdir -p /srv/pillar");
        machine.run(&format!(
            "echo '{PILLAR}' >/srv/pillar/node.sls && echo '{{base: {{\"*\": [node]}}}}' >/srv/pillar/top.sls"
        ));
        machine
    }

    /// Writes the pillar.
    fn set_pillar(&self, pillar: &Value) {
        self.run(&format!("cat >/srv/pillar/node.sls <<'END'\n{pillar}\nEND"));
    }

    /// Applies the state. Returns its result, and the results of its steps by their names.
    fn apply_steps(&self, options: &str) -> (bool, Value) {
        let command = format!(
            "LC_ALL=C.UTF-8 {}/bin/salt-call --local --retcode-passthrough --out=json --log-level=quiet --file-root={} \
             --pillar-root=/srv/pillar state.apply loopback_static_routes {options} 2>/dev/null",
            part("salt").display(),
            root().join("salt").display()
        );
        let (succeeded, output) = match nsenter(self.leader, &command) {
            Ok(output) => (true, output),
            Err(output) => (false, output),
        };
        let states: Value = serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}: {output}"));
        (succeeded, states["local"].clone())
    }

    /// Applies the state. Returns its result, and the result of its last step.
    fn apply_state(&self, options: &str) -> (bool, Value) {
        let (succeeded, steps) = self.apply_steps(options);
        (succeeded, step(&steps, "loopback-static-routes-applied").clone())
    }
}

/// Returns the result of a step.
fn step<'s>(steps: &'s Value, name: &str) -> &'s Value {
    let all = steps.as_object().unwrap_or_else(|| panic!("{steps}"));
    all.values().find(|step| step["__id__"] == name).unwrap_or_else(|| panic!("{name}: {steps:#}"))
}

#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/run.sh"]
fn a_highstate_tries_again_until_the_routes_are_correct() {
    let machine = Machine::boot_with_salt();
    machine.run("ip link add eth9 type veth peer name eth9p && ip link set eth9 up && ip route add 192.0.2.0/24 dev eth9 metric 5");
    // The document does not change after the first time.
    for _ in 0..2 {
        let (succeeded, step) = machine.apply_state("");
        assert_eq!((succeeded, &step["result"]), (false, &json!(false)), "{step:#}");
    }
    let (_, step) = machine.apply_state("test=True");
    assert_eq!(step["result"], Value::Null, "{step:#}");
    machine.run("ip route del 192.0.2.0/24 dev eth9");
    machine.run("systemctl stop 128T-loopback-static-routes-watch.timer 128T-loopback-static-routes-watch.service");
    machine.run("ip route flush dev kni254 proto 128");
    let (succeeded, step) = machine.apply_state("");
    assert!(succeeded, "{step:#}");
    assert!(machine.run("ip -N route show dev kni254").contains("192.0.2.0/24 via 169.254.127.126 proto 128 metric 5"));
    // Then there is nothing to do.
    for options in ["", "test=True"] {
        let (succeeded, step) = machine.apply_state(options);
        assert_eq!((succeeded, &step["result"], &step["changes"]), (true, &json!(true), &json!({})), "{step:#}");
    }
}

#[test]
#[ignore = "needs root, Salt and systemd-nspawn: tests/run.sh"]
fn the_peers_are_there_before_the_document_and_stay() {
    let machine = Machine::boot_with_salt();
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
