//! Text for people: the line, a caret under the place, the subject, and other routers with the same
//! finding.

use std::collections::HashSet;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element as Block, Group, Level, Origin, Renderer, Snippet};
use rayon::prelude::*;

use crate::commands::findings::{NAMED, grouped};
use crate::commands::printable::printable;
use crate::commands::validate::report::{Place, Report, Reported, ReportedFix, unsilenced};
use crate::diagnostics::{Finding, Severity};
use crate::input::Sources;
use crate::model::count::counted;
use crate::model::{ElementPath, Safety};

/// The number of columns of the report.
const WIDTH: usize = 100;

/// The maximum number of bytes of a line that the renderer trims. A longer line is cut here,
/// because the renderer looks at the whole line for each finding.
const LONGEST_LINE: usize = 2000;

/// The maximum number of characters that are kept on each side of a place in a line that is cut.
const AROUND: usize = 60;

/// The maximum number of characters of a place that are marked.
const MARKED: usize = 80;

/// The maximum number of bytes of a message that are shown.
const LONGEST_MESSAGE: usize = 2000;

/// Returns findings as `validate` prints them, without silencing.
#[must_use]
pub(crate) fn findings_to_text(findings: &[Finding], sources: &Sources) -> String {
    render_findings(&unsilenced(findings.to_vec(), sources), false)
}

pub(crate) fn render(report: &Report<'_>, styled: bool) -> String {
    render_findings(&report.findings, styled)
}

/// Renders findings, with an empty line after each.
fn render_findings(findings: &[Reported<'_>], styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let groups = grouped(findings, |found| &found.finding);
    groups.par_iter().map(|group| renderer.render(&render_group(group)) + "\n\n").collect()
}

fn render_group<'r>(group: &[&'r Reported<'_>]) -> Vec<Group<'r>> {
    let (found, others) = group.split_first().expect("a group has a finding");
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::NOTE.with_name(Some("notice")),
    };
    let title = level.primary_title(title(found)).id(found.rule().code);
    let mut groups = vec![Group::with_title(title)];
    if let Some(place) = &found.place {
        add_snippet(&mut groups, place, None, AnnotationKind::Primary);
    }
    for (label, place) in &found.related {
        add_snippet(&mut groups, place, Some(label), AnnotationKind::Context);
    }
    let mut blocks: Vec<Block<'_>> = Vec::new();
    if found.finding.path != ElementPath::authority() {
        let path = found.finding.path.to_string();
        blocks.push(Level::NOTE.with_name(Some("element")).message(shown(&path)).into());
    }
    if let Some(subject) = found.subject() {
        blocks.push(Level::NOTE.with_name(Some("for")).message(shown(&subject)).into());
    }
    if let Some(fix) = &found.fix {
        blocks.push(Level::HELP.message(fix_line(fix)).into());
    }
    if !others.is_empty() {
        blocks.push(Level::NOTE.message(same_in(found, others)).into());
    }
    let page = format!("loopback-static-routes rule {}", found.rule().code);
    blocks.push(Level::NOTE.with_name(Some("more")).message(page).into());
    let last = groups.pop().expect("the group of the title");
    groups.push(last.elements(blocks));
    groups
}

/// Returns the message in lines that fit the report after `warning[CODE]: `.
fn title(found: &Reported<'_>) -> String {
    let before = found.severity.to_string().len() + found.rule().code.len() + "[]: ".len();
    wrapped(&shown(&found.finding.message), WIDTH - before)
}

/// Breaks a text into lines of at most `width` columns, between its words.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            lines.push('\n');
            column = 0;
        } else if !lines.is_empty() {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines
}

/// Returns `fixable with validate --fix: write 192.0.2.0/24`.
fn fix_line(fix: &ReportedFix<'_>) -> String {
    let options = match fix.safety {
        Safety::Safe => "validate --fix",
        Safety::Unsafe => "validate --fix --unsafe-fixes",
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

/// Adds a place to the last group. A cut line begins another group without a title.
fn add_snippet<'r>(groups: &mut Vec<Group<'r>>, place: &'r Place<'_>, label: Option<&'r str>, kind: AnnotationKind) {
    let at = &place.position;
    let (line, marked, is_cut) = clipped(place.excerpt.line, place.excerpt.marked.clone());
    let annotation = kind.span(marked).label(label.map(shown));
    let snippet = Snippet::source(line).line_start(at.line).annotation(annotation);
    let path = printable(at.source);
    let last = groups.pop().expect("the group of the title");
    if !is_cut {
        groups.push(last.element(snippet.path(path)));
        return;
    }
    // The renderer counts columns from the start of the text, which is wrong if the line is cut
    // there.
    groups.push(last.element(Origin::path(path).line(at.line).char_column(at.column)));
    groups.push(Group::with_level(Level::NOTE).element(snippet));
}

/// Returns a line with one column for each character, its marked range, and true if the start of
/// the line is missing. A long line is cut to the part around the place.
fn clipped(line: &str, marked: Range<usize>) -> (String, Range<usize>, bool) {
    let around = if line.len() > LONGEST_LINE { AROUND } else { LONGEST_LINE };
    let start = line[..marked.start].char_indices().rev().nth(around).map_or(0, |(byte, _)| byte);
    let marked_end =
        line[marked.clone()].char_indices().nth(MARKED).map_or(marked.end, |(byte, _)| marked.start + byte);
    let end = line[marked_end..].char_indices().nth(around).map_or(line.len(), |(byte, _)| marked_end + byte);
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
