//! Connects a root of the Salt master: a pillar root with the published folder, or a file root with
//! the state of the plugins.
//!
//! This takes two changes: an SLS file in a root of the environment `base`, and a stanza of
//! constant size in its `top.sls`. A configuration file that sets `pillar_roots` or `file_roots`
//! would replace the whole table, with the roots of all other environments.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::compiled;
use super::error::{SetupError, Uneditable};
use super::top::{self, Connection, Disconnection};
use crate::fs::{Cause, FileError, Original};

/// The SLS file of a root. In a pillar root, it finds each minion's document. In a file root, it
/// includes the state.
///
/// It is a single file, since Salt lists all files of a pillar root for each pillar that it
/// compiles.
pub(super) const SLS_FILE: &str = "loopback_static_routes.sls";
const PILLAR_TEXT: &str = include_str!("../../../pillar/loopback_static_routes.sls");
const HIGHSTATE_TEXT: &str = include_str!("../../../templates/highstate.sls");
/// The line of the SLS file that is replaced by the path of the published folder.
const PUBLISHED: &str = "PUBLISHED = \"/nowhere\"";
/// The first lines of an SLS file that this program made.
const PILLAR_SIGNATURE: &[u8] = b"#!py\n# Made by 'loopback-static-routes salt-setup'";
const HIGHSTATE_SIGNATURE: &[u8] = b"#!jinja|yaml\n# Made by 'loopback-static-routes salt-setup'";

/// The environment of the user's roots.
pub(super) const USER_ENVIRONMENT: &str = "base";
/// The environment of the state.
pub(super) const PLUGIN_ENVIRONMENT: &str = "plugins";

/// The top file of a root.
pub(super) const TOP_FILE: &str = "top.sls";

/// The largest top file that is read, in bytes. One for 10,000 minions has less than a megabyte.
const LARGEST_TOP_FILE: usize = 32 << 20;

/// The largest SLS file that is read, in bytes. That of this program has a few kilobytes.
const LARGEST_SLS_FILE: usize = 1 << 20;

/// A root to connect.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    /// The root.
    pub(super) root: PathBuf,
    /// What it is connected with.
    pub(super) kind: Kind,
}

/// What a root is connected with.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A pillar root with the published documents.
    Pillar {
        /// The folder into which `generate` publishes.
        out: PathBuf,
    },
    /// A file root of the user with the state.
    Highstate,
    /// A file root of the plugins, which has the state already.
    PluginHighstate,
}

impl Kind {
    /// Returns the environment of the root.
    fn environment(&self) -> &'static str {
        match self {
            Self::Pillar { .. } | Self::Highstate => USER_ENVIRONMENT,
            Self::PluginHighstate => PLUGIN_ENVIRONMENT,
        }
    }

    /// Returns the text of the SLS file. `None` if the root needs none.
    fn text(&self) -> Result<Option<String>, SetupError> {
        match self {
            Self::Pillar { out } => sls_text(&fs::canonicalize(out).map_err(failed("find", out))?).map(Some),
            Self::Highstate => Ok(Some(HIGHSTATE_TEXT.to_owned())),
            Self::PluginHighstate => Ok(None),
        }
    }

    /// Returns the beginning of the SLS file. `None` if the root needs none.
    fn signature(&self) -> Option<&'static [u8]> {
        match self {
            Self::Pillar { .. } => Some(PILLAR_SIGNATURE),
            Self::Highstate => Some(HIGHSTATE_SIGNATURE),
            Self::PluginHighstate => None,
        }
    }
}

/// The changes that connect or disconnect a root.
pub(super) struct SetupChanges {
    /// The change of the SLS file.
    pub(super) sls_file: Option<FileChange>,
    /// The change of the top file.
    pub(super) top_file: Option<FileChange>,
    /// The reason why it is not known if Salt reads the stanza, which is there.
    pub(super) doubt: Option<Uneditable>,
    /// The files as they were read. A root may need no SLS file.
    sls: Option<Original>,
    top: Original,
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
    /// Returns the changes that connect the root.
    ///
    /// # Errors
    ///
    /// Returns an error if another file has the name of the SLS file, or if the top file cannot be
    /// read or edited safely.
    pub(super) fn plan(&self) -> Result<SetupChanges, SetupError> {
        let text = self.kind.text()?;
        let sls = self.read_sls_file()?;
        let sls_file = text.filter(|text| bytes_of(sls.as_ref()) != Some(text.as_bytes())).map(FileChange::Write);
        let top = self.read_top_file()?;
        let (top_file, doubt) = match top.bytes() {
            None => (Some(FileChange::Write(top::new_file(self.kind.environment()))), None),
            Some(bytes) => match top::connect(bytes, self.kind.environment()).map_err(|reason| self.refused(reason))? {
                Connection::Present => (None, None),
                Connection::Unchecked(doubt) => (None, Some(doubt)),
                Connection::Edited(text) => (Some(FileChange::Write(text)), None),
            },
        };
        Ok(SetupChanges { sls_file, top_file, doubt, sls, top })
    }

