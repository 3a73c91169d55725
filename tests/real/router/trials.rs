//! Trials on a real kernel, with real machines behind each interface.
//!
//! A run has its own time namespace, in which the clock of the trials (`CLOCK_BOOTTIME`) is ahead.
//! So no test waits for a deadline.

use std::cell::Cell;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::process::Command;

use loopback_static_routes::router::network::Network as _;
use loopback_static_routes::router::tcp::Tcp;

use super::peer::Peer;
use super::world::{PROGRAM, Run, World, in_namespace, route};
use crate::common::router::part;
use crate::common::wait;
use crate::strace::{self, Event, Threads};

const CONDUCTOR: &str = "192.0.2.10";
const SECOND_CONDUCTOR: &str = "192.0.2.11";

/// The routes that do no harm.
const SAFE: &[(&str, u32)] = &[("10.1.0.0/16", 5)];
/// The routes that take the path to all machines of the uplink.
const BAD: &[(&str, u32)] = &[("0.0.0.0/0", 0), ("10.1.0.0/16", 5)];
/// The conductor's network through kni254.
const TO_CONDUCTOR: &[(&str, u32)] = &[("192.0.2.0/24", 5)];

/// The time between two runs of the watch, in seconds.
const TICK: u64 = 15;

/// A router with an uplink (eth9), which has the default route, and with the product's forwarding
/// plane behind kni254.
struct Site<'w> {
    world: &'w World,
    uplink: Peer,
    plane: Peer,
    /// How far the clock is ahead, in seconds.
    ahead: Cell<u64>,
    /// The number of boots.
    boots: Cell<u32>,
}

impl<'w> Site<'w> {
    fn new(world: &'w World) -> Self {
        let (uplink, plane) = (Peer::new(world), Peer::behind_kni254(world));
        world.ip("route add default via 198.51.100.1 dev eth9 metric 100");
        Self { world, uplink, plane, ahead: Cell::new(100_000), boots: Cell::new(0) }
    }

    /// Returns a site with these conductors of the uplink, and with the routes that do no harm.
    fn guarded(world: &'w World, conductors: &[&str]) -> (Self, Vec<TcpListener>) {
        let site = Self::new(world);
        let listeners = conductors.iter().map(|address| serve(&site.uplink, address)).collect();
        site.put_peers(conductors);
        world.document(SAFE);
        site.run(&[], 0);
        // A run without changes asks the peers.
        site.run(&[], 0);
        assert_eq!(site.state(), "confirmed");
        (site, listeners)
    }

    fn put_peers(&self, conductors: &[&str]) {
        self.put_peers_and(conductors, &[]);
    }

