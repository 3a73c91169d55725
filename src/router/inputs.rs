//! The inputs of a run, and the goal and plan that follow from them without a request to the
//! kernel.

use std::path::{Path, PathBuf};

use crate::fs::Root;
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

impl Inputs {
    /// Reads the document and the stored routes. Without a document, the plugin is off.
    ///
    /// # Errors
    ///
    /// One of them cannot be read, or is invalid. In this case nothing may be changed.
    pub(crate) fn read(root: &Root, backend: &mut dyn Backend, config: Option<&Path>) -> Result<Self, Error> {
        let (document, modified, desired) = match config {
            Some(config) => load(root, config)?,
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

    /// Returns the goal if the storage cannot be written. Routes that a takeover would make ours stay,
    /// because there is no backup of their lines.
    pub(crate) fn goal_without_file(&self) -> Goal {
        match &self.desired.routes {
            Some(routes) => Goal::new(routes.clone(), Protocol::OURS, &self.plan.stored, &self.plan.claims),
            None => Goal::new(self.plan.restored.clone(), Protocol::BOOT, &self.plan.stored, &self.plan.claims),
        }
    }

    /// Returns true if the document did not change since it was read. A path unit misses changes
    /// that happen while its service runs.
    pub(crate) fn is_current(&self, root: &Root, config: Option<&Path>) -> bool {
        match config {
            None => true,
            Some(config) => root.read(config, document::LARGEST).is_ok_and(|contents| contents.bytes == self.document),
        }
    }
}

fn load(root: &Root, config: &Path) -> Result<(Vec<u8>, Option<i64>, Desired), Error> {
    let contents = root.read(config, document::LARGEST)?;
    let desired = document::parse(&contents.bytes)
        .map_err(|invalid| Error::Document { path: root.display_path(config), invalid })?;
    Ok((contents.bytes, Some(contents.description.modified.0), desired))
}
