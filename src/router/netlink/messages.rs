//! The messages of rtnetlink: requests are built, answers are parsed.
//!
//! Headers are those of `netlink-packet-route`. The few attributes that matter are built and parsed
//! here, for two reasons. An attribute that is unknown to this program or to that crate must not
//! hide a route. And the cost of ten thousand requests must be small compared with the work of the
//! kernel.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use netlink_packet_core::{Emitable, NLA_F_NESTED, NLM_F_ACK, NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NlaBuffer};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::address::AddressHeader;
use netlink_packet_route::link::{LinkFlags, LinkHeader};
use netlink_packet_route::route::{RouteFlags, RouteHeader, RouteProtocol, RouteScope, RouteType};

use crate::model::route::default_prefix;
use crate::model::{GATEWAY, Metric, Route};
use crate::router::kernel::{Form, KernelRoute, OtherForm, Path, Protocol, Request};
use crate::router::netlink::socket::{Message, attributes};

// rtnetlink(7)
const RTM_GETLINK: u16 = 18;
const RTM_GETADDR: u16 = 22;
const RTM_NEWROUTE: u16 = 24;
const RTM_DELROUTE: u16 = 25;
const RTM_GETROUTE: u16 = 26;
const RTM_GETRULE: u16 = 34;

const RTM_GETNEXTHOP: u16 = 106;

const IFA_ADDRESS: u16 = 1;

const RTA_DST: u16 = 1;
const RTA_SRC: u16 = 2;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PRIORITY: u16 = 6;
const RTA_TABLE: u16 = 15;
const RTA_MULTIPATH: u16 = 9;
const RTA_VIA: u16 = 18;
const RTA_NH_ID: u16 = 30;

const FRA_PRIORITY: u16 = 6;
const FRA_TABLE: u16 = 15;
const NHA_ID: u16 = 1;
const NHA_OIF: u16 = 5;
const NHA_GATEWAY: u16 = 6;

const LINK_HEADER: usize = 16;
const ADDRESS_HEADER: usize = 8;
const ROUTE_HEADER: usize = 12;
const NEXTHOP_HEADER: usize = 8;

/// The length of an attribute that holds four bytes.
const ATTRIBUTE: usize = 8;

/// Requests the state of an interface.
pub(crate) fn link_request(index: u32) -> Message {
    Message { kind: RTM_GETLINK, flags: 0, payload: emitted(&LinkHeader { index, ..LinkHeader::default() }) }
}

/// Returns true if an interface is administratively up.
pub(crate) fn link_is_up(payload: &[u8]) -> bool {
    LinkHeader::parse(payload.get(..LINK_HEADER).unwrap_or_default())
        .is_ok_and(|header| header.flags.contains(LinkFlags::Up))
}

/// Returns true if an interface has a carrier.
pub(crate) fn link_has_carrier(payload: &[u8]) -> bool {
    LinkHeader::parse(payload.get(..LINK_HEADER).unwrap_or_default())
        .is_ok_and(|header| header.flags.contains(LinkFlags::LowerUp))
}

/// Requests the IPv4 addresses of an interface.
pub(crate) fn address_request(index: u32) -> Message {
    let header = AddressHeader { family: AddressFamily::Inet, index, ..AddressHeader::default() };
    Message { kind: RTM_GETADDR, flags: 0, payload: emitted(&header) }
}

/// Returns true if the gateway is in the network of this address of the interface.
pub(crate) fn reaches_gateway(payload: &[u8], index: u32) -> bool {
    let Ok(header) = AddressHeader::parse(payload) else { return false };
    header.index == index
        && header.family == AddressFamily::Inet
        && attributes(payload, ADDRESS_HEADER)
            .filter(|attribute| attribute.kind() == IFA_ADDRESS)
            .filter_map(|attribute| Ipv4Net::new(address(attribute.value())?, header.prefix_len).ok())
            .any(|network| network.contains(&GATEWAY))
}