    /// Lists conductors, and other peers as in JSON.
    fn put_peers_and(&self, conductors: &[&str], others: &[String]) {
        let conductor = |host: &&str| format!(r#"{{"role": "conductor", "host": "{host}", "port": 930}}"#);
        let peers: Vec<String> = conductors.iter().map(conductor).chain(others.iter().cloned()).collect();
        self.world.write(
            "var/lib/128technology/plugins/loopback-static-routes/peers.json",
            format!(r#"{{"format-version": 1, "peers": [{}]}}"#, peers.join(", ")),
        );
    }

    /// Lets time pass.
    fn pass(&self, seconds: u64) {
        self.ahead.set(self.ahead.get() + seconds);
    }

    /// Returns the program, with options of strace unless they are empty.
    fn command(&self, strace: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--time", "--boottime", &self.ahead.get().to_string(), "--fork"]);
        if !strace.is_empty() {
            let strace = strace::strace(&self.world.path("trace"), Threads::Main, strace);
            command.arg(strace.get_program()).args(strace.get_args());
        }
        command.arg(PROGRAM).args(arguments).arg("--root").arg(self.world.root());
        command.args(["--boot-id", &format!("{:032x}", self.boots.get())]);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Runs a command a tick after the last one. Returns its messages.
    #[track_caller]
    fn run(&self, arguments: &[&str], code: i32) -> String {
        self.pass(TICK);
        Run::of(self.command(&[], arguments).output().expect("unshare runs")).expect(code).stderr
    }

    /// Runs until a message contains this text. Returns the messages of that run.
    #[track_caller]
    fn run_until(&self, text: &str) -> String {
        let mut all = String::new();
        for _ in 0..20 {
            self.pass(TICK);
            let Run { stderr, .. } = Run::of(self.command(&[], &[]).output().expect("unshare runs"));
            if stderr.contains(text) {
                return stderr;
            }
            all += &stderr;
        }
        panic!("no message with {text:?}: {all}");
    }

    /// Returns the state of the trial.
    fn state(&self) -> String {
        let output = self.command(&[], &["status", "--json"]).output().expect("unshare runs");
        let status: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        status["guard"]["state"].as_str().expect("text").to_owned()
    }

    /// Returns the routes through kni254. The plugin's have protocol 128, or that of the network
    /// scripts after a boot.
    fn routes(&self) -> Vec<String> {
        self.world.routes().iter().map(|route| route.replace(" proto 128", "")).collect()
    }

    fn assert_has(&self, routes: &[(&str, u32)]) {
        let mut expected: Vec<String> =
            routes.iter().map(|(prefix, metric)| route(&prefix.replace("0.0.0.0/0", "default"), 3, *metric)).collect();
        expected.sort();
        assert_eq!(self.routes(), expected);
    }

    /// Boots: the network scripts add the routes of the file, and the clock starts again.
    fn boot(&self) {
        self.boots.set(self.boots.get() + 1);
        self.ahead.set(0);
        self.world.ip("route flush dev kni254 scope global");
        for line in self.world.file().unwrap_or_default().lines().filter(|line| !line.starts_with('#')) {
            self.world.ip(&format!("route add {line} proto boot"));
        }
    }
}

/// Gives a machine an address, and accepts connections of the product there.
fn serve(machine: &Peer, address: &str) -> TcpListener {
    machine.ip(&format!("addr add {address}/32 dev lo"));
    listen(machine, address)
}

fn listen(machine: &Peer, address: &str) -> TcpListener {
    machine.listen(&format!("{address}:930")).0
}

/// Returns true if a conductor accepts a connection.
fn reaches(address: &str) -> bool {
    let address: Ipv4Addr = address.parse().expect("an address");
    Tcp::new().connect(&[SocketAddrV4::new(address, 930)]) == [true]
}

/// The route file with the routes that do no harm.
fn safe_file() -> String {
    part(&["10.1.0.0/16 metric 5"])
}

in_namespace!(a_default_that_takes_the_path_to_the_conductor_is_reverted_and_rejected, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    world.document(BAD);
    let messages = site.run(&[], 0);
    assert!(messages.contains("on trial for 120 s"), "{messages}");
    assert!(messages.contains("192.0.2.10:930 (conductor) through kni254, before eth9"), "{messages}");
    site.assert_has(BAD);
    assert_eq!((site.state(), world.file()), ("trial".to_owned(), Some(safe_file())));
    // The forwarding plane drops the packets.
    assert!(!reaches(CONDUCTOR));
    site.run(&[], 0);
    site.assert_has(BAD);
    site.pass(120);
    let messages = site.run(&[], 0);
    assert!(messages.contains("is reverted after 120 s: no answer from 192.0.2.10:930 (conductor)"), "{messages}");
    assert!(reaches(CONDUCTOR));
    let messages = site.run(&[], 1);
    assert!(messages.contains("it cuts off 192.0.2.10:930 (conductor), which answers again"), "{messages}");
    for _ in 0..3 {
        site.run(&["--quiet"], 1);
        site.assert_has(SAFE);
    }
    assert_eq!((site.state(), world.file()), ("quarantined".to_owned(), Some(safe_file())));
    // An operator decides.
    let messages = site.run(&["confirm"], 0);
    site.assert_has(BAD);
    assert!(world.file().is_some_and(|file| file.contains("0.0.0.0/0 via")), "{messages}");
});

in_namespace!(a_conductor_behind_both_interfaces_confirms_with_two_answers, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    let _other = serve(&site.plane, CONDUCTOR);
    world.document(BAD);
    assert!(site.run(&[], 0).contains("on trial"));
    site.run(&[], 0);
    assert_eq!((site.state(), world.file()), ("trial".to_owned(), Some(safe_file())), "one answer proves nothing");
    let messages = site.run(&[], 0);
    assert!(messages.contains("is confirmed"), "{messages}");
    assert!(world.file().is_some_and(|file| file.contains("0.0.0.0/0 via")));
    site.assert_has(BAD);
    assert_eq!(site.state(), "confirmed");
});

in_namespace!(a_change_waits_for_a_conductor_that_is_down_before_it, |world| {
    let (site, conductor) = Site::guarded(world, &[CONDUCTOR]);
    let _other = serve(&site.plane, CONDUCTOR);
    drop(conductor);
    world.document(BAD);
    let messages = site.run(&[], 1);
    assert!(messages.contains("no peer answers now"), "{messages}");
    for _ in 0..3 {
        site.run(&["--quiet"], 1);
        site.assert_has(SAFE);
    }
    assert_eq!(site.state(), "postponed");
    let _conductor = listen(&site.uplink, CONDUCTOR);
    assert!(site.run(&[], 0).contains("on trial"));
    site.run_until("is confirmed");
    site.assert_has(BAD);
});

in_namespace!(a_conductor_that_goes_down_in_a_trial_and_comes_back_late_is_not_blamed_on_the_routes, |world| {
    let (site, conductor) = Site::guarded(world, &[CONDUCTOR]);
    let other = serve(&site.plane, CONDUCTOR);
    world.document(BAD);
    assert!(site.run(&[], 0).contains("on trial"));
    drop((conductor, other));
    site.pass(120);
    assert!(site.run(&[], 0).contains("is reverted after 120 s"));
    site.assert_has(SAFE);
    site.run(&[], 0);
    assert_eq!(site.state(), "reverted");
    site.pass(30);
    let messages = site.run(&[], 1);
    assert!(messages.contains("The former routes do not reach these either"), "{messages}");
    assert_eq!(site.state(), "postponed");
    let _both = [&site.uplink, &site.plane].map(|machine| listen(machine, CONDUCTOR));
    assert!(site.run(&[], 0).contains("on trial"));
    site.run_until("is confirmed");
    site.assert_has(BAD);
});

in_namespace!(a_change_that_cuts_off_one_of_two_conductors_is_rejected, |world| {
    let (site, mut conductors) = Site::guarded(world, &[CONDUCTOR, SECOND_CONDUCTOR]);
    let _other = serve(&site.plane, CONDUCTOR);
    // The second one refuses, so that no run waits for an answer.
    site.plane.ip(&format!("addr add {SECOND_CONDUCTOR}/32 dev lo"));
    world.document(BAD);
    let messages = site.run(&[], 0);
    assert!(
        messages.contains("192.0.2.10:930 (conductor) through") && messages.contains("192.0.2.11:930"),
        "{messages}"
    );
    let messages = site.run_until("is reverted after 120 s");
    assert!(messages.contains("no answer from 192.0.2.11:930 (conductor)\n"), "{messages}");
    let messages = site.run(&[], 1);
    assert!(messages.contains("it cuts off 192.0.2.11:930 (conductor)"), "{messages}");
    site.assert_has(SAFE);
    // A conductor that is down before the change does not count.
    conductors.pop();
    let messages = site.run(&["release"], 0);
    assert!(messages.contains("on trial") && !messages.contains("192.0.2.11"), "{messages}");
    site.run_until("is confirmed");
    site.assert_has(BAD);
});

in_namespace!(a_conductor_that_a_rule_leads_to_is_not_affected_by_a_default, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    world.ip("route add default via 198.51.100.1 dev eth9 table 100");
    world.ip(&format!("rule add to {CONDUCTOR} lookup 100"));
    world.document(BAD);
    let messages = site.run(&[], 0);
    assert!(!messages.contains("on trial"), "{messages}");
    site.assert_has(BAD);
    assert!(world.file().is_some_and(|file| file.contains("0.0.0.0/0 via")));
    assert!(reaches(CONDUCTOR));
    // Without the rule, the same routes would be tried.
    world.document(SAFE);
    site.run(&[], 0);
    world.ip(&format!("rule del to {CONDUCTOR} lookup 100"));
    world.document(BAD);
    assert!(site.run(&[], 0).contains("on trial"));
});

