//! The command that takes an element away.

use std::borrow::Cow;

use crate::elements::Shape;
use crate::model::tree::{Content, FaultKind, Member, Scalar, ScalarStyle, Tree};
use crate::syntaxes::pcli::builder::Step;
use crate::syntaxes::pcli::lines::Word;
use crate::syntaxes::pcli::statement::{Context, Meaning, ambiguous, step};

/// `delete router force r1`: `force` only keeps the session from asking.
pub(crate) fn deletion<'s>(words: &[Word<'s>], context: Context, steps: &mut Vec<Step<'s>>) -> Option<Member<'s>> {
    let is_force = |word: &&Word<'s>| !word.quoted && word.text == "force";
    let forces = words.iter().filter(is_force).count();
    let words: Vec<Word<'s>> = words.iter().skip(1).filter(|word| !is_force(word)).cloned().collect();
    let mut context = context;
    let mut at = 0;
    while let Some(keyword) = words.get(at) {
        let (name, shape) = match context.meaning(&keyword.text) {
            Meaning::Element(name, shape) => (name, shape),
            Meaning::Ambiguous(names) => {
                let tree = Tree::fault(FaultKind::Syntax, keyword.at, ambiguous(&keyword.text, &names));
                return Some(Member { name: keyword.text.clone(), name_at: keyword.at, tree });
            }
            _ => return None,
        };
        let deleted = |tree: Tree<'s>| {
            let tree = Tree { at: tree.at, content: Content::Deleted(Box::new(tree)) };
            Some(Member { name: Cow::Borrowed(name), name_at: keyword.at, tree })
        };
        let all = || Tree {
            at: keyword.at,
            content: Content::Scalar(Scalar { text: Cow::Borrowed(""), style: ScalarStyle::Null }),
        };
        match (shape, words.len() - at) {
            (Shape::Leaf | Shape::LeafList, 1) => return deleted(all()),
            (Shape::Leaf | Shape::LeafList, _) => return deleted(words[at + 1].to_tree()),
            (Shape::Container(_), 1) => return deleted(all()),
            (Shape::List { key, .. }, 2) => {
                let key = Member { name: Cow::Borrowed(key), name_at: words[at + 1].at, tree: words[at + 1].to_tree() };
                let at = keyword.at.to(words[at + 1].at);
                return deleted(Tree { at, content: Content::Mapping(vec![key]) });
            }
            (Shape::List { key, .. }, 1) => {
                let hint = if forces > 1 { "; quote a key that is `force`" } else { "" };
                let message = format!("which `{name}` is to be deleted? give its {key}{hint}");
                let tree = Tree::fault(FaultKind::Syntax, keyword.at, message);
                return Some(Member { name: Cow::Borrowed(name), name_at: keyword.at, tree });
            }
            _ => {
                let step = step(name, shape, &words[at..], context);
                at += step.words();
                context = step.inside;
                steps.push(step);
            }
        }
    }
    None
}
