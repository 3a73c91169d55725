//! Findings as text: a line each, `FILE:LINE:COLUMN: severity[code]: message`, and under it whom it concerns.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::diagnostics::{Finding, Rule, Severity, sort_by_place};
use crate::input::{Locator, Sources};
use crate::model::element_path::Step;
use crate::model::{Element, Span, Subject};

/// How many more routers a finding names before it counts the others.
const NAMED: usize = 3;

/// The findings as text, sorted by place. One that is the same for several routers stands once, with the places of the next few.
#[must_use]
pub fn to_text(findings: &[Finding], sources: &Sources) -> String {
    let mut sorted = findings.to_vec();
    sort_by_place(&mut sorted);
    let mut locator = Locator::new(sources);
    let mut place = |at: Span| {
        let position = locator.position(at);
        format!("{}:{}:{}", printable(position.source), position.line, position.column)
    };
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("a string takes all");
    for group in groups(&sorted) {
        let (finding, others) = group.split_first().expect("a group holds one at least");
        let at = finding.at.map_or(String::new(), |at| place(at) + ": ");
        line(format!("{at}{}[{}]: {}", finding.severity(), finding.rule, printable(&finding.message)));
        line(format!(
            "    {}{}",
            printable(&finding.path.to_string()),
            subject(finding).map_or(String::new(), |name| format!(" (for {name})"))
        ));
        for related in &finding.related {
            line(format!("    {}: {}", related.label, place(related.at)));
        }
        for other in others.iter().take(NAMED) {
            let at =
                other.at.filter(|at| Some(*at) != finding.at).map_or(String::new(), |at| format!(": {}", place(at)));
            line(format!("    the same for {}{at}", subject(other).unwrap_or_default()));
        }
        if others.len() > NAMED {
            line(format!("    and for {} more", others.len() - NAMED));
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
    let mut index: HashMap<(&Rule, Vec<&Step>, &str), usize> = HashMap::new();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let next = groups.len();
        if finding.subject.router().is_none() {
            groups.push(vec![finding]);
            continue;
        }
        let group = *index.entry((finding.rule, within_router(finding), &finding.message)).or_insert(next);
        if group == next {
            groups.push(Vec::new());
        }
        groups[group].push(finding);
    }
    groups
}

/// Returns the steps of a finding's path after its router or node: what is the same for several of them.
pub(crate) fn within_router(finding: &Finding) -> Vec<&Step> {
    match finding.subject {
        Subject::Router(_) => finding.path.after(&Element::Router),
        Subject::Node(_) => finding.path.after(&Element::Node),
        Subject::Authority | Subject::Service(_) => finding.path.steps(),
    }
}

/// Whom a finding concerns, where its path may not say it.
fn subject(finding: &Finding) -> Option<String> {
    match &finding.subject {
        Subject::Router(router) => Some(printable(router)),
        Subject::Node(id) => Some(printable(&id.to_string())),
        Subject::Authority | Subject::Service(_) => None,
    }
}

/// Text from a configuration with what would move a terminal's cursor, or the order of its letters, made visible.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_deceptive(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// What turns the order of letters around (UAX 9), ends a line (UAX 14), or cannot be seen.
fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::{printable, to_text};
    use crate::input;
    use crate::input::Input;
    use crate::pipeline::check;

    #[test]
    fn what_is_the_same_for_many_routers_stands_once() {
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

    #[test]
    fn nothing_moves_the_cursor_or_turns_letters_around() {
        assert_eq!(printable("a\u{1b}[2J\nb\u{202e}c"), "a\\u{1b}[2J\\u{a}b\\u{202e}c");
    }
}
