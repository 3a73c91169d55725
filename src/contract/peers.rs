//! The peers of a router: the hosts that a change of routes must not cut off.
//!
//! The conductors are in the minion's pillar, in a document beside that of the routes. The Salt
//! state adds the Salt masters and the peers of the site.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::InvalidPeers;
use super::pillar::Object;
use crate::model::host_name::is_host_name;

/// The version of the document's format. Readers reject unknown versions.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// The TCP port on which a conductor accepts the connections of its routers.
#[cfg(feature = "conductor")]
pub(crate) const CONDUCTOR_PORT: u16 = 930;

/// The longest deadline of a trial, in seconds: a day.
pub(crate) const LONGEST_DEADLINE: u32 = 24 * 60 * 60;

/// The peers of a router.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PeersDocument {
    /// The version of the document's format.
    pub format_version: u32,
    /// The time in seconds after which a change that cut off a peer is reverted. The router's
    /// program has a default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_seconds: Option<u32>,
    /// The peers.
    #[serde(deserialize_with = "super::pillar::objects")]
    pub peers: Vec<Peer>,
}

/// A host that a router must keep reaching.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Peer {
    /// The role.
    pub role: Role,
    /// An IPv4 address or a host name.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

/// The role of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A conductor, from the authority.
    Conductor,
    /// A Salt master, from the minion's configuration.
    Master,
    /// A host that the operator of the site has listed.
    Site,
}

#[cfg(feature = "conductor")]
impl Peer {
    /// Returns a conductor.
    pub(crate) fn conductor(host: &str) -> Self {
        Self { role: Role::Conductor, host: host.to_owned(), port: CONDUCTOR_PORT }
    }
}

impl Role {
    /// Returns the role as it is written in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conductor => "conductor",
            Self::Master => "master",
            Self::Site => "site",
        }
    }
}

/// Parses a document.
///
/// # Errors
///
/// The document is not JSON, has another shape or version, or an invalid host, port or deadline.
/// Such a document never means that there are no peers.
pub fn parse(bytes: &[u8]) -> Result<PeersDocument, InvalidPeers> {
    let document = match serde_json::from_slice(bytes) {
        Ok(Object(document)) => document,
        // A newer document may have any shape: its version is the problem to report.
        Err(error) => match version(bytes) {
            Some(version) if version != u64::from(FORMAT_VERSION) => return Err(version_error(version)),
            _ => return Err(error.into()),
        },
    };
    check(&document)?;
    Ok(document)
}

/// Returns the format version of a document of any shape.
fn version(bytes: &[u8]) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    value.get("format-version")?.as_u64()
}

fn version_error(found: u64) -> InvalidPeers {
    InvalidPeers::Version { found, expected: FORMAT_VERSION }
}

