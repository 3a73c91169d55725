//! The content of a route file: the operator's head, the marker line, and our part below it.
//!
//! The head is kept byte for byte, with any content.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::contract::RouteFile;
use crate::contract::route_file::MARKER;
use crate::model::route::default_prefix;
use crate::model::{GATEWAY, INTERFACE, Metric, Route};
use crate::router::ownership::Claim;

/// A route file in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledFile {
    /// The bytes above the marker; all bytes if there is no marker.
    pub head: Vec<u8>,
    /// Our part, below the marker; `None` if there is no marker.
    pub part: Option<MarkedPart>,
}

/// The lines below the marker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkedPart {
    /// The routes through kni254, in the order of their lines.
    pub routes: Vec<Route>,
    /// All other lines, except empty ones. The plugin never writes such lines.
    pub foreign: Vec<String>,
}

impl InstalledFile {
    /// Parses a file.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let (head, part) = split(bytes);
        Self { head: head.to_vec(), part: part.map(MarkedPart::parse) }
    }

    /// Returns the bytes of a file. If the head does not end with a newline, one is added.
    #[must_use]
    pub fn print(head: &[u8], routes: &[Route]) -> Vec<u8> {
        let mut bytes = head.to_vec();
        end_line(&mut bytes);
        bytes.append(&mut RouteFile::print(routes));
        bytes
    }
}

impl MarkedPart {
    /// Parses the bytes below the marker.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut part = Self::default();
        for line in lines(bytes) {
            match parse_route(line) {
                Some(route) => part.routes.push(route),
                None if line.trim_ascii().is_empty() => {}
                None => part.foreign.push(String::from_utf8_lossy(line).into_owned()),
            }
        }
        part
    }
}

/// Splits a file into the bytes above and below the first marker line.
pub(super) fn split(bytes: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        if line.trim_ascii_end() == MARKER.as_bytes() {
            return (&bytes[..start], Some(&bytes[end..]));
        }
        start = end;
    }
    (bytes, None)
}

/// Returns the lines of a file, without line endings.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line))
}

/// Returns the routes through kni254 of a whole file.
pub(super) fn routes(bytes: &[u8]) -> impl Iterator<Item = Route> {
    lines(bytes).filter_map(parse_route)
}

/// Returns a file without those of its routes through kni254 that `is_removed` selects.
pub(super) fn without(file: &[u8], is_removed: impl Fn(Route) -> bool) -> Vec<u8> {
    let others = file.split_inclusive(|byte| *byte == b'\n').filter(|line| !parse_route(line).is_some_and(&is_removed));
    others.flatten().copied().collect()
}

/// Adds a final newline, if it is missing.
pub(super) fn end_line(bytes: &mut Vec<u8>) {
    if bytes.last().is_some_and(|last| *last != b'\n') {
        bytes.push(b'\n');
    }
}

/// Parses a line as the route that `ip -4 route add LINE` adds, if that is one through kni254.
///
/// The line has a destination, `via` and the gateway, and in any order `dev`, `metric` and `proto`.
/// A line with any other word is not a route of the plugin's kind.
pub(super) fn parse_route(line: &[u8]) -> Option<Route> {
    let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    let destination = words.next()?;
    let prefix = match destination {
        "default" => default_prefix(),
        _ if destination.contains('/') => destination.parse().ok()?,
        _ => Ipv4Net::from(destination.parse::<Ipv4Addr>().ok()?),
    };
    let (mut has_gateway, mut metric) = (false, 0);
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word {
            "via" if value.parse() == Ok(GATEWAY) => has_gateway = true,
            "dev" if value == INTERFACE => {}
            "metric" => metric = value.parse().ok()?,
            "proto" => {}
            _ => return None,
        }
    }
    // The kernel refuses a destination with host bits.
    (has_gateway && prefix.trunc() == prefix).then_some(Route { prefix, metric: Metric(metric) })
}

/// Returns the operator's lines about routes through kni254.
///
/// Unlike [`parse_route`], this accepts every spelling of such a route that `ip -4 route add`
/// accepts.
pub(super) fn claims(head: &[u8]) -> impl Iterator<Item = Claim> {
    lines(head).filter_map(|line| {
        let route = parse_claim(line)?;
        Some(Claim { route, is_exact: parse_route(line) == Some(route) })
    })
}

