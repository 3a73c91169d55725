//! The kernel's routes, as `ip` sees them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::world::{in_namespace, route};
use crate::common::router::part;
use crate::common::wait;

in_namespace!(a_first_run_adds_all_routes_and_writes_the_file, |world| {
    world.add_interface();
    world.document(&[("0.0.0.0/0", 0), ("192.0.2.0/24", 128), ("198.51.100.7/32", 4_294_967_295)]);
    let run = world.converge();
    assert_eq!(
        world.routes(),
        [route("192.0.2.0/24", 128, 128), route("198.51.100.7", 128, 4_294_967_295), route("default", 128, 0)]
    );
    let lines = ["0.0.0.0/0", "192.0.2.0/24 metric 128", "198.51.100.7/32 metric 4294967295"];
    assert_eq!(world.file(), Some(part(&lines)));
    assert_eq!(world.names(), ["route-kni254"]);
    let path = world.path("etc/sysconfig/network-scripts/route-kni254");
    let expected = format!(
        "Setting default-route for kni254 with metric 0\n\
         Updating route config file {}\n\
         Kernel routes through kni254: 3 added, 0 deleted\n\
         Successfully generated static routes for kni254 loopback interface\n",
        path.display()
    );
    assert_eq!((run.stderr, run.stdout), (expected, String::new()));
});

in_namespace!(one_route_is_added_and_another_deleted, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 5)]);
    world.converge();
    world.document(&[("192.0.2.0/24", 5), ("198.51.100.0/24", 5)]);
    let run = world.converge();
    assert!(run.stderr.contains("1 added, 1 deleted"), "{run:#?}");
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5), route("198.51.100.0/24", 128, 5)]);
    assert_eq!(world.file(), Some(part(&["192.0.2.0/24 metric 5", "198.51.100.0/24 metric 5"])));
});

in_namespace!(an_empty_list_is_not_off, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    world.document(&[]);
    world.converge();
    assert_eq!((world.routes(), world.file()), (Vec::new(), Some(part(&[]))));
});

in_namespace!(a_metric_changes_without_a_gap, |world| {
    world.add_interface();
    world.document(&[("0.0.0.0/0", 10), ("192.0.2.0/24", 0)]);
    world.converge();
    // From and to metric 0. A request omits it, and the kernel may read that as any metric.
    for metrics in [(20, 128), (0, 0), (10, 7)] {
        let monitor = std::process::Command::new("ip")
            .args(["-4", "-o", "monitor", "route"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("ip is there");
        let monitor = Monitor(monitor);
        monitor.is_listening(world);
        world.document(&[("0.0.0.0/0", metrics.0), ("192.0.2.0/24", metrics.1)]);
        world.converge();
        assert_eq!(world.routes(), [route("192.0.2.0/24", 128, metrics.1), route("default", 128, metrics.0)]);
        let events = monitor.stop(world);
        for destination in ["default", "192.0.2.0/24"] {
            let of = |deleted: bool| {
                events.iter().position(|event| {
                    event.contains(&format!("{destination} via")) && event.starts_with("Deleted") == deleted
                })
            };
            assert!(of(false) < of(true) && of(false).is_some(), "{destination}: {events:#?}");
        }
    }
});

/// `ip monitor`, which prints changes in their order.
struct Monitor(std::process::Child);

impl Monitor {
    /// Waits until it listens. Before that it would miss changes.
    fn is_listening(&self, world: &crate::router::world::World) {
        // The socket is bound before anything is printed; the kernel lists it.
        let id = self.0.id().to_string();
        let listens = || {
            let sockets = std::fs::read_to_string("/proc/net/netlink").unwrap_or_default();
            sockets.lines().any(|line| {
                let mut fields = line.split_whitespace().skip(1);
                fields.next() == Some("0")
                    && fields.next() == Some(&id)
                    && fields.next().is_some_and(|groups| groups != "00000000")
            })
        };
        wait::until("ip monitor listens", listens, || world.ip("route"));
    }

    /// Returns the changes that it saw. A last change marks the end.
    fn stop(mut self, world: &crate::router::world::World) -> Vec<String> {
        use std::io::BufRead as _;
        world.ip("route add 203.0.113.255/32 dev lo");
        world.ip("route del 203.0.113.255/32 dev lo");
        let lines =
            std::io::BufReader::new(self.0.stdout.take().expect("piped")).lines().map(|line| line.expect("text"));
        let seen = lines.take_while(|line| !line.starts_with("203.0.113.255")).collect();
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
        seen
    }
}

in_namespace!(a_default_route_of_another_interface_is_left_alone, |world| {
    world.add_interface();
    world.add_other_interface();
    world.ip("route add default via 198.51.100.1 dev eth9 proto dhcp");
    let before = world.routes_of("eth9");
    world.document(&[("0.0.0.0/0", 0), ("192.0.2.0/24", 5)]);
    let run = world.apply().expect(1);
    assert!(
        run.stderr.contains("warning: Conflict: 0.0.0.0/0 is held by eth9 (protocol dhcp) and was not added"),
        "{run:#?}"
    );
    assert!(!run.stderr.contains("Successfully"), "{run:#?}");
    assert_eq!(world.routes_of("eth9"), before);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
    assert_eq!(world.file(), Some(part(&["0.0.0.0/0", "192.0.2.0/24 metric 5"])));
    // It is a conflict until one of the two gets another metric.
    world.apply().expect(1);
    world.run(&["status"]).expect(1);
    world.document(&[("0.0.0.0/0", 1), ("192.0.2.0/24", 5)]);
    world.converge();
    assert_eq!(world.routes_of("eth9"), before);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5), route("default", 128, 1)]);
});

