//! Interprets lines, for both ways to read a text.

use crate::diagnostics::{Finding, is_plain};
use crate::model::Fix;
use crate::model::tree::Member;
use crate::rules::{confusable_word, invalid_syntax, unknown_key, unread_text};
use crate::syntaxes::pcli::builder::Builder;
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Exit, Line, PcliText};
use crate::syntaxes::pcli::statement::{self, End, Statement};
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::top_level::{self, Suspicion};
use crate::syntaxes::pcli::words::Word;

/// Adds the elements of lines to a tree.
pub(super) struct Interpreter<'s> {
    pub(super) text: PcliText<'s>,
    pub(super) builder: Builder<'s>,
    /// The words of the last line.
    pub(super) words: Vec<Word<'s>>,
    pub(super) findings: Vec<Finding>,
    /// The start of the last flat line, up to the element that was skipped.
    skipped: &'s str,
}

/// The meaning of a line.
pub(super) enum Sense {
    /// The line enters this number of elements, and the next lines are in the last one.
    Block(Enclosing, usize),
    /// The line is a leaf.
    Leaf,
    /// The line is a path to a leaf.
    Path,
    /// The line is an element that does not exist. It is reported, and any lines in it are skipped.
    Unknown,
    /// The line is skipped, with the lines in it. It enters `levels` elements. The word `keyword`
    /// is an element of `enclosing` that is not read.
    Skipped { levels: usize, enclosing: Enclosing, keyword: usize },
}

impl<'s> Interpreter<'s> {
    pub(super) fn new(text: PcliText<'s>) -> Self {
        Self { text, builder: Builder::default(), words: Vec::new(), findings: Vec::new(), skipped: "" }
    }

    /// Returns true if a line of flat text is a path into the same skipped element as the line
    /// before.
    ///
    /// Most lines of flat text are. Comparing their start costs less than reading the words
    /// again.
    pub(super) fn is_skipped_again(&self, line: Line<'s>) -> bool {
        let blank = line.text.as_bytes().get(self.skipped.len());
        !self.skipped.is_empty() && matches!(blank, Some(b' ' | b'\t')) && line.text.starts_with(self.skipped)
    }

    /// Reads a line in an element. `is_block` returns true if the lines after it show that it opens
    /// a block. It is called for faulty lines.
    pub(super) fn line(&mut self, line: Line<'s>, enclosing: Enclosing, is_block: impl FnOnce() -> bool) -> Sense {
        self.text.words(line, &mut self.words);
        let mut statement = statement::read(&self.words, enclosing);
        self.findings.extend(statement.unread.take());
        if let Some((step, fault)) = statement.block.take() {
            return self.faulty_line(statement, step, fault, is_block());
        }
        if enclosing.is_root() && matches!(statement.end, End::Skipped { keyword: 0, .. }) {
            self.findings.extend(match top_level::suspicion(&self.words) {
                Some(Suspicion::Certain(finding)) => Some(finding),
                Some(Suspicion::WithBlock(finding)) => is_block().then_some(finding),
                None => None,
            });
        }
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
                match (statement.is_unknown, levels) {
                    (true, _) => Sense::Unknown,
                    (false, 0) => Sense::Leaf,
                    (false, _) => Sense::Path,
                }
            }
            End::Skipped { enclosing, keyword } => {
                let last = &self.words[keyword];
                let length = last.at.end as usize - line.start;
                self.skipped = if levels > 0 && is_path && keyword > 0 { &line.text[..length] } else { "" };
                Sense::Skipped { levels, enclosing, keyword }
            }
        }
    }

    /// Reports an `exit` that is misspelled, or on the line of another one.
    pub(super) fn exit(&mut self, line: Line<'s>, exit: Exit) {
        if exit == Exit::Correct {
            return;
        }
        let at = self.text.span(line.start, line.text.len());
        let fix = Fix::rename(at, line.text, "exit");
        self.findings.extend(match exit {
            Exit::Correct => None,
            Exit::Joined => {
                let message = "only one `exit` can be on a line; write it on a separate line";
                Some(invalid_syntax::at(at, message))
            }
            Exit::Misspelled if is_plain(line.text) => {
                Some(unknown_key::at(at, unknown_key::misspelt(line.text, "exit")).fix(fix))
            }
            Exit::Misspelled => Some(confusable_word::at(at, confusable_word::message(line.text, "exit")).fix(fix)),
        });
    }

    /// Reads a faulty line that may open a block. At the outermost level, a line without a block
    /// is a sentence, and ignored.
    fn faulty_line(
        &mut self,
        statement: Statement<'s>,
        step: BlockStep<'s>,
        fault: Member<'s>,
        is_block: bool,
    ) -> Sense {
        if let (Some(doubt), false) = (statement.doubt, is_block) {
            let message = "unknown element; the line is ignored";
            self.findings.push(Finding { rule: &unread_text::RULE, message: message.to_owned(), ..doubt });
            return Sense::Leaf;
        }
        let levels = statement.steps.len();
        for step in statement.steps {
            self.builder.enter(step, true);
        }
        if is_block {
            let inside = step.inside;
            self.builder.enter_faulty(step, fault);
            return Sense::Block(inside, levels + 1);
        }
        self.builder.add(fault);
        self.builder.leave(levels);
        Sense::Leaf
    }
}
