//! The messages about trials. Each is a line of the journal.

use std::fmt;

use crate::model::count::counted;
use crate::router::confirm::hold::Hold;
use crate::router::confirm::outcome::Outcome;
use crate::router::confirm::peer::Peer;
use crate::router::confirm::record::{Cause, Counted, Origin, Phase, Reason, Target, Trial};
use crate::router::error::KernelError;

/// The number of peers that a message names.
const NAMED: usize = 3;

/// Something that happened to a trial, or to a hold.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'n> {
    /// A trial began.
    Began(&'n Trial),
    /// A trial ended.
    Ended(&'n Trial, End),
    /// A trial reached its deadline, and was reverted. These peers did not answer.
    Reverted(&'n Trial, &'n [Peer]),
    /// The peers that were lost did not return. So the routes are tried again with the others.
    Repeated(&'n [Peer]),
    /// Routes are not tried again.
    Quarantined(&'n Target, &'n Cause),
    /// A change waits.
    Postponed(Reason),
    /// A removal without a trial changed the way to this peer. True if it answers.
    Moved(&'n Counted, bool),
    /// The open connections cannot be read.
    SessionsUnknown(&'n KernelError),
    /// The message of an earlier run still applies.
    Lasting(&'n Outcome),
    /// The plugin is held off.
    Held(&'n Hold),
    /// The hold has ended.
    Released,
    /// There is nothing to confirm.
    NothingToConfirm,
    /// There is no trial to revert.
    NothingToRevert,
}

/// The end of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its routes are confirmed.
    Confirmed,
    /// The machine was booted, which restored the routes of the file.
    Reboot,
    /// kni254 went away.
    Interface,
    /// Other routes are wanted.
    Superseded,
    /// The route of another program took the place of one to a peer.
    Conflict,
}

impl Notice<'_> {
    /// Returns true if an operator should look at this.
    pub(crate) fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::Lasting(_)
                | Self::Reverted(..)
                | Self::Repeated(_)
                | Self::Quarantined(..)
                | Self::Postponed(_)
                | Self::Moved(..)
                | Self::SessionsUnknown(_)
        )
    }
}

impl fmt::Display for Notice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Began(trial) => {
                let named = Named(&trial.peers, |counted: &Counted, f| {
                    write!(f, "{} through {}, before {}", counted.peer, counted.after, counted.before)
                });
                let subject = Subject(trial.target.origin);
                write!(f, "{subject} is on trial for {} s: it is reverted unless these answer: {named}", trial.deadline)
            }
            Self::Ended(trial, end) => {
                let subject = Subject(trial.target.origin);
                match end {
                    End::Confirmed => write!(f, "{subject} is confirmed"),
                    End::Reboot => write!(f, "The trial of {subject:#} ended: the machine was booted"),
                    End::Interface => {
                        write!(f, "The trial of {subject:#} ended: kni254 went away; it begins again later")
                    }
                    End::Superseded => write!(f, "The trial of {subject:#} ended: other routes are wanted"),
                    End::Conflict => write!(
                        f,
                        "The trial of {subject:#} ended: another route took the place of one to a peer, \
                         so the change goes on without it"
                    ),
                }
            }
            Self::Reverted(trial, []) => {
                let subject = Subject(trial.target.origin);
                write!(f, "{subject} is reverted: the peers did not answer twice within {} s", trial.deadline)
            }
            Self::Reverted(trial, lost) => {
                let (subject, lost) = (Subject(trial.target.origin), peers(lost));
                write!(f, "{subject} is reverted after {} s: no answer from {lost}", trial.deadline)
            }
            Self::Repeated([]) => write!(f, "The change of routes is tried again"),
            Self::Repeated(lost) => {
                write!(
                    f,
                    "The former routes do not reach these either, so the change is tried without: {}",
                    peers(lost)
                )
            }
            Self::Quarantined(target, cause) => write_verdict(f, target.origin, cause),
            Self::Postponed(reason) => reason.fmt(f),
            Self::Moved(Counted { peer, before, after }, is_answering) => {
                let answer = if *is_answering { "answers on another way" } else { "does not answer" };
                write!(f, "{peer} {answer} without the routes of the plugin: now through {after}, before {before}")
            }
            Self::SessionsUnknown(error) => write!(f, "{error}; only listed peers count"),
            Self::Lasting(outcome) => outcome.fmt(f),
            Self::Held(Hold { reason: None, .. }) => write!(f, "The plugin is held off this machine"),
            Self::Held(Hold { reason: Some(reason), .. }) => {
                write!(f, "The plugin is held off this machine: {reason}")
            }
            Self::Released => write!(f, "The hold is over"),
            Self::NothingToConfirm => write!(f, "There is no change to confirm"),
            Self::NothingToRevert => write!(f, "There is no trial to revert"),
        }
    }
}

