//! The record of the documents that the minions have.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::PushError;
use crate::fs::{Attributes, FileError, Folder};

/// The name of the record in the published folder.
const NAME: &str = ".pushed.json";

/// The version of the record's format.
const FORMAT_VERSION: u32 = 1;

/// The mode of the record.
const MODE: u32 = 0o644;

/// The document that each minion got last.
///
/// A minion is due as long as the published document is another one. So nothing is forgotten,
/// whether a run of `generate` or a push is killed, or a minion does not answer for weeks.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Delivered {
    format_version: u32,
    /// The SHA-256 digests of the documents, by minion.
    pub(super) minions: BTreeMap<String, String>,
}

impl Default for Delivered {
    fn default() -> Self {
        Self { format_version: FORMAT_VERSION, minions: BTreeMap::new() }
    }
}

/// Returns the digests of the documents that were pushed from the folder at `path`, by minion. If
/// there is no record, or it is damaged, there are none.
pub(crate) fn pushed(path: &Path) -> Result<BTreeMap<String, String>, PushError> {
    let delivered = Delivered::read(&Folder::open(path)?)?;
    Ok(delivered.unwrap_or_default().minions)
}

impl Delivered {
    /// Reads the record. `None` if it is damaged or of another version: then all minions are due,
    /// which does no harm.
    pub(super) fn read(folder: &Folder) -> Result<Option<Self>, FileError> {
        let bytes = match folder.read(NAME, usize::MAX) {
            Err(error) if error.is_not_found() => return Ok(Some(Self::default())),
            other => other?.bytes,
        };
        let delivered: Option<Self> = serde_json::from_slice(&bytes).ok();
        Ok(delivered.filter(|delivered| delivered.format_version == FORMAT_VERSION))
    }

    /// Writes the record.
    pub(super) fn write(&self, folder: &Folder) -> Result<(), FileError> {
        let mut text = serde_json::to_vec(self).expect("names and digests are JSON");
        text.push(b'\n');
        let staged = folder.stage(NAME, [text], &Attributes::of_mode(MODE))?;
        let written = staged.flush().and_then(|()| folder.commit(NAME)).and_then(|()| folder.flush());
        written.inspect_err(|_| {
            let _ = folder.discard(NAME);
        })
    }
}
