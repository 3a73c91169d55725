//! The promises of `docs/publishing.md`.

mod artefacts;
mod concurrency;
mod damage;
mod foreign_files;
mod locking;
mod modes;
mod peers;
mod removals;
mod revision;
mod safeguards;

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Returns the paths, inodes and times below a folder. They change when a file is written.
pub(crate) fn identities(folder: &Path) -> Vec<(String, u64, i64, i64)> {
    let mut identities: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("readable"))
        .map(|entry| {
            let metadata = entry.metadata().expect("there");
            (entry.path().display().to_string(), metadata.ino(), metadata.mtime_nsec(), metadata.ctime_nsec())
        })
        .collect();
    identities.sort();
    identities
}
