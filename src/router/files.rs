//! The files of a router: every call that touches its file system.

use std::fs::File;
use std::io;
use std::io::Write as _;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::fs::{self, AtFlags, FileType, FlockOperation, Gid, Mode, OFlags, ResolveFlags, Stat, Uid, XattrFlags};
use rustix::io::Errno;

use crate::contract::route_file::FILE_NAME;

/// Where Salt puts the document.
pub const CONFIG: &str = "/var/lib/128technology/plugins/loopback-static-routes/config.json";

/// The folder that the network scripts read.
pub const NETWORK_SCRIPTS: &str = "/etc/sysconfig/network-scripts";

/// The file that was there before the plugin's.
pub const BACKUP_NAME: &str = "route-kni254.before-loopback-static-routes";

/// The new file, until it takes its place. The dot keeps NetworkManager and the network scripts from reading it.
const TEMPORARY_NAME: &str = ".route-kni254.new";

const NEW_FILE_MODE: Mode = Mode::from_raw_mode(0o644);
const NEW_FOLDER_MODE: Mode = Mode::from_raw_mode(0o755);

/// Ten thousand routes are 0.6 MB.
const LARGEST: usize = 64 * 1024 * 1024;

const SELINUX_LABEL: &str = "security.selinux";

/// What failed, and on what.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {cause}", path.display())]
pub struct FileError {
    /// The step.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub cause: io::Error,
}

/// A root folder: all paths are below it, and no symbolic link leads out of it.
pub struct Files {
    root: OwnedFd,
    path: PathBuf,
}

/// The folder of the route file.
pub struct Folder {
    folder: OwnedFd,
    path: PathBuf,
}

/// A file as it is.
#[derive(Clone, Debug)]
pub struct Existing {
    /// What is in it.
    pub bytes: Vec<u8>,
    stat: Stat,
    /// The SELinux label, where there is one.
    label: Option<Vec<u8>>,
}

impl Files {
    /// Opens a root folder.
    ///
    /// # Errors
    ///
    /// It is not there, or not to be opened.
    pub fn open(root: &Path) -> Result<Self, FileError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = fs::open(root, flags, Mode::empty());
        let failed = |error: Errno| FileError { action: "open", path: root.to_owned(), cause: error.into() };
        Ok(Self { root: opened.map_err(failed)?, path: root.to_owned() })
    }

    /// How a path is named to people: as seen from outside.
    #[must_use]
    pub fn outside(&self, path: &Path) -> PathBuf {
        self.path.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// The document's bytes.
    ///
    /// # Errors
    ///
    /// There is none, it cannot be read, or it is no file.
    pub fn read_config(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        let read = || read_regular(self.open_inside(path, OFlags::RDONLY | OFlags::NONBLOCK)?);
        read().map(|(bytes, _, _)| bytes).map_err(|cause| self.failed("read", path, cause))
    }

    /// The folder of the route file; `None`: it is not there.
    ///
    /// # Errors
    ///
    /// It cannot be opened.
    pub fn folder(&self) -> Result<Option<Folder>, FileError> {
        let path = Path::new(NETWORK_SCRIPTS);
        match self.open_inside(path, OFlags::RDONLY | OFlags::DIRECTORY) {
            Ok(folder) => Ok(Some(Folder { folder, path: self.outside(path) })),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(self.failed("open", path, error.into())),
        }
    }

    /// The folder of the route file, made where it is not there.
    ///
    /// # Errors
    ///
    /// It cannot be opened, or made.
    pub fn make_folder(&self) -> Result<Folder, FileError> {
        if let Some(folder) = self.folder()? {
            return Ok(folder);
        }
        let path = Path::new(NETWORK_SCRIPTS);
        let mut parent = PathBuf::from("/");
        for step in path.iter().skip(1) {
            let make = || -> Result<(), Errno> {
                let opened = self.open_inside(&parent, OFlags::RDONLY | OFlags::DIRECTORY)?;
                match fs::mkdirat(&opened, step, NEW_FOLDER_MODE) {
                    // Whatever the umask.
                    Ok(()) => fs::chmodat(&opened, step, NEW_FOLDER_MODE, AtFlags::empty()),
                    Err(Errno::EXIST) => Ok(()),
                    Err(error) => Err(error),
                }
            };
            make().map_err(|error| self.failed("make", &parent.join(step), error.into()))?;
            parent.push(step);
        }
        self.folder()?.ok_or_else(|| self.failed("open", path, io::ErrorKind::NotFound.into()))
    }

    /// Opens a path as if the root were `/`, so that a link in an image does not lead to the machine's own files. Kernels before
    /// 5.6 cannot do that: there, a root other than `/` must have no links on the way.
    fn open_inside(&self, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::CLOEXEC;
        let path = path.strip_prefix("/").unwrap_or(path);
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        match fs::openat2(&self.root, path, flags, Mode::empty(), ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS) {
            Err(Errno::NOSYS | Errno::PERM) => {}
            other => return other,
        }
        if self.path == Path::new("/") {
            return fs::openat(&self.root, path, flags, Mode::empty());
        }
        let mut opened: Option<OwnedFd> = None;
        let mut steps = path.iter().peekable();
        while let Some(step) = steps.next() {
            let at = opened.as_ref().map_or(self.root.as_fd(), |folder| folder.as_fd());
            let step_flags = match steps.peek() {
                Some(_) => OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
                None => flags,
            };
            opened = Some(fs::openat(at, step, step_flags | OFlags::NOFOLLOW, Mode::empty())?);
        }
        opened.ok_or(Errno::NOENT)
    }

    fn failed(&self, action: &'static str, path: &Path, cause: io::Error) -> FileError {
        FileError { action, path: self.outside(path), cause }
    }
}

