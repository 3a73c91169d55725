//! The TCP connections of this machine, and whether peers answer.
//!
//! [`Network`] is small, so tests replace it with a twin in memory. The real one is
//! [`crate::router::tcp`].

use std::net::SocketAddrV4;
use std::time::Duration;

use crate::router::error::KernelError;

/// A TCP connection over IPv4 that is established.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    /// The end on this machine.
    pub local: SocketAddrV4,
    /// The far end.
    pub remote: SocketAddrV4,
    /// True if the far end opened the connection: this machine listens on the local port.
    pub is_inbound: bool,
    /// The time since the far end last acknowledged data, from `tcpi_last_ack_recv`.
    pub acknowledged: Duration,
    /// True if data was sent again because its acknowledgement is overdue (`tcpi_retransmits`).
    pub is_retransmitting: bool,
}

/// The TCP connections of this machine, and connections that are tried.
pub trait Network {
    /// Returns the established connections over IPv4, sorted. Those of IPv6 sockets with mapped
    /// addresses are among them. Connections within this machine may be too.
    ///
    /// # Errors
    ///
    /// A query to the kernel failed.
    fn sessions(&mut self) -> Result<Vec<Session>, KernelError>;

    /// Tries to connect to all of these at the same time, and closes the connections at once. The
    /// kernel selects the source address. Returns which of them accepted the connection within a
    /// few seconds. A refused connection does not count, since a firewall on the way can refuse it.
    fn connect(&mut self, peers: &[SocketAddrV4]) -> Vec<bool>;
}
