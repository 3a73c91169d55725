//! What is wanted and what the files are: all that a run knows before it looks at the kernel.

use std::path::{Path, PathBuf};

use crate::router::diff::Goal;
use crate::router::document::{self, BadDocument, Desired};
use crate::router::files::{Existing, FileError, Files, Folder};
use crate::router::kernel::{KernelError, Protocol};
use crate::router::reconcile::{Cause, Failure};
use crate::router::route_file::{self, FilePlan, InstalledFile, SourcedAsRoot};

/// The document, the route file, and what follows from the two.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The document's bytes, to know whether it changed meanwhile.
    pub config: Vec<u8>,
    /// What the document says.
    pub desired: Desired,
    /// How the route file is named to people.
    pub path: PathBuf,
    /// The route file; `None`: there is none.
    pub file: Option<Existing>,
    /// What is to become of the file.
    pub plan: FilePlan,
    /// What the kernel is to hold.
    pub goal: Goal,
}

/// Why a run ends without having done what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{error}{}", taken_back(.undone.as_ref()))]
    File {
        /// What failed.
        error: FileError,
        /// Whether what had been changed before was taken back; `None`: nothing had been.
        undone: Option<Result<(), Cause>>,
    },
    /// The document is not to be followed.
    #[error("{} is not followed: {}", path.display(), faults(.bad))]
    Document {
        /// The document.
        path: PathBuf,
        /// What is wrong with it.
        bad: BadDocument,
    },
    /// The route file would be run as a program.
    #[error(
        "{}:{}: {:?}: with such a line the network scripts run the whole file as root; write it as \"PREFIX via GATEWAY dev INTERFACE\"",
        path.display(), .line.line, .line.text
    )]
    Sourced {
        /// The route file.
        path: PathBuf,
        /// The line.
        line: SourcedAsRoot,
    },
    /// Another run holds the lock.
    #[error("another run is at work on {} and does not come to an end (fuser tells which holds its folder)", .0.display())]
    Busy(PathBuf),
    /// The kernel could not be asked.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// The kernel could not be put right.
    #[error("{}{}", .0.cause, taken_back(Some(&.0.undone)))]
    Reconcile(Failure),
    /// The new route file may not last.
    #[error("{0}. Route file and kernel are as they should be, but a power cut may bring the old file back")]
    Flush(FileError),
    /// After the route file was put in its place, the kernel could not be looked at, or put right, once more.
    #[error("{}. The route file is in its place, and the kernel was right before that; run this again to be sure", .0.cause)]
    Afterwards(Failure),
    /// The document changes on and on.
    #[error("{} changes as fast as it is followed; what it said last but one is in place", .0.display())]
    Restless(PathBuf),
}

fn taken_back(undone: Option<&Result<(), Cause>>) -> String {
    match undone {
        None => String::new(),
        Some(Ok(())) => ". What this run changed was taken back: kernel and route file are as they were".to_owned(),
        Some(Err(cause)) => format!(". What this run changed could not be taken back whole: {cause}"),
    }
}

fn faults(bad: &BadDocument) -> String {
    let named: Vec<String> = bad.faults.iter().take(5).map(ToString::to_string).collect();
    let more = bad.faults.len() - named.len();
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    named.join("; ") + &more
}

impl Error {
    /// Whether it is about what was given, not about the system: somebody has to mend it.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        matches!(self, Self::Document { .. } | Self::Sourced { .. })
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::File { error, undone: None }
    }
}

/// Reads the document and the route file, and plans what is to become of the file. Without a document, the plugin is off.
///
/// # Errors
///
/// One of them cannot be read or is not to be followed. Nothing may be changed then.
pub fn look(files: &Files, folder: Option<&Folder>, config: Option<&Path>) -> Result<Situation, Error> {
    let (bytes, desired) = match config {
        Some(config) => read_document(files, config)?,
        None => (Vec::new(), Desired { router: String::new(), node: String::new(), routes: None }),
    };
    let (file, backup) = match folder {
        None => (None, None),
        Some(folder) => (folder.read()?, folder.read_backup()?),
    };
    let path = files.outside(Path::new(super::files::NETWORK_SCRIPTS)).join(crate::contract::route_file::FILE_NAME);
    fn contents(existing: Option<&Existing>) -> Option<&[u8]> {
        existing.map(|file| &file.bytes[..])
    }
    let plan = route_file::plan(contents(file.as_ref()), contents(backup.as_ref()), desired.routes.as_deref())
        .map_err(|line| Error::Sourced { path: path.clone(), line })?;
    let goal = match &desired.routes {
        Some(routes) => Goal::new(routes.clone(), Protocol::OURS, &plan.before),
        // As the network scripts would put them in.
        None => Goal::new(plan.restored.clone(), Protocol::BOOT, &plan.before),
    };
    Ok(Situation { config: bytes, desired, path, file, plan, goal })
}

fn read_document(files: &Files, config: &Path) -> Result<(Vec<u8>, Desired), Error> {
    let bytes = files.read_config(config)?;
    let desired = document::parse(&bytes).map_err(|bad| Error::Document { path: files.outside(config), bad })?;
    Ok((bytes, desired))
}

impl Situation {
    /// The route file's routes that are ours, as it is now.
    #[must_use]
    pub fn installed(&self) -> InstalledFile {
        InstalledFile::parse(self.file.as_ref().map_or(&[][..], |file| &file.bytes))
    }
}
