//! The real TCP connections of the process's network namespace.
//!
//! `diag.rs` builds and parses the messages of `sock_diag(7)`, and `connect.rs` tries connections.

mod connect;
mod diag;

use std::net::SocketAddrV4;

use rustix::io::Errno;

use crate::router::error::KernelError;
use crate::router::netlink::socket::{Protocol, Socket};
use crate::router::network::{Network, Session};

/// The TCP connections of the process's network namespace.
#[derive(Debug, Default)]
pub struct Tcp(());

impl Tcp {
    /// Returns the interface. Each query opens its own sockets.
    #[must_use]
    pub fn new() -> Self {
        Self(())
    }
}

impl Network for Tcp {
    fn sessions(&mut self) -> Result<Vec<Session>, KernelError> {
        match diag::FAMILIES.into_iter().try_fold(Vec::new(), read) {
            Ok(sockets) => Ok(diag::sessions(&sockets)),
            Err(error) if lacks_diagnosis(&error) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn connect(&mut self, peers: &[SocketAddrV4]) -> Vec<bool> {
        connect::connect(peers)
    }
}

/// Adds the sockets of a family.
fn read(mut sockets: Vec<diag::Socket>, family: u8) -> Result<Vec<diag::Socket>, KernelError> {
    let mut socket = Socket::open(Protocol::Diagnosis)?;
    sockets.extend(socket.dump("read the TCP connections", diag::request(family), diag::socket)?);
    Ok(sockets)
}

/// Returns true if the kernel was built without `inet_diag` and `tcp_diag`, or cannot load them.
fn lacks_diagnosis(error: &KernelError) -> bool {
    matches!(Errno::from_io_error(&error.cause), Some(Errno::NOENT | Errno::PROTONOSUPPORT))
}