impl Folder {
    /// How the route file is named to people.
    #[must_use]
    pub fn route_file(&self) -> PathBuf {
        self.path.join(FILE_NAME)
    }

    /// Locks the folder until this value is gone: `flock(2)` on the folder itself, so that no lock file can be left behind. False:
    /// another run holds it for longer than `wait`.
    ///
    /// # Errors
    ///
    /// The system does not lock.
    pub fn lock(&self, wait: Duration) -> Result<bool, FileError> {
        let deadline = Instant::now() + wait;
        loop {
            match fs::flock(&self.folder, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(true),
                Err(Errno::WOULDBLOCK) if Instant::now() >= deadline => return Ok(false),
                Err(Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(20)),
                Err(Errno::INTR) => {}
                Err(error) => return Err(self.failed("lock", "", error.into())),
            }
        }
    }

    /// The route file; `None`: there is none.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no regular file. A symbolic link is not followed.
    pub fn read(&self) -> Result<Option<Existing>, FileError> {
        self.read_named(FILE_NAME)
    }

    /// The backup; `None`: there is none.
    ///
    /// # Errors
    ///
    /// As of [`Self::read`].
    pub fn read_backup(&self) -> Result<Option<Existing>, FileError> {
        self.read_named(BACKUP_NAME)
    }

