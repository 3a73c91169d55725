//! Evidence that a line with an unknown element opens a block, or is a leaf.

use crate::syntaxes::pcli::lines::{Line, PcliText, Word};

/// The cost of a flaw: a missing `exit`, or a surplus one.
pub(super) const FLAW: u32 = 10;

/// The cost of a guess that the product's own output never needs. It is higher than that of a flaw:
/// a text that was cut off must not become complete by such guesses.
const NEVER: u32 = 12;

/// The cost of a line in an unknown block if the element around that block could hold it.
pub(super) const ELSEWHERE: u32 = 2;

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

/// Returns the costs of the meanings of a line. `is_indented` is true if its indentation shows its
/// block, and `is_faulty` if it is a faulty line of an element that is a block.
pub(super) fn costs(line: &LineWords<'_>, next: Option<&LineWords<'_>>, is_indented: bool, is_faulty: bool) -> Costs {
    let Some(next) = next else { return Costs { leaf: 0, block: 1 } };
    let is_exit = next.line.is_exit();
    if is_indented && next.line.indent > line.line.indent {
        return Costs { leaf: NEVER, block: 0 };
    }
    if is_indented && !(is_exit && next.line.indent == line.line.indent) {
        let leaf = if line.words.len() == 1 { FLAW / 2 } else { 0 };
        return Costs { leaf, block: FLAW / 2 };
    }
    if is_faulty {
        return Costs { leaf: 4, block: 0 };
    }
    by_words(line, next, is_indented, is_exit)
}

/// Returns the costs of the meanings of a line by its words and those of the next line.
fn by_words(line: &LineWords<'_>, next: &LineWords<'_>, is_indented: bool, is_exit: bool) -> Costs {
    let is_value = |word: &&Word<'_>| !word.starts_comment();
    let count = line.words.iter().skip(2).take_while(is_value).count() + line.words.len().min(2);
    let [_, key, ..] = &line.words[..] else {
        // A leaf has a value.
        return Costs { leaf: NEVER, block: 0 };
    };
    if is_exit {
        // An empty block, or the last line of a block.
        return if is_indented { Costs { leaf: 2, block: 0 } } else { Costs { leaf: 0, block: 3 } };
    }
    if let [name, repeated, ..] = &next.words[..]
        && key.text == repeated.text
        && name.text != line.words[0].text
    {
        // The product prints the key of a list entry again.
        let is_common = key.text.parse::<u64>().is_ok() || matches!(&*key.text, "true" | "false");
        return match (&*name.text, is_common) {
            ("name", false) => Costs { leaf: NEVER, block: 0 },
            (_, false) => Costs { leaf: FLAW - 1, block: 0 },
            (_, true) => Costs { leaf: 1, block: 1 },
        };
    }
    // Only a list has several keys.
    if count > 2 { Costs { leaf: 2, block: 0 } } else { Costs { leaf: 0, block: 2 } }
}
