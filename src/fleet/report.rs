//! The result of a comparison.

use super::Summary;
use crate::model::NodeId;

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetReport {
    /// The minions, sorted by id.
    pub minions: Vec<MinionReport>,
    /// The number of other minions that answered. They have neither a published document nor
    /// routes.
    pub others: usize,
}

/// What is known about a minion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinionReport {
    /// The id.
    pub minion: String,
    /// The node of its published document; `None` if the authority does not have it.
    pub node: Option<NodeId>,
    /// The state.
    pub state: MinionState,
    /// The digest of the published route file; `None` if the plugin is off.
    pub published: Option<String>,
    /// True if `push` delivered the published document.
    pub is_pushed: bool,
    /// What the router tells.
    pub summary: Option<Summary>,
    /// What came in place of a summary.
    pub reason: Option<String>,
}

/// The state of a minion, in the order of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MinionState {
    /// The router has the published document, and uses its routes.
    UpToDate,
    /// The router has another document, or none.
    AnotherDocument,
    /// There are differences between document, file and kernel.
    Drift,
    /// Routes of other programs are in the places of routes of the document.
    Conflict,
    /// The router tries the routes of the document, or waits until it can, or until kni254 is up.
    Waiting,
    /// The router has its routes, and no unit looks after them.
    UnitsOff,
    /// An operator holds the plugin off.
    Held,
    /// The router tried the routes of the document and keeps the former ones.
    Reverted,
    /// The document or the route file is invalid or cannot be read.
    BadDocument,
    /// The answer has no summary.
    BadAnswer,
    /// No answer came.
    NotAnswering,
    /// The router has routes, and the authority has no document for it.
    NotInAuthority,
}

impl MinionState {
    /// All states.
    pub const ALL: [Self; 12] = [
        Self::UpToDate,
        Self::AnotherDocument,
        Self::Drift,
        Self::Conflict,
        Self::Waiting,
        Self::UnitsOff,
        Self::Held,
        Self::Reverted,
        Self::BadDocument,
        Self::BadAnswer,
        Self::NotAnswering,
        Self::NotInAuthority,
    ];

    /// Returns the name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UpToDate => "up-to-date",
            Self::AnotherDocument => "another-document",
            Self::Drift => "drift",
            Self::Conflict => "conflict",
            Self::Waiting => "waiting",
            Self::UnitsOff => "units-off",
            Self::Held => "held",
            Self::Reverted => "reverted",
            Self::BadDocument => "bad-document",
            Self::BadAnswer => "bad-answer",
            Self::NotAnswering => "not-answering",
            Self::NotInAuthority => "not-in-authority",
        }
    }
}

impl MinionReport {
    /// Returns how often the document came back after another one.
    #[must_use]
    pub fn returns(&self) -> u32 {
        self.summary.as_ref().map_or(0, |summary| summary.returns)
    }
}

impl FleetReport {
    /// Returns true if all minions are up to date.
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        self.minions.iter().all(|minion| minion.state == MinionState::UpToDate)
    }

    /// Returns the minions in a state.
    pub fn in_state(&self, state: MinionState) -> impl Iterator<Item = &MinionReport> {
        self.minions.iter().filter(move |minion| minion.state == state)
    }
}
