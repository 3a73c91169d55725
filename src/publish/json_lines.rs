//! JSON with one entry per line, so that two versions of a file can be compared line by line.

use std::io::{self, ErrorKind, Write};
use std::iter;

use rayon::prelude::*;
use serde::Serialize;

/// The number of members that a thread writes or compares at a time.
pub(crate) const AT_A_TIME: usize = 1024;

/// The number of pieces that are made at once.
const AT_ONCE: usize = 8;

/// The usual number of bytes of an artefact.
const USUAL_LINE_LENGTH: usize = 256;

/// Writes the items of a JSON list.
pub(crate) fn write_items<T: Serialize>(text: &mut impl Write, items: impl Iterator<Item = T>) -> io::Result<()> {
    for (index, item) in items.enumerate() {
        write_line_break(text, index)?;
        write_json(text, &item)?;
    }
    Ok(())
}

/// Writes the members of a JSON object.
pub(crate) fn write_members<K: Serialize, V: Serialize>(
    text: &mut impl Write,
    members: impl Iterator<Item = (K, V)>,
) -> io::Result<()> {
    write_members_after(text, 0, members)
}

/// Writes further members of a JSON object that has `before` members already.
pub(crate) fn write_members_after<K: Serialize, V: Serialize>(
    text: &mut impl Write,
    before: usize,
    members: impl Iterator<Item = (K, V)>,
) -> io::Result<()> {
    for (index, (key, value)) in members.enumerate() {
        write_line_break(text, before + index)?;
        write_json(text, &key)?;
        text.write_all(b": ")?;
        write_json(text, &value)?;
    }
    Ok(())
}

/// Returns a text that has the members of a JSON object between a start and an end. It is in
/// pieces, which are made on all cores, a few at once. `write` gets the number of members before
/// some items.
///
/// The text of 38,110 artefacts would take 10 MB.
pub(crate) fn pieces_of_members<'i, A: Sync>(
    start: Vec<u8>,
    items: &'i [A],
    write: impl Fn(&mut Vec<u8>, usize, &[A]) -> io::Result<()> + Sync + 'i,
    end: &'static [u8],
) -> impl Iterator<Item = Vec<u8>> + 'i {
    let piece = move |number: usize, items: &[A]| {
        let mut text = Vec::with_capacity(items.len() * USUAL_LINE_LENGTH);
        write(&mut text, number * AT_A_TIME, items).expect("memory accepts all writes");
        text
    };
    let pieces = items.chunks(AT_ONCE * AT_A_TIME).enumerate().flat_map(move |(batch, items)| {
        let numbered = items.par_chunks(AT_A_TIME).enumerate();
        numbered.map(|(number, items)| piece(batch * AT_ONCE + number, items)).collect::<Vec<_>>()
    });
    iter::once(start).chain(pieces).chain(iter::once(end.to_vec()))
}

/// Returns the line break and the name before a member that is not the first.
pub(crate) fn start_of_member(name: &str) -> Vec<u8> {
    let mut text = Vec::new();
    write_line_break(&mut text, 1).and_then(|()| write_json(&mut text, name)).expect("memory accepts all writes");
    text.extend_from_slice(b": ");
    text
}

/// Writes a value as JSON.
pub(crate) fn write_json<T: Serialize + ?Sized>(text: &mut impl Write, value: &T) -> io::Result<()> {
    serde_json::to_writer(text, value).map_err(io::Error::from)
}

fn write_line_break(text: &mut impl Write, index: usize) -> io::Result<()> {
    text.write_all(if index == 0 { b"\n" } else { b",\n" })
}

/// Compares what is written with a text, without keeping it. A difference is an error.
///
/// The manifest of 38,110 artefacts would take 10 MB, and the kernel clears all new memory.
pub(crate) struct Comparison<'t> {
    rest: &'t [u8],
}

impl<'t> Comparison<'t> {
    /// Returns true if `write` writes exactly this text.
    pub(crate) fn is_same(text: &'t [u8], write: impl FnOnce(&mut Self) -> io::Result<()>) -> bool {
        let mut comparison = Self { rest: text };
        write(&mut comparison).is_ok() && comparison.rest.is_empty()
    }
}

impl Write for Comparison<'_> {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        let (start, rest) = self.rest.split_at_checked(written.len()).ok_or(ErrorKind::InvalidData)?;
        if start != written {
            return Err(ErrorKind::InvalidData.into());
        }
        self.rest = rest;
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, write_members};

    #[test]
    fn only_the_same_text_is_the_same() {
        let members = [("a", 1), ("b", 2)];
        let mut text = Vec::new();
        write_members(&mut text, members.into_iter()).expect("memory accepts all writes");
        let is_same = |text: &[u8]| Comparison::is_same(text, |to| write_members(to, members.into_iter()));
        assert!(is_same(&text));
        for end in 0..text.len() {
            assert!(!is_same(&text[..end]), "{end}");
            let mut other = text.clone();
            other[end] ^= 1;
            assert!(!is_same(&other), "{end}");
        }
        assert!(!is_same(&[&text[..], b"\n"].concat()));
    }
}
