//! The Salt state on a node, applied by a real Salt without a master.

use std::path::Path;

use serde_json::{Value, json};

use crate::machine::{Machine, nsenter};
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

    /// Applies the state. Returns its result, and the result of its last step.
    fn apply_state(&self, options: &str) -> (bool, Value) {
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
        let states = states["local"].as_object().unwrap_or_else(|| panic!("{output}"));
        let (_, last) = states.iter().find(|(name, _)| name.starts_with("cmd_|-")).expect("the last step");
        (succeeded, last.clone())
    }
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