    fn read_named(&self, name: &str) -> Result<Option<Existing>, FileError> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let read = match fs::openat(&self.folder, name, flags, Mode::empty()) {
            Ok(file) => {
                read_regular(file).and_then(|(bytes, stat, file)| Ok(Existing { bytes, stat, label: label_of(&file)? }))
            }
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => {
                Err(io::Error::other("it is a symbolic link, which is not followed; put a file in its place"))
            }
            Err(error) => Err(error.into()),
        };
        read.map(Some).map_err(|cause| self.failed("read", name, cause))
    }

    /// Removes what a killed run left behind.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub fn discard(&self) -> Result<(), FileError> {
        self.remove_named(TEMPORARY_NAME)
    }

    /// Writes the new route file beside its place, as durable as it will be there, with the owner, mode and SELinux label of the
    /// one that it is to replace.
    ///
    /// # Errors
    ///
    /// It cannot be written; nothing is left behind.
    pub fn stage(&self, bytes: &[u8], like: Option<&Existing>) -> Result<(), FileError> {
        let written = self.write_temporary(bytes, like);
        written.map_err(|cause| {
            // Why it cannot be written is what matters; the next run removes what is left, if anything is.
            let _ = self.discard();
            self.failed("write", TEMPORARY_NAME, cause)
        })
    }

    fn write_temporary(&self, bytes: &[u8], like: Option<&Existing>) -> io::Result<()> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(fs::openat(&self.folder, TEMPORARY_NAME, flags, Mode::RUSR | Mode::WUSR)?);
        file.write_all(bytes)?;
        let Some(like) = like else {
            fs::fchmod(&file, NEW_FILE_MODE)?;
            return file.sync_all();
        };
        let stat = fs::fstat(&file)?;
        if (stat.st_uid, stat.st_gid) != (like.stat.st_uid, like.stat.st_gid) {
            let (owner, group) = (Uid::from_raw(like.stat.st_uid), Gid::from_raw(like.stat.st_gid));
            fs::fchown(&file, Some(owner), Some(group))?;
        }
        // After the owner, whose change may take bits of the mode away.
        fs::fchmod(&file, Mode::from_raw_mode(like.stat.st_mode & 0o7777))?;
        if let Some(label) = &like.label
            && label_of(&file)?.as_ref() != Some(label)
        {
            fs::fsetxattr(&file, SELINUX_LABEL, label, XattrFlags::empty())?;
        }
        file.sync_all()
    }

    /// Keeps the route file, as it is and with all that belongs to it, under the backup's name too; unless there is a backup.
    /// Whether it was made.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub fn back_up(&self) -> Result<bool, FileError> {
        let linked = fs::linkat(&self.folder, FILE_NAME, &self.folder, BACKUP_NAME, AtFlags::empty());
        match linked {
            // Before the file that it is a backup of loses its name.
            Ok(()) => match self.flush() {
                Ok(()) => Ok(true),
                Err(error) => {
                    let _ = self.remove_backup();
                    Err(error)
                }
            },
            Err(Errno::EXIST) => Ok(false),
            Err(error) => Err(self.failed("make the backup", BACKUP_NAME, error.into())),
        }
    }

    /// Removes the backup, if there is one.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub fn remove_backup(&self) -> Result<(), FileError> {
        self.remove_named(BACKUP_NAME)
    }

    /// Puts what [`Self::stage`] wrote in its place. A reader sees the old file or the new one.
    ///
    /// # Errors
    ///
    /// It cannot be renamed; the old one is in its place.
    pub fn commit(&self) -> Result<(), FileError> {
        self.rename(TEMPORARY_NAME, FILE_NAME)
    }

    /// Puts what [`Self::stage`] wrote in the backup's place.
    ///
    /// # Errors
    ///
    /// It cannot be renamed; the old one is in its place.
    pub fn commit_backup(&self) -> Result<(), FileError> {
        self.rename(TEMPORARY_NAME, BACKUP_NAME)
    }

    /// Puts the backup in the route file's place.
    ///
    /// # Errors
    ///
    /// It cannot be renamed; the old one is in its place.
    pub fn restore(&self) -> Result<(), FileError> {
        self.rename(BACKUP_NAME, FILE_NAME)
    }

    /// Removes the route file.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub fn remove(&self) -> Result<(), FileError> {
        self.remove_named(FILE_NAME)
    }

    /// Makes what was renamed and removed last a power cut.
    ///
    /// # Errors
    ///
    /// The system cannot tell that it will.
    pub fn flush(&self) -> Result<(), FileError> {
        fs::fsync(&self.folder).map_err(|error| self.failed("flush", "", error.into()))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), FileError> {
        fs::renameat(&self.folder, from, &self.folder, to)
            .map_err(|error| self.failed("put in place", to, error.into()))
    }

    fn remove_named(&self, name: &str) -> Result<(), FileError> {
        match fs::unlinkat(&self.folder, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(self.failed("remove", name, error.into())),
        }
    }

    fn failed(&self, action: &'static str, name: &str, cause: io::Error) -> FileError {
        FileError { action, path: if name.is_empty() { self.path.clone() } else { self.path.join(name) }, cause }
    }
}

fn read_regular(file: OwnedFd) -> io::Result<(Vec<u8>, Stat, OwnedFd)> {
    let stat = fs::fstat(&file)?;
    if !FileType::from_raw_mode(stat.st_mode).is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let size = usize::try_from(stat.st_size).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(size.min(LARGEST) + 1);
    while bytes.len() <= LARGEST {
        bytes.reserve(1);
        match rustix::io::read(&file, spare_capacity(&mut bytes)) {
            Ok(0) => return Ok((bytes, stat, file)),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::Error::other(format!("it is larger than {LARGEST} bytes")))
}

/// The SELinux label of a file; `None` where it has none, or the system knows of none.
fn label_of(file: impl AsFd) -> io::Result<Option<Vec<u8>>> {
    let mut label = vec![0; 4096];
    match fs::fgetxattr(file, SELINUX_LABEL, &mut label[..]) {
        Ok(length) => {
            label.truncate(length);
            Ok(Some(label))
        }
        Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
