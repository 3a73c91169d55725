//! The machines that this one must keep reaching, and whether they answer.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::contract::peers::{self, PeersDocument, Role};
use crate::router::confirm::hosts::addresses_of;
use crate::router::error::{Error, KernelError};
use crate::router::files::Files;
use crate::router::kernel::{Kernel, Path};
use crate::router::network::{Network, Session};

/// The ports of connections to a far end that this machine must keep reaching: Salt's two, and the
/// one of the product's routers and conductors.
const OUTBOUND_PORTS: [u16; 3] = [4505, 4506, 930];

/// The ports of this machine whose connections must stay: SSH, and the one of the product.
const INBOUND_PORTS: [u16; 2] = [22, 930];

/// The age of the last acknowledgement up to which an inbound connection answers.
const RECENT: Duration = Duration::from_secs(60);

/// The most peers. Each takes a connection attempt in each run of a trial.
const MOST: usize = 128;

/// A machine that this one must keep reaching.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Peer {
    /// The address.
    pub address: Ipv4Addr,
    /// The port of its end.
    pub port: u16,
    /// The role; `None` for the far end of a connection that is not listed.
    pub role: Option<Role>,
    /// The end on this machine of a connection that is open.
    pub local: Option<SocketAddrV4>,
    /// True if the far end opened the connection. Then it is not connected to, and its
    /// acknowledgements are the answers.
    pub is_inbound: bool,
}

/// The answer of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It answers.
    Yes,
    /// It does not answer.
    No,
    /// Nothing was sent to it, or its connection was closed.
    Unknown,
}

impl Peer {
    /// Returns the end to connect to.
    pub(crate) fn end(&self) -> SocketAddrV4 {
        SocketAddrV4::new(self.address, self.port)
    }

    /// Returns the addresses of this machine from which packets go to the peer; `None` lets the
    /// kernel select one, as for a new connection. A rule can lead an open connection elsewhere.
    fn sources(&self) -> impl Iterator<Item = Option<Ipv4Addr>> + use<> {
        let new = (!self.is_inbound).then_some(None);
        let open = self.local.map(|local| Some(*local.ip()));
        new.into_iter().chain(open)
    }

    /// Returns true for a conductor or a Salt master.
    pub(crate) fn is_management(&self) -> bool {
        matches!(self.role, Some(Role::Conductor | Role::Master))
    }

    fn is_of(&self, session: &Session) -> bool {
        self.local == Some(session.local) && self.end() == session.remote
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (self.role, self.local) {
            (Some(Role::Conductor), _) => "conductor",
            (Some(Role::Master), _) => "Salt master",
            (Some(Role::Site), _) => "peer of the site",
            (None, Some(local)) if self.is_inbound && local.port() == 22 => "SSH client",
            (None, _) => "open connection",
        };
        write!(f, "{} ({what})", self.end())
    }
}

/// The list of peers that the conductor and Salt keep for this node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The peers whose addresses are known.
    pub(crate) peers: Vec<Peer>,
    /// The time after which a trial is reverted, in seconds, if the list has it.
    pub(crate) deadline: Option<u32>,
}

/// Reads the list of peers; `None` if there is none. The hosts are those of `/etc/hosts`; other
/// names are skipped, since a lookup in DNS may need the very routes that are tried.
///
/// # Errors
///
/// The list cannot be read, or is invalid.
pub(crate) fn listed(files: &dyn Files) -> Result<Option<Listed>, Error> {
    let Some(bytes) = files.peers()? else { return Ok(None) };
    let PeersDocument { deadline_seconds, peers, .. } =
        peers::parse(&bytes).map_err(|cause| Error::Peers { path: files.peers_path(), cause })?;
    let hosts =
        if peers.iter().any(|peer| peer.host.parse::<Ipv4Addr>().is_err()) { files.hosts() } else { Vec::new() };
    let mut found = Vec::new();
    for peer in peers {
        let addresses = match peer.host.parse() {
            Ok(address) => vec![address],
            Err(_) => addresses_of(&peer.host, &hosts),
        };
        let resolved =
            |address| Peer { address, port: peer.port, role: Some(peer.role), local: None, is_inbound: false };
        found.extend(addresses.into_iter().map(resolved));
    }
    found.sort();
    found.dedup();
    Ok(Some(Listed { peers: found, deadline: deadline_seconds }))
}

