//! Addresses and sources of access policies, parsed once.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use super::host_name::is_host_name;
use super::{GATEWAY, INTERNAL_TENANT, KNI_ADDRESS};

/// An address as it was written, and its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    text: String,
    kind: AddressKind,
}

/// The meaning of an `address` element.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AddressKind {
    /// An IPv4 prefix or a single IPv4 address (then a /32), masked to its network.
    Ipv4 {
        /// The network.
        network: Ipv4Net,
        /// True if bits after the prefix length were set, and masked.
        host_bits: bool,
    },
    /// An IPv6 prefix or address.
    Ipv6(Ipv6Net),
    /// A host name (RFC 1123, section 2.1), in lower case, without the final dot.
    HostName(String),
    /// Any other text.
    Invalid,
}

impl Address {
    /// Reads an `address` value.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self { text: text.to_owned(), kind: AddressKind::parse(text) }
    }

    /// Returns the address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the meaning.
    #[must_use]
    pub fn kind(&self) -> &AddressKind {
        &self.kind
    }

    /// Returns the network of an IPv4 address or prefix; `None` for all others.
    #[must_use]
    pub fn network(&self) -> Option<Ipv4Net> {
        match self.kind {
            AddressKind::Ipv4 { network, .. } => Some(network),
            _ => None,
        }
    }

    /// Returns the same text for all spellings of an address.
    #[must_use]
    pub(crate) fn canonical(&self) -> String {
        match &self.kind {
            AddressKind::Ipv4 { network, .. } => network.to_string(),
            AddressKind::Ipv6(network) => network.trunc().to_string(),
            AddressKind::HostName(name) => name.clone(),
            AddressKind::Invalid => self.text.clone(),
        }
    }

    /// Returns the prefix of a route to this address, if it is IPv4 and not the gateway itself.
    #[must_use]
    pub(crate) fn routable(&self) -> Option<Ipv4Net> {
        self.network().filter(|network| *network != Ipv4Net::from(GATEWAY))
    }

    /// Returns why an invalid address is invalid, if one part of it is wrong.
    #[must_use]
    pub(crate) fn defect(&self) -> Option<&'static str> {
        let (address, length) = self.text.split_once('/').map_or((&*self.text, None), |(a, l)| (a, Some(l)));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match length {
            _ if address.split('.').all(is_number) && address.parse::<Ipv4Addr>().is_err() => {
                Some("an IPv4 address has four numbers from 0 to 255, without leading zeros")
            }
            Some(length) if address.parse::<Ipv4Addr>().is_ok() => Some(match length.parse::<Ipv4Addr>() {
                Ok(_) => "the prefix length is missing, and a netmask is in its place",
                Err(_) => "the prefix length must be 0 to 32",
            }),
            Some(_) if address.parse::<std::net::Ipv6Addr>().is_ok() => Some("the prefix length must be 0 to 128"),
            _ => None,
        }
    }

    /// Returns the prefix of an invalid address that has a netmask in place of the length, such as
    /// `192.0.2.0/255.255.255.0`.
    #[must_use]
    pub(crate) fn with_netmask(&self) -> Option<Ipv4Net> {
        let (address, netmask) = self.text.split_once('/')?;
        Ipv4Net::with_netmask(address.parse().ok()?, netmask.parse().ok()?).ok()
    }

    /// Returns the address of a single IPv4 host; `None` for all others.
    #[must_use]
    pub(crate) fn host(&self) -> Option<Ipv4Addr> {
        match self.kind {
            AddressKind::Ipv4 { network, host_bits: false } if network.prefix_len() == 32 => Some(network.addr()),
            _ => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AddressKind {
    fn parse(text: &str) -> Self {
        if let Some(network) = parse_ipv4(text) {
            return Self::Ipv4 { network: network.trunc(), host_bits: network.trunc() != network };
        }
        if let Some(network) = parse_ipv6(text) {
            return Self::Ipv6(network);
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        if is_host_name(name) { Self::HostName(name.to_ascii_lowercase()) } else { Self::Invalid }
    }
}

/// The `source` of an access policy: a tenant, a prefix, or `tenant@prefix`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PolicySource {
    text: String,
    kind: SourceKind,
}

/// The relation of a policy's source to the tenant `_internal_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// The tenant itself, or the tenant at a prefix that contains the address of Linux on `kni254`.
    Internal,
    /// The tenant at a prefix that does not contain it.
    InternalElsewhere,
    /// The tenant at an invalid prefix.
    InternalAtInvalidPrefix,
    /// Another tenant, or a prefix, which belongs to the global tenant.
    Other,
}

impl PolicySource {
    /// Reads a `source` value.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let kind = match text.split_once('@') {
            None if text == INTERNAL_TENANT => SourceKind::Internal,
            Some((tenant, prefix)) if tenant == INTERNAL_TENANT => match AddressKind::parse(prefix) {
                AddressKind::Ipv4 { network, .. } if network.contains(&KNI_ADDRESS) => SourceKind::Internal,
                AddressKind::Ipv4 { .. } | AddressKind::Ipv6(_) => SourceKind::InternalElsewhere,
                AddressKind::HostName(_) | AddressKind::Invalid => SourceKind::InternalAtInvalidPrefix,
            },
            _ => SourceKind::Other,
        };
        Self { text: text.to_owned(), kind }
    }

    /// Returns the source as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the same text for all spellings of a source. The name of a tenant has one spelling.
    #[must_use]
    pub(crate) fn canonical(text: &str) -> String {
        let prefix = text.rsplit('@').next().unwrap_or(text);
        let address = Address::parse(prefix);
        match address.kind {
            AddressKind::Ipv4 { .. } | AddressKind::Ipv6(_) => {
                format!("{}{}", &text[..text.len() - prefix.len()], address.canonical())
            }
            AddressKind::HostName(_) | AddressKind::Invalid => text.to_owned(),
        }
    }

    /// Returns the relation to the tenant `_internal_`.
    #[must_use]
    pub fn kind(&self) -> SourceKind {
        self.kind
    }
}

