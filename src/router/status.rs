//! The document, the stored routes and the kernel, side by side. Changes nothing.

use std::collections::BTreeMap;
use std::fmt;

use crate::fs::{Links, Root};
use crate::model::Route;
use crate::router::apply::{ApplyOptions, with_interfaces};
use crate::router::backend;
use crate::router::diff::Conflict;
use crate::router::error::Error;
use crate::router::inputs::{DocumentFile, Inputs};
use crate::router::kernel::{Interface, Kernel, KernelRoute, Protocol, Request};
use crate::router::observation::{Observation, observe};
use crate::router::ownership::Owners;

/// The state of a router.
#[derive(Debug)]
pub struct Status {
    /// The document and the stored routes.
    pub(crate) inputs: Inputs,
    /// The kernel.
    pub(crate) observation: Observation,
    /// Wanted routes that cannot be added, each with the interface of the other program's route.
    pub(crate) conflicts: Vec<(Conflict, Option<String>)>,
}

/// A destination and metric that the document, our part of the file, or the kernel has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Destination and metric.
    pub(crate) route: Route,
    /// True if the document, or an operator's file that is restored, has it.
    pub(crate) is_desired: bool,
    /// True if our part of the file has it.
    pub(crate) is_stored: bool,
    /// The origin of our route in the kernel, if there is one.
    pub(crate) kernel: Option<Protocol>,
    /// The differences from the desired state, if any.
    pub(crate) drift: Vec<Drift>,
}

/// A difference of a route from its desired state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Desired, and not in the file.
    NotInFile,
    /// Desired, and not in the kernel.
    NotInKernel,
    /// Desired, and not in the kernel, because the interface is not ready.
    Waiting(Interface),
    /// Desired, and another program's route of this protocol, on this interface, is in its place.
    Held(Protocol, Option<String>),
    /// In the file, and not desired.
    LeftInFile,
    /// Ours in the kernel, and not desired.
    LeftInKernel,
    /// Ours in the kernel, but different from the line in the file. For example, it has another
    /// gateway.
    WrongForm,
}

/// Reads the document, the stored routes and the kernel.
///
/// # Errors
///
/// One of them cannot be read, or is invalid.
pub fn status(kernel: &mut dyn Kernel, options: &ApplyOptions) -> Result<Status, Error> {
    let root = Root::open(&options.root, Links::Confine)?;
    let mut backend = backend::open(&root)?;
    let config = options.config.as_deref().map(|path| DocumentFile::new(&root, path)).transpose()?;
    let inputs = Inputs::read(&mut *backend, config.as_ref())?;
    let observation = observe(kernel, &inputs.goal)?;
    let conflicts = with_interfaces(kernel, &observation.changes.conflicts);
    Ok(Status { inputs, observation, conflicts })
}

impl Status {
    /// Returns true if document, file and kernel agree.
    #[must_use]
    pub fn is_in_agreement(&self) -> bool {
        !self.has_changes() && !self.has_conflicts() && self.observation.waiting.is_empty()
    }

    /// Returns true if `apply` would change file or kernel now.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        !self.inputs.plan.step.is_empty() || !self.observation.changes.is_empty()
    }

    /// Returns true if some wanted routes cannot be added because of other programs' routes.
    #[must_use]
    pub fn has_conflicts(&self) -> bool {
        !self.conflicts.is_empty()
    }

    /// Returns the requests that `apply` would send to the kernel, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.observation.changes.requests()
    }

    /// Returns the number of routes through kni254 that belong to other programs. The kernel's own
    /// routes of the link are not counted.
    pub(crate) fn foreign_routes(&self) -> usize {
        let owners = self.owners();
        let is_foreign = |route: &&KernelRoute| !owners.is_ours(route) && route.protocol != Protocol::KERNEL;
        self.observation.routes.iter().filter(is_foreign).count()
    }

    /// Returns all rows, by destination and metric.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut rows: BTreeMap<Route, Row> = BTreeMap::new();
        for route in self.inputs.goal.wanted() {
            row(&mut rows, *route).is_desired = true;
        }
        for route in &self.inputs.plan.stored {
            row(&mut rows, *route).is_stored = true;
        }
        for route in self.own_routes() {
            row(&mut rows, route.route).kernel = Some(route.protocol);
        }
        let mut rows: Vec<Row> = rows.into_values().collect();
        self.add_drift(&mut rows);
        rows
    }

    fn own_routes(&self) -> impl Iterator<Item = &KernelRoute> {
        let owners = self.owners();
        self.observation.routes.iter().filter(move |route| owners.is_ours(route))
    }

    fn owners(&self) -> Owners<'_> {
        self.inputs.goal.ownership().owners(self.observation.interface.index(), &self.observation.routes)
    }

    fn add_drift(&self, rows: &mut [Row]) {
        let is_on = self.inputs.desired.routes.is_some();
        for row in rows.iter_mut() {
            match (row.is_desired, row.is_stored) {
                (true, false) if is_on => row.drift.push(Drift::NotInFile),
                (false, true) => row.drift.push(Drift::LeftInFile),
                _ => {}
            }
            if !row.is_desired && row.kernel.is_some() {
                row.drift.push(Drift::LeftInKernel);
            }
        }
        let mut add = |route: Route, drift: Drift| {
            if let Ok(index) = rows.binary_search_by(|row| row.route.cmp(&route)) {
                rows[index].drift.push(drift);
            }
        };
        let changes = &self.observation.changes;
        changes.add.iter().chain(&changes.append).for_each(|route| add(route.route, Drift::NotInKernel));
        self.observation.waiting.iter().for_each(|route| add(*route, Drift::Waiting(self.observation.interface)));
        for (conflict, name) in &self.conflicts {
            add(conflict.wanted, Drift::Held(conflict.holder.protocol, name.clone()));
        }
        changes.replace.iter().for_each(|(_, new)| add(new.route, Drift::WrongForm));
    }
}

fn row(rows: &mut BTreeMap<Route, Row>, route: Route) -> &mut Row {
    let empty = Row { route, is_desired: false, is_stored: false, kernel: None, drift: Vec::new() };
    rows.entry(route).or_insert(empty)
}

impl Drift {
    /// Returns the name of the difference in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotInFile => "not-in-file",
            Self::NotInKernel => "not-in-kernel",
            Self::Waiting(_) => "waiting",
            Self::Held(..) => "held",
            Self::LeftInFile => "left-in-file",
            Self::LeftInKernel => "left-in-kernel",
            Self::WrongForm => "wrong-form",
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInFile => f.write_str("not in the file"),
            Self::NotInKernel => f.write_str("not in the kernel"),
            Self::Waiting(interface) => write!(f, "not in the kernel: {interface}"),
            Self::Held(protocol, Some(interface)) => write!(f, "held by {interface} (protocol {protocol})"),
            Self::Held(protocol, None) => {
                write!(f, "held by a route through no interface, or several (protocol {protocol})")
            }
            Self::LeftInFile => f.write_str("in the file, not wanted"),
            Self::LeftInKernel => f.write_str("in the kernel, not wanted"),
            Self::WrongForm => f.write_str("in the kernel, not as in the file"),
        }
    }
}
