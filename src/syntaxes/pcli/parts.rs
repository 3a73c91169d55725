//! Reads a large text in parts: blocks of routers and services, or flat lines.

use memchr::{memchr, memchr_iter, memmem, memrchr};

use super::characters::is_blank;
use super::enclosing::Enclosing;
use super::lines::{PAGER, PcliText};
use super::outline::{self, OpenBlock, Regular};
use super::session;
use crate::elements::AUTHORITY;
use crate::model::SourceId;
use crate::model::tree::Tree;
use crate::syntaxes::parts::{AROUND, LISTS, Part, Parts, Piece, all, are_around, are_lists, cut, pass_on, tree_with};

/// The reader of large texts.
pub(super) const PARTS: Parts = Parts { guess, read, join, windows: None };

/// The kind of parts of nested text.
const NESTED: &str = "blocks";

/// The kind of parts of flat text, and the start of its lines.
const FLAT: &str = "config authority ";

/// The layout of a text.
#[derive(Clone, Copy)]
enum Layout {
    /// The blocks of the lists have this indentation.
    Nested(usize),
    Flat,
}

/// Guesses the parts of a text, each of about `size` bytes.
fn guess(text: &str, size: usize) -> Vec<Part> {
    let Some((layout, first)) = layout(text) else { return Vec::new() };
    let Some(end) = end(text, layout) else { return Vec::new() };
    let kind = match layout {
        Layout::Nested(_) => NESTED,
        Layout::Flat => FLAT,
    };
    cut(first..end, size, kind, |at| start_after(text, at, layout))
}

/// Returns the layout of a text and the start of the line of its first entry.
fn layout(text: &str) -> Option<(Layout, usize)> {
    let mut at = 0;
    for line in text.as_bytes()[..text.len().min(AROUND)].split_inclusive(|byte| *byte == b'\n') {
        if list_of_flat(line).is_some() {
            return Some((Layout::Flat, at));
        }
        let indent = indent_of(line);
        if is_entry(&line[indent..]) {
            return Some((Layout::Nested(indent), at));
        }
        at += line.len();
    }
    None
}

/// Returns the end of the last entry: the start of the first line after it.
fn end(text: &str, layout: Layout) -> Option<usize> {
    let Layout::Nested(indent) = layout else { return Some(text.len()) };
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    while end > 0 && bytes.len() - end < AROUND {
        let start = memrchr(b'\n', &bytes[..end - 1]).map_or(0, |newline| newline + 1);
        let line = &bytes[start..end];
        if !line.trim_ascii().is_empty() && indent_of(line) >= indent {
            return Some(end);
        }
        end = start;
    }
    None
}

/// Returns the start of the first line after a byte where an entry of a list starts.
fn start_after(text: &str, at: usize, layout: Layout) -> Option<usize> {
    let bytes = text.as_bytes();
    let line = at + memchr(b'\n', &bytes[at..])? + 1;
    match layout {
        Layout::Nested(indent) => {
            let exit = format!("\n{:indent$}exit\n", "");
            let mut from = line - 1;
            loop {
                let mut start = from + memmem::find(&bytes[from..], exit.as_bytes())? + exit.len();
                from = start - 1;
                while bytes.get(start) == Some(&b'\n') {
                    start += 1;
                }
                let next = bytes.get(start..)?;
                if indent_of(next) == indent && is_entry(&next[indent..]) {
                    return Some(start);
                }
            }
        }
        Layout::Flat => {
            let mut start = line;
            let first = entry_of_flat(bytes.get(start..)?)?;
            loop {
                start += memchr(b'\n', &bytes[start..])? + 1;
                if entry_of_flat(&bytes[start..])? != first {
                    return Some(start);
                }
            }
        }
    }
}

