//! Reads a large text in parts: the elements of routers and services.

use std::io::BufRead as _;

use memchr::memmem;

use super::characters::{first_disallowed, is_space};
use super::reader::{Next, Start, XmlReader};
use crate::elements::AUTHORITY;
use crate::model::SourceId;
use crate::model::tree::Tree;
use crate::syntaxes::parts::{AROUND, LISTS, Part, Parts, Piece, all, are_around, cut, pass_on, tree_with};

/// The reader of large texts.
pub(super) const PARTS: Parts = Parts { guess, read, join, windows: None };

/// The length of the longest tag of an entry that is recognised.
const LONGEST_TAG: usize = 100;

/// The kind of the parts.
const NESTED: &str = "elements";

/// Guesses the parts of a text, each of about `size` bytes.
fn guess(text: &str, size: usize) -> Vec<Part> {
    let Some((first, end)) = first_entry(text).zip(end(text)) else { return Vec::new() };
    cut(first..end, size, NESTED, |at| start_after(text, at, first))
}

/// Returns the end of the tag before the first entry.
fn first_entry(text: &str) -> Option<usize> {
    let head = &text.as_bytes()[..text.len().min(AROUND)];
    let tags = memchr::memchr_iter(b'<', head);
    let entry = tags.into_iter().find(|tag| is_start_of_entry(&head[*tag..]))?;
    Some(after_tag(head, entry))
}

/// Returns the end of the last entry.
fn end(text: &str) -> Option<usize> {
    let start = text.len() - text.len().min(AROUND);
    let tail = &text.as_bytes()[start..];
    LISTS.iter().filter_map(|list| last_end(tail, list)).max().map(|end| start + end)
}

fn last_end(text: &[u8], list: &str) -> Option<usize> {
    let ends = memmem::rfind_iter(text, list).map(|at| at + list.len());
    ends.filter(|at| text.get(*at) == Some(&b'>')).map(|at| at + 1).find(|end| is_end_of_entry(&text[..*end]))
}

/// Returns the end of the first entry after a byte that another entry follows. Both have the same
/// white space before them as the first entry.
fn start_after(text: &str, at: usize, first: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let blank = bytes[first..].iter().position(|byte| !is_space(*byte))?;
    let blank = &bytes[first..first + blank];
    let mut starts = memmem::find_iter(&bytes[at..], blank).map(|found| at + found);
    // Without white space, the names alone show where entries start.
    starts.find(|start| is_end_of_entry(&bytes[..*start]) && is_start_of_entry(&bytes[start + blank.len()..]))
}

/// Returns true for a text that starts with the tag of an entry without attributes.
fn is_start_of_entry(text: &[u8]) -> bool {
    let Some(name) = text.strip_prefix(b"<") else { return false };
    let name = &name[..name.iter().take(LONGEST_TAG).position(|byte| *byte == b'>').unwrap_or_default()];
    is_entry(name)
}

/// Returns true for a text that ends with the end tag of an entry.
fn is_end_of_entry(text: &[u8]) -> bool {
    let Some(text) = text.strip_suffix(b">") else { return false };
    let text = &text[text.len().saturating_sub(LONGEST_TAG)..];
    let tag = memchr::memrchr(b'<', text).map(|start| &text[start..]);
    tag.and_then(|tag| tag.strip_prefix(b"</")).is_some_and(is_entry)
}

/// Returns true for the name of a list that is read in parts, with any prefix.
fn is_entry(name: &[u8]) -> bool {
    let local = name.iter().rposition(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..]);
    LISTS.iter().any(|list| local == list.as_bytes())
}

/// Returns the end of the tag before a byte.
fn after_tag(text: &[u8], at: usize) -> usize {
    text[..at].iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1)
}

/// Returns true if a text has no comments, CDATA sections or document types, which could hold tags,
/// and no character that XML does not allow.
fn is_plain(text: &str) -> bool {
    let has = |mark: &str| memmem::find(text.as_bytes(), mark.as_bytes()).is_some();
    !has("<!") && !has("]]>") && first_disallowed(text).is_none()
}

/// Reads the elements of a part.
fn read<'s>(source: SourceId, text: &'s str, part: &Part, sink: &mut (dyn FnMut(Tree<'s>) + '_)) -> Option<Part> {
    if !is_plain(&text[part.bytes.clone()]) {
        return None;
    }
    let mut findings = Vec::new();
    let mut reader = XmlReader::without_cdata(source, &text[..part.bytes.end], &mut findings);
    reader.enter_authority(first_entry(text)?)?;
    let before = part.bytes.start.checked_sub(reader.position())?;
    reader.xml.stream().consume(before);
    let mut members = Vec::new();
    while reader.position() < part.bytes.end {
        match reader.next().ok()? {
            Next::Start(start) if LISTS.contains(&start.local()) => {
                reader.child(start, &AUTHORITY, &mut members).ok()?;
            }
            Next::Text(blank, ..) if blank.trim_ascii().is_empty() => {}
            _ => return None,
        }
    }
    drop(reader);
    if !findings.is_empty() {
        return None;
    }
    sink(tree_with(source, members));
    Some(part.clone())
}

/// Reads the elements around the parts.
fn join<'s>(
    source: SourceId,
    text: &'s str,
    parts: &[Option<Part>],
    sink: &mut (dyn FnMut(Piece<'s>) + '_),
) -> Option<()> {
    let parts = all(parts)?;
    let gap = parts.first()?.bytes.start..parts.last()?.bytes.end;
    if !is_plain(&text[..gap.start]) || !is_plain(&text[gap.end..]) {
        return None;
    }
    let mut findings = Vec::new();
    let mut reader = XmlReader::without_cdata(source, text, &mut findings);
    reader.gap = Some(gap);
    let tree = reader.documents().ok()?;
    let is_complete = reader.gap.is_none();
    drop(reader);
    if !is_complete || !findings.is_empty() || !are_around(tree.members()) {
        return None;
    }
    pass_on(&parts, [tree], sink);
    Some(())
}

impl XmlReader<'_, '_> {
    /// Reads up to the first entry of a list, which must be in the authority.
    fn enter_authority(&mut self, first: usize) -> Option<()> {
        let mut open: Vec<Start<'_>> = Vec::new();
        while self.position() < first {
            match self.next().ok()? {
                Next::Start(start) if start.is_empty => self.leave(&start),
                Next::Start(start) => open.push(start),
                Next::Text(..) => {}
                Next::End => {
                    let start = open.pop()?;
                    self.leave(&start);
                }
                Next::Eof => return None,
            }
        }
        self.is_in_element = true;
        // A comment before the entry may have been read with the text after it.
        (self.position() == first && open.last()?.local() == "authority").then_some(())
    }

    /// Leaves out the elements that are read separately, if they start here. Returns true if they
    /// do.
    pub(super) fn skip_gap(&mut self) -> bool {
        let position = self.position();
        let gap = self.gap.take_if(|gap| gap.start == position);
        if let Some(gap) = &gap {
            self.xml.stream().consume(gap.len());
        }
        gap.is_some()
    }
}
