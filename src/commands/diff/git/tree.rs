//! The entries of a revision.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

/// A file of a revision: its name relative to the folder, and its content.
pub(super) type File = (PathBuf, Vec<u8>);

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Link,
    Submodule,
}

/// An entry of a revision.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// The hash of the content, or the commit of a submodule.
    pub(super) hash: String,
    /// The path relative to the folder in which git runs.
    pub(super) path: PathBuf,
}

/// Returns the entries of a listing with `-z`: fields, a tab, and a path. The first field is the
/// mode, and the hash is the field with this index.
pub(super) fn entries(listing: &[u8], hash: usize) -> Vec<Entry> {
    let lines = listing.split(|byte| *byte == 0);
    let mut entries: Vec<Entry> = lines.filter_map(|line| entry(line, hash)).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries
}

fn entry(line: &[u8], hash: usize) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let fields = String::from_utf8_lossy(&line[..tab]).into_owned();
    let mut fields = fields.split(' ');
    let kind = match fields.next()? {
        "100644" | "100755" | "100664" => Kind::File,
        "120000" => Kind::Link,
        "160000" => Kind::Submodule,
        _ => return None,
    };
    let hash = fields.nth(hash - 1)?.to_owned();
    Some(Entry { kind, hash, path: PathBuf::from(OsString::from_vec(line[tab + 1..].to_vec())) })
}
