//! Damaged texts.

use std::iter::once;
use std::ops::{Range, RangeInclusive};

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mutation {
    Cut,
    CutLine,
    DropLine,
    DoubleLine,
    SwapLines,
    JoinLines,
    DropByte,
    DoubleByte,
    OtherLetter,
    SwapLetters,
    DropEnd,
    Tab,
    WrongNumber,
    WrongPrefix,
    WrongType,
    Marker,
    Conflict,
    Invisible,
}

impl Mutation {
    pub(super) const ALL: [Self; 18] = [
        Self::Cut,
        Self::CutLine,
        Self::DropLine,
        Self::DoubleLine,
        Self::SwapLines,
        Self::JoinLines,
        Self::DropByte,
        Self::DoubleByte,
        Self::OtherLetter,
        Self::SwapLetters,
        Self::DropEnd,
        Self::Tab,
        Self::WrongNumber,
        Self::WrongPrefix,
        Self::WrongType,
        Self::Marker,
        Self::Conflict,
        Self::Invisible,
    ];

    /// Returns the name in the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::CutLine => "line cut",
            Self::DropLine => "line dropped",
            Self::DoubleLine => "line doubled",
            Self::SwapLines => "lines swapped",
            Self::JoinLines => "lines joined",
            Self::DropByte => "byte dropped",
            Self::DoubleByte => "byte doubled",
            Self::OtherLetter => "other letter",
            Self::SwapLetters => "letters swapped",
            Self::DropEnd => "end dropped",
            Self::Tab => "tab for spaces",
            Self::WrongNumber => "wrong number",
            Self::WrongPrefix => "wrong prefix",
            Self::WrongType => "wrong type",
            Self::Marker => "marker inserted",
            Self::Conflict => "unresolved conflict",
            Self::Invisible => "invisible character",
        }
    }

    /// Returns all edits of a text.
    pub(super) fn edits(self, text: &str) -> Vec<Edit> {
        let lines = || lines(text);
        match self {
            Self::Cut => (0..text.len()).map(|at| Edit::new(at..text.len(), "")).collect(),
            Self::CutLine => lines().filter_map(|line| half(text, line)).map(|rest| Edit::new(rest, "")).collect(),
            Self::DropLine => lines().map(|line| Edit::new(line, "")).collect(),
            Self::DoubleLine => lines().map(|line| Edit::new(line.start..line.start, &text[line])).collect(),
            Self::SwapLines => {
                let pairs = lines().zip(lines().skip(1));
                pairs.map(|(a, b)| Edit::new(a.start..b.end, [&text[b], &text[a]].concat())).collect()
            }
            Self::JoinLines => {
                let last = text.trim_end_matches('\n').len();
                text[..last].match_indices('\n').map(|(at, _)| Edit::new(at..at + 1, "")).collect()
            }
            Self::DropByte => (0..text.len()).map(|at| Edit::new(at..at + 1, "")).collect(),
            Self::DoubleByte => (0..text.len()).map(|at| Edit::new(at..at, &text[at..=at])).collect(),
            Self::OtherLetter => letters(text).map(|at| Edit::new(at..at + 1, other_letter(&text[at..]))).collect(),
            Self::SwapLetters => swapped_letters(text),
            Self::DropEnd => ends(text).into_iter().map(|end| Edit::new(end, "")).collect(),
            Self::Tab => lines().filter_map(|line| indentation(text, line)).map(|at| Edit::new(at, "\t")).collect(),
            Self::WrongNumber => {
                let numbers = tokens(text, |token| token.parse::<u64>().is_ok());
                numbers.flat_map(|at| NUMBERS.map(|number| Edit::new(at.clone(), number))).collect()
            }
            Self::WrongPrefix => tokens(text, is_prefix).flat_map(|at| wrong_prefixes(text, &at)).collect(),
            Self::WrongType => tokens(text, |token| wrong_type(token).is_some())
                .map(|at| Edit::new(at.clone(), wrong_type(&text[at]).expect("just tested")))
                .collect(),
            Self::Marker => {
                lines().flat_map(|line| MARKERS.map(|marker| Edit::new(line.start..line.start, marker))).collect()
            }
            Self::Conflict => lines().map(|line| Edit::new(line.clone(), conflict(&text[line]))).collect(),
            Self::Invisible => {
                let places = inside_words(text).zip(INVISIBLE.into_iter().cycle());
                places.map(|(at, character)| Edit::new(at..at, character)).collect()
            }
        }
    }
}

/// A part of a text, and the text that replaces it.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    range: Range<usize>,
    replacement: String,
}

impl Edit {
    fn new(range: Range<usize>, replacement: impl Into<String>) -> Self {
        Self { range, replacement: replacement.into() }
    }

    /// Returns the damaged text.
    pub(super) fn apply(&self, text: &str) -> String {
        [&text[..self.range.start], &self.replacement, &text[self.range.end..]].concat()
    }

