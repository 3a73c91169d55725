//! A twin of the kernel in memory: the same rules for collisions and deletions, and faults on
//! demand.

use std::cmp::Reverse;
use std::io;
use std::net::Ipv4Addr;

use loopback_static_routes::model::{Metric, Route};
use loopback_static_routes::router::error::KernelError;
use loopback_static_routes::router::kernel::{
    Answers, Form, Interface, Kernel, KernelRoute, OtherForm, Path, Protocol, Refusal, Request,
};

/// The index of kni254 in the twin.
pub(crate) const KNI: u32 = 3;
/// The index of another interface.
pub(crate) const OTHER: u32 = 7;

const EINVAL: i32 = 22;
const EIO: i32 = 5;

/// A failure of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The state of the interface cannot be read.
    Interface,
    /// A dump fails.
    Dump,
    /// A batch cannot be sent, and is not carried out.
    Unsent,
    /// A batch is carried out, and the answer does not arrive.
    Unanswered,
    /// A batch is carried out, and some of its answers are lost.
    Lost,
    /// Half of a batch is carried out, and its answers are lost.
    HalfLost,
    /// The addition of a route is refused, though its place is free.
    Add,
    /// The deletion of a route is refused.
    Delete,
    /// A request is acknowledged, but not carried out.
    Ignored,
    /// The interface goes down before a request, and its routes are deleted.
    Down,
    /// The same, and it is up again after the batch.
    Flap,
}

impl Fault {
    pub(crate) const ALL: [Self; 11] = [
        Self::Interface,
        Self::Dump,
        Self::Unsent,
        Self::Unanswered,
        Self::Lost,
        Self::HalfLost,
        Self::Add,
        Self::Delete,
        Self::Ignored,
        Self::Down,
        Self::Flap,
    ];
}

/// The kernel.
#[derive(Clone, Debug)]
pub(crate) struct Twin {
    /// The main table, sorted.
    pub(crate) table: Vec<KernelRoute>,
    pub(crate) interface: Interface,
    /// The fault, and the occasion at which it strikes, from 0.
    pub(crate) fault: Option<(Fault, usize)>,
    occasions: usize,
    /// True after the fault struck.
    pub(crate) struck: bool,
    /// The number of requests that were carried out.
    pub(crate) requests: usize,
    /// Destinations that had no route through kni254 after one was deleted.
    pub(crate) gaps: Vec<ipnet::Ipv4Net>,
}

impl Twin {
    pub(crate) fn new(mut table: Vec<KernelRoute>) -> Self {
        table.sort();
        let interface = Interface::Ready(KNI);
        Self { table, interface, fault: None, occasions: 0, struck: false, requests: 0, gaps: Vec::new() }
    }

    pub(crate) fn failing(table: Vec<KernelRoute>, fault: Fault, occasion: usize) -> Self {
        Self { fault: Some((fault, occasion)), ..Self::new(table) }
    }

    /// Counts an occasion for a fault. Returns true if it strikes at this one.
    fn strikes(&mut self, fault: Fault) -> bool {
        let Some((planned, occasion)) = self.fault else { return false };
        if planned != fault || self.struck {
            return false;
        }
        self.occasions += 1;
        self.struck = self.occasions == occasion + 1;
        self.struck
    }

    fn fails(&mut self, fault: Fault, action: &'static str) -> Result<(), KernelError> {
        if self.strikes(fault) {
            return Err(KernelError { action, cause: io::Error::from_raw_os_error(EIO) });
        }
        Ok(())
    }

    fn carry_out(&mut self, request: &Request) -> Result<(), i32> {
        self.requests += 1;
        match request {
            Request::Add(route) => {
                self.accepts()?;
                if self.table.iter().any(|other| key(other) == key(route)) {
                    return Err(Refusal::EXISTS);
                }
                self.insert(route);
            }
            Request::Append(route) => {
                self.accepts()?;
                if self.table.contains(route) {
                    return Err(Refusal::EXISTS);
                }
                self.insert(route);
            }
            Request::Delete(route) => {
                // fib_table_delete: the first, by metric, of the protocol, interface and gateway; a
                // metric of 0 is any.
                let Metric(metric) = route.route.metric;
                let matches = |other: &KernelRoute| {
                    key(other).0 == key(route).0
                        && key(other).2 == key(route).2
                        && (metric == 0 || other.route.metric == route.route.metric)
                        && other.protocol == route.protocol
                        && other.interface == route.interface
                        && gateway(other) == gateway(route)
                };
                let place = self.table.iter().position(matches).ok_or(Refusal::NOT_FOUND)?;
                self.table.remove(place);
                let prefix = route.route.prefix;
                if !self.table.iter().any(|other| other.route.prefix == prefix && other.interface == route.interface) {
                    self.gaps.push(prefix);
                }
            }
        }
        Ok(())
    }

    /// Checks that routes through the interface can be added.
    fn accepts(&self) -> Result<(), i32> {
        match self.interface {
            Interface::Ready(_) => Ok(()),
            Interface::Missing => Err(Refusal::NO_DEVICE),
            Interface::Down => Err(Refusal::DOWN),
            Interface::WithoutLinkRoute(_) => Err(Refusal::UNREACHABLE),
        }
    }

