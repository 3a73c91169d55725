//! Nodes with a real Salt minion, and the network between them and their conductors.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::conductor::MASTER;
use crate::machine::Machine;

const INSIDE: &str = "LOOPBACK_STATIC_ROUTES_TEST_NAMESPACE";

/// Runs the named test in its own network and mount namespaces. Returns true inside it.
pub(crate) fn is_inside(name: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        ip(&["link", "set", "lo", "up"]);
        return true;
    }
    let output = Command::new("unshare")
        .args(["--net", "--mount"])
        .arg(std::env::current_exe().expect("a test binary"))
        .args(["--exact", name, "--nocapture", "--include-ignored"])
        .env(INSIDE, "1")
        .output()
        .expect("unshare is there");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}

/// Runs the named test in its own network namespace. Returns true inside it, where a switch has the
/// address of a master.
pub(crate) fn is_on_switch(name: &str) -> bool {
    if !is_inside(name) {
        return false;
    }
    ip(&["link", "add", "switch", "type", "bridge"]);
    add_address(MASTER);
    ip(&["link", "set", "switch", "up"]);
    true
}

/// Gives the switch another address, for another master.
pub(crate) fn add_address(address: &str) {
    ip(&["addr", "add", &format!("{address}/24"), "dev", "switch"]);
}

/// Returns the folders that a container needs to run Salt.
pub(crate) fn folders_of_salt(venv: &Path) -> Vec<PathBuf> {
    let python = std::fs::canonicalize(venv.join("bin/python")).expect("there");
    // A Python that is not the system's has its library next to its `bin` folder.
    let prefix = python.parent().and_then(Path::parent).expect("a prefix").to_owned();
    let of_system = prefix.starts_with("/usr");
    [Some(venv.to_owned()), (!of_system).then_some(prefix)].into_iter().flatten().collect()
}

/// Boots a node: a container with a kni254, and a minion of these masters that systemd runs.
pub(crate) fn boot(venv: &Path, id: &str, number: u8, masters: &[&str]) -> Machine {
    let paths = folders_of_salt(venv);
    let machine = Machine::boot_with(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>(), |_| {});
    machine.add_interface();
    join_switch(&machine, number);
    start_minion(&machine, venv, id, masters);
    machine
}

/// Connects a machine to the switch. Its default route is out-of-band, as on many routers.
pub(crate) fn join_switch(machine: &Machine, number: u8) {
    let leader = machine.leader.to_string();
    let outside = format!("node{number}");
    ip(&["link", "add", &outside, "type", "veth", "peer", "name", "eth0", "netns", &leader]);
    ip(&["link", "set", &outside, "master", "switch"]);
    ip(&["link", "set", &outside, "up"]);
    machine.run(&format!("ip addr add {} dev eth0 && ip link set eth0 up", address(number) + "/24"));
    machine.run(&format!("ip route add default via {MASTER} dev eth0"));
}

/// Returns the address of a machine on the switch.
pub(crate) fn address(number: u8) -> String {
    format!("10.213.0.1{number}")
}

/// Starts a minion of these masters.
pub(crate) fn start_minion(machine: &Machine, venv: &Path, id: &str, masters: &[&str]) {
    machine.run("mkdir -p /etc/salt");
    let masters = masters.join(", ");
    machine.run(&format!(
        "printf '%s\\n' 'master: [{masters}]' 'id: {id}' 'root_dir: /var/minion' 'log_level: warning' 'acceptance_wait_time: 1' \
         'recon_default: 100' 'mine_enabled: False' > /etc/salt/minion"
    ));
    let minion = venv.join("bin/salt-minion");
    machine.run(&format!(
        "systemd-run --quiet --unit=salt-minion --setenv=LC_ALL=C.UTF-8 {} -c /etc/salt",
        minion.display()
    ));
}

fn ip(arguments: &[&str]) {
    let output = Command::new("ip").args(arguments).output().expect("ip is there");
    assert!(output.status.success(), "ip {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}
