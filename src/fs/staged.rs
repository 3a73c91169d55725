//! Files and folders that have temporary names until they are complete.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write as _;
#[cfg(feature = "conductor")]
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno;

#[cfg(feature = "conductor")]
use super::FOLDER_MODE;
use super::file::{self, Attributes, Description};
use super::{Cause, FileError, Folder, TEMPORARY_PREFIX, TEMPORARY_SUFFIX};

/// A file that was written under a temporary name.
pub(crate) struct Staged {
    file: File,
    path: PathBuf,
}

impl Staged {
    /// Describes the file.
    pub(crate) fn describe(&self) -> Result<Description, FileError> {
        file::describe(&self.file).map_err(|cause| self.failed("read", cause))
    }

    /// Makes the file's bytes durable.
    pub(crate) fn flush(&self) -> Result<(), FileError> {
        fs::fsync(&self.file).map_err(|error| self.failed("flush", error.into()))
    }

    fn failed(&self, action: &'static str, cause: Cause) -> FileError {
        FileError { action, path: self.path.clone(), cause }
    }
}

impl Folder {
    /// Writes a file of these pieces under a temporary name in its folder. A file that already has
    /// that name is removed.
    ///
    /// If this fails, nothing is left.
    pub(crate) fn stage(
        &self,
        name: impl AsRef<OsStr>,
        pieces: impl IntoIterator<Item = impl AsRef<[u8]>>,
        attributes: &Attributes,
    ) -> Result<Staged, FileError> {
        let temporary = temporary_name(name.as_ref());
        self.remove(&temporary)?;
        self.create(&temporary, pieces, attributes).inspect_err(|_| {
            // The first failure is reported. A later run removes the rest.
            let _ = self.remove(&temporary);
        })
    }

    /// Writes a file of these pieces, whose name is not taken.
    ///
    /// If this fails, a part of the file may be left.
    pub(crate) fn create(
        &self,
        name: impl AsRef<OsStr>,
        pieces: impl IntoIterator<Item = impl AsRef<[u8]>>,
        attributes: &Attributes,
    ) -> Result<Staged, FileError> {
        let name = name.as_ref();
        let written = self.write_new(name, pieces, attributes);
        let file = written.map_err(|cause| self.failed("write", name, cause))?;
        Ok(Staged { file, path: self.path.join(name) })
    }

