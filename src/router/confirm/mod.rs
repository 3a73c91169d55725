//! Confirm or revert: a change of the routes to peers is tried before it is kept.
//!
//! The route file always holds the confirmed routes. A trial changes the kernel only, and the
//! confirmation writes the file. So a reboot reverts a trial, and so does the next run if the
//! record is lost. Each run takes the next step of a trial, so a run that is killed does no harm.
//! The states, and what leads from one to another, are in `docs/router.md`, "Trials".

mod consider;
pub(crate) mod hold;
pub(crate) mod hosts;
pub mod notice;
pub(crate) mod outcome;
pub mod peer;
pub mod record;
mod run;
mod trial;

pub(crate) use self::consider::without_blocked;
pub use self::hold::Hold;
pub use self::notice::Notice;
pub use self::outcome::Outcome;
pub(crate) use self::trial::{step, step_of_trial};

use crate::fs::FileError;
use crate::model::Route;
use crate::router::backend::Confirmed;
use crate::router::confirm::record::{Origin, Phase, Record, Target};
use crate::router::files::Files;
use crate::router::inputs::Inputs;

/// The task of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Intent {
    /// Apply the document.
    #[default]
    Apply,
    /// Confirm the trial, or apply the change that waits or is in quarantine, without a trial.
    Confirm,
    /// Revert the trial.
    Revert,
    /// Take the plugin off this machine until a release.
    Hold {
        /// The operator's reason.
        reason: Option<String>,
        /// True to do it without a trial.
        now: bool,
    },
    /// End the hold and the quarantine, and apply the document.
    Release,
    /// Take the next step of a trial, if there is one.
    Continue,
    /// Remove the plugin's routes once.
    Remove {
        /// True to do it without a trial.
        now: bool,
    },
}

impl Intent {
    /// Returns true if the change is made without a trial.
    fn is_forced(&self) -> bool {
        matches!(self, Self::Confirm | Self::Hold { now: true, .. } | Self::Remove { now: true })
    }

    /// Returns true if the plugin's routes are removed without a trial.
    fn is_removal_at_once(&self) -> bool {
        matches!(self, Self::Hold { now: true, .. } | Self::Remove { now: true })
    }
}

/// A route that a change adds or deletes. Another metric is both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The route.
    pub route: Route,
    /// True if it is added.
    pub is_addition: bool,
}

/// The record and the hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard {
    /// The record.
    pub(crate) record: Record,
    /// The record on disk.
    written: Record,
    /// True if the record is missing or damaged.
    is_lost: bool,
    /// The hold.
    pub(crate) hold: Option<Hold>,
}

impl Guard {
    /// Reads the record and the hold.
    ///
    /// # Errors
    ///
    /// The hold cannot be read. So it is unknown whether the plugin is to be off.
    pub(crate) fn read(files: &dyn Files) -> Result<Self, FileError> {
        Ok(Self { hold: Hold::read(files)?, ..Self::read_record(files) })
    }

    /// Reads the record alone.
    pub(crate) fn read_record(files: &dyn Files) -> Self {
        let read = Record::read(files);
        let is_lost = read.is_none();
        let record = read.unwrap_or_default();
        Self { written: record.clone(), record, is_lost, hold: None }
    }

    /// Writes the record if it changed.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    fn save(&mut self, files: &mut dyn Files) -> Result<(), FileError> {
        if self.record != self.written {
            self.record.write(files)?;
            self.written = self.record.clone();
        }
        Ok(())
    }

    /// Forgets changes of the record that are not on disk.
    fn forget(&mut self) {
        self.record = self.written.clone();
    }

    /// Returns true if the outcome depends on the wanted routes.
    pub(crate) fn is_busy(&self) -> bool {
        self.record.phase != Phase::Idle || !self.record.quarantine.is_empty()
    }

    /// Returns the result for the wanted routes. `is_tried` is true if the machine has others,
    /// or tries them.
    pub(crate) fn outcome(&self, intent: &Intent, wanted: Option<&Target>, is_tried: bool) -> Outcome {
        if let (Intent::Continue, Phase::Idle) = (intent, &self.record.phase) {
            let is_confirmed = self.record.verdict.as_ref().is_none_or(|verdict| verdict.is_confirmed);
            return if is_confirmed { Outcome::Confirmed } else { Outcome::Reverted };
        }
        match &self.record.phase {
            Phase::Idle if is_tried => {
                let entry = wanted.and_then(|target| self.record.quarantined(target));
                entry.cloned().map_or(Outcome::Reverted, Outcome::Quarantined)
            }
            Phase::Idle => Outcome::Confirmed,
            phase @ Phase::Postponed { .. } => Outcome::Postponed(phase.clone()),
            phase => Outcome::Pending(phase.clone()),
        }
    }

    /// Returns the result for the wanted routes, without a run.
    pub(crate) fn outlook(&self, wanted: &Inputs) -> Outcome {
        let target = Target::new(self.origin(&Intent::Apply), wanted.desired.routes.as_deref());
        match self.outcome(&Intent::Apply, Some(&target), !wanted.plan.step.is_empty()) {
            Outcome::Reverted => Outcome::Confirmed,
            outcome => outcome,
        }
    }

    /// Returns the origin of the wanted routes.
    pub(crate) fn origin(&self, intent: &Intent) -> Origin {
        match (intent, &self.hold) {
            (Intent::Remove { .. }, _) => Origin::Remove,
            (_, Some(_)) => Origin::Hold,
            (_, None) => Origin::Document,
        }
    }
}

/// Returns the difference between the confirmed routes and those that are wanted.
pub(crate) fn changes(confirmed: &Confirmed, wanted: &Inputs) -> Vec<Change> {
    if wanted.desired.routes.is_none() && !confirmed.is_ours {
        // The file is not the plugin's, and stays as it is.
        return Vec::new();
    }
    let kept = &wanted.plan.kept;
    let wanted = wanted.goal.wanted();
    let mut former = confirmed.routes.clone();
    former.sort();
    former.dedup();
    let gone = former.iter().filter(|route| wanted.binary_search(route).is_err() && !kept.contains(route));
    let new = wanted.iter().filter(|route| former.binary_search(route).is_err());
    let change = |is_addition| move |route: &Route| Change { route: *route, is_addition };
    gone.map(change(false)).chain(new.map(change(true))).collect()
}
