//! Evidence that a line with an unknown element opens a block, or is a leaf.

use crate::syntaxes::pcli::lines::{Line, PcliText};
use crate::syntaxes::pcli::words::Word;

/// The cost of a flaw: a missing `exit`, or a surplus one.
pub(super) const FLAW: u32 = 10;

/// The cost of a guess that the product's own output never needs. It is higher than that of a flaw:
/// a text that was cut off must not become complete by such guesses.
const NEVER: u32 = 12;

/// The costs of the two meanings of a line. The meaning with the lower cost is more likely.
#[derive(Clone, Copy)]
pub(super) struct Costs {
    pub(super) leaf: u32,
    pub(super) block: u32,
}

/// The additional costs in an unknown block of an element that is read elsewhere, such as `node`.
pub(super) const ELSEWHERE: Costs = Costs { leaf: 1, block: FLAW };

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

/// The indentation of a line.
#[derive(Clone, Copy)]
pub(super) struct Indents {
    /// That of the line that opens its block.
    pub(super) around: Option<usize>,
    /// Its own, or the one that it should have.
    pub(super) own: usize,
    /// The usual indentation of a block in the block around it.
    pub(super) step: usize,
}

/// Returns the costs of the meanings of a line. `indents` is `None` if the indentation is lost.
/// `is_faulty` is true for a faulty line of an element that is a block.
pub(super) fn costs(
    line: &LineWords<'_>,
    next: Option<&LineWords<'_>>,
    indents: Option<Indents>,
    is_faulty: bool,
) -> Costs {
    let Some(next) = next else { return Costs { leaf: 0, block: 1 } };
    if let Some(costs) = indents.and_then(|indents| by_indentation(line, next, indents)) {
        return costs;
    }
    if is_faulty { Costs { leaf: 4, block: 0 } } else { by_words(line, next) }
}

/// Returns the costs of the meanings of a line by the indentation. The result is `None` if the next
/// line lost its indentation.
fn by_indentation(line: &LineWords<'_>, next: &LineWords<'_>, indents: Indents) -> Option<Costs> {
    let (own, following) = (indents.own, next.line.indent);
    if following > own {
        // Less than a step is more probably a slip in the indentation of this line.
        let leaf = if following - own < indents.step { 2 } else { NEVER };
        return Some(Costs { leaf, block: 0 });
    }
    if next.line.is_exit() && following == own {
        // An empty block, or the last line of a block whose `exit` is as deep as its lines.
        return Some(Costs { leaf: 2, block: 0 });
    }
    let is_leaf = if next.line.is_exit() { indents.around == Some(following) } else { following == own };
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
        // The product prints the key of a list entry again. Common values may repeat by chance.
        let is_common = key.quoted || key.text.parse::<u64>().is_ok() || matches!(&*key.text, "true" | "false");
        return if is_common { Costs { leaf: 1, block: 1 } } else { Costs { leaf: NEVER, block: 0 } };
    }
    // Only a list has several keys.
    if count > 2 { Costs { leaf: 2, block: 0 } } else { Costs { leaf: 0, block: 2 } }
}
