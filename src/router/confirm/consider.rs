//! Decides about wanted routes while no trial is under way.

use crate::model::Route;
use crate::router::backend::Backend;
use crate::router::confirm::notice::Notice;
use crate::router::confirm::peer::{self, Answer, Peer};
use crate::router::confirm::record::{
    Attempts, Cause, Counted, Former, INTERRUPTED, Origin, Phase, Reason, TRIALS, Target, Trial,
};
use crate::router::confirm::run::Run;
use crate::router::confirm::{Change, Intent, changes};
use crate::router::diff::Conflict;
use crate::router::error::{Error, KernelError};
use crate::router::follow::Followed;
use crate::router::inputs::Inputs;
use crate::router::kernel::{Kernel, KernelRoute, Path, Protocol};
use crate::router::machine::Machine;
use crate::router::observation::observe;
use crate::router::reconcile::reconcile;
use crate::router::stored::Confirmed;

/// The time after which a trial is reverted, in seconds, unless the list of peers has another.
pub(super) const DEADLINE: u64 = 120;

/// The time after which peers are asked again in a confirmed state, in seconds.
const ASK_AGAIN: u64 = 3600;

impl Run<'_, '_> {
    /// Decides about the wanted routes.
    pub(super) fn consider(&mut self) -> Result<Followed, Error> {
        if self.inputs.plan.step.is_empty() {
            // The storage has the wanted routes. Most runs end here.
            return self.repair();
        }
        let mut confirmed = self.machine.storage.confirmed()?;
        if !confirmed.is_ours && self.install_confirmed()? {
            confirmed = self.machine.storage.confirmed()?;
        }
        let mut changed = changes(&confirmed, &self.inputs);
        if changed.is_empty() {
            return self.repair();
        }
        if matches!(self.intent, Intent::Revert) {
            return self.keep(&confirmed);
        }
        let listed = self.listed()?;
        if listed.is_none() && !self.is_forced() {
            let target = self.target();
            return match self.is_replaced(&confirmed, &target) {
                true => self.accept(&target),
                false => self.postpone(&confirmed, target, Reason::Peers),
            };
        }
        let listed = listed.unwrap_or_default();
        let sessions = self.sessions();
        let candidates = peer::candidates(&listed.peers, sessions, self.machine.kernel)?;
        if !self.is_forced() {
            let Machine { kernel, storage, .. } = self.machine;
            self.inputs = without_blocked(*kernel, *storage, &changed, &candidates, self.inputs.clone())?;
            changed = changes(&confirmed, &self.inputs);
        }
        let target = self.target();
        if matches!(self.intent, Intent::Release) || self.is_forced() {
            self.guard.record.end_quarantine(&target);
        }
        if changed.is_empty() {
            return self.apply();
        }
        if self.is_replaced(&confirmed, &target) {
            return self.accept(&target);
        }
        if self.intent.is_removal_at_once() {
            return self.remove_at_once(&target);
        }
        let covered = covered(&candidates, &changed);
        if self.is_forced() {
            return self.force(&target, &confirmed, &covered);
        }
        if covered.is_empty() {
            return if candidates.is_empty() { self.apply() } else { self.accept(&target) };
        }
        if self.guard.record.quarantined(&target).is_some() {
            self.guard.record.phase = Phase::Idle;
            return self.keep(&confirmed);
        }
        let Attempts { digest, trials, interrupted } = &self.guard.record.attempts;
        if *digest == target.digest && (*trials >= TRIALS || *interrupted >= INTERRUPTED) {
            self.quarantine(&target, Cause::Unproven);
            return self.keep(&confirmed);
        }
        self.try_change(target, &confirmed, &covered, listed.deadline)
    }

    /// Returns true if these routes are confirmed, and the product replaced their file by its own.
    fn is_replaced(&self, confirmed: &Confirmed, target: &Target) -> bool {
        let record = &self.guard.record;
        !confirmed.is_ours && !record.is_off && record.is_confirmed(target)
    }

    /// Corrects the kernel, and the lines of the file that are not routes. The routes stay the
    /// same.
    fn repair(&mut self) -> Result<Followed, Error> {
        let followed = self.apply()?;
        // The routes do not depend on this.
        let _ = self.ask_sometimes(&followed.inputs);
        Ok(followed)
    }

    /// Makes a change of routes to these peers without a trial. The routes of a document are kept
    /// out of the kernel if they cannot be stored: they would be neither confirmed nor on trial.
    fn force(&mut self, target: &Target, confirmed: &Confirmed, covered: &[Peer]) -> Result<Followed, Error> {
        if target.origin == Origin::Document
            && !covered.is_empty()
            && let Err(error) = self.machine.storage.stage()
        {
            return Ok(self.keep(confirmed)?.without_file(error));
        }
        self.accept(target)
    }

