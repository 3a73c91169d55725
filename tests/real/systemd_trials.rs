//! Trials in a real systemd: the units take the steps, by the timer as it is shipped. The power is
//! cut between the trial and its verdict.

use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;

use loopback_static_routes::router::network::Network as _;
use loopback_static_routes::router::tcp::Tcp;

use crate::common::router::{document, part};
use crate::common::units::{PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER};
use crate::common::wait;
use crate::machine::{Machine, nsenter};
use crate::router::peer::{Namespace, Peer};

const CONDUCTOR: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 10), 930);
/// A Salt master that is in no list.
const MASTER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 20), 4505);

/// The routes that do no harm.
const SAFE: &[(&str, u32)] = &[("10.1.0.0/16", 5)];
/// The routes that take the path to all machines of the uplink.
const DEFAULT: &[(&str, u32)] = &[("0.0.0.0/0", 0), ("10.1.0.0/16", 5)];
/// The conductor's network through kni254.
const TO_CONDUCTOR: &[(&str, u32)] = &[("192.0.2.0/24", 5)];

/// A router with an uplink (eth9), which has the default route, and with the product's forwarding
/// plane behind kni254.
struct Site {
    machine: Machine,
    uplink: Peer,
    plane: Peer,
}

impl Site {
    /// Boots a router, and starts its units.
    fn boot() -> Self {
        let machine = Machine::boot_with(&[], |folder| {
            let own = folder.join("own");
            std::fs::create_dir(&own).expect("made");
            std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o700)).expect("ours");
        });
        let site = Self { machine, uplink: Peer::detached(), plane: Peer::detached() };
        for machine in [&site.uplink, &site.plane] {
            for address in [CONDUCTOR, MASTER] {
                // Without a listener, the machine refuses, so that no run waits for an answer.
                machine.ip(&format!("addr add {}/32 dev lo", address.ip()));
            }
        }
        site.connect();
        site.start_units();
        site
    }

    /// Adds the interfaces, and the routes of the network scripts.
    fn connect(&self) {
        let machine = &self.machine;
        machine.add_interface();
        machine.run("ip link add eth9 type veth peer name eth9p && ip link set eth9 up");
        machine.run("ip addr add 198.51.100.2/24 dev eth9");
        self.within(|| {
            self.uplink.take_over("eth9p", "198.51.100.1/24");
            self.plane.take_over("kni254p", "169.254.127.126/31");
        });
        machine.run("ip route add default via 198.51.100.1 dev eth9 metric 100");
        for line in self.file().lines().filter(|line| !line.starts_with('#')) {
            machine.run(&format!("ip route add {line}"));
        }
    }

    fn start_units(&self) {
        self.machine.run(&format!("systemctl start {PATH_UNIT} {WATCH_TIMER}"));
    }

    /// Cuts the power, and boots. The units are not started yet.
    fn cut_power(&mut self) {
        self.machine.cut_power();
        self.connect();
    }

    /// Runs this in the network of the router.
    fn within<T: Send>(&self, run: impl FnOnce() -> T + Send) -> T {
        Namespace::of(self.machine.leader).within(run)
    }

    /// Returns true if the conductor accepts a connection of the router.
    fn reaches_conductor(&self) -> bool {
        self.within(|| Tcp::new().connect(&[CONDUCTOR])) == [true]
    }

    fn put_document(&self, routes: &[(&str, u32)]) {
        self.write("config.json", &document(true, routes));
    }

    fn put_peers(&self, deadline: u32) {
        let peer = format!(r#"{{"role": "conductor", "host": "{}", "port": 930}}"#, CONDUCTOR.ip());
        let text = format!(r#"{{"format-version": 1, "deadline-seconds": {deadline}, "peers": [{peer}]}}"#);
        self.write("peers.json", &text);
    }

    fn write(&self, name: &str, text: &str) {
        let (new, path) = (self.machine.path("config/.new"), self.machine.path("config").join(name));
        std::fs::write(&new, text).expect("written");
        std::fs::rename(new, path).expect("renamed");
    }

    fn file(&self) -> String {
        std::fs::read_to_string(self.machine.path("scripts/route-kni254")).unwrap_or_default()
    }

    /// Returns true if the kernel has a route to this prefix through kni254.
    fn has(&self, prefix: &str) -> bool {
        self.machine.run(&format!("ip -4 route show {prefix} dev kni254")).contains("via")
    }

    /// Waits until a unit logs a line with this text.
    #[track_caller]
    fn wait_for(&self, text: &str) {
        let units = format!("journalctl --no-pager -o cat -u {SERVICE} -u {WATCH_SERVICE}");
        wait::until(text, || self.machine.run(&units).contains(text), || self.machine.journal());
    }
}

fn listen(machine: &Peer, address: SocketAddrV4) -> TcpListener {
    machine.listen(&address.to_string()).0
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_default_that_takes_the_path_is_reverted_and_rejected_after_a_power_cut() {
    let mut site = Site::boot();
    let _conductor = listen(&site.uplink, CONDUCTOR);
    site.put_document(SAFE);
    site.wait_for("Successfully");
    site.put_peers(86_400);
    site.put_document(DEFAULT);
    site.wait_for("is on trial for 86400 s: it is reverted unless these answer: 192.0.2.10:930 (conductor)");
    assert!(!site.reaches_conductor());
    site.put_peers(1);
    site.cut_power();
    assert!(site.reaches_conductor(), "the boot restores the path, without the program");
    assert_eq!(site.file(), part(&["10.1.0.0/16 metric 5"]));
    site.start_units();
    site.wait_for("The trial of the new configuration ended: the machine was booted");
    site.wait_for("is on trial for 1 s");
    site.wait_for("is reverted after 1 s: no answer from 192.0.2.10:930 (conductor)");
    assert!(site.reaches_conductor());
    site.wait_for("is rejected: it cuts off 192.0.2.10:930 (conductor), which answers again");
    // The rejection survives too.
    site.cut_power();
    site.machine.run(&format!("systemctl start {WATCH_SERVICE}"));
    assert!(site.reaches_conductor() && !site.has("default"));
    assert_eq!(site.file(), part(&["10.1.0.0/16 metric 5"]));
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_default_that_reaches_the_peers_is_confirmed_after_a_power_cut() {
    let mut site = Site::boot();
    let _listeners = [&site.uplink, &site.plane].map(|machine| [CONDUCTOR, MASTER].map(|to| listen(machine, to)));
    site.put_document(SAFE);
    site.wait_for("Successfully");
    site.put_peers(86_400);
    site.put_document(DEFAULT);
    site.wait_for("is on trial for 86400 s");
    site.cut_power();
    // The services may read the open connections, and connect.
    let _open = site.within(|| TcpStream::connect(MASTER).expect("accepted"));
    site.start_units();
    site.wait_for("The trial of the new configuration ended: the machine was booted");
    site.wait_for("192.0.2.20:4505 (open connection) through kni254, before eth9");
    // A run by hand knows the boot by another way than the units.
    let by_hand = nsenter(site.machine.leader, "handle_loopback_static_route_config apply --no-wait 2>&1");
    let said = by_hand.unwrap_or_else(|said| said);
    assert!(!said.contains("booted") && (said.contains("on trial") || said.contains("is confirmed")), "{said}");
    site.wait_for("The new configuration is confirmed");
    assert_eq!(site.file(), part(&["0.0.0.0/0", "10.1.0.0/16 metric 5"]));
    assert!(site.has("default"));
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_hold_that_cuts_off_the_conductor_is_over_after_a_power_cut() {
    let mut site = Site::boot();
    let _conductor = listen(&site.plane, CONDUCTOR);
    site.put_document(TO_CONDUCTOR);
    site.wait_for("Successfully");
    site.put_peers(86_400);
    let hold = "handle_loopback_static_route_config hold --no-wait --reason test";
    site.machine.run(hold);
    assert!(!site.reaches_conductor() && !site.has("192.0.2.0/24"));
    site.machine.run(&format!("systemctl start {WATCH_SERVICE}"));
    assert!(!site.has("192.0.2.0/24"), "the watch keeps the hold");
    site.put_peers(1);
    site.cut_power();
    assert!(site.reaches_conductor(), "the boot restores the path, without the program");
    site.start_units();
    site.wait_for("The trial of the hold ended: the machine was booted");
    site.wait_for("The hold is reverted after 1 s: no answer from 192.0.2.10:930 (conductor)");
    site.wait_for("The hold is rejected: it cuts off 192.0.2.10:930 (conductor), which answers again");
    assert!(site.reaches_conductor() && site.has("192.0.2.0/24"));
    assert_eq!(site.file(), part(&["192.0.2.0/24 metric 5"]));
}
