//! Routes of others beside those of ours, in every combination.

use super::world::{World, in_namespace, route};
use crate::common::ownership::{Row, file, rows};
use crate::common::router::{document, part};
use crate::strace::{Event, Threads, inject, strace};

/// Adds the routes of all rows to the kernel, and their lines to the file.
fn prepare(world: &World, rows: &[Row]) {
    world.ip("route flush dev kni254 scope global");
    for row in rows {
        let form = if row.is_plain { "" } else { "mtu 1400" };
        let prefix = row.prefix();
        world.ip(&format!("route add {prefix} via 169.254.127.126 dev kni254 proto {} metric 5 {form}", row.protocol));
        if row.has_twin {
            world.ip(&format!("route append {prefix} via 169.254.127.126 dev kni254 proto 128 metric 5"));
        }
    }
    world.put_file(&file(rows));
}

/// Returns the routes of a row's place, as the table names them.
fn in_place(world: &World, row: &Row) -> Vec<String> {
    let prefix = row.prefix();
    let name = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let protocol = words.iter().position(|word| *word == "proto").map_or("3", |index| words[index + 1]);
        let name = match protocol {
            "3" => "boot",
            "4" => "static",
            "11" => "zebra",
            other => other,
        };
        format!("{name}{}", if words.contains(&"mtu") { "*" } else { "" })
    };
    let routes = world.routes();
    let mut names: Vec<String> =
        routes.iter().filter(|line| line.split(' ').next() == Some(&prefix)).map(|line| name(line)).collect();
    names.sort();
    names
}

fn assert_in_place(world: &World, rows: &[Row], expected: impl Fn(&Row) -> Vec<&'static str>, context: &str) {
    for row in rows {
        assert_eq!(in_place(world, row), expected(row), "{context}: {row:?}");
    }
}

in_namespace!(every_route_becomes_what_its_owner_expects, |world| {
    world.add_interface();
    let rows = rows();
    let prefixes: Vec<String> = rows.iter().map(Row::prefix).collect();
    let wanted: Vec<(&str, u32)> = prefixes.iter().map(|prefix| (prefix.as_str(), 5)).collect();
    for last in [document(true, &[]), document(false, &[])] {
        prepare(world, &rows);
        world.document(&wanted);
        let run = world.apply().expect(1);
        assert_eq!(rows.iter().filter(|row| row.is_conflict()).count(), 16);
        // The routes beside one of ours are conflicts, too.
        assert!(run.stderr.contains("and 22 more like that"), "{run:#?}");
        assert_in_place(world, &rows, Row::wanted, "wanted");
        world.put_document(&last);
        world.converge();
        assert_in_place(world, &rows, Row::dropped, "dropped");
    }
    // A run that is killed before it replaces the file leaves the rest to the next one.
    prepare(world, &rows);
    world.document(&wanted);
    world.apply().expect(1);
    world.document(&[]);
    let kill = inject("renameat", Event::Kill, 1);
    let mut killed = strace(&world.path("trace"), Threads::Main, &["-e", &kill]);
    let status = killed.arg(super::world::PROGRAM).arg("--root").arg(world.root()).env_clear().status();
    assert_eq!(status.expect("strace runs").code(), None, "it was not killed");
    world.converge();
    assert_in_place(world, &rows, Row::dropped, "killed");
});

const LINE: &str = "203.0.113.0/24 via 169.254.127.126 dev kni254 metric 7";

/// Lets a document have the route of `LINE`, and then not. Returns the routes afterwards.
fn add_and_drop(world: &World) -> Vec<String> {
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 7)]);
    world.converge();
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    world.routes()
}

in_namespace!(a_route_of_the_operator_stays_when_ours_goes, |world| {
    world.add_interface();
    let theirs = [route("192.0.2.0/24", 128, 5), route("203.0.113.0/24", 3, 7)];
    // The operator adds a route by hand, without any line.
    world.ip(&format!("route add {LINE}"));
    assert_eq!(add_and_drop(world), theirs);
    // A line above the marker, spelt in another way.
    world.put_file(&format!("203.0.113.0/24 dev kni254 via inet 169.254.127.126 prio 7\n{}", part(&[])));
    assert_eq!(add_and_drop(world), theirs);
    world.disabled();
    world.converge();
    assert_eq!(world.routes(), theirs[1..]);
});