fn indent_of(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

/// Returns true for a line that starts an entry of a list, without its indentation.
fn is_entry(line: &[u8]) -> bool {
    LISTS.iter().any(|list| line.strip_prefix(list.as_bytes()).is_some_and(|rest| rest.first() == Some(&b' ')))
}

/// Returns the line from the name of its list on, if it is a path into a list.
fn list_of_flat(line: &[u8]) -> Option<&[u8]> {
    line.strip_prefix(FLAT.as_bytes()).filter(|rest| is_entry(rest))
}

/// Returns the list and the name of the entry that the path of a flat line leads to.
fn entry_of_flat(line: &[u8]) -> Option<&[u8]> {
    let rest = list_of_flat(line)?;
    let list = memchr(b' ', rest)?;
    let name = rest[list + 1..].iter().position(u8::is_ascii_whitespace)?;
    Some(&rest[..list + 1 + name])
}

/// Reads the lines of a part.
fn read<'s>(source: SourceId, text: &'s str, part: &Part, sink: &mut (dyn FnMut(Tree<'s>) + '_)) -> Option<Part> {
    let bytes = part.bytes.clone();
    let lines = PcliText { start: bytes.start, end: bytes.end, ..PcliText::new(source, text) };
    if !closes_quotes(&text.as_bytes()[bytes]) || session::has_prompt(lines) {
        return None;
    }
    let is_flat = part.kind == FLAT;
    let enclosing = if is_flat { Enclosing::root() } else { Enclosing::root().within("authority", &AUTHORITY) };
    let Regular { members, exits, least_indent, .. } = outline::read_regular(lines, enclosing)?;
    let indent = indent_of(&text.as_bytes()[part.bytes.start..]);
    if (exits == 0) != is_flat || least_indent != indent || !are_lists(&members) {
        return None;
    }
    sink(tree_with(source, members));
    Some(part.clone())
}

/// Reads the lines around the parts.
fn join<'s>(
    source: SourceId,
    text: &'s str,
    parts: &[Option<Part>],
    sink: &mut (dyn FnMut(Piece<'s>) + '_),
) -> Option<()> {
    let parts = all(parts)?;
    let (first, last) = (parts.first()?, parts.last()?);
    let around = PcliText { gap: (first.bytes.start, last.bytes.end), ..PcliText::new(source, text) };
    let (head, tail) = (&text[..first.bytes.start], &text[last.bytes.end..]);
    let is_plain = |bytes: &str| closes_quotes(bytes.as_bytes()) && !bytes.contains(['\t', '>', '#', '\r']);
    if !is_plain(head) || !is_plain(tail) {
        return None;
    }
    let Regular { members, exits, before_gap, .. } = outline::read_regular(around, Enclosing::root())?;
    let is_flat = first.kind == FLAT;
    let indent = indent_of(&text.as_bytes()[first.bytes.start..]);
    if (exits == 0) != is_flat || !may_hold_parts(&before_gap, is_flat, indent) || !are_around(&members) {
        return None;
    }
    pass_on(&parts, [tree_with(source, members)], sink);
    Some(())
}

/// Returns true if entries with this indentation are in the authority, after these open lines. Flat
/// entries have their whole path, so no block may be open.
fn may_hold_parts(open: &[OpenBlock], is_flat: bool, indent: usize) -> bool {
    if is_flat {
        return open.iter().all(|line| !line.is_block);
    }
    let around = open.iter().rfind(|line| line.indent < indent);
    around.and_then(|line| line.enclosing).is_some_and(|block| std::ptr::eq(block.read, &raw const AUTHORITY))
}

/// Returns true if each quoted text ends on its line. A part could otherwise start inside of one.
///
/// It also returns false for quotes whose meaning depends on more than the characters next to them,
/// and for the questions of a pager, which may take a quote with them.
fn closes_quotes(bytes: &[u8]) -> bool {
    if memmem::find(bytes, PAGER).is_some() {
        return false;
    }
    let mut quotes = memchr_iter(b'"', bytes);
    while let Some(open) = quotes.next() {
        let Some(close) = quotes.next() else { return false };
        let is_blank = |byte: Option<&u8>| byte.is_none_or(|byte| is_blank(*byte));
        let inside = &bytes[open + 1..close];
        if !is_blank(open.checked_sub(1).and_then(|before| bytes.get(before)))
            || !is_blank(bytes.get(close + 1))
            || inside.iter().any(|byte| matches!(byte, b'\n' | b'\r' | b'\\'))
        {
            return false;
        }
    }
    true
}
