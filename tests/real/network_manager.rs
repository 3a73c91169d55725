//! The real NetworkManager beside the units, in a real systemd. It deletes our routes when it
//! activates kni254.

use std::path::Path;
use std::process::Command;

use crate::common::units::{PATH_UNIT, SERVICE, WATCH_TIMER};
use crate::common::wait;
use crate::machine::{Machine, drop_in};
use crate::parts::{part, root};

const SCRIPT: &str = "50-128T-loopback-static-routes";

/// NetworkManager manages kni254 alone, and only by the connection of the test.
const SETTINGS: &str =
    "[main]\nplugins=keyfile\nno-auto-default=*\n[keyfile]\nunmanaged-devices=*,except:interface-name:kni254\n";

impl Machine {
    /// Boots with NetworkManager. The path unit and the timer are active, but the timer never
    /// elapses.
    fn boot_with_network_manager(prepare: impl FnOnce(&Path)) -> Self {
        let machine = Self::boot(&[PATH_UNIT, WATCH_TIMER], |folder| {
            std::fs::remove_file(folder.join("usr/lib/systemd/system/NetworkManager.service")).expect("masked");
            for tree in ["usr", "lib"] {
                let (from, to) = (part("network-manager").join(tree), folder.join("usr").join(tree.replace("usr", "")));
                let copied = Command::new("cp").arg("--archive").arg(from.join(".")).arg(to).status();
                assert!(copied.expect("cp runs").success());
            }
            let settings = folder.join("usr/lib/NetworkManager/conf.d");
            std::fs::create_dir_all(&settings).expect("made");
            std::fs::write(settings.join("test.conf"), SETTINGS).expect("written");
            drop_in(folder, WATCH_TIMER, "[Timer]\nOnCalendar=\nOnCalendar=2099-01-01\n");
            prepare(folder);
        });
        machine.run("ip link add kni254 type veth peer name kni254p && ip link set kni254p up");
        machine.run(
            "nmcli connection add type ethernet con-name kni ifname kni254 ipv4.method manual \
             ipv4.addresses 169.254.127.127/31 ipv6.method disabled",
        );
        machine.run("nmcli connection up kni");
        machine.put_document(5);
        machine.wait_for_route();
        machine
    }

    fn has_route(&self) -> bool {
        self.run("ip -4 -N route show dev kni254 proto 128").contains("192.0.2.0/24")
    }

    #[track_caller]
    fn wait_for_route(&self) {
        wait::until("the route is there", || self.has_route(), || self.journal());
    }

    /// Returns the id of the last run of the service.
    fn last_run(&self) -> String {
        self.property(SERVICE, "InvocationID")
    }
}

fn install(folder: &Path) {
    let scripts = folder.join("usr/lib/NetworkManager/dispatcher.d");
    std::fs::create_dir_all(&scripts).expect("made");
    std::fs::copy(root().join("packaging/networkmanager").join(SCRIPT), scripts.join(SCRIPT)).expect("copied");
}

#[test]
#[ignore = "needs root, systemd-nspawn and NetworkManager: tests/run.sh"]
fn routes_come_back_at_once_after_events_of_networkmanager() {
    let machine = Machine::boot_with_network_manager(install);
    let reapply = "nmcli connection modify kni +ipv4.addresses 10.9.9.9/24 && nmcli device reapply kni254";
    for event in ["nmcli connection up kni", reapply, "nmcli connection down kni && nmcli connection up kni"] {
        let before = machine.last_run();
        machine.run(event);
        let ran = || machine.last_run() != before && machine.property(SERVICE, "SubState") == "dead";
        wait::until("the service runs", ran, || format!("{event}\n{}", machine.journal()));
        machine.wait_for_route();
    }
    // A restart deletes no route.
    machine.run("systemctl restart NetworkManager && nm-online --quiet");
    machine.wait_for_route();
    assert_eq!(machine.property(SERVICE, "Result"), "success");
}

// Otherwise the test above would prove nothing.
#[test]
#[ignore = "needs root, systemd-nspawn and NetworkManager: tests/run.sh"]
fn networkmanager_deletes_our_routes() {
    let machine = Machine::boot_with_network_manager(|_| {});
    let before = machine.last_run();
    machine.run("nmcli connection up kni");
    assert!(!machine.has_route());
    assert_eq!(machine.last_run(), before);
}

#[test]
#[ignore = "needs root, systemd-nspawn and NetworkManager: tests/run.sh"]
fn events_of_networkmanager_do_not_end_a_removal() {
    let machine = Machine::boot_with_network_manager(install);
    // Scripts run in the order of their names.
    let script = "/usr/lib/NetworkManager/dispatcher.d/99-test";
    machine.run(&format!("printf '#!/bin/sh\\necho $1 $2 >>/run/events\\n' >{script} && chmod 755 {script}"));
    machine.run(&format!("systemctl stop {PATH_UNIT} {WATCH_TIMER} && handle_loopback_static_route_config remove"));
    let before = machine.last_run();
    machine.run("nmcli connection up kni");
    let ran = || machine.run("cat /run/events 2>/dev/null; true").contains("kni254 up");
    wait::until("the scripts have run", ran, || machine.journal());
    assert_eq!((machine.last_run(), machine.has_route()), (before, false), "{}", machine.journal());
}