/// The subject of a trial. The alternate form begins in lower case.
struct Subject(Origin);

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 {
            Origin::Document => "he new configuration",
            Origin::Hold => "he hold",
            Origin::Remove => "he removal",
        };
        write!(f, "{}{text}", if f.alternate() { "t" } else { "T" })
    }
}

/// A list that displays only its first items.
struct Named<'n, T>(&'n [T], fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result);

impl<T> fmt::Display for Named<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(items, write_item) = self;
        for (index, item) in items.iter().take(NAMED).enumerate() {
            f.write_str(if index == 0 { "" } else { "; " })?;
            write_item(item, f)?;
        }
        match items.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, "; and {}", counted(more, "other")),
        }
    }
}

/// Displays peers.
pub(crate) fn peers(peers: &[Peer]) -> impl fmt::Display {
    Named(peers, |peer: &Peer, f| write!(f, "{peer}"))
}

fn write_verdict(f: &mut fmt::Formatter<'_>, origin: Origin, cause: &Cause) -> fmt::Result {
    let subject = Subject(origin);
    match cause {
        Cause::Lost(peer) => write!(f, "{subject} is rejected: it cuts off {peer}, which answers again")?,
        Cause::Unproven => write!(f, "{subject} is rejected: no trial came to a result")?,
        Cause::Operator => write!(f, "{subject} is rejected: an operator reverted it")?,
    }
    f.write_str(match origin {
        Origin::Document => {
            "; the former routes stay until another document comes, or an operator runs \"release\" or \"confirm\""
        }
        Origin::Hold => "; the hold is over; to hold regardless, run \"hold --now\"",
        Origin::Remove => "; to remove regardless, run \"remove --now\"",
    })
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAnswer => {
                "The change of routes waits: no peer answers now, so a loss could not be seen; it is made when one \
                 answers, or an operator runs \"confirm\""
            }
            Self::Peers => {
                "The change of routes waits: the list of peers is invalid; it is made when the list is valid, or an \
                 operator runs \"confirm\""
            }
            Self::Interface => {
                "The change of routes waits: it can be tried only while kni254 is ready and has a carrier, or an \
                 operator runs \"confirm\""
            }
            Self::Restored => {
                "The routes of a trial whose record is lost are removed; the change is tried when a peer answers again"
            }
        })
    }
}

impl fmt::Display for Outcome {
    /// Writes the message about a change that is not made yet.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Confirmed => write!(f, "The routes are confirmed"),
            Self::Reverted => write!(f, "The change is reverted"),
            Self::Quarantined(entry) => write_verdict(f, entry.origin, &entry.cause),
            Self::Postponed(phase) | Self::Pending(phase) => match phase {
                Phase::Postponed { reason, .. } => reason.fmt(f),
                Phase::Trial(trial) => {
                    let peers = Named(&trial.peers, |counted: &Counted, f| write!(f, "{}", counted.peer));
                    write!(
                        f,
                        "{} is on trial: it is reverted unless these answer: {peers}",
                        Subject(trial.target.origin)
                    )
                }
                Phase::Settling(settling) => {
                    let subject = Subject(settling.target.origin);
                    write!(
                        f,
                        "{subject} is reverted; the verdict depends on whether these return: {}",
                        peers(&settling.lost)
                    )
                }
                Phase::Idle => write!(f, "Nothing waits"),
            },
        }
    }
}
