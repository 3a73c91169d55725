//! The RPM packages, installed, updated and erased by a real rpm in a container with a real
//! systemd.

mod deb;
mod deployment;
mod solver;

use std::path::PathBuf;
use std::process::Command;

use crate::common::units::{ALL, PATH_UNIT, SERVICE, WATCH_TIMER};
use crate::common::wait;
use crate::machine::{Machine, PEER, nsenter, put_route};
use crate::parts::packages;

/// Returns the package of a side. The router's is that of EL9.
fn package(side: &str) -> PathBuf {
    packages().join(file_name(side, if side == "router" { "1.el9" } else { "1" }))
}

/// Returns the router's package of EL7.
fn el7() -> PathBuf {
    packages().join(file_name("router", "1.el7"))
}

fn file_name(side: &str, release: &str) -> String {
    format!("loopback-static-routes-{side}-{}-{release}.x86_64.rpm", env!("CARGO_PKG_VERSION"))
}

/// Boots a machine with an empty RPM database. Its system is Debian, so rpm knows none of the
/// required packages.
fn machine() -> Machine {
    let machine = Machine::boot_bare(&[&packages()], |_| {});
    machine.run("rpm --initdb");
    machine
}

/// The configuration of a conductor.
const AUTHORITY: &str = "<authority><router><name>r</name><node><name>n</name><asset-id>r</asset-id></node>\
     <loopback-static-routes><static-route><address>192.0.2.0/24</address><metric>METRIC</metric></static-route></loopback-static-routes>\
     </router></authority>";

const RPM: &str = "rpm --force-debian --nodeps";

/// Returns every path that looks like one of ours, except the paths that the tests bind.
fn traces(machine: &Machine) -> String {
    machine.run(
        "find /usr /etc /var /run -xdev \\( -iname '*128T*' -o -iname '*loopback*static*' -o -name 'route-kni254*' \\) \
         -not -path '/var/lib/128technology/plugins/loopback-static-routes' -not -path '/run/systemd/*' -not -path '/var/lib/rpm/*' 2>/dev/null | sort",
    )
}

#[test]
#[ignore = "needs root, rpm, systemd-nspawn and the packages: tests/run.sh"]
fn the_router_s_package_can_be_installed_updated_and_erased() {
    let operator = "# by hand\n10.1.0.0/16 via 169.254.127.126 dev kni254\n";
    let machine = machine();
    machine.add_interface();
    std::fs::write(machine.path("scripts/route-kni254"), operator).expect("written");
    machine.run("ip route add 10.1.0.0/16 via 169.254.127.126 dev kni254");
    let routes_before = machine.run("ip -N route show");
    let traces_before = traces(&machine);

    machine.run(&format!("{RPM} -i {}", el7().display()));
    for unit in ALL {
        assert!(machine.run(&format!("systemctl cat {unit}")).contains("[Unit]"), "{unit}");
        assert!(
            nsenter(machine.leader, &format!("systemctl is-active {unit}")).is_err(),
            "{unit} is active, which is Salt's task"
        );
    }
    assert_eq!(machine.run("rpm -V loopback-static-routes-router --nodeps"), "");
    machine.run("bash -n /usr/share/bash-completion/completions/handle_loopback_static_route_config");
    machine.run(&format!("systemctl enable --now {PATH_UNIT} {WATCH_TIMER}"));
    let no_peers = "{\"format-version\": 1, \"peers\": []}";
    std::fs::write(machine.path("config/peers.json"), no_peers).expect("written");
    machine.put_document(5);
    machine.run(&format!("systemctl start {SERVICE}"));
    // iproute2 prints the protocol with the package's name.
    let ours = machine.run("ip route show dev kni254");
    assert!(ours.contains("192.0.2.0/24 via 169.254.127.126 proto 128T-loopback-static-routes metric 5"), "{ours}");

    // An update does not change routes and units. It may bring the units of another system.
    machine.run(&format!("{RPM} -U {}", package("router").display()));
    assert_eq!(machine.run("ip route show dev kni254"), ours);
    for unit in [PATH_UNIT, WATCH_TIMER] {
        assert_eq!(machine.run(&format!("systemctl is-active {unit}")).trim(), "active", "{unit}");
    }
    assert!(
        machine.run(&format!("systemctl cat {WATCH_TIMER}")).contains("OnCalendar=*:*:0/15"),
        "the new timer is not loaded"
    );
    assert_eq!(machine.run("rpm -q loopback-static-routes-router").lines().count(), 1);

    // The erasure leaves nothing.
    machine.run(&format!("{RPM} -e loopback-static-routes-router"));
    assert_eq!(machine.run("ip -N route show"), routes_before);
    assert_eq!(std::fs::read_to_string(machine.path("scripts/route-kni254")).ok().as_deref(), Some(operator));
    assert_eq!(std::fs::read_dir(machine.path("scripts")).expect("there").count(), 1);
    assert_eq!(std::fs::read_dir(machine.path("config")).expect("there").count(), 0);
    assert_eq!(traces(&machine), traces_before);
    for unit in ALL {
        assert!(nsenter(machine.leader, &format!("systemctl cat {unit}")).is_err(), "{unit} is left");
    }
    assert_eq!(machine.run("systemctl list-units --all --no-legend '128T*'"), "");
}

