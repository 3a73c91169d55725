//! The parts that the steps of a run share.

use crate::router::confirm::hold::Hold;
use crate::router::confirm::notice::Notice;
use crate::router::confirm::peer::{self, Answer, Listed, Peer};
use crate::router::confirm::record::{Attempts, Cause, Former, Origin, Phase, Target, Verdict};
use crate::router::confirm::{Guard, Intent};
use crate::router::error::{Error, KernelError};
use crate::router::event::Event;
use crate::router::follow::{Followed, follow};
use crate::router::inputs::Inputs;
use crate::router::kernel::Interface;
use crate::router::machine::Machine;
use crate::router::network::Session;
use crate::router::reconcile::{Reconciled, reconcile, untouched};
use crate::router::stored::Confirmed;

/// A run.
pub(super) struct Run<'r, 'm> {
    pub(super) machine: &'r mut Machine<'m>,
    pub(super) guard: &'r mut Guard,
    pub(super) intent: &'r Intent,
    /// The inputs for the wanted routes: those of the document, or none.
    pub(super) inputs: Inputs,
    pub(super) origin: Origin,
    pub(super) log: &'r mut dyn FnMut(Event<'_>),
}

impl Run<'_, '_> {
    pub(super) fn notice(&mut self, notice: Notice<'_>) {
        (self.log)(Event::Guard(notice));
    }

    /// Returns the wanted routes, as a trial records them.
    pub(super) fn target(&self) -> Target {
        Target::new(self.origin, self.inputs.desired.routes.as_deref())
    }

    /// Returns true if the change is made without a trial.
    pub(super) fn is_forced(&self) -> bool {
        let is_held = || self.guard.hold.as_ref().is_some_and(|hold| hold.now);
        self.intent.is_forced() || self.origin == Origin::Hold && is_held()
    }

    /// Plans the change of the storage to the wanted routes. The storage may have a plan for those
    /// of a trial.
    pub(super) fn replan(&mut self) -> Result<(), Error> {
        let blocked = std::mem::take(&mut self.inputs.blocked);
        self.inputs = self.inputs.with_routes(self.machine.storage, self.inputs.desired.routes.clone())?;
        self.inputs.blocked = blocked;
        Ok(())
    }

    /// Changes file and kernel to the wanted routes, without a trial. Afterwards, only the result
    /// has these routes.
    pub(super) fn apply(&mut self) -> Result<Followed, Error> {
        let rest = Inputs::without_storage(self.machine.storage, None);
        let followed = follow(self.machine, std::mem::replace(&mut self.inputs, rest), self.log)?;
        self.idle();
        Ok(followed)
    }

    /// Changes file and kernel to these wanted routes, and remembers that they are confirmed.
    pub(super) fn accept(&mut self, target: &Target) -> Result<Followed, Error> {
        let followed = self.apply()?;
        if followed.unsaved.is_none() {
            self.remember_confirmed(target);
        }
        Ok(followed)
    }

    /// Keeps the confirmed routes.
    pub(super) fn keep(&mut self, confirmed: &Confirmed) -> Result<Followed, Error> {
        self.remember();
        if !confirmed.is_ours && (self.guard.is_lost || self.guard.record.has_no_routes()) {
            // Routes of the plugin are those of a trial, or of a run that could not write the file.
            let former = Former { confirmed: confirmed.clone(), extra: Vec::new() };
            return self.restore(&self.inputs.clone(), &former);
        }
        if !confirmed.is_ours {
            // The file and its routes are not the plugin's, and nothing says which are confirmed.
            let reconciled = untouched(self.machine.kernel)?;
            return Ok(Followed::tried(self.inputs.keeping_all(), reconciled));
        }
        let keeping = self.inputs.keeping(confirmed);
        let reconciled = reconcile(self.machine.kernel, &keeping.goal).map_err(Error::Reconcile)?;
        Ok(Followed::tried(keeping, reconciled))
    }

