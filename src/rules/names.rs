//! The names that become folders, files and minion ids, for the rules about them.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::diagnostics::{Finding, Rule};
use crate::model::count::plural;
use crate::model::{
    Checked, CheckedNode, CheckedRouter, Element, ElementPath, Located, Node, NodeId, Router, Span, Subject,
};

/// A name and its element.
pub(super) struct Name<'a> {
    name: &'a Located<String>,
    router: &'a Router,
    node: Option<&'a Node>,
    leaf: Option<Element>,
}

impl<'a> Name<'a> {
    pub(super) fn text(&self) -> &'a str {
        &self.name.value
    }

    pub(super) fn at(&self) -> Span {
        self.name.at
    }

    /// Returns the router or node with this name.
    pub(super) fn subject(&self) -> Subject {
        let router = self.router.name.value.clone();
        match self.node {
            Some(node) => Subject::Node(NodeId { router, node: node.name.value.clone() }),
            None => Subject::Router(router),
        }
    }

    pub(super) fn finding(&self, rule: &'static Rule, message: impl Into<String>) -> Finding {
        let path = ElementPath::authority().entry(Element::Router, &self.router.name.value);
        let path = self.node.map_or(path.clone(), |node| path.entry(Element::Node, &node.name.value));
        let path = self.leaf.as_ref().map_or(path.clone(), |leaf| path.child(leaf));
        Finding::new(rule, self.subject(), path, message).at(self.name.at)
    }
}

fn router_name<'a>(checked: &CheckedRouter<'a>) -> Option<Name<'a>> {
    let router = checked.router;
    let is_managed = checked.nodes.iter().any(|node| node.block.is_some());
    is_managed.then_some(Name { name: &router.name, router, node: None, leaf: None })
}

fn node_names<'c, 'a: 'c>(checked: &'c CheckedRouter<'a>) -> impl Iterator<Item = Name<'a>> + Clone + 'c {
    let managed = checked.nodes.iter().filter(|node| node.block.is_some());
    managed.map(|node| Name { name: &node.node.name, router: checked.router, node: Some(node.node), leaf: None })
}

fn asset_ids<'c, 'a: 'c>(checked: &'c CheckedRouter<'a>) -> impl Iterator<Item = Name<'a>> + Clone + 'c {
    let router = checked.router;
    checked.nodes.iter().filter_map(move |CheckedNode { node, .. }| {
        Some(Name { name: node.asset_id.as_ref()?, router, node: Some(node), leaf: Some(Element::AssetId) })
    })
}

/// Calls `report` for the names of a router and its nodes if they are managed, with the noun for
/// them.
pub(super) fn each_folder_name(checked: &CheckedRouter<'_>, mut report: impl FnMut(&str, &Name<'_>)) {
    router_name(checked).iter().for_each(|name| report("router", name));
    node_names(checked).for_each(|name| report("node", &name));
}

/// Calls `report` for every asset-id of a router.
pub(super) fn each_asset_id(checked: &CheckedRouter<'_>, mut report: impl FnMut(&Name<'_>)) {
    asset_ids(checked).for_each(|id| report(&id));
}

/// Calls `report` for node names of a router that are equal or resemble each other.
///
/// Some file systems do not distinguish upper and lower case, and people confuse names that look
/// alike.
pub(super) fn each_clash_of_nodes(checked: &CheckedRouter<'_>, report: impl FnMut(&[&Name<'_>])) {
    compare(node_names(checked), report);
}

/// Calls `report` for router names that are equal or resemble each other.
pub(super) fn each_clash_of_routers(checked: &Checked<'_>, report: impl FnMut(&[&Name<'_>])) {
    compare(checked.routers.iter().filter_map(router_name), report);
}

/// Calls `report` for asset-ids that are equal or resemble each other.
pub(super) fn each_clash_of_asset_ids(checked: &Checked<'_>, report: impl FnMut(&[&Name<'_>])) {
    compare(checked.routers.iter().flat_map(asset_ids), report);
}

