//! A comparison as a page (`templates/page/fleet.js`).

use serde::Serialize;

use super::text;
use crate::commands::page::{Page, grouped, shown};
use crate::fleet::{FleetReport, MinionReport, MinionState};
use crate::model::count::plural;

#[derive(Serialize)]
struct FleetData {
    view: &'static str,
    /// The names of the states, in their order.
    states: Vec<&'static str>,
    minions: Vec<MinionData>,
}

/// A minion: its id, its router and node, the index of its state, and the details.
#[derive(Serialize)]
struct MinionData(String, Option<(String, String)>, usize, Option<String>);

pub(super) fn render(report: &FleetReport) -> String {
    let data = FleetData {
        view: "fleet",
        states: MinionState::ALL.map(MinionState::code).into(),
        minions: report.minions.iter().map(minion).collect(),
    };
    let lead: Vec<String> = others(report.others).into_iter().collect();
    Page { kind: "Fleet", summary: &summary(report), lead: &lead }.render(&data)
}

fn minion(minion: &MinionReport) -> MinionData {
    let node = minion.node.as_ref().map(|id| (shown(&id.router), shown(&id.node)));
    let state = MinionState::ALL.iter().position(|state| *state == minion.state).expect("one of all states");
    MinionData(shown(&minion.minion), node, state, text::details(minion))
}

/// Returns `41 of 44 minions are up to date.`
fn summary(report: &FleetReport) -> String {
    let (all, good) = (report.minions.len(), report.in_state(MinionState::UpToDate).count());
    let minions = plural(all, "minion", "minions");
    format!("{} of {} {minions} {} up to date.", grouped(good), grouped(all), plural(good, "is", "are"))
}

/// Returns a sentence about the minions that have nothing to compare.
fn others(count: usize) -> Option<String> {
    let minions = plural(count, "other minion has", "other minions have");
    (count > 0).then(|| format!("{} {minions} neither a published document nor routes.", grouped(count)))
}
