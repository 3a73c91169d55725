//! `manifest.json`: the artefacts of a folder, the state of its nodes, and the findings of the run.

use std::collections::BTreeMap;
use std::io::{self, Write};

use memchr::memmem;
use rayon::prelude::*;
use serde::{Deserialize, Serialize, Serializer};

use crate::contract::route_file;
use crate::diagnostics::{Finding, by_content};
use crate::model::NodeId;
use crate::model::{NodePlan, NodeState, Plan, Subject};
use crate::publish::cow_str::CowStr;
use crate::publish::json_lines::{
    AT_A_TIME, Comparison, pieces_of_members, start_of_member, write_items, write_members, write_members_after,
};
use crate::publish::members::{self, Members};

pub(crate) use crate::contract::names::MANIFEST;

/// The version of the formats of manifest and journal.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// The text between the routers and the artefacts.
const START_OF_ARTEFACTS: &[u8] = b"\n},\n\"artefacts\": {";

/// The text after the artefacts.
const END: &[u8] = b"\n}}\n";

/// The router, node and minion that an artefact belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner<'a> {
    /// The router. The pillar's top file has none.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) router: Option<CowStr<'a>>,
    /// The node.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) node: Option<CowStr<'a>>,
    /// The Salt minion that reads a pillar document.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) minion: Option<CowStr<'a>>,
}

impl Owner<'_> {
    /// Returns the node, or `None` for an artefact of all nodes.
    pub(crate) fn node_id(&self) -> Option<NodeId> {
        let (router, node) = (self.router.as_deref()?, self.node.as_deref()?);
        Some(NodeId { router: router.to_owned(), node: node.to_owned() })
    }
}

/// The entry of an artefact in the manifest.
///
/// The first three fields are those of [`Owner`]: `serde(flatten)` would copy every string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArtefactEntry<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    router: Option<CowStr<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    node: Option<CowStr<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    minion: Option<CowStr<'a>>,
    /// The size in bytes.
    pub(crate) size: u64,
    /// The SHA-256 digest, as lower-case hexadecimal text.
    #[serde(borrow)]
    pub(crate) sha256: CowStr<'a>,
}

impl<'a> ArtefactEntry<'a> {
    /// Returns the entry of an artefact.
    pub(crate) fn new(owner: Owner<'a>, size: u64, sha256: impl Into<CowStr<'a>>) -> Self {
        let Owner { router, node, minion } = owner;
        Self { router, node, minion, size, sha256: sha256.into() }
    }

    /// Returns the owner of the artefact.
    pub(crate) fn owner(&self) -> Owner<'a> {
        Owner { router: self.router.clone(), node: self.node.clone(), minion: self.minion.clone() }
    }

    /// Returns true for the route file of a node.
    pub(crate) fn is_route_file(&self) -> bool {
        self.node.is_some() && self.minion.is_none()
    }

    /// Returns the largest number of routes that a file of this size can have. It is 0 only if the
    /// file has no routes, or is not a route file.
    pub(crate) fn most_routes(&self) -> usize {
        if self.is_route_file() { route_file::most_routes(self.size) } else { 0 }
    }
}

/// The status of a node in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum NodeStatus {
    /// The node has routes.
    On,
    /// The plugin is off.
    Off,
    /// The node keeps its artefacts because of an error.
    Held,
}

/// The entry of a router in the manifest.
#[derive(Debug, Default, Serialize)]
struct RouterEntry<'a> {
    /// The name and the status of each node that the plugin manages, sorted by name.
    #[serde(serialize_with = "as_object")]
    nodes: Vec<(&'a str, NodeStatus)>,
    /// The findings about the router.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<&'a Finding>,
}

/// The manifest of a run, without its artefacts.
///
/// It depends on the configuration only, and not on time, place or the order of elements.
#[derive(Debug, Default)]
pub(crate) struct Manifest<'a> {
    /// The findings about the authority and its services, and about several routers.
    findings: Vec<&'a Finding>,
    /// The routers that have managed nodes or findings.
    routers: BTreeMap<&'a str, RouterEntry<'a>>,
}

