//! `manifest.json`: what a folder's content stands for; and the journal, which is there only while a folder is being changed.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::diagnostics::Finding;
use crate::model::NodeId;

/// The manifest's name in the folder.
pub const MANIFEST: &str = "manifest.json";

/// The journal's name in the folder.
pub(crate) const JOURNAL: &str = ".journal.json";

/// Version of both formats.
const FORMAT_VERSION: u32 = 1;

/// Text that is lent by a file's bytes or by the configuration where it can be. `serde` lends what a [`Cow`] holds only where it is a field by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

/// Whose an artefact is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner<'a> {
    /// The router; none for what serves all.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) router: Option<Text<'a>>,
    /// The node.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) node: Option<Text<'a>>,
    /// The Salt minion that reads it, if one does.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) minion: Option<Text<'a>>,
}

impl Owner<'_> {
    pub(crate) fn node_id(&self) -> Option<NodeId> {
        let (router, node) = (self.router.as_deref()?, self.node.as_deref()?);
        Some(NodeId { router: router.to_owned(), node: node.to_owned() })
    }
}

/// An artefact in the manifest. Its first three are its [`Owner`], which `serde` would flatten at a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Artefact<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    router: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    node: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    minion: Option<Text<'a>>,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Its SHA-256, lower-case hexadecimal.
    #[serde(borrow)]
    pub(crate) sha256: Text<'a>,
}

impl<'a> Artefact<'a> {
    pub(crate) fn new(owner: Owner<'a>, size: u64, sha256: impl Into<Text<'a>>) -> Self {
        let Owner { router, node, minion } = owner;
        Self { router, node, minion, size, sha256: sha256.into() }
    }

    pub(crate) fn owner(&self) -> Owner<'a> {
        Owner { router: self.router.clone(), node: self.node.clone(), minion: self.minion.clone() }
    }
}

/// What a run makes of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It has its routes.
    On,
    /// The plugin is off.
    Off,
    /// It keeps what it has, because of an error.
    Held,
}

/// A router in the manifest.
#[derive(Debug, Default, Serialize)]
pub(crate) struct RouterEntry<'a> {
    /// What the run makes of each node.
    pub(crate) nodes: BTreeMap<&'a str, State>,
    /// What was found about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) findings: Vec<&'a Finding>,
}

/// What a run stands for, but for its artefacts. Nothing in it depends on time, place or order.
#[derive(Debug, Default)]
pub(crate) struct Manifest<'a> {
    /// Findings about the authority and its services.
    pub(crate) findings: Vec<&'a Finding>,
    /// The routers that the plugin manages, or that something was found about.
    pub(crate) routers: BTreeMap<&'a str, RouterEntry<'a>>,
}

impl Manifest<'_> {
    /// The manifest's text: JSON with a line an entry, so that two manifests compare line by line. The artefacts come sorted by path.
    pub(crate) fn to_text<'k>(&self, artefacts: impl ExactSizeIterator<Item = (&'k str, Artefact<'k>)>) -> Vec<u8> {
        let mut text = Vec::with_capacity(artefacts.len() * USUAL_LENGTH);
        write!(text, "{{\"format-version\": {FORMAT_VERSION},\n\"findings\": [").expect("memory takes it");
        for (index, finding) in self.findings.iter().enumerate() {
            text.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
            add_json(&mut text, finding);
        }
        text.extend_from_slice(b"\n],\n\"routers\": {");
        add_entries(&mut text, self.routers.iter());
        text.extend_from_slice(b"\n},\n\"artefacts\": {");
        add_entries(&mut text, artefacts);
        text.extend_from_slice(b"\n}}\n");
        text
    }
}

/// Bytes of an artefact's line in the manifest and in the stamps, its share of the other lines included.
pub(crate) const USUAL_LENGTH: usize = 256;

/// The members of a JSON object, a line each.
pub(crate) fn add_entries<K: Serialize, V: Serialize>(text: &mut Vec<u8>, entries: impl Iterator<Item = (K, V)>) {
    for (index, (key, entry)) in entries.enumerate() {
        text.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        add_json(text, &key);
        text.extend_from_slice(b": ");
        add_json(text, &entry);
    }
}

fn add_json<T: Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(text, value).expect("plain data is JSON, and memory takes it");
}

/// The part of a manifest that a later run goes by.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Previous<'a> {
    #[serde(rename = "format-version")]
    format_version: u32,
    #[serde(borrow)]
    pub(crate) artefacts: BTreeMap<Text<'a>, Artefact<'a>>,
}

impl<'a> Previous<'a> {
    /// Reads a manifest. It says what may be removed, so nothing in it is taken on trust.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let previous: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        check(previous.format_version, previous.artefacts.keys())?;
        Ok(previous)
    }
}

/// The paths that a run is about to make or remove, and whose they are.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Journal<'a> {
    #[serde(rename = "format-version")]
    format_version: u32,
    #[serde(borrow)]
    pub(crate) paths: BTreeMap<Text<'a>, Owner<'a>>,
}

impl<'a> Journal<'a> {
    pub(crate) fn new(paths: BTreeMap<Text<'a>, Owner<'a>>) -> Self {
        Self { format_version: FORMAT_VERSION, paths }
    }

    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let journal: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        check(journal.format_version, journal.paths.keys())?;
        Ok(journal)
    }

    pub(crate) fn to_text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        add_json(&mut text, self);
        text
    }
}

fn check<'p, 'a: 'p>(format_version: u32, mut paths: impl Iterator<Item = &'p Text<'a>>) -> Result<(), String> {
    if format_version != FORMAT_VERSION {
        return Err(format!("its format version is {format_version}, and this program knows {FORMAT_VERSION}"));
    }
    match paths.find(|path| !is_ours(path)) {
        Some(path) => Err(format!("it lists {:?}, which is no path of ours", &**path)),
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
