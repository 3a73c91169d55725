//! The output folder of a run: every access to the file system.
//!
//! A path is relative to the folder and cannot escape it: links inside it are not followed.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::fs::{self, Attributes, Contents, Description, FILE_MODE, FileError, FileMode, Identity, OpenFile, Root};
use crate::publish::error::PublishError;
use crate::publish::new_folders::{self, NewFolders};
use crate::publish::opening::LockedFolder;
use crate::publish::paths::{folders_of, split};
use crate::publish::stamp::{Moment, Stamp};

/// The most files that are flushed one by one. For more files, the whole file system is flushed,
/// which waits for the data of other programs too.
pub(crate) const FEW_FILES: usize = 32;

/// The longest interval between two ticks of a file system's clock, with a margin.
///
/// No kernel's clock ticks less often than every ten milliseconds (`time(7)`, "jiffies"). The
/// program does not wait for file systems that only store seconds.
const LONGEST_TICK: Duration = Duration::from_millis(20);

/// The pieces of an empty file.
const NOTHING: &[&[u8]] = &[];

/// The output folder of a run, which is locked until this value is dropped.
pub(crate) struct Store {
    folder: LockedFolder,
    /// The device of the folder, if its file system has times that show every change of a file.
    exact_device: Option<u64>,
    /// True if `syncfs(2)` reports data that could not be written.
    syncfs_reports: bool,
    new_folders: NewFolders,
}

/// The folder in which a file is staged.
enum StagingFolder {
    /// The folder of the file. The file has a temporary name.
    Final(fs::Folder),
    /// A folder that has a temporary name, or is in one that has. The file has its final name.
    New(fs::Folder),
}

/// A file that has its final path.
pub(crate) enum Committed {
    /// The file was renamed. It has this stamp now, if it can be described.
    Renamed(Option<Stamp>),
    /// The new folder with the file was renamed. This changes nothing about the file.
    InNewFolder,
}

/// A file of the output folder. It was described before its bytes were read.
pub(crate) struct StoredFile {
    pub(crate) bytes: Vec<u8>,
    pub(crate) stamp: Stamp,
    pub(crate) mode: u32,
}

impl StoredFile {
    fn new(contents: Contents) -> Self {
        let Contents { bytes, description } = contents;
        Self { bytes, stamp: stamp_of(&description), mode: description.mode }
    }
}

/// A folder in the output folder.
pub(crate) struct OutputFolder(fs::Folder);

impl OutputFolder {
    /// Returns the stamp of a file in the folder. This takes one system call, and [`Store::stamp`]
    /// takes three.
    pub(crate) fn stamp(&self, name: &str) -> Option<Stamp> {
        self.0.describe(name).map(|description| stamp_of(&description))
    }
}

impl Store {
    /// Returns the store of a locked folder.
    pub(crate) fn new(folder: LockedFolder) -> Self {
        let exact_device = folder.root.as_folder().device_with_exact_times();
        Self { folder, exact_device, syncfs_reports: fs::syncfs_reports_errors(), new_folders: NewFolders::default() }
    }

    /// Returns the identity of the folder.
    pub(crate) fn identity(&self) -> Result<Identity, FileError> {
        self.root().as_folder().identity()
    }

    /// Fails if the folder or its lock file has lost its name. Then another run may publish to the
    /// one that has the name now. Fails too if the name of a new folder is taken.
    pub(crate) fn check_before_commit(&self) -> Result<(), PublishError> {
        if !self.folder.is_current() {
            return Err(PublishError::Replaced(self.root().as_folder().path().to_owned()));
        }
        Ok(self.new_folders.check(self.root())?)
    }

    fn root(&self) -> &Root {
        &self.folder.root
    }

    /// Reads a file. Returns `None` if there is none, or if the name belongs to a link or a special
    /// file, which a new file can replace. A folder is an error, because its content is not ours to
    /// remove.
    pub(crate) fn read(&self, path: &str) -> Result<Option<StoredFile>, FileError> {
        self.read_after(path, |_| ())
    }

