//! Reads a large text in parts: the entries of lists that are written as block sequences.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};
use rayon::prelude::*;
use saphyr_parser::Event;

use super::YamlReader;
use super::events::Events;
use crate::elements::{ROOT, Shape};
use crate::model::tree::{Content, Member, Tree};
use crate::model::{SourceId, Span};
use crate::syntaxes::offset;
use crate::syntaxes::parts::{ENTRIES, LISTS, Part, Parts, Piece, all, cut, pass_on, tree_of};

/// The reader of large texts.
pub(super) const PARTS: Parts = Parts { guess, read, join, windows: None };

/// The number of collections and merge keys around a part, with some to spare.
const AROUND_PART: usize = 16;

/// The entry that takes the place of a gap. So the text around the gap is still that of a block
/// sequence.
const STAND_IN: &str = "- {}\n";

/// The number of bytes in which a thread looks for the end of a list.
const PIECE: usize = 1 << 20;

/// The start of an entry.
const DASH: &[u8] = b"- ";

/// A list that is written as a block sequence.
struct List {
    name: &'static str,
    /// The lines of the entries.
    entries: Range<usize>,
    /// The indentation of the entries.
    indent: usize,
}

/// Guesses the parts of a text, each of about `size` bytes.
fn guess(text: &str, size: usize) -> Vec<Part> {
    let parts = lists(text).into_iter().flat_map(|list| {
        let dash = format!("\n{:indent$}- ", "", indent = list.indent);
        let start_after = |at: usize| {
            let found = memmem::find(&text.as_bytes()[at..list.entries.end], dash.as_bytes())?;
            Some(at + found + 1)
        };
        cut(list.entries.clone(), size, list.name, start_after)
    });
    let parts: Vec<Part> = parts.collect();
    with_offsets(text, parts)
}

/// Returns the parts with the number of characters before each, which is the unit of the offsets.
fn with_offsets(text: &str, mut parts: Vec<Part>) -> Vec<Part> {
    let starts: Vec<usize> = std::iter::once(0).chain(parts.iter().map(|part| part.bytes.start)).collect();
    let counts = starts.par_windows(2).map(|window| text[window[0]..window[1]].chars().count());
    let mut before = 0;
    for (part, count) in parts.iter_mut().zip(counts.collect::<Vec<_>>()) {
        before += count;
        part.offset = before;
    }
    parts
}

/// Returns the lists of a text, by the indentation of its lines.
fn lists(text: &str) -> Vec<List> {
    let bytes = text.as_bytes();
    let (mut lists, mut key) = (Vec::new(), None);
    let mut start = 0;
    while start < bytes.len() {
        let mut end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |newline| start + newline + 1);
        if let Some((indent, line)) = content(&bytes[start..end]) {
            let is_entry = line.starts_with(DASH);
            if let Some((name, _)) = key.filter(|(_, around)| is_entry && indent >= *around) {
                end = end_of_list(bytes, end, indent);
                lists.push(List { name, entries: start..end, indent });
            }
            key = list_of(line).map(|name| (name, indent));
        }
        start = end;
    }
    lists
}

/// Returns the first line after a byte that is not in a list with this indentation.
fn end_of_list(text: &[u8], from: usize, indent: usize) -> usize {
    let deeper = vec![b' '; indent + 1];
    let ends = |start: usize| {
        let line = &text[start..];
        let is_in_list = |(found, line): (usize, &[u8])| found > indent || found == indent && line.starts_with(DASH);
        !line.starts_with(&deeper) && content(line).is_some_and(|content| !is_in_list(content))
    };
    let pieces = (from..text.len()).into_par_iter().step_by(PIECE);
    let found = pieces.find_map_first(|start| {
        let newlines = memchr_iter(b'\n', &text[start - 1..text.len().min(start + PIECE) - 1]);
        newlines.map(|newline| start + newline).find(|line| ends(*line))
    });
    found.unwrap_or(text.len())
}

/// Returns the indentation of a line, and the line without it. `None` for a comment, and for a line
/// without content.
fn content(line: &[u8]) -> Option<(usize, &[u8])> {
    let indent = line.iter().take_while(|byte| **byte == b' ').count();
    let is_content = !matches!(line.get(indent), None | Some(b'\n' | b'\r' | b'#'));
    is_content.then(|| (indent, &line[indent..]))
}

