//! The file systems whose times show every change of a file.

use std::os::fd::AsFd;

use rustix::fs;

/// The types of these file systems (`statfs(2)`): ext2, ext3, ext4, XFS and Btrfs.
///
/// They change the times at the first store through a memory mapping after a page was written back.
/// Other file systems change them later, or not at all, such as tmpfs. Those of a network show
/// changes of other machines late.
const EXACT: [u64; 3] = [0xef53, 0x5846_5342, 0x9123_683e];

/// Returns the device of an open folder, if its file system has times that show every change.
pub(super) fn device_with_exact_times(folder: impl AsFd) -> Option<u64> {
    let kind = fs::fstatfs(&folder).ok()?.f_type;
    // The type is signed on some processors, and is negative for Btrfs on those of 32 bits.
    let is_exact = EXACT.contains(&u64::from((kind as u64) as u32));
    is_exact.then(|| fs::fstat(folder).ok().map(|stat| stat.st_dev))?
}