in_namespace!(a_route_of_networkmanager_beside_ours_stays, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 7)]);
    world.converge();
    world.ip(&format!("route append {LINE} proto static"));
    world.converge();
    let both = [route("203.0.113.0/24", 128, 7), route("203.0.113.0/24", 4, 7)];
    assert_eq!(world.routes()[1..], both);
    // Another metric, and off.
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 8)]);
    world.converge();
    assert_eq!(world.routes()[1..], [route("203.0.113.0/24", 128, 8), route("203.0.113.0/24", 4, 7)]);
    world.document(&[("203.0.113.0/24", 7)]);
    world.converge();
    world.disabled();
    world.converge();
    assert_eq!(world.routes(), [route("203.0.113.0/24", 4, 7)]);
});

in_namespace!(a_line_above_the_marker_gets_its_route_when_ours_goes, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 7)]);
    world.converge();
    // The operator writes the line, but the kernel refuses its route, because ours is there.
    world.put_file(&format!("{LINE}\n{}", world.file().expect("written")));
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5), route("203.0.113.0/24", 3, 7)]);
    assert_eq!(world.file(), Some(format!("{LINE}\n{}", part(&["192.0.2.0/24 metric 5"]))));
});

in_namespace!(routes_of_an_interface_that_was_renamed_are_ours, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5), ("203.0.113.0/24", 7)]);
    world.converge();
    world.ip("link set kni254 name old0");
    let old = [route("192.0.2.0/24", 128, 5), route("203.0.113.0/24", 128, 7)];
    assert_eq!(world.routes_of("old0"), old);
    // Without a kni254, wanted routes stay and unwanted ones go.
    world.document(&[("192.0.2.0/24", 5)]);
    world.apply().expect(0);
    assert_eq!(world.routes_of("old0"), old[..1]);
    // A new kni254 gets the route.
    world.ip("addr del 169.254.127.127/31 dev old0");
    world.ip("link add kni254 type veth peer name new0");
    world.ip("link set new0 up");
    world.ip("link set kni254 up");
    world.ip("addr add 169.254.127.127/31 dev kni254");
    world.converge();
    assert_eq!((world.routes(), world.routes_of("old0")), (old[..1].to_vec(), Vec::new()));
    // Off, and again without a kni254.
    world.ip("link set kni254 name old1");
    world.disabled();
    world.apply().expect(0);
    assert_eq!(world.routes_of("old1"), Vec::<String>::new());
});

in_namespace!(routes_with_a_nexthop_object_are_ours_in_both_modes_of_the_kernel, |world| {
    world.add_interface();
    world.ip("nexthop add id 7 via 169.254.127.126 dev kni254");
    for mode in ["1", "0"] {
        std::fs::write("/proc/sys/net/ipv4/nexthop_compat_mode", mode).expect("root may");
        world.ip("route add 192.0.2.0/24 nhid 7 proto 128 metric 5");
        world.ip("route add 203.0.113.0/24 nhid 7 proto 128");
        world.ip("route add 198.51.100.0/24 nhid 7 proto zebra");
        world.document(&[("192.0.2.0/24", 5), ("198.51.100.0/24", 5)]);
        world.converge();
        assert_eq!(world.ip("route show table main proto 128 metric 5").lines().count(), 2, "{mode}");
        assert_eq!(world.ip("route show table main proto 128").lines().count(), 2, "{mode}");
        world.disabled();
        world.converge();
        assert_eq!(world.ip("route show table main proto 128"), "", "{mode}");
        assert_eq!(world.ip("route show table main proto zebra").lines().count(), 1, "{mode}");
        world.ip("route del 198.51.100.0/24 proto zebra");
    }
});