    /// Tries a change of routes to these peers, or finds out why this is impossible.
    fn try_change(
        &mut self,
        target: Target,
        confirmed: &Confirmed,
        covered: &[Peer],
        deadline: Option<u32>,
    ) -> Result<Followed, Error> {
        let is_restored = self.restore_if_lost(confirmed)?;
        let answering = self.answering(covered);
        if answering.is_empty() {
            let has_answered = |peer: &Peer| self.guard.record.answered.iter().any(|known| known.end() == peer.end());
            let is_restored =
                is_restored || matches!(self.guard.record.phase, Phase::Postponed { reason: Reason::Restored, .. });
            // An operator removes routes because no peer answers.
            let is_wanted_so = target.origin != Origin::Document;
            return match () {
                () if is_restored => self.postpone(confirmed, target, Reason::Restored),
                // The peers may need the routes that a hold removed.
                () if self.guard.record.is_off && self.guard.record.is_confirmed(&target) => self.accept(&target),
                () if covered.iter().any(has_answered) && !is_wanted_so => {
                    self.postpone(confirmed, target, Reason::NoAnswer)
                }
                () => self.accept(&target),
            };
        }
        self.guard.record.has_answered(&answering);
        if !self.is_usable()? {
            return self.postpone(confirmed, target, Reason::Interface);
        }
        self.begin(target, confirmed.clone(), answering, deadline.map_or(DEADLINE, u64::from))
    }

