//! The kernel as this program sees it: an interface, the main table, and changes to it.
//!
//! [`Kernel`] is small, so tests replace it with an in-memory fake that fails on demand. The real
//! one is [`crate::router::netlink`].

use std::fmt;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::model::{GATEWAY, INTERFACE, Metric, Route};
use crate::router::error::KernelError;

/// The origin of a route, by the number of `rtm_protocol` (`rtnetlink(7)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// The protocol of all routes that this program adds. iproute2, FRR, BIRD and Calico leave the
    /// number free.
    pub const OURS: Self = Self(128);
    /// The protocol of a route that the kernel added for an address of an interface.
    pub const KERNEL: Self = Self(2);
    /// The protocol of a route that `ip route add` added, as the network scripts do.
    pub const BOOT: Self = Self(3);
    /// The protocol of a route that an administrator or NetworkManager added.
    pub const STATIC: Self = Self(4);

    /// Returns true if the network scripts or NetworkManager add routes under this protocol.
    #[must_use]
    pub fn is_of_scripts(self) -> bool {
        matches!(self, Self::BOOT | Self::STATIC)
    }
}

impl fmt::Display for Protocol {
    /// Writes the name in iproute2's `rt_protos`, or else the number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            1 => "redirect",
            2 => "kernel",
            3 => "boot",
            4 => "static",
            8 => "gated",
            9 => "ra",
            11 => "zebra",
            12 => "bird",
            16 => "dhcp",
            18 => "keepalived",
            42 => "babel",
            186 => "bgp",
            187 => "isis",
            188 => "ospf",
            189 => "rip",
            192 => "eigrp",
            number => return number.fmt(f),
        };
        f.write_str(name)
    }
}

/// The state of kni254, as far as routes through it are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    /// It does not exist.
    Missing,
    /// It is administratively down: the kernel refuses routes through it.
    Down,
    /// It is up, but the kernel refuses routes through the gateway, because no link route leads to
    /// it, or a rule keeps the kernel from using that. The number is its index.
    WithoutLinkRoute(u32),
    /// Routes can be added. The number is its index.
    Ready(u32),
}

impl Interface {
    /// Returns the interface's index, if routes through it can be in the kernel.
    #[must_use]
    pub fn index(self) -> Option<u32> {
        match self {
            Self::Missing | Self::Down => None,
            Self::WithoutLinkRoute(index) | Self::Ready(index) => Some(index),
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "{INTERFACE} is missing"),
            Self::Down => write!(f, "{INTERFACE} is down"),
            Self::WithoutLinkRoute(_) => write!(f, "{INTERFACE} has no link route to its gateway {GATEWAY}"),
            Self::Ready(_) => write!(f, "{INTERFACE} is up"),
        }
    }
}

/// An IPv4 route of the main table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KernelRoute {
    /// Destination and metric. With the type of service, they identify the route to the kernel.
    pub route: Route,
    /// The origin.
    pub protocol: Protocol,
    /// The index of its interface; `None` if it has none, or several.
    pub interface: Option<u32>,
    /// The next hop and the attributes.
    pub form: Form,
}

/// The next hop and the attributes of a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Unicast via [`GATEWAY`], without a type of service or other attributes. A line of a route
    /// file can express only this.
    Plain,
    /// Anything else.
    Other(Box<OtherForm>),
}

/// The details of a route that is not [`Form::Plain`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OtherForm {
    /// The type of service: routes that differ in it do not collide.
    pub service_type: u8,
    /// The IPv4 gateway, if there is one.
    pub gateway: Option<Ipv4Addr>,
    /// The nexthop object (`ip-nexthop(8)`), if there is one. The kernel then identifies the route
    /// by it alone.
    pub nexthop: Option<u32>,
    /// The kernel's message about the route, from which it can be added again.
    pub message: Vec<u8>,
}

impl KernelRoute {
    /// Returns a route as this program adds it.
    #[must_use]
    pub fn ours(route: Route, interface: u32) -> Self {
        Self { route, protocol: Protocol::OURS, interface: Some(interface), form: Form::Plain }
    }

    /// Returns true if this route keeps another one with this destination and metric from being
    /// added.
    #[must_use]
    pub(crate) fn holds(&self, route: Route) -> bool {
        self.route == route && self.is_for_all_traffic()
    }

    /// Returns true if the route has no type of service.
    fn is_for_all_traffic(&self) -> bool {
        match &self.form {
            Form::Plain => true,
            Form::Other(form) => form.service_type == 0,
        }
    }
}

/// A change to the main table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Adds a route. Refused (EEXIST) if another has its destination and metric.
    Add(KernelRoute),
    /// Adds a route after those that have its destination and metric. Refused (EEXIST) if the same
    /// route exists.
    Append(KernelRoute),
    /// Deletes the route of this protocol, interface and form. Refused (ESRCH) if there is none.
    Delete(KernelRoute),
}

impl Request {
    /// Returns the route that is added or deleted.
    #[must_use]
    pub fn route(&self) -> &KernelRoute {
        match self {
            Self::Add(route) | Self::Append(route) | Self::Delete(route) => route,
        }
    }

    /// Returns true if the request adds a route.
    #[must_use]
    pub fn is_addition(&self) -> bool {
        matches!(self, Self::Add(_) | Self::Append(_))
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, route) = match self {
            Self::Add(route) => ("add", route),
            Self::Append(route) => ("append", route),
            Self::Delete(route) => ("delete", route),
        };
        write!(f, "{verb} {} protocol {}", Described(route.route), route.protocol)
    }
}

/// A destination and its metric, unless that is 0, as iproute2 prints them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Described(pub(crate) Route);

