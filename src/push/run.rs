//! The steps of a push.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::delivered::Delivered;
use super::due::{Due, due};
use super::parts::parts;
use super::{Objection, PushError, PushOptions, PushReport, Stop};
use crate::contract::Verdict;
use crate::fs::{Folder, Identity, Lock, LockFile};
use crate::publish::{documents, is_published};
use crate::salt::{Applied, Minions, SaltError};

/// The name of the lock.
const LOCK: &str = ".push.lock";

/// The time between two questions while an answer is awaited.
const INTERVAL: Duration = Duration::from_secs(5);

/// The time in which minions connect again after a restart of the master.
const RECONNECTION: Duration = Duration::from_secs(15);

/// Delivers the published documents to the minions that lack them.
///
/// A minion leaves the list of those that lack their document only when the state succeeded on it.
/// If something is wrong with a minion of the first batch, the others are not tried.
///
/// # Errors
///
/// The folder has no manifest, another push is active, or Salt fails.
pub fn push(path: &Path, minions: &mut dyn Minions, options: &PushOptions) -> Result<PushReport, PushError> {
    let nothing = || PushError::NothingPublished(path.to_owned());
    // No lock is left in a folder to which nothing was published.
    if !is_published(path)? {
        return Err(nothing());
    }
    let folder = Folder::open(path)?;
    let _lock = if options.check { None } else { Some(lock(&folder, path, options.wait)?) };
    // Only now: during the wait, another run may have published.
    let published = documents(path)?.ok_or_else(nothing)?;
    let delivered = Delivered::read(&folder)?;
    let mut report = PushReport { is_record_lost: delivered.is_none(), ..PushReport::default() };
    let mut delivered = delivered.unwrap_or_default();
    let due = due(published, &delivered);
    if due.is_empty() {
        return Ok(report);
    }
    let mut run =
        Run { minions, options, folder: &folder, delivered: &mut delivered, report: &mut report, is_troubled: false };
    run.all(due)?;
    report.failed.sort();
    report.lagging.sort();
    report.silent.sort();
    report.untried.sort();
    Ok(report)
}

/// Locks out other pushes from the folder at `path`, until the returned value is dropped.
fn lock(folder: &Folder, path: &Path, wait: Duration) -> Result<LockFile, PushError> {
    let (file, _) = folder.create_lock_file(LOCK)?;
    file.secure(folder)?;
    if !file.lock(Lock::Exclusive, wait, &|| ())? {
        return Err(PushError::Busy(path.to_owned()));
    }
    // Another push may hold the lock of those that have the names now.
    let is_current =
        Identity::of_path(path) == Some(folder.identity()?) && folder.identity_of(LOCK) == Some(file.identity()?);
    if is_current { Ok(file) } else { Err(PushError::Replaced(path.to_owned())) }
}

struct Run<'r> {
    minions: &'r mut dyn Minions,
    options: &'r PushOptions,
    folder: &'r Folder,
    delivered: &'r mut Delivered,
    report: &'r mut PushReport,
    /// True if the master was away, so that minions may have missed a question.
    is_troubled: bool,
}

