//! Compares outlines of the same text.

use std::cmp::Ordering;

use crate::model::tree::{Content, Member, Tree};

/// Returns true if two outlines have the same elements, apart from those that could not be read.
pub(in crate::syntaxes::pcli) fn same_members(a: &[Member<'_>], b: &[Member<'_>]) -> bool {
    let is_read = |member: &&Member<'_>| !matches!(member.tree.content, Content::Fault(_));
    let (mut a, mut b) = (a.iter().filter(is_read), b.iter().filter(is_read));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.name == b.name && same_content(&a.tree, &b.tree) => {}
            _ => return false,
        }
    }
}

fn same_content(a: &Tree<'_>, b: &Tree<'_>) -> bool {
    match (&a.content, &b.content) {
        (Content::Scalar(a), Content::Scalar(b)) => a == b,
        (Content::Sequence(a), Content::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_content(a, b))
        }
        (Content::Mapping(a), Content::Mapping(b)) => same_members(a, b),
        (Content::Deleted(a), Content::Deleted(b)) => same_content(a, b),
        _ => false,
    }
}

/// The line that opens a block, or `None` at the outermost level.
pub(super) type Opening = Option<usize>;

/// Returns the first line that is in different blocks, with the openings of both.
pub(super) fn first_difference(a: &[(usize, Opening)], b: &[(usize, Opening)]) -> Option<(usize, Opening, Opening)> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some((line, opening)), Some((other_line, other_opening))) = (a.peek(), b.peek()) {
        match line.cmp(other_line) {
            Ordering::Less => {
                a.next();
            }
            Ordering::Greater => {
                b.next();
            }
            Ordering::Equal if opening == other_opening => {
                a.next();
                b.next();
            }
            Ordering::Equal => return Some((*line, *opening, *other_opening)),
        }
    }
    None
}