    /// Reads a file, as [`Self::read`] does. `first` gets the open file before it is described.
    pub(crate) fn read_after(
        &self,
        path: &str,
        first: impl FnOnce(&OpenFile),
    ) -> Result<Option<StoredFile>, FileError> {
        let read = self.root().open_file(path).and_then(|file| {
            first(&file);
            file.read(usize::MAX)
        });
        match read {
            Ok(contents) => Ok(Some(StoredFile::new(contents))),
            Err(error) if error.is_folder() => Err(FileError { action: "replace", ..error }),
            Err(error) if error.is_replaceable() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads an artefact, as [`Self::read`] does. If this user may not read it, the result is
    /// `None` too: a new file can replace it, if the folder allows that.
    pub(crate) fn read_artefact(
        &self,
        path: &str,
        first: impl FnOnce(&OpenFile),
    ) -> Result<Option<StoredFile>, FileError> {
        match self.read_after(path, first) {
            Err(error) if error.is_denied() => Ok(None),
            read => read,
        }
    }

    /// Returns the mode of a folder; `None` if there is none. All folders around it must be known
    /// as folders.
    pub(crate) fn folder_mode(&self, path: &str) -> Option<FileMode> {
        self.root().folder_mode(path)
    }

    /// Returns the mode of a file; `None` if there is none.
    pub(crate) fn file_mode(&self, path: &str) -> Result<Option<FileMode>, FileError> {
        self.root().file_mode(path)
    }

    /// Sets the mode of a file or folder.
    pub(crate) fn set_mode(&self, path: &str, mode: u32) -> Result<(), FileError> {
        self.root().set_mode(path, mode)
    }

    /// Returns the stamp of a file; `None` if there is none, or its metadata cannot be read.
    pub(crate) fn stamp(&self, path: &str) -> Option<Stamp> {
        self.root().describe(path).map(|description| stamp_of(&description))
    }

    /// Returns the stamp of a file, as [`Self::stamp`] does, with one system call instead of three.
    /// All folders around it must be known as folders.
    pub(crate) fn stamp_in_known_folders(&self, path: &str) -> Option<Stamp> {
        self.root().describe_in_known_folders(path).map(|description| stamp_of(&description))
    }

    /// Opens a folder to describe many of its files.
    pub(crate) fn folder(&self, path: &str) -> Option<OutputFolder> {
        self.root().folder(path).ok().map(OutputFolder)
    }

    /// Returns true if this run may take stamps: the file system has times that show every change.
    pub(crate) fn has_exact_times(&self) -> bool {
        self.exact_device.is_some()
    }

    /// Returns true if the file is on the file system whose times show every change. Another one
    /// may be mounted on a folder.
    pub(crate) fn is_exact(&self, stamp: &Stamp) -> bool {
        self.exact_device == Some(stamp.device)
    }

    /// Returns the time of the file system's clock. All earlier changes have this time or an
    /// earlier one, and all later changes have this time or a later one.
    ///
    /// To learn the time, this writes the temporary file of `path`, and removes it.
    pub(crate) fn time(&self, path: &str) -> Result<Moment, FileError> {
        let stamp = self.write_temporary(path, NOTHING)?;
        self.discard(path)?;
        Ok(stamp.changed)
    }

    /// Waits until the file system's clock has ticked after a time, and returns its time. All
    /// earlier changes have an earlier time.
    ///
    /// The clock ticks every few milliseconds, and all changes within a tick have the same time. If
    /// no tick comes, the result is the given time. `path` is that of [`Self::time`].
    pub(crate) fn tick_after(&self, before: Moment, path: &str) -> Result<Moment, FileError> {
        for _ in 0..LONGEST_TICK.as_millis() {
            let now = self.time(path)?;
            if now > before {
                return Ok(now);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(before)
    }

    /// Writes a file of these pieces under a temporary name, with its mode. If folders on the way
    /// to it are missing, it is written into a [new folder](NewFolders).
    pub(crate) fn write_temporary(
        &self,
        path: &str,
        pieces: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<Stamp, FileError> {
        let (folder, name) = split(path);
        let attributes = Attributes::of_mode(FILE_MODE);
        let staged = match self.staging_folder(path, folder)? {
            StagingFolder::Final(folder) => folder.stage(name, pieces, &attributes)?,
            StagingFolder::New(folder) => folder.create(name, pieces, &attributes)?,
        };
        Ok(stamp_of(&staged.describe()?))
    }

    fn staging_folder(&self, path: &str, folder: &str) -> Result<StagingFolder, FileError> {
        let open = || self.root().folder(folder);
        let known = |opened: Result<fs::Folder, FileError>| {
            opened.map(StagingFolder::Final).map_err(|error| self.about("write", path, error))
        };
        let temporary = match self.new_folders.temporary(folder) {
            None => match open() {
                Err(error) if error.is_not_found() => self.new_folders.begin(self.root(), folder)?,
                opened => return known(opened),
            },
            temporary => temporary,
        };
        match temporary {
            Some(temporary) => self.root().create_folder(temporary).map(StagingFolder::New),
            // Another program made it in the meantime.
            None => known(open()),
        }
    }

    /// Renames the file that [`Self::write_temporary`] wrote to its final name, or the new folder
    /// with it. A reader sees the old file or the new one.
    pub(crate) fn commit(&self, path: &str) -> Result<Committed, FileError> {
        let (folder, name) = split(path);
        if self.new_folders.commit(self.root(), folder)? {
            return Ok(Committed::InNewFolder);
        }
        let folder = self.root().folder(folder).map_err(|error| self.about("replace", path, error))?;
        folder.commit(name)?;
        Ok(Committed::Renamed(folder.describe(name).map(|description| stamp_of(&description))))
    }

    /// Makes everything in the file system of the folder durable.
    pub(crate) fn flush_file_system(&self) -> Result<(), FileError> {
        self.root().as_folder().flush_file_system()
    }

    /// Removes the file that [`Self::write_temporary`] wrote, if it exists.
    pub(crate) fn discard(&self, path: &str) -> Result<(), FileError> {
        self.remove_with(path, |folder, name| folder.discard(name))
    }

    /// Removes a file, if it exists.
    pub(crate) fn remove(&self, path: &str) -> Result<(), FileError> {
        self.remove_with(path, |folder, name| folder.remove(name))
    }

    fn remove_with(
        &self,
        path: &str,
        remove: impl Fn(&fs::Folder, &str) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        let (folder, name) = split(path);
        match self.root().folder(folder) {
            Ok(folder) => match remove(&folder, name) {
                // A folder in the place of a file is not ours.
                Err(error) if error.is_folder() => Ok(()),
                other => other,
            },
            Err(error) if error.is_unreachable() => Ok(()),
            Err(error) => Err(self.about("remove", path, error)),
        }
    }

    /// Removes the empty folders on the way to a file, innermost first.
    pub(crate) fn prune(&self, path: &str) -> Result<(), FileError> {
        let (mut folder, _) = split(path);
        while !folder.is_empty() {
            let (parent, name) = split(folder);
            match self.root().folder(parent) {
                Ok(opened) if !opened.remove_folder(name)? => return Ok(()),
                Ok(_) => {}
                Err(error) if error.is_not_found() => {}
                Err(error) if error.is_unreachable() => return Ok(()),
                Err(error) => return Err(error),
            }
            folder = parent;
        }
        Ok(())
    }

    /// Flushes the temporary files of these files, so that they survive a power cut. Call it before
    /// [`Self::commit`]. If a rename survived without the data, the file would be empty.
    pub(crate) fn flush_temporaries(&self, paths: &[&str]) -> Result<(), FileError> {
        if self.flushes_at_once(paths.len()) {
            return self.flush_file_system();
        }
        let mut new = BTreeSet::new();
        for path in paths {
            let (folder, name) = split(path);
            let failed = |error| self.about("flush", path, error);
            if let Some(temporary) = self.new_folders.temporary(folder) {
                self.root().folder(&temporary).map_err(failed)?.flush_file(name)?;
                new.insert(temporary + "/");
            } else {
                self.root().folder(folder).map_err(failed)?.flush_staged(name)?;
            }
        }
        folders_of(new.iter().map(String::as_str))
            .into_iter()
            .try_for_each(|folder| self.root().folder(folder)?.flush())
    }

    /// Returns a function that flushes the file system in another thread. A failure shows at the
    /// next flush of the store too. `None` on kernels that would lose it (`syncfs(2)`).
    pub(crate) fn flusher(&self) -> Option<impl FnOnce() + Send + 'static> {
        // A failure is reported once for each open folder.
        let folder = self.root().folder("").ok().filter(|_| self.syncfs_reports)?;
        Some(move || drop(folder.flush_file_system()))
    }

    /// Removes the new folders of this run that are not committed.
    pub(crate) fn discard_new_folders(&self) -> Result<(), FileError> {
        self.new_folders.discard(self.root())
    }

    /// Removes the new folders that a killed run may have made for these files.
    pub(crate) fn discard_old_folders<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Result<(), FileError> {
        folders_of(paths).into_iter().try_for_each(|folder| new_folders::discard(self.root(), folder))
    }

    /// Makes renames, removals and new folders durable: flushes each parent folder of these files.
    pub(crate) fn flush_folders(&self, paths: &[&str]) -> Result<(), FileError> {
        if self.flushes_at_once(paths.len()) {
            return self.flush_file_system();
        }
        let mut folders = folders_of(paths.iter().copied());
        folders.insert("");
        folders.into_iter().try_for_each(|folder| match self.root().folder(folder) {
            Ok(opened) => opened.flush(),
            // An empty folder was removed, and the flush of its parent records this. A link in its
            // place is not ours.
            Err(error) if error.is_unreachable() => Ok(()),
            Err(error) => Err(error),
        })
    }

    /// Returns the error about a file whose folder could not be opened.
    fn about(&self, action: &'static str, path: &str, error: FileError) -> FileError {
        FileError { action, path: self.root().display_path(path), ..error }
    }

    fn flushes_at_once(&self, files: usize) -> bool {
        self.syncfs_reports && files > FEW_FILES
    }
}

fn stamp_of(description: &Description) -> Stamp {
    Stamp {
        device: description.device,
        inode: description.inode,
        size: description.size,
        modified: Moment(description.modified.0, description.modified.1),
        changed: Moment(description.changed.0, description.changed.1),
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::names;
    use crate::fs;

    #[test]
    fn the_longest_name_leaves_room_for_that_of_the_temporary_file() {
        let room = fs::TEMPORARY_PREFIX.len() + fs::TEMPORARY_SUFFIX.len();
        assert_eq!(names::LONGEST_FILE_NAME + room, 255);
    }
}
