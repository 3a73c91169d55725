//! The result of a push as JSON.

use serde::Serialize;

use crate::push::{Objection, PushReport};

/// The version of the format.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ReportJson<'r> {
    format_version: u32,
    due: usize,
    pushed: usize,
    failed: Vec<FailedJson<'r>>,
    lagging: &'r [String],
    silent: &'r [String],
    without_key: &'r [String],
    untried: &'r [String],
    stop: Option<StopJson<'r>>,
}

#[derive(Serialize)]
struct FailedJson<'r> {
    minion: &'r str,
    reason: &'r str,
}

#[derive(Serialize)]
struct StopJson<'r> {
    minion: &'r str,
    /// `not-applied`, `lags`, `no-verdict`, or the verdict of the router.
    objection: &'static str,
}

/// Returns the result on one line.
pub(super) fn to_json(report: &PushReport) -> String {
    let failed = report.failed.iter().map(|(minion, reason)| FailedJson { minion, reason });
    let stop = report.stop.as_ref().map(|stop| StopJson {
        minion: &stop.minion,
        objection: match stop.objection {
            Objection::NotApplied => "not-applied",
            Objection::Lags => "lags",
            Objection::NoVerdict(_) => "no-verdict",
            Objection::Verdict(verdict) => verdict.code(),
        },
    });
    let json = ReportJson {
        format_version: FORMAT_VERSION,
        due: report.due,
        pushed: report.pushed,
        failed: failed.collect(),
        lagging: &report.lagging,
        silent: &report.silent,
        without_key: &report.without_key,
        untried: &report.untried,
        stop,
    };
    serde_json::to_string(&json).expect("names and numbers are JSON") + "\n"
}
