//! The files and folders of a search that were not read.

use super::printable::printable;
use crate::input::Reading;
use crate::model::count::counted;

/// The number of files that are named. The rest are counted.
const NAMED: usize = 3;

/// Describes the files that are not configuration and the published folders, or returns `None` if
/// nothing was skipped.
pub(crate) fn to_text(reading: &Reading) -> Option<String> {
    let files = reading.sources.iter().filter(|(_, source)| source.is_foreign());
    let files: Vec<&str> = files.map(|(_, source)| source.name()).collect();
    let folders: Vec<&str> = reading.published.iter().map(String::as_str).collect();
    let parts = [("file", "without configuration", files), ("folder", "of published routes", folders)];
    let parts = parts.into_iter().filter(|(_, _, names)| !names.is_empty());
    let parts: Vec<String> = parts.map(|(noun, kind, names)| part(noun, kind, &names)).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Returns `2 files without configuration skipped: a.yml, b.yml`.
fn part(noun: &str, kind: &str, names: &[&str]) -> String {
    let named: Vec<String> = names.iter().take(NAMED).map(|name| printable(name)).collect();
    let more = if names.len() > NAMED { ", and others" } else { "" };
    format!("{} {kind} skipped: {}{more}", counted(names.len(), noun), named.join(", "))
}