#[test]
#[ignore = "needs root, rpm, systemd-nspawn and the packages: tests/run.sh"]
fn an_update_continues_a_trial_and_an_erasure_reverts_it() {
    let machine = machine();
    machine.add_interface();
    machine.add_peer();
    let routes_before = machine.run("ip -N route show");
    let traces_before = traces(&machine);
    let has_route = || machine.run("ip -N route show dev kni254").contains(PEER.0);
    let verdict = || {
        let summary = "handle_loopback_static_route_config status --json --summary || true";
        let summary: serde_json::Value = serde_json::from_str(&machine.run(summary)).expect("JSON");
        summary["verdict"].as_str().expect("a verdict").to_owned()
    };
    let install = || {
        machine.run(&format!("{RPM} -i {}", el7().display()));
        // No deadline ends in this test.
        let (host, port) = PEER;
        let peers = format!(
            r#"{{"format-version": 1, "deadline-seconds": 86400, "peers": [{{"role": "site", "host": "{host}", "port": {port}}}]}}"#
        );
        std::fs::write(machine.path("config/peers.json"), peers).expect("written");
        put_route(machine.folder.path(), &format!("{host}/32"), 5);
        // It cuts off the peer.
        machine.run(&format!("systemctl start {SERVICE}"));
        assert_eq!((verdict().as_str(), has_route()), ("in-trial", true));
    };
    let erase = || {
        let said = machine.run(&format!("{RPM} -e loopback-static-routes-router 2>&1"));
        assert_eq!(machine.run("ip -N route show"), routes_before);
        assert_eq!(traces(&machine), traces_before);
        said
    };

    install();
    let record = "/var/lib/loopback-static-routes/trial.json";
    let began = || {
        let record: serde_json::Value = serde_json::from_str(&machine.run(&format!("cat {record}"))).expect("JSON");
        record.pointer("/phase/trial/began").expect("a trial").clone()
    };
    let before = began();
    machine.run(&format!("{RPM} -U {}", package("router").display()));
    machine.run(&format!("systemctl start {SERVICE}"));
    assert_eq!((verdict().as_str(), has_route(), began()), ("in-trial", true, before));

    // A record of another version.
    machine.run(&format!("systemctl stop peer && sed -i 's/\"format-version\":1/\"format-version\":2/' {record}"));
    let _ = nsenter(machine.leader, &format!("systemctl start {SERVICE}"));
    assert_eq!((verdict().as_str(), has_route()), ("postponed", false));
    machine.start_peer();
    machine.run(&format!("systemctl start {SERVICE}"));
    assert_eq!((verdict().as_str(), has_route()), ("in-trial", true));
    let said = erase();
    assert!(said.contains("The trial of the new configuration ended"), "{said}");

    // The removal of confirmed routes moves the peer.
    install();
    machine.run("handle_loopback_static_route_config confirm");
    let said = erase();
    let moved = "198.51.100.10:514 (peer of the site) answers on another way without the routes of the plugin: \
                 now through eth9, before kni254";
    assert!(said.contains(moved), "{said}");
}

