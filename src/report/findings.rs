//! Findings as text: a line each, `FILE:LINE:COLUMN: severity[code]: message`, and under it whom it concerns.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::diagnostic::{Code, Finding, Severity, Subject, sort_by_place};
use crate::input::{Locator, Sources};

/// How many routers a finding names before it counts the others.
const NAMED: usize = 3;

/// The findings as text, sorted by place. One that is the same for several routers stands once.
#[must_use]
pub fn to_text(findings: &[Finding], sources: &Sources) -> String {
    let mut sorted = findings.to_vec();
    sort_by_place(&mut sorted);
    let mut locator = Locator::new(sources);
    let mut text = String::new();
    for group in groups(&sorted) {
        let finding = group[0];
        if let Some(at) = finding.at {
            let position = locator.position(at);
            write!(text, "{}:{}:{}: ", printable(position.source), position.line, position.column)
                .expect("a string takes all");
        }
        writeln!(text, "{}[{}]: {}", finding.severity(), finding.code, printable(&finding.message))
            .expect("a string takes all");
        writeln!(text, "    {}{}", finding.path, subjects(&group)).expect("a string takes all");
        for related in &finding.related {
            let position = locator.position(related.at);
            let source = printable(position.source);
            writeln!(text, "    {}: {source}:{}:{}", related.label, position.line, position.column)
                .expect("a string takes all");
        }
    }
    text
}

/// `2 errors, 1 warning`; empty where there is nothing.
#[must_use]
pub fn counts(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity() == severity).count();
    [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Notice, "notice")]
        .into_iter()
        .map(|(severity, name)| (count(severity), name))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Findings that say the same of the same element of several routers or nodes, in the order of the first of each.
fn groups(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut index: HashMap<(Code, &str, &str), usize> = HashMap::new();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let next = groups.len();
        let group = *index.entry((finding.code, within_router(finding), &finding.message)).or_insert(next);
        if group == next {
            groups.push(Vec::new());
        }
        groups[group].push(finding);
    }
    groups
}

/// A finding's path without the names of its router and node.
fn within_router(finding: &Finding) -> &str {
    let path = finding.path.as_str();
    let list = match finding.subject {
        Subject::Router(_) => "authority/router[",
        Subject::Node(_) => "/node[",
        Subject::Authority | Subject::Service(_) => return path,
    };
    let entry = path.find(list).and_then(|start| path[start..].find(']').map(|end| start + end));
    entry.map_or(path, |end| &path[end..])
}

/// Whom a group concerns, where the path does not say it.
fn subjects(group: &[&Finding]) -> String {
    let mut names: Vec<String> = Vec::new();
    for finding in group {
        let name = match &finding.subject {
            Subject::Router(router) => router.clone(),
            Subject::Node(id) => id.to_string(),
            Subject::Authority | Subject::Service(_) => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
        if names.len() > NAMED {
            break;
        }
    }
    if names.is_empty() {
        return String::new();
    }
    let shown = printable(&names[..names.len().min(NAMED)].join(", "));
    match group.len() {
        more if more > NAMED => format!(" (for {shown} and {} more)", more - NAMED),
        _ => format!(" (for {shown})"),
    }
}

/// Text from a configuration with what would move a terminal's cursor, or the order of its letters, made visible.
#[must_use]
pub fn printable(text: &str) -> String {
    let is_bidi_control =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_bidi_control(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}
