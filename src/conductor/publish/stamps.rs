//! `.stamps.json`: what each artefact was made from, and how the file system described its file then. Where a run finds both the same, the file is what
//! it would make, and is neither rendered nor read (`docs/publishing.md`, "What is not looked at again").
//!
//! The file decides nothing but this. It is not flushed, and one that is gone, damaged or of another machine costs the reading of all artefacts.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::manifest::add_entries;

/// The name in the folder.
pub(super) const STAMPS: &str = ".stamps.json";

const FORMAT_VERSION: u32 = 1;

/// How the file system describes a file. Whatever is done to the file's content changes the time of its last change (`inode(7)`), which nobody can set; another
/// file in its place has another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) size: u64,
    /// When its content was last written to.
    pub(super) modified: Moment,
    /// When anything about it last changed.
    pub(super) changed: Moment,
}

impl Stamp {
    /// Whether this is the same file with nothing written to it since. A rename changes the rest.
    pub(super) fn same_content(&self, other: &Self) -> bool {
        let content = |stamp: &Self| (stamp.device, stamp.inode, stamp.size, stamp.modified);
        content(self) == content(other)
    }
}

/// A time of the file system's clock: seconds, nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Moment(pub(super) i64, pub(super) u64);

/// What a run knows of an artefact whose file it found right, or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known<'a> {
    /// What it was made from: [`crate::conductor::render::Renderer::fingerprint`].
    #[serde(borrow)]
    pub(super) fingerprint: &'a str,
    /// SHA-256 of its content.
    #[serde(borrow)]
    pub(super) sha256: &'a str,
    pub(super) stamp: Stamp,
}

/// What earlier runs knew, by path.
#[derive(Debug, Default)]
pub(super) struct Stamps<'a>(HashMap<&'a str, Known<'a>>);

#[derive(Deserialize)]
struct File<'a> {
    #[serde(rename = "format-version")]
    format_version: u32,
    #[serde(borrow)]
    artefacts: HashMap<&'a str, Known<'a>>,
}

impl<'a> Stamps<'a> {
    /// Reads the file. What it does not know is read from the artefacts.
    pub(super) fn parse(bytes: &'a [u8]) -> Self {
        let file = serde_json::from_slice::<File<'a>>(bytes).ok();
        Self(file.filter(|file| file.format_version == FORMAT_VERSION).map(|file| file.artefacts).unwrap_or_default())
    }

    pub(super) fn get(&self, path: &str) -> Option<&Known<'a>> {
        self.0.get(path)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The file's text: a line an artefact. A file that was changed as late as `now` may be changed again without its time telling, so it is left out, and read by the next run.
pub(super) fn to_text<'k>(known: impl Iterator<Item = (&'k str, Known<'k>)>, now: Moment) -> Vec<u8> {
    let mut text = format!("{{\"format-version\": {FORMAT_VERSION},\n\"artefacts\": {{").into_bytes();
    add_entries(&mut text, known.filter(|(_, known)| known.stamp.changed < now));
    text.extend_from_slice(b"\n}}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::{Known, Moment, Stamp, Stamps, to_text};

    fn known(nanoseconds: u64) -> Known<'static> {
        let stamp = Stamp { device: 1, inode: 2, size: 3, modified: Moment(4, 0), changed: Moment(4, nanoseconds) };
        Known { fingerprint: "f", sha256: "s", stamp }
    }

    #[test]
    fn what_is_written_is_read() {
        let text = to_text([("a", known(1)), ("b", known(2))].into_iter(), Moment(4, 3));
        let stamps = Stamps::parse(&text);
        assert_eq!((stamps.get("a"), stamps.get("b"), stamps.len()), (Some(&known(1)), Some(&known(2)), 2));
    }

    #[test]
    fn a_file_that_may_still_change_unnoticed_is_left_out() {
        for (now, expected) in
            [(Moment(4, 1), 0), (Moment(4, 2), 1), (Moment(4, 3), 2), (Moment(3, 9), 0), (Moment(5, 0), 2)]
        {
            let text = to_text([("a", known(1)), ("b", known(2))].into_iter(), now);
            assert_eq!(Stamps::parse(&text).len(), expected, "{now:?}");
        }
    }

    #[test]
    fn what_is_damaged_is_as_good_as_gone() {
        let text = String::from_utf8(to_text([("a", known(1))].into_iter(), Moment(5, 0))).expect("JSON");
        for damaged in [
            "",
            "{}",
            "[]",
            "\0\0",
            &text[..text.len() - 4],
            &text.replace("format-version\": 1", "format-version\": 2"),
        ] {
            assert_eq!(Stamps::parse(damaged.as_bytes()).len(), 0, "{damaged}");
        }
    }
}