    fn insert(&mut self, route: &KernelRoute) {
        let index = self.table.partition_point(|other| other < route);
        self.table.insert(index, route.clone());
    }
}

/// The fields by which the kernel distinguishes routes.
fn key(route: &KernelRoute) -> (ipnet::Ipv4Net, Metric, u8) {
    let service_type = match &route.form {
        Form::Plain => 0,
        Form::Other(form) => form.service_type,
    };
    (route.route.prefix, route.route.metric, service_type)
}

fn gateway(route: &KernelRoute) -> Option<Ipv4Addr> {
    match &route.form {
        Form::Plain => Some(loopback_static_routes::model::GATEWAY),
        Form::Other(form) => form.gateway,
    }
}

impl Kernel for Twin {
    fn interface(&mut self) -> Result<Interface, KernelError> {
        self.fails(Fault::Interface, "look for kni254")?;
        Ok(self.interface)
    }

    fn routes_through(&mut self, interface: u32) -> Result<Vec<KernelRoute>, KernelError> {
        self.fails(Fault::Dump, "read the routes of kni254")?;
        Ok(self.table.iter().filter(|route| route.interface == Some(interface)).cloned().collect())
    }

    fn holders(&mut self, routes: &[Route]) -> Result<Vec<KernelRoute>, KernelError> {
        self.fails(Fault::Dump, "read the main table")?;
        Ok(self.table.iter().filter(|route| routes.binary_search(&route.route).is_ok()).cloned().collect())
    }

    fn strays(&mut self, interface: Option<u32>) -> Result<Vec<KernelRoute>, KernelError> {
        self.fails(Fault::Dump, "read the routes of protocol 128")?;
        let is_stray = |route: &&KernelRoute| {
            route.protocol == Protocol::OURS && route.form == Form::Plain && route.interface != interface
        };
        Ok(self.table.iter().filter(is_stray).cloned().collect())
    }

    /// Of the most specific routes, the first by metric. There are no rules, so no source matters.
    fn path_to(&mut self, address: Ipv4Addr, _source: Option<Ipv4Addr>) -> Result<Option<Path>, KernelError> {
        let covering = self.table.iter().filter(|route| route.route.prefix.contains(&address));
        let used = covering.min_by_key(|route| (Reverse(route.route.prefix.prefix_len()), route.route.metric));
        Ok(used.map(|route| Path {
            table: Path::MAIN,
            prefix: route.route.prefix,
            interface: route.interface,
            gateway: gateway(route),
            is_local: false,
            hops: Vec::new(),
        }))
    }

    fn change(&mut self, requests: &[Request]) -> Result<Answers, KernelError> {
        self.fails(Fault::Unsent, "change routes")?;
        let mut answers = Answers { refused: Vec::new(), complete: true };
        if self.strikes(Fault::HalfLost) {
            for request in &requests[..requests.len() / 2] {
                let _ = self.carry_out(request);
            }
            return Ok(Answers { refused: Vec::new(), complete: false });
        }
        let interface = self.interface;
        let is_flap = matches!(self.fault, Some((Fault::Flap, _)));
        for (index, request) in requests.iter().enumerate() {
            if self.strikes(Fault::Down) || self.strikes(Fault::Flap) {
                self.interface = Interface::Down;
                self.table.retain(|route| route.interface != Some(KNI));
            }
            let kind = if request.is_addition() { Fault::Add } else { Fault::Delete };
            let result = if self.strikes(kind) {
                Err(EINVAL)
            } else if self.strikes(Fault::Ignored) {
                Ok(())
            } else {
                self.carry_out(request)
            };
            if let Err(errno) = result {
                answers.refused.push(Refusal { request: index, errno, message: None });
            }
        }
        if is_flap {
            self.interface = interface;
        }
        self.fails(Fault::Unanswered, "change routes")?;
        if self.strikes(Fault::Lost) {
            return Ok(Answers { refused: Vec::new(), complete: false });
        }
        Ok(answers)
    }

    fn interface_name(&mut self, interface: u32) -> String {
        if interface == KNI { "kni254".to_owned() } else { format!("eth{interface}") }
    }
}

pub(crate) fn to(prefix: &str, metric: u32) -> Route {
    Route { prefix: prefix.parse().expect("a prefix"), metric: Metric(metric) }
}

/// A route through kni254 in the form of ours, with this protocol.
pub(crate) fn plain(prefix: &str, metric: u32, protocol: Protocol) -> KernelRoute {
    KernelRoute { protocol, ..KernelRoute::ours(to(prefix, metric), KNI) }
}

/// A route through another interface.
pub(crate) fn elsewhere(prefix: &str, metric: u32) -> KernelRoute {
    let gateway = Some(Ipv4Addr::new(198, 51, 100, 1));
    let form = Form::Other(Box::new(OtherForm { service_type: 0, gateway, nexthop: None, message: vec![1, 2, 3] }));
    KernelRoute { route: to(prefix, metric), protocol: Protocol(16), interface: Some(OTHER), form }
}

/// A route of our protocol through kni254 in another form.
pub(crate) fn odd(prefix: &str, metric: u32) -> KernelRoute {
    let form =
        Form::Other(Box::new(OtherForm { service_type: 0, gateway: None, nexthop: None, message: vec![4, 5, 6] }));
    KernelRoute { form, ..plain(prefix, metric, Protocol::OURS) }
}