/// Returns the list whose entries are on the lines after this one.
fn list_of(line: &[u8]) -> Option<&'static str> {
    let name = line.trim_ascii_end().strip_suffix(b":")?;
    LISTS.into_iter().find(|list| name == list.as_bytes())
}

/// Reads the entries of a part.
fn read<'s>(source: SourceId, text: &'s str, part: &Part, sink: &mut (dyn FnMut(Tree<'s>) + '_)) -> Option<Part> {
    let shape = ROOT.find(part.kind)?.1;
    let (mut entries, mut characters) = (Vec::new(), part.offset);
    for entry in entry_texts(&text[part.bytes.clone()]) {
        let (read, length) = match usual_entry(source, entry, characters, shape) {
            Some(read) => (read, entry.len()),
            None => (any_entry(source, entry, characters, shape)?, entry.chars().count()),
        };
        entries.extend(read);
        characters += length;
        if entries.len() >= ENTRIES {
            sink(tree_of(source, part.kind, std::mem::take(&mut entries)));
        }
    }
    sink(tree_of(source, part.kind, entries));
    Some(part.clone())
}

/// Returns the text of each entry of a block sequence.
fn entry_texts(text: &str) -> impl Iterator<Item = &str> {
    let indent = text.bytes().take_while(|byte| *byte == b' ').count();
    let dash = memmem::Finder::new(&format!("\n{:indent$}- ", "")).into_owned();
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = dash.find(rest.as_bytes()).map_or(rest.len(), |newline| newline + 1);
        let (entry, after) = rest.split_at(end);
        rest = after;
        (!entry.is_empty()).then_some(entry)
    })
}

/// Reads an entry that has only usual lines, of ASCII characters.
fn usual_entry<'s>(source: SourceId, text: &'s str, before: usize, shape: Shape) -> Option<Vec<Tree<'s>>> {
    let events = Events::of_usual_lines(source, text, offset(before), AROUND_PART);
    let mut reader = YamlReader { events, merge_depth: AROUND_PART };
    let entries = reader.entries(shape)?;
    reader.events.is_complete().then_some(entries)
}

/// Reads an entry with the parser.
fn any_entry<'s>(source: SourceId, text: &'s str, before: usize, shape: Shape) -> Option<Vec<Tree<'s>>> {
    let events = Events::after(source, text, offset(before), AROUND_PART);
    let mut reader = YamlReader { events, merge_depth: AROUND_PART };
    let next = |reader: &mut YamlReader<'s>| reader.events.next().ok();
    let (Event::StreamStart, _) = next(&mut reader)? else { return None };
    let (Event::DocumentStart(false), _) = next(&mut reader)? else { return None };
    let entries = reader.entries(shape)?;
    let (Event::DocumentEnd, _) = next(&mut reader)? else { return None };
    let (Event::StreamEnd, _) = next(&mut reader)? else { return None };
    (!reader.events.has_alias).then_some(entries)
}

impl<'s> YamlReader<'s> {
    /// Reads the entries of a list.
    fn entries(&mut self, shape: Shape) -> Option<Vec<Tree<'s>>> {
        let (first @ Event::SequenceStart(..), at) = self.events.next().ok()? else { return None };
        let Content::Sequence(entries) = self.value(first, at, shape).ok()?.content else { return None };
        Some(entries)
    }
}

/// Reads the text around the parts.
fn join<'s>(
    source: SourceId,
    text: &'s str,
    parts: &[Option<Part>],
    sink: &mut (dyn FnMut(Piece<'s>) + '_),
) -> Option<()> {
    let parts = all(parts)?;
    let rest = Rest::around(text, &parts);
    let mut reader = YamlReader { events: Events::new(source, &rest.text), merge_depth: 0 };
    let mut trees: Vec<Tree<'static>> = reader.documents().ok()?.into_iter().map(Tree::into_owned).collect();
    // An alias may repeat a list, or a value that a part has defined again.
    if reader.events.has_alias {
        return None;
    }
    for gap in &rest.gaps {
        let mut lists = Vec::new();
        trees.iter_mut().for_each(|tree| lists.extend(lists_named(tree, gap.list)));
        // A list with another name or place may be in an element that is skipped.
        let [list] = &mut lists[..] else { return None };
        if !rest.is_before_gap(list.name_at.end, gap) || !is_stand_in(&list.tree) {
            return None;
        }
        list.tree.content = Content::Sequence(Vec::new());
    }
    trees.iter_mut().try_for_each(|tree| rest.restore(tree))?;
    pass_on(&parts, trees, sink);
    Some(())
}