    fn write_new(
        &self,
        name: &OsStr,
        pieces: impl IntoIterator<Item = impl AsRef<[u8]>>,
        attributes: &Attributes,
    ) -> Result<File, Cause> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(fs::openat(&self.descriptor, name, flags, Mode::RUSR | Mode::WUSR)?);
        pieces.into_iter().try_for_each(|piece| file.write_all(piece.as_ref()))?;
        attributes.apply(&file)?;
        Ok(file)
    }

    /// Makes the bytes of a staged file durable.
    pub(crate) fn flush_staged(&self, name: impl AsRef<OsStr>) -> Result<(), FileError> {
        self.flush_file(temporary_name(name.as_ref()))
    }

    /// Makes the bytes of a file durable.
    pub(crate) fn flush_file(&self, name: impl AsRef<OsStr>) -> Result<(), FileError> {
        let name = name.as_ref();
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let flushed = fs::openat(&self.descriptor, name, flags, Mode::empty()).and_then(fs::fsync);
        flushed.map_err(|error| self.failed("flush", name, error.into()))
    }

    /// Renames a staged file to its final name. If this fails, the old file keeps the name.
    pub(crate) fn commit(&self, name: impl AsRef<OsStr>) -> Result<(), FileError> {
        self.rename(temporary_name(name.as_ref()), name)
    }

    /// Gives the file that was staged for one name another name, unless it is taken. Returns false
    /// if it is.
    pub(crate) fn commit_new(&self, staged: impl AsRef<OsStr>, place: impl AsRef<OsStr>) -> Result<bool, FileError> {
        let (staged, place) = (temporary_name(staged.as_ref()), place.as_ref());
        match fs::linkat(&self.descriptor, &staged, &self.descriptor, place, AtFlags::empty()) {
            Ok(()) => self.remove(&staged).map(|()| true),
            Err(Errno::EXIST) => Ok(false),
            // A file system without hard links.
            Err(Errno::PERM | Errno::OPNOTSUPP) if !self.has(place) => self.rename(&staged, place).map(|()| true),
            Err(error) => Err(self.failed("create", place, error.into())),
        }
    }

    /// Renames the file that was staged for one name to another name.
    pub(crate) fn commit_as(&self, staged: impl AsRef<OsStr>, place: impl AsRef<OsStr>) -> Result<(), FileError> {
        self.rename(temporary_name(staged.as_ref()), place)
    }

    /// Returns the names for which files are staged in the folder.
    #[cfg(feature = "conductor")]
    pub(crate) fn staged_names(&self) -> Result<Vec<OsString>, FileError> {
        let names = self.entries()?;
        let staged_name = |entry: &fs::DirEntry| {
            let name = entry.file_name().to_bytes().strip_prefix(TEMPORARY_PREFIX.as_bytes())?;
            let name = name.strip_suffix(TEMPORARY_SUFFIX.as_bytes())?;
            Some(OsStr::from_bytes(name).to_owned())
        };
        Ok(names.iter().filter_map(staged_name).collect())
    }

    /// Removes a staged file, if there is one.
    pub(crate) fn discard(&self, name: impl AsRef<OsStr>) -> Result<(), FileError> {
        self.remove(temporary_name(name.as_ref()))
    }

    /// Creates a folder under a temporary name. A file or folder that already has that name is
    /// removed, with all that is in it.
    #[cfg(feature = "conductor")]
    pub(crate) fn stage_folder(&self, name: impl AsRef<OsStr>) -> Result<(), FileError> {
        let temporary = temporary_name(name.as_ref());
        let made = match self.make_folder(&temporary) {
            Err(Errno::EXIST) => {
                self.remove_all(&temporary)?;
                self.make_folder(&temporary)
            }
            other => other,
        };
        made.map_err(|error| self.failed("create", &temporary, error.into()))
    }

    /// Removes a staged folder with all that is in it, if there is one.
    #[cfg(feature = "conductor")]
    pub(crate) fn discard_folder(&self, name: impl AsRef<OsStr>) -> Result<(), FileError> {
        self.remove_all(&temporary_name(name.as_ref()))
    }

    /// Removes a file, or a folder with all that is in it, if it exists.
    #[cfg(feature = "conductor")]
    fn remove_all(&self, name: &OsStr) -> Result<(), FileError> {
        match self.remove(name) {
            Err(error) if error.is_folder() => {}
            other => return other,
        }
        if self.remove_folder(name)? {
            return Ok(());
        }
        let failed = |error: Errno| self.failed("remove", name, error.into());
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || fs::openat(&self.descriptor, name, flags, Mode::empty());
        let opened = match open() {
            // A killed run may leave the mode of the umask.
            Err(Errno::ACCESS) => {
                let mode = Mode::from_raw_mode(FOLDER_MODE);
                fs::chmodat(&self.descriptor, name, mode, AtFlags::empty()).and_then(|()| open())
            }
            opened => opened,
        };
        let descriptor = opened.map_err(failed)?;
        let folder = Self::new(descriptor, self.path.join(name));
        for entry in folder.entries()? {
            let name = entry.file_name().to_bytes();
            if !matches!(name, b"." | b"..") {
                folder.remove_all(OsStr::from_bytes(name))?;
            }
        }
        if self.remove_folder(name)? { Ok(()) } else { Err(failed(Errno::NOTEMPTY)) }
    }

    #[cfg(feature = "conductor")]
    fn entries(&self) -> Result<Vec<fs::DirEntry>, FileError> {
        let entries = fs::Dir::read_from(&self.descriptor).and_then(Iterator::collect);
        entries.map_err(|error| self.failed_here("read", error))
    }
}

/// Returns the name of a file while it is written.
fn temporary_name(name: &OsStr) -> OsString {
    let mut temporary = OsString::from(TEMPORARY_PREFIX);
    temporary.push(name);
    temporary.push(TEMPORARY_SUFFIX);
    temporary
}
