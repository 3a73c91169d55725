//! Requests to the kernel as commands of `ip-route(8)` that do the same.

use std::fmt;

use crate::contract::route_file::RouteLine;
use crate::model::{INTERFACE, Metric};
use crate::router::kernel::{Form, KernelRoute, OtherForm, Request};

/// The command for a request.
pub(super) struct Command<'r>(pub(super) &'r Request);

impl fmt::Display for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, route) = match self.0 {
            Request::Add(route) => ("add", route),
            Request::Delete(route) => ("delete", route),
        };
        write!(f, "ip route {verb} ")?;
        match &route.form {
            Form::Plain => write!(f, "{}", RouteLine(route.route))?,
            Form::Other(form) => write_other(f, route, form)?,
        }
        write!(f, " proto {}", route.protocol)
    }
}

/// Writes the words that identify a route of another form, as a request does. The kernel compares a
/// nexthop object by its number alone, and other routes by gateway and interface.
fn write_other(f: &mut fmt::Formatter<'_>, route: &KernelRoute, form: &OtherForm) -> fmt::Result {
    write!(f, "{}", route.route.prefix)?;
    match (form.nexthop, form.gateway) {
        (Some(nexthop), _) => write!(f, " nhid {nexthop}")?,
        (None, Some(gateway)) => write!(f, " via {gateway} dev {INTERFACE}")?,
        (None, None) => write!(f, " dev {INTERFACE}")?,
    }
    if form.service_type != 0 {
        write!(f, " tos {:#04x}", form.service_type)?;
    }
    match route.route.metric {
        Metric(0) => Ok(()),
        Metric(metric) => write!(f, " metric {metric}"),
    }
}
