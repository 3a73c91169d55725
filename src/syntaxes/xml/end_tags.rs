//! End tags that do not match their start tags: which of both is wrong.
//!
//! XML shows a wrong tag only at the next end tag that does not match, which can be far below.

use std::collections::HashMap;
use std::ops::Range;

use quick_xml::events::Event;

use crate::diagnostics::alike;
use crate::elements::ROOT;
use crate::syntaxes::indentation;

/// The largest distance of two names that are probably the same name.
const MOST_TYPING_ERRORS: usize = 2;

/// The length of the longest name that is compared by distance, which takes quadratic time.
const LONGEST_NAME: usize = 100;

/// A tag that is probably wrong, and another one that shows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    /// The meaning and the place of the other tag.
    pub(super) other: Option<(&'static str, Range<usize>)>,
    /// The end tag that does not match.
    pub(super) end: Range<usize>,
}

/// The name and the place of a tag.
struct Tag<'s> {
    name: &'s str,
    at: Range<usize>,
    /// The start of its line.
    line: usize,
    /// The first element in it that is not indented deeper.
    beside: Option<Range<usize>>,
}

/// Returns the mismatch at the first end tag that is not that of the innermost open element.
pub(super) fn first_mismatch(text: &str) -> Option<Mismatch> {
    let mut xml = quick_xml::Reader::from_str(text);
    xml.config_mut().check_end_names = false;
    xml.config_mut().allow_unmatched_ends = true;
    let mut open: Vec<Tag<'_>> = Vec::new();
    // The start of the current line. A line can be as long as the text, so it is not searched
    // again.
    let (mut line, mut searched) = (0, 0);
    loop {
        let start = usize::try_from(xml.buffer_position()).ok()?;
        line = text.get(searched..start)?.rfind('\n').map_or(line, |newline| searched + newline + 1);
        searched = start;
        match xml.read_event().ok()? {
            Event::Start(_) => {
                let end = usize::try_from(xml.buffer_position()).ok()?;
                let tag = tag(text, start..end, "<", line)?;
                if let Some(last) = open.last_mut()
                    && is_beside(text, last, &tag)
                {
                    last.beside.get_or_insert(start..end);
                }
                open.push(tag);
            }
            Event::End(_) => {
                let end = usize::try_from(xml.buffer_position()).ok()?;
                let end = tag(text, start..end, "</", line)?;
                if open.pop_if(|last| last.name == end.name).is_none() {
                    return Some(mismatch(text, &open, &end));
                }
            }
            Event::Eof => {
                let unclosed = open.iter().rev().find(|tag| tag.beside.is_some())?;
                let end = Tag { name: "", at: last_character(text), line, beside: None };
                return Some(self::unclosed(text, unclosed, &end));
            }
            _ => {}
        }
    }
}

/// Returns the place of the last character that is not white space.
pub(super) fn last_character(text: &str) -> Range<usize> {
    let content = text.trim_end();
    content.char_indices().next_back().map_or(0, |(at, _)| at)..content.len()
}

/// Returns true if a tag is the first of its line, and its line is not deeper than that of the tag
/// around it.
fn is_beside(text: &str, around: &Tag<'_>, tag: &Tag<'_>) -> bool {
    let own = indentation(&text[tag.line..]);
    tag.line > around.at.start && tag.line + own == tag.at.start && own <= indentation(&text[around.line..])
}

fn tag<'s>(text: &'s str, at: Range<usize>, mark: &str, line: usize) -> Option<Tag<'s>> {
    let inside = text.get(at.clone())?.strip_prefix(mark)?;
    // A `/` ends the name of an empty element. In an end tag, it is doubled.
    let ends = |c: char| c.is_ascii_whitespace() || c == '>' || c == '/' && mark == "<";
    let length = inside.find(ends).unwrap_or(inside.len());
    Some(Tag { name: &inside[..length], at, line, beside: None })
}

