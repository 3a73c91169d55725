//! `.journal.json`: the paths that a run is about to make or remove. It exists only during a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::publish::cow_str::CowStr;
use crate::publish::json_lines::write_json;
use crate::publish::manifest::{FORMAT_VERSION, Owner, check_header};

/// The name of the journal in the folder.
pub(crate) const JOURNAL: &str = ".journal.json";

/// The paths that a run is about to make or remove, with their owners.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Journal<'a> {
    #[serde(rename = "format-version")]
    format_version: u32,
    #[serde(borrow)]
    pub(crate) paths: BTreeMap<CowStr<'a>, Owner<'a>>,
}

impl<'a> Journal<'a> {
    /// Returns a journal of these paths.
    pub(crate) fn new(paths: BTreeMap<CowStr<'a>, Owner<'a>>) -> Self {
        Self { format_version: FORMAT_VERSION, paths }
    }

    /// Parses and checks a journal. An error says what is wrong with it.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let journal: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        check_header(journal.format_version, journal.paths.keys())?;
        Ok(journal)
    }

    /// Returns the journal as JSON.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut text = Vec::new();
        write_json(&mut text, self).expect("memory accepts all writes");
        text
    }
}
