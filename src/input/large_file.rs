//! A large file whose text is not kept.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::load::{Bytes, LARGE, SourceText, State, state};

/// A large file, which is read in pieces.
pub(super) struct LargeFile {
    file: File,
    length: usize,
    at: FileState,
}

/// A file in the state in which it was read.
#[derive(Debug)]
pub(super) struct FileState {
    path: PathBuf,
    state: State,
}

/// Returns true for a regular file or a folder, and not for a pipe.
pub(super) fn can_be_read_again(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() || metadata.is_dir())
}

impl LargeFile {
    /// Opens a file. `None` if it is small, not a regular file, or cannot be opened.
    ///
    /// A pipe is not opened: its writer would fail when it is closed.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let length = usize::try_from(metadata.len()).ok().filter(|length| metadata.is_file() && *length >= LARGE)?;
        let at = FileState { path: path.to_owned(), state: state(&metadata) };
        let file = File::open(path).ok()?;
        (state(&file.metadata().ok()?) == at.state).then_some(Self { file, length, at })
    }

    /// Returns the size in bytes.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Fills a buffer with the bytes from an offset on.
    pub(super) fn read(&self, buffer: &mut [u8], at: usize) -> io::Result<()> {
        self.file.read_exact_at(buffer, at as u64)
    }

    /// Returns the state in which the file was read. `None` if it changed in the meantime.
    pub(super) fn finish(self) -> Option<FileState> {
        self.at.is_current().then_some(self.at)
    }
}

impl FileState {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the text of the file. `None` if the file is not as it was.
    pub(super) fn load(&self) -> Option<SourceText> {
        let bytes = Bytes::of_file(&self.path).ok().filter(|_| self.is_current())?;
        SourceText::new(bytes).ok()
    }

    fn is_current(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|metadata| state(&metadata) == self.state)
    }
}
