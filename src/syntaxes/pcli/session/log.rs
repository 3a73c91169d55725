//! The edits of a session, settled and not.
//!
//! Each user has a candidate configuration. `commit` makes it the running one, and `discard` drops
//! it. The result is the running configuration with all candidates.

use std::collections::HashMap;

use super::edit::{Edit, LoggedEdit};
use super::replay::replay;
use crate::diagnostics::Finding;
use crate::model::tree::Member;
use crate::rules::uncommitted_changes;
use crate::syntaxes::pcli::outline::same_members;

/// A user, and the router that the user is logged in to.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Login<'s> {
    pub(super) user: &'s str,
    pub(super) router: &'s str,
}

/// A configuration that a session shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Snapshot {
    Running,
    Candidate,
    /// The differences from the running configuration to the candidate.
    Differences,
}

/// The edits of a session.
#[derive(Default)]
pub(super) struct Log<'s> {
    /// With the router of each.
    running: Vec<(&'s str, LoggedEdit<'s>)>,
    /// The candidate configurations, in the order of their first edits.
    candidates: Vec<Vec<LoggedEdit<'s>>>,
    /// The index of each user's candidate.
    indices: HashMap<Login<'s>, usize>,
    /// The differences that the session shows. They count only if nothing else does.
    differences: Vec<LoggedEdit<'s>>,
    /// True if a candidate was committed or discarded.
    is_transactional: bool,
}

impl<'s> Log<'s> {
    /// Adds an edit to the candidate of a user.
    pub(super) fn edit(&mut self, login: Login<'s>, edit: LoggedEdit<'s>) {
        self.candidate(login).push(edit);
    }

    /// Returns true if nothing was logged so far.
    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty() && self.candidates.iter().all(Vec::is_empty)
    }

    /// Adds a part of a configuration that the session shows.
    pub(super) fn show(&mut self, login: Login<'s>, which: Snapshot, edit: LoggedEdit<'s>) {
        match which {
            Snapshot::Differences => self.differences.push(edit),
            // Without other edits of the user, the candidate is the running configuration.
            Snapshot::Candidate if !self.candidate(login).is_empty() => self.candidate(login).push(edit),
            Snapshot::Candidate | Snapshot::Running => self.show_running(login.router, edit),
        }
    }

    /// Adds a part of the running configuration. If it is all of it, it replaces what the same
    /// router showed before. Another router may have other elements.
    fn show_running(&mut self, router: &'s str, mut edit: LoggedEdit<'s>) {
        if let Edit::Replace(steps, members) = &mut edit.edit
            && steps.len() == 1
        {
            self.running.retain(|(other, _)| *other != router);
            edit.edit = Edit::Merge(std::mem::take(members));
        }
        self.running.push((router, edit));
    }

    /// Makes the candidate of a user the running configuration.
    pub(super) fn commit(&mut self, login: Login<'s>) {
        self.is_transactional = true;
        let edits = std::mem::take(self.candidate(login));
        self.running.extend(edits.into_iter().map(|edit| (login.router, edit)));
    }

    /// Drops the candidate of a user.
    pub(super) fn discard(&mut self, login: Login<'s>) {
        self.is_transactional = true;
        self.candidate(login).clear();
    }

    fn candidate(&mut self, login: Login<'s>) -> &mut Vec<LoggedEdit<'s>> {
        let index = *self.indices.entry(login).or_insert_with(|| {
            self.candidates.push(Vec::new());
            self.candidates.len() - 1
        });
        &mut self.candidates[index]
    }

    /// Returns the elements of the running configuration and of the candidates.
    pub(super) fn finish(self, findings: &mut Vec<Finding>) -> Vec<Member<'s>> {
        let mut edits: Vec<LoggedEdit<'s>> = self.running.into_iter().map(|(_, edit)| edit).collect();
        let committed = edits.len();
        edits.extend(self.candidates.into_iter().flatten());
        if edits.is_empty() {
            edits = self.differences;
        }
        findings.extend(edits.iter_mut().flat_map(|edit| std::mem::take(&mut edit.findings)));
        let first = edits.iter().skip(committed).find_map(|edit| edit.typed_at).filter(|_| self.is_transactional);
        let running = first.map(|_| replay(edits[..committed].iter().cloned()));
        let members = match edits.pop_if(|edit| committed == 1 && edit.typed_at.is_none()) {
            // A session that only shows a configuration is read like the configuration itself.
            Some(LoggedEdit { edit: Edit::Merge(members) | Edit::Replace(_, members), .. }) if edits.is_empty() => {
                members
            }
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
