//! The path of a command through elements.

use crate::elements::Shape;
use crate::syntaxes::pcli::enclosing::{Enclosing, KeywordMeaning};
use crate::syntaxes::pcli::statement;
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

/// A path into elements.
pub(super) struct Walked<'s> {
    pub(super) steps: Vec<BlockStep<'s>>,
    /// The number of its words.
    pub(super) words: usize,
    /// The element that it leads to.
    pub(super) inside: Enclosing,
}

/// Follows words into elements that are read, up to a leaf, a command or an element that is
/// skipped.
pub(super) fn walk<'s>(words: &[Word<'s>], enclosing: Enclosing) -> Walked<'s> {
    let mut walked = Walked { steps: Vec::new(), words: 0, inside: enclosing };
    while let Some(word) = words.get(walked.words) {
        let KeywordMeaning::Element(name, shape @ (Shape::Container(_) | Shape::List { .. })) =
            walked.inside.meaning_of(word)
        else {
            break;
        };
        let step = statement::step(name, shape, &words[walked.words..], walked.inside);
        walked.words += step.words();
        walked.inside = step.inside;
        walked.steps.push(step);
    }
    walked
}