/// Requests the routes of the main table, through one interface or all. Routes of any type and
/// protocol are wanted: those of other programs matter too.
pub(crate) fn table_request(interface: Option<u32>) -> Message {
    let header = RouteHeader {
        address_family: AddressFamily::Inet,
        table: RouteHeader::RT_TABLE_MAIN,
        ..RouteHeader::default()
    };
    let mut payload = emitted(&header);
    interface.into_iter().for_each(|interface| push(&mut payload, RTA_OIF, interface.to_ne_bytes()));
    Message { kind: RTM_GETROUTE, flags: 0, payload }
}

/// Requests the IPv4 rules.
pub(crate) fn rules_request() -> Message {
    // The header of a rule has the same layout as that of a route.
    let header = RouteHeader { address_family: AddressFamily::Inet, ..RouteHeader::default() };
    Message { kind: RTM_GETRULE, flags: 0, payload: emitted(&header) }
}

/// Parses a rule: its priority and its table.
pub(crate) fn rule(payload: &[u8]) -> Option<(u32, u32)> {
    let header = RouteHeader::parse(payload.get(..ROUTE_HEADER)?).ok()?;
    let (mut priority, mut table) = (0, u32::from(header.table));
    for attribute in attributes(payload, ROUTE_HEADER) {
        match attribute.kind() {
            FRA_PRIORITY => priority = number(attribute.value())?,
            FRA_TABLE => table = number(attribute.value())?,
            _ => {}
        }
    }
    Some((priority, table))
}

/// Requests the route that the kernel uses for an address. It refuses a source that is not an
/// address of this machine (ENETUNREACH in Linux 6.18, and EINVAL for a multicast address).
pub(crate) fn path_request(address: Ipv4Addr, source: Option<Ipv4Addr>) -> Message {
    let header = RouteHeader {
        address_family: AddressFamily::Inet,
        destination_prefix_length: 32,
        source_prefix_length: if source.is_some() { 32 } else { 0 },
        // The answer is the route itself, not a route to the one address, and has its table.
        flags: RouteFlags::FibMatch | RouteFlags::LookupTable,
        ..RouteHeader::default()
    };
    let mut payload = emitted(&header);
    push(&mut payload, RTA_DST, address.octets());
    source.into_iter().for_each(|source| push(&mut payload, RTA_SRC, source.octets()));
    Message { kind: RTM_GETROUTE, flags: 0, payload }
}

/// Parses the route that the kernel uses for an address: also the nexthop object of one that has
/// only its number (see `route`).
pub(crate) fn path(payload: &[u8]) -> Option<(Path, Option<u32>)> {
    let header = RouteHeader::parse(payload).ok()?;
    let mut path = Path {
        table: u32::from(header.table),
        prefix: Ipv4Net::default(),
        interface: None,
        gateway: None,
        is_local: header.kind == RouteType::Local,
        hops: Vec::new(),
    };
    let (mut destination, mut nexthop) = (Ipv4Addr::UNSPECIFIED, None);
    for attribute in attributes(payload, ROUTE_HEADER) {
        let value = attribute.value();
        match attribute.kind() {
            RTA_DST => destination = address(value)?,
            RTA_OIF => path.interface = number(value),
            RTA_GATEWAY => path.gateway = address(value),
            RTA_TABLE => path.table = number(value)?,
            RTA_MULTIPATH | RTA_VIA => path.hops = value.to_vec(),
            RTA_NH_ID => nexthop = number(value),
            _ => {}
        }
    }
    path.prefix = Ipv4Net::new(destination, header.destination_prefix_length).ok()?;
    let is_resolved = path.interface.is_some() || !path.hops.is_empty();
    Some((path, nexthop.filter(|_| !is_resolved)))
}

/// Requests the routes of the main table that have our protocol.
pub(crate) fn marked_request() -> Message {
    let header = RouteHeader {
        address_family: AddressFamily::Inet,
        table: RouteHeader::RT_TABLE_MAIN,
        protocol: RouteProtocol::from(Protocol::OURS.0),
        ..RouteHeader::default()
    };
    Message { kind: RTM_GETROUTE, flags: 0, payload: emitted(&header) }
}