in_namespace!(a_reboot_in_a_trial_restores_the_path_without_the_program, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    // The forwarding plane refuses, so that no run waits for an answer.
    site.plane.ip(&format!("addr add {CONDUCTOR}/32 dev lo"));
    world.document(BAD);
    assert!(site.run(&[], 0).contains("on trial"));
    assert!(!reaches(CONDUCTOR));
    site.boot();
    assert!(reaches(CONDUCTOR));
    let messages = site.run(&[], 0);
    assert!(messages.contains("ended: the machine was booted"), "{messages}");
    // It begins again in the same run.
    assert!(messages.contains("on trial") && !reaches(CONDUCTOR), "{messages}");
    site.boot();
    world.document(SAFE);
    let messages = site.run(&[], 0);
    assert!(messages.contains("ended: the machine was booted") && !messages.contains("on trial"), "{messages}");
    site.assert_has(SAFE);
    assert!(reaches(CONDUCTOR));
});

in_namespace!(reboots_do_not_repeat_trials_without_end, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    site.plane.ip(&format!("addr add {CONDUCTOR}/32 dev lo"));
    world.document(BAD);
    site.run(&[], 0);
    for _ in 0..2 {
        site.boot();
        assert!(site.run(&[], 0).contains("on trial"));
    }
    site.run_until("is reverted after 120 s");
    site.run_until("it cuts off");
    site.boot();
    assert!(!site.run(&[], 1).contains("on trial"));
    site.assert_has(SAFE);
    assert!(reaches(CONDUCTOR));
});

