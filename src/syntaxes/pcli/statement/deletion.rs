//! The command `delete`.

use std::borrow::Cow;

use super::{ambiguous, step};
use crate::elements::Shape;
use crate::model::tree::{Content, FaultKind, Member, Scalar, ScalarStyle, Tree};
use crate::syntaxes::misspelled;
use crate::syntaxes::pcli::enclosing::{Enclosing, KeywordMeaning};
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

/// Reads a deletion: `delete router force r1`. `force` only suppresses a question.
///
/// The result is `None` if the deleted element is skipped.
pub(super) fn deletion<'s>(
    words: &[Word<'s>],
    enclosing: Enclosing,
    steps: &mut Vec<BlockStep<'s>>,
) -> Option<Member<'s>> {
    let is_force = |word: &&Word<'s>| !word.quoted && word.text == "force";
    let comment = words.iter().skip(3).position(Word::starts_comment);
    let words = &words[..comment.map_or(words.len(), |index| index + 3)];
    let forces = words.iter().filter(is_force).count();
    let words: Vec<Word<'s>> = words.iter().skip(1).filter(|word| !is_force(word)).cloned().collect();
    let mut enclosing = enclosing;
    let mut rest = &words[..];
    while let [keyword, values @ ..] = rest {
        let (name, shape) = match enclosing.meaning(&keyword.text) {
            KeywordMeaning::Element(name, shape) => (name, shape),
            KeywordMeaning::Ambiguous(names) => {
                let tree = Tree::fault(FaultKind::Syntax, keyword.at, ambiguous(&keyword.text, &names));
                return Some(Member { name: keyword.text.clone(), name_at: keyword.at, tree });
            }
            KeywordMeaning::Misspelled(known) if enclosing.is_alike(keyword) => {
                return Some(misspelled(keyword.text.clone(), keyword.at, known));
            }
            _ => return None,
        };
        if let Some(tree) = deleted(name, shape, keyword, values, forces) {
            return Some(Member { name: Cow::Borrowed(name), name_at: keyword.at, tree });
        }
        let step = step(name, shape, rest, enclosing);
        rest = &rest[step.words()..];
        enclosing = step.inside;
        steps.push(step);
    }
    None
}

/// Returns the tree of a deleted element. The result is `None` if the words lead to an element in
/// it.
fn deleted<'s>(name: &str, shape: Shape, keyword: &Word<'s>, values: &[Word<'s>], forces: usize) -> Option<Tree<'s>> {
    let deletion_of = |tree: Tree<'s>| Tree { at: tree.at, content: Content::Deleted(Box::new(tree)) };
    let null = Content::Scalar(Scalar { text: Cow::Borrowed(""), style: ScalarStyle::Null });
    let all = Tree { at: keyword.at, content: null };
    match (shape, values) {
        (Shape::Leaf | Shape::LeafList | Shape::Container(_), []) => Some(deletion_of(all)),
        (Shape::List { entry, .. }, []) if entry.inner_list().is_some() => Some(deletion_of(all)),
        (Shape::Leaf | Shape::LeafList, [value, ..]) => Some(deletion_of(value.to_tree())),
        (Shape::List { entry, .. }, [inner]) if entry.is_inner_list(&inner.text) => None,
        (Shape::List { key, .. }, [value]) => {
            let key = Member { name: Cow::Borrowed(key), name_at: value.at, tree: value.to_tree() };
            let at = keyword.at.to(value.at);
            Some(deletion_of(Tree { at, content: Content::Mapping(vec![key]) }))
        }
        (Shape::List { key, .. }, []) => {
            let hint = if forces > 1 { "; write a key `force` in quotes" } else { "" };
            let message = format!("missing `{key}` of the `{name}` to delete; add it{hint}");
            Some(Tree::fault(FaultKind::Syntax, keyword.at, message))
        }
        _ => None,
    }
}