fn parse_claim(line: &[u8]) -> Option<Route> {
    let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    let mut destination = words.next()?;
    while ["unicast", "to"].contains(&destination) {
        destination = words.next()?;
    }
    let prefix = parse_destination(destination)?;
    let mut metric = 0;
    while let Some(word) = words.next() {
        let is_other = match word {
            "via" => match words.next()? {
                "inet" => words.next()?.parse() != Ok(GATEWAY),
                gateway => gateway.parse() != Ok(GATEWAY),
            },
            "dev" | "oif" => words.next()? != INTERFACE,
            "table" => !["main", "254"].contains(&words.next()?),
            _ if is_metric(word) => {
                metric = parse_number(words.next()?)?;
                false
            }
            _ => false,
        };
        if is_other {
            return None;
        }
    }
    Some(Route { prefix, metric: Metric(metric) })
}

/// Parses a destination. iproute2 adds missing octets, which are 0, and a missing length, which is
/// 32.
fn parse_destination(text: &str) -> Option<Ipv4Net> {
    if ["default", "any", "all"].contains(&text) {
        return Some(default_prefix());
    }
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse().ok()?)),
        None => (text, None),
    };
    let mut octets = Vec::new();
    for part in address.split('.') {
        octets.push(part.parse().ok()?);
    }
    octets.resize(octets.len().max(4), 0);
    let address = Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?);
    let prefix = Ipv4Net::new(address, length.unwrap_or(32)).ok()?;
    (prefix.trunc() == prefix).then_some(prefix)
}

/// Returns true if iproute2 reads a word as the name of the metric.
fn is_metric(word: &str) -> bool {
    word == "preference"
        || ["metric", "priority"].iter().any(|name| name.len() >= word.len() && name[..word.len()] == *word)
}

/// Parses a number, decimal or as in C.
fn parse_number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if text.len() > 1 && text.as_bytes()[0] == b'0' => u32::from_str_radix(text, 8).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_claim, parse_route};

    #[test]
    fn only_lines_of_routes_through_kni254_are_parsed_as_routes() {
        let cases = [
            ("192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5", Some("192.0.2.0/24 5")),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254", Some("192.0.2.0/24 0")),
            ("  192.0.2.1   via 169.254.127.126\tmetric 7 dev kni254 ", Some("192.0.2.1/32 7")),
            ("default via 169.254.127.126 dev kni254", Some("0.0.0.0/0 0")),
            ("192.0.2.0/24 via 169.254.127.126", Some("192.0.2.0/24 0")),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254 proto static", Some("192.0.2.0/24 0")),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254\r", Some("192.0.2.0/24 0")),
            ("192.0.2.0/24 dev kni254", None),
            ("192.0.2.0/24 via 169.254.127.1 dev kni254", None),
            ("192.0.2.0/24 via 169.254.127.126 dev eth0", None),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254 src 10.0.0.1", None),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254 # why", None),
            ("192.0.2.1/24 via 169.254.127.126 dev kni254", None),
            ("2001:db8::/32 via 169.254.127.126 dev kni254", None),
            ("# 192.0.2.0/24 via 169.254.127.126 dev kni254", None),
            ("ADDRESS0=192.0.2.0", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let got = parse_route(line.as_bytes()).map(|route| format!("{} {}", route.prefix, route.metric));
            assert_eq!(got.as_deref(), expected, "{line:?}");
        }
    }

    #[test]
    fn every_spelling_of_a_route_through_kni254_is_a_claim() {
        let cases = [
            ("192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5", Some("192.0.2.0/24 5")),
            ("to 192.0.2.0/24 dev kni254 via inet 169.254.127.126 prio 0x10", Some("192.0.2.0/24 16")),
            ("unicast 10/8 via 169.254.127.126 preference 010", Some("10.0.0.0/8 8")),
            ("10.1 via 169.254.127.126 m 7 proto static", Some("10.1.0.0/32 7")),
            ("any via 169.254.127.126 onlink mtu 1400", Some("0.0.0.0/0 0")),
            ("192.0.2.1 via 169.254.127.126 dev kni254 # why", Some("192.0.2.1/32 0")),
            ("192.0.2.0/24 via 169.254.127.126 table main", Some("192.0.2.0/24 0")),
            ("192.0.2.0/24 via 169.254.127.126 table 100", None),
            ("192.0.2.0/24 via 169.254.127.1 dev kni254", None),
            ("192.0.2.0/24 via 169.254.127.126 dev eth0", None),
            ("192.0.2.1/24 via 169.254.127.126", None),
            ("192.0.2.0.1 via 169.254.127.126", None),
            ("192.0.2.0/24 via 169.254.127.126 metric five", None),
            ("# 192.0.2.0/24 via 169.254.127.126", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let got = parse_claim(line.as_bytes()).map(|route| format!("{} {}", route.prefix, route.metric));
            assert_eq!(got.as_deref(), expected, "{line:?}");
        }
    }
}
