//! The messages of `sock_diag(7)`: requests are built, answers are parsed.
//!
//! The layouts are those of `linux/inet_diag.h` and `linux/tcp.h`.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};
use std::time::Duration;

use crate::router::netlink::socket::{Message, attributes};
use crate::router::network::Session;

const SOCK_DIAG_BY_FAMILY: u16 = 20;

const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;

/// The families whose sockets can have IPv4 addresses.
pub(super) const FAMILIES: [u8; 2] = [AF_INET, AF_INET6];

const IPPROTO_TCP: u8 = 6;

// The states of a socket: net/tcp_states.h
const TCP_ESTABLISHED: u8 = 1;
const TCP_LISTEN: u8 = 10;

const INET_DIAG_INFO: u16 = 2;
const INET_DIAG_SKV6ONLY: u16 = 11;

/// The length of a `struct inet_diag_req_v2`.
const REQUEST: usize = 56;

/// The length of a `struct inet_diag_msg`.
const ANSWER: usize = 72;

// Fields of a `struct inet_diag_msg`. `id` is its `struct inet_diag_sockid`.
const IDIAG_FAMILY: usize = 0;
const IDIAG_STATE: usize = 1;
const ID_SPORT: usize = 4;
const ID_DPORT: usize = 6;
const ID_SRC: usize = 8;
const ID_DST: usize = 24;

// Fields of a `struct tcp_info`.
const TCPI_RETRANSMITS: usize = 2;
const TCPI_LAST_ACK_RECV: usize = 56;

/// A socket of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Socket {
    /// A connection. Whether it is inbound is not known yet: `is_inbound` is false.
    Connection(Session),
    /// A socket that accepts connections to this address, or to any if it is unspecified.
    Listener(SocketAddrV4),
}

/// Requests the TCP sockets of a family that are connected or listen.
pub(super) fn request(family: u8) -> Message {
    let mut payload = Vec::with_capacity(REQUEST);
    payload.extend([family, IPPROTO_TCP, 1 << (INET_DIAG_INFO - 1), 0]);
    payload.extend((1_u32 << TCP_ESTABLISHED | 1 << TCP_LISTEN).to_ne_bytes());
    // No address and no port: the sockets of all.
    payload.resize(REQUEST, 0);
    Message { kind: SOCK_DIAG_BY_FAMILY, flags: 0, payload }
}

/// Parses a socket; `None` if its addresses are not of IPv4.
pub(super) fn socket(payload: &[u8]) -> Option<Socket> {
    let header = payload.first_chunk::<ANSWER>()?;
    let end = |address: usize, port: usize| {
        let address = ipv4(header[IDIAG_FAMILY], header[address..].first_chunk()?)?;
        Some(SocketAddrV4::new(address, u16::from_be_bytes(*header[port..].first_chunk()?)))
    };
    let local = end(ID_SRC, ID_SPORT)?;
    let (mut info, mut is_of_ipv6) = (None, false);
    for attribute in attributes(payload, ANSWER) {
        match attribute.kind() {
            INET_DIAG_INFO => info = tcp_info(attribute.value()),
            INET_DIAG_SKV6ONLY => is_of_ipv6 = attribute.value() == [1],
            _ => {}
        }
    }
    match header[IDIAG_STATE] {
        TCP_LISTEN => (!is_of_ipv6).then_some(Socket::Listener(local)),
        TCP_ESTABLISHED => {
            let (acknowledged, is_retransmitting) = info?;
            let remote = end(ID_DST, ID_DPORT)?;
            let session = Session { local, remote, is_inbound: false, acknowledged, is_retransmitting };
            Some(Socket::Connection(session))
        }
        _ => None,
    }
}

/// Parses a `struct tcp_info`: the time since the last acknowledgement, and true if data was sent
/// again.
fn tcp_info(info: &[u8]) -> Option<(Duration, bool)> {
    let acknowledged = u32::from_ne_bytes(*info.get(TCPI_LAST_ACK_RECV..)?.first_chunk()?);
    Some((Duration::from_millis(acknowledged.into()), *info.get(TCPI_RETRANSMITS)? > 0))
}

