//! The files that a run reads and writes, apart from the route file.

use std::path::{Path, PathBuf};

use crate::fs::{Attributes, FileError, Root};
use crate::router::document;
use crate::router::own_folder;

/// The path where Salt writes the peers of this node (`contract::peers`).
pub const PEERS_PATH: &str = "/var/lib/128technology/plugins/loopback-static-routes/peers.json";

/// The table of host names (`hosts(5)`).
const HOSTS_PATH: &str = "/etc/hosts";

/// The maximum size of the list of peers and of `/etc/hosts`, in bytes.
const LARGEST_LIST: usize = 1024 * 1024;

/// The maximum size of a record, in bytes. A route takes about 40, and a conflict about 100.
const LARGEST_RECORD: usize = 64 * 1024 * 1024;

/// The mode of a record.
const RECORD_MODE: u32 = 0o600;

/// A document as it is on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentBytes {
    /// The content.
    pub bytes: Vec<u8>,
    /// The time of the last change, in seconds since the epoch.
    pub modified: Option<i64>,
}

/// The files of a machine. Tests replace them by a twin in memory, since the states of a trial can
/// be explored only there. All other tests of files use the real ones.
pub trait Files {
    /// Returns the path of the document, for messages.
    fn document_path(&self) -> PathBuf;

    /// Reads the document. `None` if the run is to remove the plugin's routes.
    ///
    /// # Errors
    ///
    /// The document cannot be read.
    fn document(&self) -> Result<Option<DocumentBytes>, FileError>;

    /// Returns the path of the list of peers, for messages.
    fn peers_path(&self) -> PathBuf;

    /// Reads the list of peers; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The list cannot be read.
    fn peers(&self) -> Result<Option<Vec<u8>>, FileError>;

    /// Reads the table of host names. One that cannot be read is empty.
    fn hosts(&self) -> Vec<u8>;

    /// Reads a record in the plugin's own folder; `None` if it is missing.
    ///
    /// # Errors
    ///
    /// The record cannot be read.
    fn record(&self, name: &str) -> Result<Option<Vec<u8>>, FileError>;

    /// Replaces a record, durably.
    ///
    /// # Errors
    ///
    /// The record cannot be written, and is unchanged.
    fn write_record(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError>;

    /// Removes a record, if there is one.
    ///
    /// # Errors
    ///
    /// The record cannot be removed.
    fn remove_record(&mut self, name: &str) -> Result<(), FileError>;
}

/// The files beneath a root.
pub(crate) struct RootFiles<'r> {
    root: &'r Root,
    document: Option<&'r Path>,
    /// The working directory, if the path of the document is relative.
    working_directory: Option<Root>,
}

impl<'r> RootFiles<'r> {
    /// Finds the files: an absolute path of the document is beneath the root, a relative one is
    /// beneath the working directory.
    pub(crate) fn new(root: &'r Root, document: Option<&'r Path>) -> Result<Self, FileError> {
        let is_relative = document.is_some_and(Path::is_relative);
        let working_directory = if is_relative { Some(Root::working_directory()?) } else { None };
        Ok(Self { root, document, working_directory })
    }

    fn start(&self) -> &Root {
        self.working_directory.as_ref().unwrap_or(self.root)
    }
}

impl Files for RootFiles<'_> {
    fn document_path(&self) -> PathBuf {
        self.document.map(|path| self.start().display_path(path)).unwrap_or_default()
    }

    fn document(&self) -> Result<Option<DocumentBytes>, FileError> {
        let Some(path) = self.document else { return Ok(None) };
        let contents = self.start().read(path, document::LARGEST)?;
        Ok(Some(DocumentBytes { bytes: contents.bytes, modified: Some(contents.description.modified.0) }))
    }

    fn peers_path(&self) -> PathBuf {
        self.root.display_path(Path::new(PEERS_PATH))
    }

    fn peers(&self) -> Result<Option<Vec<u8>>, FileError> {
        read(self.root, Path::new(PEERS_PATH), LARGEST_LIST)
    }

    fn hosts(&self) -> Vec<u8> {
        self.root.read(HOSTS_PATH, LARGEST_LIST).map(|contents| contents.bytes).unwrap_or_default()
    }

    fn record(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        read(self.root, &Path::new(own_folder::PATH).join(name), LARGEST_RECORD)
    }

    fn write_record(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let folder = own_folder::open(self.root)?;
        let staged = folder.stage(name, [bytes], &Attributes::of_mode(RECORD_MODE))?;
        staged.flush().and_then(|()| folder.commit(name)).and_then(|()| folder.flush()).inspect_err(|_| {
            let _ = folder.discard(name);
        })
    }

    fn remove_record(&mut self, name: &str) -> Result<(), FileError> {
        match self.root.folder(own_folder::PATH) {
            Ok(folder) => folder.remove(name),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Reads a file; `None` if it is missing.
fn read(root: &Root, path: &Path, limit: usize) -> Result<Option<Vec<u8>>, FileError> {
    match root.read(path, limit) {
        Ok(contents) => Ok(Some(contents.bytes)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
