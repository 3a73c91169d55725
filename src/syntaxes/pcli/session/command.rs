//! The meaning of commands.

use super::edit::LoggedEdit;
use super::log::Snapshot;
use crate::syntaxes::pcli::step::BlockStep;

/// A typed command. It counts once its output shows that it was not refused.
pub(super) enum Command<'s> {
    /// Changes the candidate configuration. `None` if the change has no effect on what is read.
    Edit(Option<LoggedEdit<'s>>),
    Commit,
    Discard,
    /// Shows configuration.
    Show(Shown<'s>),
    /// A command whose output is not configuration.
    Silent,
    /// No command. The output may be configuration that was inserted by hand, or help.
    Empty,
    /// An unknown command. Its output is configuration if it starts like one.
    Unknown,
}

/// The output of a command that shows configuration.
#[derive(Clone)]
pub(super) struct Shown<'s> {
    pub(super) which: Snapshot,
    /// True if the output starts at the outermost element.
    pub(super) at_root: bool,
    /// The steps to the element that the command shows completely.
    pub(super) scope: Option<Vec<BlockStep<'s>>>,
}

impl Shown<'_> {
    /// Any part of the running configuration.
    pub(super) fn any() -> Self {
        Self { which: Snapshot::Running, at_root: true, scope: None }
    }
}

/// Returns true if a word is the start of another one.
pub(super) fn is_start(word: &str, start: &str) -> bool {
    start.len() >= 2.min(word.len()) && word.starts_with(start)
}
