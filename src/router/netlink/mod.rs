//! The real kernel, over rtnetlink (`rtnetlink(7)`).
//!
//! `socket.rs` sends and receives, `messages.rs` builds and parses messages, and this file decides
//! which requests are sent.

mod messages;
pub(crate) mod socket;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::ControlFlow;

use rustix::io::Errno;
use rustix::net::netdevice;

use self::socket::Socket;
use crate::model::route::default_prefix;
use crate::model::{INTERFACE, Route};
use crate::router::error::KernelError;
use crate::router::kernel::{Answers, Form, Interface, Kernel, KernelRoute, Path, Protocol, Refusal, Request};

/// The number of requests in a batch. A socket's usual receive buffer has 208 KiB, and a refusal
/// takes about 770 bytes of it. So the answers to 1,000 refused requests would overflow it.
const BATCH: usize = 250;

/// The rules of a new network namespace: priority and table.
const USUAL_RULES: [(u32, u32); 3] = [(0, 255), (32_766, Path::MAIN), (32_767, 253)];

/// The kernel of the process's network namespace.
pub struct Netlink {
    socket: Socket,
}

impl Netlink {
    /// Opens a socket.
    ///
    /// # Errors
    ///
    /// The socket cannot be opened.
    pub fn open() -> Result<Self, KernelError> {
        Ok(Self { socket: Socket::open(socket::Protocol::Route)? })
    }
}

impl Netlink {
    /// Asks if the kernel accepts routes through the gateway. Changes nothing. `None` if this user
    /// may not change routes, and thus not ask.
    fn accepts_routes(&mut self, interface: u32) -> Result<Option<bool>, KernelError> {
        let answer = self.socket.ask("ask if kni254 accepts routes", messages::acceptance_request(interface));
        let Err(error) = answer else { return Ok(Some(true)) };
        match Errno::from_io_error(&error.cause) {
            Some(Errno::NOENT | Errno::EXIST) => Ok(Some(true)),
            Some(Errno::NETUNREACH | Errno::NETDOWN | Errno::INVAL | Errno::NODEV) => Ok(Some(false)),
            // A rule refuses the traffic to the gateway.
            Some(Errno::ACCESS | Errno::HOSTUNREACH) => Ok(Some(false)),
            Some(Errno::PERM) => Ok(None),
            _ => Err(error),
        }
    }

    /// Returns true if an address of the interface has the gateway in its network.
    fn has_address(&mut self, interface: u32) -> Result<bool, KernelError> {
        let addresses =
            self.socket.dump("read the addresses of kni254", messages::address_request(interface), |payload| {
                messages::reaches_gateway(payload, interface).then_some(())
            })?;
        Ok(!addresses.is_empty())
    }

    /// Returns the interface and the gateway of a nexthop object. A group has several, and a
    /// deleted nexthop has none.
    fn nexthop(&mut self, id: u32) -> (Option<u32>, Option<Ipv4Addr>) {
        let answer = self.socket.ask("read a nexthop object", messages::nexthop_request(id));
        answer.map_or((None, None), |payload| messages::nexthop(&payload))
    }

    /// Adds interface and gateway to routes that have only the number of a nexthop object. The
    /// kernel leaves them out if the sysctl `nexthop_compat_mode` is 0.
    fn resolve(&mut self, routes: &mut [KernelRoute]) {
        let mut known = BTreeMap::new();
        for route in routes {
            let Some(id) = unresolved(route) else { continue };
            let (interface, gateway) = *known.entry(id).or_insert_with(|| self.nexthop(id));
            route.interface = interface;
            if let Form::Other(form) = &mut route.form {
                form.gateway = gateway;
            }
        }
    }
}

/// Returns the nexthop object of a route whose interface the kernel does not tell.
fn unresolved(route: &KernelRoute) -> Option<u32> {
    match &route.form {
        Form::Other(form) if route.interface.is_none() => form.nexthop,
        _ => None,
    }
}

