//! The ownership rule of `docs/router.md`, case by case.

use loopback_static_routes::router::kernel::{KernelRoute, Protocol};
use loopback_static_routes::router::ownership::Ownership;

use crate::common::twin::{KNI, elsewhere, odd, plain, to};

#[test]
fn a_route_is_ours_by_its_protocol_or_as_a_line_of_the_file() {
    let vouched = "192.0.2.0/24";
    let ownership = Ownership::new(vec![to(vouched, 5)]);
    let of_form = |protocol: Protocol| KernelRoute { protocol, ..odd(vouched, 5) };
    let zebra = Protocol(11);
    for (route, is_ours) in [
        (plain("10.1.0.0/16", 0, Protocol::OURS), true),
        (odd("10.1.0.0/16", 0), true),
        (plain(vouched, 5, Protocol::BOOT), true),
        (plain(vouched, 5, Protocol::STATIC), true),
        // Not exactly the line.
        (plain(vouched, 6, Protocol::BOOT), false),
        (plain("192.0.2.0/25", 5, Protocol::STATIC), false),
        (of_form(Protocol::BOOT), false),
        // Of another program, or through another interface.
        (plain(vouched, 5, zebra), false),
        (plain(vouched, 5, Protocol::KERNEL), false),
        (elsewhere(vouched, 5), false),
        (KernelRoute { protocol: Protocol::OURS, ..elsewhere(vouched, 5) }, false),
        (KernelRoute { interface: None, ..plain(vouched, 5, Protocol::OURS) }, false),
    ] {
        assert_eq!(ownership.is_ours(&route, KNI), is_ours, "{route:?}");
    }
}
