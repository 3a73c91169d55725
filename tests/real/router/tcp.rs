//! The TCP connections of a machine, and those that are tried.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use loopback_static_routes::router::network::{Network as _, Session};
use loopback_static_routes::router::tcp::Tcp;

use super::peer::Peer;
use super::world::in_namespace;
use crate::common::wait;

const OWN: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 2);

fn sessions() -> Vec<Session> {
    Tcp::new().sessions().expect("answered")
}

#[track_caller]
fn only_session() -> Session {
    let sessions = sessions();
    assert_eq!(sessions.len(), 1, "{sessions:#?}");
    sessions[0]
}

fn v4(address: std::io::Result<SocketAddr>) -> SocketAddrV4 {
    match address.expect("connected") {
        SocketAddr::V4(address) => address,
        SocketAddr::V6(address) => {
            SocketAddrV4::new(address.ip().to_ipv4_mapped().expect("an IPv4 address"), address.port())
        }
    }
}

in_namespace!(a_session_that_this_machine_opened_is_not_inbound, |world| {
    let peer = Peer::new(world);
    assert_eq!(sessions(), []);
    let (_listener, address) = peer.listen("198.51.100.1:4505");
    // Listeners on another port, on the port of the far end and on another address.
    let _others = ["0.0.0.0:0", "0.0.0.0:4505"].map(|other| TcpListener::bind(other).expect("free"));
    let stream = TcpStream::connect(address).expect("accepted");
    let local = v4(stream.local_addr());
    let _loopback = TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, local.port())).expect("free");
    let session = only_session();
    assert_eq!((session.local, session.remote, session.is_inbound), (local, address, false));
    assert_eq!(*session.local.ip(), OWN);
    drop(stream);
    assert_eq!(sessions(), []);
});

in_namespace!(a_session_on_a_port_of_a_listener_is_inbound, |world| {
    let peer = Peer::new(world);
    for address in ["198.51.100.2:22", "0.0.0.0:22", "[::]:22"] {
        let listener = TcpListener::bind(address).expect("free");
        let stream = peer.within(|| TcpStream::connect(SocketAddrV4::new(OWN, 22)).expect("accepted"));
        let (accepted, _) = listener.accept().expect("waiting");
        let session = only_session();
        assert_eq!((session.local, session.remote), (v4(accepted.local_addr()), v4(stream.local_addr())));
        assert!(session.is_inbound, "{address}");
        // The direction is unknown without the listener.
        drop(listener);
        assert!(!only_session().is_inbound, "{address}");
        // The side that closes first keeps the port.
        drop(stream);
        wait::until("the session ends", || sessions().is_empty(), || world.ip("route"));
    }
});

in_namespace!(sessions_of_ipv6_are_left_out, |_| {
    let listener = TcpListener::bind("[::1]:0").expect("free");
    let _stream = TcpStream::connect(listener.local_addr().expect("bound")).expect("accepted");
    assert_eq!(sessions(), []);
    // Both ends of a connection within the machine.
    let listener = TcpListener::bind("127.0.0.1:0").expect("free");
    let _stream = TcpStream::connect(listener.local_addr().expect("bound")).expect("accepted");
    let sessions = sessions();
    assert_eq!(sessions.iter().filter(|session| session.is_inbound).count(), 1, "{sessions:#?}");
    assert_eq!(sessions.len(), 2);
    assert!(sessions.is_sorted());
});

in_namespace!(the_time_of_an_acknowledgement_is_known, |world| {
    let peer = Peer::new(world);
    let (_listener, address) = peer.listen("198.51.100.1:4505");
    let mut stream = TcpStream::connect(address).expect("accepted");
    let idle = Duration::from_millis(300);
    wait::until("the handshake is old", || only_session().acknowledged >= idle, String::new);
    let before = Instant::now();
    stream.write_all(b"hello").expect("sent");
    // Later than this by the clock of the test: the kernel counts in ticks of up to 10 ms.
    let is_newer = || only_session().acknowledged < before.elapsed() + idle / 2;
    wait::until("the data is acknowledged", is_newer, || format!("{:?}", only_session()));
    assert!(!only_session().is_retransmitting);

    peer.silence();
    let silent = Instant::now();
    stream.write_all(b"hello").expect("sent");
    let is_retransmitting = || only_session().is_retransmitting;
    wait::until("the data is sent again", is_retransmitting, || format!("{:?}", only_session()));
    assert!(only_session().acknowledged + idle / 2 > silent.elapsed());
    peer.ip("route del blackhole 198.51.100.2/32");
    wait::until("the data is acknowledged", || !is_retransmitting(), || format!("{:?}", only_session()));
    assert!(only_session().acknowledged < silent.elapsed());
});

fn address(text: &str) -> SocketAddrV4 {
    text.parse().expect("an address")
}

in_namespace!(only_a_peer_that_accepts_the_connection_answers, |world| {
    let peer = Peer::new(world);
    let (listener, open) = peer.listen("198.51.100.1:4505");
    // An address that does not exist, a closed port, and a network without a route.
    let (silent, closed) = (address("198.51.100.99:4505"), address("198.51.100.1:4506"));
    let unreachable = address("203.0.113.1:4505");
    let start = Instant::now();
    let peers = [unreachable, silent, open, closed, open];
    assert_eq!(Tcp::new().connect(&peers), [false, false, true, false, true]);
    assert!(start.elapsed() < Duration::from_secs(60), "the kernel itself would try for two minutes");
    // The connections were closed.
    assert_eq!(sessions(), []);
    let (mut accepted, _) = listener.accept().expect("waiting");
    assert_eq!(std::io::Read::read(&mut accepted, &mut [0]).expect("not reset"), 0);

    assert_eq!(Tcp::new().connect(&[]), [false; 0]);
    world.ip("route add 203.0.113.0/24 via 198.51.100.1 dev eth9");
    let (_listener, behind) = peer.listen("203.0.113.1:4505");
    assert_eq!(Tcp::new().connect(&[behind, open]), [true, true]);
    world.ip("route add prohibit 203.0.113.1/32");
    assert_eq!(Tcp::new().connect(&[behind, open]), [false, true]);
    peer.silence();
    assert_eq!(Tcp::new().connect(&[open, closed, behind]), [false; 3]);
    world.ip("link set eth9 down");
    assert_eq!(Tcp::new().connect(&[open, closed, behind]), [false; 3]);
});

in_namespace!(hundreds_of_peers_are_tried, |world| {
    let peer = Peer::new(world);
    let (listener, open) = peer.listen("198.51.100.1:4505");
    // All connections wait to be accepted.
    rustix::net::listen(&listener, 1_000).expect("listens already");
    let closed = address("198.51.100.1:4506");
    let peers: Vec<SocketAddrV4> = (0..700).map(|number| if number % 3 == 0 { closed } else { open }).collect();
    let expected: Vec<bool> = peers.iter().map(|peer| *peer == open).collect();
    assert_eq!(Tcp::new().connect(&peers), expected);
});