/// Returns the addresses of the listed peers. A list that is invalid has none.
pub(crate) fn addresses(listed: &Result<Option<Listed>, Error>) -> Vec<Ipv4Addr> {
    let peers = listed.iter().flatten().flat_map(|listed| &listed.peers);
    peers.map(|peer| peer.address).collect()
}

/// Returns the peers: those of the list, and the far ends of connections that are open. The
/// addresses of this machine are left out.
///
/// # Errors
///
/// A query to the kernel failed.
pub(crate) fn candidates(
    listed: &[Peer],
    sessions: Vec<Session>,
    kernel: &mut dyn Kernel,
) -> Result<Vec<Peer>, KernelError> {
    // Listed peers come first, in case there are too many.
    let mut peers: Vec<Peer> = listed.to_vec();
    peers.sort();
    for session in sessions {
        let Session { local, remote, is_inbound, .. } = session;
        let is_relevant = match is_inbound {
            true => INBOUND_PORTS.contains(&local.port()),
            false => OUTBOUND_PORTS.contains(&remote.port()),
        };
        if !is_relevant {
            continue;
        }
        match peers.iter_mut().find(|peer| !is_inbound && !peer.is_inbound && peer.end() == remote) {
            Some(peer) => peer.local = peer.local.or(Some(local)),
            None => peers.push(Peer {
                address: *remote.ip(),
                port: remote.port(),
                role: None,
                local: Some(local),
                is_inbound,
            }),
        }
    }
    let mut found = Vec::new();
    for peer in peers {
        let is_local = match kernel.path_to(peer.address, None)? {
            Some(path) => path.is_local,
            None => false,
        };
        if !is_local && !peer.address.is_loopback() && found.len() < MOST {
            found.push(peer);
        }
    }
    found.sort();
    Ok(found)
}

/// Asks peers for an answer. `since` is the age of the change whose effect is in question: an older
/// acknowledgement says nothing. If the kernel does not tell the connections, the answers of their
/// far ends are unknown.
pub(crate) fn answers(peers: &[&Peer], network: &mut dyn Network, since: Option<Duration>) -> Vec<Answer> {
    let ends: Vec<SocketAddrV4> = peers.iter().filter(|peer| !peer.is_inbound).map(|peer| peer.end()).collect();
    let connected = if ends.is_empty() { Vec::new() } else { network.connect(&ends) };
    let sessions = if ends.len() < peers.len() { network.sessions().unwrap_or_default() } else { Vec::new() };
    let mut connected = connected.into_iter();
    let answer = |peer: &&Peer| {
        if !peer.is_inbound {
            return if connected.next() == Some(true) { Answer::Yes } else { Answer::No };
        }
        match sessions.iter().find(|session| peer.is_of(session)) {
            Some(session) if session.is_retransmitting => Answer::No,
            Some(session) if session.acknowledged < since.unwrap_or(RECENT) => Answer::Yes,
            _ => Answer::Unknown,
        }
    };
    peers.iter().map(answer).collect()
}

/// Returns the ways on which the kernel would send packets to each peer: those of a new connection,
/// and of one that is open.
///
/// # Errors
///
/// A query to the kernel failed.
pub(crate) fn ways(peers: &[Peer], kernel: &mut dyn Kernel) -> Result<Vec<Vec<Option<Path>>>, KernelError> {
    let mut of = |peer: &Peer| peer.sources().map(|source| kernel.path_to(peer.address, source)).collect();
    peers.iter().map(&mut of).collect()
}
