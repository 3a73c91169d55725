//! The output folder: every call that touches the file system.
//!
//! A path is relative to the folder and never leaves it: no symbolic link inside is followed.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{self, AtFlags, FileType, FlockOperation, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

use crate::contract::names::{TEMPORARY_PREFIX, TEMPORARY_SUFFIX};
use crate::publish::stamps::{Moment, Stamp};

/// Up to this many files, each is flushed by itself: to flush the whole file system would wait for other programs' data too.
const FEW_FILES: usize = 32;

/// Mode of all files, whatever the umask: the Salt master may run as another user.
const FILE_MODE: Mode = Mode::from_raw_mode(0o644);
const FOLDER_MODE: Mode = Mode::from_raw_mode(0o755);

/// No kernel's clock ticks less often than every ten milliseconds (time(7), "jiffies"). File systems that tell seconds alone are not waited for.
const LONGEST_TICK: Duration = Duration::from_millis(20);

/// A folder that is being read or published to. It is locked for as long as this lives.
pub(crate) struct Store {
    root: OwnedFd,
    path: PathBuf,
    /// Whether `syncfs(2)` tells of data that could not be written: since Linux 5.8.
    syncfs_reports: bool,
}

/// A folder that was found without following a link.
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// [`Store::stamp`] of a file in it, by its name, with one call instead of three.
    pub(crate) fn stamp(&self, name: &str) -> Option<Stamp> {
        stamp_of_file(&fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).ok()?)
    }
}

/// How a folder is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// To compare with; others may compare too.
    Read,
    /// To publish to; the folder is made if it is not there.
    Write,
}

/// What failed, and on what.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {cause}", path.display())]
pub struct StoreError {
    /// The step.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub cause: io::Error,
}