in_namespace!(a_run_killed_between_the_record_and_a_request_is_harmless, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    site.plane.ip(&format!("addr add {CONDUCTOR}/32 dev lo"));
    let restore = || {
        world.document(SAFE);
        site.run(&[], 0);
        // The trials of the same routes are counted.
        site.run(&["release"], 0);
        let _ = std::fs::remove_file(world.path("var/lib/loopback-static-routes/trial.json"));
        site.run(&[], 0);
        site.assert_has(SAFE);
        world.document(BAD);
        site.pass(TICK);
    };
    restore();
    let options = ["-e", "trace=renameat,sendto", "-e", "signal=none"];
    assert!(site.command(&options, &[]).status().expect("unshare runs").success());
    let trace = world.read("trace").expect("traced");
    let calls: Vec<&str> = trace.lines().collect();
    let record = calls.iter().position(|call| call.contains("\"trial.json\"")).expect("the record is written");
    let is_request = |call: &&str| call.contains("RTM_NEWROUTE") && call.contains("NLM_F_CREATE");
    let request = calls.iter().position(is_request).expect("a route is added");
    assert!(record < request, "{trace}");
    let is_send = |call: &&&str| call.starts_with("sendto(");
    let (first, count) = (calls[..=request].iter().filter(is_send).count(), calls.iter().filter(is_send).count());
    for position in first..=count {
        restore();
        let kill = strace::inject("sendto", Event::Kill, position);
        let status = site.command(&["-e", &kill], &[]).status().expect("unshare runs");
        assert!(!status.success(), "at {position}: it was not killed");
        assert_eq!(site.state(), "trial", "at {position}");
        assert_eq!(world.file(), Some(safe_file()), "at {position}");
        if position == first {
            site.assert_has(SAFE);
        }
        // The next run goes on, with the same deadline.
        site.run(&["--quiet"], 0);
        site.pass(120);
        assert!(site.run(&[], 0).contains("is reverted after 120 s"), "at {position}");
        assert!(reaches(CONDUCTOR), "at {position}");
        assert!(site.run(&[], 1).contains("it cuts off"), "at {position}");
        site.assert_has(SAFE);
    }
});

