//! JSON with a version (`schema/diff.schema.json`).

use serde::Serialize;

use super::Titles;
use crate::commands::diff::compare::comparison::Comparison;

/// The version of the format. It increases when a member is removed or changes its meaning.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DocumentJson<'c> {
    format_version: u32,
    #[serde(flatten)]
    comparison: &'c Comparison,
}

pub(crate) fn render(comparison: &Comparison, _titles: &Titles, _limit: usize) -> String {
    let document = DocumentJson { format_version: FORMAT_VERSION, comparison };
    serde_json::to_string_pretty(&document).expect("plain values are JSON") + "\n"
}
