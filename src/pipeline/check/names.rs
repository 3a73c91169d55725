//! Names that become paths, file names and minion ids: safe, and apart from each other.

use std::borrow::Cow;
use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::contract::names::{
    LONGEST_FILE_NAME, folder_name, invalid_asset_id, is_usual, pillar_file_name, unsafe_name,
};
use crate::diagnostics::{Code, Finding, Subject};
use crate::model::{ElementPath, Located, Node, NodeId, Router};
use crate::pipeline::check::{CheckedNode, CheckedRouter};

/// Judges the names of routers and nodes that something is generated for, and every asset-id of the authority.
pub(crate) fn check(routers: &[CheckedRouter<'_>], findings: &mut Vec<Finding>) {
    let mut router_names = Vec::new();
    let mut asset_ids = Vec::new();
    for CheckedRouter { router, nodes, .. } in routers {
        if nodes.iter().any(|node| node.block.is_some()) {
            let name = Name { name: &router.name, router, node: None, leaf: None };
            check_folder_name(&name, "router", findings);
            router_names.push(name);
        }
        let mut node_names = Vec::new();
        for CheckedNode { node, block } in nodes {
            if let Some(id) = &node.asset_id {
                asset_ids.push(Name { name: id, router, node: Some(node), leaf: Some("asset-id") });
            }
            if block.is_some() {
                let name = Name { name: &node.name, router, node: Some(node), leaf: None };
                check_folder_name(&name, "node", findings);
                node_names.push(name);
            }
        }
        report_clashes(&node_names, "node names", findings);
    }
    report_clashes(&router_names, "router names", findings);
    asset_ids.iter().for_each(|id| check_asset_id(id, findings));
    report_clashes(&asset_ids, "asset-ids", findings);
}

/// A name, and the element that it stands in.
struct Name<'a> {
    name: &'a Located<String>,
    router: &'a Router,
    node: Option<&'a Node>,
    leaf: Option<&'static str>,
}

impl Name<'_> {
    /// Whose it is: asked for only where something is wrong.
    fn subject(&self) -> Subject {
        let router = self.router.name.value.clone();
        match self.node {
            Some(node) => Subject::Node(NodeId { router, node: node.name.value.clone() }),
            None => Subject::Router(router),
        }
    }

    fn finding(&self, code: Code, message: String) -> Finding {
        let path = ElementPath::authority().entry("router", &self.router.name.value);
        let path = self.node.map_or(path.clone(), |node| path.entry("node", &node.name.value));
        let path = self.leaf.map_or(path.clone(), |leaf| path.child(leaf));
        Finding::new(code, self.subject(), path, message).at(self.name.at)
    }
}

fn check_folder_name(name: &Name<'_>, kind: &str, findings: &mut Vec<Finding>) {
    let text = &name.name.value;
    if let Some(reason) = unsafe_name(text) {
        findings.push(
            name.finding(
                Code::UnsafeName,
                format!("the {kind} name {text:?} cannot be a folder's: {reason}; rename it"),
            ),
        );
    } else if folder_name(text).len() > LONGEST_FILE_NAME {
        let message = format!("the {kind} name is {} bytes long, too long for a folder's; rename it", text.len());
        findings.push(name.finding(Code::NameTooLong, message));
    } else if !is_usual(text) {
        let message =
            format!("the {kind} name {text:?} is not as the product has them: at most 63 of A-Z, a-z, 0-9, _ and -");
        findings.push(name.finding(Code::UnusualName, message));
    }
}

fn check_asset_id(id: &Name<'_>, findings: &mut Vec<Finding>) {
    let text = &id.name.value;
    if let Some(reason) = invalid_asset_id(text) {
        findings.push(
            id.finding(Code::InvalidAssetId, format!("the asset-id {text:?} cannot be a Salt minion id: {reason}")),
        );
    } else if pillar_file_name(text).len() > LONGEST_FILE_NAME {
        let message = format!("the asset-id is {} bytes long, too long for a file's name; shorten it", text.len());
        findings.push(id.finding(Code::NameTooLong, message));
    } else if ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark)) {
        let message =
            format!("the asset-id {text:?} holds what Salt's templates take for their own; give the node another one");
        findings.push(id.finding(Code::UnusualName, message));
    }
}

/// Names that differ in case alone meet on some file systems, and people take names for each other that look the same. Both
/// bearers are reported: which of them is right, is not for us to guess.
fn report_clashes(names: &[Name<'_>], kind: &str, findings: &mut Vec<Finding>) {
    if names.len() < 2 {
        return;
    }
    let folded: Vec<Cow<'_, str>> = names.iter().map(|name| fold(&name.name.value)).collect();
    let mut clashes = alike(&folded);
    if names.iter().any(|name| !name.name.value.is_ascii()) {
        let looks: Vec<String> = folded.iter().map(|name| skeleton(name).collect()).collect();
        // ASCII names look alike among themselves (`1` and `l`), and are told apart all the same.
        let is_foreign = |bearers: &Vec<usize>| bearers.iter().any(|index| !names[*index].name.value.is_ascii());
        let known: HashSet<Vec<usize>> = clashes.iter().cloned().collect();
        let look_alike = alike(&looks).into_iter();
        clashes.extend(look_alike.filter(|bearers| is_foreign(bearers) && !known.contains(bearers)));
    }
    for bearers in clashes {
        for index in &bearers {
            let other = bearers.iter().find(|other| *other != index).expect("two at least");
            report_clash(&names[*index], &names[*other], kind, findings);
        }
    }
}

/// The indices of texts that stand there more than once, in order.
fn alike<T: Ord>(texts: &[T]) -> Vec<Vec<usize>> {
    let mut sorted: Vec<usize> = (0..texts.len()).collect();
    // In order among equals, and quick where they come in order, as most names do.
    sorted.sort_by_key(|index| &texts[*index]);
    let groups = sorted.chunk_by(|a, b| texts[*a] == texts[*b]);
    groups.filter(|group| group.len() > 1).map(<[usize]>::to_vec).collect()
}

fn report_clash(name: &Name<'_>, other: &Name<'_>, kind: &str, findings: &mut Vec<Finding>) {
    let same = name.name.value == other.name.value;
    let code = if same { Code::DuplicateAssetId } else { Code::NameClash };
    let message = if same {
        format!(
            "the asset-id {:?} is {}'s too; each node has one of its own",
            name.name.value,
            describe(&other.subject())
        )
    } else {
        format!("the {kind} {:?} and {:?} cannot be told apart safely; rename one", name.name.value, other.name.value)
    };
    findings.push(name.finding(code, message).related("the other one", other.name.at));
}

fn describe(subject: &Subject) -> String {
    match subject {
        Subject::Node(id) => format!("node {id}"),
        Subject::Router(router) => format!("router {router}"),
        Subject::Authority | Subject::Service(_) => "another".to_owned(),
    }
}

/// Compatibility forms and case folded away (Unicode Technical Report 15, NFKC).
fn fold(name: &str) -> Cow<'_, str> {
    match name {
        _ if !name.is_ascii() => name.nfkc().collect::<String>().to_lowercase().nfkc().collect(),
        _ if name.bytes().any(|byte| byte.is_ascii_uppercase()) => name.to_ascii_lowercase().into(),
        _ => name.into(),
    }
}