in_namespace!(a_first_takeover_keeps_the_product_s_route_to_its_conductor_and_tries_the_others, |world| {
    let site = Site::new(world);
    let _listeners = [CONDUCTOR, SECOND_CONDUCTOR].map(|address| serve(&site.plane, address));
    for address in [CONDUCTOR, SECOND_CONDUCTOR] {
        // The uplink refuses, so that no run waits for an answer.
        site.uplink.ip(&format!("addr add {address}/32 dev lo"));
    }
    let lines = [CONDUCTOR, SECOND_CONDUCTOR].map(|address| format!("{address}/32 via 169.254.127.126 dev kni254\n"));
    let product = lines.concat();
    world.put_file(&product);
    for line in &lines {
        world.ip(&format!("route add {line}"));
    }
    // The second one is a machine that the site lists.
    let of_the_site = format!(r#"{{"role": "site", "host": "{SECOND_CONDUCTOR}", "port": 930}}"#);
    site.put_peers_and(&[CONDUCTOR], &[of_the_site]);
    world.document(SAFE);
    let before = world.routes();
    let messages = site.run(&[], 0);
    assert!(messages.contains("answer: 192.0.2.11:930 (peer of the site) through eth9, before kni254\n"), "{messages}");
    assert!(reaches(CONDUCTOR) && !reaches(SECOND_CONDUCTOR));
    assert_eq!((world.file().as_ref(), world.backup()), (Some(&product), None));
    site.run_until("is reverted after 120 s");
    assert!(reaches(CONDUCTOR) && reaches(SECOND_CONDUCTOR));
    site.run_until("it cuts off 192.0.2.11:930 (peer of the site)");
    assert_eq!((world.file().as_ref(), world.backup(), world.routes()), (Some(&product), None, before));
    // A document with the other route is applied, and the conductor's stays above the marker.
    world.document(&[("10.1.0.0/16", 5), ("192.0.2.11/32", 0)]);
    let messages = site.run(&[], 0);
    assert!(!messages.contains("on trial"), "{messages}");
    assert!(reaches(CONDUCTOR) && reaches(SECOND_CONDUCTOR));
    let file = format!("{}{}", lines[0], part(&["10.1.0.0/16 metric 5", "192.0.2.11/32"]));
    assert_eq!((world.file(), world.backup()), (Some(file), Some(product)));
});

/// Returns a site whose conductor is behind kni254, and is reached by a confirmed route there.
fn dependent_site(world: &World) -> (Site<'_>, TcpListener) {
    let site = Site::new(world);
    let conductor = serve(&site.plane, CONDUCTOR);
    // The uplink refuses, so that no run waits for an answer.
    site.uplink.ip(&format!("addr add {CONDUCTOR}/32 dev lo"));
    world.document(TO_CONDUCTOR);
    site.run(&[], 0);
    site.put_peers(&[CONDUCTOR]);
    site.run(&[], 0);
    assert!(reaches(CONDUCTOR));
    (site, conductor)
}

in_namespace!(a_disabled_document_that_cuts_off_the_conductor_is_reverted, |world| {
    let (site, _conductor) = dependent_site(world);
    let file = world.file();
    world.disabled();
    let messages = site.run(&[], 0);
    assert!(messages.contains("192.0.2.10:930 (conductor) through eth9, before kni254"), "{messages}");
    site.assert_has(&[]);
    assert_eq!(world.file(), file);
    site.run_until("is reverted after 120 s");
    assert!(reaches(CONDUCTOR));
    site.run_until("it cuts off 192.0.2.10:930 (conductor)");
    site.run(&["--quiet"], 1);
    site.assert_has(TO_CONDUCTOR);
    assert_eq!(world.file(), file);
});

in_namespace!(a_hold_that_cuts_off_the_conductor_is_over_by_itself, |world| {
    let (site, _conductor) = dependent_site(world);
    assert!(site.run(&["hold", "--reason", "a test"], 0).contains("The hold is on trial"));
    site.assert_has(&[]);
    site.run_until("The hold is reverted after 120 s");
    site.run_until("the hold is over");
    site.assert_has(TO_CONDUCTOR);
    assert!(reaches(CONDUCTOR) && site.state() == "confirmed");
    // An operator may insist.
    site.run(&["hold", "--now"], 0);
    for _ in 0..3 {
        site.run(&["--quiet"], 0);
        site.assert_has(&[]);
    }
    // No peer answers, and these routes were confirmed before the hold.
    assert!(site.run(&["release"], 0).contains("The hold is over"));
    site.assert_has(TO_CONDUCTOR);
    assert!(reaches(CONDUCTOR));
});

in_namespace!(a_hold_ends_a_trial, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    site.plane.ip(&format!("addr add {CONDUCTOR}/32 dev lo"));
    world.document(BAD);
    assert!(site.run(&[], 0).contains("on trial"));
    let messages = site.run(&["hold", "--reason", "a test"], 0);
    assert!(messages.contains("The trial of the new configuration ended: other routes are wanted"), "{messages}");
    assert!(reaches(CONDUCTOR));
    for _ in 0..2 {
        site.assert_has(&[]);
        assert_eq!(world.file(), None);
        site.boot();
        site.run(&["--quiet"], 0);
    }
    // The routes had no verdict yet.
    let messages = site.run(&["release"], 0);
    assert!(messages.contains("The hold is over") && messages.contains("on trial"), "{messages}");
    site.run_until("is reverted after 120 s");
    site.run_until("it cuts off");
    assert!(reaches(CONDUCTOR));
});

