//! Connects the published folder to the pillar of the Salt master.
//!
//! This takes two changes: an SLS file in the pillar root of the environment `base`, and a stanza
//! of constant size in its `top.sls`. A configuration file that sets `pillar_roots` would replace
//! the whole table, with the roots of all other environments.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::SetupError;
use super::top;
use crate::fs::{FileError, remove, replace};

/// The SLS file that finds each minion's document.
///
/// It is a single file, since Salt lists all files of a pillar root for each pillar that it
/// compiles.
pub(super) const SLS_FILE: &str = "loopback_static_routes.sls";
const SLS_TEXT: &str = include_str!("../../../pillar/loopback_static_routes.sls");
/// The line of the SLS file that is replaced by the path of the published folder.
const PUBLISHED: &str = "PUBLISHED = \"/nowhere\"";
/// The text that marks an SLS file as made by this program.
const SIGNATURE: &str = "# Made by 'loopback-static-routes salt-setup'";

/// The top file of the pillar.
pub(super) const TOP_FILE: &str = "top.sls";

/// The folders to connect.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    /// The folder into which `generate` publishes.
    pub(super) out: PathBuf,
    /// The pillar root of the environment `base`.
    pub(super) pillar_root: PathBuf,
}

/// The changes that connect or disconnect the folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SetupChanges {
    /// The change of the SLS file.
    pub(super) sls_file: Option<FileChange>,
    /// The change of the top file.
    pub(super) top_file: Option<FileChange>,
}

/// The change of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileChange {
    /// Write this text.
    Write(String),
    /// Remove the file.
    Remove,
}

impl Setup {
    /// Returns the changes that connect the folders.
    ///
    /// # Errors
    ///
    /// Returns an error if another file has the name of the SLS file, or if the top file cannot be
    /// read or edited safely.
    pub(super) fn plan(&self) -> Result<SetupChanges, SetupError> {
        let out = fs::canonicalize(&self.out).map_err(failed("find", &self.out))?;
        fs::metadata(&self.pillar_root).map_err(failed("find", &self.pillar_root))?;
        let text = sls_text(&out)?;
        let sls_file = match self.read_sls_file()? {
            Some(current) if current == text => None,
            _ => Some(FileChange::Write(text)),
        };
        let (path, text) = self.read_top_file()?;
        let top_file = match text {
            None => Some(FileChange::Write(top::new_file())),
            Some(text) => {
                let edited = top::add_stanza(&text).map_err(|reason| SetupError::Refused { path, reason })?;
                (edited != text).then_some(FileChange::Write(edited))
            }
        };
        Ok(SetupChanges { sls_file, top_file })
    }

    /// Returns the changes that disconnect the folders.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Self::plan`].
    pub(super) fn plan_removal(&self) -> Result<SetupChanges, SetupError> {
        let sls_file = self.read_sls_file()?.map(|_| FileChange::Remove);
        let (path, text) = self.read_top_file()?;
        let top_file = match text {
            None => None,
            Some(text) => {
                let edited = top::remove_stanza(&text).map_err(|reason| SetupError::Refused { path, reason })?;
                if edited == text {
                    None
                } else if top::is_empty_environment(&edited) {
                    Some(FileChange::Remove)
                } else {
                    Some(FileChange::Write(edited))
                }
            }
        };
        Ok(SetupChanges { sls_file, top_file })
    }

    /// Reads the SLS file. Returns `None` if it does not exist.
    fn read_sls_file(&self) -> Result<Option<String>, SetupError> {
        let path = self.pillar_root.join(SLS_FILE);
        // Salt also reads a folder of this name.
        if fs::symlink_metadata(path.with_extension("")).is_ok() {
            return Err(SetupError::Taken(path.with_extension("")));
        }
        match fs::read_to_string(&path) {
            Ok(text) if text.contains(SIGNATURE) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => Ok(None),
            _ => Err(SetupError::Taken(path)),
        }
    }

    /// Reads the top file. Returns its path, and `None` if it does not exist.
    fn read_top_file(&self) -> Result<(PathBuf, Option<String>), SetupError> {
        let path = self.pillar_root.join(TOP_FILE);
        match fs::read_to_string(&path) {
            Ok(text) => Ok((path, Some(text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((path, None)),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    /// Applies changes. The SLS file is written before the top file and removed after it, so that
    /// the stanza never names a missing file.
    ///
    /// # Errors
    ///
    /// Returns the error of the first system call that failed.
    pub(super) fn apply(&self, changes: &SetupChanges) -> Result<(), SetupError> {
        let (sls_file, top_file) = (self.pillar_root.join(SLS_FILE), self.pillar_root.join(TOP_FILE));
        if let Some(FileChange::Write(text)) = &changes.sls_file {
            replace(&sls_file, text).map_err(|error| failed("write", &sls_file)(error.cause.into()))?;
        }
        match &changes.top_file {
            None => {}
            Some(FileChange::Remove) => remove(&top_file).map_err(of_file_system)?,
            Some(FileChange::Write(text)) => {
                replace(&top_file, text).map_err(|error| failed("write", &top_file)(error.cause.into()))?;
            }
        }
        if changes.sls_file == Some(FileChange::Remove) {
            remove(&sls_file).map_err(of_file_system)?;
        }
        Ok(())
    }
}

/// Returns the text of the SLS file for a published folder.
fn sls_text(out: &Path) -> Result<String, SetupError> {
    let path = out.to_str().ok_or_else(|| SetupError::NotUtf8(out.to_owned()))?;
    // A JSON string is also a Python string.
    let published = serde_json::to_string(path).expect("a string serializes");
    Ok(SLS_TEXT.replace(PUBLISHED, &format!("PUBLISHED = {published}")))
}

impl SetupChanges {
    /// Returns true if nothing changes.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.sls_file.is_none() && self.top_file.is_none()
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SetupError {
    let path = path.to_owned();
    move |cause| SetupError::System { action, path, cause }
}

fn of_file_system(error: FileError) -> SetupError {
    SetupError::System { action: error.action, path: error.path, cause: error.cause.into() }
}
