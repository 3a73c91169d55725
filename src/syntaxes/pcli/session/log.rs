//! The edits of a session, settled and not.
//!
//! Each user has a candidate configuration. `commit` makes it the running one, and `discard` drops
//! it. The result is the running configuration with all candidates.

use super::edit::{Edit, LoggedEdit};
use super::replay::replay;
use crate::diagnostics::Finding;
use crate::model::tree::Member;
use crate::rules::uncommitted_changes;
use crate::syntaxes::pcli::outline::same_members;

/// The candidate configuration of a user.
struct Candidate<'s> {
    user: &'s str,
    edits: Vec<LoggedEdit<'s>>,
}

/// The edits of a session.
#[derive(Default)]
pub(super) struct Log<'s> {
    running: Vec<LoggedEdit<'s>>,
    candidates: Vec<Candidate<'s>>,
    /// The differences that the session shows. They count only if nothing else does.
    differences: Vec<LoggedEdit<'s>>,
    /// True if a candidate was committed or discarded.
    is_transactional: bool,
}

impl<'s> Log<'s> {
    /// Adds an edit to the candidate of a user.
    pub(super) fn edit(&mut self, user: &'s str, edit: LoggedEdit<'s>) {
        self.candidate(user).push(edit);
    }

    /// Adds a part of the running configuration that the session shows.
    pub(super) fn show_running(&mut self, edit: LoggedEdit<'s>) {
        self.running.push(edit);
    }

    /// Adds a part of the candidate that the session shows. Without other edits of the user, the
    /// candidate is the running configuration.
    pub(super) fn show_candidate(&mut self, user: &'s str, edit: LoggedEdit<'s>) {
        let candidate = self.candidate(user);
        if candidate.is_empty() { self.running.push(edit) } else { candidate.push(edit) }
    }

    /// Adds differences that the session shows.
    pub(super) fn show_differences(&mut self, edit: LoggedEdit<'s>) {
        self.differences.push(edit);
    }

    /// Makes the candidate of a user the running configuration.
    pub(super) fn commit(&mut self, user: &'s str) {
        self.is_transactional = true;
        let edits = std::mem::take(self.candidate(user));
        self.running.extend(edits);
    }

    /// Drops the candidate of a user.
    pub(super) fn discard(&mut self, user: &'s str) {
        self.is_transactional = true;
        self.candidate(user).clear();
    }

    fn candidate(&mut self, user: &'s str) -> &mut Vec<LoggedEdit<'s>> {
        let index = self.candidates.iter().position(|candidate| candidate.user == user).unwrap_or_else(|| {
            self.candidates.push(Candidate { user, edits: Vec::new() });
            self.candidates.len() - 1
        });
        &mut self.candidates[index].edits
    }

    /// Returns the elements of the running configuration and of the candidates.
    pub(super) fn finish(self, findings: &mut Vec<Finding>) -> Vec<Member<'s>> {
        let mut edits = self.running;
        let committed = edits.len();
        edits.extend(self.candidates.into_iter().flat_map(|candidate| candidate.edits));
        if edits.is_empty() {
            edits = self.differences;
        }
        findings.extend(edits.iter_mut().flat_map(|edit| std::mem::take(&mut edit.findings)));
        let first = edits.iter().skip(committed).find_map(|edit| edit.typed_at).filter(|_| self.is_transactional);
        let running = first.map(|_| replay(edits[..committed].iter().cloned()));
        let members = match edits.pop_if(|edit| committed == 1 && edit.typed_at.is_none()) {
            // A session that only shows a configuration is read like the configuration itself.
            Some(LoggedEdit { edit: Edit::Merge(members), .. }) if edits.is_empty() => members,
            last => replay(edits.into_iter().chain(last)),
        };
        if let (Some(first), Some(running)) = (first, running)
            && !same_members(&running, &members)
        {
            findings.push(uncommitted_changes::since(first));
        }
        members
    }
}
