//! `.stamps.json`: what each artefact was made from, and how the file system described its file then. Where a run finds both the same, the file is what
//! it would make, and is neither rendered nor read (`docs/publishing.md`, "What is not looked at again").
//!
//! The file decides nothing but this. It is not flushed, and one that is gone, damaged or of another machine costs the reading of all artefacts.

use std::collections::HashMap;
use std::io::Write as _;

use serde::{Deserialize, Serialize};

use crate::publish::manifest::{USUAL_LENGTH, add_entries};

/// The name in the folder.
pub(crate) const STAMPS: &str = ".stamps.json";

const FORMAT_VERSION: u32 = 1;

/// How the file system describes a file. Whatever is done to the file's content changes the time of its last change (`inode(7)`), which nobody can set; another
/// file in its place has another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Numbers", from = "Numbers")]
pub(crate) struct Stamp {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) size: u64,
    /// When its content was last written to.
    pub(crate) modified: Moment,
    /// When anything about it last changed.
    pub(crate) changed: Moment,
}

/// A time of the file system's clock: seconds, nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Moment(pub(crate) i64, pub(crate) u64);

/// A stamp without names, of which there would be several megabytes.
type Numbers = (u64, u64, u64, Moment, Moment);

impl From<Numbers> for Stamp {
    fn from((device, inode, size, modified, changed): Numbers) -> Self {
        Self { device, inode, size, modified, changed }
    }
}

impl From<Stamp> for Numbers {
    fn from(stamp: Stamp) -> Self {
        (stamp.device, stamp.inode, stamp.size, stamp.modified, stamp.changed)
    }
}

impl Stamp {
    /// Whether this is the same file with nothing written to it since. A rename changes the rest.
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        let content = |stamp: &Self| (stamp.device, stamp.inode, stamp.size, stamp.modified);
        content(self) == content(other)
    }
}

/// What an artefact was made from ([`crate::publish::render::Renderer::fingerprint`]), and the file that held it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known<'a>(#[serde(borrow)] pub(crate) &'a str, pub(crate) Stamp);

/// What an earlier run knew.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Stamps<'a> {
    #[serde(rename = "format-version")]
    format_version: u32,
    /// The manifest, which says what the artefacts are: while it is the same, these stamps belong to it.
    manifest: Option<Stamp>,
    #[serde(borrow)]
    artefacts: HashMap<&'a str, Known<'a>>,
}

impl<'a> Stamps<'a> {
    /// Reads the file, which counts as long as the manifest is the one that it was written beside.
    pub(crate) fn parse(bytes: &'a [u8], manifest: Option<Stamp>) -> Self {
        let stamps = serde_json::from_slice::<Self>(bytes).ok();
        let counts = |stamps: &Self| stamps.format_version == FORMAT_VERSION && stamps.manifest == manifest;
        stamps.filter(|stamps| manifest.is_some() && counts(stamps)).unwrap_or_default()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Known<'a>> {
        self.artefacts.get(path)
    }

    pub(crate) fn len(&self) -> usize {
        self.artefacts.len()
    }
}

/// The file's text: a line an artefact, of which there are about `count`. A file that was changed as late as `now` may be changed again without its time telling, so it is left out, and read by the next run.
pub(crate) fn to_text<'k>(
    manifest: Option<Stamp>,
    count: usize,
    artefacts: impl Iterator<Item = (&'k str, Known<'k>)>,
    now: Moment,
) -> Vec<u8> {
    let manifest = manifest.filter(|manifest| manifest.changed < now);
    let manifest = serde_json::to_string(&manifest).expect("numbers are JSON");
    let mut text = Vec::with_capacity(count * USUAL_LENGTH);
    write!(text, "{{\"format-version\": {FORMAT_VERSION},\n\"manifest\": {manifest},\n\"artefacts\": {{")
        .expect("memory takes it");
    add_entries(&mut text, artefacts.filter(|(_, Known(_, stamp))| stamp.changed < now));
    text.extend_from_slice(b"\n}}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::{Known, Moment, Stamp, Stamps, to_text};

    fn stamp(nanoseconds: u64) -> Stamp {
        Stamp { device: 1, inode: 2, size: 3, modified: Moment(4, 0), changed: Moment(4, nanoseconds) }
    }

    fn text(now: Moment) -> String {
        let known = [("a", Known("f", stamp(1))), ("b", Known("g", stamp(2)))];
        String::from_utf8(to_text(Some(stamp(0)), 2, known.into_iter(), now)).expect("JSON")
    }

    #[test]
    fn what_is_written_is_read() {
        let text = text(Moment(4, 3));
        let stamps = Stamps::parse(text.as_bytes(), Some(stamp(0)));
        let found = (stamps.get("a"), stamps.get("b"), stamps.len());
        assert_eq!(found, (Some(&Known("f", stamp(1))), Some(&Known("g", stamp(2))), 2));
    }

    #[test]
    fn a_file_that_may_still_change_unnoticed_is_left_out() {
        for (now, expected) in [
            (Moment(4, 1), 0),
            (Moment(4, 2), 1),
            (Moment(4, 3), 2),
            (Moment(4, 0), 0),
            (Moment(3, 9), 0),
            (Moment(5, 0), 2),
        ] {
            assert_eq!(Stamps::parse(text(now).as_bytes(), Some(stamp(0))).len(), expected, "{now:?}");
        }
    }

    #[test]
    fn what_is_damaged_or_beside_another_manifest_is_as_good_as_gone() {
        let text = text(Moment(5, 0));
        let other_version = text.replace("format-version\": 1", "format-version\": 2");
        for damaged in ["", "{}", "[]", "\0\0", &text[..text.len() - 4], &other_version] {
            assert_eq!(Stamps::parse(damaged.as_bytes(), Some(stamp(0))).len(), 0, "{damaged}");
        }
        for manifest in [None, Some(stamp(1))] {
            assert_eq!(Stamps::parse(text.as_bytes(), manifest).len(), 0, "{manifest:?}");
        }
    }
}
