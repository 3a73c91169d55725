//! The document, the stored routes and the kernel, side by side. Changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::PathBuf;

use crate::contract::Verdict;
use crate::fs::{FileError, Links, Root};
use crate::model::{INTERFACE, Route};
use crate::router::apply::ApplyOptions;
use crate::router::backend;
use crate::router::confirm::peer::{self, Peer};
use crate::router::confirm::record::Phase;
use crate::router::confirm::{self, Change, Guard, Hold, Outcome};
use crate::router::diff::Conflict;
use crate::router::document::Desired;
pub use crate::router::drift::Drift;
use crate::router::error::Error;
use crate::router::files::{Files as _, RootFiles};
use crate::router::inputs::Inputs;
use crate::router::kernel::{Kernel, KernelRoute, Protocol, Request};
use crate::router::observation::{Observation, observe};
use crate::router::ownership::Owners;
use crate::router::returns::Documents;
use crate::router::survey::{Scope, Survey, survey, with_interfaces};

/// The state of a router.
#[derive(Debug)]
pub struct Status {
    /// The stored routes, and those that a run keeps or tries now.
    pub(crate) inputs: Inputs,
    /// The content of the document.
    pub(crate) desired: Desired,
    /// The trial, and what waits for it.
    pub(crate) guarded: Guarded,
    /// False on a node that never had a document.
    pub(crate) has_document: bool,
    /// The path of the document.
    pub(crate) document: PathBuf,
    /// How often the document came back after another one.
    pub(crate) returns: u32,
    /// The kernel.
    pub(crate) observation: Observation,
    /// The use of the routes in the kernel.
    pub(crate) survey: Survey,
    /// Wanted routes whose places other programs' routes hold, each with the interface of the other
    /// route. Some of the wanted routes may be in the kernel too.
    pub(crate) conflicts: Vec<(Conflict, Option<String>)>,
    /// The names of the interfaces of routes of ours that do not lead through kni254.
    pub(crate) other_interfaces: BTreeMap<u32, String>,
}

/// The trial, and what waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guarded {
    /// The result for the wanted routes.
    pub(crate) outcome: Outcome,
    /// The hold.
    pub(crate) hold: Option<Hold>,
    /// The peers that answered in a confirmed state.
    pub(crate) answered: Vec<Peer>,
    /// The routes that the wanted change adds and deletes, unless it is confirmed.
    pub(crate) pending: Vec<Change>,
    /// False if this user cannot read the record of trials and the hold.
    pub(crate) is_readable: bool,
}

