//! Reads parts, and the text between them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::cursor::Cursor;
use super::entry::EntryReader;
use super::guess::entry_of;
use crate::elements::{AUTHORITY, Elements, Meaning, ROOT, Shape};
use crate::model::tree::{Content, Member, Tree};
use crate::model::{SourceId, Span};
use crate::syntaxes::json::mapping::object;
use crate::syntaxes::misspelled;
use crate::syntaxes::parts::{ENTRIES, Part, Piece, Shift, tree_of};

/// Reads entries from the start of a part up to its end, or to the first entry that is invalid or
/// unusual.
pub(super) fn read<'s>(
    source: SourceId,
    text: &'s str,
    part: &Part,
    sink: &mut (dyn FnMut(Tree<'s>) + '_),
) -> Option<Part> {
    let elements = entry_of(part.kind)?;
    let shift = Shift { from: 0, offset: part.offset - part.bytes.start };
    let reader = EntryReader::new(source, text, &[shift]);
    let mut cursor = Cursor::new(text, part.bytes.start);
    let (mut entries, mut end) = (Vec::with_capacity(ENTRIES), None);
    while let Some(entry) = reader.usual_entry(&mut cursor, elements) {
        entries.push(entry);
        end = Some(cursor.at());
        if entries.len() == ENTRIES {
            sink(tree_of(source, part.kind, std::mem::replace(&mut entries, Vec::with_capacity(ENTRIES))));
        }
        if cursor.comma_or(b']') != Some(false) {
            break;
        }
        cursor.blanks();
        if cursor.at() >= part.bytes.end {
            break;
        }
    }
    if !entries.is_empty() {
        sink(tree_of(source, part.kind, entries));
    }
    Some(Part { bytes: part.bytes.start..end?, ..*part })
}

/// Reads the text between the parts. If the text has nothing else, `shifts` say where its pieces
/// were.
pub(super) fn join<'s>(
    source: SourceId,
    text: &'s str,
    shifts: &[Shift],
    parts: &[Option<Part>],
    sink: &mut (dyn FnMut(Piece<'s>) + '_),
) -> Option<()> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let (reader, cursor) = (EntryReader::new(source, text, shifts), Cursor::new(text, start));
    let mut joiner = Joiner { source, reader, cursor, parts, next: 0, sink };
    let tree = joiner.container(&ROOT, Span { source, start: 0, end: 0 })?;
    joiner.cursor.blanks();
    if joiner.cursor.at() < text.len() {
        return None;
    }
    sink(Piece::Tree(tree));
    Some(())
}

struct Joiner<'s, 'p> {
    source: SourceId,
    reader: EntryReader<'s>,
    cursor: Cursor<'s>,
    parts: &'p [Option<Part>],
    /// The index of the next part that may start at the cursor.
    next: usize,
    sink: &'p mut (dyn FnMut(Piece<'s>) + 'p),
}

impl<'s> Joiner<'s, '_> {
    /// Reads an object that may have a long list.
    fn container(&mut self, elements: &'static Elements, around: Span) -> Option<Tree<'s>> {
        let (mut members, mut first) = (Vec::new(), None);
        let mut ended = self.cursor.open(b'{', b'}')?;
        while !ended {
            let written = self.cursor.name()?;
            let (meaning, name_at) = self.reader.name(written, elements)?;
            first.get_or_insert(name_at);
            match meaning {
                Meaning::Element(name, shape) => {
                    let tree = self.element(elements, name, shape, name_at)?;
                    members.push(Member { name: Cow::Borrowed(name), name_at, tree });
                }
                Meaning::Unknown => return None,
                Meaning::Misspelled(known) => {
                    self.cursor.value()?;
                    members.push(misspelled(Cow::Borrowed(written.0), name_at, known));
                }
                Meaning::Skipped => _ = self.cursor.value()?,
            }
            ended = self.cursor.comma_or(b'}')?;
        }
        let names: HashSet<&str> = members.iter().map(|member| &*member.name).collect();
        if names.len() < members.len() {
            return None;
        }
        Some(object(members, first, around))
    }

    fn element(
        &mut self,
        elements: &'static Elements,
        name: &'static str,
        shape: Shape,
        name_at: Span,
    ) -> Option<Tree<'s>> {
        self.cursor.blanks();
        let has_long_lists = [&raw const ROOT, &raw const AUTHORITY].into_iter().any(|of| std::ptr::eq(elements, of));
        match (shape, self.cursor.peek()?) {
            (Shape::Container(inner), b'{') if matches!(name, "config" | "authority") => self.container(inner, name_at),
            (Shape::List { entry, .. }, b'[') if has_long_lists && entry_of(name).is_some() => {
                self.entries(name, entry, name_at)
            }
            _ => self.reader.plain(&mut self.cursor, shape, name_at),
        }
    }

    /// Reads a long list. Its parts and entries are passed on, and it is returned without them.
    fn entries(&mut self, list: &'static str, entry: &'static Elements, name_at: Span) -> Option<Tree<'s>> {
        let mut entries = Vec::new();
        let mut ended = self.cursor.open(b'[', b']')?;
        while !ended {
            self.cursor.blanks();
            let part = self.part(list);
            if !entries.is_empty() && (part.is_some() || entries.len() == ENTRIES) {
                (self.sink)(Piece::Tree(tree_of(self.source, list, std::mem::take(&mut entries))));
            }
            match part {
                Some((index, end)) => {
                    (self.sink)(Piece::Part(index));
                    self.cursor.move_to(end);
                }
                None => entries.push(self.reader.entry(&mut self.cursor, entry, name_at)?),
            }
            ended = self.cursor.comma_or(b']')?;
        }
        if !entries.is_empty() {
            (self.sink)(Piece::Tree(tree_of(self.source, list, entries)));
        }
        Some(Tree { at: name_at, content: Content::Sequence(Vec::new()) })
    }

    /// Returns the part of a list that starts here: its index and its end.
    fn part(&mut self, list: &str) -> Option<(usize, usize)> {
        let at = self.cursor.at();
        let is_before = |part: &Option<Part>| part.as_ref().is_none_or(|part| part.bytes.start < at);
        self.next += self.parts[self.next..].iter().take_while(|part| is_before(part)).count();
        let part = self.parts.get(self.next)?.as_ref()?;
        (part.bytes.start == at && part.kind == list).then_some((self.next, part.bytes.end))
    }
}
