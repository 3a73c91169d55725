//! Groups of findings, and the names that they concern.

use std::collections::HashMap;

use crate::diagnostics::{Finding, Rule};
use crate::model::element_path::Step;
use crate::model::{Element, Subject};

/// The maximum number of further routers that a finding names. The rest are counted.
pub(crate) const NAMED: usize = 3;

/// Groups findings that are equal except for their router or node. A group is at the place of its
/// first finding.
pub(crate) fn grouped<T>(items: &[T], finding: impl Fn(&T) -> &Finding) -> Vec<Vec<&T>> {
    let mut index: HashMap<(&Rule, Vec<&Step>, &str), usize> = HashMap::new();
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for item in items {
        let finding = finding(item);
        let next = groups.len();
        if finding.subject.router().is_none() {
            groups.push(vec![item]);
            continue;
        }
        let group = *index.entry((finding.rule, within_router(finding), &finding.message)).or_insert(next);
        if group == next {
            groups.push(Vec::new());
        }
        groups[group].push(item);
    }
    groups
}

/// Returns the steps of a finding's path after its router or node.
fn within_router(finding: &Finding) -> Vec<&Step> {
    match finding.subject {
        Subject::Router(_) => finding.path.after(&Element::Router),
        Subject::Node(_) => finding.path.after(&Element::Node),
        Subject::Authority | Subject::Service(_) => finding.path.steps(),
    }
}

/// Returns the names of the services, routers or nodes that a finding concerns: `a, b and 5 more`.
/// The result is empty for the authority.
pub(crate) fn names(finding: &Finding) -> String {
    let named = finding.subjects().take(1 + NAMED).filter_map(Subject::name);
    let names = named.collect::<Vec<_>>().join(", ");
    match finding.also.len().saturating_sub(NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}