/// Asks if the kernel accepts routes through the gateway.
///
/// Without CREATE the kernel checks the next hop as for any new route, but adds none
/// (`fib_table_insert`). So it answers ENOENT or EEXIST if it would accept a route.
pub(crate) fn acceptance_request(interface: u32) -> Message {
    let route = KernelRoute::ours(Route { prefix: default_prefix(), metric: Metric(u32::MAX) }, interface);
    Message { kind: RTM_NEWROUTE, flags: NLM_F_EXCL | NLM_F_ACK, payload: described(&route) }
}

/// Requests a nexthop object.
pub(crate) fn nexthop_request(id: u32) -> Message {
    let mut payload = vec![0; NEXTHOP_HEADER];
    push(&mut payload, NHA_ID, id.to_ne_bytes());
    Message { kind: RTM_GETNEXTHOP, flags: 0, payload }
}

/// Parses a nexthop object: its interface and its IPv4 gateway.
pub(crate) fn nexthop(payload: &[u8]) -> (Option<u32>, Option<Ipv4Addr>) {
    let (mut interface, mut gateway) = (None, None);
    for attribute in attributes(payload, NEXTHOP_HEADER) {
        match attribute.kind() {
            NHA_OIF => interface = number(attribute.value()),
            NHA_GATEWAY => gateway = address(attribute.value()),
            _ => {}
        }
    }
    (interface, gateway)
}

/// Requests a change.
pub(crate) fn change_request(request: &Request) -> Message {
    let (kind, flags) = match request {
        // Without EXCL, the kernel would append a second route to one with the same destination and
        // metric.
        Request::Add(_) => (RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL),
        Request::Append(_) => (RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND),
        Request::Delete(_) => (RTM_DELROUTE, 0),
    };
    let payload = match (&request.route().form, request) {
        (Form::Other(form), Request::Add(_) | Request::Append(_)) => added_again(form),
        _ => described(request.route()),
    };
    Message { kind, flags, payload }
}

/// Returns the message that describes a route in a request.
fn described(route: &KernelRoute) -> Vec<u8> {
    let mut header = RouteHeader {
        address_family: AddressFamily::Inet,
        destination_prefix_length: route.route.prefix.prefix_len(),
        table: RouteHeader::RT_TABLE_MAIN,
        protocol: RouteProtocol::from(route.protocol.0),
        scope: RouteScope::Universe,
        kind: RouteType::Unicast,
        ..RouteHeader::default()
    };
    let (gateway, nexthop) = match &route.form {
        Form::Plain => (Some(GATEWAY), None),
        Form::Other(form) => {
            header.tos = form.service_type;
            // Any type and scope: the other fields identify the route.
            header.kind = RouteType::Unspec;
            header.scope = RouteScope::NoWhere;
            (form.gateway, form.nexthop)
        }
    };
    let mut payload = Vec::with_capacity(ROUTE_HEADER + 4 * ATTRIBUTE);
    payload.resize(ROUTE_HEADER, 0);
    header.emit(&mut payload);
    push(&mut payload, RTA_DST, route.route.prefix.addr().octets());
    match nexthop {
        Some(nexthop) => push(&mut payload, RTA_NH_ID, nexthop.to_ne_bytes()),
        None => {
            gateway.into_iter().for_each(|gateway| push(&mut payload, RTA_GATEWAY, gateway.octets()));
            route.interface.into_iter().for_each(|interface| push(&mut payload, RTA_OIF, interface.to_ne_bytes()));
        }
    }
    let Metric(metric) = route.route.metric;
    if metric != 0 {
        push(&mut payload, RTA_PRIORITY, metric.to_ne_bytes());
    }
    payload
}

