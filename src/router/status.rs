//! What is desired, what the file says, and what the kernel has, side by side. Changes nothing.

use std::collections::BTreeMap;

use crate::model::Route;
use crate::router::apply::{Options, named};
use crate::router::diff::Conflict;
use crate::router::files::Files;
use crate::router::kernel::{Interface, Kernel, KernelRoute, Protocol, Request};
use crate::router::reconcile::{self, Observation};
use crate::router::route_file::FileStep;
use crate::router::situation::{Error, Situation, look};

/// A look at a router.
#[derive(Debug)]
pub struct Status {
    /// The document and the route file.
    pub situation: Situation,
    /// The kernel.
    pub observation: Observation,
    /// Wanted routes whose place is another's, and the name of that other's interface.
    pub conflicts: Vec<(Conflict, Option<String>)>,
}

/// A destination and metric that the document, our part of the file, or the kernel's routes through kni254 have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Destination and metric.
    pub route: Route,
    /// Whether the document, or an operator's file that comes back, has it.
    pub desired: bool,
    /// Whether our part of the file has it.
    pub in_file: bool,
    /// Who put it into the kernel; `None`: it is not there.
    pub kernel: Option<Protocol>,
    /// What is not as it should be; empty: all is.
    pub drift: Vec<Drift>,
}

/// How a route differs from what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Desired, and not in the file.
    NotInFile,
    /// Desired, and not in the kernel.
    NotInKernel,
    /// Desired, and not in the kernel, since the interface does not take it.
    Waiting(Interface),
    /// Desired, and its place in the kernel is another's, on the interface of this name.
    Held(Protocol, Option<String>),
    /// In the file, and not desired.
    LeftInFile,
    /// Ours in the kernel, and not desired.
    LeftInKernel,
    /// In the kernel, and not as a route of ours should be: another gateway, say.
    WrongForm,
}

/// Looks at document, file and kernel.
///
/// # Errors
///
/// One of them cannot be read, or the document or file is not to be followed.
pub fn status(kernel: &mut dyn Kernel, options: &Options) -> Result<Status, Error> {
    let files = Files::open(&options.root)?;
    let situation = look(&files, files.folder()?.as_ref(), options.config.as_deref())?;
    let observation = reconcile::observe(kernel, &situation.goal)?;
    let conflicts = named(kernel, &observation.changes.conflicts);
    Ok(Status { situation, observation, conflicts })
}

impl Status {
    /// Whether document, file and kernel agree.
    #[must_use]
    pub fn in_agreement(&self) -> bool {
        !self.would_change() && self.conflicts.is_empty() && self.observation.waiting.is_empty()
    }

    /// Whether applying the document would change file or kernel now.
    #[must_use]
    pub fn would_change(&self) -> bool {
        self.situation.plan.step != FileStep::Keep || !self.observation.changes.is_empty()
    }

    /// The requests that applying the document would make of the kernel, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        [self.observation.changes.first(), self.observation.changes.second()].concat()
    }

    /// Lines below the marker that are no routes of ours.
    #[must_use]
    pub fn foreign_lines(&self) -> Vec<String> {
        self.situation.installed().part.map_or_else(Vec::new, |part| part.foreign)
    }

    /// How many routes through kni254 are others' and left alone; the kernel's own, of the link, are not counted.
    #[must_use]
    pub fn foreign_routes(&self) -> usize {
        let Some(index) = self.observation.interface.index() else { return 0 };
        self.observation
            .routes
            .iter()
            .filter(|route| !self.situation.goal.owns(route, index) && route.protocol != Protocol::KERNEL)
            .count()
    }

    /// All rows, by destination and metric.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: BTreeMap<Route, Row> = BTreeMap::new();
        fn row(rows: &mut BTreeMap<Route, Row>, route: Route) -> &mut Row {
            let empty = Row { route, desired: false, in_file: false, kernel: None, drift: Vec::new() };
            rows.entry(route).or_insert(empty)
        }
        for route in self.situation.goal.wanted() {
            row(&mut rows, *route).desired = true;
        }
        for route in self.situation.installed().part.unwrap_or_default().routes {
            row(&mut rows, route).in_file = true;
        }
        for route in self.own_routes() {
            row(&mut rows, route.route).kernel = Some(route.protocol);
        }
        let mut rows: Vec<Row> = rows.into_values().collect();
        self.mark_drift(&mut rows);
        rows
    }

    fn own_routes(&self) -> impl Iterator<Item = &KernelRoute> {
        let index = self.observation.interface.index();
        let own = move |route: &&KernelRoute| index.is_some_and(|index| self.situation.goal.owns(route, index));
        self.observation.routes.iter().filter(own)
    }

    fn mark_drift(&self, rows: &mut [Row]) {
        let managed = self.situation.desired.routes.is_some();
        for row in rows.iter_mut() {
            match (row.desired, row.in_file) {
                (true, false) if managed => row.drift.push(Drift::NotInFile),
                (false, true) => row.drift.push(Drift::LeftInFile),
                _ => {}
            }
            if !row.desired && row.kernel.is_some() {
                row.drift.push(Drift::LeftInKernel);
            }
        }
        let mut mark = |route: Route, drift: Drift| {
            if let Ok(index) = rows.binary_search_by(|row| row.route.cmp(&route)) {
                rows[index].drift.push(drift);
            }
        };
        let changes = &self.observation.changes;
        changes.add.iter().for_each(|route| mark(route.route, Drift::NotInKernel));
        self.observation.waiting.iter().for_each(|route| mark(*route, Drift::Waiting(self.observation.interface)));
        for (conflict, name) in &self.conflicts {
            mark(conflict.wanted, Drift::Held(conflict.holder.protocol, name.clone()));
        }
        changes.replace.iter().for_each(|(_, new)| mark(new.route, Drift::WrongForm));
    }
}

impl Drift {
    /// What machines know it by.
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

impl std::fmt::Display for Drift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