fn parse_ipv4(text: &str) -> Option<Ipv4Net> {
    match text.split_once('/') {
        None => Some(Ipv4Net::from(text.parse::<Ipv4Addr>().ok()?)),
        Some((address, length)) => Ipv4Net::new(address.parse().ok()?, prefix_length(length)?).ok(),
    }
}

fn parse_ipv6(text: &str) -> Option<Ipv6Net> {
    let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
    let IpAddr::V6(address) = address.parse().ok()? else { return None };
    Ipv6Net::new(address, length.map_or(Some(128), prefix_length)?).ok()
}

/// Parses a prefix length of decimal digits: `/+8`, `/ 8` and `/08` are invalid.
fn prefix_length(text: &str) -> Option<u8> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{AddressKind, PolicySource, SourceKind};

    #[test]
    fn addresses() {
        let cases = [
            ("8.8.8.8", "8.8.8.8/32"),
            ("8.8.8.8/32", "8.8.8.8/32"),
            ("10.1.2.3/8", "10.0.0.0/8 masked"),
            ("1.2.3.4/0", "0.0.0.0/0 masked"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:db8::1", "IPv6"),
            ("2001:db8::/32", "IPv6"),
            ("::ffff:10.0.0.1", "IPv6"),
            ("updates.example.com", "host updates.example.com"),
            ("Updates.Example.COM.", "host updates.example.com"),
            ("localhost", "host localhost"),
            ("10.0.0.0/33", "invalid"),
            ("10.0.0.0/+8", "invalid"),
            ("10.0.0.0/08", "invalid"),
            ("10.0.0.0/255.0.0.0", "invalid"),
            ("010.0.0.1", "invalid"),
            ("10.0.0", "invalid"),
            ("300.1.1.1", "invalid"),
            ("-x.example.com", "invalid"),
            ("a..b", "invalid"),
            ("two words", "invalid"),
            ("{{ 7*7 }}", "invalid"),
            ("", "invalid"),
        ];
        for (text, expected) in cases {
            let got = match AddressKind::parse(text) {
                AddressKind::Ipv4 { network, host_bits } => {
                    format!("{network}{}", if host_bits { " masked" } else { "" })
                }
                AddressKind::Ipv6(_) => "IPv6".to_owned(),
                AddressKind::HostName(name) => format!("host {name}"),
                AddressKind::Invalid => "invalid".to_owned(),
            };
            assert_eq!(got, expected, "{text:?}");
        }
    }

    #[test]
    fn sources_that_match_the_internal_tenant() {
        let cases = [
            ("_internal_", SourceKind::Internal),
            ("_internal_@169.254.0.0/16", SourceKind::Internal),
            ("_internal_@169.254.127.127", SourceKind::Internal),
            ("_internal_@169.254.127.126", SourceKind::InternalElsewhere),
            ("_internal_@0.0.0.0/0", SourceKind::Internal),
            ("_internal_@::/0", SourceKind::InternalElsewhere),
            ("_internal_@everywhere", SourceKind::InternalAtInvalidPrefix),
            ("_internal_2", SourceKind::Other),
            ("sales@169.254.0.0/16", SourceKind::Other),
            ("169.254.0.0/16", SourceKind::Other),
        ];
        for (text, expected) in cases {
            assert_eq!(PolicySource::parse(text).kind(), expected, "{text}");
        }
    }
}
