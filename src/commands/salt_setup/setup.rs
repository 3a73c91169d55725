//! Connects what is published with the Salt master's pillar: a file in the pillar root of `base` that finds each minion's document, and a
//! stanza of constant size in its `top.sls`. A drop-in for the master that named `pillar_roots` would replace the whole table, and take the other environments away.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::top::{self, Refusal};
use crate::fs::replace;

/// The file that finds the documents. One file, since Salt lists all files of a pillar root for each pillar that it compiles.
const FINDER: &str = "loopback_static_routes.sls";
const FINDER_TEXT: &str = include_str!("../../../pillar/loopback_static_routes.sls");
/// Where the file says what is published, and by what it is known for ours.
const PUBLISHED: &str = "PUBLISHED = \"/nowhere\"";
const OURS: &str = "# Made by 'loopback-static-routes salt-setup'";

const TOP: &str = "top.sls";

/// What is to be connected.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The folder that `generate` publishes to.
    pub out: PathBuf,
    /// The pillar root of the environment `base`.
    pub pillar_root: PathBuf,
}

/// What a set-up or its undoing changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The file that finds the documents, where it is to be written, or removed (`None`).
    pub finder: Option<Option<String>>,
    /// The top file, where it is to be written, or removed (`None`).
    pub top: Option<Option<String>>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The top file is not edited.
    #[error("{}:{refusal}", path.display())]
    Refused {
        /// The top file.
        path: PathBuf,
        /// Where and why.
        refusal: Refusal,
    },
    /// Something else has the name of our file.
    #[error("{}: this is not a file that salt-setup made; move it away, or name another pillar root", .0.display())]
    Taken(PathBuf),
    /// A path that cannot be written down.
    #[error("{}: the path is not UTF-8", .0.display())]
    Path(PathBuf),
    /// A path is not where it should be, or the system refused.
    #[error("cannot {action} {}: {cause}", path.display())]
    System {
        /// The step.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl SetupError {
    /// Whether somebody has to mend what is there.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        !matches!(self, Self::System { .. })
    }
}

impl Setup {
    /// What has to change so that file and stanza are there.
    ///
    /// # Errors
    ///
    /// The place is another's, the top file is not one that can be edited, or cannot be read.
    pub fn wanted(&self) -> Result<Changes, SetupError> {
        let out = fs::canonicalize(&self.out).map_err(failed("find", &self.out))?;
        fs::metadata(&self.pillar_root).map_err(failed("find", &self.pillar_root))?;
        let text = finder(&out)?;
        let finder = match self.read_finder()? {
            Some(there) if there == text => None,
            _ => Some(Some(text)),
        };
        let (path, text) = self.read_top()?;
        let top = match text {
            None => Some(Some(top::fresh())),
            Some(text) => {
                let edited = top::put_in(&text).map_err(|refusal| SetupError::Refused { path, refusal })?;
                (edited != text).then_some(Some(edited))
            }
        };
        Ok(Changes { finder, top })
    }

    /// What has to change so that nothing of ours is there.
    ///
    /// # Errors
    ///
    /// As of [`Self::wanted`].
    pub fn undone(&self) -> Result<Changes, SetupError> {
        let finder = self.read_finder()?.map(|_| None);
        let (path, text) = self.read_top()?;
        let top = match text {
            None => None,
            Some(text) => {
                let edited = top::take_out(&text).map_err(|refusal| SetupError::Refused { path, refusal })?;
                let is_ours = edited != text && top::is_empty_without_ours(&edited);
                (edited != text).then_some((!is_ours).then_some(edited))
            }
        };
        Ok(Changes { finder, top })
    }

    /// The file that finds the documents, if it is ours.
    fn read_finder(&self) -> Result<Option<String>, SetupError> {
        let path = self.pillar_root.join(FINDER);
        // Salt would take a folder of that name for it as well.
        if fs::symlink_metadata(path.with_extension("")).is_ok() {
            return Err(SetupError::Taken(path.with_extension("")));
        }
        match fs::read_to_string(&path) {
            Ok(text) if text.contains(OURS) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => Ok(None),
            _ => Err(SetupError::Taken(path)),
        }
    }

    fn read_top(&self) -> Result<(PathBuf, Option<String>), SetupError> {
        let path = self.pillar_root.join(TOP);
        match fs::read_to_string(&path) {
            Ok(text) => Ok((path, Some(text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((path, None)),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    /// Makes the changes: the file before the stanza that names it, and the stanza away before the file.
    ///
    /// # Errors
    ///
    /// The system refused.
    pub fn make(&self, changes: &Changes) -> Result<(), SetupError> {
        let (finder, top) = (self.pillar_root.join(FINDER), self.pillar_root.join(TOP));
        if let Some(Some(text)) = &changes.finder {
            replace(&finder, text).map_err(failed("write", &finder))?;
        }
        match &changes.top {
            None => {}
            Some(None) => fs::remove_file(&top).map_err(failed("remove", &top))?,
            Some(Some(text)) => replace(&top, text).map_err(failed("write", &top))?,
        }
        if changes.finder == Some(None) {
            fs::remove_file(&finder).map_err(failed("remove", &finder))?;
        }
        Ok(())
    }
}

/// The text of the file that finds the documents published here.
fn finder(out: &Path) -> Result<String, SetupError> {
    let path = out.to_str().ok_or_else(|| SetupError::Path(out.to_owned()))?;
    // A JSON string is a Python string.
    let published = serde_json::to_string(path).expect("text is JSON");
    Ok(FINDER_TEXT.replace(PUBLISHED, &format!("PUBLISHED = {published}")))
}

impl Changes {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.finder.is_none() && self.top.is_none()
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SetupError {
    let path = path.to_owned();
    move |cause| SetupError::System { action, path, cause }
}