/// Calls `report` for names that clash. The most unusual name comes first.
fn compare<'a>(names: impl Iterator<Item = Name<'a>> + Clone, mut report: impl FnMut(&[&Name<'_>])) {
    if are_plain_and_ascending(names.clone()) {
        return;
    }
    let names: Vec<Name<'_>> = names.collect();
    for bearers in clashes(&names) {
        let mut bearers: Vec<&Name<'_>> = bearers.iter().map(|index| &names[*index]).collect();
        // The order of the elements must not change the finding.
        bearers.sort_by_cached_key(|name| (name.text().is_ascii(), name.text(), Reverse(name.subject())));
        report(&bearers);
    }
}

/// Returns a finding about the first of several names, which also concerns the others.
pub(super) fn of_names(rule: &'static Rule, names: &[&Name<'_>], message: String) -> Finding {
    let (first, others) = names.split_first().expect("a clash has names");
    let label = plural(others.len(), "the other one", "another one");
    let finding = others.iter().fold(first.finding(rule, message), |finding, other| finding.also(other.subject()));
    others.iter().take(LISTED).fold(finding, |finding, other| finding.related(label, other.at()))
}

/// The names of a clash that a finding lists, and whose places it has.
const LISTED: usize = 4;

/// Returns `a, b, c and 5 more`.
pub(super) fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let mut names: Vec<String> = names.take(LISTED).collect();
    let last = match count.saturating_sub(LISTED) {
        0 => names.pop().unwrap_or_default(),
        more => format!("{more} more"),
    };
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}

/// Returns true for lower-case ASCII names in ascending order, as most are. They do not clash, and
/// comparing neighbours needs no memory.
fn are_plain_and_ascending<'a>(names: impl Iterator<Item = Name<'a>>) -> bool {
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    let mut last = None;
    names.map(|name| name.text()).all(|text| is_plain(text) && last.replace(text).is_none_or(|last| last < text))
}

/// Returns the indices of names that clash.
fn clashes(names: &[Name<'_>]) -> Vec<Vec<usize>> {
    let folded: Vec<Cow<'_, str>> = names.iter().map(|name| fold(name.text())).collect();
    let mut clashes = alike(&folded);
    if names.iter().any(|name| !name.text().is_ascii()) {
        let looks: Vec<String> = folded.iter().map(|name| skeleton(name).collect()).collect();
        // ASCII names that look alike (`1` and `l`) are usual.
        let is_foreign = |bearers: &Vec<usize>| bearers.iter().any(|index| !names[*index].text().is_ascii());
        let mut look_alike = alike(&looks);
        look_alike.retain(is_foreign);
        // Equal names look alike too.
        let known: HashSet<usize> = look_alike.iter().flatten().copied().collect();
        clashes.retain(|bearers| !bearers.iter().all(|index| known.contains(index)));
        clashes.extend(look_alike);
    }
    clashes
}

/// Returns the indices of equal texts, in order.
fn alike<T: Ord>(texts: &[T]) -> Vec<Vec<usize>> {
    let mut sorted: Vec<usize> = (0..texts.len()).collect();
    // A stable sort keeps equal texts in order, and is fast for sorted ones, as most names are.
    sorted.sort_by_key(|index| &texts[*index]);
    let groups = sorted.chunk_by(|a, b| texts[*a] == texts[*b]);
    groups.filter(|group| group.len() > 1).map(<[usize]>::to_vec).collect()
}

/// Removes compatibility forms and case (Unicode Technical Report 15, NFKC).
fn fold(name: &str) -> Cow<'_, str> {
    match name {
        _ if !name.is_ascii() => name.nfkc().collect::<String>().to_lowercase().nfkc().collect(),
        _ if name.bytes().any(|byte| byte.is_ascii_uppercase()) => name.to_ascii_lowercase().into(),
        _ => name.into(),
    }
}