in_namespace!(a_second_document_waits_for_the_verdict_unless_it_has_the_confirmed_routes, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    site.plane.ip(&format!("addr add {CONDUCTOR}/32 dev lo"));
    world.document(BAD);
    assert!(site.run(&[], 0).contains("on trial"));
    for metric in [6, 7] {
        world.document(&[("10.1.0.0/16", metric)]);
        site.run(&[], 0);
        site.assert_has(BAD);
    }
    site.run_until("is reverted after 120 s");
    assert!(reaches(CONDUCTOR));
    // The verdict comes first, and then the newest one is applied.
    site.run(&[], 0);
    site.assert_has(&[("10.1.0.0/16", 7)]);
    world.document(&[("0.0.0.0/0", 1), ("10.1.0.0/16", 7)]);
    assert!(site.run(&[], 0).contains("on trial"));
    world.document(&[("10.1.0.0/16", 7)]);
    let messages = site.run(&[], 0);
    assert!(messages.contains("The trial of the new configuration ended: other routes are wanted"), "{messages}");
    site.assert_has(&[("10.1.0.0/16", 7)]);
    assert!(reaches(CONDUCTOR));
});

in_namespace!(a_change_that_cuts_off_an_open_ssh_session_is_reverted, |world| {
    let site = Site::new(world);
    world.document(SAFE);
    site.run(&[], 0);
    // The uplink leads to the client: 203.0.113.1.
    let listener = TcpListener::bind("0.0.0.0:22").expect("free");
    let local = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, 2), 22);
    site.uplink.ip("route add 198.51.100.2/32 dev eth9p src 203.0.113.1");
    let _client = site.uplink.within(|| TcpStream::connect(local).expect("accepted"));
    let (mut server, client) = listener.accept().expect("waiting");
    server.write_all(b"SSH-2.0-test\r\n").expect("sent");
    let is_waiting = || Tcp::new().sessions().expect("answered").iter().any(|session| session.is_retransmitting);
    world.document(BAD);
    let messages = site.run(&[], 0);
    assert!(messages.contains(&format!("{client} (SSH client) through kni254, before eth9")), "{messages}");
    // The shell prints something, which the client does not get.
    server.write_all(b"date\r\n").expect("sent");
    wait::until("the data is sent again", is_waiting, || world.ip("route"));
    site.pass(120);
    let messages = site.run(&[], 0);
    assert!(messages.contains(&format!("is reverted after 120 s: no answer from {client} (SSH client)")), "{messages}");
    wait::until("the session goes on", || !is_waiting(), || world.ip("route"));
    let messages = site.run(&[], 1);
    assert!(messages.contains(&format!("it cuts off {client} (SSH client), which answers again")), "{messages}");
    site.assert_has(SAFE);
});

in_namespace!(a_rule_for_the_source_of_an_open_connection_does_not_hide_a_lost_path, |world| {
    let (site, _conductor) = Site::guarded(world, &[CONDUCTOR]);
    // The forwarding plane refuses, so that no run waits for an answer.
    site.plane.ip(&format!("addr add {CONDUCTOR}/32 dev lo"));
    world.ip("route add default via 198.51.100.1 dev eth9 table 100");
    world.ip("rule add from 198.51.100.2 lookup 100");
    let conductor = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 10), 930);
    let _open = TcpStream::connect(conductor).expect("accepted");
    world.document(BAD);
    // The connection stays open, but no other one can be opened.
    assert!(site.run(&[], 0).contains("on trial"));
    assert!(!reaches(CONDUCTOR));
    site.run_until("is reverted after 120 s");
    site.run_until("it cuts off 192.0.2.10:930 (conductor)");
    assert!(reaches(CONDUCTOR));
});
