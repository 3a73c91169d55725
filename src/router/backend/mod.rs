//! Backends: the places that store routes, so that the routes survive a restart.
//!
//! A backend is one folder or file here that implements `Backend`, and an entry of `BACKENDS`.

pub mod route_file;

use std::fmt;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use crate::fs::{FileError, Root};
use crate::model::Route;
use crate::router::error::Error;
use crate::router::event::Event;
use crate::router::ownership::Claim;
pub use crate::router::stored::Confirmed;

/// The storage of routes outside the kernel.
///
/// A run calls the methods in the order in which they are listed. The kernel is changed between
/// [`stage`](Self::stage) and [`install`](Self::install). Only a run that changes something calls
/// [`prepare`](Self::prepare); [`plan`](Self::plan) works without it.
pub trait Backend {
    /// Returns the path of the storage, for messages.
    fn path(&self) -> PathBuf;

    /// Returns true if the storage exists. Otherwise [`prepare`](Self::prepare) creates it.
    fn is_present(&self) -> bool;

    /// Creates the storage if it is missing, and removes the remains of a killed run. The caller
    /// locks out other runs. If this is impossible, [`stage`](Self::stage) says so: the storage may
    /// need no change.
    fn prepare(&mut self);

    /// Returns the routes that the storage holds now. They are the confirmed ones: those of a trial
    /// are stored after it.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    fn confirmed(&mut self) -> Result<Confirmed, Error>;

    /// Reads the storage, and plans the change that makes it hold the desired routes.
    ///
    /// `None` plans to remove our part, and to restore the operator's storage. The plan itself
    /// changes nothing. The backend keeps its step for the next two methods.
    ///
    /// The first plan takes the operator's storage over. The routes in it that lead to one of the
    /// addresses `keep` stay the operator's, unless a desired route covers them.
    ///
    /// # Errors
    ///
    /// The storage cannot be read, or has a line with which the plan would do harm.
    fn plan(&mut self, desired: Option<&[Route]>, keep: &[Ipv4Addr]) -> Result<StoragePlan, Error>;

    /// Writes the files of the planned step under temporary names, if it has any, and makes them
    /// survive a power cut.
    ///
    /// The kernel is still unchanged, so this is the place to detect a full disk.
    ///
    /// # Errors
    ///
    /// A file cannot be written. The storage is unchanged.
    fn stage(&self) -> Result<(), FileError>;

    /// Discards the staged files. The next run discards the files that this run cannot discard.
    fn discard(&self);

    /// Makes the planned step effective after it was staged, and logs it.
    ///
    /// # Errors
    ///
    /// A step failed. The storage is unchanged, or a later run can finish the step.
    fn install(&self, log: &mut dyn FnMut(Event<'_>)) -> Result<(), FileError>;

    /// Makes an installed step durable.
    ///
    /// # Errors
    ///
    /// The file system cannot flush the storage.
    fn flush(&self) -> Result<(), FileError>;
}

/// The state of a backend's storage, and the step that changes it.
///
/// The backend has a step in its own form, and describes it to the rest of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoragePlan<S = Step> {
    /// The step.
    pub step: S,
    /// The routes that are stored as ours now.
    pub stored: Vec<Route>,
    /// Lines in our part of the storage that are not routes of ours.
    pub foreign: Vec<String>,
    /// The routes that the backend vouches for: the stored ones, and at a takeover all of the file.
    ///
    /// If the kernel has one of these routes with protocol `boot` or `static`, the kernel's route
    /// is ours.
    pub vouched: Vec<Route>,
    /// The operator's part of the storage after the step. If the kernel has one of its routes with
    /// protocol `boot` or `static`, it is the operator's.
    pub claims: Vec<Claim>,
    /// The routes of the operator's storage that is restored. They are added to the kernel too.
    pub restored: Vec<Route>,
    /// Lines that the step drops and that no backup keeps.
    pub dropped: Vec<String>,
    /// True if the step takes over a storage that is not ours yet.
    pub is_takeover: bool,
    /// Routes of a storage that is taken over, which lead to a peer and stay the operator's.
    pub kept: Vec<Route>,
    /// Routes of a storage that is taken over, which no desired route covers.
    pub uncovered: Vec<Route>,
}

impl<S> StoragePlan<S> {
    /// Converts the step.
    #[must_use]
    pub fn map_step<T>(self, convert: impl FnOnce(S) -> T) -> StoragePlan<T> {
        let Self { step, stored, foreign, vouched, claims, restored, dropped, is_takeover, kept, uncovered } = self;
        let step = convert(step);
        StoragePlan { step, stored, foreign, vouched, claims, restored, dropped, is_takeover, kept, uncovered }
    }
}

/// A change of the storage, as its backend describes it. The default is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// True if the storage is up to date.
    is_empty: bool,
    /// The name in JSON.
    code: &'static str,
    /// The text after the path of the storage.
    text: &'static str,
}

impl Default for Step {
    fn default() -> Self {
        Self { is_empty: true, code: "keep", text: "up to date" }
    }
}

impl Step {
    /// Returns true if the step changes nothing.
    pub(crate) fn is_empty(self) -> bool {
        self.is_empty
    }

    /// Returns the name in JSON.
    pub(crate) fn code(self) -> &'static str {
        self.code
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// Opens a backend. Returns `None` if this machine does not use it.
type Open = for<'r> fn(&'r Root) -> Result<Option<Box<dyn Backend + 'r>>, FileError>;

/// The backends. The first that opens is used, and the last one opens on every machine.
const BACKENDS: &[Open] = &[route_file::open];

/// Opens the backend that this machine uses.
pub(crate) fn open(root: &Root) -> Result<Box<dyn Backend + '_>, FileError> {
    for open in BACKENDS {
        if let Some(backend) = open(root)? {
            return Ok(backend);
        }
    }
    unreachable!("the last backend opens on every machine")
}
