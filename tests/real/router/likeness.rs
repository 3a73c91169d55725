//! The twin behaves like the kernel: requests give the same refusals and the same table.

use loopback_static_routes::router::kernel::{Answers, Form, Interface, Kernel as _, KernelRoute, Protocol, Request};
use loopback_static_routes::router::netlink::Netlink;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::world::in_namespace;
use crate::common::sample;
use crate::common::twin::{Twin, plain};

/// Requests with few destinations and metrics, so they collide.
fn any_requests() -> impl Strategy<Value = Vec<Request>> {
    let prefix = prop::sample::select(vec!["0.0.0.0/0", "192.0.2.0/24", "192.0.2.0/25"]);
    let metric = prop::sample::select(vec![0, 1, 5]);
    let protocol = prop::sample::select(vec![3, 4, 128]).prop_map(Protocol);
    let kind = prop::sample::select(vec![Request::Add, Request::Append, Request::Delete]);
    let request = (prefix, metric, protocol, kind)
        .prop_map(|(prefix, metric, protocol, kind)| kind(plain(prefix, metric, protocol)));
    prop::collection::vec(request, 1..25)
}

fn through(interface: u32, request: &Request) -> Request {
    let route = KernelRoute { interface: Some(interface), ..request.route().clone() };
    match request {
        Request::Add(_) => Request::Add(route),
        Request::Append(_) => Request::Append(route),
        Request::Delete(_) => Request::Delete(route),
    }
}

in_namespace!(the_twin_behaves_like_the_kernel, |world| {
    world.add_interface();
    let mut kernel = Netlink::open().expect("a socket");
    let Interface::Ready(index) = kernel.interface().expect("answered") else { panic!("kni254 is not ready") };
    let kernel = std::cell::RefCell::new(kernel);
    let result = TestRunner::new(sample::config(200)).run(&any_requests(), |requests| {
        world.ip("route flush dev kni254 scope global");
        let mut twin = Twin::new(Vec::new());
        let requests: Vec<Request> = requests.iter().map(|request| through(index, request)).collect();
        twin.interface = Interface::Ready(index);
        let summary = |answers: Answers| -> (Vec<(usize, i32)>, bool) {
            (answers.refused.iter().map(|refusal| (refusal.request, refusal.errno)).collect(), answers.complete)
        };
        let expected = summary(kernel.borrow_mut().change(&requests).expect("answered"));
        prop_assert_eq!(expected, summary(twin.change(&requests).expect("answered")));
        let mut table = kernel.borrow_mut().routes_through(index).expect("answered");
        table.retain(|route| route.protocol != Protocol::KERNEL);
        table.sort();
        prop_assert_eq!(table, twin.table);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
});

in_namespace!(a_route_of_any_form_is_added_again_as_it_was, |world| {
    world.add_interface();
    world.ip("link set lo up");
    let forms = [
        "10.1.0.0/16 dev kni254 proto 128",
        "10.2.0.0/16 via 169.254.127.126 dev kni254 proto 128 metric 5 mtu 1400",
        "10.3.0.0/16 via 169.254.127.126 dev kni254 proto 128 src 169.254.127.127",
        "10.4.0.0/16 via 192.0.2.1 dev kni254 onlink proto 128",
        "10.5.0.0/16 via 169.254.127.126 dev kni254 tos 0x10 proto 128",
        "10.6.0.0/16 nhid 7 proto 128",
        "10.7.0.0/16 via inet6 fe80::1 dev kni254 proto 128",
    ];
    world.ip("nexthop add id 7 via 169.254.127.126 dev kni254");
    for form in forms {
        world.ip(&format!("route add {form}"));
    }
    let before = world.ip("-N route show dev kni254");
    let mut kernel = Netlink::open().expect("a socket");
    let Interface::Ready(index) = kernel.interface().expect("answered") else { panic!("kni254 is not ready") };
    let mut routes = kernel.routes_through(index).expect("answered");
    routes.retain(|route| route.protocol == Protocol::OURS);
    assert_eq!(routes.len(), forms.len());
    assert!(routes.iter().all(|route| route.form != Form::Plain));
    let delete: Vec<Request> = routes.iter().cloned().map(Request::Delete).collect();
    assert_eq!(kernel.change(&delete).expect("answered").refused, []);
    assert!(!world.ip("-N route show dev kni254").contains("128"));
    let add: Vec<Request> = routes.into_iter().map(Request::Add).collect();
    assert_eq!(kernel.change(&add).expect("answered").refused, []);
    assert_eq!(world.ip("-N route show dev kni254"), before);
});

in_namespace!(the_message_of_the_kernel_is_reported, |world| {
    world.add_interface();
    world.ip("addr add 10.9.9.9/24 dev kni254");
    world.ip("addr del 169.254.127.127/31 dev kni254");
    let mut kernel = Netlink::open().expect("a socket");
    let Interface::WithoutLinkRoute(index) = kernel.interface().expect("answered") else {
        panic!("it has its address")
    };
    let requests: Vec<Request> = (0..1_000)
        .map(|n| through(index, &Request::Add(plain(&format!("10.{}.{}.0/24", n / 256, n % 256), 0, Protocol::OURS))))
        .collect();
    let answers = kernel.change(&requests).expect("answered");
    assert!(answers.complete, "all fit the socket's buffer");
    assert_eq!(answers.refused.len(), 1_000);
    assert_eq!(answers.refused[999].to_string(), "Nexthop has invalid gateway (Network is unreachable (os error 101))");
});