impl<'a> Manifest<'a> {
    /// Returns the manifest of a plan.
    pub(crate) fn new(plan: &'a Plan<'_>, findings: &'a [Finding]) -> Self {
        let mut manifest = Manifest::default();
        for router in &plan.routers {
            let nodes: Vec<_> = router.nodes.iter().filter_map(status).collect();
            if !nodes.is_empty() {
                manifest.routers.entry(&router.router.name.value).or_default().nodes = nodes;
            }
        }
        let mut findings: Vec<&Finding> = findings.iter().collect();
        findings.sort_by(|a, b| by_content(a, b));
        for finding in findings {
            let mut routers: Vec<Option<&str>> = finding.subjects().map(Subject::router).collect();
            routers.dedup();
            match routers[..] {
                [Some(router)] => manifest.routers.entry(router).or_default().findings.push(finding),
                // A list in each of the routers would take quadratic space.
                _ => manifest.findings.push(finding),
            }
        }
        manifest
    }

    /// Returns the manifest as JSON, in pieces, with one entry per line. The artefacts must be
    /// sorted by path, and `member` returns the path and the entry of one.
    pub(crate) fn to_json<'i, A: Sync>(
        &self,
        artefacts: &'i [A],
        member: impl for<'k> Fn(&'k A) -> (&'k str, ArtefactEntry<'k>) + Sync + 'i,
    ) -> impl Iterator<Item = Vec<u8>> {
        let write = move |text: &mut Vec<u8>, before: usize, artefacts: &[A]| {
            write_members_after(text, before, artefacts.iter().map(&member))
        };
        let mut start = Vec::new();
        self.write_start(&mut start).expect("memory accepts all writes");
        start.extend_from_slice(START_OF_ARTEFACTS);
        pieces_of_members(start, artefacts, write, END)
    }

    /// Writes everything before the artefacts.
    fn write_start(&self, text: &mut impl Write) -> io::Result<()> {
        write!(text, "{{\"format-version\": {FORMAT_VERSION},\n\"findings\": [")?;
        write_items(text, self.findings.iter())?;
        text.write_all(b"\n],\n\"routers\": {")?;
        write_members(text, self.routers.iter())
    }

    /// Returns true if a text is exactly the JSON of the manifest with these artefacts, which are
    /// sorted by path. `member` returns the path and the entry of one.
    ///
    /// The text is compared in parts on all cores.
    pub(crate) fn is_same<A: Sync>(
        &self,
        text: &[u8],
        artefacts: &[A],
        member: impl for<'k> Fn(&'k A) -> (&'k str, ArtefactEntry<'k>) + Sync,
    ) -> bool {
        // A string of JSON has no line break, so this is never in one.
        let Some(end) = memmem::find(text, START_OF_ARTEFACTS) else { return false };
        let (start, list) = (&text[..end], &text[end + START_OF_ARTEFACTS.len()..]);
        let Some(list) = list.strip_suffix(END) else { return false };
        let Some(parts) = parts_of(list, artefacts, |artefact| member(artefact).0) else { return false };
        let is_same = |part: &Part<'_, A>| {
            let write =
                |text: &mut Comparison<'_>| write_members_after(text, part.before, part.artefacts.iter().map(&member));
            Comparison::is_same(part.text, write)
        };
        let is_same_start = || Comparison::is_same(start, |text| self.write_start(text));
        let (is_same_start, are_same) = rayon::join(is_same_start, || parts.par_iter().all(is_same));
        is_same_start && are_same
    }
}

/// Artefacts that follow one another, and the text that may be theirs.
struct Part<'t, A> {
    text: &'t [u8],
    artefacts: &'t [A],
    /// The number of artefacts before them.
    before: usize,
}

/// Cuts the list of artefacts of a text before some artefacts. `None` if one of them is not there.
fn parts_of<'t, A>(text: &'t [u8], artefacts: &'t [A], path: impl Fn(&A) -> &str) -> Option<Vec<Part<'t, A>>> {
    let (mut parts, mut rest, mut before) = (Vec::new(), text, 0);
    let mut chunks = artefacts.chunks(AT_A_TIME).peekable();
    while let Some(artefacts) = chunks.next() {
        let end = match chunks.peek() {
            Some(next) => memmem::find(rest, &start_of_member(path(&next[0])))?,
            None => rest.len(),
        };
        parts.push(Part { text: &rest[..end], artefacts, before });
        rest = &rest[end..];
        before += artefacts.len();
    }
    rest.is_empty().then_some(parts)
}