impl Run<'_> {
    fn all(&mut self, due: Vec<Due>) -> Result<(), PushError> {
        let due = self.with_keys(due)?;
        if self.options.check {
            self.report.untried = ids(&due);
            return Ok(());
        }
        // The time of a missing answer is the same for one minion and for thousands.
        let (answering, mut silent) = self.ping(due)?;
        let mut left = parts(answering, self.options.batch).into_iter();
        let mut is_first = self.options.first > 0;
        while let Some(mut part) = left.next() {
            if std::mem::take(&mut is_first) {
                let rest = part.split_off(self.options.first.min(part.len()));
                silent.extend(self.apply(&part)?);
                if let Some(stop) = self.objection(&part)? {
                    self.report.stop = Some(stop);
                    self.report.untried = rest.into_iter().chain(left.flatten()).map(|due| due.minion).collect();
                    break;
                }
                part = rest;
            }
            silent.extend(self.apply(&part)?);
        }
        if self.is_troubled && self.report.stop.is_none() && !silent.is_empty() {
            self.minions.wait(RECONNECTION);
            let (answering, missing) = self.ping(std::mem::take(&mut silent))?;
            silent = missing;
            for part in parts(answering, self.options.batch) {
                silent.extend(self.apply(&part)?);
            }
        }
        self.report.silent = ids(&silent);
        Ok(())
    }

    /// Returns those whose keys are accepted. The others get no answer from Salt, and would cost
    /// the time of a missing answer.
    fn with_keys(&mut self, due: Vec<Due>) -> Result<Vec<Due>, PushError> {
        let accepted = self.patiently(|minions| minions.accepted())?;
        let (with, without): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|due| accepted.contains(&due.minion));
        // A machine that was taken out of service has neither a document nor a key.
        let (without, gone): (Vec<Due>, Vec<Due>) = without.into_iter().partition(|due| due.sha256.is_some());
        self.report.due = with.len() + without.len();
        self.report.without_key = ids(&without);
        if !gone.is_empty() && !self.options.check {
            gone.iter().for_each(|due| drop(self.delivered.minions.remove(&due.minion)));
            self.delivered.write(self.folder)?;
        }
        Ok(with)
    }

    /// Returns the minions that answer, and the others.
    fn ping(&mut self, part: Vec<Due>) -> Result<(Vec<Due>, Vec<Due>), PushError> {
        let names = names(&part);
        let mut answered = self.patiently(|minions| minions.ping(&names))?;
        if answered.is_empty() {
            // Perhaps the master was restarted, and the answers were lost.
            self.is_troubled = true;
            self.minions.wait(RECONNECTION);
            answered = self.patiently(|minions| minions.ping(&names))?;
        }
        drop(names);
        Ok(part.into_iter().partition(|due| answered.contains(&due.minion)))
    }

    /// Applies the state, and remembers who got its document. Returns the minions whose result did
    /// not come.
    fn apply(&mut self, part: &[Due]) -> Result<Vec<Due>, PushError> {
        if part.is_empty() {
            return Ok(Vec::new());
        }
        let names = names(part);
        let mut results = self.patiently(|minions| minions.apply(&names))?;
        let missing: Vec<&str> = names.iter().copied().filter(|name| !results.contains_key(*name)).collect();
        if !missing.is_empty() {
            // They answered a moment ago. The state may be applied twice.
            self.is_troubled = true;
            self.minions.wait(RECONNECTION);
            let answering = self.patiently(|minions| minions.ping(&missing))?;
            let again: Vec<&str> = missing.into_iter().filter(|name| answering.contains(*name)).collect();
            if !again.is_empty() {
                results.extend(self.patiently(|minions| minions.apply(&again))?);
            }
        }
        let mut without_result = Vec::new();
        for due in part {
            match results.remove(&due.minion) {
                None => without_result.push(due.clone()),
                Some(Applied::Lags) => self.report.lagging.push(due.minion.clone()),
                Some(Applied::Failed(reason)) => self.report.failed.push((due.minion.clone(), reason)),
                Some(Applied::Done) => self.deliver(due),
            }
        }
        self.delivered.write(self.folder)?;
        Ok(without_result)
    }

    fn deliver(&mut self, due: &Due) {
        self.report.pushed += 1;
        match &due.sha256 {
            Some(sha256) => drop(self.delivered.minions.insert(due.minion.clone(), sha256.clone())),
            None => drop(self.delivered.minions.remove(&due.minion)),
        }
    }

    /// Waits until no router of the first batch tries its routes any more. Returns what is wrong
    /// with one of them.
    fn objection(&mut self, first: &[Due]) -> Result<Option<Stop>, PushError> {
        let is_delivered = |due: &&Due| self.delivered.minions.get(&due.minion) == due.sha256.as_ref();
        if let Some(due) = first.iter().find(|due| !is_delivered(due)) {
            let lags = self.report.lagging.contains(&due.minion);
            let objection = if lags { Objection::Lags } else { Objection::NotApplied };
            return Ok(Some(Stop { minion: due.minion.clone(), objection }));
        }
        let mut undecided = names(first);
        let mut waited = Duration::ZERO;
        loop {
            let verdicts = self.patiently(|minions| minions.verdicts(&undecided))?;
            let bad = undecided.iter().find_map(|minion| {
                let verdict = (*verdicts.get(*minion)?).filter(|verdict| is_bad(*verdict))?;
                Some(Stop { minion: (*minion).to_owned(), objection: Objection::Verdict(verdict) })
            });
            if bad.is_some() {
                return Ok(bad);
            }
            // A router that is cut off answers again after its trial.
            undecided.retain(|minion| verdicts.get(*minion).is_none_or(|verdict| *verdict == Some(Verdict::InTrial)));
            let Some(minion) = undecided.first() else { return Ok(None) };
            if waited >= self.options.trial {
                return Ok(Some(Stop { minion: (*minion).to_owned(), objection: Objection::NoVerdict(waited) }));
            }
            self.minions.wait(INTERVAL);
            waited += INTERVAL;
        }
    }

    /// Asks Salt, again and again while the master is away.
    fn patiently<T>(&mut self, mut ask: impl FnMut(&mut dyn Minions) -> Result<T, SaltError>) -> Result<T, PushError> {
        let mut waited = Duration::ZERO;
        loop {
            match ask(self.minions) {
                Err(error) if error.is_passing() && waited < self.options.absence => {
                    self.is_troubled = true;
                    self.minions.wait(INTERVAL);
                    waited += INTERVAL;
                }
                other => return Ok(other?),
            }
        }
    }
}

/// Returns true for the verdict of a router that does not keep its new routes, or cannot apply
/// them.
fn is_bad(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Quarantined | Verdict::Refused | Verdict::Failed => true,
        // A matter of the site, or a node whose block was always off.
        Verdict::InAgreement
        | Verdict::Drift
        | Verdict::Held
        | Verdict::InTrial
        | Verdict::Postponed
        | Verdict::NoDocument => false,
    }
}

fn names(due: &[Due]) -> Vec<&str> {
    due.iter().map(|due| due.minion.as_str()).collect()
}

fn ids(due: &[Due]) -> Vec<String> {
    let ids: BTreeSet<&str> = due.iter().map(|due| due.minion.as_str()).collect();
    ids.into_iter().map(str::to_owned).collect()
}