/// Returns the sessions, sorted. The kernel does not mark those that it accepted: they have the
/// port of a listener. So a connection that was opened from such a port counts as inbound too.
pub(super) fn sessions(sockets: &[Socket]) -> Vec<Session> {
    let listeners: BTreeSet<SocketAddrV4> = sockets
        .iter()
        .filter_map(|socket| match socket {
            Socket::Listener(address) => Some(*address),
            Socket::Connection(_) => None,
        })
        .collect();
    let any = |local: SocketAddrV4| SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, local.port());
    let is_inbound = |local| listeners.contains(&local) || listeners.contains(&any(local));
    let mut sessions: Vec<Session> = sockets
        .iter()
        .filter_map(|socket| match socket {
            Socket::Connection(session) => Some(Session { is_inbound: is_inbound(session.local), ..*session }),
            Socket::Listener(_) => None,
        })
        .collect();
    sessions.sort_unstable();
    // A dump is not a snapshot: a socket can be in it twice.
    sessions.dedup_by_key(|session| (session.local, session.remote));
    sessions
}

/// Returns the IPv4 address of an end, which an IPv6 socket can have as a mapped address
/// (RFC 4291). The unspecified address of IPv6 includes all of IPv4.
fn ipv4(family: u8, bytes: &[u8; 16]) -> Option<Ipv4Addr> {
    match (family, Ipv6Addr::from(*bytes)) {
        (AF_INET, _) => bytes.first_chunk::<4>().copied().map(Ipv4Addr::from),
        (AF_INET6, Ipv6Addr::UNSPECIFIED) => Some(Ipv4Addr::UNSPECIFIED),
        (AF_INET6, address) => address.to_ipv4_mapped(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{AF_INET6, Socket, request, sessions, socket};

    /// Answers of Linux 6.18 (x86-64), as hexadecimal digits: eight sockets of one machine, and one
    /// whose peer is silent.
    const RECORDED: &str = include_str!("recorded.txt");

    fn recorded() -> Vec<Vec<u8>> {
        RECORDED.lines().map(|line| base16ct::lower::decode_vec(line).expect("hexadecimal digits")).collect()
    }

    #[test]
    fn the_sessions_are_those_over_ipv4() {
        let mut sockets: Vec<Socket> = recorded().iter().filter_map(|payload| socket(payload)).collect();
        // Twice in the dump.
        sockets.extend(sockets.clone());
        let sessions: Vec<String> = sessions(&sockets)
            .into_iter()
            .map(|session| {
                let direction = if session.is_inbound { "from" } else { "to" };
                let state = if session.is_retransmitting { "retransmitting" } else { "answered" };
                format!("{} {direction} {} {state} {:?}", session.local, session.remote, session.acknowledged)
            })
            .collect();
        let expected = [
            "127.0.0.1:22 from 127.0.0.1:39160 answered 308ms",
            "127.0.0.1:4505 from 127.0.0.1:32770 answered 304ms",
            "127.0.0.1:32770 to 127.0.0.1:4505 answered 304ms",
            "127.0.0.1:39160 to 127.0.0.1:22 answered 304ms",
            "198.51.100.2:37260 to 198.51.100.1:4505 retransmitting 1.712s",
        ];
        assert_eq!(sessions, expected);
    }

    #[test]
    fn a_listener_accepts_connections_to_its_address_or_to_any() {
        let listeners: Vec<String> = recorded()
            .iter()
            .filter_map(|payload| match socket(payload)? {
                Socket::Listener(address) => Some(address.to_string()),
                Socket::Connection(_) => None,
            })
            .collect();
        // The second one is `::`, and the third one is of IPv6 alone.
        assert_eq!(listeners, ["127.0.0.1:4505", "0.0.0.0:22"]);
        let of_ipv6 = |payload: &mut Vec<u8>| {
            let value = payload.windows(4).position(|bytes| bytes == [5, 0, 11, 0]).expect("an attribute") + 4;
            payload[value] = 1;
        };
        let mut payload = recorded().swap_remove(4);
        of_ipv6(&mut payload);
        assert_eq!(socket(&payload), None);
    }

    #[test]
    fn a_short_answer_is_skipped() {
        for payload in recorded() {
            let whole = socket(&payload);
            for length in 0..payload.len() {
                let short = socket(&payload[..length]);
                assert!(short.is_none() || short == whole || matches!(short, Some(Socket::Listener(_))), "{length}");
            }
        }
    }

    #[test]
    fn the_request_is_for_both_states_and_with_information() {
        let message = request(AF_INET6);
        assert_eq!((message.kind, message.payload.len()), (20, 56));
        assert_eq!(message.payload[..4], [10, 6, 2, 0]);
        assert_eq!(message.payload[4..8], 0x402_u32.to_ne_bytes());
    }
}
