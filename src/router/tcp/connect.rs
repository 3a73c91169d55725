//! Connections that are tried.

use std::io;
use std::net::SocketAddrV4;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with, sockopt};

/// The longest time for the answers of a chunk. TCP sends a lost SYN again after a second
/// (RFC 6298). So one packet may be lost, and the next one has a second for its way.
const LIMIT: Duration = Duration::from_secs(2);

/// The number of connections that are tried at the same time. A process can usually open 1,024
/// files.
const CHUNK: usize = 200;

/// Tries to connect to each peer. Returns which of them accepted the connection.
///
/// The connections end with a FIN, as any other does that a client closes. An RST would save this
/// machine the state `TIME_WAIT`. But it is not sent again if it is lost, and a server whose
/// connection was reset before it accepted it gets errors that it may log.
pub(super) fn connect(peers: &[SocketAddrV4]) -> Vec<bool> {
    peers.chunks(CHUNK).flat_map(connect_at_once).collect()
}

/// A connection that is tried.
struct Attempt {
    /// The index of the peer.
    peer: usize,
    socket: OwnedFd,
}

fn connect_at_once(peers: &[SocketAddrV4]) -> Vec<bool> {
    let deadline = Instant::now() + LIMIT;
    let mut accepted = vec![false; peers.len()];
    let mut pending = Vec::with_capacity(peers.len());
    for (peer, address) in peers.iter().enumerate() {
        match begin(*address) {
            Ok((socket, false)) => pending.push(Attempt { peer, socket }),
            Ok((_, true)) => accepted[peer] = true,
            // There is no route, or the machine has no port left.
            Err(_) => {}
        }
    }
    while !pending.is_empty() {
        let Some(decided) = wait(&pending, deadline) else { break };
        let mut decided = decided.into_iter();
        pending.retain(|attempt| {
            let is_decided = decided.next().unwrap_or(false);
            if is_decided {
                accepted[attempt.peer] = matches!(sockopt::socket_error(&attempt.socket), Ok(Ok(())));
            }
            !is_decided
        });
    }
    accepted
}

/// Begins to connect. Returns true if the connection is there already.
fn begin(address: SocketAddrV4) -> io::Result<(OwnedFd, bool)> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    match rustix::net::connect(&socket, &address) {
        Ok(()) => Ok((socket, true)),
        // After a signal, it continues too: connect(2).
        Err(Errno::INPROGRESS | Errno::INTR) => Ok((socket, false)),
        Err(error) => Err(error.into()),
    }
}

/// Waits until the kernel decided about some attempts. Returns which, or `None` if the time is up.
fn wait(attempts: &[Attempt], deadline: Instant) -> Option<Vec<bool>> {
    let mut polled: Vec<PollFd<'_>> =
        attempts.iter().map(|attempt| PollFd::new(&attempt.socket, PollFlags::OUT)).collect();
    loop {
        // At the end, the kernel is asked once more: this process may have slept.
        let left = deadline.saturating_duration_since(Instant::now());
        match poll(&mut polled, Some(&Timespec::try_from(left).ok()?)) {
            Ok(0) if left.is_zero() => return None,
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Some(polled.iter().map(|polled| !polled.revents().is_empty()).collect()),
            Err(_) => return None,
        }
    }
}
