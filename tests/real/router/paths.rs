//! The route that the kernel uses for an address, and whether two of them are the same way.

use std::net::Ipv4Addr;

use loopback_static_routes::router::kernel::{Kernel as _, Path};
use loopback_static_routes::router::netlink::Netlink;

use super::world::{World, in_namespace};

const ADDRESS: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 7);

fn path_from(address: Ipv4Addr, source: Option<Ipv4Addr>) -> Option<Path> {
    Netlink::open().expect("a socket").path_to(address, source).expect("answered")
}

#[track_caller]
fn path() -> Path {
    path_from(ADDRESS, None).expect("a path")
}

fn with_interfaces(world: &World) {
    world.add_interface();
    world.add_other_interface();
}

fn index(world: &World, interface: &str) -> Option<u32> {
    let printed = world.ip(&format!("-o link show {interface}"));
    printed.split(':').next().expect("a number").parse().ok()
}

in_namespace!(a_way_is_an_interface_and_a_gateway_whatever_the_prefix_and_table, |world| {
    with_interfaces(world);
    assert_eq!(path_from(ADDRESS, None), None);
    world.ip("route add default via 198.51.100.1 dev eth9");
    let first = path();
    assert_eq!(first.interface, index(world, "eth9"));
    assert_eq!(first.gateway, Some(Ipv4Addr::new(198, 51, 100, 1)));
    assert!(!first.is_local && first.hops.is_empty());

    world.ip("route add 203.0.113.0/24 via 198.51.100.1 dev eth9 metric 7");
    world.ip("route add 203.0.113.0/25 via 198.51.100.1 dev eth9 table 100");
    let narrower = path();
    world.ip("rule add lookup 100");
    let of_rule = path();
    assert_eq!((narrower.prefix.prefix_len(), of_rule.prefix.prefix_len(), of_rule.table), (24, 25, 100));
    assert!(first.is_same_way(&narrower) && first.is_same_way(&of_rule));

    for (number, other) in
        ["via 198.51.100.9 dev eth9", "dev eth9", "via 169.254.127.126 dev kni254"].iter().enumerate()
    {
        world.ip(&format!("route replace 203.0.113.0/25 {other} table 100"));
        assert!(path() != of_rule && !first.is_same_way(&path()), "{number}: {other}");
    }
    world.ip("route replace 203.0.113.0/25 via inet6 fe80::1 dev eth9 table 100");
    let inet6 = path();
    world.ip("route replace 203.0.113.0/25 via inet6 fe80::2 dev eth9 table 100");
    assert!(!inet6.is_same_way(&path()) && !first.is_same_way(&inet6));
});

in_namespace!(an_address_of_the_machine_is_local, |world| {
    with_interfaces(world);
    for address in [Ipv4Addr::new(198, 51, 100, 2), Ipv4Addr::new(127, 3, 2, 1)] {
        let path = path_from(address, None).expect("a path");
        assert!(path.is_local, "{path:?}");
    }
    let peer = path_from(Ipv4Addr::new(198, 51, 100, 3), None).expect("a path");
    let own = path_from(Ipv4Addr::new(198, 51, 100, 2), None).expect("a path");
    assert_eq!(peer.interface, own.interface);
    assert!(!peer.is_local && !peer.is_same_way(&own));
});

in_namespace!(the_source_selects_the_rule, |world| {
    with_interfaces(world);
    world.ip("route add default via 198.51.100.1 dev eth9");
    world.ip("route add default via 169.254.127.126 dev kni254 table 100");
    world.ip("rule add from 169.254.127.127 lookup 100");
    let sources = [None, Some("198.51.100.2"), Some("169.254.127.127")];
    let of = |source: Option<&str>| path_from(ADDRESS, source.map(|source| source.parse().expect("an address")));
    let interfaces = sources.map(|source| of(source).and_then(|path| path.interface));
    let (eth9, kni254) = (index(world, "eth9"), index(world, "kni254"));
    assert_eq!(interfaces, [eth9, eth9, kni254]);
    // The kernel sends nothing from an address that it does not have.
    assert_eq!(of(Some("192.0.2.77")), None);
    assert_eq!(of(Some("224.0.0.1")), None);
    world.ip("addr del 169.254.127.127/31 dev kni254");
    assert_eq!(of(Some("169.254.127.127")), None);
});

in_namespace!(routes_with_several_next_hops_are_compared_by_all_of_them, |world| {
    with_interfaces(world);
    let with = |hops: &str| {
        world.ip(&format!("route replace default {hops}"));
        path()
    };
    let both = "nexthop via 198.51.100.1 dev eth9 nexthop via 169.254.127.126 dev kni254";
    let first = with(both);
    assert_eq!((first.interface, first.gateway), (None, None));
    assert!(!first.hops.is_empty() && first.is_same_way(&path()) && first.is_same_way(&with(both)));
    let others = [
        "nexthop via 198.51.100.9 dev eth9 nexthop via 169.254.127.126 dev kni254",
        "nexthop via 198.51.100.1 dev eth9 nexthop via 198.51.100.9 dev eth9",
        "nexthop via 198.51.100.1 dev eth9 weight 5 nexthop via 169.254.127.126 dev kni254",
        "via 198.51.100.1 dev eth9",
    ];
    for other in others {
        assert!(!first.is_same_way(&with(other)), "{other}");
    }
});

in_namespace!(the_next_hop_of_a_nexthop_object_is_read, |world| {
    with_interfaces(world);
    world.ip("nexthop add id 7 via 198.51.100.1 dev eth9");
    world.ip("nexthop add id 8 via 198.51.100.9 dev eth9");
    world.ip("nexthop add id 9 group 7/8");
    world.ip("route add default via 198.51.100.1 dev eth9");
    let plain = path();
    for mode in ["1", "0"] {
        std::fs::write("/proc/sys/net/ipv4/nexthop_compat_mode", mode).expect("a sysctl of the namespace");
        world.ip("route replace default nhid 7");
        assert!(plain.is_same_way(&path()), "{mode}: {:?}", path());
        world.ip("route replace default nhid 8");
        assert!(!plain.is_same_way(&path()), "{mode}: {:?}", path());
        world.ip("route replace default nhid 9");
        let group = path();
        assert!(!plain.is_same_way(&group) && group.is_same_way(&path()), "{mode}: {group:?}");
        assert!(!group.hops.is_empty(), "{mode}: {group:?}");
    }
});
