//! Regular files: their bytes, and their descriptions by the file system.

use std::os::fd::{AsFd, OwnedFd};

use rustix::buffer::spare_capacity;
use rustix::fs::{self, FileType, Gid, Mode, Stat, Uid, XattrFlags};
use rustix::io::Errno;
use rustix::thread::{self, CapabilitySet};

use super::Cause;

const SELINUX_LABEL: &str = "security.selinux";

/// The access list of a file (`acl(5)`).
const ACCESS_LIST: &str = "system.posix_acl_access";

/// The longest value of an extended attribute, in bytes (`xattr(7)`).
const LONGEST_VALUE: usize = 65_536;

/// The bits of a mode that `chmod(2)` sets.
const PERMISSIONS: u32 = 0o7777;

/// The bytes of a file, and its description. The description was taken before the bytes were read.
pub(crate) struct Contents {
    pub(crate) bytes: Vec<u8>,
    pub(crate) description: Description,
}

/// A time of the file system's clock: seconds and nanoseconds.
pub(crate) type Timestamp = (i64, u64);

/// A regular file as the file system describes it (`inode(7)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) size: u64,
    pub(crate) mode: u32,
    pub(crate) owner: u32,
    pub(crate) group: u32,
    /// The time of the last change of its bytes.
    pub(crate) modified: Timestamp,
    /// The time of the last change of its bytes or description.
    pub(crate) changed: Timestamp,
}

/// The mode of a file or folder, and its owner, who may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileMode {
    /// The bits that `chmod(2)` sets.
    pub(crate) bits: u32,
    owner: u32,
}

impl FileMode {
    pub(super) fn of_stat(stat: &Stat) -> Self {
        Self { bits: stat.st_mode & PERMISSIONS, owner: stat.st_uid }
    }

    /// Returns true if this user may change the mode.
    pub(crate) fn may_be_changed(&self) -> bool {
        let has_privilege =
            || thread::capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::FOWNER));
        rustix::process::geteuid().as_raw() == self.owner || has_privilege()
    }
}

/// The owner, mode, label and access list of a new file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) mode: u32,
    /// Owner and group; `None` leaves them to the system.
    pub(crate) owner: Option<(u32, u32)>,
    /// The SELinux label; `None` leaves it to the system.
    pub(crate) label: Option<Vec<u8>>,
    /// The access list of another file, which may have none; `None` leaves it to the system.
    pub(crate) access_list: Option<Option<Vec<u8>>>,
}

impl Description {
    /// Describes an open file; `None` if it is not a regular file.
    pub(super) fn of_regular(stat: &Stat) -> Option<Self> {
        (FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile).then(|| Self {
            device: stat.st_dev,
            inode: stat.st_ino,
            size: u64::try_from(stat.st_size).unwrap_or_default(),
            mode: stat.st_mode & PERMISSIONS,
            owner: stat.st_uid,
            group: stat.st_gid,
            modified: (stat.st_mtime, stat.st_mtime_nsec),
            changed: (stat.st_ctime, stat.st_ctime_nsec),
        })
    }

    /// Returns owner and mode for the file that replaces this one.
    pub(crate) fn attributes(&self) -> Attributes {
        Attributes { owner: Some((self.owner, self.group)), ..Attributes::of_mode(self.mode) }
    }
}

impl Attributes {
    /// Returns a mode, and leaves the rest to the system.
    pub(crate) fn of_mode(mode: u32) -> Self {
        Self { mode, owner: None, label: None, access_list: None }
    }

    /// Returns these attributes for a file of root's group, which gets no more access than others.
    /// `None` if the owner is not root.
    #[cfg(feature = "router")]
    pub(crate) fn of_group_root(&self) -> Option<Self> {
        let (owner, _) = self.owner?;
        let mode = self.mode & (!0o070 | (self.mode & 0o007) << 3);
        (owner == 0).then(|| Self { label: self.label.clone(), ..Self::of_mode(mode) })
    }

    /// Returns all attributes of an open file.
    pub(super) fn of_file(file: impl AsFd) -> Result<Self, Cause> {
        let description = describe(&file)?;
        let access_list = Some(value_of(&file, ACCESS_LIST)?);
        Ok(Self { label: value_of(&file, SELINUX_LABEL)?, access_list, ..description.attributes() })
    }

    /// Gives a file these attributes.
    pub(super) fn apply(&self, file: impl AsFd) -> Result<(), Cause> {
        if let Some((owner, group)) = self.owner {
            let stat = fs::fstat(&file)?;
            if (stat.st_uid, stat.st_gid) != (owner, group) {
                fs::fchown(&file, Some(Uid::from_raw(owner)), Some(Gid::from_raw(group)))?;
            }
        }
        // A folder can have an access list for new files, which may let other users read them.
        if let Some(access_list) = &self.access_list
            && value_of(&file, ACCESS_LIST)? != *access_list
        {
            match access_list {
                Some(list) => fs::fsetxattr(&file, ACCESS_LIST, list, XattrFlags::empty())?,
                None => fs::fremovexattr(&file, ACCESS_LIST)?,
            }
        }
        // The mode comes after the owner, because a change of the owner may clear bits of the mode.
        fs::fchmod(&file, Mode::from_raw_mode(self.mode))?;
        if let Some(label) = &self.label
            && value_of(&file, SELINUX_LABEL)?.as_ref() != Some(label)
        {
            fs::fsetxattr(&file, SELINUX_LABEL, label, XattrFlags::empty())?;
        }
        Ok(())
    }
}

/// Takes all permissions on an open file from everybody but its owner.
pub(super) fn make_private(file: impl AsFd) -> Result<(), Errno> {
    let mode = fs::fstat(&file)?.st_mode & PERMISSIONS;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::fchmod(file, Mode::from_raw_mode(mode & 0o700))
}

/// Describes an open file, which must be a regular one.
pub(super) fn describe(file: impl AsFd) -> Result<Description, Cause> {
    let stat = fs::fstat(file)?;
    Description::of_regular(&stat).ok_or_else(|| match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => Cause::Folder,
        _ => Cause::Special,
    })
}

/// Reads an open file, which must be a regular one of at most `limit` bytes.
pub(super) fn read(file: OwnedFd, limit: usize) -> Result<Contents, Cause> {
    let description = describe(&file)?;
    let size = usize::try_from(description.size).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(size.min(limit).saturating_add(1));
    while bytes.len() <= limit {
        bytes.reserve(1);
        match rustix::io::read(&file, spare_capacity(&mut bytes)) {
            Ok(0) => return Ok(Contents { bytes, description }),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Cause::TooLarge(limit))
}

/// Returns the value of an extended attribute of a file; `None` if it has none, or the system does
/// not know the attribute.
fn value_of(file: impl AsFd, attribute: &str) -> Result<Option<Vec<u8>>, Errno> {
    let mut value = vec![0; LONGEST_VALUE];
    match fs::fgetxattr(file, attribute, &mut value[..]) {
        Ok(length) => {
            value.truncate(length);
            Ok(Some(value))
        }
        Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(None),
        Err(error) => Err(error),
    }
}
