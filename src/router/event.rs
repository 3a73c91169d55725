//! The messages that a run logs. Each is a line of the journal.

use std::fmt;
use std::path::Path;

use crate::fs::FileError;
use crate::model::{INTERFACE, Metric, Route};
use crate::router::confirm::Notice;
use crate::router::error::Error;
use crate::router::kernel::Described;
use crate::router::state::{Ended, State};

/// The priority of a message, by its number in `syslog(3)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// The run failed.
    Error = 3,
    /// An operator should look at this.
    Warning = 4,
    /// The run changed something.
    Notice = 5,
    /// The run reports success.
    Info = 6,
}

/// Something that happened during a run.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// The default route is added.
    DefaultRoute(Metric),
    /// The route file loses a line that no backup keeps.
    Dropped(&'e str),
    /// A route of the file before the plugin stays above the marker, because it leads to a
    /// conductor or Salt master.
    Kept(Route),
    /// A route of the file before the plugin goes, and no route covers it.
    Uncovered(Route),
    /// The route file gets its new content.
    Updating(&'e Path),
    /// The route file is of the group root now, because its group could not be kept.
    GroupLost(&'e Path),
    /// The original file is kept.
    BackedUp(&'e Path),
    /// The original file is restored.
    Restoring(&'e Path),
    /// The route file is removed.
    Removing(&'e Path),
    /// The document changed during the run, which starts over.
    Again,
    /// The kernel's routes were changed.
    Changed {
        /// The number of added routes.
        added: usize,
        /// The number of deleted routes.
        deleted: usize,
    },
    /// A state begins, or continues.
    State(&'e State),
    /// A state that an earlier run reported has ended.
    Ended(&'e State),
    /// The previous message applies to more routes or lines, which are not named.
    More(usize),
    /// The run failed.
    Failed(&'e Error),
    /// The record of the reported states cannot be written.
    Unrecorded(&'e FileError),
    /// Something happened to a trial, or to a hold.
    Guard(Notice<'e>),
    /// The file and the kernel agree with the document.
    Done,
    /// The plugin is off. Its routes and its part of the file are removed.
    Off,
}

impl Event<'_> {
    /// Returns the priority.
    #[must_use]
    pub fn priority(&self) -> Priority {
        match self {
            Self::Failed(_) => Priority::Error,
            Self::Dropped(_)
            | Self::Uncovered(_)
            | Self::GroupLost(_)
            | Self::State(_)
            | Self::More(_)
            | Self::Unrecorded(_) => Priority::Warning,
            Self::Guard(notice) if notice.is_warning() => Priority::Warning,
            Self::Again | Self::Done | Self::Off => Priority::Info,
            _ => Priority::Notice,
        }
    }
}

impl fmt::Display for Event<'_> {
    /// Writes the message. If the original plugin had the same message, the words are the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DefaultRoute(metric) => write!(f, "Setting default-route for {INTERFACE} with metric {metric}"),
            Self::Dropped(line) => {
                write!(f, "Dropping a line from the route config file that is in no backup: {line:?}")
            }
            Self::Kept(route) => {
                write!(
                    f,
                    "Keeping the route {} above the marker: it leads to a conductor or Salt master",
                    Described(*route)
                )
            }
            Self::Uncovered(route) => {
                write!(
                    f,
                    "No route of the configuration covers {}, a route of the file before the plugin",
                    Described(*route)
                )
            }
            Self::Updating(path) => write!(f, "Updating route config file {}", path.display()),
            Self::GroupLost(path) => {
                write!(
                    f,
                    "The route config file {} has the group root now, as its group could not be kept",
                    path.display()
                )
            }
            Self::BackedUp(path) => write!(f, "Keeping the previous route config file as {}", path.display()),
            Self::Restoring(path) => write!(f, "Restoring the previous route config file {}", path.display()),
            Self::Removing(path) => write!(f, "Removing route config file {}", path.display()),
            Self::Again => write!(f, "The configuration changed during the run; starting over"),
            Self::Changed { added, deleted } => {
                write!(f, "Kernel routes through {INTERFACE}: {added} added, {deleted} deleted")
            }
            Self::State(state) => state.fmt(f),
            Self::Ended(state) => Ended(state).fmt(f),
            Self::More(count) => write!(f, "… and {count} more like that; the command \"status\" lists all"),
            Self::Failed(error) => error.fmt(f),
            Self::Unrecorded(error) => write!(f, "{error}; a message about a state may be repeated"),
            Self::Guard(notice) => notice.fmt(f),
            Self::Done => write!(f, "Successfully generated static routes for {INTERFACE} loopback interface"),
            Self::Off => write!(f, "Static routes for {INTERFACE} loopback interface are disabled and removed"),
        }
    }
}