/// Returns the lists with this name that the authority may have.
fn lists_named<'t>(tree: &'t mut Tree<'static>, name: &str) -> Vec<&'t mut Member<'static>> {
    let Content::Mapping(members) = &mut tree.content else { return Vec::new() };
    let of_member = |member: &'t mut Member<'static>| match &*member.name {
        "config" | "authority" => lists_named(&mut member.tree, name),
        found if found == name => vec![member],
        _ => Vec::new(),
    };
    members.iter_mut().flat_map(of_member).collect()
}

/// Returns true for a list with only the stand-in of a gap.
fn is_stand_in(list: &Tree<'_>) -> bool {
    matches!(&list.content, Content::Sequence(items) if items.len() == 1 && items[0].is_empty() && !items[0].is_null())
}

/// The text around the parts, as one text.
struct Rest {
    text: String,
    gaps: Vec<Gap>,
}

/// The place of the entries of a list that are left out.
struct Gap {
    list: &'static str,
    /// The number of characters of the rest before the stand-in of the gap.
    at: usize,
    /// The number of characters of the stand-in.
    stand_in: usize,
    /// The number of characters in the gap.
    length: usize,
}

impl Rest {
    fn around(text: &str, parts: &[&Part]) -> Self {
        let mut rest = Self { text: String::new(), gaps: Vec::new() };
        let (mut end, mut characters) = (0, 0);
        for of_list in parts.chunk_by(|a, b| a.bytes.end == b.bytes.start) {
            let (first, last) = (of_list[0], of_list[of_list.len() - 1]);
            let before = &text[end..first.bytes.start];
            rest.text.push_str(before);
            characters += before.chars().count();
            let length = last.offset - first.offset + text[last.bytes.clone()].chars().count();
            let indent = text[first.bytes.clone()].bytes().take_while(|byte| *byte == b' ').count();
            let stand_in = indent + STAND_IN.len();
            rest.gaps.push(Gap { list: first.kind, at: characters, stand_in, length });
            rest.text.push_str(&" ".repeat(indent));
            rest.text.push_str(STAND_IN);
            characters += stand_in;
            end = last.bytes.end;
        }
        rest.text.push_str(&text[end..]);
        rest
    }

    /// Returns true if only the colon of a key is between its name and a gap.
    fn is_before_gap(&self, name_end: u32, gap: &Gap) -> bool {
        let start = name_end as usize;
        let mut between = self.text.chars().skip(start).take(gap.at.saturating_sub(start));
        between.next() == Some(':') && between.all(char::is_whitespace)
    }

    /// Gives a tree the places that it has in the whole text. `None` for a tree with a fault, whose
    /// message may need the whole text.
    fn restore(&self, tree: &mut Tree<'_>) -> Option<()> {
        self.restore_span(&mut tree.at);
        match &mut tree.content {
            Content::Scalar(_) => Some(()),
            Content::Sequence(items) => items.iter_mut().try_for_each(|item| self.restore(item)),
            Content::Mapping(members) => members.iter_mut().try_for_each(|Member { name_at, tree, .. }| {
                self.restore_span(name_at);
                self.restore(tree)
            }),
            Content::Deleted(_) | Content::Fault(_) => None,
        }
    }

    fn restore_span(&self, at: &mut Span) {
        let restored = |place: u32| {
            let before = self.gaps.iter().filter(|gap| gap.at + gap.stand_in <= place as usize);
            let (stand_ins, gaps) =
                before.fold((0, 0), |(stand_ins, gaps), gap| (stand_ins + gap.stand_in, gaps + gap.length));
            place - offset(stand_ins) + offset(gaps)
        };
        (at.start, at.end) = (restored(at.start), restored(at.end));
    }
}
