//! The steps of a trial. Each run takes one.

use std::time::Duration;

use crate::contract::RouteFile;
use crate::contract::digest::sha256_hex;
use crate::model::Route;
use crate::router::apply::{Followed, follow};
use crate::router::backend::Confirmed;
use crate::router::confirm::hold::Hold;
use crate::router::confirm::notice::{End, Notice};
use crate::router::confirm::peer::{self, Answer, Listed, Peer};
use crate::router::confirm::record::{Attempts, Cause, Counted, Origin, Phase, Reason, Settling, Target, Trial};
use crate::router::confirm::{Guard, Intent, changes};
use crate::router::error::{Error, KernelError};
use crate::router::event::Event;
use crate::router::inputs::Inputs;
use crate::router::kernel::{Interface, Kernel, KernelRoute, Path, Protocol};
use crate::router::machine::Machine;
use crate::router::network::Session;
use crate::router::observation::observe;
use crate::router::reconcile::{Reconciled, reconcile};

/// The time after which a trial is reverted, in seconds, unless the list of peers has another.
const DEADLINE: u64 = 120;

/// All peers must answer in two runs that are at least so many seconds apart.
const PROOF: u64 = 15;

/// The time in which a lost peer may return after a trial was reverted, in seconds.
const RETURN: u64 = 30;

/// The most trials of the same routes.
const TRIALS: u32 = 3;

/// The time after which peers are asked again in a confirmed state, in seconds.
const ASK_AGAIN: u64 = 3600;

/// A run.
struct Run<'r, 'm> {
    machine: &'r mut Machine<'m>,
    guard: &'r mut Guard,
    intent: &'r Intent,
    /// The inputs for the wanted routes: those of the document, or none.
    inputs: Inputs,
    origin: Origin,
    /// True if there are peers.
    has_peers: bool,
    log: &'r mut dyn FnMut(Event<'_>),
}

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
    let mut run = Run { machine, guard, intent, inputs, origin, has_peers: false, log };
    let followed = match std::mem::take(&mut run.guard.record.phase) {
        Phase::Trial(trial) => run.go_on(*trial)?,
        Phase::Settling(settling) => run.settle(*settling)?,
        phase => {
            run.guard.record.phase = phase;
            return run.consider();
        }
    };
    match followed {
        Some(followed) => Ok(followed),
        None => {
            run.replan()?;
            run.consider()
        }
    }
}

impl Run<'_, '_> {
    /// Decides about the wanted routes when no trial is under way.
    fn consider(&mut self) -> Result<Followed, Error> {
        let confirmed = self.machine.storage.confirmed()?;
        let changed = changes(&confirmed, &self.inputs);
        if changed.is_empty() {
            let followed = self.apply()?;
            // The routes do not depend on this.
            let _ = self.ask_sometimes();
            return Ok(followed);
        }
        let target = self.target();
        if matches!(self.intent, Intent::Release) || self.intent.is_forced() {
            self.guard.record.end_quarantine(&target);
        }
        if self.intent.is_removal_at_once() {
            return self.remove_at_once(&target);
        }
        if self.intent.is_forced() || self.guard.record.is_confirmed(&target) {
            return self.accept(&target);
        }
        if self.guard.record.quarantined(&target).is_some() {
            self.guard.record.phase = Phase::Idle;
            return self.keep(&confirmed);
        }
        let listed = self.listed();
        let sessions = self.sessions();
        let candidates = peer::candidates(&listed.peers, sessions, self.machine.kernel)?;
        self.has_peers = !candidates.is_empty();
        let covers = |peer: &Peer| changed.iter().any(|change| change.route.prefix.contains(&peer.address));
        let covered: Vec<Peer> = candidates.into_iter().filter(|peer| covers(peer)).collect();
        if covered.is_empty() {
            return if self.has_peers { self.accept(&target) } else { self.apply() };
        }
        let is_restored = self.restore_if_lost(&confirmed)?;
        let answering = self.answering(&covered)?;
        if answering.is_empty() {
            let has_answered = |peer: &Peer| self.guard.record.answered.iter().any(|known| known.end() == peer.end());
            return match self.guard.record.phase {
                _ if covered.iter().any(has_answered) => self.postpone(&confirmed, target, Reason::NoAnswer),
                _ if is_restored => self.postpone(&confirmed, target, Reason::Restored),
                Phase::Postponed { reason: Reason::Restored, ref since, .. }
                    if self.machine.now.moment.since(since).is_some_and(|seconds| seconds < RETURN) =>
                {
                    self.postpone(&confirmed, target, Reason::Restored)
                }
                _ => self.accept(&target),
            };
        }
        self.guard.record.has_answered(&answering);
        if !is_usable(self.machine.kernel)? {
            return self.postpone(&confirmed, target, Reason::Interface);
        }
        let deadline = listed.deadline.map_or(DEADLINE, u64::from);
        self.begin(target, confirmed, answering, deadline)
    }

