//! A file that a user names, as it was read. It is only changed while it stays as it was.

use std::ffi::OsString;
use std::path::Path;

use rustix::io::Errno;
use rustix::process::Pid;

use super::file::Contents;
use super::{Attributes, FILE_MODE, FileError, Folder};

/// A regular file as it was read, or a missing one.
///
/// A symbolic link is followed: the user keeps the file elsewhere.
pub(crate) struct Original {
    folder: Folder,
    name: OsString,
    /// The name under which a new file is written. It differs in each run, since several may write.
    staged_name: OsString,
    contents: Option<Contents>,
    /// The attributes of the file that replaces it.
    attributes: Attributes,
}

impl Original {
    /// Reads a file of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// The file is not regular or cannot be read, or its folder is missing.
    pub(crate) fn read(path: &Path, limit: usize) -> Result<Self, FileError> {
        match Self::read_once(path, limit) {
            // Another program removed the file between two steps, or added it.
            Err(error) if error.is_not_found() && !path.is_symlink() => Self::read_once(path, limit),
            other => other,
        }
    }

    fn read_once(path: &Path, limit: usize) -> Result<Self, FileError> {
        let failed = |cause: std::io::Error| FileError { action: "read", path: path.to_owned(), cause: cause.into() };
        let target = std::fs::canonicalize(path).or_else(|error| match std::fs::symlink_metadata(path) {
            Ok(_) => Err(error),
            Err(_) => std::path::absolute(path),
        });
        let target = target.map_err(failed)?;
        let folder = Folder::open(target.parent().unwrap_or(Path::new("/")))?;
        let name = target.file_name().unwrap_or_default().to_owned();
        let mut staged_name = name.clone();
        staged_name.push(format!(".{}", std::process::id()));
        let contents = read(&folder, &name, limit)?;
        let attributes = match contents {
            Some(_) => folder.attributes(&name)?,
            None => Attributes::of_mode(FILE_MODE),
        };
        Ok(Self { folder, name, staged_name, contents, attributes })
    }