impl Kernel for Netlink {
    fn interface(&mut self) -> Result<Interface, KernelError> {
        let index = match netdevice::name_to_index(self.socket.descriptor(), INTERFACE) {
            Ok(index) => index,
            Err(Errno::NODEV) => return Ok(Interface::Missing),
            Err(error) => return Err(KernelError { action: "find kni254", cause: error.into() }),
        };
        let link = match self.socket.ask("read the state of kni254", messages::link_request(index)) {
            Ok(link) => link,
            Err(error) if error.is_gone() => return Ok(Interface::Missing),
            Err(error) => return Err(error),
        };
        if !messages::link_is_up(&link) {
            return Ok(Interface::Down);
        }
        let accepts = match self.accepts_routes(index)? {
            Some(accepts) => accepts,
            None => self.has_address(index)?,
        };
        Ok(if accepts { Interface::Ready(index) } else { Interface::WithoutLinkRoute(index) })
    }

    fn routes_through(&mut self, interface: u32) -> Result<Vec<KernelRoute>, KernelError> {
        // Linux before 4.20 does not filter.
        let is_candidate = |route: &KernelRoute| route.interface == Some(interface) || unresolved(route).is_some();
        let mut routes =
            self.socket.dump("read the routes of kni254", messages::table_request(Some(interface)), |payload| {
                messages::route(payload).filter(is_candidate)
            })?;
        self.resolve(&mut routes);
        routes.retain(|route| route.interface == Some(interface));
        Ok(routes)
    }

    fn holders(&mut self, routes: &[Route]) -> Result<Vec<KernelRoute>, KernelError> {
        let mut holders = self.socket.dump("read the main table", messages::table_request(None), |payload| {
            messages::route(payload).filter(|route| routes.binary_search(&route.route).is_ok())
        })?;
        self.resolve(&mut holders);
        Ok(holders)
    }

    fn strays(&mut self, interface: Option<u32>) -> Result<Vec<KernelRoute>, KernelError> {
        let is_stray = |route: &KernelRoute| {
            route.protocol == Protocol::OURS
                && route.form == Form::Plain
                && route.interface.is_some()
                && route.interface != interface
        };
        self.socket.dump("read the routes of protocol 128", messages::marked_request(), |payload| {
            messages::route(payload).filter(is_stray)
        })
    }

    fn has_carrier(&mut self, interface: u32) -> Result<bool, KernelError> {
        let link = self.socket.ask("read the state of kni254", messages::link_request(interface))?;
        Ok(messages::link_has_carrier(&link))
    }

    fn default_routes(&mut self) -> Result<Vec<KernelRoute>, KernelError> {
        // The kernel dumps a table by destination, so these come first.
        let parse = |payload: &[u8]| match messages::route(payload) {
            Some(route) if !route.route.prefix.network().is_unspecified() => ControlFlow::Break(()),
            route => ControlFlow::Continue(route),
        };
        let mut routes = self.socket.dump_start("read the default routes", &messages::table_request(None), parse)?;
        routes.retain(|route| route.route.prefix == default_prefix());
        Ok(routes)
    }

    fn has_usual_rules(&mut self) -> Result<bool, KernelError> {
        let mut rules = self.socket.dump("read the rules", messages::rules_request(), messages::rule)?;
        rules.sort_unstable();
        Ok(rules == USUAL_RULES)
    }

    fn path_to(&mut self, address: Ipv4Addr, source: Option<Ipv4Addr>) -> Result<Option<Path>, KernelError> {
        let answer = match self.socket.ask("look up an address", messages::path_request(address, source)) {
            Ok(answer) => answer,
            Err(error) if error.is_refusal() => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some((mut path, nexthop)) = messages::path(&answer) else { return Ok(None) };
        if let Some(id) = nexthop {
            (path.interface, path.gateway) = self.nexthop(id);
            if path.interface.is_none() {
                path.hops = id.to_ne_bytes().to_vec();
            }
        }
        Ok(Some(path))
    }

    fn change(&mut self, requests: &[Request]) -> Result<Answers, KernelError> {
        let mut answers = Answers { refused: Vec::new(), complete: true };
        for (number, batch) in requests.chunks(BATCH).enumerate() {
            let batch: Vec<_> = batch.iter().map(messages::change_request).collect();
            answers.complete = self.socket.carry_out("change routes", &batch, |index, errno, message| {
                answers.refused.push(Refusal { request: number * BATCH + index, errno, message });
            })?;
            // The next batch is sent only if all answers to this one are known.
            if !answers.complete {
                break;
            }
        }
        Ok(answers)
    }

    fn interface_name(&mut self, interface: u32) -> String {
        netdevice::index_to_name(self.socket.descriptor(), interface)
            .unwrap_or_else(|_| format!("interface {interface}"))
    }
}
