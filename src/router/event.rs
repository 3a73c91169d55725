//! What a run has to say while it is at work: a line of the journal each.

use std::fmt;
use std::path::Path;

use crate::model::{INTERFACE, Metric};
use crate::router::diff::Conflict;
use crate::router::kernel::{Described, Interface};

/// How much a line matters, as `syslog(3)` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It could not be done.
    Error = 3,
    /// Somebody should look.
    Warning = 4,
    /// What was changed.
    Notice = 5,
    /// That all is well.
    Info = 6,
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// The default route is put in.
    DefaultRoute(Metric),
    /// A line is dropped from the route file that no backup keeps.
    Dropped(&'e str),
    /// The route file gets its new content.
    Updating(&'e Path),
    /// The file that was there before is kept.
    BackedUp(&'e Path),
    /// The file that was there before comes back.
    Restoring(&'e Path),
    /// The route file is removed.
    Removing(&'e Path),
    /// The document changed during the run, which goes round again.
    Again,
    /// The kernel's routes changed.
    Changed {
        /// How many were put in.
        added: usize,
        /// How many were taken out.
        deleted: usize,
    },
    /// A route was left out, since its place is another's, on the interface of this name.
    Conflict(&'e Conflict, Option<&'e str>),
    /// The line before holds for so many more.
    More(usize),
    /// Routes cannot be put in yet.
    Waiting {
        /// Why not.
        interface: Interface,
        /// How many.
        routes: usize,
    },
    /// All is as the document says.
    Done,
    /// The plugin is off, and nothing of it is left.
    Off,
}

impl Event<'_> {
    /// Whether it tells how things are, and would again at the next run, though nothing happened.
    #[must_use]
    pub fn is_state(&self) -> bool {
        matches!(self, Self::Conflict(..) | Self::More(_) | Self::Waiting { .. } | Self::Done | Self::Off)
    }

    /// How much it matters.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::Dropped(_) | Self::Conflict(..) | Self::More(_) | Self::Waiting { .. } => Level::Warning,
            Self::Again | Self::Done | Self::Off => Level::Info,
            _ => Level::Notice,
        }
    }
}

impl fmt::Display for Event<'_> {
    /// In the words that the plugin always had, where it had some.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DefaultRoute(metric) => write!(f, "Setting default-route for {INTERFACE} with metric {metric}"),
            Self::Dropped(line) => {
                write!(f, "Dropping a line from the route config file that is nowhere else: {line:?}")
            }
            Self::Updating(path) => write!(f, "Updating route config file {}", path.display()),
            Self::BackedUp(path) => write!(f, "The route config file that was there is kept as {}", path.display()),
            Self::Restoring(path) => {
                write!(f, "Putting back the route config file that was there before, {}", path.display())
            }
            Self::Removing(path) => write!(f, "Removing route config file {}", path.display()),
            Self::Again => write!(f, "The configuration changed meanwhile; going round again"),
            Self::Changed { added, deleted } => {
                write!(f, "Kernel routes through {INTERFACE}: {added} added, {deleted} deleted")
            }
            Self::Conflict(conflict, interface) => conflict_text(f, conflict, *interface),
            Self::More(count) => write!(f, "… and {count} more like that; the command \"status\" lists all"),
            Self::Waiting { interface, routes } => {
                let plural = if *routes == 1 { "route" } else { "routes" };
                write!(f, "{interface}: {routes} {plural} will be put in when it comes")
            }
            Self::Done => write!(f, "Successfully generated static routes for {INTERFACE} loopback interface"),
            Self::Off => write!(f, "Static routes for {INTERFACE} loopback interface are disabled and removed"),
        }
    }
}

fn conflict_text(f: &mut fmt::Formatter<'_>, conflict: &Conflict, interface: Option<&str>) -> fmt::Result {
    let wanted = Described(conflict.wanted);
    let holder = interface.unwrap_or("a route through no interface, or several");
    let protocol = conflict.holder.protocol;
    write!(
        f,
        "Conflict: {wanted} is held by {holder} (protocol {protocol}) and was left to it; give one of them another metric"
    )
}
