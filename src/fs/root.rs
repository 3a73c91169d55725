//! Paths beneath a folder. No symbolic link leads out of it.

use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::file::{self, Contents, Description, FileMode};
use super::{Cause, FOLDER_MODE, FileError, Folder};

/// The handling of symbolic links beneath a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// A link is an error.
    Refuse,
    /// A link is followed as if the root were `/`, so that a link in an image leads into the image.
    ///
    /// Linux before 5.6 cannot do that: there, a root other than `/` must not have links.
    Confine,
    /// A link is followed wherever it leads, as for any path that a user types.
    Follow,
}

/// A folder, and the paths beneath it.
pub(crate) struct Root {
    folder: Folder,
    links: Links,
}

/// A file that is open to be read.
pub(crate) struct OpenFile {
    descriptor: OwnedFd,
    /// The path, for messages.
    path: PathBuf,
}

impl OpenFile {
    /// Writes the bytes of the file to the disk that are only in memory. Returns false if this
    /// fails.
    pub(crate) fn flush(&self) -> bool {
        fs::fsync(&self.descriptor).is_ok()
    }

    /// Reads the file, which must be a regular one of at most `limit` bytes.
    pub(crate) fn read(self, limit: usize) -> Result<Contents, FileError> {
        let path = self.path;
        file::read(self.descriptor, limit).map_err(|cause| FileError { action: "read", path, cause })
    }
}

impl Root {
    /// Opens a root folder that a user names.
    pub(crate) fn open(path: &Path, links: Links) -> Result<Self, FileError> {
        Ok(Self { folder: Folder::open(path)?, links })
    }

    /// Opens the working directory. Paths in messages are relative to it, as the user typed them.
    pub(crate) fn working_directory() -> Result<Self, FileError> {
        let folder = Folder::open(Path::new("."))?;
        Ok(Self { folder: Folder::new(folder.descriptor, PathBuf::new()), links: Links::Follow })
    }

    /// Creates a folder that a user names, and its parents if they are missing, regardless of the
    /// umask. Returns the folders that are new, the outermost first.
    pub(crate) fn create(path: &Path) -> Result<Vec<PathBuf>, FileError> {
        let mut new = Vec::new();
        let missing = path.ancestors().take_while(|folder| *folder != Path::new("") && !folder.exists());
        for folder in missing.collect::<Vec<_>>().into_iter().rev() {
            let failed = |action, error: Errno| FileError { action, path: folder.to_owned(), cause: error.into() };
            let mode = Mode::from_raw_mode(FOLDER_MODE);
            match fs::mkdir(folder, mode) {
                Ok(()) => fs::chmod(folder, mode).map_err(|error| failed("set the mode of", error))?,
                // Another run created it first, or the path goes back up by `..`.
                Err(Errno::EXIST) if folder.is_dir() => continue,
                Err(error) => return Err(failed("create", error)),
            }
            new.push(folder.to_owned());
        }
        Ok(new)
    }

    /// Removes a folder that a user names, if it is empty.
    pub(crate) fn remove_if_empty(path: &Path) {
        let _ = fs::rmdir(path);
    }

    /// Returns the root as a folder.
    pub(crate) fn as_folder(&self) -> &Folder {
        &self.folder
    }