/// Appends an attribute (`rtnetlink(3)`): its length, its kind and four bytes.
fn push(payload: &mut Vec<u8>, kind: u16, value: [u8; 4]) {
    payload.extend_from_slice(&(ATTRIBUTE as u16).to_ne_bytes());
    payload.extend_from_slice(&kind.to_ne_bytes());
    payload.extend_from_slice(&value);
}

/// Returns the message that adds a deleted route again. The kernel refuses flags that describe the
/// state of a route, and attributes that repeat those of its nexthop object.
fn added_again(form: &OtherForm) -> Vec<u8> {
    let Ok(mut header) = RouteHeader::parse(&form.message) else { return form.message.clone() };
    header.flags &= RouteFlags::Onlink;
    let mut payload = vec![0; ROUTE_HEADER];
    header.emit(&mut payload);
    let is_of_nexthop =
        |kind: u16| form.nexthop.is_some() && [RTA_OIF, RTA_GATEWAY, RTA_VIA, RTA_MULTIPATH].contains(&kind);
    for attribute in attributes(&form.message, ROUTE_HEADER).filter(|attribute| !is_of_nexthop(attribute.kind())) {
        let length = attribute.value().len() + 4;
        payload.extend_from_slice(&(length as u16).to_ne_bytes());
        // The kind has the flag of an attribute that contains attributes.
        payload.extend_from_slice(&kind_with_flags(&attribute).to_ne_bytes());
        payload.extend_from_slice(attribute.value());
        payload.resize(payload.len().next_multiple_of(4), 0);
    }
    payload
}

/// Parses an IPv4 route of the main table; `None` if it is another kind of route.
pub(crate) fn route(payload: &[u8]) -> Option<KernelRoute> {
    let header = RouteHeader::parse(payload).ok()?;
    let mut table = u32::from(header.table);
    let (mut destination, mut gateway, mut interface, mut metric) = (Ipv4Addr::UNSPECIFIED, None, None, 0);
    let mut nexthop = None;
    let mut plain = header.kind == RouteType::Unicast
        && header.scope == RouteScope::Universe
        && header.tos == 0
        && !header.flags.contains(RouteFlags::Onlink);
    for attribute in attributes(payload, ROUTE_HEADER) {
        let value = attribute.value();
        match attribute.kind() {
            RTA_DST => destination = address(value)?,
            RTA_OIF => interface = Some(number(value)?),
            RTA_GATEWAY => gateway = address(value),
            RTA_PRIORITY => metric = number(value)?,
            RTA_TABLE => table = number(value)?,
            kind => {
                plain = false;
                if kind == RTA_NH_ID {
                    nexthop = number(value);
                }
            }
        }
    }
    if header.address_family != AddressFamily::Inet || table != u32::from(RouteHeader::RT_TABLE_MAIN) {
        return None;
    }
    plain &= gateway == Some(GATEWAY);
    let prefix = Ipv4Net::new(destination, header.destination_prefix_length).ok()?;
    let form = if plain {
        Form::Plain
    } else {
        Form::Other(Box::new(OtherForm { service_type: header.tos, gateway, nexthop, message: payload.to_vec() }))
    };
    let route = Route { prefix, metric: Metric(metric) };
    Some(KernelRoute { route, protocol: Protocol(header.protocol.into()), interface, form })
}

fn kind_with_flags(attribute: &NlaBuffer<&[u8]>) -> u16 {
    attribute.kind() | if attribute.nested_flag() { NLA_F_NESTED } else { 0 }
}

fn address(value: &[u8]) -> Option<Ipv4Addr> {
    <[u8; 4]>::try_from(value).ok().map(Ipv4Addr::from)
}

fn number(value: &[u8]) -> Option<u32> {
    <[u8; 4]>::try_from(value).ok().map(u32::from_ne_bytes)
}

fn emitted(message: &impl Emitable) -> Vec<u8> {
    let mut bytes = vec![0; message.buffer_len()];
    message.emit(&mut bytes);
    bytes
}