    /// Begins a trial. If the ways to all peers stay the same, it is confirmed at once.
    fn begin(&mut self, target: Target, former: Confirmed, peers: Vec<Peer>, deadline: u64) -> Result<Followed, Error> {
        let before = peer::ways(&peers, self.machine.kernel)?;
        let record = &mut self.guard.record;
        let earlier = if record.attempts.digest == target.digest { record.attempts.trials } else { 0 };
        record.attempts = Attempts { digest: target.digest.clone(), trials: earlier + 1 };
        let began = self.machine.now.moment.clone();
        let counted = peers.iter().zip(&before).map(|(peer, ways)| Counted {
            peer: peer.clone(),
            before: describe(ways.first().and_then(Option::as_ref), self.machine.kernel),
            after: String::new(),
        });
        let peers_counted = counted.collect();
        let mut trial = Trial { target, former, began, deadline, peers: peers_counted, answered_since: None };
        self.guard.record.phase = Phase::Trial(Box::new(trial.clone()));
        // The next run must know what to revert, even if this one is killed by the next request.
        self.guard.save(self.machine.files).map_err(Error::Untried)?;
        let reconciled = match reconcile(self.machine.kernel, &self.inputs.goal) {
            Ok(reconciled) => reconciled,
            Err(failure) => {
                self.guard.record.attempts.trials = earlier;
                self.idle();
                return Err(Error::Reconcile(failure));
            }
        };
        let after = peer::ways(&peers, self.machine.kernel)?;
        if before.iter().flatten().zip(after.iter().flatten()).all(|(before, after)| is_same_way(before, after)) {
            let target = trial.target;
            let followed = self.accept(&target)?;
            return Ok(followed.with_earlier(&reconciled));
        }
        for (counted, (before, after)) in trial.peers.iter_mut().zip(before.iter().zip(&after)) {
            let mut ways = before.iter().zip(after);
            // The way that changed, or else the first one.
            let first = ways.clone().next();
            if let Some((before, after)) = ways.find(|(before, after)| !is_same_way(before, after)).or(first) {
                counted.before = describe(before.as_ref(), self.machine.kernel);
                counted.after = describe(after.as_ref(), self.machine.kernel);
            }
        }
        (self.log)(Event::Guard(Notice::Began(&trial)));
        self.guard.record.phase = Phase::Trial(Box::new(trial));
        self.remember();
        Ok(self.tried(reconciled))
    }

