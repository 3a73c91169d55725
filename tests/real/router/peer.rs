//! Other machines: network namespaces at the other ends of eth9 and kni254.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddrV4, TcpListener};
use std::os::fd::AsFd as _;
use std::process::{Child, Command, Stdio};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::world::{World, ip};

/// The network namespace of a process.
pub(crate) struct Namespace(File);

impl Namespace {
    pub(crate) fn of(process: u32) -> Self {
        Self(File::open(format!("/proc/{process}/ns/net")).expect("of a process of ours"))
    }

    /// Runs this in the namespace. A socket stays in the namespace that created it.
    pub(crate) fn within<T: Send>(&self, run: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| {
            let moved = || {
                move_into_link_name_space(self.0.as_fd(), Some(LinkNameSpaceType::Network)).expect("permitted");
                run()
            };
            scope.spawn(moved).join().expect("no panic")
        })
    }
}

/// Another machine.
pub(crate) struct Peer {
    /// The process that keeps the namespace.
    process: Child,
    namespace: Namespace,
}

impl Peer {
    /// Adds the interface eth9 with 198.51.100.2/24. It leads to a machine with the addresses
    /// 198.51.100.1 and 203.0.113.1.
    pub(crate) fn new(world: &World) -> Self {
        world.add_other_interface();
        let peer = Self::detached();
        peer.take_over("eth9p", "198.51.100.1/24");
        peer.ip("addr add 203.0.113.1/32 dev lo");
        peer
    }

    /// Adds kni254. It leads to a machine that has the gateway's address.
    pub(crate) fn behind_kni254(world: &World) -> Self {
        world.add_interface();
        let peer = Self::detached();
        peer.take_over("kni254p", "169.254.127.126/31");
        peer
    }

    /// Returns a machine without an interface.
    pub(crate) fn detached() -> Self {
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
        let namespace = Namespace::of(process.id());
        let peer = Self { process, namespace };
        peer.ip("link set lo up");
        peer
    }

    /// Moves an interface of the caller's namespace into this machine.
    pub(crate) fn take_over(&self, interface: &str, address: &str) {
        ip(&format!("link set {interface} netns {}", self.process.id()));
        self.ip(&format!("link set {interface} up"));
        self.ip(&format!("addr add {address} dev {interface}"));
    }

    /// Runs this on the machine. A socket stays there.
    pub(crate) fn within<T: Send>(&self, run: impl FnOnce() -> T + Send) -> T {
        self.namespace.within(run)
    }

    #[track_caller]
    pub(crate) fn ip(&self, arguments: &str) -> String {
        self.within(|| ip(arguments))
    }

    pub(crate) fn listen(&self, address: &str) -> (TcpListener, SocketAddrV4) {
        let listener = self.within(|| TcpListener::bind(address).expect("a free port"));
        let std::net::SocketAddr::V4(address) = listener.local_addr().expect("bound") else { panic!("{address}") };
        (listener, address)
    }

    /// Makes the peer unable to send to this machine: a packet to it is lost.
    pub(crate) fn silence(&self) {
        self.ip("route add blackhole 198.51.100.2/32");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
