//! Evidence that a line with an unknown element opens a block, or is a leaf.

use crate::syntaxes::pcli::lines::{Line, PcliText, Word};

/// The cost of a flaw: a missing `exit`, or a surplus one.
pub(super) const FLAW: u32 = 10;

/// The cost of a guess that the product's own output never needs. It is higher than that of a flaw:
/// a text that was cut off must not become complete by such guesses.
const NEVER: u32 = 12;

/// The cost of an unknown block with lines of blocks that are read, such as `node`.
pub(super) const ELSEWHERE: u32 = 3;

/// The costs of the two meanings of a line. The meaning with the lower cost is more likely.
#[derive(Clone, Copy)]
pub(super) struct Costs {
    pub(super) leaf: u32,
    pub(super) block: u32,
}

/// A line, and its words.
pub(super) struct LineWords<'s> {
    pub(super) line: Line<'s>,
    pub(super) words: Vec<Word<'s>>,
}

impl<'s> LineWords<'s> {
    pub(super) fn of(text: PcliText<'s>, line: Line<'s>) -> Self {
        let mut words = Vec::new();
        text.words(line, &mut words);
        Self { line, words }
    }
}

/// Returns the costs of the meanings of a line. `around` is the indentation of its block, unless the
/// text has no indentation. `is_faulty` is true for a faulty line of an element that is a block.
pub(super) fn costs(line: &LineWords<'_>, next: Option<&LineWords<'_>>, around: Around, is_faulty: bool) -> Costs {
    let Some(next) = next else { return Costs { leaf: 0, block: 1 } };
    if let Some(costs) = by_indentation(line, next, around) {
        return costs;
    }
    if is_faulty { Costs { leaf: 4, block: 0 } } else { by_words(line, next) }
}

/// The indentation around a line.
#[derive(Clone, Copy)]
pub(super) enum Around {
    /// The text has no indentation.
    Nothing,
    /// The line is at the outermost level.
    Top,
    /// The line that opens the block has this indentation.
    Block(usize),
}

/// Returns the costs of the meanings of a line by the indentation, if that of the line and that of
/// the next line are not lost.
fn by_indentation(line: &LineWords<'_>, next: &LineWords<'_>, around: Around) -> Option<Costs> {
    let (own, following) = (line.line.indent, next.line.indent);
    let is_lost = match around {
        Around::Nothing => true,
        Around::Top => false,
        Around::Block(indent) => own <= indent,
    };
    if is_lost {
        return None;
    }
    if following > own {
        return Some(Costs { leaf: NEVER, block: 0 });
    }
    let is_leaf = match around {
        // An empty block, or the last line of a block whose `exit` is as deep as its lines.
        _ if next.line.is_exit() && following == own => return Some(Costs { leaf: 2, block: 0 }),
        Around::Block(indent) if next.line.is_exit() => following == indent,
        _ => following == own,
    };
    let leaf = if line.words.len() == 1 { FLAW / 2 } else { 0 };
    is_leaf.then_some(Costs { leaf, block: FLAW / 2 })
}

/// Returns the costs of the meanings of a line by its words and those of the next line.
fn by_words(line: &LineWords<'_>, next: &LineWords<'_>) -> Costs {
    let is_value = |word: &&Word<'_>| !word.starts_comment();
    let count = line.words.iter().skip(2).take_while(is_value).count() + line.words.len().min(2);
    let [_, key, ..] = &line.words[..] else {
        // A leaf has a value.
        return Costs { leaf: NEVER, block: 0 };
    };
    if next.line.is_exit() {
        return Costs { leaf: 0, block: 3 };
    }
    if let [name, repeated, ..] = &next.words[..]
        && key.text == repeated.text
        && name.text != line.words[0].text
    {
        // The product prints the key of a list entry again.
        let is_common = key.text.parse::<u64>().is_ok() || matches!(&*key.text, "true" | "false");
        return if is_common { Costs { leaf: 1, block: 1 } } else { Costs { leaf: NEVER, block: 0 } };
    }
    // Only a list has several keys.
    if count > 2 { Costs { leaf: 2, block: 0 } } else { Costs { leaf: 0, block: 2 } }
}
