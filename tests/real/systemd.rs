//! The units in a real systemd. They restore the file and the kernel after every event that changes
//! either.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::common::router::part;
use crate::common::units::{ALL, PATH_UNIT, SERVICE, UNITS, WATCH_SERVICE, WATCH_TIMER};
use crate::common::wait;
use crate::machine::{CONFIG, Machine, PEER, drop_in, nsenter, put_document, put_route};

const PROGRAM: &str = "handle_loopback_static_route_config";

const BOTH: [&str; 2] = [PATH_UNIT, WATCH_TIMER];

/// The log line of a run that adds one route to the kernel.
const ONE_ADDED: &str = "Kernel routes through kni254: 1 added, 0 deleted";

impl Machine {
    fn routes(&self) -> String {
        self.run("ip -4 -N route show dev kni254 proto 128").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn file(&self) -> String {
        std::fs::read_to_string(self.path("scripts/route-kni254")).unwrap_or_default()
    }

    /// Returns true when file and kernel have the route with this metric.
    fn has(&self, metric: u32) -> bool {
        self.routes() == format!("192.0.2.0/24 via 169.254.127.126 metric {metric}") && self.file() == file(metric)
    }

    #[track_caller]
    fn wait_for(&self, metric: u32) {
        let state = || format!("{}\n{}\n{}", self.routes(), self.file(), self.journal());
        wait::until(&format!("metric {metric}"), || self.has(metric), state);
    }

    /// Waits until no run is active and systemd watches the files again.
    #[track_caller]
    fn wait_until_idle(&self) {
        let state = || self.run(&format!("systemctl show -p SubState --value {PATH_UNIT} {SERVICE}"));
        wait::until("the path unit waits", || state().split_whitespace().eq(["waiting", "dead"]), state);
    }

    /// Waits until no run is active. Stopping a timer or path unit does not stop its run.
    #[track_caller]
    fn wait_until_ended(&self) {
        let state = || self.run(&format!("systemctl show -p SubState --value {SERVICE} {WATCH_SERVICE}"));
        wait::until("no run is active", || state().split_whitespace().eq(["dead", "dead"]), state);
    }

    /// Returns the output of `status`, which fails if there is drift.
    fn status(&self, options: &str) -> String {
        nsenter(self.leader, &format!("handle_loopback_static_route_config status {options}"))
            .unwrap_or_else(|text| text)
    }

    /// Counts a line in the journal of a unit.
    fn count(&self, unit: &str, line: &str) -> usize {
        self.run(&format!("journalctl --no-pager -o cat -u {unit}")).matches(line).count()
    }

    /// Waits until the service of the path unit has run again, and systemd watches the files.
    #[track_caller]
    fn wait_for_run_of_the_service(&self) {
        // The caller has just changed a file, so the run may be over.
        self.wait_for_runs_of_the_watch(1);
        let state = || self.run(&format!("systemctl show -p SubState --value {PATH_UNIT} {SERVICE}"));
        let is_idle = |state: &str| matches!(state, "waiting" | "dead" | "failed");
        wait::until("the path unit waits", || state().split_whitespace().all(is_idle), state);
    }

    /// Waits until the watch has run this many times.
    #[track_caller]
    fn wait_for_runs_of_the_watch(&self, runs: usize) {
        let last = || self.property(WATCH_SERVICE, "InvocationID");
        for _ in 0..runs {
            let before = last();
            wait::until("the watch runs", || last() != before, || self.journal());
        }
    }

    #[track_caller]
    fn assert_no_unit_failed(&self) {
        for unit in ALL {
            assert!(nsenter(self.leader, &format!("systemctl is-failed {unit}")).is_err(), "{unit} has failed");
        }
    }
}

/// The route file with the route of [`put_document`].
fn file(metric: u32) -> String {
    part(&[&format!("192.0.2.0/24 metric {metric}")])
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn the_path_unit_follows_changes_of_document_and_file() {
    let machine = Machine::boot(&[PATH_UNIT], |_| {});
    machine.add_interface();
    machine.put_document(5);
    machine.wait_for(5);
    machine.wait_until_idle();
    machine.put_document(6);
    machine.wait_for(6);
    machine.wait_until_idle();
    // The product stops, and restores the file that it has kept since it started.
    std::fs::write(machine.path("scripts/route-kni254"), file(5)).expect("written");
    machine.wait_for(6);
    machine.assert_no_unit_failed();
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn many_changes_do_not_stop_the_path_unit() {
    let machine = Machine::boot(&BOTH, |_| {});
    machine.add_interface();
    // These are more starts than systemd allows by default. A path unit that reaches the limit
    // never recovers.
    for metric in 11..=22 {
        machine.put_document(metric);
        machine.wait_for(metric);
    }
    machine.assert_no_unit_failed();
    for metric in 23..=62 {
        machine.put_document(metric);
    }
    machine.wait_for(62);
    machine.assert_no_unit_failed();
    machine.wait_until_idle();
    machine.put_document(63);
    machine.wait_for(63);
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn the_watch_sees_changes_of_the_kernel() {
    // The interface comes later than the document.
    let machine = Machine::boot(&[WATCH_TIMER], |folder| put_document(folder, 5));
    machine.add_interface();
    machine.wait_for(5);

    // The link goes down, and the kernel flushes its routes. No run can add them before it is up
    // again.
    machine.run("ip link set kni254 down");
    assert_eq!(machine.routes(), "");
    machine.run("ip link set kni254 up");
    machine.wait_for(5);

    // The interface is deleted, and another one is created.
    machine.run("ip link del kni254");
    assert!(!machine.run("ip link show").contains("kni254"));
    machine.add_interface();
    machine.wait_for(5);

    // A user deletes a route. A run may add it at once, so its line in the journal is the event.
    let before = machine.count(WATCH_SERVICE, ONE_ADDED);
    machine.run("ip route del 192.0.2.0/24 dev kni254");
    let added_again = || machine.count(WATCH_SERVICE, ONE_ADDED) > before;
    wait::until("the watch adds the route again", added_again, || machine.journal());
    assert!(machine.has(5));

    // A run without a change leaves no line in the journal.
    let journal = machine.run(&format!("journalctl --no-pager -o cat -u {WATCH_SERVICE}"));
    assert!(journal.matches("Successfully").count() <= journal.matches("Kernel routes").count(), "{journal}");
    assert!(!journal.contains("Starting") && !journal.contains("Finished"), "{journal}");
    machine.assert_no_unit_failed();
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn the_watch_continues_after_a_run_without_a_document() {
    let machine = Machine::boot(&[WATCH_TIMER], |_| {});
    machine.add_interface();
    // The timer elapses twice, so it continues after a run that found no document.
    let elapsed = || machine.property(WATCH_TIMER, "LastTriggerUSec");
    for _ in 0..2 {
        let before = elapsed();
        wait::until("the timer elapses", || elapsed() != before, || machine.journal());
    }
    machine.put_document(5);
    machine.wait_for(5);
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_change_during_a_run_is_not_lost() {
    // A run has read the document for the last time and has not ended, so systemd does not watch
    // the path. The run ends when the test has opened and closed the FIFO.
    let machine = Machine::boot(&BOTH, |folder| {
        let hold = format!("[Service]\nExecStartPost=/bin/sh -c 'test ! -p {CONFIG}/hold || cat {CONFIG}/hold'\n");
        drop_in(folder, SERVICE, &hold);
        let made = Command::new("mkfifo").arg(folder.join("config/hold")).status().expect("mkfifo runs");
        assert!(made.success());
    });
    machine.add_interface();
    machine.put_document(5);
    let held = || machine.property(SERVICE, "SubState") == "start-post";
    wait::until("the run is held", held, || machine.journal());
    // Opening waits for the reader.
    let fifo = std::fs::File::options().write(true).open(machine.path("config/hold")).expect("opened");
    std::fs::remove_file(machine.path("config/hold")).expect("removed");
    machine.put_document(6);
    drop(fifo);
    machine.wait_for(6);
    machine.assert_no_unit_failed();
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_run_that_hangs_does_not_make_the_next_one_fail() {
    // The watch takes the lock and hangs until systemd kills it. That takes longer than a run by
    // hand waits for the lock.
    let machine = Machine::boot(&[], |folder| {
        let hang = "[Service]\nExecStart=\nExecStart=/usr/bin/flock /var/lib/loopback-static-routes/lock sleep infinity\n\
                    TimeoutStartSec=8\n";
        drop_in(folder, WATCH_SERVICE, hang);
        put_document(folder, 5);
    });
    machine.add_interface();
    machine.run(&format!("systemctl start --no-block {WATCH_SERVICE}"));
    let lock = "/var/lib/loopback-static-routes/lock";
    let is_locked = || nsenter(machine.leader, &format!("test -e {lock} && ! flock --nonblock {lock} true")).is_ok();
    wait::until("the watch has the lock", is_locked, || machine.journal());
    machine.run(&format!("systemctl start {SERVICE}"));
    assert_eq!(machine.property(SERVICE, "Result"), "success");
    let killed = || machine.property(WATCH_SERVICE, "Result") == "timeout";
    wait::until("systemd has killed the watch", killed, || machine.journal());
    assert!(machine.has(5), "{}", machine.journal());
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_service_keeps_the_group_of_the_route_file_and_locks_a_private_file() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let machine = Machine::boot(&BOTH, |folder| {
        std::fs::write(folder.join("scripts/route-kni254"), "# by hand\n").expect("written");
        chown(folder.join("scripts/route-kni254"), None, Some(34)).expect("root may");
    });
    machine.add_interface();
    let group = || std::fs::metadata(machine.path("scripts/route-kni254")).expect("there").gid();
    // The takeover, and an update.
    for metric in [5, 6] {
        machine.put_document(metric);
        let file = format!("# by hand\n{}", file(metric));
        wait::until("the file is written", || machine.file() == file, || machine.journal());
        machine.wait_until_idle();
        assert_eq!(group(), 34, "{}", machine.journal());
    }
    assert!(!machine.journal().contains("has the group root now"), "{}", machine.journal());
    assert_eq!(
        machine.run("stat -c '%a %U' /var/lib/loopback-static-routes /var/lib/loopback-static-routes/lock"),
        "700 root\n600 root\n"
    );
    machine.assert_no_unit_failed();
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_reboot_applies_the_newest_document() {
    // Before the units start, the product adds the routes of the file, which is older than the
    // document.
    let machine = Machine::boot(&[], |folder| {
        put_document(folder, 6);
        std::fs::write(folder.join("scripts/route-kni254"), file(5)).expect("written");
    });
    for unit in BOTH {
        assert_eq!(machine.property(unit, "ActiveState"), "inactive", "{unit}");
    }
    machine.add_interface();
    machine.run("ip -4 route add 192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5");
    machine.run(&format!("systemctl start {PATH_UNIT} {WATCH_TIMER}"));
    machine.wait_for(6);
    assert!(!machine.run("ip route show dev kni254").contains("metric 5"), "the old route is still there");
    machine.assert_no_unit_failed();
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn an_invalid_document_is_reported_and_the_next_one_is_followed() {
    let machine = Machine::boot(&BOTH, |folder| put_document(folder, 5));
    machine.add_interface();
    machine.wait_for(5);
    machine.wait_until_idle();
    std::fs::write(machine.path("config/config.json"), "{").expect("written");
    let reported = || machine.count(SERVICE, "config.json: 1:1: EOF") > 0;
    wait::until("the fault is in the journal", reported, || machine.journal());
    assert!(machine.has(5));
    machine.put_document(6);
    machine.wait_for(6);
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn the_watch_reports_each_state_once() {
    let machine = Machine::boot(&BOTH, |folder| put_document(folder, 5));
    machine.add_interface();
    machine.wait_for(5);
    machine.wait_until_idle();
    let reported = |line: &str| machine.count(WATCH_SERVICE, line) + machine.count(SERVICE, line);
    let once = |line: &str| {
        wait::until(line, || reported(line) > 0, || machine.journal());
        machine.wait_for_runs_of_the_watch(3);
        assert_eq!(reported(line), 1, "{}", machine.journal());
    };
    machine.run("ip link add eth9 type veth peer name eth9p && ip link set eth9 up");
    machine.run("ip route replace 192.0.2.0/24 dev eth9 metric 5");
    once("Conflict: 192.0.2.0/24 metric 5 is held by eth9 (protocol boot)");
    machine.run("ip link del eth9");
    once("Conflict resolved: 192.0.2.0/24 metric 5 is not held by eth9 (protocol boot) any more");
    machine.run("ip link set kni254p down");
    once("kni254 has no carrier: 1 route carries no traffic");
    // The states survive a restart of systemd's manager and of the units.
    machine.run(&format!("systemctl daemon-reexec && systemctl restart {PATH_UNIT} {WATCH_TIMER}"));
    once("kni254 has no carrier: 1 route carries no traffic");
    machine.run("ip link set kni254p up");
    once("kni254 has its carrier again");
    // systemd does not watch the document for the moment, so that only the watch can report it.
    machine.run(&format!("systemctl stop {PATH_UNIT}"));
    std::fs::write(machine.path("config/config.json"), "{").expect("written");
    once("config.json: 1:1: EOF");
    machine.put_document(6);
    once("Runs succeed again after the error: invalid document");
    machine.assert_no_unit_failed();
    // The record is root's own, although the services have no capability to change that.
    assert_eq!(machine.run("stat -c %a:%U /var/lib/loopback-static-routes").trim(), "700:root");
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn status_knows_the_units_and_the_last_run() {
    // The timer never elapses, so that no run is under way while the test asks.
    let machine = Machine::boot(&[], |folder| {
        drop_in(folder, WATCH_TIMER, "[Timer]\nOnCalendar=\nOnCalendar=2099-01-01\n");
    });
    let text = machine.status("");
    assert!(text.starts_with("no-document: ") && text.contains("\nlast run  none known to systemd\n"), "{text}");
    machine.add_interface();
    machine.put_document(5);
    machine.run(&format!("systemctl start {SERVICE}"));
    let text = machine.status("");
    assert!(text.starts_with("in-agreement: "), "{text}");
    assert!(text.contains(&format!("\nunits     {PATH_UNIT}: inactive, ")), "{text}");
    assert!(text.contains("run systemctl enable --now"), "{text}");
    machine.run(&format!("systemctl enable --now {PATH_UNIT} {WATCH_TIMER}"));
    // systemd knows the last run of a service as long as another unit refers to it.
    machine.put_document(6);
    machine.wait_for(6);
    machine.wait_until_idle();
    let text = machine.status("");
    assert!(text.contains(" s ago, exit code 0\n"), "{text}");
    assert!(text.contains(&format!("{WATCH_TIMER}: active, enabled\n")) && !text.contains("\nnext "), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let json: serde_json::Value = serde_json::from_str(&machine.status("--json")).expect("JSON");
    assert_eq!(json["units"][PATH_UNIT], serde_json::json!({"active": "active", "enabled": "enabled"}));
    assert_eq!(json["last-run"]["exit-code"], serde_json::json!(0));
    let metrics = machine.status("--format openmetrics");
    assert!(metrics.contains(&format!("loopback_static_routes_unit_active{{unit=\"{PATH_UNIT}\"}} 1\n")), "{metrics}");
    assert!(metrics.contains("\nloopback_static_routes_last_run_exit_code 0\n"), "{metrics}");
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn status_waits_for_the_end_of_a_run_unless_the_run_hangs() {
    let machine = Machine::boot(&[PATH_UNIT], |folder| {
        let hang = "[Service]\nExecStart=\nExecStart=sleep infinity\nTimeoutStartSec=infinity\n";
        drop_in(folder, WATCH_SERVICE, hang);
    });
    machine.add_interface();
    let wait_for_begin = |unit: &str| {
        let begun = || machine.property(unit, "ExecMainStartTimestampMonotonic") != "0";
        wait::until("the run begins", begun, || machine.journal());
    };
    // The run of the path unit waits for the lock, which another process holds.
    let lock = "/var/lib/loopback-static-routes/lock";
    machine.run(&format!("systemd-run --unit=holder -p UMask=0077 flock {lock} sleep infinity"));
    let is_locked = || nsenter(machine.leader, &format!("test -e {lock} && ! flock --nonblock {lock} true")).is_ok();
    wait::until("the lock is held", is_locked, || machine.journal());
    machine.put_document(5);
    wait_for_begin(SERVICE);
    let text = machine.status("");
    assert!(text.contains("\nlast run  under way\n"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&machine.status("--json")).expect("JSON");
    assert_eq!(json["last-run"], serde_json::Value::Null);
    assert!(!machine.status("--format openmetrics").contains("last_run"));
    machine.run("systemctl stop holder");
    machine.wait_for(5);
    machine.wait_until_idle();
    // A run is under way at the first question, and has ended at the second.
    let first = format!("Id={SERVICE}\nActiveState=activating\nExecMainExitTimestampMonotonic=0\nExecMainStatus=0");
    machine.run(&format!(
        "mkdir /run/first && printf '#!/bin/sh\nmkdir /run/asked && echo \"{first}\" || exec /usr/bin/systemctl \"$@\"' \
         >/run/first/systemctl && chmod +x /run/first/systemctl"
    ));
    let text = machine.run("PATH=/run/first:$PATH handle_loopback_static_route_config status; test -e /run/asked");
    assert!(text.contains(" s ago, exit code 0\n"), "{text}");
    // One service has run, and the other one hangs.
    machine.run(&format!("systemctl start --no-block {WATCH_SERVICE}"));
    wait_for_begin(WATCH_SERVICE);
    let text = machine.status("");
    assert!(text.contains(" s ago, exit code 0; another is under way\n"), "{text}");
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_read_only_disk_does_not_stop_the_repair_of_the_kernel() {
    let machine = Machine::boot(&[], |folder| put_document(folder, 5));
    machine.add_interface();
    machine.run(&format!("systemctl start {SERVICE}"));
    for folder in ["/etc", "/var"] {
        machine.run(&format!("mount --rbind {folder} {folder} && mount -o remount,bind,ro {folder}"));
    }
    machine.run("mount -o remount,bind,ro /etc/sysconfig/network-scripts");
    for unit in [WATCH_SERVICE, SERVICE] {
        machine.run("ip link set kni254 down && ip link set kni254 up");
        let started = nsenter(machine.leader, &format!("systemctl start {unit}"));
        assert!(started.is_ok() && machine.has(5), "{started:?} {} {}", machine.routes(), machine.journal());
    }
}

/// Every command of the page, in its order, as an operator would type it.
#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn the_commands_of_the_page_work() {
    let before = "# by hand\n10.1.0.0/16 via 169.254.127.126 dev kni254\n";
    let machine = Machine::boot(&BOTH, |folder| {
        std::fs::write(folder.join("scripts/route-kni254"), before).expect("written");
        put_document(folder, 5);
    });
    machine.add_interface();
    machine.run("mkdir -p /var/lib/node_exporter");
    machine.add_peer();
    let (peer, port) = PEER;
    // No deadline ends in this test.
    let peers = format!(
        r#"{{"format-version": 1, "deadline-seconds": 86400, "peers": [{{"role": "site", "host": "{peer}", "port": {port}}}]}}"#
    );
    std::fs::write(machine.path("config/peers.json"), peers).expect("written");
    let has_route = |prefix: &str| machine.run("ip -N route show dev kni254").contains(prefix);
    let wait_for = |prefix: &str| wait::until("the route is back", || has_route(prefix), || machine.journal());
    let wait_for_metric = |metric| {
        let line = format!("192.0.2.0/24 via 169.254.127.126 dev kni254 metric {metric}\n");
        let is_there = || machine.routes().contains(&format!("metric {metric}")) && machine.file().contains(&line);
        wait::until("file and kernel have the metric", is_there, || machine.journal());
    };
    let assert_off = || {
        assert!(!has_route("192.0.2.0/24"), "{}", machine.journal());
        assert_eq!(machine.file(), before);
    };
    let page = crate::common::router::page();
    let commands = page.lines().filter_map(|line| line.strip_prefix("# "));
    // The network scripts are not here, and neither is a master.
    let is_run = |command: &&str| !["ifup ", "salt "].iter().any(|other| command.starts_with(other));
    let is_command = |command: &&str| command.starts_with(|first: char| first.is_ascii_lowercase());
    let mut ran = Vec::new();
    wait_for("192.0.2.0/24");
    machine.wait_until_idle();
    for command in commands.filter(is_run).filter(is_command) {
        let (program, verb) = command.split_once(' ').unwrap_or((command, ""));
        let verb = if program == PROGRAM { verb.split(' ').next().unwrap_or_default() } else { program };
        if matches!(verb, "confirm" | "revert") {
            // The route to the peer cuts it off, so it is on trial.
            put_route(machine.folder.path(), &format!("{peer}/32"), 7);
            wait_for(peer);
            machine.wait_until_idle();
        }
        let command = command.replace("cd /etc/sysconfig/network-scripts", "true");
        // These exit 1 if there are differences, or the routes of the document are not applied.
        let code = if matches!(verb, "status" | "check" | "revert") { "; test $? -le 1" } else { "" };
        let output = nsenter(machine.leader, &format!("cd /etc/sysconfig/network-scripts && {command}{code}"));
        output.unwrap_or_else(|error| panic!("{command}: {error}"));
        match verb {
            "hold" => {
                // The units and a new document do not end it.
                assert_off();
                machine.wait_for_runs_of_the_watch(2);
                put_document(machine.folder.path(), 6);
                machine.wait_for_run_of_the_service();
                std::fs::write(machine.path("scripts/route-kni254"), before).expect("written");
                machine.wait_for_run_of_the_service();
                machine.wait_for_runs_of_the_watch(2);
                assert_off();
                assert!(machine.status("").starts_with("held: "), "{}", machine.status(""));
            }
            "release" => {
                assert!(has_route("192.0.2.0/24"), "{}", machine.journal());
                machine.wait_for_runs_of_the_watch(1);
                wait_for_metric(6);
            }
            "confirm" => {
                assert!(machine.file().contains(peer), "{}", machine.file());
                // By another way than before, so an operator decides.
                put_document(machine.folder.path(), 5);
                machine.wait_for_run_of_the_service();
                machine.run("handle_loopback_static_route_config confirm");
                wait_for_metric(5);
            }
            "revert" => {
                machine.wait_for_runs_of_the_watch(1);
                assert!(!has_route(peer) && has_route("192.0.2.0/24"), "{}", machine.journal());
                assert!(machine.status("").starts_with("quarantined: "), "{}", machine.status(""));
                put_document(machine.folder.path(), 5);
                wait_for_metric(5);
            }
            "systemctl" => machine.wait_until_ended(),
            "mv" if command.contains("route-kni254.before") => {
                // With the units stopped, nothing adds the route again.
                assert_eq!(machine.property(WATCH_TIMER, "ActiveState"), "inactive");
                assert_off();
            }
            _ => {}
        }
        ran.push(verb.to_owned());
    }
    for verb in ["status", "check", "", "hold", "release", "confirm", "revert", "ip", "sed", "mv"] {
        assert!(ran.iter().any(|other| other == verb), "{verb}: {ran:?}");
    }
    let metrics = machine.run("cat /var/lib/node_exporter/routes.prom");
    assert!(metrics.contains("loopback_static_routes_drift{drift=\"not-in-kernel\"} 1\n"), "{metrics}");
    // So do those in the table of files.
    for command in page.split('`').filter(|text| text.starts_with("journalctl ") || text.starts_with("ip route show "))
    {
        machine.run(&format!("{command} --no-pager 2>/dev/null || {command}"));
    }
}

#[test]
#[ignore = "needs root and systemd-nspawn: tests/run.sh"]
fn a_hold_outlives_a_reboot() {
    let mut machine = Machine::boot(&BOTH, |folder| {
        put_document(folder, 5);
        // The program's own folder survives the reboot.
        std::fs::create_dir(folder.join("own")).expect("made");
        std::fs::set_permissions(folder.join("own"), std::fs::Permissions::from_mode(0o700)).expect("ours");
    });
    machine.add_interface();
    machine.wait_for(5);
    machine.run("handle_loopback_static_route_config hold --reason test");
    machine.cut_power();
    machine.add_interface();
    put_document(machine.folder.path(), 6);
    machine.wait_for_run_of_the_service();
    machine.wait_for_runs_of_the_watch(2);
    assert_eq!((machine.routes(), machine.file()), (String::new(), String::new()));
    assert!(machine.status("").starts_with("held: "), "{}", machine.status(""));
    machine.run("handle_loopback_static_route_config release");
    machine.wait_for(6);
}

/// Checks the units with systemd's own tools. Each key must be known, and the sandbox strict.
#[test]
#[ignore = "needs systemd-analyze: tests/run.sh"]
fn units_are_valid_and_their_sandbox_is_strict() {
    for unit in [SERVICE, WATCH_SERVICE] {
        let path = Path::new(UNITS).join(unit);
        let output = Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--threshold=17"])
            .arg(&path)
            .output()
            .expect("systemd-analyze is there");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    // verify exits 0 for an unknown key, and reports the key on standard error.
    let folder = tempfile::tempdir().expect("a folder");
    for unit in ALL {
        let text = std::fs::read_to_string(Path::new(UNITS).join(unit)).expect("there");
        let text = text.replace("/usr/bin/handle_loopback_static_route_config", "/bin/true");
        let lines = text.lines().filter(|line| !line.starts_with("Documentation="));
        let mut copy = std::fs::File::create(folder.path().join(unit)).expect("created");
        lines.for_each(|line| writeln!(copy, "{line}").expect("written"));
    }
    for unit in ALL {
        let output =
            Command::new("systemd-analyze").arg("verify").arg(folder.path().join(unit)).output().expect("there");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{unit}");
    }
}
