//! A second machine: a network namespace at the other end of eth9.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddrV4, TcpListener};
use std::process::{Child, Command, Stdio};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::world::World;

/// A machine with the addresses 198.51.100.1 and 203.0.113.1.
pub(crate) struct Peer {
    /// The process that keeps the namespace.
    process: Child,
    namespace: File,
}

impl Peer {
    /// Adds the interface eth9 with 198.51.100.2/24, which leads to the peer.
    pub(crate) fn new(world: &World) -> Self {
        // It ends when its standard input does.
        let mut process = Command::new("unshare")
            .args(["--net", "sh", "-c", "echo ready; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare is there: apt-get install util-linux");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("text");
        assert_eq!(line, "ready\n");
        let id = process.id();
        let namespace = File::open(format!("/proc/{id}/ns/net")).expect("of a process of ours");
        world.add_other_interface();
        world.ip(&format!("link set eth9p netns {id}"));
        let peer = Self { process, namespace };
        peer.ip(world, "link set lo up");
        peer.ip(world, "link set eth9p up");
        peer.ip(world, "addr add 198.51.100.1/24 dev eth9p");
        peer.ip(world, "addr add 203.0.113.1/32 dev lo");
        peer
    }

    /// Runs this in the peer's namespace. A socket stays in the namespace that created it.
    pub(crate) fn within<T: Send>(&self, run: impl FnOnce() -> T + Send) -> T {
        use std::os::fd::AsFd as _;
        std::thread::scope(|scope| {
            let moved = || {
                let namespace = self.namespace.as_fd();
                move_into_link_name_space(namespace, Some(LinkNameSpaceType::Network)).expect("permitted");
                run()
            };
            scope.spawn(moved).join().expect("no panic")
        })
    }

    #[track_caller]
    pub(crate) fn ip(&self, world: &World, arguments: &str) -> String {
        self.within(|| world.ip(arguments))
    }

    pub(crate) fn listen(&self, address: &str) -> (TcpListener, SocketAddrV4) {
        let listener = self.within(|| TcpListener::bind(address).expect("a free port"));
        let std::net::SocketAddr::V4(address) = listener.local_addr().expect("bound") else { panic!("{address}") };
        (listener, address)
    }

    /// Makes the peer unable to send to this machine: a packet to it is lost.
    pub(crate) fn silence(&self, world: &World) {
        self.ip(world, "route add blackhole 198.51.100.2/32");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