    /// Takes the next step of a trial. `None` if it ended without a verdict.
    fn go_on(&mut self, mut trial: Trial) -> Result<Option<Followed>, Error> {
        let wanted = self.inputs.clone();
        let inputs = wanted.with_routes(self.machine.storage, trial.target.routes.clone())?;
        let Some(elapsed) = self.machine.now.moment.since(&trial.began) else {
            return Ok(self.end(&trial, End::Reboot));
        };
        if inputs.plan.step.is_empty() {
            // The run that confirmed it was killed.
            return Ok(self.end(&trial, End::Confirmed));
        }
        if matches!(self.intent, Intent::Confirm) {
            return self.confirm(trial, inputs).map(Some);
        }
        if matches!(self.intent, Intent::Revert) {
            let followed = self.revert(&trial, &inputs)?;
            self.quarantine(&trial.target, Cause::Operator);
            return Ok(Some(followed));
        }
        if !is_usable(self.machine.kernel)? {
            self.revert(&trial, &inputs)?;
            self.guard.record.attempts.trials = self.guard.record.attempts.trials.saturating_sub(1);
            return Ok(self.end(&trial, End::Interface));
        }
        if self.is_superseded(&trial, &wanted)? {
            self.revert(&trial, &inputs)?;
            return Ok(self.end(&trial, End::Superseded));
        }
        let repaired = reconcile(self.machine.kernel, &inputs.goal);
        let peers: Vec<&Peer> = trial.peers.iter().map(|counted| &counted.peer).collect();
        let answers = peer::answers(&peers, self.machine.network, Some(Duration::from_secs(elapsed)))?;
        let lost: Vec<Peer> = with(Answer::No, &peers, &answers);
        let is_answered = answers.contains(&Answer::Yes);
        let is_over = elapsed >= trial.deadline;
        if repaired.as_ref().is_ok_and(Reconciled::has_changes) {
            trial.answered_since = None;
        }
        if lost.is_empty() && is_answered {
            let seconds = self.machine.now.moment.seconds;
            let since = *trial.answered_since.get_or_insert(seconds);
            if seconds.saturating_sub(since) >= PROOF {
                return self.confirm(trial, inputs).map(Some);
            }
        } else {
            trial.answered_since = None;
        }
        if is_over && lost.is_empty() && !is_answered {
            // Nothing was sent to the peers, or their connections were closed.
            return self.confirm(trial, inputs).map(Some);
        }
        if is_over {
            let followed = self.revert(&trial, &inputs)?;
            (self.log)(Event::Guard(Notice::Reverted(&trial, &lost)));
            let since = self.machine.now.moment.clone();
            let Trial { target, former, .. } = trial;
            self.guard.record.phase = Phase::Settling(Box::new(Settling { target, former, since, lost }));
            self.remember();
            return Ok(Some(followed));
        }
        self.guard.record.phase = Phase::Trial(Box::new(trial));
        self.remember();
        self.inputs = inputs;
        let reconciled = repaired.map_err(Error::Reconcile)?;
        Ok(Some(self.tried(reconciled)))
    }

    /// Looks for the verdict after a trial was reverted. `None` if the wanted routes are to be
    /// considered again.
    fn settle(&mut self, settling: Settling) -> Result<Option<Followed>, Error> {
        let Some(elapsed) = self.machine.now.moment.since(&settling.since) else { return Ok(None) };
        let is_same = self.origin == settling.target.origin && self.target().digest == settling.target.digest;
        if !is_same || self.intent.is_forced() || matches!(self.intent, Intent::Release) {
            return Ok(None);
        }
        let keeping = self.inputs.keeping(&settling.former);
        let reconciled = reconcile(self.machine.kernel, &keeping.goal).map_err(Error::Reconcile)?;
        let lost: Vec<&Peer> = settling.lost.iter().collect();
        let answers = peer::answers(&lost, self.machine.network, Some(Duration::from_secs(elapsed)))?;
        let returned = with(Answer::Yes, &lost, &answers).into_iter().next();
        let is_over = elapsed >= RETURN || lost.is_empty();
        let cause = match returned {
            Some(peer) => Some(Cause::Lost(peer)),
            None if matches!(self.intent, Intent::Revert) => Some(Cause::Operator),
            None if is_over && self.guard.record.attempts.trials >= TRIALS => Some(Cause::Unproven),
            None => None,
        };
        if let Some(cause) = cause {
            self.quarantine(&settling.target, cause);
        } else if is_over {
            (self.log)(Event::Guard(Notice::Repeated(&settling.lost)));
            return Ok(None);
        } else {
            self.guard.record.phase = Phase::Settling(Box::new(settling));
        }
        self.remember();
        Ok(Some(Followed::tried(keeping, reconciled)))
    }