in_namespace!(a_conflict_does_not_cost_a_destination_its_old_route, |world| {
    world.add_interface();
    world.add_other_interface();
    world.document(&[("0.0.0.0/0", 10), ("192.0.2.0/24", 10)]);
    world.converge();
    // The network scripts added one of the two, and its line is about to leave the file.
    world.ip("route del 192.0.2.0/24 dev kni254");
    world.ip("route add 192.0.2.0/24 via 169.254.127.126 dev kni254 metric 10");
    world.ip("route add default via 198.51.100.1 dev eth9 metric 20");
    world.ip("route add 192.0.2.0/24 via 198.51.100.1 dev eth9 metric 20");
    world.document(&[("0.0.0.0/0", 20), ("192.0.2.0/24", 20)]);
    world.apply().expect(1);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 10), route("default", 128, 10)]);
    world.apply().expect(1);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 10), route("default", 128, 10)]);
    world.ip("route del default dev eth9");
    world.ip("route del 192.0.2.0/24 dev eth9");
    world.converge();
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 20), route("default", 128, 20)]);
});

in_namespace!(routes_of_others_on_kni254_stay, |world| {
    world.add_interface();
    world.ip("link set kni254p address 02:00:00:00:00:01");
    let others = [
        "10.1.0.0/16 via 169.254.127.126 dev kni254",
        "10.2.0.0/16 via 169.254.127.126 dev kni254 proto static metric 7",
        "10.3.0.0/16 via 169.254.127.126 dev kni254 proto zebra",
        "10.4.0.0/16 dev kni254",
        // Like ours, except for the source address: the operator's.
        "192.0.2.0/24 via 169.254.127.126 dev kni254 metric 9 src 169.254.127.127",
        "203.0.113.0/24 via 169.254.127.126 dev kni254 proto 128 table 100",
        "blackhole 10.5.0.0/16 proto 128",
    ];
    for other in others {
        world.ip(&format!("route add {other}"));
    }
    let before = world.ip("-N route show table all");
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 9)]);
    world.converge();
    world.disabled();
    world.converge();
    assert_eq!(world.ip("-N route show table all"), before);
});

in_namespace!(routes_with_the_same_destination_and_metric_are_distinguished, |world| {
    world.add_interface();
    world.add_other_interface();
    // `append` adds a second route after one with the same destination and metric.
    world.ip("route add 192.0.2.0/24 via 198.51.100.1 dev eth9 metric 5");
    world.ip("route append 192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5 proto 128");
    world.ip("nexthop add id 7 via 169.254.127.126 dev kni254");
    world.ip("route add 203.0.113.0/24 nhid 7 proto 128");
    let other = world.routes_of("eth9");
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 0)]);
    world.apply().expect(1);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5), route("203.0.113.0/24", 128, 0)]);
    assert_eq!(world.routes_of("eth9"), other);
    world.disabled();
    world.converge();
    assert_eq!((world.routes(), world.routes_of("eth9")), (Vec::new(), other));
});