impl Guarded {
    /// Returns true if changes of routes are not tried before they are kept, as no peer ever
    /// answered.
    pub(crate) fn is_unguarded(&self) -> bool {
        self.is_readable && self.answered.is_empty()
    }
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

/// Reads the document, the stored routes, the record of trials and the kernel.
///
/// # Errors
///
/// One of them cannot be read, or is invalid.
pub fn status(kernel: &mut dyn Kernel, options: &ApplyOptions) -> Result<Status, Error> {
    let root = Root::open(&options.root, Links::Confine)?;
    let mut storage = backend::open(&root)?;
    let files = RootFiles::new(&root, Some(&options.config))?;
    // Only root can read the record and the hold.
    let read = Guard::read(&files);
    let is_readable = read.is_ok();
    let guard = read.unwrap_or_default();
    let document = files.document_path();
    let (wanted, has_document) = match Inputs::read(&mut *storage, &files) {
        Ok(inputs) => (inputs, true),
        Err(error) if error.is_missing(&document) => {
            let inputs = Inputs::off(&mut *storage)?;
            let observation = observe(kernel, &inputs.goal)?;
            let had_one = has_traces(&inputs, &observation) || Documents::read(&files).knows_any();
            if guard.hold.is_none() && had_one {
                return Err(Error::LostDocument(document));
            }
            (inputs, false)
        }
        Err(_) if guard.hold.is_some() => (Inputs::off(&mut *storage)?, true),
        Err(error) => return Err(error),
    };
    let desired = wanted.desired.clone();
    let wanted = if guard.hold.is_some() { wanted.with_routes(&mut *storage, None)? } else { wanted };
    let confirmed = storage.confirmed()?;
    let listed = peer::listed(&files);
    let peers = peer::addresses(&listed);
    let known = match listed {
        Ok(Some(listed)) => listed.peers,
        _ => guard.record.answered.clone(),
    };
    let changed = confirm::changes(&confirmed, &wanted);
    let wanted = confirm::without_blocked(kernel, &mut *storage, &changed, &known, wanted)?;
    let outcome = guard.outlook(&wanted);
    let pending = if outcome == Outcome::Confirmed { Vec::new() } else { confirm::changes(&confirmed, &wanted) };
    let inputs = match &outcome {
        Outcome::Pending(Phase::Trial(trial)) => wanted.trying(&mut *storage, trial.target.routes.clone())?,
        Outcome::Confirmed => wanted,
        _ => wanted.keeping(&confirmed),
    };
    let guarded = Guarded { outcome, hold: guard.hold, answered: guard.record.answered, pending, is_readable };
    let returns = Documents::read(&files).returns(desired.digest().as_deref());
    let given = Given { inputs, peers, desired, guarded, document, has_document, returns };
    observed(kernel, given)
}

fn has_traces(inputs: &Inputs, observation: &Observation) -> bool {
    let owners = inputs.goal.ownership().owners(observation.interface.index(), &observation.routes);
    !inputs.plan.step.is_empty()
        || !observation.changes.is_empty()
        || !inputs.plan.stored.is_empty()
        || observation.routes.iter().any(|route| owners.is_ours(route))
}

/// The parts of a status that the kernel does not tell.
struct Given {
    inputs: Inputs,
    /// The addresses of the listed peers.
    peers: Vec<Ipv4Addr>,
    desired: Desired,
    guarded: Guarded,
    document: PathBuf,
    has_document: bool,
    returns: u32,
}

fn observed(kernel: &mut dyn Kernel, given: Given) -> Result<Status, Error> {
    let Given { inputs, peers, desired, guarded, document, has_document, returns } = given;
    let observation = observe(kernel, &inputs.goal)?;
    let conflicts = &[&observation.changes.conflicts[..], &inputs.blocked].concat();
    let changes = &observation.changes;
    let mut absent: Vec<Route> = changes.add.iter().chain(&changes.append).map(|route| route.route).collect();
    absent.extend(changes.replace.iter().map(|(_, new)| new.route));
    absent.extend(conflicts.iter().map(|conflict| conflict.wanted));
    absent.extend(&observation.waiting);
    absent.sort();
    let survey = match observation.waiting[..] {
        [] => survey(kernel, &inputs.goal, observation.interface, &absent, Scope::All, &peers)?,
        _ => Survey::default(),
    };
    let mut all = [&conflicts[..], &survey.shared].concat();
    all.sort();
    let conflicts = with_interfaces(kernel, &all);
    let index = observation.interface.index();
    let interfaces = observation.routes.iter().filter_map(|route| route.interface);
    let others: BTreeSet<u32> = interfaces.filter(|interface| Some(*interface) != index).collect();
    let other_interfaces = others.into_iter().map(|other| (other, kernel.interface_name(other))).collect();
    Ok(Status {
        inputs,
        desired,
        guarded,
        has_document,
        document,
        returns,
        observation,
        survey,
        conflicts,
        other_interfaces,
    })
}

impl Status {
    /// Returns the verdict.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.guarded.outcome {
            Outcome::Pending(_) => Verdict::InTrial,
            Outcome::Postponed(_) => Verdict::Postponed,
            Outcome::Quarantined(_) => Verdict::Quarantined,
            Outcome::Confirmed | Outcome::Reverted => match (self.has_document, self.is_in_agreement()) {
                (_, true) if self.guarded.hold.is_some() => Verdict::Held,
                (false, _) => Verdict::NoDocument,
                (true, true) => Verdict::InAgreement,
                (true, false) => Verdict::Drift,
            },
        }
    }

    /// Returns true if document, file and kernel agree, and the kernel uses the routes.
    #[must_use]
    pub fn is_in_agreement(&self) -> bool {
        let is_used = !self.survey.lacks_carrier && self.survey.shadows.is_empty();
        is_used && !self.has_changes() && !self.has_conflicts() && self.observation.waiting.is_empty()
    }

    /// Returns the error about a missing document, for commands that need one.
    #[must_use]
    pub fn missing_document(&self) -> Option<Error> {
        let error = || FileError::not_found("read", &self.document);
        (!self.has_document).then(|| error().into())
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

    /// Returns the name of the interface of a request.
    pub(crate) fn interface_of(&self, request: &Request) -> &str {
        let interface = request.route().interface.and_then(|interface| self.other_interfaces.get(&interface));
        interface.map_or(INTERFACE, String::as_str)
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
        for row in rows.iter_mut().filter(|row| row.is_desired && row.kernel.is_some()) {
            let shadow = self.survey.shadows.iter().find(|(route, _)| *route == row.route);
            row.drift.extend(shadow.map(|(_, shadow)| Drift::Shadowed(shadow.clone())));
            row.drift.extend(self.survey.lacks_carrier.then_some(Drift::NoCarrier));
        }
    }
}

fn row(rows: &mut BTreeMap<Route, Row>, route: Route) -> &mut Row {
    let empty = Row { route, is_desired: false, is_stored: false, kernel: None, drift: Vec::new() };
    rows.entry(route).or_insert(empty)
}
