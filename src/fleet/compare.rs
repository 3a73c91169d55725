//! The comparison of the answers with the published documents.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Answer, FleetError, FleetReport, MinionReport, MinionState, Summary};
use crate::contract::Verdict;
use crate::model::NodeId;
use crate::publish::documents;
use crate::push::pushed;

/// The end of a name that the router cut.
const CUT: char = '…';

/// The document that a minion should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The node.
    pub node: NodeId,
    /// The digest of its route file; `None` if the plugin is off.
    pub digest: Option<String>,
    /// True if `push` delivered the document.
    pub is_pushed: bool,
}

/// Returns the documents that are published in a folder, by minion.
///
/// # Errors
///
/// Nothing is published, or the manifest or the record of earlier pushes cannot be read.
pub fn expected(path: &Path) -> Result<BTreeMap<String, Expected>, FleetError> {
    let published = documents(path)?.ok_or_else(|| FleetError::NothingPublished(path.to_owned()))?;
    let pushed = pushed(path)?;
    let expected = published.into_iter().map(|(minion, document)| {
        let is_pushed = pushed.get(&minion) == Some(&document.sha256);
        let node = NodeId { router: document.router, node: document.node };
        (minion, Expected { node, digest: document.route_digest, is_pushed })
    });
    Ok(expected.collect())
}

/// Compares answers with the documents that the minions should have.
///
/// An answer of another minion counts only if it has routes. So machines without the router's
/// program, which may have the same master, do not.
#[must_use]
pub fn compare(expected: BTreeMap<String, Expected>, mut answers: BTreeMap<String, Answer>) -> FleetReport {
    let mut report = FleetReport::default();
    for (minion, expected) in expected {
        let answer = answers.remove(&minion).unwrap_or(Answer::None(None));
        report.minions.push(minion_report(minion, expected, answer));
    }
    for (minion, answer) in answers {
        let summary = match answer {
            Answer::Summary(summary) if has_routes(&summary) => *summary,
            Answer::Summary(_) | Answer::Bad(_) => {
                report.others += 1;
                continue;
            }
            Answer::None(_) => continue,
        };
        report.minions.push(MinionReport {
            minion,
            node: None,
            state: MinionState::NotInAuthority,
            published: None,
            is_pushed: false,
            summary: Some(summary),
            reason: None,
        });
    }
    report.minions.sort_by(|a, b| a.minion.cmp(&b.minion));
    report
}

fn minion_report(minion: String, expected: Expected, answer: Answer) -> MinionReport {
    let (state, summary, reason) = match answer {
        Answer::None(reason) => (MinionState::NotAnswering, None, reason),
        Answer::Bad(reason) => (MinionState::BadAnswer, None, Some(reason)),
        Answer::Summary(summary) => (state(&summary, &expected), Some(*summary), None),
    };
    let Expected { node, digest, is_pushed } = expected;
    MinionReport { minion, node: Some(node), state, published: digest, is_pushed, summary, reason }
}

/// Returns true if a router has routes, or an unreadable document that may have some.
fn has_routes(summary: &Summary) -> bool {
    let is_unreadable = matches!(summary.verdict, Verdict::Refused | Verdict::Failed);
    summary.digest.is_some() || is_unreadable || !summary.drift.is_empty()
}

fn state(summary: &Summary, expected: &Expected) -> MinionState {
    let is_same = summary.digest == expected.digest
        && is_name(&summary.router, &expected.node.router)
        && is_name(&summary.node, &expected.node.node);
    match summary.verdict {
        Verdict::Refused | Verdict::Failed => MinionState::BadDocument,
        Verdict::NoDocument => MinionState::AnotherDocument,
        _ if !is_same => MinionState::AnotherDocument,
        // Without routes, there is nothing that the units look after.
        Verdict::InAgreement if summary.units_off > 0 && summary.digest.is_some() => MinionState::UnitsOff,
        Verdict::InAgreement => MinionState::UpToDate,
        Verdict::Held => MinionState::Held,
        Verdict::InTrial | Verdict::Postponed => MinionState::Waiting,
        Verdict::Quarantined => MinionState::Reverted,
        Verdict::Drift => drift_state(summary),
    }
}

/// Returns the state of a router with differences. Others than conflicts and waiting routes are
/// corrected by the next run, unless something is wrong.
fn drift_state(summary: &Summary) -> MinionState {
    let has_only = |codes: &[&str]| summary.drift.keys().all(|code| codes.contains(&code.as_str()));
    match summary.drift.contains_key(HELD) {
        _ if summary.drift.is_empty() => MinionState::Drift,
        true if has_only(&[HELD, WAITING]) => MinionState::Conflict,
        false if has_only(&[WAITING]) => MinionState::Waiting,
        _ => MinionState::Drift,
    }
}

/// The name of the difference of a route whose place another program's route has.
const HELD: &str = "held";

/// The name of the difference of a route that waits for kni254.
const WAITING: &str = "waiting";

