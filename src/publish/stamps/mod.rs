//! `.stamps.json`: lets a run skip artefacts that have not changed, for speed.
//!
//! The file records the fingerprint of each artefact, and how the file system described its file. A
//! run that finds both unchanged neither renders the artefact nor reads the file
//! (`docs/publishing.md`). For 10,000 routers, this made an unchanged run 0.45 s faster
//! (`docs/performance.md`).
//!
//! A file has a stamp only if every change since it was renamed, compared, or written into a new
//! folder is sure to show in its times: see [`StampReader`] and [`Stamp::is_renamed`].
//! `docs/publishing.md` lists the exceptions.
//!
//! The stamps have no other effect. They are not flushed, because a run without them reads all
//! artefacts.

mod describer;
mod reader;
mod unchanged;
mod update;

use serde::{Deserialize, Serialize};

use crate::publish::json_lines::{pieces_of_members, write_members_after};
use crate::publish::members::{self, Members};
use crate::publish::stamp::{Moment, Stamp};

pub(crate) use self::reader::StampReader;
pub(crate) use self::unchanged::{Known, UnchangedFiles};
pub(crate) use self::update::{unchanged_manifest, update_stamps};

/// The name of the stamps in the folder.
pub(crate) const STAMPS: &str = ".stamps.json";

/// The version of the format. Stamps of version 1 did not show every change.
const FORMAT_VERSION: u32 = 2;

/// The fingerprint of an artefact, and the stamp of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StampEntry<'a>(#[serde(borrow)] pub(crate) &'a str, pub(crate) Stamp);

/// The stamps that an earlier run wrote.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PreviousStamps<'a> {
    #[serde(rename = "format-version")]
    format_version: u32,
    /// The stamp of the manifest to which these stamps belong.
    manifest: Option<Stamp>,
    /// The artefacts, sorted by path.
    #[serde(borrow, deserialize_with = "members::sorted")]
    pub(crate) artefacts: Members<&'a str, StampEntry<'a>>,
}

impl<'a> PreviousStamps<'a> {
    /// Parses stamps. Stamps that are invalid, or belong to another manifest, are ignored.
    pub(crate) fn parse(bytes: &'a [u8], manifest: Option<Stamp>) -> Self {
        let stamps = serde_json::from_slice::<Self>(bytes).ok();
        let is_valid = |stamps: &Self| stamps.format_version == FORMAT_VERSION && stamps.manifest == manifest;
        stamps.filter(|stamps| manifest.is_some() && is_valid(stamps)).unwrap_or_default()
    }

    /// Returns the stamp of the manifest to which these stamps belong; `None` if there are none.
    pub(crate) fn manifest(&self) -> Option<Stamp> {
        self.manifest
    }

    /// Returns the number of entries.
    pub(crate) fn len(&self) -> usize {
        self.artefacts.len()
    }
}

/// Returns the artefacts whose stamps are older than `now`.
///
/// A file changed at `now` may change again within the same tick of the clock, without a new time.
fn older<A>(artefacts: &[A], stamp: impl Fn(&A) -> Option<Stamp>, now: Moment) -> Vec<&A> {
    artefacts.iter().filter(|artefact| stamp(artefact).is_some_and(|stamp| stamp.changed < now)).collect()
}

/// Returns stamps as JSON, in pieces, with one artefact per line. `member` returns the path and the
/// stamp of an artefact.
fn to_json<'i, A: Sync>(
    manifest: Option<Stamp>,
    artefacts: &'i [&'i A],
    member: impl for<'k> Fn(&'k A) -> Option<(&'k str, StampEntry<'k>)> + Sync + 'i,
) -> impl Iterator<Item = Vec<u8>> {
    let manifest = serde_json::to_string(&manifest).expect("numbers serialize");
    let start = format!("{{\"format-version\": {FORMAT_VERSION},\n\"manifest\": {manifest},\n\"artefacts\": {{");
    let write = move |text: &mut Vec<u8>, before: usize, artefacts: &[&A]| {
        write_members_after(text, before, artefacts.iter().filter_map(|artefact| member(artefact)))
    };
    pieces_of_members(start.into_bytes(), artefacts, write, b"\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::{PreviousStamps, StampEntry, older, to_json};
    use crate::publish::stamp::{Moment, Stamp};

    fn stamp(nanoseconds: u64) -> Stamp {
        Stamp { device: 1, inode: 2, size: 3, modified: Moment(4, 0), changed: Moment(4, nanoseconds) }
    }

    fn text(now: Moment) -> String {
        let entries = [("a", StampEntry("f", stamp(1))), ("b", StampEntry("g", stamp(2)))];
        let older = older(&entries, |(_, StampEntry(_, stamp))| Some(*stamp), now);
        let pieces = to_json(Some(stamp(0)), &older, |(path, entry)| Some((path, *entry)));
        String::from_utf8(pieces.flatten().collect()).expect("JSON")
    }

    #[test]
    fn stamps_are_read_as_written() {
        let text = text(Moment(4, 3));
        let stamps = PreviousStamps::parse(text.as_bytes(), Some(stamp(0)));
        let found = (stamps.artefacts.get("a"), stamps.artefacts.get("b"), stamps.len());
        assert_eq!(found, (Some(&StampEntry("f", stamp(1))), Some(&StampEntry("g", stamp(2))), 2));
    }

    #[test]
    fn a_file_changed_in_the_current_tick_is_left_out() {
        for (now, expected) in [
            (Moment(4, 1), 0),
            (Moment(4, 2), 1),
            (Moment(4, 3), 2),
            (Moment(4, 0), 0),
            (Moment(3, 9), 0),
            (Moment(5, 0), 2),
        ] {
            assert_eq!(PreviousStamps::parse(text(now).as_bytes(), Some(stamp(0))).len(), expected, "{now:?}");
        }
    }

    #[test]
    fn stamps_that_are_damaged_or_of_another_manifest_are_ignored() {
        let text = text(Moment(5, 0));
        let other_version = text.replace("format-version\": 2", "format-version\": 1");
        let unsorted = text.replace("\"b\":", "\"A\":");
        let duplicate = text.replace("\"b\":", "\"a\":");
        for damaged in ["", "{}", "[]", "\0\0", &text[..text.len() - 4], &other_version, &unsorted, &duplicate] {
            assert_eq!(PreviousStamps::parse(damaged.as_bytes(), Some(stamp(0))).len(), 0, "{damaged}");
        }
        for manifest in [None, Some(stamp(1))] {
            assert_eq!(PreviousStamps::parse(text.as_bytes(), manifest).len(), 0, "{manifest:?}");
        }
    }
}
