//! The stages between reading and publishing: [`check()`], [`learn()`] and [`plan()`]. The command
//! `validate` also runs [`advise()`].
//!
//! Each stage returns its result and its findings. [`run`] runs the first three.

mod advise;
pub mod check;
mod learn;
mod parallel;
mod plan;

pub use advise::advise;
pub use check::check;
pub use learn::learn;
pub(crate) use learn::learned_from;
pub use plan::plan;

use std::collections::HashSet;

use crate::diagnostics::Finding;
use crate::elements::identity::{is_key, key_of};
use crate::model::{Authority, Checked, Element, ElementPath, Plan};
use crate::rules::{
    conflicting_values, default_route_not_alone, empty_block, missing_key, router_without_node, unknown_key,
};

/// A plan, the checked authority that it comes from, and the findings of all stages.
#[derive(Debug)]
pub struct Run<'a> {
    /// The checked authority.
    pub checked: Checked<'a>,
    /// The plan.
    pub plan: Plan<'a>,
    /// All findings. Those of reading come first.
    pub findings: Vec<Finding>,
}

/// Checks, learns and plans. `findings` contains the findings of reading the authority.
#[must_use]
pub fn run(authority: &Authority, mut findings: Vec<Finding>) -> Run<'_> {
    let (checked, of_check) = check::check(authority, &findings);
    findings.extend(of_check);
    let (learned, of_learn) = learn::learn(&checked, &findings);
    findings.extend(of_learn);
    let (plan, of_plan) = plan::plan(&checked, learned, &findings);
    findings.extend(of_plan);
    leave_out_consequences(&mut findings);
    Run { checked, plan, findings }
}

/// Removes findings that follow from others:
///
/// - If the keys of an entry conflict, one of them is wrong, or two entries are mixed. So errors
///   about its key, and conflicts inside it, follow.
/// - If the key of an entry is in the element around its list, the entry lacks its key.
/// - If an element of a block has an error, the block may seem to be empty.
/// - If the nodes of a router have errors, it seems to have none.
fn leave_out_consequences(findings: &mut Vec<Finding>) {
    let of_nodes = findings.iter().filter(|finding| finding.is_error() && finding.path.is_within(&Element::Node));
    let of_nodes = of_nodes.flat_map(Finding::subjects);
    let routers: HashSet<String> = of_nodes.filter_map(|subject| Some(subject.router()?.to_owned())).collect();
    if !routers.is_empty() {
        let has_nodes = |finding: &Finding| finding.subject.router().is_some_and(|router| routers.contains(router));
        findings.retain(|finding| finding.rule != &router_without_node::RULE || !has_nodes(finding));
    }
    let is_block = |path: &&ElementPath| path.last().is_some_and(|step| step.element == Element::LoopbackStaticRoutes);
    let errors = findings.iter().filter(|finding| finding.is_error());
    let faulty: HashSet<ElementPath> =
        errors.flat_map(|error| error.path.ancestors().filter(is_block)).cloned().collect();
    findings.retain(|finding| finding.rule != &empty_block::RULE || !faulty.contains(&finding.path));
    let conflicts = findings.iter().filter(|finding| finding.rule == &conflicting_values::RULE);
    let entries: HashSet<ElementPath> = conflicts.filter_map(|finding| entry_of_key(&finding.path)).cloned().collect();
    if !entries.is_empty() {
        let follows = |finding: &Finding| {
            let own = entry_of_key(&finding.path);
            let mut around = finding.path.ancestors().filter(|around| own != Some(around));
            entries.contains(&finding.path)
                || [&conflicting_values::RULE, &default_route_not_alone::RULE].contains(&finding.rule)
                    && around.any(|around| entries.contains(around))
        };
        findings.retain(|finding| !finding.is_error() || !follows(finding));
    }
    let misplaced = findings
        .iter()
        .filter(|finding| [&conflicting_values::RULE, &unknown_key::RULE].contains(&finding.rule))
        .filter_map(|finding| Some((finding.path.parent()?.clone(), finding.path.last()?.element.clone())));
    let misplaced: HashSet<(ElementPath, Element)> = misplaced.collect();
    if !misplaced.is_empty() {
        let lacks_key = |finding: &Finding| {
            let (Some(around), Some(list)) = (finding.path.parent(), finding.path.last()) else { return false };
            let key = key_of(&list.element);
            finding.rule == &missing_key::RULE && key.is_some_and(|key| misplaced.contains(&(around.clone(), key)))
        };
        findings.retain(|finding| !lacks_key(finding));
    }
}

/// Returns the entry that has this leaf as its key.
fn entry_of_key(leaf: &ElementPath) -> Option<&ElementPath> {
    let entry = leaf.parent()?;
    is_key(&entry.last()?.element, &leaf.last()?.element).then_some(entry)
}
