//! The meaning of a line, given the element that encloses it.

mod deletion;
mod value;

use std::borrow::Cow;

use self::deletion::deletion;
use self::value::{UNCLOSED_QUOTE, one_value};
use crate::diagnostics::Finding;
use crate::elements::Shape;
use crate::model::tree::{Content, FaultKind, Member, Tree};
use crate::rules::{invalid_syntax, unread_text};
use crate::syntaxes::misspelled;
use crate::syntaxes::pcli::enclosing::{Enclosing, KeywordMeaning};
use crate::syntaxes::pcli::lines::Word;
use crate::syntaxes::pcli::step::BlockStep;

/// The meaning of a line.
pub(super) struct Statement<'s> {
    /// The elements that the line enters.
    pub(super) steps: Vec<BlockStep<'s>>,
    pub(super) end: End<'s>,
    /// True if the line is at the outermost level.
    is_top: bool,
    /// The fault of the line if it is an element, and not a sentence that starts like one.
    pub(super) doubt: Option<Finding>,
    /// The finding about text on the line that is ignored.
    pub(super) unread: Option<Finding>,
}

/// The end of the path on a line.
pub(super) enum End<'s> {
    /// A block: the next lines are in it.
    Block(Enclosing),
    /// An element that is read.
    Leaf(Member<'s>),
    /// An element that is skipped, with the lines below it. `keyword` is the index of its word,
    /// and `enclosing` the element around it.
    Skipped { enclosing: Enclosing, keyword: usize },
}

/// Reads the words of a line. A fault takes the place of its element.
pub(super) fn read<'s>(words: &[Word<'s>], enclosing: Enclosing) -> Statement<'s> {
    let mut statement = Statement {
        steps: Vec::new(),
        end: End::Skipped { enclosing, keyword: 0 },
        is_top: enclosing.is_root(),
        doubt: None,
        unread: None,
    };
    let mut enclosing = enclosing;
    let mut at = 0;
    while let Some(keyword) = words.get(at) {
        let (name, shape) = match enclosing.meaning_of(keyword) {
            KeywordMeaning::Element(name, shape @ (Shape::Container(_) | Shape::List { .. })) => (name, shape),
            meaning => {
                statement.end = leaf(meaning, &words[at..], enclosing, &mut statement.steps)
                    .map_or(End::Skipped { enclosing, keyword: at }, End::Leaf);
                return statement;
            }
        };
        let step = step(name, shape, &words[at..], enclosing);
        if let Some(fault) = step.fault() {
            statement.end = End::Leaf(fault);
            return statement;
        }
        at += step.words();
        enclosing = step.inside;
        statement.steps.push(step);
        if let Some(extra) = words.get(at)
            && !continues_path(extra, enclosing, words)
        {
            reject_word(&mut statement, shape, extra, at);
            return statement;
        }
        statement.end = End::Block(enclosing);
    }
    statement
}

/// Reads the element at the end of a path. The result is `None` if the element is skipped.
fn leaf<'s>(
    meaning: KeywordMeaning<'_>,
    words: &[Word<'s>],
    enclosing: Enclosing,
    steps: &mut Vec<BlockStep<'s>>,
) -> Option<Member<'s>> {
    let keyword = &words[0];
    let member = |name: Cow<'s, str>, tree| Some(Member { name, name_at: keyword.at, tree });
    match meaning {
        KeywordMeaning::Element(name, _) => member(Cow::Borrowed(name), one_value(name, words)),
        KeywordMeaning::Unknown => {
            let nothing = || Tree { at: keyword.at, content: Content::Mapping(Vec::new()) };
            member(keyword.text.clone(), words.get(1).map_or_else(nothing, Word::to_tree))
        }
        KeywordMeaning::Misspelled(known) => Some(misspelled(keyword.text.clone(), keyword.at, known)),
        KeywordMeaning::Ambiguous(names) => {
            let message = ambiguous(&keyword.text, &names);
            member(keyword.text.clone(), Tree::fault(FaultKind::Syntax, keyword.at, message))
        }
        KeywordMeaning::Delete => deletion(words, enclosing, steps),
        KeywordMeaning::Skipped => None,
    }
}

/// Returns the message about an abbreviation of several names.
fn ambiguous(keyword: &str, names: &[&str]) -> String {
    format!("ambiguous abbreviation `{keyword}` of {}; write the name in full", names.join(", "))
}

/// Returns true if another word on a line is the next element of a path.
fn continues_path(word: &Word<'_>, enclosing: Enclosing, words: &[Word<'_>]) -> bool {
    let is_flat = matches!(&*words[0].text, "config" | "configure" | "conf") && words.len() > 2;
    let is_known = !matches!(
        enclosing.meaning(&word.text),
        KeywordMeaning::Skipped | KeywordMeaning::Unknown | KeywordMeaning::Misspelled(_)
    );
    is_flat || !word.quoted && (is_known || enclosing.model_of(&word.text).is_some())
}

/// Ends a statement at a surplus word: after the key of a list, or on the line of a container.
fn reject_word(statement: &mut Statement<'_>, shape: Shape, extra: &Word<'_>, at: usize) {
    let Some(step) = statement.steps.last() else { unreachable!("just entered") };
    let (name, name_at, inside) = (step.name, step.name_at, step.inside);
    let Shape::List { key, .. } = shape else {
        let message = format!("`{name}` takes no value; this text is ignored");
        statement.unread = Some(unread_text::at(extra.at, message));
        statement.end = End::Block(inside);
        return;
    };
    statement.steps.pop();
    let message = format!("`{name}` takes only its {key} on the line; quote a key with spaces");
    if statement.is_top && statement.steps.is_empty() {
        statement.doubt = Some(invalid_syntax::at(extra.at, message));
        statement.end = End::Skipped { enclosing: inside, keyword: at };
    } else {
        let tree = Tree::fault(FaultKind::Syntax, extra.at, message);
        statement.end = End::Leaf(Member { name: Cow::Borrowed(name), name_at, tree });
    }
}

/// Returns the step into a container, or into an entry of a list.
pub(super) fn step<'s>(name: &'static str, shape: Shape, words: &[Word<'s>], enclosing: Enclosing) -> BlockStep<'s> {
    let (read, entry) = match shape {
        Shape::Container(elements) => (elements, None),
        Shape::List { key, entry } => {
            // A list around an inner list has no key itself.
            let word = words.get(1).filter(|word| !entry.is_inner_list(&word.text));
            (entry, Some((key, word.cloned())))
        }
        Shape::Leaf | Shape::LeafList => unreachable!("leaves have no lines"),
    };
    BlockStep { name, name_at: words[0].at, entry, inside: enclosing.within(name, read), visit: 0 }
}

impl<'s> BlockStep<'s> {
    /// Returns the fault of a step with an unreadable key.
    fn fault(&self) -> Option<Member<'s>> {
        let (_, Some(key)) = self.entry.as_ref()? else { return None };
        let tree = key.is_open.then(|| Tree::fault(FaultKind::Syntax, key.at, UNCLOSED_QUOTE))?;
        Some(Member { name: Cow::Borrowed(self.name), name_at: self.name_at, tree })
    }

    /// Returns the number of its words: the name, and the key.
    pub(super) fn words(&self) -> usize {
        1 + usize::from(self.entry.as_ref().is_some_and(|(_, key)| key.is_some()))
    }
}
