//! Addresses as people write them, and what of them can be a route.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What an `address` element says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An IPv4 prefix or a bare IPv4 address (then a /32), masked to its network.
    Ipv4 {
        /// The network.
        network: Ipv4Net,
        /// Whether bits beyond the prefix length were set, and masked away.
        host_bits: bool,
    },
    /// An IPv6 prefix or address.
    Ipv6(Ipv6Net),
    /// A host name (RFC 1123, section 2.1), lower case, without the final dot.
    HostName(String),
    /// None of these.
    Invalid,
}

impl Address {
    /// Reads an `address` value.
    #[must_use]
    pub fn parse(text: &str) -> Self {
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

/// Whether the source `tenant@P` of an access policy covers `address`. `P` is a prefix or a bare address.
///
/// `None` where `P` is neither.
#[must_use]
pub fn source_prefix_contains(prefix: &str, address: Ipv4Addr) -> Option<bool> {
    match Address::parse(prefix) {
        Address::Ipv4 { network, .. } => Some(network.contains(&address)),
        Address::Ipv6(_) => Some(false),
        _ => None,
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

/// A prefix length: decimal digits alone, so that `/+8`, `/ 8` and `/08` are no lengths.
fn prefix_length(text: &str) -> Option<u8> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// RFC 1123 host names, and `_` since service records use it. A name whose last label is all digits would be a
/// mistyped address (`10.0.0`, `300.1.1.1`), as RFC 3696 section 2 has it.
fn is_host_name(name: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let numeric_top = name.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
    !name.is_empty() && name.len() <= 253 && name.split('.').all(label) && !numeric_top
}

#[cfg(test)]
mod tests {
    use super::{Address, source_prefix_contains};
    use crate::model::KNI_ADDRESS;

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
            let got = match Address::parse(text) {
                Address::Ipv4 { network, host_bits } => format!("{network}{}", if host_bits { " masked" } else { "" }),
                Address::Ipv6(_) => "IPv6".to_owned(),
                Address::HostName(name) => format!("host {name}"),
                Address::Invalid => "invalid".to_owned(),
            };
            assert_eq!(got, expected, "{text:?}");
        }
    }

    #[test]
    fn sources_that_hold_the_address_of_kni254() {
        let cases = [
            ("169.254.0.0/16", Some(true)),
            ("169.254.127.127", Some(true)),
            ("169.254.127.126", Some(false)),
            ("0.0.0.0/0", Some(true)),
            ("::/0", Some(false)),
            ("everywhere", None),
        ];
        for (prefix, expected) in cases {
            assert_eq!(source_prefix_contains(prefix, KNI_ADDRESS), expected, "{prefix}");
        }
    }
}