    /// Plans the change of the storage to the wanted routes. The storage may have a plan for those
    /// of a trial.
    fn replan(&mut self) -> Result<(), Error> {
        self.inputs = self.inputs.with_routes(self.machine.storage, self.inputs.desired.routes.clone())?;
        Ok(())
    }

    /// Writes the file: the routes of a trial become the confirmed ones.
    fn confirm(&mut self, mut trial: Trial, inputs: Inputs) -> Result<Followed, Error> {
        let inputs = inputs.with_routes(self.machine.storage, trial.target.routes.clone())?;
        let followed = follow(self.machine, inputs, self.log)?;
        if followed.unsaved.is_some() {
            // The peers answer. A revert for the sake of a full disk could only do harm.
            trial.deadline += DEADLINE;
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

    /// Restores the routes from before a trial.
    fn revert(&mut self, trial: &Trial, inputs: &Inputs) -> Result<Followed, Error> {
        let keeping = inputs.keeping(&trial.former);
        let reconciled = reconcile(self.machine.kernel, &keeping.goal).map_err(Error::Reconcile)?;
        Ok(Followed::tried(keeping, reconciled))
    }

    /// Ends a trial without a verdict, or after it was confirmed.
    fn end(&mut self, trial: &Trial, end: End) -> Option<Followed> {
        (self.log)(Event::Guard(Notice::Ended(trial, end)));
        if end == End::Confirmed {
            self.guard.record.attempts = Attempts::default();
            self.guard.record.confirm(&trial.target);
        }
        self.idle();
        None
    }

    /// Puts routes into quarantine after a trial. If they were those of a hold, the hold ends.
    fn quarantine(&mut self, target: &Target, cause: Cause) {
        self.guard.record.attempts = Attempts::default();
        (self.log)(Event::Guard(Notice::Quarantined(target, &cause)));
        match target.origin {
            Origin::Document => self.guard.record.put_into_quarantine(target, cause, self.machine.now.epoch),
            Origin::Hold => {
                if let Err(error) = Hold::remove(self.machine.files) {
                    (self.log)(Event::Unrecorded(&error));
                }
                self.guard.hold = None;
            }
            Origin::Remove => {}
        }
        self.idle();
    }

    /// Changes file and kernel to the wanted routes, without a trial.
    fn apply(&mut self) -> Result<Followed, Error> {
        let followed = follow(self.machine, self.inputs.clone(), self.log)?;
        self.guard.record.attempts = Attempts::default();
        self.idle();
        Ok(followed)
    }

    /// Changes file and kernel to these wanted routes, and remembers that they are confirmed.
    fn accept(&mut self, target: &Target) -> Result<Followed, Error> {
        let followed = self.apply()?;
        if followed.unsaved.is_none() {
            self.guard.record.confirm(target);
            self.remember();
        }
        Ok(followed)
    }

    /// Removes the routes without a trial, and names the peers that this cuts off or moves.
    fn remove_at_once(&mut self, target: &Target) -> Result<Followed, Error> {
        let peers = self.guard.record.answered.clone();
        let before = peer::ways(&peers, self.machine.kernel);
        let followed = self.accept(target)?;
        // The removal is done, whatever becomes of this.
        if let Ok(before) = before {
            let _ = self.name_moved(&peers, &before);
        }
        Ok(followed)
    }

    /// Names the peers whose ways are other ones than before.
    fn name_moved(&mut self, peers: &[Peer], before: &[Vec<Option<Path>>]) -> Result<(), KernelError> {
        let after = peer::ways(peers, self.machine.kernel)?;
        let mut moved = Vec::new();
        for (peer, (before, after)) in peers.iter().zip(before.iter().zip(&after)) {
            let mut ways = before.iter().zip(after);
            let Some((before, after)) = ways.find(|(before, after)| !is_same_way(before, after)) else { continue };
            let before = describe(before.as_ref(), self.machine.kernel);
            let after = describe(after.as_ref(), self.machine.kernel);
            moved.push(Counted { peer: peer.clone(), before, after });
        }
        let peers: Vec<&Peer> = moved.iter().map(|counted| &counted.peer).collect();
        let answers = peer::answers(&peers, self.machine.network, None)?;
        for (counted, answer) in moved.iter().zip(answers) {
            (self.log)(Event::Guard(Notice::Moved(counted, answer == Answer::Yes)));
        }
        Ok(())
    }

    /// Keeps the confirmed routes.
    fn keep(&mut self, confirmed: &Confirmed) -> Result<Followed, Error> {
        self.remember();
        let mut keeping = self.inputs.keeping(confirmed);
        if !confirmed.is_ours && !self.has_leftovers(&keeping)? {
            // The file and its routes are not the plugin's.
            keeping = self.inputs.keeping(&Confirmed::default());
        }
        let reconciled = reconcile(self.machine.kernel, &keeping.goal).map_err(Error::Reconcile)?;
        Ok(Followed::tried(keeping, reconciled))
    }

    /// Keeps the confirmed routes until the reason to wait has gone.
    fn postpone(&mut self, confirmed: &Confirmed, target: Target, reason: Reason) -> Result<Followed, Error> {
        let is_known = matches!(&self.guard.record.phase, Phase::Postponed { digest, reason: known, since }
            if *digest == target.digest && *known == reason && since.boot == self.machine.now.moment.boot);
        if !is_known {
            (self.log)(Event::Guard(Notice::Postponed(reason)));
            let since = self.machine.now.moment.clone();
            self.guard.record.phase = Phase::Postponed { digest: target.digest, reason, since };
        }
        self.keep(confirmed)
    }

    /// Returns the result of a step in which the kernel has the routes of the trial.
    fn tried(&self, reconciled: Reconciled) -> Followed {
        Followed::tried(self.inputs.clone(), reconciled)
    }

    /// Restores the confirmed routes if the kernel has others of the plugin. They are those of a
    /// trial whose record is lost. Returns true if there were any.
    fn restore_if_lost(&mut self, confirmed: &Confirmed) -> Result<bool, Error> {
        let keeping = self.inputs.keeping(confirmed);
        if !self.has_leftovers(&keeping)? {
            return Ok(false);
        }
        reconcile(self.machine.kernel, &keeping.goal).map_err(Error::Reconcile)?;
        Ok(true)
    }

    /// Returns true if the kernel has routes of the plugin that are not confirmed.
    fn has_leftovers(&mut self, keeping: &Inputs) -> Result<bool, KernelError> {
        let observation = observe(self.machine.kernel, &keeping.goal)?;
        let owners = keeping.goal.ownership().owners(observation.interface.index(), &observation.routes);
        let is_leftover = |route: &KernelRoute| {
            owners.is_ours(route)
                && route.protocol == Protocol::OURS
                && keeping.goal.wanted().binary_search(&route.route).is_err()
        };
        Ok(observation.routes.iter().any(is_leftover))
    }

    /// Returns true if a trial is not to go on, because the operator wants something else, or the
    /// document has the confirmed routes again. Other documents wait for the verdict.
    fn is_superseded(&mut self, trial: &Trial, wanted: &Inputs) -> Result<bool, Error> {
        if self.origin != trial.target.origin {
            return Ok(self.origin != Origin::Document || trial.target.origin == Origin::Hold);
        }
        // This is the last plan of the storage, as it is now.
        let again = wanted.with_routes(self.machine.storage, wanted.desired.routes.clone())?;
        Ok(again.plan.step.is_empty())
    }

    /// Returns the wanted routes, as a trial records them.
    fn target(&self) -> Target {
        target(self.origin, self.inputs.desired.routes.as_deref())
    }

    /// Returns the list of peers. One that is invalid is reported, and counts as empty.
    fn listed(&mut self) -> Listed {
        peer::listed(self.machine.files).unwrap_or_else(|error| {
            (self.log)(Event::Guard(Notice::InvalidPeers(&error)));
            Listed::default()
        })
    }

    /// Returns the open connections. If the kernel does not tell them, only the peers of the list
    /// count.
    fn sessions(&mut self) -> Vec<Session> {
        self.machine.network.sessions().unwrap_or_else(|error| {
            (self.log)(Event::Guard(Notice::SessionsUnknown(&error)));
            Vec::new()
        })
    }

    fn answering(&mut self, peers: &[Peer]) -> Result<Vec<Peer>, KernelError> {
        let peers: Vec<&Peer> = peers.iter().collect();
        let answers = peer::answers(&peers, self.machine.network, None)?;
        Ok(with(Answer::Yes, &peers, &answers))
    }

    /// Asks the peers in a confirmed state, so that a later run knows which of them can answer.
    fn ask_sometimes(&mut self) -> Result<(), Error> {
        let now = &self.machine.now.moment;
        let is_recent = |asked| now.since(asked).is_some_and(|seconds| seconds < ASK_AGAIN);
        if self.inputs.desired.routes.is_none() || self.guard.record.asked.as_ref().is_some_and(is_recent) {
            return Ok(());
        }
        let now = now.clone();
        let listed = peer::listed(self.machine.files)?;
        let sessions = self.machine.network.sessions()?;
        let candidates = peer::candidates(&listed.peers, sessions, self.machine.kernel)?;
        if candidates.is_empty() {
            return Ok(());
        }
        let answering = self.answering(&candidates)?;
        let record = &mut self.guard.record;
        record.asked = Some(now);
        record.answered.retain(|known| candidates.iter().any(|peer| peer.end() == known.end()));
        record.has_answered(&answering);
        // Nothing depends on this, so it is tried again by the next run.
        let _ = self.guard.save(self.machine.files).inspect_err(|_| self.guard.forget());
        Ok(())
    }

    fn idle(&mut self) {
        self.guard.record.phase = Phase::Idle;
        self.remember();
    }

    /// Writes the record. If this fails, the next run repeats the step, which does no harm.
    fn remember(&mut self) {
        if let Err(error) = self.guard.save(self.machine.files) {
            (self.log)(Event::Unrecorded(&error));
        }
    }
}

/// Returns routes as a trial records them.
pub(crate) fn target(origin: Origin, routes: Option<&[Route]>) -> Target {
    let digest = routes.map_or_else(|| "off".to_owned(), |routes| sha256_hex(&RouteFile::print(routes)));
    Target { origin, digest, routes: routes.map(<[Route]>::to_vec) }
}

/// Returns true if routes through kni254 can be added, and carry traffic.
fn is_usable(kernel: &mut dyn Kernel) -> Result<bool, KernelError> {
    match kernel.interface()? {
        Interface::Ready(index) => match kernel.has_carrier(index) {
            Err(error) if error.is_gone() => Ok(false),
            other => other,
        },
        _ => Ok(false),
    }
}

fn is_same_way(before: &Option<Path>, after: &Option<Path>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => before.is_same_way(after),
        (None, None) => true,
        _ => false,
    }
}

/// Describes a way, for people.
fn describe(way: Option<&Path>, kernel: &mut dyn Kernel) -> String {
    match way {
        None => "no route".to_owned(),
        Some(way) => match way.interface {
            Some(interface) => kernel.interface_name(interface),
            None => "several interfaces".to_owned(),
        },
    }
}

/// Returns the peers with this answer.
fn with(answer: Answer, peers: &[&Peer], answers: &[Answer]) -> Vec<Peer> {
    let with = peers.iter().zip(answers).filter(|(_, other)| **other == answer);
    with.map(|(peer, _)| (*peer).clone()).collect()
}
