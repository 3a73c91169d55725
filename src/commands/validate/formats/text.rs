//! Text for people: the line, a caret under the place, the subject, and other routers with the same
//! finding.

use std::collections::HashSet;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element as Block, Group, Level, Origin, Renderer, Snippet};

use crate::commands::findings::{NAMED, grouped};
use crate::commands::printable::printable;
use crate::commands::validate::report::{Place, Report, Reported, ReportedFix};
use crate::diagnostics::Severity;
use crate::model::Safety;
use crate::model::count::counted;

/// The maximum number of characters that are shown on each side of a place.
const AROUND: usize = 60;

/// The maximum number of characters of a place that are marked.
const MARKED: usize = 80;

/// The maximum number of bytes of a message that are shown.
const LONGEST_MESSAGE: usize = 2000;

pub(crate) fn render(report: &Report<'_>, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(1000);
    let mut text = String::new();
    for group in grouped(&report.findings, |found| &found.finding) {
        text.push_str(&renderer.render(&render_group(&group)));
        text.push_str("\n\n");
    }
    text
}

fn render_group<'r>(group: &[&'r Reported<'_>]) -> Vec<Group<'r>> {
    let (found, others) = group.split_first().expect("a group has a finding");
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::NOTE.with_name(Some("notice")),
    };
    let title = level.primary_title(shown(&found.finding.message)).id(found.rule().code);
    let mut blocks: Vec<Block<'_>> = Vec::new();
    if let Some(place) = &found.place {
        blocks.extend(snippet(place, None, AnnotationKind::Primary));
    }
    for (label, place) in &found.related {
        blocks.extend(snippet(place, Some(label), AnnotationKind::Context));
    }
    blocks.push(Level::NOTE.with_name(Some("element")).message(shown(&found.finding.path.to_string())).into());
    if let Some(subject) = found.subject() {
        blocks.push(Level::NOTE.with_name(Some("for")).message(shown(&subject)).into());
    }
    if let Some(fix) = &found.fix {
        blocks.push(Level::HELP.message(fix_line(fix)).into());
    }
    if !others.is_empty() {
        blocks.push(Level::NOTE.message(same_in(found, others)).into());
    }
    vec![title.elements(blocks)]
}

/// Returns `fixable with --fix: write 192.0.2.0/24`.
fn fix_line(fix: &ReportedFix<'_>) -> String {
    let options = match fix.safety {
        Safety::Safe => "--fix",
        Safety::Unsafe => "--fix --unsafe-fixes",
    };
    format!("fixable with {options}: {}", shown(&fix.title))
}

/// Returns `same in 199 more routers: hub-2 (f:12:9), hub-3 (f:15:9), hub-4 (f:18:9), and others`.
/// If a router has the finding several times, places are counted: `same in 2 more places: hub-2
/// (f:12:9, f:15:9)`.
fn same_in(first: &Reported<'_>, others: &[&Reported<'_>]) -> String {
    let name = |found: &Reported<'_>| found.finding.subject.name().unwrap_or_default();
    let mut routers: Vec<(String, Vec<String>)> = Vec::new();
    for other in others.iter().take(NAMED) {
        let at = other.place.as_ref().map(|place| &place.position);
        let place = at.map(|at| format!("{}:{}:{}", printable(at.source), at.line, at.column));
        let name = name(other);
        match routers.last_mut().filter(|(last, _)| *last == name) {
            Some((_, places)) => places.extend(place),
            None => routers.push((name, place.into_iter().collect())),
        }
    }
    let names: HashSet<String> = others.iter().copied().chain([first]).map(name).collect();
    let kind = match others.iter().any(|other| other.finding.subject.node().is_some()) {
        _ if names.len() <= others.len() => "more place",
        true => "more node",
        false => "more router",
    };
    let named = routers.iter().map(|(name, places)| match places[..] {
        [] => shown(name),
        _ => format!("{} ({})", shown(name), places.join(", ")),
    });
    let more = if others.len() > NAMED { ", and others" } else { "" };
    format!("same in {}: {}{more}", counted(others.len(), kind), named.collect::<Vec<_>>().join(", "))
}

fn snippet<'r>(place: &'r Place<'_>, label: Option<&'r str>, kind: AnnotationKind) -> Vec<Block<'r>> {
    let at = &place.position;
    let (line, marked, is_cut) = clipped(place.excerpt.line, place.excerpt.marked.clone());
    let annotation = kind.span(marked).label(label.map(shown));
    let snippet = Snippet::source(line).line_start(at.line).annotation(annotation);
    let path = printable(at.source);
    if !is_cut {
        return vec![snippet.path(path).into()];
    }
    // The renderer counts columns from the start of the text, which is wrong if the line is cut
    // there.
    vec![Origin::path(path).line(at.line).char_column(at.column).into(), snippet.into()]
}

/// Cuts a line to the part around a place, with one column for each character. Returns the text,
/// its marked range, and true if the start of the line is missing.
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

/// Returns the character, or a visible replacement for one that would move the cursor or reverse
/// text.
fn one_column(c: char) -> char {
    if printable(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8() { c } else { '\u{fffd}' }
}

/// Returns the printable start of a text.
fn shown(text: &str) -> String {
    let cut = (0..=LONGEST_MESSAGE.min(text.len())).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0);
    let more = if cut < text.len() { "…" } else { "" };
    printable(&text[..cut]) + more
}
