//! Reads a large text in parts: the entries of lists that are written as block sequences.

use std::ops::Range;

use memchr::{memchr, memmem};
use rayon::prelude::*;
use saphyr_parser::Event;

use super::YamlReader;
use super::events::Events;
use crate::elements::ROOT;
use crate::model::tree::{Content, Member, Tree};
use crate::model::{SourceId, Span};
use crate::syntaxes::offset;
use crate::syntaxes::parts::{LISTS, Part, Parts, Piece, all, cut, pass_on, tree_of};

/// The reader of large texts.
pub(super) const PARTS: Parts = Parts { guess, read, join };

/// The number of collections and merge keys around a part, with some to spare.
const AROUND_PART: usize = 16;

/// The entry that takes the place of a gap. So the text around the gap is still that of a block
/// sequence.
const STAND_IN: &str = "- {}\n";

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
    let mut open: Option<List> = None;
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |newline| start + newline + 1);
        let indent = bytes[start..end].iter().take_while(|byte| **byte == b' ').count();
        let line = &bytes[start + indent..end];
        let is_entry = line.starts_with(b"- ");
        if !matches!(line.first(), None | Some(b'\n' | b'\r' | b'#')) {
            if let Some(list) = open.take_if(|list| indent < list.indent || indent == list.indent && !is_entry) {
                lists.push(List { entries: list.entries.start..start, ..list });
            }
            if open.is_none() {
                open = key.filter(|(_, around)| is_entry && indent >= *around).map(|(name, _)| List {
                    name,
                    entries: start..start,
                    indent,
                });
                key = list_of(line).map(|name| (name, indent));
            }
        }
        start = end;
    }
    lists.extend(open.map(|list| List { entries: list.entries.start..bytes.len(), ..list }));
    lists
}

/// Returns the list whose entries are on the lines after this one.
fn list_of(line: &[u8]) -> Option<&'static str> {
    let name = line.trim_ascii_end().strip_suffix(b":")?;
    LISTS.into_iter().find(|list| name == list.as_bytes())
}

/// Reads the entries of a part.
fn read<'s>(source: SourceId, text: &'s str, part: &Part, sink: &mut (dyn FnMut(Tree<'s>) + '_)) -> Option<Part> {
    let events = Events::after(source, &text[part.bytes.clone()], offset(part.offset), AROUND_PART);
    let mut reader = YamlReader { events, merge_depth: AROUND_PART };
    let next = |reader: &mut YamlReader<'s>| reader.events.next().ok();
    let (Event::StreamStart, _) = next(&mut reader)? else { return None };
    let (Event::DocumentStart(false), _) = next(&mut reader)? else { return None };
    let (first @ Event::SequenceStart(..), at) = next(&mut reader)? else { return None };
    let tree = reader.value(first, at, ROOT.find(part.kind)?.1).ok()?;
    let (Event::DocumentEnd, _) = next(&mut reader)? else { return None };
    let (Event::StreamEnd, _) = next(&mut reader)? else { return None };
    if reader.events.has_alias {
        return None;
    }
    let Content::Sequence(entries) = tree.content else { return None };
    sink(tree_of(source, part.kind, entries));
    Some(part.clone())
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
