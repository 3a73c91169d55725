//! The meaning of a line, given the element that encloses it.

mod deletion;
mod spacing;
mod value;

use std::borrow::Cow;

use self::deletion::deletion;
use self::value::{UNCLOSED_QUOTE, one_value, with_length};
use crate::diagnostics::Finding;
use crate::elements::Shape;
use crate::model::tree::{Content, FaultKind, Member, Tree};
use crate::rules::{invalid_syntax, unread_text};
use crate::syntaxes::misspelled;
use crate::syntaxes::pcli::enclosing::{Enclosing, KeywordMeaning};
use crate::syntaxes::pcli::model::{ModelElement, ModelKind};
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

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
    /// The block that a faulty line opens, and its fault. The lines after it show whether it opens
    /// the block; `end` is its meaning if it does not.
    pub(super) block: Option<(BlockStep<'s>, Member<'s>)>,
    /// True if the line ends in an element that does not exist, and that may be a block.
    pub(super) is_unknown: bool,
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
        block: None,
        is_unknown: false,
    };
    let mut enclosing = enclosing;
    let mut at = 0;
    while let Some(keyword) = words.get(at) {
        let (name, shape) = match enclosing.meaning_of(keyword) {
            KeywordMeaning::Element(name, shape @ (Shape::Container(_) | Shape::List { .. })) => (name, shape),
            KeywordMeaning::Misspelled(known) => {
                misspelled_element(&mut statement, known, &words[at..], enclosing);
                return statement;
            }
            KeywordMeaning::Skipped if let Some(fault) = spacing_fault(&statement, words, at, enclosing) => {
                statement.end = End::Leaf(fault);
                return statement;
            }
            meaning => {
                statement.is_unknown = matches!(meaning, KeywordMeaning::Unknown | KeywordMeaning::Ambiguous(_));
                statement.unread = surplus_of_skipped(&meaning, &words[at..], enclosing);
                statement.end = leaf(meaning, &words[at..], enclosing, &mut statement.steps)
                    .map_or(End::Skipped { enclosing, keyword: at }, End::Leaf);
                return statement;
            }
        };
        let step = step(name, shape, &words[at..], enclosing);
        if let Some(fault) = step.fault() {
            statement.end = End::Leaf(fault.clone());
            statement.block = Some((step, fault));
            return statement;
        }
        at += step.words();
        enclosing = step.inside;
        statement.steps.push(step);
        statement.end = End::Block(enclosing);
        let Some(extra) = words.get(at) else { break };
        if extra.starts_comment() {
            break;
        }
        if is_netmask(&statement, extra) || !continues_path(extra, enclosing, words) {
            reject_word(&mut statement, shape, extra, at);
            break;
        }
    }
    statement
}

/// Returns the fault of an element that is unknown because of a missing or surplus space.
fn spacing_fault<'s>(
    statement: &Statement<'s>,
    words: &[Word<'s>],
    at: usize,
    enclosing: Enclosing,
) -> Option<Member<'s>> {
    let last = at.checked_sub(1).and_then(|before| Some((statement.steps.last()?, &words[before])));
    let message = spacing::message(&words[at..], enclosing, last)?;
    let tree = Tree::fault(FaultKind::Syntax, words[at].at, message);
    Some(Member { name: words[at].text.clone(), name_at: words[at].at, tree })
}

/// Returns the finding about text after the quoted value of a leaf that is skipped. It may be the
/// next line.
fn surplus_of_skipped(meaning: &KeywordMeaning<'_>, words: &[Word<'_>], enclosing: Enclosing) -> Option<Finding> {
    let [keyword, value, extra, ..] = words else { return None };
    let is_skipped = matches!(meaning, KeywordMeaning::Skipped) && value.quoted && !extra.starts_comment();
    let element = enclosing.model_of(&keyword.text).filter(|_| is_skipped && !enclosing.is_root())?;
    (element.kind == ModelKind::Leaf).then(|| {
        let message = format!("`{}` takes one value; this text is ignored", keyword.text);
        unread_text::at(extra.at, message)
    })
}

/// Reads an element whose name is probably a misspelled `known`, which may be a block.
fn misspelled_element<'s>(
    statement: &mut Statement<'s>,
    known: &'static str,
    words: &[Word<'s>],
    enclosing: Enclosing,
) {
    let fault = misspelled(words[0].text.clone(), words[0].at, known);
    if let Some((known, shape @ (Shape::Container(_) | Shape::List { .. }))) = enclosing.read.find(known) {
        statement.block = Some((step(known, shape, words, enclosing), fault.clone()));
    }
    let is_leaf = |element: &ModelElement| element.kind == ModelKind::Leaf;
    statement.is_unknown = statement.block.is_none() && enclosing.model_of(known).is_some_and(|known| !is_leaf(known));
    statement.end = End::Leaf(fault);
}

/// Returns true if a word after the address of a list entry is a netmask.
fn is_netmask(statement: &Statement<'_>, word: &Word<'_>) -> bool {
    let key = statement.steps.last().and_then(|step| step.entry.as_ref()?.1.as_ref());
    key.is_some_and(|key| with_length(&key.text, &word.text).is_some())
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
        KeywordMeaning::Ambiguous(names) => {
            let message = ambiguous(&keyword.text, &names);
            member(keyword.text.clone(), Tree::fault(FaultKind::Syntax, keyword.at, message))
        }
        KeywordMeaning::Delete => deletion(words, enclosing, steps),
        KeywordMeaning::Misspelled(_) | KeywordMeaning::Skipped => None,
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
    is_flat || !word.quoted && (is_known || enclosing.is_alike(word) || enclosing.model_of(&word.text).is_some())
}

/// Ends a statement at a surplus word: after the key of a list, or on the line of a container.
fn reject_word(statement: &mut Statement<'_>, shape: Shape, extra: &Word<'_>, at: usize) {
    let Shape::List { key, .. } = shape else {
        let Some(step) = statement.steps.last() else { unreachable!("just entered") };
        let message = format!("`{}` takes no value; this text is ignored", step.name);
        statement.unread = Some(unread_text::at(extra.at, message));
        return;
    };
    let Some(step) = statement.steps.pop() else { unreachable!("just entered") };
    let (name, name_at) = (step.name, step.name_at);
    let hint = step.entry.as_ref().and_then(|(_, key)| with_length(&key.as_ref()?.text, &extra.text)).map_or_else(
        || "quote a key with spaces".to_owned(),
        |prefix| format!("write a netmask as the length of the prefix: `{prefix}`"),
    );
    let message = format!("`{name}` takes only its {key} on the line; {hint}");
    let tree = Tree::fault(FaultKind::Syntax, extra.at, message.clone());
    let fault = Member { name: Cow::Borrowed(name), name_at, tree };
    if statement.is_top && statement.steps.is_empty() {
        statement.doubt = Some(invalid_syntax::at(extra.at, message));
        statement.end = End::Skipped { enclosing: step.inside, keyword: at };
    } else {
        statement.end = End::Leaf(fault.clone());
    }
    statement.block = Some((step, fault));
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
