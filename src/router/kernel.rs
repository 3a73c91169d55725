//! The kernel as this program sees it: an interface, the main table, and changes to it.
//!
//! [`Kernel`] is small so that a twin in memory can stand in for it where faults are injected; [`crate::router::netlink`] is the real one.

use std::fmt;
use std::net::Ipv4Addr;

use crate::model::{GATEWAY, INTERFACE, Metric, Route};

/// Who put a route into the kernel, by the number of `rtm_protocol` (`rtnetlink(7)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// Of all routes that this program installs: a number that iproute2, FRR, BIRD and Calico leave free.
    pub const OURS: Self = Self(128);
    /// Of a route that the kernel made, for an address of an interface.
    pub const KERNEL: Self = Self(2);
    /// Of a route that `ip route add` made, as the network scripts do.
    pub const BOOT: Self = Self(3);
    /// Of a route that an administrator, or NetworkManager, made.
    pub const STATIC: Self = Self(4);
}

impl fmt::Display for Protocol {
    /// By the name in iproute2's `rt_protos`, else by number.
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

/// What kni254 is like, as far as routes through it are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    /// It is not there.
    Missing,
    /// It is there but administratively down: the kernel takes no route through it.
    Down,
    /// It is up, but the gateway is in none of its networks: the kernel takes no route through the gateway.
    WithoutAddress(u32),
    /// Routes can be put in. The number is its index.
    Ready(u32),
}

impl Interface {
    /// The interface's index, where routes through it can be in the kernel.
    #[must_use]
    pub fn index(self) -> Option<u32> {
        match self {
            Self::Missing | Self::Down => None,
            Self::WithoutAddress(index) | Self::Ready(index) => Some(index),
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "{INTERFACE} is not there"),
            Self::Down => write!(f, "{INTERFACE} is down"),
            Self::WithoutAddress(_) => write!(f, "{INTERFACE} has no address in the network of its gateway {GATEWAY}"),
            Self::Ready(_) => write!(f, "{INTERFACE} is up"),
        }
    }
}

/// An IPv4 route of the main table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KernelRoute {
    /// Destination and metric: with the type of service, what the kernel tells routes apart by.
    pub route: Route,
    /// Who put it in.
    pub protocol: Protocol,
    /// The index of its interface; `None` where it has none, or several.
    pub interface: Option<u32>,
    /// Whether it is all that a line of a route file says, and nothing more.
    pub form: Form,
}

/// How a route reaches its destination.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Unicast via [`GATEWAY`], no type of service, no further attribute.
    Plain,
    /// Anything else.
    Other(Box<OtherForm>),
}

/// What a route is like that is not [`Form::Plain`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OtherForm {
    /// The type of service: routes that differ in it do not collide.
    pub service_type: u8,
    /// The gateway, if it has one of IPv4's.
    pub gateway: Option<Ipv4Addr>,
    /// The nexthop object that it goes by (`ip-nexthop(8)`), if it does: the kernel then knows it by that alone.
    pub nexthop: Option<u32>,
    /// The kernel's own message about the route, to put it back as it was.
    pub message: Vec<u8>,
}

impl KernelRoute {
    /// A route as this program installs it.
    #[must_use]
    pub fn ours(route: Route, interface: u32) -> Self {
        Self { route, protocol: Protocol::OURS, interface: Some(interface), form: Form::Plain }
    }

    /// Whether a further route with the same destination and metric would collide with it.
    #[must_use]
    pub fn holds(&self, route: Route) -> bool {
        let service_type = match &self.form {
            Form::Plain => 0,
            Form::Other(form) => form.service_type,
        };
        self.route == route && service_type == 0
    }
}

/// A change to the main table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Puts a route in; refused (EEXIST) where another holds its destination and metric.
    Add(KernelRoute),
    /// Takes a route out: one of this protocol, interface and form; refused (ESRCH) where there is none.
    Delete(KernelRoute),
}

impl Request {
    /// The route that is put in or taken out.
    #[must_use]
    pub fn route(&self) -> &KernelRoute {
        match self {
            Self::Add(route) | Self::Delete(route) => route,
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, route) = match self {
            Self::Add(route) => ("add", route),
            Self::Delete(route) => ("delete", route),
        };
        write!(f, "{verb} {} protocol {}", Described(route.route), route.protocol)
    }
}

/// A destination and, unless it is 0, its metric, in iproute2's words.
#[derive(Clone, Copy, Debug)]
pub struct Described(pub Route);

impl fmt::Display for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Route { prefix, metric: Metric(0) } => prefix.fmt(f),
            Route { prefix, metric } => write!(f, "{prefix} metric {metric}"),
        }
    }
}

/// A request that the kernel refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The request's place in the batch, from 0.
    pub request: usize,
    /// The error's number (`errno(3)`).
    pub errno: i32,
    /// What the kernel said about it, where it said more than a number.
    pub message: Option<String>,
}

impl Refusal {
    /// EEXIST: another route holds this destination and metric.
    pub const EXISTS: i32 = 17;
    /// ESRCH: there is no such route.
    pub const NOT_FOUND: i32 = 3;
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

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The requests that were refused, in order. All others were carried out, if `complete`.
    pub refused: Vec<Refusal>,
    /// Whether all answers were received; if not, the table must be read to know.
    pub complete: bool,
}

/// A step that failed between this program and the kernel.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action}: {cause}")]
pub struct KernelError {
    /// The step.
    pub action: &'static str,
    /// What the system said.
    pub cause: std::io::Error,
}

impl KernelError {
    /// ENODEV: the interface went away after it had been found.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.cause.raw_os_error() == Some(19)
    }
}

/// The kernel's IPv4 main table and kni254.
pub trait Kernel {
    /// The state of kni254.
    ///
    /// # Errors
    ///
    /// The kernel could not be asked.
    fn interface(&mut self) -> Result<Interface, KernelError>;

    /// All routes of the main table through this interface, whoever put them in.
    ///
    /// # Errors
    ///
    /// The kernel could not be asked, or the table changed too often while it was read.
    fn routes_through(&mut self, interface: u32) -> Result<Vec<KernelRoute>, KernelError>;

    /// The routes of the main table, through any interface, that hold one of these destinations and metrics. `routes` is sorted.
    ///
    /// # Errors
    ///
    /// As of [`Self::routes_through`].
    fn holders(&mut self, routes: &[Route]) -> Result<Vec<KernelRoute>, KernelError>;

    /// Carries out requests in this order. One that is refused does not keep the others from being carried out.
    ///
    /// # Errors
    ///
    /// The requests could not be sent or answered: which of them were carried out is not known.
    fn change(&mut self, requests: &[Request]) -> Result<Answers, KernelError>;

    /// The name of an interface, for people.
    fn interface_name(&mut self, interface: u32) -> String;
}