    /// Returns the bytes of the file; `None` if there is no file.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.contents.as_ref().map(|contents| contents.bytes.as_slice())
    }

    /// Replaces the file, and keeps its owner, mode, label and access list. A reader sees the old
    /// file or the new one. Returns false if another program changed the file since it was read.
    ///
    /// # Errors
    ///
    /// A step failed. The file is unchanged.
    pub(crate) fn replace(&self, bytes: &[u8]) -> Result<bool, FileError> {
        let staged = self.folder.stage(&self.staged_name, [bytes], &self.attributes)?;
        let replaced = staged.flush().and_then(|()| self.commit());
        if !matches!(replaced, Ok(true)) {
            // The first failure is reported.
            let _ = self.folder.discard(&self.staged_name);
        }
        if replaced? {
            self.folder.flush()?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Removes the file. Returns false if another program changed it since it was read.
    ///
    /// # Errors
    ///
    /// A step failed.
    pub(crate) fn remove(&self) -> Result<bool, FileError> {
        if !self.is_unchanged()? {
            return Ok(false);
        }
        self.folder.remove(&self.name)?;
        self.folder.flush()?;
        Ok(true)
    }

    /// Removes the temporary files of runs that were killed. Their names end with the number of the
    /// process. The run of another machine on the same file system loses its file, and fails.
    pub(crate) fn remove_abandoned(&self) -> Result<(), FileError> {
        let is_abandoned = |name: &OsString| {
            let number = name.to_str()?.strip_prefix(self.name.to_str()?)?.strip_prefix('.')?;
            let process = Pid::from_raw(number.parse().ok()?)?;
            (rustix::process::test_kill_process(process) == Err(Errno::SRCH)).then_some(())
        };
        let staged = self.folder.staged_names()?;
        staged.iter().filter(|name| is_abandoned(name).is_some()).try_for_each(|name| self.folder.discard(name))
    }

    /// Gives the staged file its name, if the file is unchanged.
    fn commit(&self) -> Result<bool, FileError> {
        if self.contents.is_none() {
            return self.folder.commit_new(&self.staged_name, &self.name);
        }
        if !self.is_unchanged()? {
            return Ok(false);
        }
        self.folder.commit_as(&self.staged_name, &self.name).map(|()| true)
    }

    fn is_unchanged(&self) -> Result<bool, FileError> {
        let limit = self.contents.as_ref().map_or(0, |contents| contents.bytes.len());
        let present = match read(&self.folder, &self.name, limit.saturating_add(1)) {
            Ok(present) => present,
            Err(error) if matches!(error.cause, super::Cause::TooLarge(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        Ok(match (&self.contents, &present) {
            (None, None) => true,
            (Some(old), Some(new)) => (&old.bytes, old.description) == (&new.bytes, new.description),
            _ => false,
        })
    }
}

fn read(folder: &Folder, name: &OsString, limit: usize) -> Result<Option<Contents>, FileError> {
    match folder.read(name, limit) {
        Ok(contents) => Ok(Some(contents)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use rustix::fs::XattrFlags;
    use rustix::io::Errno;

    use super::Original;

    const LIMIT: usize = 1000;

    #[test]
    fn a_file_that_another_program_changes_is_not_replaced_or_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let changes: [&dyn Fn(); 4] = [
            &|| fs::write(&path, "theirs").expect("written"),
            &|| fs::write(&path, "a longer text of theirs").expect("written"),
            &|| fs::remove_file(&path).expect("removed"),
            // Another file with the same bytes may have another owner.
            &|| {
                fs::write(folder.path().join("other"), "before").expect("written");
                fs::rename(folder.path().join("other"), &path).expect("renamed");
            },
        ];
        for change in changes {
            fs::write(&path, "before").expect("written");
            let original = Original::read(&path, LIMIT).expect("read");
            change();
            let after = fs::read(&path).ok();
            assert!(!original.replace(b"ours").expect("no failure"));
            assert!(!original.remove().expect("no failure"));
            assert_eq!(fs::read(&path).ok(), after);
            let names = fs::read_dir(folder.path()).expect("readable").count();
            assert_eq!(names, usize::from(after.is_some()), "a temporary file is left");
        }
    }

    #[test]
    fn a_file_that_appears_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let original = Original::read(&path, LIMIT).expect("read");
        assert_eq!(original.bytes(), None);
        fs::write(&path, "theirs").expect("written");
        assert!(!original.replace(b"ours").expect("no failure"));
        assert_eq!(fs::read(&path).expect("there"), b"theirs");
        fs::remove_file(&path).expect("removed");
        assert!(original.replace(b"ours").expect("no failure"));
        assert_eq!(fs::read(&path).expect("there"), b"ours");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }

    #[test]
    fn a_replaced_file_keeps_its_mode() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, "before").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("ours");
        let original = Original::read(&path, LIMIT).expect("read");
        assert!(original.replace(b"after").expect("no failure"));
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o7777, 0o640);
    }

    const ACCESS_LIST: &str = "system.posix_acl_access";

    /// Returns an access list that lets a user read.
    fn access_list(user: u32) -> Vec<u8> {
        // The owner, the user, the group, the mask, and all others (`acl(5)`).
        let entries: [(u16, u16, u32); 5] =
            [(1, 6, u32::MAX), (2, 4, user), (4, 0, u32::MAX), (16, 4, u32::MAX), (32, 0, u32::MAX)];
        let entries = entries.iter().flat_map(|(tag, permissions, id)| {
            [&tag.to_le_bytes()[..], &permissions.to_le_bytes(), &id.to_le_bytes()].concat()
        });
        [2, 0, 0, 0].into_iter().chain(entries).collect()
    }

    fn access_list_of(path: &Path) -> Option<Vec<u8>> {
        let mut list = vec![0; 1000];
        let length = rustix::fs::getxattr(path, ACCESS_LIST, &mut list[..]).ok()?;
        list.truncate(length);
        Some(list)
    }

    /// A Salt master without root's rights may read the file only because of the list.
    #[test]
    fn a_replaced_file_keeps_its_access_list() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, "before").expect("written");
        let set = |path: &Path, name: &str, list: &[u8]| rustix::fs::setxattr(path, name, list, XattrFlags::empty());
        match set(&path, ACCESS_LIST, &access_list(1234)) {
            Err(Errno::OPNOTSUPP) => return, // A file system without access lists.
            other => other.expect("ours"),
        }
        let replace = || Original::read(&path, LIMIT).expect("read").replace(b"after").expect("no failure");
        assert!(replace());
        assert_eq!(access_list_of(&path), Some(access_list(1234)));
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o7777, 0o640);

        // A list that new files of the folder get is not one of this file.
        fs::write(folder.path().join("other"), "before").expect("written");
        fs::rename(folder.path().join("other"), &path).expect("renamed");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("ours");
        set(folder.path(), "system.posix_acl_default", &access_list(5678)).expect("ours");
        assert!(replace());
        assert_eq!(access_list_of(&path), None);
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o7777, 0o644);
    }
}