impl fmt::Display for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Route { prefix, metric: Metric(0) } => prefix.fmt(f),
            Route { prefix, metric } => write!(f, "{prefix} metric {metric}"),
        }
    }
}

/// The refusal of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The request's index in the batch.
    pub request: usize,
    /// The number of the error (`errno(3)`).
    pub errno: i32,
    /// The kernel's message, if there is one.
    pub message: Option<String>,
}

impl Refusal {
    /// EEXIST: another route has this destination and metric.
    pub const EXISTS: i32 = 17;
    /// ESRCH: the route does not exist.
    pub const NOT_FOUND: i32 = 3;
    /// ENODEV: the interface does not exist.
    pub const NO_DEVICE: i32 = 19;
    /// ENETDOWN: the interface is down.
    pub const DOWN: i32 = 100;
    /// ENETUNREACH: no link route leads to the gateway.
    pub const UNREACHABLE: i32 = 101;
    /// EACCES: a rule prohibits traffic to the gateway.
    pub const PROHIBITED: i32 = 13;

    /// Returns true if the request was refused because of the state of its interface.
    #[must_use]
    pub(crate) fn is_of_interface(&self) -> bool {
        [Self::NO_DEVICE, Self::DOWN, Self::UNREACHABLE, Self::PROHIBITED].contains(&self.errno)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = std::io::Error::from_raw_os_error(self.errno);
        match &self.message {
            None => error.fmt(f),
            Some(message) => write!(f, "{message} ({error})"),
        }
    }
}

/// The answers to a batch of requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The refusals, in order. All other requests were carried out, if `complete`.
    pub refused: Vec<Refusal>,
    /// True if all answers were received. Otherwise only the table shows which requests were
    /// carried out.
    pub complete: bool,
}

/// The route that the kernel uses for an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The number of its table. Without rules of others, the kernel merges its local table into the
    /// main one.
    pub table: u32,
    /// Its destination.
    pub prefix: Ipv4Net,
    /// The index of its interface; `None` if it has none, or several.
    pub interface: Option<u32>,
    /// The IPv4 gateway; `None` if it has none, or several.
    pub gateway: Option<Ipv4Addr>,
    /// True if the address belongs to this machine.
    pub is_local: bool,
    /// The kernel's description of next hops that the other fields do not describe: several, or
    /// one with an IPv6 address. Empty for all other routes.
    pub hops: Vec<u8>,
}

impl Path {
    /// The number of the main table.
    pub const MAIN: u32 = 254;

    /// Returns true if packets leave this machine in the same way by both routes: through the same
    /// interface, to the same gateway. Prefix and table do not matter.
    #[must_use]
    pub fn is_same_way(&self, other: &Self) -> bool {
        let way = |path: &Self| (path.interface, path.gateway, path.is_local);
        way(self) == way(other) && self.hops == other.hops
    }
}

/// The kernel's IPv4 main table and kni254.
pub trait Kernel {
    /// Returns the state of kni254.
    ///
    /// # Errors
    ///
    /// A query to the kernel failed.
    fn interface(&mut self) -> Result<Interface, KernelError>;

    /// Returns all routes of the main table through an interface, of any protocol.
    ///
    /// # Errors
    ///
    /// A request failed, or the table changed too often while it was read.
    fn routes_through(&mut self, interface: u32) -> Result<Vec<KernelRoute>, KernelError>;

    /// Returns the routes of the main table, through any interface, that have one of these
    /// destinations and metrics. `routes` must be sorted.
    ///
    /// # Errors
    ///
    /// See [`Self::routes_through`].
    fn holders(&mut self, routes: &[Route]) -> Result<Vec<KernelRoute>, KernelError>;

    /// Returns the routes of the main table that this program added through an interface that had
    /// the name kni254 and has another one now. `interface` is the index of kni254.
    ///
    /// # Errors
    ///
    /// See [`Self::routes_through`].
    fn strays(&mut self, interface: Option<u32>) -> Result<Vec<KernelRoute>, KernelError>;

    /// Returns true if an interface that is up has a carrier. Without one, the kernel accepts
    /// routes through the interface, but they carry no traffic.
    ///
    /// # Errors
    ///
    /// See [`Self::interface`].
    fn has_carrier(&mut self, _interface: u32) -> Result<bool, KernelError> {
        Ok(true)
    }

    /// Returns the default routes of the main table, through any interface. This does not read the
    /// whole table.
    ///
    /// # Errors
    ///
    /// See [`Self::routes_through`].
    fn default_routes(&mut self) -> Result<Vec<KernelRoute>, KernelError> {
        Ok(Vec::new())
    }

    /// Returns true if the kernel has only its own three rules (`ip-rule(8)`), so that the main
    /// table decides about all traffic.
    ///
    /// # Errors
    ///
    /// See [`Self::interface`].
    fn has_usual_rules(&mut self) -> Result<bool, KernelError> {
        Ok(true)
    }

    /// Looks an address up as for a packet that this machine sends. Rules apply. With a source, the
    /// packet is one of a socket that is bound to it. Returns `None` if the kernel would not send
    /// it, as with a source that is not an address of this machine.
    ///
    /// # Errors
    ///
    /// See [`Self::interface`].
    fn path_to(&mut self, _address: Ipv4Addr, _source: Option<Ipv4Addr>) -> Result<Option<Path>, KernelError> {
        Ok(None)
    }

    /// Carries out requests in this order. A refusal does not stop the others.
    ///
    /// # Errors
    ///
    /// The requests could not be sent or answered. Some of them may have been carried out.
    fn change(&mut self, requests: &[Request]) -> Result<Answers, KernelError>;

    /// Returns the name of an interface, for people.
    fn interface_name(&mut self, interface: u32) -> String;
}
