//! The record of trials, which survives between runs.
//!
//! It is on disk before the first request of a trial. If it is lost or unreadable, or of a version
//! that this program does not know, the routes of the file are restored: they are the confirmed
//! ones.

use serde::{Deserialize, Serialize};

use crate::contract::RouteFile;
use crate::contract::digest::sha256_hex;
use crate::fs::FileError;
use crate::model::Route;
use crate::router::confirm::peer::Peer;
use crate::router::files::Files;
use crate::router::stored::Confirmed;

/// The name of the record in the plugin's own folder.
pub const NAME: &str = "trial.json";

/// The name of the file with the confirmed routes. They are read if the product replaced the route
/// file by its own.
pub(crate) const CONFIRMED_NAME: &str = "confirmed.json";

/// Stands for the digest of routes if the block is off.
pub(crate) const OFF: &str = "off";

/// The version of the record's format.
const FORMAT_VERSION: u32 = 1;

/// All peers must answer in two runs that are at least so many seconds apart.
pub(super) const PROOF: u64 = 15;

/// The time in which a lost peer may return after a trial was reverted, in seconds.
pub(super) const RETURN: u64 = 30;

/// The most trials of the same routes.
pub(super) const TRIALS: u32 = 3;

/// The most trials of the same routes that end because kni254 is lost.
pub(super) const INTERRUPTED: u32 = 10;

/// The number of digests in quarantine that are kept. Two Salt masters may alternate between
/// documents.
const QUARANTINED: usize = 16;

/// A time that only a reboot sets back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// The identifier of the boot, from `/proc/sys/kernel/random/boot_id`.
    pub boot: String,
    /// The seconds since the boot, from `CLOCK_BOOTTIME`, which no one can set.
    pub seconds: u64,
}

impl Moment {
    /// Returns the seconds since an earlier moment; `None` if the machine was booted in between.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Option<u64> {
        if self.boot != earlier.boot { None } else { self.seconds.checked_sub(earlier.seconds) }
    }
}

/// The origin of the routes of a trial or a quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The document.
    Document,
    /// The command `hold`.
    Hold,
    /// The command `remove`.
    Remove,
}

/// The routes that a node gets, and their identity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Target {
    /// The origin.
    pub origin: Origin,
    /// The SHA-256 of the route file that they give, or `off`.
    pub digest: String,
    /// The routes; `None` removes those of the plugin.
    pub routes: Option<Vec<Route>>,
}

impl Target {
    /// Identifies routes.
    pub(crate) fn new(origin: Origin, routes: Option<&[Route]>) -> Self {
        let digest = routes.map_or_else(|| OFF.to_owned(), |routes| sha256_hex(&RouteFile::print(routes)));
        Self { origin, digest, routes: routes.map(<[Route]>::to_vec) }
    }
}

/// The routes before a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Former {
    /// Those of the storage.
    pub confirmed: Confirmed,
    /// Further routes of the plugin in the kernel, for example with the old metric of a route that
    /// is in conflict.
    pub extra: Vec<Route>,
}

/// A peer that answered before a trial.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counted {
    /// The peer.
    pub peer: Peer,
    /// The interface of the way to it before the trial, for people.
    pub before: String,
    /// The interface of the way to it in the trial, for people.
    pub after: String,
}

/// A trial: the kernel has routes that the route file does not have yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trial {
    /// The routes that are tried.
    pub target: Target,
    /// The routes to which the trial is reverted.
    pub former: Former,
    /// The time of the first request.
    pub began: Moment,
    /// The time after which it is reverted, in seconds.
    pub deadline: u64,
    /// The peers that must answer.
    pub peers: Vec<Counted>,
    /// The time, in seconds since the boot, since which all of them answered in each run.
    pub answered_since: Option<u64>,
    /// True from the verdict until the storage has the routes.
    pub is_confirming: bool,
}

/// The time after a trial was reverted, in which the lost peers may return.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settling {
    /// The routes that were tried.
    pub target: Target,
    /// The routes that were restored.
    pub former: Former,
    /// The time of the revert.
    pub since: Moment,
    /// The peers that did not answer at the end of the trial.
    pub lost: Vec<Peer>,
}

/// The reason why a change waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No peer answers, but one did before.
    NoAnswer,
    /// kni254 does not accept routes, or carries no traffic, so that nothing could be tried.
    Interface,
    /// The list of peers is invalid, and none is known.
    Peers,
    /// Routes of a trial whose record is lost were removed, and peers have time to answer again.
    Restored,
}

/// The state of a change of routes to peers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Nothing.
    #[default]
    Idle,
    /// A change waits.
    Postponed {
        /// The digest of its routes.
        digest: String,
        /// The reason.
        reason: Reason,
        /// Since when it waits.
        since: Moment,
    },
    /// A change is tried.
    Trial(Box<Trial>),
    /// A trial was reverted, and its verdict is not known yet.
    Settling(Box<Settling>),
}

/// The reason why routes are not tried again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// This peer answered before the trial and after it, but not in it.
    Lost(Peer),
    /// The trials ended without a verdict.
    Unproven,
    /// An operator reverted the trial.
    Operator,
}

