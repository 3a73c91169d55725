//! For people: the line, a caret under the place, whom it concerns, and where else it is the same.

use std::collections::HashMap;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use crate::commands::findings::{printable, within_router};
use crate::commands::validate::report::{Place, Report, Reported};
use crate::diagnostics::{Rule, Severity};
use crate::model::element_path::Step;

/// Of how many more routers the place is given, before they are counted.
const NAMED: usize = 3;

/// Characters of a line that are shown around a place.
const AROUND: usize = 60;

/// Characters of a place that are marked.
const MARKED: usize = 80;

/// Bytes of a message that are shown.
const LONGEST_MESSAGE: usize = 2000;

pub(crate) fn render(report: &Report<'_>, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(1000);
    let mut text = String::new();
    for group in groups(&report.findings) {
        text.push_str(&renderer.render(&of_group(&group)));
        text.push_str("\n\n");
    }
    text
}

/// Findings that say the same of the same element of several routers, in the order of the first of each.
fn groups<'r, 's>(findings: &'r [Reported<'s>]) -> Vec<Vec<&'r Reported<'s>>> {
    let mut index: HashMap<(&Rule, Vec<&Step>, &str), usize> = HashMap::new();
    let mut groups: Vec<Vec<&Reported<'_>>> = Vec::new();
    for found in findings {
        let next = groups.len();
        if found.finding.subject.router().is_none() {
            groups.push(vec![found]);
            continue;
        }
        let key = (found.rule(), within_router(&found.finding), found.finding.message.as_str());
        let group = *index.entry(key).or_insert(next);
        if group == next {
            groups.push(Vec::new());
        }
        groups[group].push(found);
    }
    groups
}

fn of_group<'r>(group: &[&'r Reported<'_>]) -> Vec<Group<'r>> {
    let (found, others) = group.split_first().expect("a group holds one at least");
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::NOTE.with_name(Some("notice")),
    };
    let title = level.primary_title(shown(&found.finding.message)).id(found.rule().code);
    let mut elements: Vec<Element<'_>> = Vec::new();
    if let Some(place) = &found.place {
        elements.extend(snippet(place, None, AnnotationKind::Primary));
    }
    for (label, place) in &found.related {
        elements.extend(snippet(place, Some(label), AnnotationKind::Context));
    }
    elements.push(Level::NOTE.with_name(Some("element")).message(shown(&found.finding.path.to_string())).into());
    if let Some(subject) = found.subject() {
        elements.push(Level::NOTE.with_name(Some("for")).message(shown(&subject)).into());
    }
    if !others.is_empty() {
        elements.push(Level::NOTE.message(same_in(others)).into());
    }
    vec![title.elements(elements)]
}

/// `same in 199 more routers: hub-2 (f:12:9), hub-3 (f:15:9), hub-4 (f:18:9), and others`.
fn same_in(others: &[&Reported<'_>]) -> String {
    let kind = if others.iter().any(|other| other.finding.subject.node().is_some()) { "node" } else { "router" };
    let named = others.iter().take(NAMED).map(|other| {
        let name = other.subject().unwrap_or_default();
        let name = name.split_once(' ').map_or(name.as_str(), |(_, name)| name);
        let at = other.place.as_ref().map(|place| &place.position);
        shown(name) + &at.map_or(String::new(), |at| format!(" ({}:{}:{})", printable(at.source), at.line, at.column))
    });
    let named: Vec<String> = named.collect();
    let more = if others.len() > NAMED { ", and others" } else { "" };
    let plural = if others.len() == 1 { "" } else { "s" };
    format!("same in {} more {kind}{plural}: {}{more}", others.len(), named.join(", "))
}

fn snippet<'r>(place: &'r Place<'_>, label: Option<&'r str>, kind: AnnotationKind) -> Vec<Element<'r>> {
    let at = &place.position;
    let (line, marked, is_cut) = clipped(place.excerpt.line, place.excerpt.marked.clone());
    let annotation = kind.span(marked).label(label.map(shown));
    let snippet = Snippet::source(line).line_start(at.line).annotation(annotation);
    let path = printable(at.source);
    if !is_cut {
        return vec![snippet.path(path).into()];
    }
    // Of a line whose start is cut off the renderer would count the columns wrong.
    vec![Origin::path(path).line(at.line).char_column(at.column).into(), snippet.into()]
}

/// A line with one column a character, and no longer than can be looked at; what of it is marked; and whether its start is missing.
fn clipped(line: &str, marked: Range<usize>) -> (String, Range<usize>, bool) {
    let start = line[..marked.start].char_indices().rev().nth(AROUND).map_or(0, |(byte, _)| byte);
    let marked_end =
        line[marked.clone()].char_indices().nth(MARKED).map_or(marked.end, |(byte, _)| marked.start + byte);
    let end = line[marked_end..].char_indices().nth(AROUND).map_or(line.len(), |(byte, _)| marked_end + byte);
    let mut text = String::from(if start > 0 { "…" } else { "" });
    let mut range = Range::default();
    for (byte, c) in line[start..end].char_indices() {
        if start + byte == marked.start {
            range.start = text.len();
        }
        if start + byte == marked_end {
            range.end = text.len();
        }
        text.push(if c == '\t' { ' ' } else { one_column(c) });
    }
    if end == marked_end {
        range.end = text.len();
    }
    if end == marked.start {
        range.start = text.len();
    }
    if end < line.len() {
        text.push('…');
    }
    (text, range, start > 0)
}

/// What would move the cursor, or the order of the letters, stands as one visible character.
fn one_column(c: char) -> char {
    if printable(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8() { c } else { '\u{fffd}' }
}

fn shown(text: &str) -> String {
    let cut = (0..=LONGEST_MESSAGE.min(text.len())).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0);
    let more = if cut < text.len() { "…" } else { "" };
    printable(&text[..cut]) + more
}
