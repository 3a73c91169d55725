//! A comparison as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::commands::list::shortened;
use crate::fleet::{Conflict, FirstDrift, FleetReport, MinionReport, MinionState};

/// The version of the format.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ReportJson<'r> {
    format_version: u32,
    up_to_date: bool,
    states: BTreeMap<&'static str, usize>,
    others: usize,
    minions: Vec<MinionJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct MinionJson<'r> {
    minion: &'r str,
    router: Option<&'r str>,
    node: Option<&'r str>,
    state: &'static str,
    published: Option<&'r str>,
    pushed: bool,
    reason: Option<String>,
    status: Option<StatusJson<'r>>,
}

#[derive(Serialize)]
struct StatusJson<'r> {
    verdict: &'static str,
    router: &'r str,
    node: &'r str,
    digest: Option<&'r str>,
    returns: u32,
    desired: usize,
    drift: &'r BTreeMap<String, usize>,
    first: &'r [FirstDrift],
    held: &'r [Conflict],
    error: Option<&'r str>,
}

/// Returns the report on one line.
pub(super) fn render(report: &FleetReport) -> String {
    let count = |state: MinionState| (state.code(), report.in_state(state).count());
    let json = ReportJson {
        format_version: FORMAT_VERSION,
        up_to_date: report.is_up_to_date(),
        states: MinionState::ALL.into_iter().map(count).collect(),
        others: report.others,
        minions: report.minions.iter().map(minion_json).collect(),
    };
    serde_json::to_string(&json).expect("names and numbers are JSON") + "\n"
}

fn minion_json(minion: &MinionReport) -> MinionJson<'_> {
    MinionJson {
        minion: &minion.minion,
        router: minion.node.as_ref().map(|node| node.router.as_str()),
        node: minion.node.as_ref().map(|node| node.node.as_str()),
        state: minion.state.code(),
        published: minion.published.as_deref(),
        pushed: minion.is_pushed,
        reason: minion.reason.as_deref().map(shortened),
        status: minion.summary.as_ref().map(|summary| StatusJson {
            verdict: summary.verdict.code(),
            router: &summary.router,
            node: &summary.node,
            digest: summary.digest.as_deref(),
            returns: summary.returns,
            desired: summary.desired,
            drift: &summary.drift,
            first: &summary.first,
            held: &summary.held,
            error: summary.error.as_deref(),
        }),
    }
}