/// Returns true if a name in a summary, which may be cut, is this one.
fn is_name(told: &str, name: &str) -> bool {
    told == name || told.strip_suffix(CUT).is_some_and(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{Answer, Expected, MinionState, compare};
    use crate::model::NodeId;

    fn expected(digest: Option<&str>) -> Expected {
        let node = NodeId { router: "r".to_owned(), node: "n".to_owned() };
        Expected { node, digest: digest.map(str::to_owned), is_pushed: true }
    }

    fn state(digest: Option<&str>, answer: &Value) -> MinionState {
        let answers = BTreeMap::from([("m".to_owned(), Answer::read(answer))]);
        compare(BTreeMap::from([("m".to_owned(), expected(digest))]), answers).minions[0].state
    }

    #[test]
    fn each_answer_has_a_state() {
        use MinionState::*;
        let on = Some("d");
        let told = |verdict: &str, digest: Value, drift: Value| json!({"verdict": verdict, "router": "r", "node": "n", "digest": digest, "drift": drift});
        let same = |verdict: &str| told(verdict, json!("d"), json!({}));
        let drift = |codes: Value| told("drift", json!("d"), codes);
        for (digest, answer, expected) in [
            (on, same("in-agreement"), UpToDate),
            (None, told("in-agreement", json!(null), json!({})), UpToDate),
            (on, told("in-agreement", json!("e"), json!({})), AnotherDocument),
            (on, told("in-agreement", json!(null), json!({})), AnotherDocument),
            (None, told("in-agreement", json!("d"), json!({})), AnotherDocument),
            (on, json!({"verdict": "in-agreement", "router": "r2", "node": "n", "digest": "d"}), AnotherDocument),
            (on, json!({"verdict": "in-agreement", "router": "r", "node": "n2", "digest": "d"}), AnotherDocument),
            // Whatever else it says, the routes are those of another document.
            (on, told("in-trial", json!("e"), json!({})), AnotherDocument),
            (on, told("held", json!("e"), json!({})), AnotherDocument),
            (None, told("no-document", json!(null), json!({})), AnotherDocument),
            (on, told("no-document", json!(null), json!({})), AnotherDocument),
            (
                on,
                json!({"verdict": "in-agreement", "router": "r", "node": "n", "digest": "d", "units-off": 1}),
                UnitsOff,
            ),
            (None, json!({"verdict": "in-agreement", "router": "r", "node": "n", "units-off": 2}), UpToDate),
            (on, same("held"), Held),
            (on, same("in-trial"), Waiting),
            (on, same("postponed"), Waiting),
            (on, same("quarantined"), Reverted),
            (on, same("drift"), Drift),
            (on, drift(json!({"waiting": 2})), Waiting),
            (on, drift(json!({"held": 1})), Conflict),
            (on, drift(json!({"held": 1, "waiting": 2})), Conflict),
            (on, drift(json!({"held": 1, "not-in-kernel": 1})), Drift),
            (on, drift(json!({"no-carrier": 1})), Drift),
            (on, drift(json!({"a-later-one": 1})), Drift),
            (on, json!({"verdict": "refused", "error": "x"}), BadDocument),
            (on, json!({"verdict": "failed", "error": "x"}), BadDocument),
            (on, json!({"stdout": "", "retcode": 127}), BadAnswer),
            (on, json!("VALUE_TRIMMED"), BadAnswer),
            (on, json!(false), NotAnswering),
        ] {
            assert_eq!(state(digest, &answer), expected, "{digest:?} {answer}");
        }
    }

    #[test]
    fn other_minions_count_only_with_routes() {
        let answers = json!({
            "routes": {"verdict": "in-agreement", "digest": "d"},
            "unreadable": {"verdict": "refused"},
            "off": {"verdict": "no-document"},
            "without-the-program": {"stdout": "", "stderr": "not found", "retcode": 127},
            "silent": false,
        });
        let answers: BTreeMap<String, Value> = serde_json::from_value(answers).expect("a map");
        let answers = answers.iter().map(|(minion, answer)| (minion.clone(), Answer::read(answer))).collect();
        let report = compare(BTreeMap::from([("m".to_owned(), expected(Some("d")))]), answers);
        let states: Vec<_> = report.minions.iter().map(|minion| (minion.minion.as_str(), minion.state)).collect();
        let expected = [
            ("m", MinionState::NotAnswering),
            ("routes", MinionState::NotInAuthority),
            ("unreadable", MinionState::NotInAuthority),
        ];
        assert_eq!(states, expected);
        assert_eq!(report.others, 2);
    }

    #[test]
    fn a_cut_name_is_that_name() {
        let told = |router: &str| json!({"verdict": "in-agreement", "router": router, "node": "n", "digest": "d"});
        let long = Expected {
            node: NodeId { router: "a-router-with-a-long-name".to_owned(), node: "n".to_owned() },
            ..expected(Some("d"))
        };
        for (router, expected) in
            [("a-router-with…", MinionState::UpToDate), ("another-router…", MinionState::AnotherDocument)]
        {
            let answers = BTreeMap::from([("m".to_owned(), Answer::read(&told(router)))]);
            let report = compare(BTreeMap::from([("m".to_owned(), long.clone())]), answers);
            assert_eq!(report.minions[0].state, expected, "{router}");
        }
    }
}