    /// Returns the lines of the damaged text that the fault is on, from 1. A line that is missing
    /// concerns both lines around it.
    pub(super) fn lines(&self, text: &str) -> RangeInclusive<usize> {
        let line = |text: &str| 1 + text.matches('\n').count();
        let first = line(&text[..self.range.start]);
        let last = first + self.replacement.trim_end_matches('\n').matches('\n').count();
        let is_line_missing = text[self.range.clone()].ends_with('\n') && self.replacement.is_empty();
        if is_line_missing { first.saturating_sub(1).max(1)..=last } else { first..=last }
    }
}

/// Returns the ranges of the lines, with their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        start += line.len();
        start - line.len()..start
    })
}

/// Returns the second half of a line's content.
fn half(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let content = text[line.clone()].trim();
    let end = line.start + text[line.clone()].trim_end().len();
    (content.len() > 1).then(|| end - content.len() / 2..end)
}

/// Returns the indentation of a line.
fn indentation(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let indent = text[line.clone()].bytes().take_while(|byte| *byte == b' ').count();
    (indent > 0).then(|| line.start..line.start + indent)
}

/// Returns the offsets of letters.
fn letters(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphabetic()).map(|(at, _)| at)
}

/// Returns a letter that is not the first one of a text.
fn other_letter(text: &str) -> &'static str {
    if text.starts_with('x') { "q" } else { "x" }
}

/// Returns the edits that swap two neighbouring letters.
fn swapped_letters(text: &str) -> Vec<Edit> {
    let is_swapped = |at: &usize| {
        let pair = &text.as_bytes()[*at..(*at + 2).min(text.len())];
        matches!(pair, [a, b] if a != b && b.is_ascii_alphabetic())
    };
    let swapped = |at: usize| Edit::new(at..at + 2, [&text[at + 1..at + 2], &text[at..=at]].concat());
    letters(text).filter(is_swapped).map(swapped).collect()
}

/// Returns the places that begin or end a block or a value: a line `exit`, a bracket or a quote.
fn ends(text: &str) -> Vec<Range<usize>> {
    let exits = lines(text).filter(|line| text[line.clone()].trim() == "exit");
    let marks = text.char_indices().filter(|(_, c)| "{}[]<>\"'".contains(*c)).map(|(at, _)| at..at + 1);
    exits.chain(marks).collect()
}

/// Returns the ranges of values: words between white space, quotes and marks.
fn tokens<'t>(text: &'t str, is_chosen: impl Fn(&str) -> bool + 't) -> impl Iterator<Item = Range<usize>> + 't {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let bytes = text.as_bytes();
    let starts = (0..text.len()).filter(move |at| is_part(bytes[*at]) && (*at == 0 || !is_part(bytes[*at - 1])));
    let token = move |at: usize| at..at + bytes[at..].iter().take_while(|byte| is_part(**byte)).count();
    starts.map(token).filter(move |range| is_chosen(&text[range.clone()]))
}

fn is_prefix(token: &str) -> bool {
    token.split('/').next().is_some_and(|address| address.parse::<std::net::Ipv4Addr>().is_ok())
}

fn wrong_prefixes(text: &str, at: &Range<usize>) -> Vec<Edit> {
    let token = &text[at.clone()];
    let (address, length) = token.split_once('/').unwrap_or((token, ""));
    let (start, _) = address.rsplit_once('.').expect("an address");
    let slash = if length.is_empty() { "" } else { "/" };
    let texts = [format!("{start}.256{slash}{length}"), format!("{start}{slash}{length}"), format!("{address}/33")];
    texts.into_iter().map(|wrong| Edit::new(at.clone(), wrong)).collect()
}

/// Returns a value of another type for a boolean, a number or an address.
fn wrong_type(token: &str) -> Option<&'static str> {
    match token {
        "true" | "false" => Some("12"),
        _ if token.parse::<u64>().is_ok() || is_prefix(token) => Some("true"),
        _ => None,
    }
}

/// Numbers that are invalid wherever a number is read.
const NUMBERS: [&str; 4] = ["-1", "99999999999", "1e3", "1x"];

const MARKERS: [&str; 3] = ["<<<<<<< HEAD\n", "=======\n", ">>>>>>> branch\n"];

/// A zero-width space, a soft hyphen, a non-breaking hyphen, a no-break space, an override of the
/// direction, and an escape sequence of a terminal.
const INVISIBLE: [&str; 6] = ["\u{200b}", "\u{ad}", "\u{2011}", "\u{a0}", "\u{202e}", "\u{1b}[1m"];

/// Returns the offsets between two letters or digits.
fn inside_words(text: &str) -> impl Iterator<Item = usize> + '_ {
    let is_inside = |pair: &[u8]| pair.iter().all(u8::is_ascii_alphanumeric);
    text.as_bytes().windows(2).enumerate().filter(move |(_, pair)| is_inside(pair)).map(|(at, _)| at + 1)
}

/// Returns a line, and the same with another last digit, as an unresolved conflict.
fn conflict(line: &str) -> String {
    let mut other = line.to_owned();
    if let Some(at) = line.rfind(|c: char| c.is_ascii_digit()) {
        let digit = if &line[at..=at] == "7" { "6" } else { "7" };
        other.replace_range(at..=at, digit);
    }
    once(MARKERS[0]).chain([line, MARKERS[1], &other, MARKERS[2]]).collect()
}