    /// Returns the changes that disconnect the root.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Self::plan`].
    pub(super) fn plan_removal(&self) -> Result<SetupChanges, SetupError> {
        let sls = self.read_sls_file()?;
        let sls_file = bytes_of(sls.as_ref()).map(|_| FileChange::Remove);
        let top = self.read_top_file()?;
        let bytes = top.bytes().unwrap_or_default();
        let disconnection = top::disconnect(bytes, self.kind.environment(), sls_file.is_some());
        let top_file = match disconnection.map_err(|reason| self.refused(reason))? {
            Disconnection::Absent => None,
            // A link is the user's, and so is the file that it leads to.
            Disconnection::Empty if self.root.join(TOP_FILE).is_symlink() => Some(FileChange::Write(String::new())),
            Disconnection::Empty => Some(FileChange::Remove),
            Disconnection::Edited(text) => Some(FileChange::Write(text)),
        };
        Ok(SetupChanges { sls_file, top_file, doubt: None, sls, top })
    }

    /// Returns true if the root has an SLS file that this program made.
    pub(super) fn is_connected(&self) -> bool {
        self.read_sls_file().is_ok_and(|sls| bytes_of(sls.as_ref()).is_some())
    }

    /// Reads the SLS file, if the root needs one.
    fn read_sls_file(&self) -> Result<Option<Original>, SetupError> {
        fs::metadata(&self.root).map_err(failed("find", &self.root))?;
        let Some(signature) = self.kind.signature() else { return Ok(None) };
        let path = self.root.join(SLS_FILE);
        // Salt also reads a folder of this name.
        if fs::symlink_metadata(path.with_extension("")).is_ok() {
            return Err(SetupError::Taken(path.with_extension("")));
        }
        if path.is_symlink() {
            return Err(SetupError::Taken(path));
        }
        match Original::read(&path, LARGEST_SLS_FILE) {
            Ok(original) if original.bytes().is_none_or(|bytes| bytes.starts_with(signature)) => Ok(Some(original)),
            Err(error) if matches!(error.cause, Cause::System(_)) => Err(of_file_system(error)),
            _ => Err(SetupError::Taken(path)),
        }
    }

    /// Reads the top file.
    fn read_top_file(&self) -> Result<Original, SetupError> {
        let path = self.root.join(TOP_FILE);
        let not_a_file = |problem| SetupError::NotAFile { path: path.clone(), problem };
        match Original::read(&path, LARGEST_TOP_FILE) {
            Ok(original) => Ok(original),
            Err(error) => Err(match &error.cause {
                Cause::Folder | Cause::Special => not_a_file("this is not a regular file; put one in its place"),
                _ if error.is_not_found() && path.is_symlink() => {
                    not_a_file("this is a symbolic link to a missing file; correct or remove the link")
                }
                _ => of_file_system(error),
            }),
        }
    }

    fn refused(&self, reason: Uneditable) -> SetupError {
        SetupError::Refused { path: self.root.join(TOP_FILE), reason }
    }

