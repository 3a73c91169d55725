//! The state of kni254: the kernel decides if it accepts routes, also while a run changes them.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use super::world::{PROGRAM, Run, in_namespace, is_root, route};
use crate::common::wait;
use crate::strace::{Threads, strace};

// The kernel decides if a route can be added, and not the address of the interface.
in_namespace!(readiness_is_what_the_kernel_accepts, |world| {
    world.ip("link add kni254 type veth peer name kni254p");
    world.ip("link set kni254p up");
    world.ip("link set kni254 up");
    world.document(&[("192.0.2.0/24", 5)]);
    let waits = || {
        let run = world.apply().expect(0);
        assert!(run.stderr.ends_with("will be added when it is ready\n"), "{run:#?}");
        assert!(run.stderr.contains("warning: kni254 has no link route to its gateway"), "{run:#?}");
        let status = world.run(&["status", "--json"]).expect(1);
        assert!(status.stdout.contains(r#""interface": "without-link-route""#), "{status:#?}");
    };
    // An address without a link route.
    world.ip("addr add 169.254.127.127/31 dev kni254 noprefixroute");
    waits();
    // The link route is in a table that no rule selects, and in one that a rule does.
    world.ip("route add 169.254.127.126/31 dev kni254 table 100");
    waits();
    world.ip("rule add lookup 100");
    world.converge();
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
    world.ip("rule del lookup 100");
    world.ip("route del 192.0.2.0/24");
    waits();
    world.ip("rule add prohibit");
    waits();
    world.ip("rule del prohibit");
    // A link route without an address.
    world.ip("addr flush dev kni254");
    waits();
    world.ip("route add 169.254.127.126 dev kni254 scope link");
    world.converge();
    assert!(world.routes().contains(&route("192.0.2.0/24", 128, 5)), "{:?}", world.routes());
});

in_namespace!(a_user_who_may_not_ask_the_kernel_gets_a_status, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    if !is_root() {
        return;
    }
    let path = std::path::PathBuf::from("/tmp").join(format!("lsr-status-{}", std::process::id()));
    std::fs::copy(PROGRAM, &path).expect("copied");
    std::fs::set_permissions(world.root(), std::fs::Permissions::from_mode(0o755)).expect("ours");
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&path).arg("status");
    let run = Run::of(command.arg("--root").arg(world.root()).output().expect("setpriv is there"));
    std::fs::remove_file(path).expect("removed");
    assert!(run.expect(0).stdout.contains("kni254 is up"));
});

in_namespace!(no_working_route_is_deleted_for_one_that_is_refused, |world| {
    world.ip("link add kni254 type veth peer name kni254p");
    world.ip("link set kni254p up");
    world.ip("link set kni254 up");
    world.ip("addr add 169.254.127.127/31 dev kni254 noprefixroute");
    // They work, because they need no link route.
    let working = [
        "192.0.2.0/24 via 169.254.127.126 dev kni254 onlink proto 128 metric 5",
        "198.51.100.0/24 dev kni254 proto 128 metric 5",
        "203.0.113.0/24 via 169.254.127.126 dev kni254 onlink metric 5",
    ];
    working.iter().for_each(|route| drop(world.ip(&format!("route add {route}"))));
    let before = world.routes();
    let metric = |metric: u32| ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"].map(|prefix| (prefix, metric));
    for metric in [metric(5), metric(6)] {
        world.document(&metric);
        world.apply().expect(0);
        assert_eq!(world.routes(), before);
    }
    world.ip("route add 169.254.127.126 dev kni254 scope link");
    world.ip("route del 203.0.113.0/24 dev kni254");
    world.converge();
    assert!(world.routes().iter().filter(|line| line.ends_with("metric 6")).count() == 3, "{:?}", world.routes());
});

// The device or its address goes away and comes back while a run changes routes.
in_namespace!(a_flap_during_a_run_is_one_more_round, |world| {
    world.add_interface();
    let down: &[&str] = &["link set kni254 down"];
    let cases: [(&[&str], &[&str]); 3] = [
        (down, &["link set kni254 up"]),
        (&["addr del 169.254.127.127/31 dev kni254"], &["addr add 169.254.127.127/31 dev kni254"]),
        (
            &["link del kni254"],
            &[
                "link add kni254 type veth peer name kni254p",
                "link set kni254p up",
                "link set kni254 up",
                "addr add 169.254.127.127/31 dev kni254",
            ],
        ),
    ];
    for (number, (goes, comes)) in cases.into_iter().enumerate() {
        world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 5)]);
        world.converge();
        world.document(&[("192.0.2.0/24", 6), ("203.0.113.0/24", 6)]);
        let trace = || world.read("trace").unwrap_or_default();
        let traced = |options: &[&str], arguments: &[&str]| {
            let mut command = strace(&world.path("trace"), Threads::All, options);
            command.arg(PROGRAM).args(arguments).arg("--root").arg(world.root());
            command.stderr(Stdio::piped()).spawn().expect("strace runs")
        };
        let ended = traced(&["-e", "trace=sendto"], &["check"]).wait_with_output().expect("ends");
        assert_eq!(ended.status.code(), Some(1));
        // A run makes the same requests before its first change.
        let reads = trace().lines().filter(|line| line.contains("sendto(")).count();
        // The run stops after it has read the table, and when the kernel has refused its changes.
        let stop = format!("inject=sendto:signal=SIGSTOP:when={reads}..{}", reads + 1);
        let run = traced(&["-e", "trace=sendto", "-e", &stop], &[]);
        for (stops, commands) in [(1, goes), (2, comes)] {
            let is_stopped = || trace().matches("--- stopped by SIGSTOP ---").count() == stops;
            wait::until("the run stops", is_stopped, trace);
            commands.iter().for_each(|command| drop(world.ip(command)));
            let process = trace().split_whitespace().next().expect("a line").to_owned();
            assert!(Command::new("kill").args(["-CONT", &process]).status().expect("runs").success());
        }
        let run = Run::of(run.wait_with_output().expect("ends")).expect(0);
        assert!(run.stderr.contains("Kernel routes through kni254: 2 added"), "{number}: {run:#?}");
        world.assert_converged();
        assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 6), route("203.0.113.0/24", 128, 6)]);
    }
});
