//! The result of a push.

use std::time::Duration;

use crate::contract::Verdict;

/// The result of a push. Lists are sorted, and each minion is in at most one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushReport {
    /// The minions that lacked their document.
    pub due: usize,
    /// The number of minions that got it.
    pub pushed: usize,
    /// The minions on which the state failed, with the reason.
    pub failed: Vec<(String, String)>,
    /// The minions that keep the document of another conductor, whose revision is higher.
    pub lagging: Vec<String>,
    /// The minions that did not answer.
    pub silent: Vec<String>,
    /// The minions without an accepted key.
    pub without_key: Vec<String>,
    /// The minions that were not tried, because the push was stopped, or with `check`.
    pub untried: Vec<String>,
    /// The reason why the push was stopped after the first batch.
    pub stop: Option<Stop>,
    /// True if the record of the delivered documents was damaged.
    pub is_record_lost: bool,
}

/// The reason why a push was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The minion of the first batch.
    pub minion: String,
    /// What is wrong with it.
    pub objection: Objection,
}

/// What is wrong with a minion of the first batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// The state failed, or its result did not come.
    NotApplied,
    /// It keeps the document of another conductor, whose revision is higher.
    Lags,
    /// The router does not keep the new routes, or cannot apply them.
    Verdict(Verdict),
    /// There was no verdict within this time.
    NoVerdict(Duration),
}

impl PushReport {
    /// Returns true if every minion has its document.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.pushed == self.due
    }
}