    /// Applies changes. The SLS file is written before the top file and removed after it, so that
    /// the stanza never names a missing file.
    ///
    /// # Errors
    ///
    /// Returns the error of the first system call that failed, or that another program changed a
    /// file. If the top file could not be changed, the SLS file is as it was before.
    pub(super) fn apply(&self, changes: &SetupChanges) -> Result<(), SetupError> {
        let (sls_file, top_file) = (self.root.join(SLS_FILE), self.root.join(TOP_FILE));
        for original in changes.sls.iter().chain([&changes.top]) {
            // They do no harm.
            let _ = original.remove_abandoned();
        }
        if let Some(FileChange::Write(_)) = changes.sls_file {
            apply_to(&sls_file, changes.sls.as_ref(), changes.sls_file.as_ref())?;
        }
        if let Err(error) = apply_to(&top_file, Some(&changes.top), changes.top_file.as_ref()) {
            if let Some(FileChange::Write(_)) = changes.sls_file
                && !names_sls_file(&top_file, changes)
            {
                // The first failure is reported.
                let _ = restore(&sls_file, bytes_of(changes.sls.as_ref()));
            }
            return Err(error);
        }
        if changes.sls_file == Some(FileChange::Remove) {
            apply_to(&sls_file, changes.sls.as_ref(), changes.sls_file.as_ref())?;
            compiled::remove(&self.root);
            return self.check_removed(changes);
        }
        self.check_written(changes)
    }

    /// Writes the SLS file again if a run with `--undo` removed it, after this run had seen it and
    /// before the top file got its name.
    fn check_written(&self, changes: &SetupChanges) -> Result<(), SetupError> {
        let Some(FileChange::Write(_)) = changes.top_file else { return Ok(()) };
        let bytes = match &changes.sls_file {
            Some(FileChange::Write(text)) => Some(text.as_bytes()),
            _ => bytes_of(changes.sls.as_ref()),
        };
        match bytes {
            Some(bytes) => restore_missing(&self.root.join(SLS_FILE), bytes).map_err(of_file_system),
            None => Ok(()),
        }
    }

    /// Writes the SLS file again if another run added the stanza, before this one removed the file.
    /// Each of two such runs looks for the work of the other one after its own. So one of them
    /// finds it.
    fn check_removed(&self, changes: &SetupChanges) -> Result<(), SetupError> {
        let path = self.root.join(TOP_FILE);
        let top = self.read_top_file()?;
        let left = match &changes.top_file {
            Some(FileChange::Write(text)) => Some(text.as_bytes()),
            Some(FileChange::Remove) => None,
            None => changes.top.bytes(),
        };
        let is_named = top.bytes().is_some_and(|bytes| memchr::memmem::find(bytes, top::SLS.as_bytes()).is_some());
        match bytes_of(changes.sls.as_ref()) {
            Some(bytes) if is_named && top.bytes() != left => {
                restore_missing(&self.root.join(SLS_FILE), bytes).map_err(of_file_system)?;
                Err(SetupError::Changed(path))
            }
            _ => Ok(()),
        }
    }
}

/// Writes a file, unless there is one.
fn restore_missing(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let found = Original::read(path, LARGEST_SLS_FILE)?;
    // If it appears in the meantime, another run wrote it.
    if found.bytes().is_none() { found.replace(bytes).map(drop) } else { Ok(()) }
}

/// Returns the bytes of a file that a root needs.
fn bytes_of(file: Option<&Original>) -> Option<&[u8]> {
    file.and_then(Original::bytes)
}

/// Changes a file, unless another program changed it since it was read.
fn apply_to(path: &Path, original: Option<&Original>, change: Option<&FileChange>) -> Result<(), SetupError> {
    let is_applied = match (original, change) {
        (_, None) | (None, _) => true,
        (Some(original), Some(FileChange::Write(text))) => original.replace(text.as_bytes()).map_err(of_file_system)?,
        (Some(original), Some(FileChange::Remove)) => original.remove().map_err(of_file_system)?,
    };
    if is_applied { Ok(()) } else { Err(SetupError::Changed(path.to_owned())) }
}

/// Returns true if the top file has the new text, although the change failed: it may fail after the
/// file was replaced.
fn names_sls_file(path: &Path, changes: &SetupChanges) -> bool {
    let Some(FileChange::Write(text)) = &changes.top_file else { return false };
    Original::read(path, LARGEST_TOP_FILE).is_ok_and(|top| top.bytes() == Some(text.as_bytes()))
}

/// Gives the SLS file the bytes that it had before this run, or removes it.
fn restore(path: &Path, bytes: Option<&[u8]>) -> Result<bool, FileError> {
    let written = Original::read(path, LARGEST_SLS_FILE)?;
    match bytes {
        None => written.remove(),
        Some(bytes) => written.replace(bytes),
    }
}

