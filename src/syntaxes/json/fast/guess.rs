//! Guesses where entries of the long lists start.

use rayon::prelude::*;

use super::cursor::Cursor;
use crate::elements::{Elements, ROOT, Shape};
use crate::syntaxes::parts::{LISTS, LOOK, PART, Part};

/// The most bytes that are looked at for a guess. The number doubles until they have the start of
/// an entry of a long list, so that long entries are found too.
const LONGEST_LOOK: usize = 2 * PART;

/// Returns the elements of the entries of a list that is read in parts.
pub(super) fn entry_of(list: &str) -> Option<&'static Elements> {
    match ROOT.find(list)?.1 {
        Shape::List { entry, .. } if LISTS.contains(&list) => Some(entry),
        _ => None,
    }
}

/// Guesses the parts of a text, each of about `size` bytes.
pub(super) fn guess(text: &str, size: usize) -> Vec<Part> {
    // The first part starts soon, because the text before it is read on one core.
    let first = LOOK.min(size);
    let others = (1..).map(|number| number * size).take_while(|at| at.saturating_add(size / 2) < text.len());
    let targets: Vec<usize> = std::iter::once(first).chain(others).collect();
    let mut starts: Vec<_> =
        targets.par_iter().filter_map(|target| start_after(text, *target, LOOK.min(size))).collect();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).map(|((start, kind), end)| Part { kind, bytes: start..end, offset: start }).collect()
}

/// Returns the start of the first entry of a long list after a byte. It looks at `least` bytes
/// first.
pub(super) fn start_after(text: &str, target: usize, least: usize) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    // A quote before a colon ends a name, so the text after it is not in a string.
    let at = target + memchr::memmem::find(&bytes[target..(target + LOOK).min(bytes.len())], b"\":")? + 2;
    let limit = (at + LONGEST_LOOK).min(text.len());
    let limit = (0..=limit).rev().find(|limit| text.is_char_boundary(*limit))?;
    let text = text.get(..limit)?;
    let (mut look, mut last) = (least, None);
    while look <= LONGEST_LOOK {
        let start = shallowest(text, at, at + look)?;
        if last != Some(start)
            && let Some(list) = list_of(text, start)
        {
            return Some((start, list));
        }
        last = Some(start);
        look *= 2;
    }
    None
}

/// Returns the start of the first object among the items of the outermost array that is seen in a
/// part of the text. An array that starts there may be inside of a later item.
fn shallowest(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut cursor = Cursor::new(text, start);
    let (mut depth, mut least, mut found) = (0_i64, 0, None);
    while cursor.at() < end {
        match cursor.peek() {
            None => break,
            Some(b'"') => _ = cursor.string()?,
            Some(b'{' | b'[') => {
                depth += 1;
                cursor.step();
            }
            Some(b'}' | b']') => {
                depth -= 1;
                if depth < least {
                    (least, found) = (depth, None);
                }
                cursor.step();
            }
            Some(b',') => {
                cursor.step();
                if depth == least && found.is_none() {
                    cursor.blanks();
                    found = (cursor.peek() == Some(b'{')).then(|| cursor.at());
                }
            }
            Some(_) => cursor.step(),
        }
    }
    found
}

/// Returns the list that has an entry with the names of the object at a byte: the one that has more
/// of these elements.
fn list_of(text: &str, start: usize) -> Option<&'static str> {
    let mut cursor = Cursor::new(text, start);
    let mut counts = LISTS.map(|list| (list, 0));
    let mut ended = cursor.open(b'{', b'}')?;
    while !ended {
        let (name, _) = cursor.name()?;
        for (list, count) in &mut counts {
            *count += usize::from(name != "name" && entry_of(list).is_some_and(|elements| elements.holds(name)));
        }
        cursor.value()?;
        ended = cursor.comma_or(b'}')?;
    }
    let [router, service] = counts;
    match router.1.cmp(&service.1) {
        std::cmp::Ordering::Greater => Some(router.0),
        std::cmp::Ordering::Less => Some(service.0),
        std::cmp::Ordering::Equal => None,
    }
}
