//! Errors of parsing.

/// An error about a line below the marker that is not a route of the plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARoute {
    /// The line number in the whole file, from 1.
    pub line: usize,
    /// The line.
    pub text: String,
}

/// An error about the document of the peers.
#[cfg(any(feature = "conductor", feature = "router"))]
#[derive(Debug, thiserror::Error)]
pub enum InvalidPeers {
    /// It is not JSON, or has another shape.
    #[error(transparent)]
    Shape(#[from] serde_json::Error),
    /// It has an unknown version.
    #[error("unsupported format version {found}: this program reads version {expected}")]
    Version {
        /// The version of the document.
        found: u64,
        /// The version that is known.
        expected: u32,
    },
    /// The deadline is out of range.
    #[error("invalid deadline of {found} s: expected 1 to {longest}")]
    Deadline {
        /// The deadline of the document, in seconds.
        found: u32,
        /// The longest deadline.
        longest: u32,
    },
    /// A host is neither an IPv4 address nor a host name. `index` is its index in the list.
    #[error("invalid host {host:?} of peer {index}: expected an IPv4 address or a host name")]
    Host {
        /// The index in the list, from 0.
        index: usize,
        /// The host.
        host: String,
    },
    /// A port is 0.
    #[error("invalid port 0 of peer {0}: expected 1 to 65535")]
    Port(usize),
}