/// Returns the text of the SLS file for a published folder.
fn sls_text(out: &Path) -> Result<String, SetupError> {
    let path = out.to_str().ok_or_else(|| SetupError::NotUtf8(out.to_owned()))?;
    // A JSON string is also a Python string.
    let published = serde_json::to_string(path).expect("a string serializes");
    Ok(PILLAR_TEXT.replace(PUBLISHED, &format!("PUBLISHED = {published}")))
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Kind, SLS_FILE, Setup, TOP_FILE};
    use crate::commands::salt_setup::error::SetupError;

    /// Returns a setup of a pillar root, which is empty.
    fn setup() -> (tempfile::TempDir, Setup) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().to_owned();
        let setup = Setup { root: root.clone(), kind: Kind::Pillar { out: root } };
        (folder, setup)
    }

    #[test]
    fn a_top_file_that_changes_during_the_run_stays() {
        let (folder, setup) = setup();
        let path = |name: &str| folder.path().join(name);
        for before in [None, Some("base:\n")] {
            let _ = fs::remove_file(path(TOP_FILE));
            if let Some(before) = before {
                fs::write(path(TOP_FILE), before).expect("written");
            }
            let changes = setup.plan().expect("planned");
            fs::write(path(TOP_FILE), "base:\n  '*': [theirs]\n").expect("written");
            assert!(matches!(setup.apply(&changes), Err(SetupError::Changed(_))));
            assert_eq!(fs::read(path(TOP_FILE)).expect("there"), b"base:\n  '*': [theirs]\n");
            assert!(!path(SLS_FILE).exists());
        }
    }

    #[test]
    fn a_file_that_changes_during_the_undo_stays() {
        let (folder, setup) = setup();
        let path = |name: &str| folder.path().join(name);
        setup.apply(&setup.plan().expect("planned")).expect("applied");
        let changes = setup.plan_removal().expect("planned");
        let text = fs::read_to_string(path(TOP_FILE)).expect("there") + "  '*': [theirs]\n";
        fs::write(path(TOP_FILE), &text).expect("written");
        assert!(matches!(setup.apply(&changes), Err(SetupError::Changed(_))));
        assert_eq!(fs::read_to_string(path(TOP_FILE)).expect("there"), text);
        assert!(path(SLS_FILE).exists());
    }

    const TOP: &str = "base:\n  '*': [theirs]\n";

    /// A run with `--undo` removes the stanza, another run sees the SLS file, the first one removes
    /// it, and the other one adds the stanza.
    #[test]
    fn a_run_beside_an_undo_leaves_no_name_of_a_missing_file() {
        let (folder, setup) = setup();
        let path = |name: &str| folder.path().join(name);
        fs::write(path(TOP_FILE), TOP).expect("written");
        setup.apply(&setup.plan().expect("planned")).expect("applied");
        let sls = fs::read(path(SLS_FILE)).expect("there");
        fs::write(path(TOP_FILE), TOP).expect("written");
        let changes = setup.plan().expect("planned");
        fs::remove_file(path(SLS_FILE)).expect("removed");
        setup.apply(&changes).expect("applied");
        assert_ne!(fs::read_to_string(path(TOP_FILE)).expect("there"), TOP);
        assert_eq!(fs::read(path(SLS_FILE)).expect("there"), sls);
    }

    /// A run with `--undo` has removed the stanza, and another run adds it again before the first
    /// one removes the SLS file.
    #[test]
    fn an_undo_beside_a_run_leaves_no_name_of_a_missing_file() {
        let (folder, setup) = setup();
        let path = |name: &str| folder.path().join(name);
        fs::write(path(TOP_FILE), TOP).expect("written");
        setup.apply(&setup.plan().expect("planned")).expect("applied");
        let (sls, top) = (fs::read(path(SLS_FILE)).expect("there"), fs::read(path(TOP_FILE)).expect("there"));
        fs::write(path(TOP_FILE), TOP).expect("written");
        let changes = setup.plan_removal().expect("planned");
        fs::write(path(TOP_FILE), &top).expect("written");
        assert!(matches!(setup.apply(&changes), Err(SetupError::Changed(_))));
        assert_eq!(fs::read(path(TOP_FILE)).expect("there"), top);
        assert_eq!(fs::read(path(SLS_FILE)).expect("there"), sls);
    }
}