/// Routes that are not tried again before another document comes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Quarantined {
    /// The digest of the routes.
    pub digest: String,
    /// The origin of the routes.
    pub origin: Origin,
    /// Why.
    pub cause: Cause,
    /// The time of the verdict, in seconds since the epoch.
    pub time: i64,
}

/// The trials of the same routes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attempts {
    /// The digest of the routes.
    pub digest: String,
    /// The number of trials that began.
    pub trials: u32,
    /// The number of those that ended because kni254 was lost.
    pub interrupted: u32,
}

/// The end of the last trial.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    /// The origin of the routes.
    pub origin: Origin,
    /// The digest of the routes.
    pub digest: String,
    /// True if they were confirmed, and false if they were rejected.
    pub is_confirmed: bool,
}

/// The record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Record {
    format_version: u32,
    /// The state of the change.
    pub phase: Phase,
    /// The trials of the routes that were tried last.
    pub attempts: Attempts,
    /// The digest of the document's routes that were confirmed last. They are not tried again if
    /// the product replaces the route file by its own.
    pub confirmed: Option<String>,
    /// True if they are not in the file because of a hold or a removal.
    pub is_off: bool,
    /// The peers that answered in a confirmed state.
    pub answered: Vec<Peer>,
    /// When peers were asked last in a confirmed state.
    pub asked: Option<Moment>,
    /// The routes in quarantine, the newest last.
    pub quarantine: Vec<Quarantined>,
    /// The end of the last trial.
    pub verdict: Option<Verdict>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            format_version: FORMAT_VERSION,
            phase: Phase::Idle,
            attempts: Attempts::default(),
            confirmed: None,
            is_off: false,
            answered: Vec::new(),
            asked: None,
            quarantine: Vec::new(),
            verdict: None,
        }
    }
}

impl Record {
    /// Reads the record. `None` if it is missing, damaged or of another version.
    pub(crate) fn read(files: &dyn Files) -> Option<Self> {
        let record: Self = serde_json::from_slice(&files.record(NAME).ok()??).ok()?;
        (record.format_version == FORMAT_VERSION).then_some(record)
    }

    /// Writes the record. One without content is removed.
    ///
    /// # Errors
    ///
    /// The record cannot be written, and is unchanged.
    pub(crate) fn write(&self, files: &mut dyn Files) -> Result<(), FileError> {
        if *self == Self::default() {
            return files.remove_record(NAME);
        }
        files.write_record(NAME, &serde_json::to_vec(self).expect("names and numbers are JSON"))
    }

    /// Returns the entry of routes that are in quarantine.
    pub(crate) fn quarantined(&self, target: &Target) -> Option<&Quarantined> {
        self.quarantine.iter().find(|entry| entry.digest == target.digest && entry.origin == target.origin)
    }

    /// Returns true if these routes were confirmed last.
    pub(crate) fn is_confirmed(&self, target: &Target) -> bool {
        target.origin == Origin::Document && self.confirmed.as_ref() == Some(&target.digest)
    }

    /// Remembers that these routes are confirmed. The routes themselves are in another file,
    /// which most runs do not read.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(crate) fn confirm(&mut self, target: &Target, files: &mut dyn Files) -> Result<(), FileError> {
        self.is_off = target.origin != Origin::Document;
        if !self.is_off && !self.is_confirmed(target) {
            let routes = serde_json::to_vec(&target.routes).expect("routes are JSON");
            files.write_record(CONFIRMED_NAME, &routes)?;
            self.confirmed = Some(target.digest.clone());
        }
        Ok(())
    }

    /// Returns true if the confirmed state has no routes.
    pub(crate) fn has_no_routes(&self) -> bool {
        self.is_off || self.confirmed.as_deref() == Some(OFF)
    }

    /// Returns the routes of the document that were confirmed last, if they are known.
    pub(crate) fn confirmed_routes(&self, files: &dyn Files) -> Option<Vec<Route>> {
        let digest = self.confirmed.as_ref().filter(|_| !self.is_off)?;
        let routes: Option<Vec<Route>> = serde_json::from_slice(&files.record(CONFIRMED_NAME).ok()??).ok()?;
        (Target::new(Origin::Document, routes.as_deref()).digest == *digest).then_some(routes?)
    }

    /// Puts routes into quarantine.
    pub(crate) fn put_into_quarantine(&mut self, target: &Target, cause: Cause, time: i64) {
        self.end_quarantine(target);
        let Target { origin, digest, .. } = target.clone();
        self.quarantine.push(Quarantined { digest, origin, cause, time });
        let surplus = self.quarantine.len().saturating_sub(QUARANTINED);
        self.quarantine.drain(..surplus);
    }

    /// Takes routes out of quarantine.
    pub(crate) fn end_quarantine(&mut self, target: &Target) {
        self.quarantine.retain(|entry| entry.digest != target.digest || entry.origin != target.origin);
    }

    /// Remembers that peers answered.
    pub(crate) fn has_answered<'p>(&mut self, peers: impl IntoIterator<Item = &'p Peer>) {
        for peer in peers {
            if !peer.is_inbound && !self.answered.iter().any(|known| known.end() == peer.end()) {
                self.answered.push(Peer { local: None, ..peer.clone() });
            }
        }
        self.answered.sort();
    }
}