impl Store {
    /// Opens and locks a folder. `None`: it is not there, and [`Access::Read`] makes none; or another run holds it for longer
    /// than `wait`, of which `on_wait` is told once.
    pub(crate) fn open(
        path: &Path,
        access: Access,
        wait: Duration,
        on_wait: &dyn Fn(),
    ) -> Result<Option<Store>, OpenError> {
        let failed = |action| move |cause: io::Error| StoreError { action, path: path.to_owned(), cause };
        if access == Access::Write && !path.exists() {
            std::fs::create_dir_all(path).map_err(failed("make"))?;
            fs::chmod(path, FOLDER_MODE).map_err(|error| failed("set the mode of")(error.into()))?;
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = match fs::open(path, flags, Mode::empty()) {
            Ok(root) => root,
            Err(Errno::NOENT) if access == Access::Read => return Ok(None),
            Err(error) => return Err(failed("open")(error.into()).into()),
        };
        let operation = match access {
            Access::Read => FlockOperation::NonBlockingLockShared,
            Access::Write => FlockOperation::NonBlockingLockExclusive,
        };
        // A wait beyond what the clock can tell is one without an end.
        let deadline = Instant::now().checked_add(wait);
        let mut told = false;
        loop {
            match fs::flock(&root, operation) {
                Ok(()) => break,
                Err(Errno::WOULDBLOCK) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => {
                    return Err(OpenError::Busy);
                }
                Err(Errno::WOULDBLOCK) => {
                    if !std::mem::replace(&mut told, true) {
                        on_wait();
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(error) => return Err(failed("lock")(error.into()).into()),
            }
        }
        Ok(Some(Store { root, path: path.to_owned(), syncfs_reports: syncfs_reports_errors() }))
    }

    /// A file's bytes; `None` where there is no such file, or something in its place that a file can replace. A folder is none:
    /// what is in it is not ours to remove.
    pub(crate) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read_stamped(path)?.map(|(bytes, _)| bytes))
    }

    /// The same, with how the file system described the file before it was read.
    pub(crate) fn read_stamped(&self, path: &str) -> Result<Option<(Vec<u8>, Stamp)>, StoreError> {
        let file = match self.open_beneath(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW) {
            Ok(file) => File::from(file),
            // ENXIO: a socket.
            Err(Errno::NOENT | Errno::LOOP | Errno::NOTDIR | Errno::NXIO) => return Ok(None),
            Err(error) => return Err(self.failed("read", path, error.into())),
        };
        let described = fs::fstat(&file).map_err(|error| self.failed("read", path, error.into()))?;
        match FileType::from_raw_mode(described.st_mode) {
            FileType::Directory => return Err(self.failed("replace", path, io::ErrorKind::IsADirectory.into())),
            FileType::RegularFile => {}
            _ => return Ok(None),
        }
        let stamp = stamp_of(&described);
        let mut bytes = Vec::with_capacity(usize::try_from(stamp.size).unwrap_or(0) + 1);
        (&file).read_to_end(&mut bytes).map_err(|cause| self.failed("read", path, cause))?;
        Ok(Some((bytes, stamp)))
    }

    /// How the file system describes a file; `None` where it is none, or cannot be looked at: to read it will tell.
    pub(crate) fn stamp(&self, path: &str) -> Option<Stamp> {
        let file = self.open_beneath(path, OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        stamp_of_file(&fs::fstat(file).ok()?)
    }

    /// A folder in which many files are looked at.
    pub(crate) fn folder(&self, path: &str) -> Option<Folder> {
        self.open_folder(path).ok().map(Folder)
    }

    /// A time of the file system's clock that is later than all that was done so far, found by writing beside `path`. The clock ticks every few milliseconds, and what
    /// is done within a tick looks as if done at once; so this waits for the next. Where none comes, the time is that of the tick that goes on.
    pub(crate) fn next_tick(&self, path: &str) -> Result<Moment, StoreError> {
        let first = self.write_temporary(path, b"")?.changed;
        for _ in 0..LONGEST_TICK.as_millis() {
            std::thread::sleep(Duration::from_millis(1));
            let now = self.write_temporary(path, b"")?.changed;
            if now > first {
                return Ok(now);
            }
        }
        Ok(first)
    }

    /// Writes a file beside its final place, with its mode, and makes the folders on the way.
    pub(crate) fn write_temporary(&self, path: &str, bytes: &[u8]) -> Result<Stamp, StoreError> {
        let (folder, name) = split(path);
        let write = || -> io::Result<Stamp> {
            let folder = self.make_folder(folder)?;
            let temporary = temporary_name(name);
            remove_if_there(&folder, &temporary)?;
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = fs::openat(&folder, temporary.as_str(), flags, FILE_MODE)?;
            fs::fchmod(&file, FILE_MODE)?;
            let mut file = File::from(file);
            file.write_all(bytes)?;
            Ok(stamp_of(&fs::fstat(&file)?))
        };
        write().map_err(|cause| self.failed("write", path, cause))
    }

    /// Puts what [`Self::write_temporary`] wrote in its place. A reader sees the old file or the new one.
    pub(crate) fn commit(&self, path: &str) -> Result<(), StoreError> {
        let (folder, name) = split(path);
        let commit = || -> io::Result<()> {
            let folder = self.open_folder(folder)?;
            Ok(fs::renameat(&folder, temporary_name(name), &folder, name)?)
        };
        commit().map_err(|cause| self.failed("rename the new", path, cause))
    }

    /// Removes what [`Self::write_temporary`] wrote, if it is there.
    pub(crate) fn discard(&self, path: &str) -> Result<(), StoreError> {
        let (folder, name) = split(path);
        self.remove_in(folder, &temporary_name(name), path)
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, path: &str) -> Result<(), StoreError> {
        let (folder, name) = split(path);
        self.remove_in(folder, name, path)
    }

    /// Removes the folders on the way to a file, innermost first, as far as they are empty.
    pub(crate) fn prune(&self, path: &str) -> Result<(), StoreError> {
        let (mut folder, _) = split(path);
        while !folder.is_empty() {
            let (parent, name) = split(folder);
            let removed = self.open_folder(parent).and_then(|parent| fs::unlinkat(&parent, name, AtFlags::REMOVEDIR));
            match removed {
                Ok(()) | Err(Errno::NOENT) => folder = parent,
                Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR | Errno::LOOP) => return Ok(()),
                Err(error) => return Err(self.failed("remove", folder, error.into())),
            }
        }
        Ok(())
    }

    /// Makes what was written beside these files last a power cut. Must come before [`Self::commit`]: a rename that outlives the
    /// data would leave an empty file.
    pub(crate) fn flush_temporaries(&self, paths: &[&str]) -> Result<(), StoreError> {
        if self.flushes_at_once(paths.len()) {
            return self.flush_file_system();
        }
        paths.iter().try_for_each(|path| {
            let (folder, name) = split(path);
            let flush = || -> io::Result<()> {
                let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = fs::openat(self.open_folder(folder)?, temporary_name(name), flags, Mode::empty())?;
                Ok(fs::fsync(file)?)
            };
            flush().map_err(|cause| self.failed("flush", path, cause))
        })
    }

    /// Makes renames, removals and new folders last: each folder on the way to these files.
    pub(crate) fn flush_folders(&self, paths: &[&str]) -> Result<(), StoreError> {
        if self.flushes_at_once(paths.len()) {
            return self.flush_file_system();
        }
        let mut folders = folders_of(paths.iter().copied());
        folders.insert("");
        folders.into_iter().try_for_each(|folder| match self.open_folder(folder).and_then(fs::fsync) {
            // A folder that became empty is gone, which is its parent's to remember; a link in its place is none of ours.
            Ok(()) | Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(()),
            Err(error) => Err(self.failed("flush", folder, error.into())),
        })
    }

    /// Gives the folders on the way to these files their mode, where they are there: a run that was killed as it made one may have
    /// left it with the umask's.
    pub(crate) fn settle_folders<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Result<(), StoreError> {
        folders_of(paths).into_iter().try_for_each(|folder| match self.open_folder(folder) {
            Ok(opened) => {
                fs::fchmod(opened, FOLDER_MODE).map_err(|error| self.failed("set the mode of", folder, error.into()))
            }
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(()),
            Err(error) => Err(self.failed("open", folder, error.into())),
        })
    }

    fn flushes_at_once(&self, files: usize) -> bool {
        self.syncfs_reports && files > FEW_FILES
    }

    fn flush_file_system(&self) -> Result<(), StoreError> {
        fs::syncfs(&self.root).map_err(|error| self.failed("flush", "", error.into()))
    }

    fn remove_in(&self, folder: &str, name: &str, path: &str) -> Result<(), StoreError> {
        let removed = match self.open_folder(folder) {
            Ok(folder) => remove_if_there(&folder, name),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(()),
            Err(error) => Err(error.into()),
        };
        // A folder in the place of a file is none of ours.
        let removed =
            removed.or_else(|error| if error.kind() == io::ErrorKind::IsADirectory { Ok(()) } else { Err(error) });
        removed.map_err(|cause| self.failed("remove", path, cause))
    }

    fn failed(&self, action: &'static str, path: &str, cause: io::Error) -> StoreError {
        StoreError { action, path: self.path.join(path), cause }
    }

    fn open_folder(&self, folder: &str) -> Result<OwnedFd, Errno> {
        let folder = if folder.is_empty() { "." } else { folder };
        self.open_beneath(folder, OFlags::RDONLY | OFlags::DIRECTORY)
    }

    fn make_folder(&self, folder: &str) -> io::Result<OwnedFd> {
        match self.open_folder(folder) {
            Err(Errno::NOENT) => {}
            other => return Ok(other?),
        }
        let (parent, name) = split(folder);
        let parent = self.make_folder(parent)?;
        match fs::mkdirat(&parent, name, FOLDER_MODE) {
            Ok(()) => fs::chmodat(&parent, name, FOLDER_MODE, AtFlags::empty())?,
            // Another thread was first.
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(self.open_folder(folder)?)
    }

    /// Opens a path without following any link on the way. Kernels before 5.6 take one step at a time.
    fn open_beneath(&self, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match fs::openat2(&self.root, path, flags, Mode::empty(), resolve) {
            Err(Errno::NOSYS | Errno::PERM) => {}
            other => return other,
        }
        let (folder, name) = split(path);
        let mut parent =
            fs::openat(&self.root, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        for step in folder.split('/').filter(|step| !step.is_empty()) {
            let step_flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            parent = fs::openat(parent.as_fd(), step, step_flags, Mode::empty())?;
        }
        fs::openat(&parent, name, flags | OFlags::NOFOLLOW, Mode::empty())
    }
}

/// Why a folder could not be opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// Another run holds it.
    Busy,
    /// The system refused.
    Store(StoreError),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn remove_if_there(folder: &OwnedFd, name: &str) -> io::Result<()> {
    match fs::unlinkat(folder, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn stamp_of_file(described: &Stat) -> Option<Stamp> {
    (FileType::from_raw_mode(described.st_mode) == FileType::RegularFile).then(|| stamp_of(described))
}

fn stamp_of(described: &Stat) -> Stamp {
    Stamp {
        device: described.st_dev,
        inode: described.st_ino,
        size: u64::try_from(described.st_size).unwrap_or_default(),
        modified: Moment(described.st_mtime, described.st_mtime_nsec),
        changed: Moment(described.st_ctime, described.st_ctime_nsec),
    }
}

fn temporary_name(name: &str) -> String {
    format!("{TEMPORARY_PREFIX}{name}{TEMPORARY_SUFFIX}")
}

/// All folders on the way to these files, but for the root.
fn folders_of<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<&'p str> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let (mut folder, _) = split(path);
        while !folder.is_empty() && folders.insert(folder) {
            folder = split(folder).0;
        }
    }
    folders
}

/// The folder of a path and the name in it; the folder of a bare name is the root, an empty path.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// syncfs(2): "Since Linux 5.8, syncfs() will also report an error".
fn syncfs_reports_errors() -> bool {
    let uname = rustix::system::uname();
    let release = uname.release().to_string_lossy();
    let mut numbers = release.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (5, 8)
}
