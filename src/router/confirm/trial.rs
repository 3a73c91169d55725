//! The steps of a trial. Each run takes one.

use std::time::Duration;

use crate::router::confirm::consider::{DEADLINE, blocked};
use crate::router::confirm::notice::{End, Notice};
use crate::router::confirm::peer::{self, Answer, Peer};
use crate::router::confirm::record::{
    Attempts, Cause, INTERRUPTED, Origin, PROOF, Phase, RETURN, Settling, TRIALS, Trial,
};
use crate::router::confirm::run::{Run, with};
use crate::router::confirm::{Guard, Intent};
use crate::router::error::Error;
use crate::router::event::Event;
use crate::router::follow::{Followed, follow};
use crate::router::inputs::Inputs;
use crate::router::machine::Machine;
use crate::router::observation::observe;
use crate::router::reconcile::{Reconciled, reconcile};

/// Takes the next step: changes the machine to the wanted routes, or tries them, or keeps those
/// that are confirmed.
///
/// # Errors
///
/// A step failed. The record on disk still describes the machine.
pub(crate) fn step(
    machine: &mut Machine<'_>,
    guard: &mut Guard,
    intent: &Intent,
    inputs: Inputs,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Followed, Error> {
    let origin = guard.origin(intent);
    let mut run = Run { machine, guard, intent, inputs, origin, log };
    if let Some(followed) = run.pending()? {
        return Ok(followed);
    }
    if matches!(intent, Intent::Continue) {
        let confirmed = run.machine.storage.confirmed()?;
        return run.keep(&confirmed);
    }
    run.consider()
}

/// Takes the next step of a trial, when the wanted routes are unknown. `None` if there is none.
///
/// # Errors
///
/// See [`step`].
pub(crate) fn step_of_trial(
    machine: &mut Machine<'_>,
    guard: &mut Guard,
    intent: &Intent,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Option<Followed>, Error> {
    let (Phase::Trial(_) | Phase::Settling(_)) = &guard.record.phase else { return Ok(None) };
    let inputs = Inputs::without_storage(machine.storage, None);
    let origin = guard.origin(intent);
    Run { machine, guard, intent, inputs, origin, log }.pending()
}

impl Run<'_, '_> {
    /// Takes the next step of a trial. `None` if there is none, or it ended without a verdict.
    fn pending(&mut self) -> Result<Option<Followed>, Error> {
        let followed = match std::mem::take(&mut self.guard.record.phase) {
            Phase::Trial(trial) => self.go_on(*trial)?,
            Phase::Settling(settling) => self.settle(*settling)?,
            phase => {
                self.guard.record.phase = phase;
                return Ok(None);
            }
        };
        if followed.is_none() {
            // The storage has a plan for the routes of the trial.
            self.replan()?;
        }
        Ok(followed)
    }

    /// Takes the next step of a trial. `None` if it ended without a verdict.
    fn go_on(&mut self, trial: Trial) -> Result<Option<Followed>, Error> {
        let wanted = self.inputs.clone();
        let routes = trial.target.routes.clone();
        // If the storage cannot be planned, the kernel's routes can still be restored.
        let planned = wanted.with_routes(self.machine.storage, routes.clone());
        let inputs = planned.unwrap_or_else(|_| Inputs::without_storage(self.machine.storage, routes));
        let Some(elapsed) = self.machine.now.moment.since(&trial.began) else {
            return Ok(self.end(&trial, End::Reboot));
        };
        if trial.is_confirming && inputs.plan.step.is_empty() {
            // The run that confirmed it was killed.
            return Ok(self.end(&trial, End::Confirmed));
        }
        // The run of a hold may be killed before it ends the trial of a document.
        let is_held_off = self.origin == Origin::Hold && trial.target.origin == Origin::Document;
        if matches!(self.intent, Intent::Confirm) && !is_held_off {
            return self.confirm(trial).map(Some);
        }
        if matches!(self.intent, Intent::Revert) {
            let followed = self.restore(&inputs, &trial.former)?;
            self.quarantine(&trial.target, Cause::Operator);
            return Ok(Some(followed));
        }
        if !self.is_usable()? {
            self.restore(&inputs, &trial.former)?;
            let attempts = &mut self.guard.record.attempts;
            attempts.trials = attempts.trials.saturating_sub(1);
            attempts.interrupted += 1;
            return Ok(self.end(&trial, End::Interface));
        }
        if self.is_superseded(&trial, &wanted)? {
            self.restore(&inputs, &trial.former)?;
            return Ok(self.end(&trial, End::Superseded));
        }
        self.judge(trial, inputs, elapsed)
    }

    /// Asks the peers of a trial that goes on. Confirms it, reverts it, or repairs its routes.
    /// `None` if its routes cannot be tried any more.
    fn judge(&mut self, mut trial: Trial, inputs: Inputs, elapsed: u64) -> Result<Option<Followed>, Error> {
        let answers = self.ask(&trial, elapsed);
        let peers: Vec<&Peer> = trial.peers.iter().map(|counted| &counted.peer).collect();
        let lost: Vec<Peer> = with(Answer::No, &peers, &answers);
        let is_answered = answers.contains(&Answer::Yes);
        let is_over = elapsed >= trial.deadline;
        // The record of a revert could not be written, or another program changed the routes.
        let is_undone = is_over && !observe(self.machine.kernel, &inputs.goal)?.changes.is_empty();
        // If all answer by now, the machine is not cut off, and the next run can confirm.
        if is_over && (!lost.is_empty() || is_undone) {
            return self.revert(trial, &inputs, lost).map(Some);
        }
        let repaired = reconcile(self.machine.kernel, &inputs.goal).map_err(Error::Reconcile)?;
        if !blocked(&repaired.conflicts, peers).is_empty() {
            // Another route is in the place of one to a peer, so that its use cannot be tried.
            self.restore(&inputs, &trial.former)?;
            return Ok(self.end(&trial, End::Conflict));
        }
        match trial.answered_since {
            // The answers may be due to the lack of a route.
            _ if repaired.has_changes() || !lost.is_empty() => trial.answered_since = None,
            Some(since) if self.machine.now.moment.seconds.saturating_sub(since) >= PROOF => {
                return self.confirm(trial).map(Some);
            }
            None if is_answered => trial.answered_since = Some(self.machine.now.moment.seconds),
            // Nothing was sent to the peers, or their connections were closed.
            None if is_over => return self.confirm(trial).map(Some),
            _ => {}
        }
        self.keep_trying(trial, inputs, repaired).map(Some)
    }

    /// Asks the peers of a trial. A far end must acknowledge data after the last time it was asked.
    fn ask(&mut self, trial: &Trial, elapsed: u64) -> Vec<Answer> {
        let seconds = self.machine.now.moment.seconds;
        let since = trial.answered_since.map_or(elapsed, |since| seconds.saturating_sub(since));
        let peers: Vec<&Peer> = trial.peers.iter().map(|counted| &counted.peer).collect();
        // Times are counted in seconds, and by the kernel in ticks.
        peer::answers(&peers, self.machine.network, Some(Duration::from_secs(since.saturating_sub(1))))
    }

    fn keep_trying(&mut self, trial: Trial, inputs: Inputs, repaired: Reconciled) -> Result<Followed, Error> {
        self.guard.record.phase = Phase::Trial(Box::new(trial));
        self.remember();
        self.inputs = inputs;
        Ok(self.tried(repaired))
    }

    /// Restores the former routes at the deadline. The verdict follows.
    fn revert(&mut self, trial: Trial, inputs: &Inputs, lost: Vec<Peer>) -> Result<Followed, Error> {
        let followed = self.restore(inputs, &trial.former)?;
        // If the record cannot be written, each run comes here.
        if followed.reconciled.has_changes() {
            self.notice(Notice::Reverted(&trial, &lost));
        }
        let since = self.machine.now.moment.clone();
        let Trial { target, former, .. } = trial;
        self.guard.record.phase = Phase::Settling(Box::new(Settling { target, former, since, lost }));
        self.remember();
        Ok(followed)
    }

    /// Looks for the verdict after a trial was reverted. `None` if the wanted routes are to be
    /// considered again.
    fn settle(&mut self, settling: Settling) -> Result<Option<Followed>, Error> {
        let Some(elapsed) = self.machine.now.moment.since(&settling.since) else { return Ok(None) };
        let is_other_command = self.origin != settling.target.origin && self.origin != Origin::Document;
        if is_other_command || self.is_forced() || matches!(self.intent, Intent::Release) {
            return Ok(None);
        }
        let inputs = self.inputs.clone();
        let followed = self.restore(&inputs, &settling.former)?;
        let lost: Vec<&Peer> = settling.lost.iter().collect();
        let answers = peer::answers(&lost, self.machine.network, Some(Duration::from_secs(elapsed)));
        let returned = with(Answer::Yes, &lost, &answers).into_iter().next();
        let is_over = elapsed >= RETURN || lost.is_empty();
        let Attempts { trials, interrupted, .. } = self.guard.record.attempts;
        let cause = match returned {
            Some(peer) => Some(Cause::Lost(peer)),
            None if matches!(self.intent, Intent::Revert) => Some(Cause::Operator),
            None if is_over && (trials >= TRIALS || interrupted >= INTERRUPTED) => Some(Cause::Unproven),
            None => None,
        };
        if let Some(cause) = cause {
            self.quarantine(&settling.target, cause);
            if self.target().digest != settling.target.digest {
                // Another document waited for the verdict.
                return Ok(None);
            }
        } else if is_over {
            self.notice(Notice::Repeated(&settling.lost));
            return Ok(None);
        } else {
            self.guard.record.phase = Phase::Settling(Box::new(settling));
        }
        self.remember();
        Ok(Some(followed))
    }

    /// Writes the file: the routes of a trial become the confirmed ones.
    fn confirm(&mut self, mut trial: Trial) -> Result<Followed, Error> {
        let inputs = self.inputs.with_routes(self.machine.storage, trial.target.routes.clone())?;
        trial.is_confirming = true;
        self.guard.record.phase = Phase::Trial(Box::new(trial.clone()));
        if let Err(error) = self.guard.save(self.machine.files) {
            // The next run would revert a trial whose routes are in the file.
            trial.is_confirming = false;
            self.prolong(&mut trial);
            let reconciled = reconcile(self.machine.kernel, &inputs.goal).map_err(Error::Reconcile)?;
            return Ok(self.keep_trying(trial, inputs, reconciled)?.without_file(error));
        }
        let followed = follow(self.machine, inputs, self.log)?;
        if followed.unsaved.is_some() {
            trial.is_confirming = false;
            self.prolong(&mut trial);
            self.guard.record.phase = Phase::Trial(Box::new(trial));
            self.remember();
            return Ok(followed);
        }
        let peers = trial.peers.iter().map(|counted| &counted.peer);
        self.guard.record.has_answered(peers);
        self.guard.record.end_quarantine(&trial.target);
        self.end(&trial, End::Confirmed);
        Ok(followed)
    }

    /// Sets the deadline of a trial that cannot be confirmed, although the peers answer. A revert
    /// for the sake of a full disk could only do harm.
    fn prolong(&self, trial: &mut Trial) {
        if trial.answered_since.is_some() {
            let elapsed = self.machine.now.moment.since(&trial.began).unwrap_or_default();
            trial.deadline = trial.deadline.max(elapsed + DEADLINE);
        }
    }

    /// Ends a trial without a verdict, or after it was confirmed.
    fn end(&mut self, trial: &Trial, end: End) -> Option<Followed> {
        self.notice(Notice::Ended(trial, end));
        self.guard.record.phase = Phase::Idle;
        if end == End::Confirmed {
            self.guard.record.attempts = Attempts::default();
            self.decide(&trial.target, true);
            self.remember_confirmed(&trial.target);
        }
        self.remember();
        None
    }

    /// Returns true if a trial is not to go on, because the operator wants something else, or the
    /// document has the confirmed routes again. Other documents wait for the verdict.
    fn is_superseded(&mut self, trial: &Trial, wanted: &Inputs) -> Result<bool, Error> {
        if self.origin != trial.target.origin {
            let is_released = trial.target.origin == Origin::Hold && self.guard.hold.is_none();
            return Ok(self.origin != Origin::Document || is_released);
        }
        if wanted.document.bytes.is_empty() {
            return Ok(false);
        }
        // This is the last plan of the storage, as it is now.
        let again = wanted.with_routes(self.machine.storage, wanted.desired.routes.clone())?;
        Ok(again.plan.step.is_empty() && self.target().digest != trial.target.digest)
    }
}