in_namespace!(a_route_of_another_program_in_our_place_is_a_conflict, |world| {
    world.add_interface();
    world.ip("route add 192.0.2.0/24 via 169.254.127.126 dev kni254 proto zebra metric 5");
    world.ip("route add 203.0.113.0/24 dev kni254 metric 5");
    world.ip("route add unreachable 198.51.100.0/24 metric 5");
    let before = world.ip("-N route show");
    world.document(&[("192.0.2.0/24", 5), ("198.51.100.0/24", 5), ("203.0.113.0/24", 5)]);
    let run = world.apply().expect(1);
    assert_eq!(run.stderr.matches("Conflict: ").count(), 3, "{run:#?}");
    assert!(run.stderr.contains("192.0.2.0/24 metric 5 is held by kni254 (protocol zebra)"), "{run:#?}");
    assert_eq!(world.ip("-N route show"), before);
});

in_namespace!(routes_that_the_network_scripts_added_are_ours, |world| {
    world.add_interface();
    world.document(&[("0.0.0.0/0", 3), ("192.0.2.0/24", 5), ("203.0.113.0/24", 0)]);
    world.converge();
    world.ip("route flush dev kni254 scope global");
    for line in world.file().expect("written").lines().skip(1) {
        world.ip(&format!("-4 route add {line}"));
    }
    let as_the_scripts_do = [route("192.0.2.0/24", 3, 5), route("203.0.113.0/24", 3, 0), route("default", 3, 3)];
    assert_eq!(world.routes(), as_the_scripts_do);
    world.converge();
    assert_eq!(world.routes(), as_the_scripts_do);
    world.document(&[("192.0.2.0/24", 6)]);
    world.converge();
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 6)]);
});

in_namespace!(the_kernel_is_repaired_though_the_file_is_unchanged, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 5)]);
    world.converge();
    world.ip("route del 192.0.2.0/24 dev kni254");
    world.ip("route add 10.7.0.0/16 via 169.254.127.126 dev kni254 proto 128");
    world.ip("route del 203.0.113.0/24 dev kni254");
    // Of our destination, metric and protocol, but without a gateway.
    world.ip("route add 203.0.113.0/24 dev kni254 proto 128 metric 5");
    world.run(&["status"]).expect(1);
    let run = world.converge();
    assert!(!run.stderr.contains("Updating"), "{run:#?}");
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5), route("203.0.113.0/24", 128, 5)]);
});

in_namespace!(routes_come_back_after_a_link_flap, |world| {
    world.add_interface();
    world.document(&[("0.0.0.0/0", 3), ("192.0.2.0/24", 5)]);
    world.converge();
    let installed = world.routes();
    world.ip("link set kni254 down");
    let run = world.apply().expect(0);
    assert_eq!(run.stderr, "warning: kni254 is down: 2 routes will be added when it is ready\n");
    world.run(&["status"]).expect(1);
    world.ip("link set kni254 up");
    assert_eq!(world.routes(), Vec::<String>::new());
    world.converge();
    assert_eq!(world.routes(), installed);
});

in_namespace!(routes_wait_until_the_interface_is_ready, |world| {
    world.document(&[("192.0.2.0/24", 5)]);
    let waits = |why: &str| {
        let run = world.apply().expect(0);
        assert!(run.stderr.ends_with(&format!("warning: {why}: 1 route will be added when it is ready\n")), "{run:#?}");
        assert_eq!(world.file(), Some(part(&["192.0.2.0/24 metric 5"])));
    };
    waits("kni254 is missing");
    world.ip("link add kni254 type veth peer name kni254p");
    waits("kni254 is down");
    world.ip("link set kni254 up");
    waits("kni254 has no link route to its gateway 169.254.127.126");
    world.ip("addr add 10.9.9.9/24 dev kni254");
    waits("kni254 has no link route to its gateway 169.254.127.126");
    // Without carrier the kernel accepts routes, and uses them when there is one.
    world.ip("addr add 169.254.127.127/31 dev kni254");
    world.apply().expect(0);
    assert_eq!(world.routes(), [format!("{} linkdown", route("192.0.2.0/24", 128, 5))]);
    world.run(&["status"]).expect(1);
    world.ip("link set kni254p up");
    world.converge();
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
});

