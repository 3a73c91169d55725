//! The real kernel, over rtnetlink (`rtnetlink(7)`).
//!
//! `socket.rs` sends and receives, `messages.rs` builds and parses messages, and this file decides
//! which requests are sent.

mod messages;
mod socket;

use std::net::Ipv4Addr;
use std::ops::ControlFlow;

use rustix::io::Errno;
use rustix::net::netdevice;

use self::socket::Socket;
use crate::model::route::default_prefix;
use crate::model::{INTERFACE, Route};
use crate::router::error::KernelError;
use crate::router::kernel::{Answers, Interface, Kernel, KernelRoute, Path, Refusal, Request};

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
        Ok(Self { socket: Socket::open()? })
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
        let reaches =
            self.socket.dump("read the addresses of kni254", messages::address_request(index), |payload| {
                messages::reaches_gateway(payload, index).then_some(())
            })?;
        Ok(if reaches.is_empty() { Interface::WithoutAddress(index) } else { Interface::Ready(index) })
    }

    fn routes_through(&mut self, interface: u32) -> Result<Vec<KernelRoute>, KernelError> {
        // Linux before 4.20 does not filter.
        self.socket.dump("read the routes of kni254", messages::table_request(Some(interface)), |payload| {
            messages::route(payload).filter(|route| route.interface == Some(interface))
        })
    }

    fn holders(&mut self, routes: &[Route]) -> Result<Vec<KernelRoute>, KernelError> {
        self.socket.dump("read the main table", messages::table_request(None), |payload| {
            messages::route(payload).filter(|route| routes.binary_search(&route.route).is_ok())
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

    fn path_to(&mut self, address: Ipv4Addr) -> Result<Option<Path>, KernelError> {
        match self.socket.ask("look up an address", messages::path_request(address)) {
            Ok(answer) => Ok(messages::path(&answer)),
            Err(error) if error.is_refusal() => Ok(None),
            Err(error) => Err(error),
        }
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
