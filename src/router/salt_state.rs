//! The facts for the Salt state beside the status: the changes of a run, and the error of runs.

use crate::fs::{Links, Root};
use crate::router::apply::ApplyOptions;
use crate::router::backend::{self, Confirmed, StoragePlan};
use crate::router::confirm::peer;
use crate::router::error::Error;
use crate::router::files::RootFiles;
use crate::router::kernel::{Kernel, KernelRoute, Protocol};
use crate::router::memory::Memory;
use crate::router::returns::{self, Documents};
use crate::router::state::State;
use crate::router::status::{Status, status};

/// The stored routes and the kernel's routes at a moment. The parts that cannot be read are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    stored: Option<(Confirmed, StoragePlan)>,
    /// Sorted.
    routes: Vec<KernelRoute>,
}

/// The difference between two snapshots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotChanges {
    /// True if the route file changed.
    pub file_changed: bool,
    /// The number of routes that the kernel has in addition.
    pub added: usize,
    /// The number of routes that the kernel does not have any more.
    pub deleted: usize,
}

/// The state of the machine after a run.
#[derive(Debug)]
pub struct Look {
    /// The status.
    pub(crate) status: Result<Status, Error>,
    /// The error that the last run reported, if it failed.
    pub(crate) failing: Option<String>,
}

impl Snapshot {
    /// Reads the storage, and the kernel's routes through kni254.
    pub fn take(kernel: &mut dyn Kernel, options: &ApplyOptions) -> Self {
        Self { stored: stored(options).ok(), routes: routes(kernel).unwrap_or_default() }
    }

    /// Returns the difference from this snapshot to a later one.
    #[must_use]
    pub fn changes_to(&self, later: &Self) -> SnapshotChanges {
        let missing = |routes: &[KernelRoute], in_others: &[KernelRoute]| {
            routes.iter().filter(|route| in_others.binary_search(route).is_err()).count()
        };
        SnapshotChanges {
            file_changed: self.stored != later.stored,
            added: missing(&later.routes, &self.routes),
            deleted: missing(&self.routes, &later.routes),
        }
    }
}

impl SnapshotChanges {
    /// Returns true if anything changed.
    #[must_use]
    pub fn any(&self) -> bool {
        self.file_changed || self.added + self.deleted > 0
    }
}

/// Returns what the storage has, as far as the program can change it.
fn stored(options: &ApplyOptions) -> Result<(Confirmed, StoragePlan), Error> {
    let root = Root::open(&options.root, Links::Confine)?;
    let mut storage = backend::open(&root)?;
    Ok((storage.confirmed()?, storage.plan(None, &[])?))
}

/// Returns the routes that the program can change, sorted.
fn routes(kernel: &mut dyn Kernel) -> Result<Vec<KernelRoute>, Error> {
    let index = kernel.interface()?.index();
    let mut routes = index.map_or(Ok(Vec::new()), |index| kernel.routes_through(index))?;
    routes.retain(|route| route.protocol != Protocol::KERNEL);
    routes.extend(kernel.strays(index)?);
    routes.sort();
    Ok(routes)
}

/// Reads the status, the list of peers, and the error of the last run. If `notes` is true, it
/// remembers the document that the machine has.
pub fn look(kernel: &mut dyn Kernel, options: &ApplyOptions, notes: bool) -> Look {
    Look { status: read(kernel, options, notes), failing: failing(options) }
}

fn read(kernel: &mut dyn Kernel, options: &ApplyOptions, notes: bool) -> Result<Status, Error> {
    let mut status = status(kernel, options)?;
    let root = Root::open(&options.root, Links::Confine)?;
    let mut files = RootFiles::new(&root, None)?;
    if notes && status.has_document {
        let digest = status.desired.digest();
        let mut documents = Documents::read(&files);
        documents.note(digest.as_deref(), returns::revision(&root), &mut files);
        status.returns = documents.returns(digest.as_deref());
    }
    // A run goes on without the list, but the router has fewer peers than it should.
    peer::listed(&files)?;
    Ok(status)
}

fn failing(options: &ApplyOptions) -> Option<String> {
    let root = Root::open(&options.root, Links::Confine).ok()?;
    let memory = Memory::read(&RootFiles::new(&root, None).ok()?);
    memory.states().iter().find_map(|state| match state {
        State::Failing { error } => Some(error.clone()),
        _ => None,
    })
}
