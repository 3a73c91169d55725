//! PCLI text, as `show config running` prints it and as people write it by hand: nested blocks, with or without `exit`.
//!
//! [`statements`] finds out which lines stand in which block; here the table of elements says what each line is.

mod lines;
mod statements;

use std::borrow::Cow;

use self::lines::Word;
use self::statements::Statement;
use super::shape::{Elements, Meaning, ROOT, Shape};
use super::{invalid_syntax, plural};
use crate::diagnostic::Finding;
use crate::model::document::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::model::{SourceId, Span};

/// Reads a PCLI text. What is unclear is a finding; what is clear is read all the same.
pub(super) fn read<'s>(source: SourceId, text: &'s str, findings: &mut Vec<Finding>) -> Tree<'s> {
    let statements = statements::read(source, text, &ROOT, findings);
    let whole = Span { source, start: 0, end: 0 };
    let tree = mapping(&statements, &ROOT, whole, findings);
    if tree.members().is_empty() && !text.trim().is_empty() && findings.is_empty() {
        findings.push(invalid_syntax(
            whole,
            "nothing here is an element of a configuration; a PCLI text starts with `config`, `authority`, `router` or `service`",
        ));
    }
    tree
}

/// The elements among some statements.
fn mapping<'s>(
    statements: &[Statement<'s>],
    elements: &'static Elements,
    fallback: Span,
    findings: &mut Vec<Finding>,
) -> Tree<'s> {
    let mut members = Vec::new();
    members_of(statements, elements, &mut members, findings);
    let at = members.iter().map(|m: &Member<'_>| m.name_at.to(m.tree.at)).reduce(Span::to).unwrap_or(fallback);
    Tree { at, content: Content::Mapping(members) }
}

fn members_of<'s>(
    statements: &[Statement<'s>],
    elements: &'static Elements,
    members: &mut Vec<Member<'s>>,
    findings: &mut Vec<Finding>,
) {
    for statement in statements {
        let keyword = statement.keyword();
        let (name, tree) = match elements.meaning(&keyword.text) {
            Meaning::Element(name, shape) => (Cow::Borrowed(name), element(statement, name, shape, findings)),
            Meaning::Unknown => (keyword.text.clone(), Some(unknown(statement))),
            Meaning::Plural(known) => {
                findings.push(plural(&keyword.text, keyword.at, known));
                continue;
            }
            Meaning::Other => continue,
        };
        members.extend(tree.map(|tree| Member { name, name_at: keyword.at, tree }));
    }
}

/// A statement whose keyword names a known element.
fn element<'s>(
    statement: &Statement<'s>,
    name: &'static str,
    shape: Shape,
    findings: &mut Vec<Finding>,
) -> Option<Tree<'s>> {
    match shape {
        Shape::Leaf | Shape::LeafList => {
            if let Some(child) = statement.children.first() {
                findings.push(invalid_syntax(
                    child.keyword().at,
                    format!("`{name}` holds a value and no lines; indent this line as deep as `{name}`, or less"),
                ));
                return None;
            }
            one_value(statement, name, findings)
        }
        Shape::Container(elements) => {
            if let Some(extra) = statement.words.get(1) {
                findings.push(invalid_syntax(extra.at, format!("`{name}` takes no value on its line")));
                return None;
            }
            Some(mapping(&statement.children, elements, statement.keyword().at, findings))
        }
        Shape::List { key, entry } => {
            if let Some(extra) = statement.words.get(2) {
                findings.push(invalid_syntax(
                    extra.at,
                    format!("`{name}` takes one key, its {key}; quote a key with spaces"),
                ));
                return None;
            }
            let mut members = Vec::new();
            if let Some(word) = statement.words.get(1) {
                members.push(Member { name: Cow::Borrowed(key), name_at: word.at, tree: word.to_tree() });
            }
            members_of(&statement.children, entry, &mut members, findings);
            let at = members.iter().map(|m| m.tree.at).fold(statement.keyword().at, Span::to);
            let entry = Tree { at, content: Content::Mapping(members) };
            Some(Tree { at, content: Content::Sequence(vec![entry]) })
        }
    }
}

fn one_value<'s>(statement: &Statement<'s>, name: &str, findings: &mut Vec<Finding>) -> Option<Tree<'s>> {
    match &statement.words[1..] {
        [value] => Some(value.to_tree()),
        [] => {
            findings.push(invalid_syntax(statement.keyword().at, format!("`{name}` has no value")));
            None
        }
        [_, extra, ..] => {
            findings.push(invalid_syntax(
                extra.at,
                format!("`{name}` takes one value; quote a value with spaces, and repeat the line for a further one"),
            ));
            None
        }
    }
}

/// What an element of no meaning holds: told apart, not read.
fn unknown<'s>(statement: &Statement<'s>) -> Tree<'s> {
    match statement.words.get(1) {
        Some(word) if statement.children.is_empty() => word.to_tree(),
        _ => Tree { at: statement.keyword().at, content: Content::Mapping(Vec::new()) },
    }
}

impl<'s> Word<'s> {
    fn to_tree(&self) -> Tree<'s> {
        let style = if self.quoted { ScalarStyle::Quoted } else { ScalarStyle::Plain };
        Tree { at: self.at, content: Content::Scalar(Scalar { text: self.text.clone(), style }) }
    }
}
