//! Requests to the kernel as commands of `ip-route(8)` that do the same.

use std::fmt;

use crate::model::{GATEWAY, Metric};
use crate::router::kernel::{Form, Request};

/// The command for a request. The name is that of the route's interface.
pub(super) struct Command<'r>(pub(super) &'r Request, pub(super) &'r str);

impl fmt::Display for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, route) = match self.0 {
            Request::Add(route) => ("add", route),
            Request::Append(route) => ("append", route),
            Request::Delete(route) => ("delete", route),
        };
        let prefix = route.route.prefix;
        write!(f, "ip route {verb} {prefix}")?;
        let (service_type, gateway, nexthop) = match &route.form {
            Form::Plain => (0, Some(GATEWAY), None),
            Form::Other(form) => (form.service_type, form.gateway, form.nexthop),
        };
        // The kernel compares a nexthop object by its number alone.
        match (nexthop, gateway) {
            (Some(nexthop), _) => write!(f, " nhid {nexthop}")?,
            (None, Some(gateway)) => write!(f, " via {gateway} dev {}", self.1)?,
            (None, None) => write!(f, " dev {}", self.1)?,
        }
        if service_type != 0 {
            write!(f, " tos {service_type:#04x}")?;
        }
        let Metric(metric) = route.route.metric;
        if metric != 0 {
            write!(f, " metric {metric}")?;
        }
        write!(f, " proto {}", route.protocol)
    }
}
