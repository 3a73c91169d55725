//! The states of a router that an operator has to know.
//!
//! A state begins and ends at some run, whoever caused it. A run reports both.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::count::{counted, plural};
use crate::model::route::default_prefix;
use crate::model::{INTERFACE, Route};
use crate::router::diff::Conflict;
use crate::router::kernel::{Described, Interface, Protocol};
use crate::router::survey::Shadow;

/// A state of a router.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Another program's route has the destination and metric of a wanted one.
    Conflict {
        /// The wanted route.
        route: Route,
        /// The name of the other route's interface; `None` for none or several.
        interface: Option<String>,
        /// The number of the other route's protocol.
        protocol: u8,
        /// True if the wanted route is in the kernel too.
        shared: bool,
    },
    /// kni254 does not accept routes.
    Waiting {
        /// The state of kni254.
        interface: Unready,
        /// The number of routes that wait.
        routes: usize,
    },
    /// kni254 has no carrier.
    NoCarrier {
        /// The number of routes that carry no traffic.
        routes: usize,
    },
    /// A rule keeps the default route, or a route to a peer, from being used.
    Shadowed {
        /// The route.
        route: Route,
        /// The way that is used.
        shadow: Shadow,
    },
    /// Runs fail.
    Failing {
        /// The error.
        error: String,
    },
}

/// A state of kni254 in which the kernel refuses routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unready {
    /// See [`Interface::Missing`].
    Missing,
    /// See [`Interface::Down`].
    Down,
    /// See [`Interface::WithoutLinkRoute`].
    WithoutLinkRoute,
}

/// The subject of a state. A router has at most one state for each subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// A wanted route.
    Route(Route),
    /// kni254.
    Interface,
    /// The use of a route.
    Use(Route),
    /// The runs.
    Runs,
}

impl State {
    /// Returns the state of a conflict. `interface` is the name of the holder's interface.
    #[must_use]
    pub fn conflict(conflict: &Conflict, interface: Option<String>, shared: bool) -> Self {
        let Protocol(protocol) = conflict.holder.protocol;
        Self::Conflict { route: conflict.wanted, interface, protocol, shared }
    }

    /// Returns the state of an interface for which routes wait; `None` if it is ready.
    pub(crate) fn waiting(interface: Interface, routes: usize) -> Option<Self> {
        let interface = match interface {
            Interface::Missing => Unready::Missing,
            Interface::Down => Unready::Down,
            Interface::WithoutLinkRoute(_) => Unready::WithoutLinkRoute,
            Interface::Ready(_) => return None,
        };
        (routes > 0).then_some(Self::Waiting { interface, routes })
    }

    /// Returns true if runs fail.
    pub(crate) fn is_failing(&self) -> bool {
        matches!(self, Self::Failing { .. })
    }

    /// Returns true if all wanted routes are in the kernel in spite of this state.
    pub(crate) fn is_harmless(&self) -> bool {
        matches!(self, Self::NoCarrier { .. } | Self::Shadowed { .. })
    }

    /// Returns the wanted route of a conflict.
    pub(crate) fn contested(&self) -> Option<Route> {
        match self {
            Self::Conflict { route, .. } => Some(*route),
            _ => None,
        }
    }

    /// Returns the subject.
    pub(crate) fn subject(&self) -> Subject {
        match self {
            Self::Conflict { route, .. } => Subject::Route(*route),
            Self::Waiting { .. } | Self::NoCarrier { .. } => Subject::Interface,
            Self::Shadowed { route, .. } => Subject::Use(*route),
            Self::Failing { .. } => Subject::Runs,
        }
    }

    /// Returns true if this is the same state as an earlier one. Numbers of routes do not matter.
    pub(crate) fn continues(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (Self::Waiting { interface, .. }, Self::Waiting { interface: before, .. }) => interface == before,
            (Self::NoCarrier { .. }, Self::NoCarrier { .. }) => true,
            _ => self == earlier,
        }
    }
}

impl Unready {
    fn as_interface(self) -> Interface {
        match self {
            Self::Missing => Interface::Missing,
            Self::Down => Interface::Down,
            Self::WithoutLinkRoute => Interface::WithoutLinkRoute(0),
        }
    }
}

impl fmt::Display for State {
    /// Writes the message for a state that begins or continues.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { route, interface, protocol, shared } => {
                let holder = Holder(interface.as_deref(), Protocol(*protocol));
                let effect = if *shared { "too" } else { "and was not added" };
                let wanted = Described(*route);
                write!(f, "Conflict: {wanted} is held by {holder} {effect}; give one of the two another metric")
            }
            Self::Waiting { interface, routes } => {
                let interface = interface.as_interface();
                write!(f, "{interface}: {} will be added when it is ready", counted(*routes, "route"))
            }
            Self::NoCarrier { routes } => {
                let verb = plural(*routes, "carries", "carry");
                write!(f, "{INTERFACE} has no carrier: {} {verb} no traffic", counted(*routes, "route"))
            }
            Self::Shadowed { route, shadow } => {
                write!(f, "{} is not used: {shadow}; see \"ip rule show\"", Named(*route))
            }
            Self::Failing { error } => f.write_str(error),
        }
    }
}

/// The message for a state that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended<'s>(pub(crate) &'s State);

impl fmt::Display for Ended<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            State::Conflict { route, interface, protocol, .. } => {
                let holder = Holder(interface.as_deref(), Protocol(*protocol));
                write!(f, "Conflict resolved: {} is not held by {holder} any more", Described(*route))
            }
            State::Waiting { .. } => write!(f, "{INTERFACE} is ready again"),
            State::NoCarrier { .. } => write!(f, "{INTERFACE} has its carrier again"),
            State::Shadowed { route, .. } => write!(f, "{} is used again", Named(*route)),
            State::Failing { error } => write!(f, "Runs succeed again after the error: {error}"),
        }
    }
}

/// A route through kni254, at the start of a sentence.
struct Named(Route);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.prefix == default_prefix() {
            true => write!(f, "The default route through {INTERFACE}"),
            false => write!(f, "The route {} through {INTERFACE}", Described(self.0)),
        }
    }
}

/// The route in place of a wanted one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder<'h>(pub(crate) Option<&'h str>, pub(crate) Protocol);

impl fmt::Display for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(interface, protocol) = self;
        let interface = interface.unwrap_or("a route through no interface, or several");
        write!(f, "{interface} (protocol {protocol})")
    }
}
