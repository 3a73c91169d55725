//! `manifest.json`: what a folder's content stands for; and the journal, which is there only while a folder is being changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Finding;
use crate::model::NodeId;

/// The manifest's name in the folder.
pub const MANIFEST: &str = "manifest.json";

/// The journal's name in the folder.
pub(super) const JOURNAL: &str = ".journal.json";

/// Version of both formats.
const FORMAT_VERSION: u32 = 1;

/// Whose an artefact is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The node; none for what serves all.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// The Salt minion that reads it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minion: Option<String>,
}

/// An artefact in the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artefact {
    /// Whose it is.
    #[serde(flatten)]
    pub owner: Owner,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

/// What a run makes of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It has its routes.
    On,
    /// The plugin is off.
    Off,
    /// It keeps what it has, because of an error.
    Held,
}

/// A router in the manifest.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RouterEntry {
    /// What the run makes of each node.
    pub nodes: BTreeMap<String, State>,
    /// What was found about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// What a run stands for. Nothing in it depends on time, place or order.
#[derive(Debug, Default)]
pub struct Manifest {
    /// Findings about the authority and its services.
    pub findings: Vec<Finding>,
    /// The routers that the plugin manages, or that something was found about.
    pub routers: BTreeMap<String, RouterEntry>,
    /// The artefacts by path.
    pub artefacts: BTreeMap<String, Artefact>,
}

impl Manifest {
    /// The manifest's text: JSON with a line an entry, so that two manifests compare line by line.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{{\"format-version\": {FORMAT_VERSION},\n\"findings\": [");
        for (index, finding) in self.findings.iter().enumerate() {
            write!(text, "{}\n{}", if index == 0 { "" } else { "," }, json(finding)).expect("a string takes all");
        }
        text.push_str("\n],\n\"routers\": {");
        add_entries(&mut text, &self.routers);
        text.push_str("\n},\n\"artefacts\": {");
        add_entries(&mut text, &self.artefacts);
        text.push_str("\n}}\n");
        text
    }
}

fn add_entries<T: Serialize>(text: &mut String, entries: &BTreeMap<String, T>) {
    for (index, (key, entry)) in entries.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(text, "{comma}\n{}: {}", json(key), json(entry)).expect("a string takes all");
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data is JSON")
}

/// The part of a manifest that a later run goes by.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Previous {
    #[serde(rename = "format-version")]
    format_version: u32,
    pub(super) artefacts: BTreeMap<String, Artefact>,
}

impl Previous {
    /// Reads a manifest. It says what may be removed, so nothing in it is taken on trust.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let previous: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        check(previous.format_version, previous.artefacts.keys())?;
        Ok(previous)
    }
}

/// The paths that a run is about to make or remove, and whose they are.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    #[serde(rename = "format-version")]
    format_version: u32,
    pub(super) paths: BTreeMap<String, Owner>,
}

impl Journal {
    pub(super) fn new(paths: BTreeMap<String, Owner>) -> Self {
        Self { format_version: FORMAT_VERSION, paths }
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let journal: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        check(journal.format_version, journal.paths.keys())?;
        Ok(journal)
    }

    pub(super) fn to_text(&self) -> String {
        json(self)
    }
}

fn check<'p>(format_version: u32, mut paths: impl Iterator<Item = &'p String>) -> Result<(), String> {
    if format_version != FORMAT_VERSION {
        return Err(format!("its format version is {format_version}, and this program knows {FORMAT_VERSION}"));
    }
    match paths.find(|path| !is_ours(path)) {
        Some(path) => Err(format!("it lists {path:?}, which is no path of ours")),
        None => Ok(()),
    }
}

/// Whether a path is one that this program makes: in one of its two folders, and not out of it again.
fn is_ours(path: &str) -> bool {
    let mut steps = path.split('/');
    matches!(steps.next(), Some("routers" | "pillar"))
        && steps.clone().next().is_some()
        && steps.all(|step| !matches!(step, "" | "." | "..") && !step.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_paths_of_ours() {
        for (path, expected) in [
            ("routers/r1/node1/route-kni254", true),
            ("pillar/top.sls", true),
            ("pillar", false),
            ("manifest.json", false),
            ("/etc/passwd", false),
            ("routers/../../etc/passwd", false),
            ("routers//x", false),
            ("pillar/.", false),
        ] {
            assert_eq!(is_ours(path), expected, "{path}");
        }
    }
}
