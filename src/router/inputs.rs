//! The inputs of a run, and the goal and plan that follow from them without a request to the
//! kernel.

use std::path::{Path, PathBuf};

use crate::fs::{Contents, FileError, Root};
use crate::router::backend::{Backend, StoragePlan};
use crate::router::diff::Goal;
use crate::router::document::{self, Desired};
use crate::router::error::Error;
use crate::router::kernel::Protocol;

/// The document and the stored routes, with the plan and the goal that follow from both.
#[derive(Clone, Debug)]
pub(crate) struct Inputs {
    /// The document's bytes, to detect that it changed during the run.
    pub(crate) document: Vec<u8>,
    /// The time of the last change of the document, in seconds since the epoch.
    pub(crate) modified: Option<i64>,
    /// The desired routes, from the document.
    pub(crate) desired: Desired,
    /// The path of the backend's storage.
    pub(crate) path: PathBuf,
    /// The change of the backend's storage.
    pub(crate) plan: StoragePlan,
    /// The routes that the kernel should have.
    pub(crate) goal: Goal,
}

/// The file that holds the document.
pub(crate) struct DocumentFile<'r> {
    root: &'r Root,
    /// The working directory, if the path is relative.
    working_directory: Option<Root>,
    path: &'r Path,
}

impl<'r> DocumentFile<'r> {
    /// Finds the document: an absolute path is beneath the root, a relative one is beneath the
    /// working directory.
    pub(crate) fn new(root: &'r Root, path: &'r Path) -> Result<Self, FileError> {
        let working_directory = if path.is_absolute() { None } else { Some(Root::working_directory()?) };
        Ok(Self { root, working_directory, path })
    }

    /// Returns the path, for messages.
    pub(crate) fn display_path(&self) -> PathBuf {
        self.start().display_path(self.path)
    }

    fn read(&self) -> Result<Contents, FileError> {
        self.start().read(self.path, document::LARGEST)
    }

    fn start(&self) -> &Root {
        self.working_directory.as_ref().unwrap_or(self.root)
    }
}

impl Inputs {
    /// Reads the document and the stored routes. Without a document, the plugin is off.
    ///
    /// # Errors
    ///
    /// One of them cannot be read, or is invalid. In this case nothing may be changed.
    pub(crate) fn read(backend: &mut dyn Backend, config: Option<&DocumentFile<'_>>) -> Result<Self, Error> {
        let (document, modified, desired) = match config {
            Some(config) => load(config)?,
            None => (Vec::new(), None, Desired { router: String::new(), node: String::new(), routes: None }),
        };
        let plan = backend.plan(desired.routes.as_deref())?;
        let goal = match &desired.routes {
            Some(routes) => Goal::new(routes.clone(), Protocol::OURS, &plan.vouched, &plan.claims),
            // As the network scripts would add them.
            None => Goal::new(plan.restored.clone(), Protocol::BOOT, &plan.vouched, &plan.claims),
        };
        Ok(Self { document, modified, desired, path: backend.path(), plan, goal })
    }

    /// Returns the goal if the storage cannot be written. Routes that a takeover would make ours
    /// stay, because their lines have no backup.
    pub(crate) fn goal_without_file(&self) -> Goal {
        match &self.desired.routes {
            Some(routes) => Goal::new(routes.clone(), Protocol::OURS, &self.plan.stored, &self.plan.claims),
            None => Goal::new(self.plan.restored.clone(), Protocol::BOOT, &self.plan.stored, &self.plan.claims),
        }
    }

    /// Returns true if the document did not change since it was read. A path unit misses changes
    /// that happen while its service runs.
    pub(crate) fn is_current(&self, config: Option<&DocumentFile<'_>>) -> bool {
        config.is_none_or(|config| config.read().is_ok_and(|contents| contents.bytes == self.document))
    }
}

fn load(config: &DocumentFile<'_>) -> Result<(Vec<u8>, Option<i64>, Desired), Error> {
    let contents = config.read()?;
    let desired =
        document::parse(&contents.bytes).map_err(|invalid| Error::Document { path: config.display_path(), invalid })?;
    Ok((contents.bytes, Some(contents.description.modified.0), desired))
}
