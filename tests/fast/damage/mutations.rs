//! Damaged texts.

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mutation {
    Cut,
    DropLine,
    DoubleLine,
    SwapLines,
    JoinLines,
    DropByte,
    DoubleByte,
    Marker,
    Conflict,
    Invisible,
}

impl Mutation {
    pub(super) const ALL: [Self; 10] = [
        Self::Cut,
        Self::DropLine,
        Self::DoubleLine,
        Self::SwapLines,
        Self::JoinLines,
        Self::DropByte,
        Self::DoubleByte,
        Self::Marker,
        Self::Conflict,
        Self::Invisible,
    ];

    /// Returns the name in the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::DropLine => "line dropped",
            Self::DoubleLine => "line doubled",
            Self::SwapLines => "lines swapped",
            Self::JoinLines => "lines joined",
            Self::DropByte => "byte dropped",
            Self::DoubleByte => "byte doubled",
            Self::Marker => "marker inserted",
            Self::Conflict => "unresolved conflict",
            Self::Invisible => "invisible character",
        }
    }

    /// Returns the number of mutants of a text.
    pub(super) fn count(self, text: &str) -> usize {
        let lines = text.lines().count();
        match self {
            Self::Cut => text.len(),
            Self::DropLine | Self::DoubleLine | Self::Conflict => lines,
            Self::SwapLines | Self::JoinLines => lines - 1,
            Self::DropByte | Self::DoubleByte => text.len() / BYTES,
            Self::Marker => lines * MARKERS.len(),
            Self::Invisible => inside_words(text).count() / WORDS * INVISIBLE.len(),
        }
    }

    /// Returns a mutant by its number.
    pub(super) fn mutant(self, text: &str, number: usize) -> String {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        let changed;
        match self {
            Self::Cut => return text[..number].to_owned(),
            Self::DropByte | Self::DoubleByte => {
                let at = number * BYTES + number % BYTES;
                let byte = if self == Self::DropByte { "" } else { &text[at..=at] };
                let end = if self == Self::DropByte { at + 1 } else { at };
                return [&text[..at], byte, &text[end..]].concat();
            }
            Self::Invisible => {
                let (place, kind) = (number / INVISIBLE.len(), number % INVISIBLE.len());
                let at = inside_words(text).nth(place * WORDS + place % WORDS).expect("inside a word");
                return [&text[..at], INVISIBLE[kind], &text[at..]].concat();
            }
            Self::DropLine => _ = lines.remove(number),
            Self::DoubleLine => lines.insert(number, lines[number]),
            Self::SwapLines => lines.swap(number, number + 1),
            Self::JoinLines => lines[number] = lines[number].trim_end_matches('\n'),
            Self::Marker => lines.insert(number / MARKERS.len(), MARKERS[number % MARKERS.len()]),
            Self::Conflict => {
                changed = with_another_digit(lines[number]);
                let ours = lines[number];
                let conflict = ["<<<<<<< HEAD\n", ours, "=======\n", &changed, ">>>>>>> branch\n"];
                lines.splice(number..=number, conflict);
            }
        }
        lines.concat()
    }
}

/// One of this many bytes is dropped or doubled.
const BYTES: usize = 3;

/// One of this many places inside words gets invisible characters.
const WORDS: usize = 5;

const MARKERS: [&str; 3] = ["<<<<<<< HEAD\n", "=======\n", ">>>>>>> branch\n"];

/// A zero-width space, a soft hyphen, a non-breaking hyphen, a no-break space, an override of the
/// direction, and an escape sequence of a terminal.
const INVISIBLE: [&str; 6] = ["\u{200b}", "\u{ad}", "\u{2011}", "\u{a0}", "\u{202e}", "\u{1b}[1m"];

/// Returns the offsets between two letters or digits.
fn inside_words(text: &str) -> impl Iterator<Item = usize> + '_ {
    let is_inside = |pair: &[u8]| pair.iter().all(u8::is_ascii_alphanumeric);
    text.as_bytes().windows(2).enumerate().filter(move |(_, pair)| is_inside(pair)).map(|(at, _)| at + 1)
}

/// Returns a line with another last digit.
fn with_another_digit(line: &str) -> String {
    let Some(at) = line.rfind(|c: char| c.is_ascii_digit()) else { return line.to_owned() };
    let digit = if &line[at..=at] == "7" { "6" } else { "7" };
    [&line[..at], digit, &line[at + 1..]].concat()
}
