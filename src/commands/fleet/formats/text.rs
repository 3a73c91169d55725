//! A comparison as text.

use std::fmt::Write as _;

use crate::commands::list::{push_list, shortened};
use crate::commands::printable::printable;
use crate::contract::Verdict;
use crate::fleet::{Conflict, FirstDrift, FleetReport, MinionReport, MinionState, Summary};
use crate::model::count::{counted, plural};

/// The most characters of a digest.
const DIGEST: usize = 12;

/// The most routes that are named for a minion.
const ROUTES: usize = 3;

/// Returns the report. Each minion is named once, and of a long list only the first ones.
pub(super) fn render(report: &FleetReport) -> String {
    let (all, good) = (report.minions.len(), report.in_state(MinionState::UpToDate).count());
    let mut text = format!("{good} of {} {} up to date\n", counted(all, "minion"), plural(good, "is", "are"));
    for state in MinionState::ALL {
        let minions: Vec<&MinionReport> = report.in_state(state).filter(|minion| is_named(minion)).collect();
        if !minions.is_empty() {
            let _ = writeln!(text, "{} {}:", heading(state), counted(minions.len(), "minion"));
            push_list(&mut text, minions.into_iter().map(line));
        }
    }
    text
}

/// Returns true for a minion that is not up to date, or has a document that comes and goes.
fn is_named(minion: &MinionReport) -> bool {
    minion.state != MinionState::UpToDate || minion.returns() > 0
}

fn heading(state: MinionState) -> &'static str {
    match state {
        MinionState::UpToDate => "up to date for now:",
        MinionState::AnotherDocument => "another document on",
        MinionState::Drift => "drift on",
        MinionState::Conflict => "conflict with routes of other programs on",
        MinionState::Waiting => "waiting:",
        MinionState::UnitsOff => "units are not active and enabled on",
        MinionState::Held => "held by an operator:",
        MinionState::Reverted => "the new routes were reverted on",
        MinionState::BadDocument => "bad document on",
        MinionState::BadAnswer => "bad answer from",
        MinionState::NotAnswering => "no answer from",
        MinionState::NotInAuthority => "routes, but not in the authority:",
    }
}

fn line(minion: &MinionReport) -> String {
    let name = printable(&minion.minion);
    details(minion).map_or_else(|| name.clone(), |details| format!("{name}: {details}"))
}

/// Returns what the state of a minion means for it, if there is more to say.
pub(super) fn details(minion: &MinionReport) -> Option<String> {
    let words: Vec<String> = [words(minion), returns(minion)].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join("; "))
}

fn returns(minion: &MinionReport) -> Option<String> {
    let returns = minion.returns();
    (returns > 0).then(|| format!("its document came back {} after another one", counted(returns as usize, "time")))
}

fn words(minion: &MinionReport) -> Option<String> {
    let Some(summary) = &minion.summary else { return minion.reason.as_deref().map(shortened) };
    match minion.state {
        MinionState::AnotherDocument => {
            let pushed = if minion.is_pushed { ", but the published one was pushed" } else { "" };
            Some(format!("{}{pushed}", document(minion, summary)))
        }
        MinionState::Drift => Some(drift(summary)),
        MinionState::Conflict => Some(conflicts(&summary.held)),
        MinionState::Waiting => Some(match summary.verdict {
            Verdict::Drift => "until kni254 is up".to_owned(),
            verdict => verdict.code().to_owned(),
        }),
        MinionState::BadDocument => summary.error.as_deref().map(shortened),
        MinionState::NotInAuthority => Some(counted(summary.desired, "route")),
        MinionState::UpToDate
        | MinionState::UnitsOff
        | MinionState::Held
        | MinionState::Reverted
        | MinionState::BadAnswer
        | MinionState::NotAnswering => None,
    }
}

/// Describes the document that a router has.
fn document(minion: &MinionReport, summary: &Summary) -> String {
    let short = |digest: &str| printable(&digest.chars().take(DIGEST).collect::<String>());
    match (&summary.digest, &minion.published) {
        _ if summary.verdict == Verdict::NoDocument => "no document".to_owned(),
        (told, published) if told == published => {
            shortened(&format!("the document of {}/{}", summary.router, summary.node))
        }
        (None, _) => "the plugin is off in it".to_owned(),
        (Some(told), None) => format!("{}, and the plugin is off in the published one", short(told)),
        (Some(told), Some(published)) => format!("{} instead of {}", short(told), short(published)),
    }
}

fn drift(summary: &Summary) -> String {
    if summary.drift.is_empty() {
        return "the routes are not used".to_owned();
    }
    let counts: Vec<String> = summary.drift.iter().map(|(code, count)| format!("{count} {code}")).collect();
    let first: Vec<String> = summary.first.iter().take(ROUTES).map(route).collect();
    let first = if first.is_empty() { String::new() } else { format!(" ({})", first.join(", ")) };
    shortened(&format!("{}{first}", counts.join(", ")))
}

fn route(route: &FirstDrift) -> String {
    format!("{} metric {} {}", route.prefix, route.metric, route.drift)
}

fn conflicts(conflicts: &[Conflict]) -> String {
    let conflict = |conflict: &Conflict| {
        let interface = conflict.interface.as_deref().unwrap_or("no interface");
        let Conflict { prefix, metric, protocol, .. } = conflict;
        format!("{prefix} metric {metric} held by {interface} (protocol {protocol})")
    };
    shortened(&conflicts.iter().take(ROUTES).map(conflict).collect::<Vec<_>>().join(", "))
}