/// Writes names and values as a JSON object.
fn as_object<S: Serializer>(members: &[(&str, NodeStatus)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(members.iter().copied())
}

fn status<'p>(node: &'p NodePlan<'_>) -> Option<(&'p str, NodeStatus)> {
    let status = match node.state {
        NodeState::Unmanaged => return None,
        NodeState::Off => NodeStatus::Off,
        NodeState::On(_) => NodeStatus::On,
        NodeState::Held => NodeStatus::Held,
    };
    Some((node.id.node.as_str(), status))
}

/// The artefacts of the manifest that an earlier run wrote.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PreviousManifest<'a> {
    #[serde(rename = "format-version")]
    format_version: u32,
    #[serde(borrow, deserialize_with = "members::by_name")]
    pub(crate) artefacts: Members<CowStr<'a>, ArtefactEntry<'a>>,
}

impl<'a> PreviousManifest<'a> {
    /// Parses and checks a manifest. An error says what is wrong with it.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        check_header(manifest.format_version, manifest.artefacts.names())?;
        Ok(manifest)
    }
}

/// Checks the version and the paths of a manifest or journal.
///
/// A run may remove these paths, so each must be a path that this program makes.
pub(crate) fn check_header<'p, 'a: 'p>(
    format_version: u32,
    mut paths: impl Iterator<Item = &'p CowStr<'a>>,
) -> Result<(), String> {
    if format_version != FORMAT_VERSION {
        return Err(format!("unsupported format version {format_version}, expected {FORMAT_VERSION}"));
    }
    match paths.find(|path| !is_artefact_path(path)) {
        Some(path) => Err(format!("invalid path {:?}, expected a path below routers/ or pillar/", &**path)),
        None => Ok(()),
    }
}

/// Returns true if a path is below `routers` or `pillar`, and has no empty, `.` or `..` component.
fn is_artefact_path(path: &str) -> bool {
    let mut components = path.split('/');
    matches!(components.next(), Some("routers" | "pillar"))
        && components.clone().next().is_some()
        && components.all(|component| !matches!(component, "" | "." | "..") && !component.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::{AT_A_TIME, ArtefactEntry, Manifest, Owner, is_artefact_path};

    fn member((path,): &(String,)) -> (&str, ArtefactEntry<'_>) {
        (path, ArtefactEntry::new(Owner::default(), 1, "d"))
    }

    #[test]
    fn only_the_same_text_is_the_same_manifest() {
        let manifest = Manifest::default();
        for count in [0, 1, AT_A_TIME, AT_A_TIME + 1, 3 * AT_A_TIME + 5] {
            // Each path is the start of later ones.
            let mut paths: Vec<(String,)> = (0..count).map(|number| (format!("routers/{number}"),)).collect();
            paths.sort();
            let text = manifest.to_json(&paths, member).collect::<Vec<_>>().concat();
            let is_same = |text: &[u8], paths: &[(String,)]| manifest.is_same(text, paths, member);
            assert!(is_same(&text, &paths), "{count}");
            for at in (0..text.len()).step_by(1 + text.len() / 300).chain(text.len().saturating_sub(5)..text.len()) {
                let mut other = text.clone();
                other[at] ^= 1;
                assert!(!is_same(&other, &paths), "{count}, {at}");
                assert!(!is_same(&text[..at], &paths), "{count}, {at}");
                other.insert(at, b' ');
                assert!(!is_same(&other, &paths), "{count}, {at}");
            }
            for left_out in (0..count).step_by(1 + count / 20) {
                let mut others = paths.clone();
                others.remove(left_out);
                assert!(!is_same(&text, &others), "{count}, {left_out}");
                others.insert(left_out, ("routers/x".to_owned(),));
                assert!(!is_same(&text, &others), "{count}, {left_out}");
            }
        }
    }

    #[test]
    fn paths_outside_routers_and_pillar_are_refused() {
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
            assert_eq!(is_artefact_path(path), expected, "{path}");
        }
    }
}