/// Checks the rules that the types of a document do not enforce.
fn check(document: &PeersDocument) -> Result<(), InvalidPeers> {
    if document.format_version != FORMAT_VERSION {
        return Err(version_error(document.format_version.into()));
    }
    let is_out_of_range = |seconds: &u32| *seconds == 0 || *seconds > LONGEST_DEADLINE;
    if let Some(found) = document.deadline_seconds.filter(is_out_of_range) {
        return Err(InvalidPeers::Deadline { found, longest: LONGEST_DEADLINE });
    }
    for (index, peer) in document.peers.iter().enumerate() {
        if peer.host.parse::<Ipv4Addr>().is_err() && !is_host_name(&peer.host) {
            return Err(InvalidPeers::Host { index, host: peer.host.clone() });
        }
        if peer.port == 0 {
            return Err(InvalidPeers::Port(index));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Peer, PeersDocument, Role, parse};

    fn problem(text: &str) -> String {
        parse(text.as_bytes()).expect_err(text).to_string()
    }

    #[test]
    fn a_document_is_parsed_as_it_is_written() {
        let peer = |role, host: &str, port| Peer { role, host: host.to_owned(), port };
        let document = PeersDocument {
            format_version: 1,
            deadline_seconds: Some(300),
            peers: vec![
                peer(Role::Conductor, "192.0.2.10", 930),
                peer(Role::Master, "salt.example.com", 4506),
                peer(Role::Site, "localhost", 65535),
            ],
        };
        let text = r#"{"format-version":1,"deadline-seconds":300,"peers":[{"role":"conductor","host":"192.0.2.10","port":930},{"role":"master","host":"salt.example.com","port":4506},{"role":"site","host":"localhost","port":65535}]}"#;
        assert_eq!(serde_json::to_string(&document).expect("JSON"), text);
        assert_eq!(parse(text.as_bytes()).expect("a document"), document);
        for peer in &document.peers {
            assert_eq!(serde_json::to_value(peer.role).expect("JSON"), peer.role.as_str());
        }
    }

    #[test]
    fn a_document_may_have_no_peers_and_no_deadline() {
        let document = parse(br#"{"format-version": 1, "peers": []}"#).expect("a document");
        assert_eq!(document, PeersDocument { format_version: 1, deadline_seconds: None, peers: Vec::new() });
        assert_eq!(serde_json::to_string(&document).expect("JSON"), r#"{"format-version":1,"peers":[]}"#);
    }

    #[test]
    fn a_document_of_another_version_is_rejected_in_any_shape() {
        for text in [
            r#"{"format-version": 2, "peers": []}"#,
            r#"{"format-version": 2, "peers": {"new": "shape"}}"#,
            r#"{"peers": [], "format-version": 2, "more": true}"#,
        ] {
            assert_eq!(problem(text), "unsupported format version 2: this program reads version 1", "{text}");
        }
    }

    #[test]
    fn a_damaged_document_is_rejected() {
        for text in [
            "",
            "{",
            "[]",
            "null",
            "[1, null, []]",
            r#"{"peers": []}"#,
            r#"{"format-version": 1}"#,
            r#"{"format-version": 1, "peers": null}"#,
            r#"{"format-version": 1, "peers": [], "strict": true}"#,
            r#"{"format-version": 1, "peers": [], "peers": []}"#,
            r#"{"format-version": 1, "peers": [["site", "192.0.2.1", 22]]}"#,
            r#"{"format-version": 1, "peers": [{"role": "site", "host": "192.0.2.1"}]}"#,
            r#"{"format-version": 1, "peers": [{"role": "site", "host": "192.0.2.1", "port": 65536}]}"#,
            r#"{"format-version": 1, "peers": [{"role": "site", "host": "192.0.2.1", "port": "22"}]}"#,
            r#"{"format-version": 1, "peers": [{"role": "friend", "host": "192.0.2.1", "port": 22}]}"#,
            r#"{"format-version": 1, "peers": [{"role": "site", "host": "192.0.2.1", "port": 22, "x": 1}]}"#,
            r#"{"format-version": 1, "peers": []} {}"#,
        ] {
            parse(text.as_bytes()).expect_err(text);
        }
    }

    #[test]
    fn hosts_ports_and_deadlines_are_checked() {
        let with = |host: &str, port: u32| {
            format!(r#"{{"format-version": 1, "peers": [{{"role": "site", "host": {host:?}, "port": {port}}}]}}"#)
        };
        for host in
            ["", "2001:db8::1", "[2001:db8::1]", "192.0.2.1/32", "192.0.2", "a b", "-a", "a..b", "a.", "{{ a }}"]
        {
            let expected = format!("invalid host {host:?} of peer 0: expected an IPv4 address or a host name");
            assert_eq!(problem(&with(host, 22)), expected);
        }
        assert_eq!(problem(&with("192.0.2.1", 0)), "invalid port 0 of peer 0: expected 1 to 65535");
        for deadline in [0, 86_401] {
            let text = format!(r#"{{"format-version": 1, "deadline-seconds": {deadline}, "peers": []}}"#);
            assert_eq!(problem(&text), format!("invalid deadline of {deadline} s: expected 1 to 86400"));
        }
    }
}
