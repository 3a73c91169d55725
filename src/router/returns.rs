//! The documents that this machine had, so that one that comes back is noticed.
//!
//! Two conductors deliver to a machine. If one of them lags, its document and that of the other one
//! come in turn. The record is only about messages. If it is lost, nothing is said.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::fs::Root;
use crate::router::confirm::record::OFF;
use crate::router::files::Files;

/// The name of the record in the plugin's own folder.
const NAME: &str = "documents.json";

/// The path where Salt writes the revision of the document.
const REVISION_PATH: &str = "/var/lib/128technology/plugins/loopback-static-routes/revision";

/// The maximum size of the revision, in bytes.
const LARGEST_REVISION: usize = 64;

/// The version of the record's format.
const FORMAT_VERSION: u32 = 1;

/// The most documents that are known.
const KNOWN: usize = 16;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Record {
    format_version: u32,
    documents: Vec<Known>,
}

/// A document that the machine had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// The SHA-256 of the route file that it gives, or `off`.
    digest: String,
    /// The revision with which it came last.
    revision: Option<u64>,
    /// How often it came back after another document.
    returns: u32,
}

/// The documents that the machine had, the latest first.
#[derive(Debug, Default)]
pub(crate) struct Documents(Vec<Known>);

impl Documents {
    /// Reads the record. If it is missing, damaged or of another version, no document is known.
    pub(crate) fn read(files: &dyn Files) -> Self {
        let Ok(Some(bytes)) = files.record(NAME) else { return Self::default() };
        match serde_json::from_slice::<Record>(&bytes) {
            Ok(Record { format_version: FORMAT_VERSION, documents }) => Self(documents),
            _ => Self::default(),
        }
    }

    /// Returns true if the machine had a document.
    pub(crate) fn knows_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Returns how often the latest document came back, if it is the one with this digest. Without
    /// a digest, it is the one that switches the plugin off.
    pub(crate) fn returns(&self, digest: Option<&str>) -> u32 {
        let latest = self.0.first().filter(|latest| latest.digest == digest.unwrap_or(OFF));
        latest.map_or(0, |latest| latest.returns)
    }

    /// Notes the document that the machine has now, and writes the record if it changed.
    pub(crate) fn note(&mut self, digest: Option<&str>, revision: Option<u64>, files: &mut dyn Files) {
        if self.add(digest.unwrap_or(OFF), revision) {
            let record = Record { format_version: FORMAT_VERSION, documents: self.0.clone() };
            // Without the record, nothing is said the next time.
            let _ = files.write_record(NAME, &serde_json::to_vec(&record).expect("names and numbers are JSON"));
        }
    }

    /// Adds the document of the machine. Returns false if nothing changed.
    fn add(&mut self, digest: &str, revision: Option<u64>) -> bool {
        let latest = self.0.first();
        if latest.is_some_and(|latest| latest.digest == digest && latest.revision == revision) {
            return false;
        }
        // A later revision with the document of an earlier one is a change that was taken back.
        let is_later = latest.is_some_and(|latest| revision > latest.revision);
        let is_same = latest.is_some_and(|latest| latest.digest == digest);
        let index = self.0.iter().position(|known| known.digest == digest);
        let returns = match index.map(|index| self.0.remove(index)) {
            Some(known) if !is_later => known.returns + u32::from(!is_same),
            _ => 0,
        };
        self.0.insert(0, Known { digest: digest.to_owned(), revision, returns });
        self.0.truncate(KNOWN);
        true
    }
}

/// Returns the revision of the document; `None` if it came without one.
pub(crate) fn revision(root: &Root) -> Option<u64> {
    let bytes = root.read(Path::new(REVISION_PATH), LARGEST_REVISION).ok()?.bytes;
    std::str::from_utf8(&bytes).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Documents, KNOWN};

    #[test]
    fn a_document_that_comes_back_is_counted() {
        for (what, came, expected) in [
            ("the first", &[("a", None)][..], 0),
            ("the same", &[("a", None), ("a", None)], 0),
            ("a new one", &[("a", None), ("b", None)], 0),
            ("back", &[("a", None), ("b", None), ("a", None)], 1),
            ("back and kept", &[("a", None), ("b", None), ("a", None), ("a", None)], 1),
            ("in turn", &[("a", None), ("b", None), ("a", None), ("b", None), ("a", None)], 2),
            ("a new one after that", &[("a", None), ("b", None), ("a", None), ("c", None)], 0),
            ("taken back by a later revision", &[("a", Some(1)), ("b", Some(2)), ("a", Some(3))], 0),
            ("two conductors with one revision", &[("a", Some(1)), ("b", Some(1)), ("a", Some(1))], 1),
            ("one conductor without revisions", &[("a", Some(1)), ("b", None), ("a", None)], 1),
            ("agreed by a later revision", &[("a", Some(1)), ("b", Some(1)), ("a", Some(1)), ("a", Some(2))], 0),
        ] {
            let mut documents = Documents::default();
            for (digest, revision) in came {
                documents.add(digest, *revision);
            }
            let (last, _) = came.last().expect("one");
            assert_eq!(documents.returns(Some(last)), expected, "{what}");
            assert_eq!(documents.returns(Some("other")), 0, "{what}");
        }
    }

    #[test]
    fn the_latest_documents_are_known() {
        let mut documents = Documents::default();
        let digests: Vec<String> = (0..=KNOWN).map(|number| number.to_string()).collect();
        digests.iter().for_each(|digest| assert!(documents.add(digest, None)));
        assert!(!documents.add(digests.last().expect("one"), None));
        documents.add("0", None);
        assert_eq!(documents.returns(Some("0")), 0, "too long ago");
        documents.add("2", None);
        assert_eq!(documents.returns(Some("2")), 1);
    }
}