in_namespace!(unwanted_routes_are_deleted_though_the_address_is_missing, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 5)]);
    world.converge();
    world.ip("addr add 10.9.9.9/24 dev kni254");
    world.ip("addr del 169.254.127.127/31 dev kni254");
    assert_eq!(world.routes().len(), 2, "the kernel keeps them");
    world.document(&[("192.0.2.0/24", 6)]);
    world.apply().expect(0);
    // The new metric cannot be added yet: the old route stays.
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
    world.ip("addr add 169.254.127.127/31 dev kni254");
    world.converge();
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 6)]);
});

in_namespace!(kni254_may_be_a_bridge, |world| {
    world.ip("link add kni254 type bridge");
    world.ip("link add port type veth peer name portp");
    world.ip("link set port master kni254 up");
    world.ip("link set portp up");
    world.ip("link set kni254 up");
    world.ip("addr add 169.254.127.127/31 dev kni254");
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    assert_eq!(world.routes().len(), 1);
});

in_namespace!(routes_are_added_in_several_batches, |world| {
    world.add_interface();
    world.add_other_interface();
    let prefixes: Vec<String> = (0..1_111).map(|n| format!("10.{}.{}.0/24", n / 256, n % 256)).collect();
    let with = |metric: u32| -> Vec<(&str, u32)> { prefixes.iter().map(|prefix| (prefix.as_str(), metric)).collect() };
    world.document(&with(5));
    world.converge();
    assert_eq!(world.routes().len(), 1_111);
    world.document(&with(6));
    world.converge();
    assert!(world.routes().iter().all(|line| line.ends_with("metric 6")));
    // All of them are conflicts: the kernel would refuse every request.
    world.disabled();
    world.converge();
    for prefix in &prefixes {
        world.ip(&format!("route add {prefix} via 198.51.100.1 dev eth9 metric 7"));
    }
    world.document(&with(7));
    let run = world.apply().expect(1);
    assert_eq!(run.stderr.matches("Conflict: ").count(), 10, "{run:#?}");
    assert!(run.stderr.contains("and 1101 more like that"), "{run:#?}");
    assert_eq!((world.routes().len(), world.routes_of("eth9").len()), (0, 1_111));
});

/// Ends a thread, even if the test fails.
struct Rest<'d>(&'d AtomicBool);

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

in_namespace!(runs_succeed_while_other_routes_change_all_the_time, |world| {
    world.add_interface();
    world.add_other_interface();
    let prefixes: Vec<String> = (0..400).map(|n| format!("{}.{}.0.0/24", 10 + n / 256, n % 256)).collect();
    let mut batch = String::new();
    for n in 0..200 {
        batch += &format!("addr add 192.0.2.{n}/32 dev eth9\nroute add 172.16.{n}.0/24 via 198.51.100.1 dev eth9\n");
    }
    for n in 0..200 {
        batch += &format!("addr del 192.0.2.{n}/32 dev eth9\nroute del 172.16.{n}.0/24 via 198.51.100.1 dev eth9\n");
    }
    world.write("batch", batch);
    let (batches, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        // Addresses and routes are added and deleted all the time, so dumps are interrupted.
        let busy = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                world.ip(&format!("-force -batch {}", world.path("batch").display()));
                batches.fetch_add(1, Ordering::Relaxed);
            }
        });
        let rest = Rest(&done);
        for metric in 1..=30 {
            let before = batches.load(Ordering::Relaxed);
            world.document(&prefixes.iter().map(|prefix| (prefix.as_str(), metric)).collect::<Vec<_>>());
            world.apply().expect(0);
            let routes = world.routes();
            assert_eq!(routes.len(), 400, "{metric}");
            assert!(routes.iter().all(|line| line.ends_with(&format!("metric {metric}"))), "{metric}");
            // The next run begins in the middle of another batch.
            wait::until("a batch ends", || batches.load(Ordering::Relaxed) > before, String::new);
        }
        drop(rest);
        busy.join().expect("no panic");
    });
});
