//! Interprets lines, for both ways to read a text.

use crate::diagnostics::Finding;
use crate::rules::{invalid_syntax, unread_text};
use crate::syntaxes::pcli::builder::Builder;
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Line, PcliText, Word};
use crate::syntaxes::pcli::statement::{self, End};
use crate::syntaxes::pcli::top_level::{self, Suspicion};

/// Adds the elements of lines to a tree.
pub(super) struct Interpreter<'s> {
    pub(super) text: PcliText<'s>,
    pub(super) builder: Builder<'s>,
    /// The words of the last line.
    pub(super) words: Vec<Word<'s>>,
    pub(super) findings: Vec<Finding>,
    /// The fault of the last line if it is an element, and not a sentence.
    pub(super) doubt: Option<Finding>,
    /// The start of the last flat line, up to the element that was skipped.
    skipped: &'s str,
}

/// The meaning of a line.
pub(super) enum Sense {
    /// The line enters this number of elements, and the next lines are in the last one.
    Block(Enclosing, usize),
    /// The line is a leaf, or a path to one.
    Leaf,
    /// The line is skipped, with the lines in it. It enters `levels` elements. The word `keyword`
    /// is an element of `enclosing` that is not read, or that is misspelled and has a fault.
    Skipped { levels: usize, enclosing: Enclosing, keyword: usize, has_fault: bool },
}

impl<'s> Interpreter<'s> {
    pub(super) fn new(text: PcliText<'s>) -> Self {
        Self { text, builder: Builder::default(), words: Vec::new(), findings: Vec::new(), doubt: None, skipped: "" }
    }

    /// Returns true if a line of flat text is a path into the same skipped element as the line
    /// before.
    ///
    /// Most lines of flat text are. Comparing their start costs less than reading the words
    /// again.
    pub(super) fn is_skipped_again(&self, line: Line<'s>) -> bool {
        let rest = line.text.strip_prefix(self.skipped);
        !self.skipped.is_empty() && rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
    }

    /// Reads a line in an element.
    pub(super) fn line(&mut self, line: Line<'s>, enclosing: Enclosing) -> Sense {
        self.text.words(line, &mut self.words);
        let statement = statement::read(&self.words, enclosing);
        self.doubt = statement.doubt;
        let is_skipped = statement.fault.is_none() && matches!(statement.end, End::Skipped { keyword: 0, .. });
        if enclosing.is_root() && is_skipped {
            match top_level::suspicion(&self.words) {
                Some(Suspicion::Certain(finding)) => self.findings.push(finding),
                Some(Suspicion::WithBlock(finding)) => self.doubt = Some(finding),
                None => {}
            }
        }
        self.findings.extend(statement.unread);
        let levels = statement.steps.len();
        let is_path = levels > 1 || levels == 1 && !matches!(statement.end, End::Block(_));
        for step in statement.steps {
            self.builder.enter(step, is_path);
        }
        match statement.end {
            End::Block(enclosing) => Sense::Block(enclosing, levels),
            End::Leaf(member) => {
                self.builder.add(member);
                self.builder.leave(levels);
                Sense::Leaf
            }
            End::Skipped { enclosing, keyword } => {
                let has_fault = statement.fault.is_some();
                statement.fault.into_iter().for_each(|fault| self.builder.add(fault));
                let last = &self.words[keyword];
                let length = last.at.end as usize - line.start;
                self.skipped = if levels > 0 && is_path && keyword > 0 { &line.text[..length] } else { "" };
                Sense::Skipped { levels, enclosing, keyword, has_fault }
            }
        }
    }
}

/// Returns the finding about a faulty line at the outermost level. A line with a block is an
/// element. Any other line is a sentence, and ignored: with a finding only if it starts with the
/// name of an element.
pub(super) fn doubtful(finding: Finding, has_block: bool) -> Option<Finding> {
    if has_block {
        return Some(finding);
    }
    if *finding.rule != invalid_syntax::RULE {
        return None;
    }
    let message = "unknown element; the line is ignored";
    Some(Finding { rule: &unread_text::RULE, message: message.to_owned(), ..finding })
}
