//! Findings as text. Each has a line `FILE:LINE:COLUMN: severity[code]: message`, followed by its
//! element and its router.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::printable::printable;
use crate::diagnostics::{Finding, Rule, sort_by_place};
use crate::input::{Locator, Sources};
use crate::model::element_path::Step;
use crate::model::{Element, Span, Subject};

/// The maximum number of further routers that a finding names. The rest are counted.
pub(crate) const NAMED: usize = 3;

/// Returns findings as text, sorted by place. A finding that is the same for several routers
/// appears once.
#[must_use]
pub(crate) fn to_text(findings: &[Finding], sources: &Sources) -> String {
    let mut sorted = findings.to_vec();
    sort_by_place(&mut sorted);
    let mut locator = Locator::new(sources);
    let mut text = String::new();
    for group in grouped(&sorted, |finding| finding) {
        write_group(&group, &mut locator, &mut text);
    }
    text
}

fn write_group(group: &[&Finding], locator: &mut Locator<'_>, text: &mut String) {
    let mut place = |at: Span| {
        let position = locator.position(at);
        format!("{}:{}:{}", printable(position.source), position.line, position.column)
    };
    let mut line = |line: String| writeln!(text, "{line}").expect("a string accepts all text");
    let (finding, others) = group.split_first().expect("a group has a finding");
    let at = finding.at.map_or(String::new(), |at| place(at) + ": ");
    line(format!("{at}{}[{}]: {}", finding.severity(), finding.rule, printable(&finding.message)));
    let subject = router_or_node(finding).map_or(String::new(), |name| format!(" (for {name})"));
    line(format!("    {}{subject}", printable(&finding.path.to_string())));
    for related in &finding.related {
        line(format!("    {}: {}", related.label, place(related.at)));
    }
    for other in others.iter().take(NAMED) {
        let at = other.at.filter(|at| Some(*at) != finding.at).map_or(String::new(), |at| format!(": {}", place(at)));
        line(format!("    the same for {}{at}", router_or_node(other).unwrap_or_default()));
    }
    if others.len() > NAMED {
        line(format!("    and for {} more", others.len() - NAMED));
    }
}

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

/// Returns the names of the routers or nodes that a finding concerns.
fn router_or_node(finding: &Finding) -> Option<String> {
    finding.subject.router().is_some().then(|| printable(&names(finding)))
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

#[cfg(test)]
mod tests {
    use super::to_text;
    use crate::input;
    use crate::input::Input;
    use crate::pipeline::check;

    #[test]
    fn a_finding_that_many_routers_share_appears_once() {
        let router = |name: usize| format!("router r{name}\n    loopback-static-routes\n        metrics 5\n");
        let text: String = (0..6).map(router).collect();
        let input = Input::Text { name: "f".to_owned(), bytes: text.into_bytes() };
        let reading = input::read(vec![input], None).expect("text");
        let (_, mut findings) = check(&reading.authority, &[]);
        findings.retain(|finding| finding.rule.code == "unknown-key");
        let expected = "\
f:3:9: error[unknown-key]: unknown key `metrics`; did you mean `metric`?
    authority/router[r0]/loopback-static-routes/metrics (for r0)
    the same for r1: f:6:9
    the same for r2: f:9:9
    the same for r3: f:12:9
    and for 2 more
";
        assert_eq!(to_text(&findings, &reading.sources), expected);
    }
}