    /// Returns a path beneath the root, for messages.
    pub(crate) fn display_path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(relative(path.as_ref()))
    }

    /// Reads a regular file of at most `limit` bytes.
    pub(crate) fn read(&self, path: impl AsRef<Path>, limit: usize) -> Result<Contents, FileError> {
        self.open_file(path)?.read(limit)
    }

    /// Opens a file to read it.
    pub(crate) fn open_file(&self, path: impl AsRef<Path>) -> Result<OpenFile, FileError> {
        let path = path.as_ref();
        // NONBLOCK: the open of a pipe would wait for its other end.
        let mut flags = OFlags::RDONLY | OFlags::NONBLOCK;
        if self.links == Links::Refuse {
            flags |= OFlags::NOFOLLOW;
        }
        match self.resolve(path, flags) {
            Ok(descriptor) => Ok(OpenFile { descriptor, path: self.display_path(path) }),
            Err(Errno::LOOP) if self.links == Links::Refuse => Err(self.failed("read", path, Cause::Link)),
            Err(error) => Err(self.failed("read", path, error.into())),
        }
    }

    /// Describes a regular file; `None` if there is none at this path, or it cannot be described.
    pub(crate) fn describe(&self, path: impl AsRef<Path>) -> Option<Description> {
        let file = self.resolve(path.as_ref(), OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        Description::of_regular(&fs::fstat(file).ok()?)
    }

    /// Describes a regular file, as [`Self::describe`] does, in fewer system calls. All folders on
    /// the way to it must be known as folders, since it follows links in their places.
    pub(crate) fn describe_in_known_folders(&self, path: &str) -> Option<Description> {
        self.folder.describe(path)
    }

    /// Returns the mode of a folder; `None` if there is none, or it cannot be described. Links on
    /// the way to it are followed, so all folders around it must be known as folders.
    pub(crate) fn folder_mode(&self, path: &str) -> Option<FileMode> {
        let stat = fs::statat(&self.folder.descriptor, path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        (FileType::from_raw_mode(stat.st_mode) == FileType::Directory).then(|| FileMode::of_stat(&stat))
    }

    /// Returns the mode of a regular file; `None` if there is none.
    pub(crate) fn file_mode(&self, path: impl AsRef<Path>) -> Result<Option<FileMode>, FileError> {
        let path = path.as_ref();
        match self.resolve(path, OFlags::PATH | OFlags::NOFOLLOW).and_then(fs::fstat) {
            Ok(stat) => Ok(Description::of_regular(&stat).map(|_| FileMode::of_stat(&stat))),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(None),
            Err(error) => Err(self.failed("read", path, error.into())),
        }
    }

    /// Sets the mode of a file or folder. It need not be readable.
    pub(crate) fn set_mode(&self, path: impl AsRef<Path>, mode: u32) -> Result<(), FileError> {
        let path = path.as_ref();
        let set = self.resolve(path, OFlags::PATH | OFlags::NOFOLLOW).and_then(|file| {
            // `fchmod(2)` refuses this kind of descriptor. The path leads to the open file itself.
            fs::chmod(format!("/proc/self/fd/{}", file.as_raw_fd()), Mode::from_raw_mode(mode))
        });
        set.map_err(|error| self.failed("set the mode of", path, error.into()))
    }

    /// Opens a folder.
    pub(crate) fn folder(&self, path: impl AsRef<Path>) -> Result<Folder, FileError> {
        let path = path.as_ref();
        match self.resolve(path, OFlags::RDONLY | OFlags::DIRECTORY) {
            Ok(descriptor) => Ok(Folder::new(descriptor, self.display_path(path))),
            Err(error) => Err(self.failed("open", path, error.into())),
        }
    }

    /// Opens a folder, and creates it and its parents if they are missing.
    pub(crate) fn create_folder(&self, path: impl AsRef<Path>) -> Result<Folder, FileError> {
        let path = path.as_ref();
        match (self.folder(path), path.parent(), path.file_name()) {
            (Err(error), Some(parent), Some(name)) if error.is_not_found() => {
                self.create_folder(parent)?.create_folder(name)?;
                self.folder(path)
            }
            (other, _, _) => other,
        }
    }

    /// Opens a path.
    fn resolve(&self, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::CLOEXEC;
        let path = relative(path);
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let resolve = match self.links {
            Links::Refuse => ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS,
            Links::Confine => ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS,
            Links::Follow => return fs::openat(&self.folder.descriptor, path, flags, Mode::empty()),
        };
        match fs::openat2(&self.folder.descriptor, path, flags, Mode::empty(), resolve) {
            Err(Errno::NOSYS | Errno::PERM) => self.resolve_by_steps(path, flags),
            other => other,
        }
    }

    /// Opens a path where `openat2(2)` is missing or forbidden: one step at a time.
    fn resolve_by_steps(&self, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        if self.links == Links::Confine && self.folder.path() == Path::new("/") {
            return fs::openat(&self.folder.descriptor, path, flags, Mode::empty());
        }
        let mut opened: Option<OwnedFd> = None;
        let mut steps = path.iter().peekable();
        while let Some(step) = steps.next() {
            let parent = opened.as_ref().map_or(self.folder.descriptor.as_fd(), |folder| folder.as_fd());
            let step_flags = match steps.peek() {
                Some(_) => OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
                None => flags,
            };
            opened = Some(fs::openat(parent, step, step_flags | OFlags::NOFOLLOW, Mode::empty())?);
        }
        opened.ok_or(Errno::NOENT)
    }

    fn failed(&self, action: &'static str, path: &Path, cause: Cause) -> FileError {
        FileError { action, path: self.display_path(path), cause }
    }
}

/// Returns a path as seen from the root.
fn relative(path: &Path) -> &Path {
    path.strip_prefix("/").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use rustix::fs::OFlags;
    use rustix::io::Errno;

    use super::{Links, Root};

    type Resolve = fn(&Root, &Path, OFlags) -> Result<OwnedFd, Errno>;

    /// With `openat2(2)` and without.
    const BOTH: [Resolve; 2] = [Root::resolve, Root::resolve_by_steps];

    #[test]
    fn no_link_is_followed_where_links_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("a")).expect("created");
        std::fs::write(folder.path().join("a/file"), "").expect("written");
        symlink("a", folder.path().join("link")).expect("linked");
        symlink("file", folder.path().join("a/link")).expect("linked");
        let root = Root::open(folder.path(), Links::Refuse).expect("opened");
        for resolve in BOTH {
            let opens = |path: &str| resolve(&root, Path::new(path), OFlags::RDONLY | OFlags::NOFOLLOW).is_ok();
            assert!(opens("a/file"));
            assert!(!opens("link/file") && !opens("a/link"));
        }
    }

    #[test]
    fn a_link_of_an_image_leads_into_the_image() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("usr/etc")).expect("created");
        std::fs::write(folder.path().join("usr/etc/file"), "the image's").expect("written");
        symlink("/usr/etc", folder.path().join("etc")).expect("linked");
        let root = Root::open(folder.path(), Links::Confine).expect("opened");
        let contents = root.read("/etc/file", 100).expect("read");
        assert_eq!(contents.bytes, b"the image's");
        assert!(root.read("/etc/file", 5).is_err(), "larger than the limit");
        assert!(root.resolve_by_steps(Path::new("etc/file"), OFlags::RDONLY).is_err(), "not without openat2");
    }

    #[test]
    fn missing_folders_are_created_with_their_mode() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let root = Root::open(folder.path(), Links::Refuse).expect("opened");
        root.create_folder("a/b").expect("created");
        let mode =
            |path: &str| std::fs::metadata(folder.path().join(path)).expect("there").permissions().mode() & 0o7777;
        assert_eq!((mode("a"), mode("a/b")), (0o755, 0o755));
    }
}