    /// Restores the routes from before a trial.
    pub(super) fn restore(&mut self, inputs: &Inputs, former: &Former) -> Result<Followed, Error> {
        if !former.confirmed.is_ours && !former.extra.is_empty() {
            reconcile(self.machine.kernel, &inputs.goal_of_extra(former)).map_err(Error::Reconcile)?;
        }
        let restoring = inputs.restoring(former);
        let reconciled = reconcile(self.machine.kernel, &restoring.goal).map_err(Error::Reconcile)?;
        Ok(Followed::tried(restoring, reconciled))
    }

    /// Returns the result of a step in which the kernel has the routes of the trial.
    pub(super) fn tried(&self, reconciled: Reconciled) -> Followed {
        Followed::tried(self.inputs.clone(), reconciled)
    }

    /// Puts routes into quarantine. If they are those of a hold, the hold ends.
    pub(super) fn quarantine(&mut self, target: &Target, cause: Cause) {
        self.guard.record.attempts = Attempts::default();
        self.notice(Notice::Quarantined(target, &cause));
        if target.origin == Origin::Document {
            self.guard.record.put_into_quarantine(target, cause, self.machine.now.epoch);
        }
        if target.origin == Origin::Hold {
            if let Err(error) = Hold::remove(self.machine.files) {
                (self.log)(Event::Forgotten(&error));
            }
            self.guard.hold = None;
        }
        self.decide(target, false);
        self.idle();
    }

    /// Remembers the end of a trial.
    pub(super) fn decide(&mut self, target: &Target, is_confirmed: bool) {
        let Target { origin, digest, .. } = target.clone();
        self.guard.record.verdict = Some(Verdict { origin, digest, is_confirmed });
    }

    /// Returns the list of peers. If it is invalid or was removed, the peers that answered in a
    /// confirmed state count. `None` if it is invalid, and none did.
    ///
    /// # Errors
    ///
    /// The list cannot be read, and none answered.
    pub(super) fn listed(&mut self) -> Result<Option<Listed>, Error> {
        let answered = Listed { peers: self.guard.record.answered.clone(), deadline: None };
        match peer::listed(self.machine.files) {
            Ok(listed) => Ok(Some(listed.unwrap_or(answered))),
            Err(_) if !answered.peers.is_empty() => Ok(Some(answered)),
            Err(Error::Peers { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the open connections. If the kernel does not tell them, only the peers of the list
    /// count.
    pub(super) fn sessions(&mut self) -> Vec<Session> {
        self.machine.network.sessions().unwrap_or_else(|error| {
            self.notice(Notice::SessionsUnknown(&error));
            Vec::new()
        })
    }

    /// Returns those of the peers that answer.
    pub(super) fn answering(&mut self, peers: &[Peer]) -> Vec<Peer> {
        let peers: Vec<&Peer> = peers.iter().collect();
        let answers = peer::answers(&peers, self.machine.network, None);
        with(Answer::Yes, &peers, &answers)
    }

    pub(super) fn idle(&mut self) {
        self.guard.record.phase = Phase::Idle;
        self.remember();
    }

    pub(super) fn remember_confirmed(&mut self, target: &Target) {
        if let Err(error) = self.guard.record.confirm(target, self.machine.files) {
            (self.log)(Event::Forgotten(&error));
        }
        self.remember();
    }

    /// Writes the record. If this fails, the next run repeats the step, which does no harm.
    pub(super) fn remember(&mut self) {
        if let Err(error) = self.guard.save(self.machine.files) {
            (self.log)(Event::Forgotten(&error));
        }
    }

    /// Returns true if routes through kni254 can be added, and carry traffic.
    pub(super) fn is_usable(&mut self) -> Result<bool, KernelError> {
        match self.machine.kernel.interface()? {
            Interface::Ready(index) => match self.machine.kernel.has_carrier(index) {
                Err(error) if error.is_gone() => Ok(false),
                other => other,
            },
            _ => Ok(false),
        }
    }
}

/// Returns the peers with this answer.
pub(super) fn with(answer: Answer, peers: &[&Peer], answers: &[Answer]) -> Vec<Peer> {
    let with = peers.iter().zip(answers).filter(|(_, other)| **other == answer);
    with.map(|(peer, _)| (*peer).clone()).collect()
}