fn mismatch(text: &str, open: &[Tag<'_>], end: &Tag<'_>) -> Mismatch {
    let Some(last) = open.last() else { return surplus(text, end) };
    let tag = end.at.clone();
    if open.iter().any(|open| open.name == end.name) {
        return unclosed(text, last, end);
    }
    let is_cut = !end.name.is_empty() && last.name.starts_with(end.name);
    let is_long = last.name.len().max(end.name.len()) > LONGEST_NAME;
    let is_alike = !is_long && alike(end.name, [last.name]).or(alike(last.name, [end.name])).is_some();
    if !is_cut && !is_alike && (is_long || strsim::osa_distance(last.name, end.name) > MOST_TYPING_ERRORS) {
        return surplus(text, end);
    }
    let names = names(text);
    let likelihood = |name: &str| {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let is_declared = prefix.is_empty() || text.contains(&format!("xmlns:{prefix}="));
        (is_declared, ROOT.holds_somewhere(local), names.get(name).copied().unwrap_or_default())
    };
    if likelihood(last.name) < likelihood(end.name) {
        let message = format!("`<{}>` is closed by `</{}>`; did you mean `<{}>`?", last.name, end.name, end.name);
        Mismatch { at: last.at.clone(), message, other: Some(("its end tag", tag.clone())), end: tag }
    } else {
        let message = format!("`</{}>` does not close `<{}>`; did you mean `</{}>`?", end.name, last.name, last.name);
        Mismatch { at: tag.clone(), message, other: Some(("its start tag", last.at.clone())), end: tag }
    }
}

/// Returns the mismatch of an element that is open at the end tag of an element around it. If other
/// elements are in it, its end tag is missing after them. Otherwise it is a leaf with a wrong end.
fn unclosed(text: &str, last: &Tag<'_>, end: &Tag<'_>) -> Mismatch {
    let name = last.name;
    let (end_name, end) = (end.name, end.at.clone());
    if let Some(beside) = &last.beside {
        let message = format!("`</{name}>` is missing before this tag by its indentation; add it");
        Mismatch { at: beside.clone(), message, other: Some(("its start tag", last.at.clone())), end }
    } else if text[last.at.end..end.start].contains('<') {
        let message = format!("`</{name}>` is missing before `</{end_name}>`; add it");
        Mismatch { at: end.clone(), message, other: Some(("its start tag", last.at.clone())), end }
    } else {
        let message = format!("`<{name}>` is not closed before `</{end_name}>`; add `</{name}>`, or correct it");
        Mismatch { at: last.at.clone(), message, other: Some(("the end tag around it", end.clone())), end }
    }
}

/// Returns the mismatch of an end tag without a start tag. If deeper lines are above it, the start
/// tag is missing above them.
fn surplus(text: &str, end: &Tag<'_>) -> Mismatch {
    let name = end.name;
    let own = end.line;
    let indent = indentation(&text[own..]);
    let mut first = None;
    for line in text[..own].split_inclusive('\n').rev() {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        if !line.trim().is_empty() && indentation(line) <= indent {
            break;
        }
        first = Some(start + indentation(line)..start + line.trim_end().len());
    }
    match first.filter(|first| first.start < first.end) {
        Some(at) => {
            let message = format!("`<{name}>` is missing before this line; add it, or remove `</{name}>`");
            Mismatch { at, message, other: Some(("its end tag", end.at.clone())), end: end.at.clone() }
        }
        None => {
            let message = format!("`</{name}>` closes no element; remove it, or add `<{name}>`");
            Mismatch { at: end.at.clone(), message, other: None, end: end.at.clone() }
        }
    }
}

/// Returns how many tags have each name.
fn names(text: &str) -> HashMap<&str, usize> {
    let mut names = HashMap::new();
    for part in text.split('<').skip(1) {
        let name = part.strip_prefix('/').unwrap_or(part);
        let length = name.find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/').unwrap_or(name.len());
        *names.entry(&name[..length]).or_default() += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::first_mismatch;

    #[test]
    fn the_wrong_tag_is_marked() {
        for (text, marked, message) in [
            ("<a>\n<b>\n <c/>\n</a>", "</a>", "`</b>` is missing before `</a>`; add it"),
            (
                "<a>\n <b>\n <b>\n  <c/>\n </b>\n</a>",
                "<b>",
                "`</b>` is missing before this tag by its indentation; add it",
            ),
            ("<a><name>x</n></a>", "</n>", "`</n>` does not close `<name>`; did you mean `</name>`?"),
            ("<a><b>x</a>", "<b>", "`<b>` is not closed before `</a>`; add `</b>`, or correct it"),
            ("<a><name>x</nam></a>", "</nam>", "`</nam>` does not close `<name>`; did you mean `</name>`?"),
            ("<a><nam>x</name><name>y</name></a>", "<nam>", "`<nam>` is closed by `</name>`; did you mean `<name>`?"),
            (
                "<a xmlns:sys='s'><ss:b>x</sys:b></a>",
                "<ss:b>",
                "`<ss:b>` is closed by `</sys:b>`; did you mean `<sys:b>`?",
            ),
            ("<a><node>\n<//node></a>", "<//node>", "`<//node>` does not close `<node>`; did you mean `</node>`?"),
            (
                "<a>\n <b>\n  <node>\n   <c/>\n  </no\u{1b}[1mde>\n </b></a>",
                "</no\u{1b}[1mde>",
                "`</no\u{1b}[1mde>` does not close `<node>`; did you mean `</node>`?",
            ),
            ("<a>\n</node></a>", "</node>", "`</node>` closes no element; remove it, or add `<node>`"),
            (
                "<a>\n <name/>\n  <b/>\n  <c/>\n </node>\n</a>",
                "<b/>",
                "`<node>` is missing before this line; add it, or remove `</node>`",
            ),
            ("</x>", "</x>", "`</x>` closes no element; remove it, or add `<x>`"),
        ] {
            let found = first_mismatch(text).expect(text);
            assert_eq!((&text[found.at], found.message.as_str()), (marked, message), "{text}");
        }
        assert_eq!(first_mismatch("<a><b c='>'/></a>"), None);
    }
}
