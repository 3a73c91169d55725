//! Trials and holds in the results.

use std::fmt;

use serde::Serialize;

use super::Surroundings;
use super::surroundings::duration;
use crate::model::Metric;
use crate::model::count::counted;
use crate::router::confirm::peer::Peer;
use crate::router::confirm::record::{Counted, Phase, Trial};
use crate::router::confirm::{Change, Hold, Outcome};
use crate::router::kernel::Described;
use crate::router::status::{Guarded, Status};

/// The text about a machine whose changes are not tried.
const UNGUARDED: &str = "unguarded: no peer ever answered, so no change is tried first";

/// The most peers and routes that the text names.
const NAMED: usize = 5;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct GuardJson {
    state: &'static str,
    unguarded: bool,
    answered: Vec<String>,
    seconds_left: Option<u64>,
    peers: Vec<PeerJson>,
    lost: Vec<String>,
    reason: Option<String>,
    quarantined_at: Option<i64>,
    change: Vec<ChangeJson>,
    hold: Option<Hold>,
}

#[derive(Serialize)]
struct PeerJson {
    peer: String,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct ChangeJson {
    action: &'static str,
    prefix: String,
    metric: Metric,
}

/// Returns the trial and the hold as in JSON; `None` if this user cannot read them.
pub(super) fn guard_json(status: &Status, surroundings: &Surroundings) -> Option<GuardJson> {
    let Guarded { outcome, hold, answered, pending, is_readable } = &status.guarded;
    if !is_readable {
        return None;
    }
    let trial = trial_of(outcome);
    let peer = |counted: &Counted| PeerJson {
        peer: counted.peer.to_string(),
        before: counted.before.clone(),
        after: counted.after.clone(),
    };
    Some(GuardJson {
        state: code(outcome),
        unguarded: status.guarded.is_unguarded(),
        answered: answered.iter().map(ToString::to_string).collect(),
        seconds_left: trial_seconds_left(status, surroundings),
        peers: trial.iter().flat_map(|trial| &trial.peers).map(peer).collect(),
        lost: lost_of(outcome).iter().map(ToString::to_string).collect(),
        reason: (*outcome != Outcome::Confirmed).then(|| outcome.to_string()),
        quarantined_at: match outcome {
            Outcome::Quarantined(entry) => Some(entry.time),
            _ => None,
        },
        change: pending.iter().map(change_json).collect(),
        hold: hold.clone(),
    })
}

fn change_json(change: &Change) -> ChangeJson {
    let Change { route, is_addition } = change;
    let action = if *is_addition { "add" } else { "delete" };
    ChangeJson { action, prefix: route.prefix.to_string(), metric: route.metric }
}

/// Returns the name of a state in JSON.
fn code(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed | Outcome::Reverted => "confirmed",
        Outcome::Pending(Phase::Trial(_)) => "trial",
        Outcome::Pending(_) => "reverted",
        Outcome::Postponed(_) => "postponed",
        Outcome::Quarantined(_) => "quarantined",
    }
}

fn trial_of(outcome: &Outcome) -> Option<&Trial> {
    match outcome {
        Outcome::Pending(Phase::Trial(trial)) => Some(trial),
        _ => None,
    }
}

fn lost_of(outcome: &Outcome) -> &[Peer] {
    match outcome {
        Outcome::Pending(Phase::Settling(settling)) => &settling.lost,
        _ => &[],
    }
}

/// Returns the time until the deadline of the trial, if there is one.
pub(super) fn trial_seconds_left(status: &Status, surroundings: &Surroundings) -> Option<u64> {
    status.guarded.outcome.seconds_left(surroundings.moment.as_ref()?)
}

