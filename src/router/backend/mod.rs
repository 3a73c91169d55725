//! Backends: the places that store routes, so that the routes survive a restart.
//!
//! A backend is one folder or file here that implements `Backend`, and one line in `open`.

pub mod route_file;

use std::path::PathBuf;
use std::time::Duration;

use crate::fs::{FileError, Root};
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

    /// Returns true if the storage exists. Otherwise [`lock`](Self::lock) creates it.
    fn is_present(&self) -> bool;

    /// Locks out other runs until this value is dropped, and removes the remains of a killed run.
    /// Returns false if another run holds the lock for longer than `wait`.
    fn lock(&mut self, wait: Duration) -> Result<bool, FileError>;

    /// Reads the storage, and plans the change that makes it hold the desired routes.
    ///
    /// `None` plans to remove our part, and to restore the operator's storage. The plan itself
    /// changes nothing.
    fn plan(&self, desired: Option<&[Route]>) -> Result<FilePlan, Error>;

    /// Writes the files of a step under temporary names, and makes them survive a power cut.
    ///
    /// The kernel is still unchanged, so this is the place to detect a full disk.
    fn stage(&self, step: &FileStep) -> Result<(), FileError>;

    /// Discards the staged files. The next run discards the files that this run cannot discard.
    fn discard(&self);

    /// Makes a staged step effective, and logs it.
    ///
    /// If this fails, the storage must be unchanged, or a later run must be able to finish the
    /// step. After a failure, the changes in the kernel are undone.
    fn install(&self, step: &FileStep, log: &mut dyn FnMut(Event<'_>)) -> Result<(), FileError>;

    /// Makes an installed step durable.
    fn flush(&self) -> Result<(), FileError>;
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
    /// If the kernel has one of these routes with protocol `boot` or `static`, the kernel's route
    /// is ours.
    pub vouched: Vec<Route>,
    /// The routes of the operator's storage that is restored. They are added to the kernel too.
    pub restored: Vec<Route>,
    /// Lines that the step drops and that no backup keeps.
    pub dropped: Vec<String>,
}

/// A change of the storage. The storage is a file, and perhaps a backup of the original file.
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
    /// The backup replaces the file, so the original content returns.
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
    /// Returns the bytes to stage.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Write { bytes, .. } | Self::Compose { bytes } => Some(bytes),
            Self::Keep | Self::Restore | Self::Remove | Self::DropBackup => None,
        }
    }
}

/// Opens the backend that this machine uses.
///
/// A new backend needs a line here. The line comes before the route file, which works on every
/// machine.
pub(crate) fn open(root: &Root) -> Result<Box<dyn Backend + '_>, FileError> {
    Ok(Box::new(route_file::RouteFileBackend::open(root)?))
}
