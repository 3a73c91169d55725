//! The result of a change of routes to peers.

use crate::router::confirm::record::{Moment, Phase, Quarantined, Reason};

/// The result of a change of routes to peers, after a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The routes are those that are wanted, and confirmed.
    Confirmed,
    /// They are tried, or a trial was reverted and its verdict is not known yet.
    Pending(Phase),
    /// They wait.
    Postponed(Phase),
    /// They are in quarantine.
    Quarantined(Quarantined),
    /// The trial of a hold or a removal was reverted, and is not repeated.
    Reverted,
}

impl Outcome {
    /// Returns true if a trial is under way, or its verdict is not known yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_))
    }

    /// Returns true if the change waits.
    #[must_use]
    pub fn is_postponed(&self) -> bool {
        matches!(self, Self::Postponed(_))
    }

    /// Returns true if the wanted routes are not applied, and an operator has to know.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Confirmed | Self::Pending(_) => false,
            Self::Postponed(phase) => !matches!(phase, Phase::Postponed { reason: Reason::Interface, .. }),
            Self::Quarantined(_) | Self::Reverted => true,
        }
    }

    /// Returns the time until the deadline of the trial, in seconds.
    #[must_use]
    pub fn seconds_left(&self, now: &Moment) -> Option<u64> {
        match self {
            Self::Pending(Phase::Trial(trial)) => Some(trial.deadline.saturating_sub(now.since(&trial.began)?)),
            _ => None,
        }
    }
}