/// Returns the lines of the text, each with its label.
pub(super) fn lines(status: &Status, surroundings: &Surroundings) -> Vec<(&'static str, String)> {
    let Guarded { outcome, hold, answered, pending, is_readable } = &status.guarded;
    if !is_readable {
        return vec![("guard", "unknown: only root can read the record of trials".to_owned())];
    }
    let mut lines = Vec::new();
    if let Some(Hold { reason, since, .. }) = hold {
        let age = duration(surroundings.age(*since));
        let reason = reason.as_deref().map(|reason| format!(": {}", reason.escape_debug())).unwrap_or_default();
        lines.push(("hold", format!("for {age}{reason}")));
    }
    match outcome {
        Outcome::Confirmed | Outcome::Reverted if answered.is_empty() => {
            lines.push(("guard", UNGUARDED.to_owned()));
        }
        Outcome::Confirmed | Outcome::Reverted => {
            lines.push(("guard", format!("{} answered: {}", counted(answered.len(), "peer"), listed(answered.iter()))));
        }
        outcome => lines.push(("guard", outcome.to_string())),
    }
    if let Some(trial) = trial_of(outcome) {
        if let Some(seconds) = trial_seconds_left(status, surroundings) {
            lines.push(("", format!("{seconds} s left")));
        }
        for counted in trial.peers.iter().take(NAMED) {
            lines.push(("", format!("{}: through {}, before {}", counted.peer, counted.after, counted.before)));
        }
    }
    if !pending.is_empty() {
        let sign = |change: &Change| if change.is_addition { "+" } else { "-" };
        let named = listed(pending.iter().map(|change| format!("{}{}", sign(change), Described(change.route))));
        lines.push(("change", named));
    }
    lines
}

/// Returns a list that displays only its first items.
pub(super) fn listed(items: impl ExactSizeIterator<Item: fmt::Display>) -> String {
    let more = items.len().saturating_sub(NAMED);
    let mut text = items.take(NAMED).map(|item| item.to_string()).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(", and {more} more"));
    }
    text
}

/// Returns why the routes are not those of the document, and what is not tried.
pub(super) fn reasons(status: &Status, surroundings: &Surroundings) -> Vec<String> {
    let Guarded { outcome, hold, .. } = &status.guarded;
    let mut reasons = Vec::new();
    match outcome {
        Outcome::Confirmed | Outcome::Reverted => {}
        outcome => reasons.push(outcome.to_string()),
    }
    reasons.extend(trial_seconds_left(status, surroundings).map(|seconds| format!("{seconds} s left")));
    reasons.extend(hold.as_ref().and_then(|hold| hold.reason.clone()));
    if status.guarded.is_unguarded() && status.desired.routes.is_some() {
        reasons.push(UNGUARDED.to_owned());
    }
    reasons
}

/// Returns the words after the verdict about a trial, if there is one, or something waits for it.
pub(super) fn words(status: &Status) -> Option<&'static str> {
    match &status.guarded.outcome {
        Outcome::Confirmed | Outcome::Reverted => None,
        Outcome::Pending(Phase::Trial(_)) => Some("new routes are tried, and not confirmed yet"),
        Outcome::Pending(_) => Some("new routes were tried and are reverted; the verdict is not known yet"),
        Outcome::Postponed(_) => Some("a change of the routes to peers waits"),
        Outcome::Quarantined(_) => Some("the new routes are rejected, and the former ones stay"),
    }
}

/// Returns the next steps of an operator.
pub(super) fn steps(status: &Status, program: &str) -> Vec<String> {
    let mut steps = Vec::new();
    match &status.guarded.outcome {
        Outcome::Confirmed | Outcome::Reverted => {}
        Outcome::Pending(Phase::Trial(_)) => {
            steps
                .push(format!("to keep the new routes now, run {program} confirm; to drop them, run {program} revert"));
        }
        Outcome::Pending(_) => {
            steps.push(format!("wait for the verdict; to apply the new routes anyway, run {program} confirm"))
        }
        Outcome::Postponed(_) => steps.push(format!("to apply the change without a trial, run {program} confirm")),
        Outcome::Quarantined(_) => steps.push(format!(
            "correct the configuration on the conductor; to try the routes again, run {program} release; to apply them \
             without a trial, run {program} confirm"
        )),
    }
    if status.guarded.hold.is_some() {
        steps.push(format!("to end the hold, run {program} release"));
    }
    steps
}
