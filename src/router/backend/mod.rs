//! Backends: where routes are stored persistently, outside of the kernel's table.
//!
//! A backend is one folder or file here that implements `Backend`, and one line in `open`.

pub mod route_file;

use std::path::PathBuf;
use std::time::Duration;

use crate::fs::{self, Root};
use crate::model::Route;
use crate::router::error::Error;
use crate::router::event::Event;

/// The storage of routes outside the kernel.
///
/// A run calls the methods in the order in which they are listed. The kernel is changed between
/// [`stage`](Self::stage) and [`install`](Self::install). Only a run that changes something takes
/// the lock; [`plan`](Self::plan) works without it.
pub(crate) trait Backend {
    /// Returns the path of the storage, for messages.
    fn path(&self) -> PathBuf;

    /// Returns true if the storage is there. [`lock`](Self::lock) creates it otherwise.
    fn is_present(&self) -> bool;

    /// Locks out other runs until this value is dropped, and removes what a killed run left.
    /// Returns false if another run holds the lock for longer than `wait`.
    fn lock(&mut self, wait: Duration) -> Result<bool, fs::Error>;

    /// Reads the storage, and plans the change that makes it hold the desired routes.
    ///
    /// `None` plans to remove everything that is ours and to restore what was there before.
    /// Planning itself changes nothing.
    fn plan(&self, desired: Option<&[Route]>) -> Result<FilePlan, Error>;

    /// Writes everything that a step needs to a place that no program reads yet, and makes it
    /// durable.
    ///
    /// The kernel is unchanged so far, so a full disk must be detected here.
    fn stage(&self, step: &FileStep) -> Result<(), fs::Error>;

    /// Discards what was staged. The next run discards what this one cannot.
    fn discard(&self);

    /// Makes a staged step effective, and logs it.
    ///
    /// If this fails, the storage must be as it was, or such that a later run finishes the step.
    /// The caller then undoes the changes in the kernel.
    fn install(&self, step: &FileStep, log: &mut dyn FnMut(Event<'_>)) -> Result<(), fs::Error>;

    /// Makes an installed step durable.
    fn flush(&self) -> Result<(), fs::Error>;
}

/// The state of a backend's storage, and the step that changes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePlan {
    /// The step.
    pub step: FileStep,
    /// The routes that are stored as ours now.
    pub stored: Vec<Route>,
    /// Lines in our part of the storage that are not routes of ours.
    pub foreign: Vec<String>,
    /// The routes that the backend vouches for: the stored ones, and at a takeover all of the file.
    ///
    /// A route of the kernel under protocol `boot` or `static` that is one of these is ours.
    pub vouched: Vec<Route>,
    /// The routes of the operator's storage that is restored. They are added to the kernel too.
    pub restored: Vec<Route>,
    /// Lines that the step drops and that no backup keeps.
    pub dropped: Vec<String>,
}

/// A change of the storage, which is a file and perhaps a backup of the file from before the
/// plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FileStep {
    /// The storage is up to date.
    #[default]
    Keep,
    /// The file gets these bytes.
    Write {
        /// The whole file.
        bytes: Vec<u8>,
        /// True if the file is not ours yet: it is backed up, unless there is a backup.
        back_up: bool,
    },
    /// The backup replaces the file, which is then as it was before the plugin.
    Restore,
    /// The backup gets these bytes, then replaces the file. A run that is killed in between leaves
    /// a valid backup.
    Compose {
        /// The whole file.
        bytes: Vec<u8>,
    },
    /// The file is removed: it holds nothing but our part.
    Remove,
    /// The backup is removed: the file holds all of it.
    DropBackup,
}

impl FileStep {
    /// Returns the bytes that are to be staged.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Write { bytes, .. } | Self::Compose { bytes } => Some(bytes),
            Self::Keep | Self::Restore | Self::Remove | Self::DropBackup => None,
        }
    }
}

/// Opens the backend that this machine uses.
///
/// To add a backend, add a line here, before the route file, which works on any machine.
pub(crate) fn open(root: &Root) -> Result<Box<dyn Backend + '_>, fs::Error> {
    Ok(Box::new(route_file::RouteFileBackend::open(root)?))
}
