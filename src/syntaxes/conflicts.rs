//! The markers of an unresolved merge, which git and other tools write into a text.

use rayon::prelude::*;

use super::Syntax;
use crate::diagnostics::Finding;
use crate::model::{SourceId, Span};
use crate::rules::merge_conflict;
use crate::syntaxes::offset;

/// The number of characters of a marker.
const LENGTH: usize = 7;

/// The number of bytes that are searched together.
const BLOCK: usize = 4096;

/// The minimum number of blocks that a thread searches at a time.
const AT_A_TIME: usize = 256;

/// The number of bytes that are compared together.
const GROUP: usize = 4;

/// A marker at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marker {
    byte: u8,
    at: usize,
}

/// A conflict: its first marker and the others, or a single marker that belongs to no other.
#[derive(Debug, PartialEq, Eq)]
struct Conflict {
    first: Marker,
    others: Vec<Marker>,
}

/// Returns the findings about the conflicts in a text. The places are in bytes.
pub(crate) fn findings(source: SourceId, text: &str, syntax: Syntax) -> Vec<Finding> {
    let mut conflicts = conflicts(markers(text));
    let mut separators: Vec<usize> =
        conflicts.iter().filter(|conflict| conflict.first.byte == b'=').map(|conflict| conflict.first.at).collect();
    if !separators.is_empty() {
        (syntax.definition().retain_outside_values)(text, &mut separators);
    }
    conflicts.retain(|Conflict { first, .. }| first.byte != b'=' || separators.binary_search(&first.at).is_ok());
    let span = |at: usize| Span { source, start: offset(at), end: offset(at + LENGTH) };
    let finding = |conflict: Conflict| {
        let Conflict { first, others } = conflict;
        let finding = match first.byte {
            b'<' => merge_conflict::conflict(span(first.at)),
            byte => merge_conflict::marker(&char::from(byte).to_string().repeat(LENGTH), span(first.at)),
        };
        others.into_iter().fold(finding, |finding, other| {
            let label = match other.byte {
                b'|' => "the common version",
                b'=' => "the other version",
                _ => "the end",
            };
            finding.related(label, span(other.at))
        })
    };
    conflicts.into_iter().map(finding).collect()
}

/// Groups markers into conflicts.
fn conflicts(markers: impl Iterator<Item = Marker>) -> Vec<Conflict> {
    let mut conflicts: Vec<Conflict> = Vec::new();
    let mut is_open = false;
    for marker in markers {
        let open = conflicts.last_mut().filter(|_| is_open);
        match open {
            Some(Conflict { others, .. }) if marker.byte != b'<' && others.iter().all(|m| m.byte != marker.byte) => {
                others.push(marker);
                is_open = marker.byte != b'>';
            }
            _ => {
                conflicts.push(Conflict { first: marker, others: Vec::new() });
                is_open = marker.byte == b'<';
            }
        }
    }
    conflicts
}

/// Returns the markers of a text.
///
/// Seven equal characters contain a group of four at a multiple of four. Few blocks have such a
/// group, and only they are split into lines. A line belongs to the block of its first such group.
fn markers(text: &str) -> impl Iterator<Item = Marker> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let bytes = text.as_bytes();
    let blocks = bytes.par_chunks(BLOCK).with_min_len(AT_A_TIME).enumerate();
    let with_group: Vec<usize> = blocks.filter(|(_, block)| has_group(block)).map(|(number, _)| number).collect();
    with_group.into_iter().flat_map(move |number| {
        let from = (number * BLOCK).saturating_sub(GROUP);
        let to = ((number + 1) * BLOCK - GROUP).min(bytes.len());
        let breaks = memchr::memchr_iter(b'\n', &bytes[from..to]).map(move |at| from + at + 1);
        let first = (number == 0).then_some(start);
        first.into_iter().chain(breaks).filter_map(move |line| marker(bytes, line))
    })
}

/// Returns true if a group of four bytes may be a part of a marker.
///
/// The mask makes the four characters equal. The compiler turns the loop into vector instructions:
/// a text of 100 MB takes 10 ms.
fn has_group(block: &[u8]) -> bool {
    let (groups, _) = block.as_chunks::<GROUP>();
    groups.iter().fold(false, |found, group| found | (u32::from_ne_bytes(*group) & 0xbcbc_bcbc == 0x3c3c_3c3c))
}

/// Returns the marker at the start of a line.
fn marker(text: &[u8], at: usize) -> Option<Marker> {
    let line = &text[at..];
    let byte = *line.first()?;
    let length = line.iter().take(LENGTH + 1).take_while(|other| **other == byte).count();
    if !matches!(byte, b'<' | b'=' | b'>' | b'|') || length != LENGTH {
        return None;
    }
    let rest = &line[LENGTH..];
    let is_marker = match byte {
        b'=' => {
            let blank = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).map(|end| rest[end]);
            matches!(blank, None | Some(b'\n'))
        }
        _ => matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')),
    };
    is_marker.then_some(Marker { byte, at })
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Marker, conflicts, markers};

    fn found(text: &str) -> Vec<(char, usize)> {
        markers(text).map(|marker| (char::from(marker.byte), marker.at)).collect()
    }

    #[test]
    fn markers_start_a_line_and_have_seven_characters() {
        for (text, expected) in [
            ("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> branch\n", vec![('<', 0), ('=', 15), ('>', 25)]),
            ("a\r\n<<<<<<<\r\n=======\r\n>>>>>>>\r\n", vec![('<', 3), ('=', 12), ('>', 21)]),
            ("\u{feff}<<<<<<< a", vec![('<', 3)]),
            ("||||||| base\n", vec![('|', 0)]),
            (">>>>>>>", vec![('>', 0)]),
            ("=======", vec![('=', 0)]),
            ("======= \t\n", vec![('=', 0)]),
            ("======\n========\n======= x\n =======\n", vec![]),
            ("<<<<<<\n<<<<<<<<\n<<<<<<<x\n <<<<<<< x\na <<<<<<< x\n", vec![]),
            ("<<<<===\n", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_marker_is_found_wherever_blocks_end() {
        for before in BLOCK - 20..BLOCK + 20 {
            let text = "x".repeat(before) + "\n=======\n>>>>>>> a\n" + &"x\n".repeat(BLOCK);
            assert_eq!(found(&text), [('=', before + 1), ('>', before + 9)], "{before}");
        }
    }

    #[test]
    fn markers_are_grouped_into_conflicts() {
        for (bytes, expected) in [
            ("<=>", vec!["<=>"]),
            ("<|=>", vec!["<|=>"]),
            ("<=><|=>", vec!["<=>", "<|=>"]),
            ("<<=>", vec!["<", "<=>"]),
            ("<=", vec!["<="]),
            ("=>", vec!["=", ">"]),
            ("<==>", vec!["<=", "=", ">"]),
            ("|<>", vec!["|", "<>"]),
            ("=", vec!["="]),
        ] {
            let markers = bytes.bytes().enumerate().map(|(at, byte)| Marker { byte, at });
            let found = conflicts(markers).into_iter().map(|conflict| {
                let bytes = std::iter::once(conflict.first).chain(conflict.others).map(|marker| marker.byte);
                bytes.map(char::from).collect::<String>()
            });
            assert_eq!(found.collect::<Vec<_>>(), expected, "{bytes}");
        }
    }
}
