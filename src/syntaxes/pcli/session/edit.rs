//! A change of the configuration in a session.

use crate::diagnostics::Finding;
use crate::model::Span;
use crate::model::tree::Member;
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

/// A change of the configuration.
#[derive(Clone)]
pub(super) enum Edit<'s> {
    /// Adds elements, replaces values, and deletes elements that are marked as deleted.
    Merge(Vec<Member<'s>>),
    /// Replaces the element that steps lead to.
    Replace(Vec<BlockStep<'s>>, Vec<Member<'s>>),
    /// Copies or renames a list entry.
    Copy(Copy<'s>),
    /// Removes everything.
    Clear,
}

/// A list entry that is copied or renamed.
#[derive(Clone)]
pub(super) struct Copy<'s> {
    /// The steps to the element around the list.
    pub(super) around: Vec<BlockStep<'s>>,
    pub(super) list: &'static str,
    /// The name of the key.
    pub(super) key: &'static str,
    /// The key of the entry.
    pub(super) from: String,
    /// The key of the copy.
    pub(super) to: Word<'s>,
    pub(super) is_rename: bool,
    /// The place of the command.
    pub(super) at: Span,
}

/// An edit with its findings, which count only if the edit does.
#[derive(Clone)]
pub(super) struct LoggedEdit<'s> {
    pub(super) edit: Edit<'s>,
    pub(super) findings: Vec<Finding>,
    /// The place of the command, if it was typed. Other edits are what the session shows.
    pub(super) typed_at: Option<Span>,
}