    /// Begins a trial. If the ways to all peers stay the same, it is confirmed at once.
    fn begin(
        &mut self,
        target: Target,
        confirmed: Confirmed,
        peers: Vec<Peer>,
        deadline: u64,
    ) -> Result<Followed, Error> {
        let before = peer::ways(&peers, self.machine.kernel)?;
        let former = Former { extra: self.extra(&confirmed)?, confirmed };
        let counted = peers.iter().zip(&before).map(|(peer, ways)| Counted {
            peer: peer.clone(),
            before: describe(ways.first().and_then(Option::as_ref), self.machine.kernel),
            after: String::new(),
        });
        let mut trial = Trial {
            target,
            former,
            began: self.machine.now.moment.clone(),
            deadline,
            peers: counted.collect(),
            answered_since: None,
            is_confirming: false,
        };
        let record = &mut self.guard.record;
        let earlier = record.attempts.clone();
        if record.attempts.digest != trial.target.digest {
            record.attempts = Attempts { digest: trial.target.digest.clone(), ..Attempts::default() };
        }
        record.attempts.trials += 1;
        record.phase = Phase::Trial(Box::new(trial.clone()));
        // The next run must know what to revert, even if this one is killed by the next request.
        self.guard.save(self.machine.files).map_err(Error::Untried)?;
        let reconciled = match reconcile(self.machine.kernel, &self.inputs.goal) {
            Ok(reconciled) => reconciled,
            Err(failure) => {
                self.guard.record.attempts = earlier;
                self.idle();
                return Err(Error::Reconcile(failure));
            }
        };
        let after = peer::ways(&peers, self.machine.kernel)?;
        let mut pairs = before.iter().flatten().zip(after.iter().flatten());
        let is_same = pairs.all(|(before, after)| is_same_way(before, after));
        if is_same && blocked(&reconciled.conflicts, &peers).is_empty() {
            self.guard.record.attempts = earlier;
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
        self.notice(Notice::Began(&trial));
        self.guard.record.phase = Phase::Trial(Box::new(trial));
        self.remember();
        Ok(self.tried(reconciled))
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
        let answers = peer::answers(&peers, self.machine.network, None);
        for (counted, answer) in moved.iter().zip(answers) {
            self.notice(Notice::Moved(counted, answer == Answer::Yes));
        }
        Ok(())
    }

    /// Keeps the confirmed routes until the reason to wait has gone.
    fn postpone(&mut self, confirmed: &Confirmed, target: Target, reason: Reason) -> Result<Followed, Error> {
        let is_known = matches!(&self.guard.record.phase, Phase::Postponed { digest, reason: known, since }
            if *digest == target.digest && *known == reason && since.boot == self.machine.now.moment.boot);
        if !is_known {
            self.notice(Notice::Postponed(reason));
            let since = self.machine.now.moment.clone();
            self.guard.record.phase = Phase::Postponed { digest: target.digest, reason, since };
        }
        self.keep(confirmed)
    }

    /// Installs the confirmed routes again if the product replaced the route file by its own.
    /// Returns true if it did.
    fn install_confirmed(&mut self) -> Result<bool, Error> {
        let Some(routes) = self.guard.record.confirmed_routes(self.machine.files) else { return Ok(false) };
        if self.inputs.desired.routes.as_ref() == Some(&routes) || self.is_forced() {
            return Ok(false);
        }
        let wanted = self.inputs.clone();
        self.inputs = wanted.with_routes(self.machine.storage, Some(routes))?;
        let phase = self.guard.record.phase.clone();
        let followed = self.apply();
        self.guard.record.phase = phase;
        self.inputs = wanted;
        self.replan()?;
        Ok(followed?.unsaved.is_none())
    }

    /// Restores the confirmed routes if the kernel has others of the plugin, and the record is
    /// lost: they are those of a trial. Returns true if there were any.
    fn restore_if_lost(&mut self, confirmed: &Confirmed) -> Result<bool, Error> {
        if !self.guard.is_lost || self.extra(confirmed)?.is_empty() {
            return Ok(false);
        }
        let former = Former { confirmed: confirmed.clone(), extra: Vec::new() };
        let inputs = self.inputs.clone();
        self.restore(&inputs, &former)?;
        Ok(true)
    }

    /// Returns the routes of the plugin in the kernel that are not confirmed.
    fn extra(&mut self, confirmed: &Confirmed) -> Result<Vec<Route>, KernelError> {
        let keeping = self.inputs.keeping(confirmed);
        let observation = observe(self.machine.kernel, &keeping.goal)?;
        let owners = keeping.goal.ownership().owners(observation.interface.index(), &observation.routes);
        let is_extra = |route: &&KernelRoute| {
            owners.is_ours(route) && route.protocol == Protocol::OURS && !confirmed.routes.contains(&route.route)
        };
        Ok(observation.routes.iter().filter(is_extra).map(|route| route.route).collect())
    }

    /// Asks the peers in a confirmed state, so that a later run knows which of them can answer.
    fn ask_sometimes(&mut self, inputs: &Inputs) -> Result<(), Error> {
        let now = self.machine.now.moment.clone();
        let is_recent = |asked| now.since(asked).is_some_and(|seconds| seconds < ASK_AGAIN);
        if inputs.desired.routes.is_none() || self.guard.record.asked.as_ref().is_some_and(is_recent) {
            return Ok(());
        }
        let Some(listed) = peer::listed(self.machine.files)? else { return Ok(()) };
        let sessions = self.machine.network.sessions().unwrap_or_default();
        let candidates = peer::candidates(&listed.peers, sessions, self.machine.kernel)?;
        if candidates.is_empty() {
            return Ok(());
        }
        let answering = self.answering(&candidates);
        let target = Target::new(self.origin, inputs.desired.routes.as_deref());
        let record = &mut self.guard.record;
        record.asked = Some(now);
        record.answered.retain(|known| candidates.iter().any(|peer| peer.end() == known.end()));
        record.has_answered(&answering);
        let written = record.confirm(&target, self.machine.files).and_then(|()| self.guard.save(self.machine.files));
        if written.is_err() {
            self.guard.forget();
        }
        Ok(())
    }
}

/// Returns the peers to which a route changes.
fn covered(peers: &[Peer], changed: &[Change]) -> Vec<Peer> {
    let is_covered = |peer: &&Peer| changed.iter().any(|change| change.route.prefix.contains(&peer.address));
    peers.iter().filter(is_covered).cloned().collect()
}

/// Leaves new routes to peers out of the wanted ones if they are in conflict. Otherwise they would
/// be confirmed without a trial, and added when the other route goes.
///
/// # Errors
///
/// A query to the kernel failed, or the storage cannot be planned.
pub(crate) fn without_blocked(
    kernel: &mut dyn Kernel,
    storage: &mut dyn Backend,
    changed: &[Change],
    peers: &[Peer],
    inputs: Inputs,
) -> Result<Inputs, Error> {
    let is_new = |route| changed.iter().any(|change| change.is_addition && change.route == route);
    if peers.is_empty() || !changed.iter().any(|change| change.is_addition) {
        return Ok(inputs);
    }
    let mut conflicts = blocked(&observe(kernel, &inputs.goal)?.changes.conflicts, peers);
    conflicts.retain(|conflict| is_new(conflict.wanted));
    if conflicts.is_empty() { Ok(inputs) } else { inputs.without(storage, conflicts) }
}

/// Returns the conflicts of routes to peers.
pub(super) fn blocked<'p>(conflicts: &[Conflict], peers: impl IntoIterator<Item = &'p Peer>) -> Vec<Conflict> {
    let peers: Vec<&Peer> = peers.into_iter().collect();
    let covers = |conflict: &&Conflict| peers.iter().any(|peer| conflict.wanted.prefix.contains(&peer.address));
    conflicts.iter().filter(covers).cloned().collect()
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
