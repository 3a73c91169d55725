//! Where a service leads: its addresses as prefixes and host names.

use ipnet::Ipv4Net;

use crate::diagnostics::{Code, Finding, Subject};
use crate::model::address::Address;
use crate::model::{ElementPath, GATEWAY, Located, Service};

/// An address that can be a route.
#[derive(Clone, Copy, Debug)]
pub struct Destination {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// Index in [`Service::addresses`].
    pub address: usize,
}

/// The addresses of one service.
#[derive(Debug, Default)]
pub struct Destinations {
    /// The IPv4 prefixes.
    pub prefixes: Vec<Destination>,
    /// The host names, lower case, with their index in [`Service::addresses`].
    pub host_names: Vec<(String, usize)>,
    /// Whether an address is none of prefix, address and host name.
    pub any_invalid: bool,
}

impl Destinations {
    /// Reads a service's addresses; what is not routed as written is reported.
    pub(crate) fn of(service: &Service, findings: &mut Vec<Finding>) -> Self {
        let mut destinations = Self::default();
        for (index, address) in service.addresses.iter().enumerate() {
            match Address::parse(&address.value) {
                Address::HostName(name) => destinations.host_names.push((name, index)),
                Address::Invalid => {
                    destinations.any_invalid = true;
                    findings.push(invalid(service, address));
                }
                parsed => {
                    let prefix = routable(&parsed, address, |code, message| {
                        findings.push(finding(service, address, code, message));
                    });
                    destinations.prefixes.extend(prefix.map(|prefix| Destination { prefix, address: index }));
                }
            }
        }
        destinations
    }
}

/// The prefix that an address is routed as, if it is; what differs from what was written goes to `report`.
pub fn routable(parsed: &Address, written: &Located<String>, mut report: impl FnMut(Code, String)) -> Option<Ipv4Net> {
    let text = &written.value;
    match parsed {
        Address::Ipv4 { network, .. } if *network == Ipv4Net::from(GATEWAY) => {
            report(
                Code::GatewayAddress,
                format!("{GATEWAY} is the gateway itself, which is on the link; it gets no route"),
            );
            None
        }
        Address::Ipv4 { network, host_bits } => {
            if *host_bits {
                report(
                    Code::HostBitsSet,
                    format!("{text} has host bits set, and is routed as {network}; write {network}"),
                );
            }
            Some(*network)
        }
        Address::Ipv6(_) => {
            report(Code::Ipv6Address, format!("{text} is IPv6, which route-kni254 does not hold; it gets no route"));
            None
        }
        Address::HostName(_) | Address::Invalid => None,
    }
}

/// The path of an address.
pub fn address_path(service: &Service, address: &str) -> ElementPath {
    ElementPath::authority().entry("service", &service.name.value).entry("address", address)
}

fn finding(service: &Service, address: &Located<String>, code: Code, message: String) -> Finding {
    let subject = Subject::Service(service.name.value.clone());
    Finding::new(code, subject, address_path(service, &address.value), message).at(address.at)
}

fn invalid(service: &Service, address: &Located<String>) -> Finding {
    let message = format!("{:?} is no IP prefix, no IP address and no host name; correct it", address.value);
    finding(service, address, Code::InvalidAddress, message)
}