#[test]
#[ignore = "needs root, rpm, systemd-nspawn and the packages: tests/run.sh"]
fn the_conductor_s_package_can_be_installed_and_erased() {
    let machine = machine();
    let before = traces(&machine);
    machine.run(&format!("{RPM} -i {}", package("conductor").display()));
    assert_eq!(
        machine.run("loopback-static-routes --version").trim(),
        format!("loopback-static-routes {}", env!("CARGO_PKG_VERSION"))
    );
    let run = machine.run("cd /tmp && loopback-static-routes generate --example --out /tmp/out -q; echo $?");
    assert!(run.trim().ends_with(['0', '1']), "{run}");
    for path in [
        "/var/lib/128technology/plugins/salt/loopback_static_routes/init.sls",
        "/var/lib/128technology/plugins/salt/loopback_static_routes/peers.jinja",
        "/usr/share/128T-loopback-static-routes/schema/pillar.schema.json",
        "/usr/share/128T-loopback-static-routes/commit-hook/deploy.example",
        "/usr/share/bash-completion/completions/loopback-static-routes",
    ] {
        machine.run(&format!("test -s {path}"));
    }
    let commands = machine.run("loopback-static-routes man --list");
    assert!(commands.lines().any(|command| command == "generate"), "{commands}");
    for command in commands.lines() {
        let page = format!("/usr/share/man/man1/loopback-static-routes-{command}.1.gz");
        assert!(machine.run(&format!("zcat {page}")).contains(".TH"), "{command}");
    }
    machine.run("sh -n /usr/share/128T-loopback-static-routes/commit-hook/deploy.example");

    // A commit is published without another step.
    const OUT: &str = "/var/lib/128technology/plugins/loopback-static-routes/out";
    for unit in ["path", "timer"] {
        let unit = format!("128T-loopback-static-routes-deploy.{unit}");
        machine.run(&format!("systemctl is-enabled {unit} && systemctl is-active {unit}"));
    }
    machine.run("mkdir -p /srv/pillar && printf 'base:\\n  \"*\":\\n    - users\\n' >/srv/pillar/top.sls");
    let top = machine.run("cat /srv/pillar/top.sls");
    machine.run("echo 'push = false' >>/etc/128T-loopback-static-routes/deploy.toml");
    // Commits follow each other at once.
    let commit = |metrics: &[usize]| {
        let commits = metrics.iter().map(|metric| {
            let text = AUTHORITY.replace("METRIC", &metric.to_string());
            format!("cat >new <<'END' && mv new t128-running.xml\n{text}\nEND\n")
        });
        machine.run(&format!("cd /var/lib/128technology\n{}", commits.collect::<String>()));
    };
    let journal = || machine.run("journalctl --no-pager -o cat -u 128T-loopback-static-routes-deploy.service");
    let runs = || journal().lines().filter(|line| line.contains("\"format-version\":1")).count();
    let published = |metric: usize| {
        let file = machine.run(&format!("cat {OUT}/routers/r/n/route-kni254 2>/dev/null || true"));
        file.contains(&format!("metric {metric}\n"))
    };
    commit(&[1]);
    wait::until("the commit is published", || published(1), journal);
    let idle =
        || machine.run("systemctl is-active 128T-loopback-static-routes-deploy.service || true").trim() == "inactive";
    wait::until("the run ends", idle, journal);
    assert!(machine.run("cat /srv/pillar/top.sls").contains("loopback_static_routes"));
    // Of ten commits in a row, the last one is in the last run.
    let earlier = runs();
    commit(&(2..=11).collect::<Vec<_>>());
    wait::until("the last commit is published", || published(11) && idle(), journal);
    assert!(runs() - earlier <= 2, "{}", journal());
    // A failure is in the log and in the status.
    machine.run("echo 'sorce = 1' >>/etc/128T-loopback-static-routes/deploy.toml");
    commit(&[12]);
    wait::until("the run fails", || journal().contains("unknown field `sorce`"), journal);
    let is_failed =
        || machine.run("systemctl is-failed 128T-loopback-static-routes-deploy.service || true").trim() == "failed";
    wait::until("the service has failed", is_failed, journal);
    machine.run("sed -i /sorce/d /etc/128T-loopback-static-routes/deploy.toml && systemctl start 128T-loopback-static-routes-deploy.service");
    assert!(published(12), "{}", journal());

    let said = machine.run(&format!("{RPM} -e loopback-static-routes-conductor 2>&1"));
    assert!(said.contains("1 minion keeps its routes: to remove them, erase the package"), "{said}");
    assert_eq!(machine.run("cat /srv/pillar/top.sls"), top);
    machine.run("rm -f /etc/128T-loopback-static-routes/deploy.toml.rpmsave; rmdir /etc/128T-loopback-static-routes 2>/dev/null || true");
    assert_eq!(traces(&machine), before);
}

/// The vendor's package has the name of the plugin. An update must replace neither of them.
#[test]
#[ignore = "needs rpm and the packages: tests/run.sh"]
fn the_packages_conflict_with_the_vendor_s_and_replace_none() {
    for path in [package("conductor"), package("router"), el7()] {
        let query = |option: &str| {
            let output = Command::new("rpm").args(["-qp", option]).arg(&path).output().expect("rpm is there");
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        assert_eq!(query("--conflicts"), "128T-loopback-static-routes\n128T-loopback-static-routes-router\n");
        assert_eq!(query("--obsoletes"), "", "{}", path.display());
        // The rpm of EL7 knows no newer compression.
        assert_eq!(query("--qf=%{PAYLOADCOMPRESSOR}"), "gzip", "{}", path.display());
        assert!(!query("--provides").contains("128T-loopback-static-routes"), "{}", path.display());
    }
}
