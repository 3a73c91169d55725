//! The result of a push as text.

use std::fmt::Write as _;

use crate::commands::printable::printable;
use crate::model::count::{counted, plural};
use crate::push::{Objection, PushReport};

/// The most minions that a list names.
const NAMED: usize = 20;

/// The most characters of the reason why a state failed.
const REASON: usize = 200;

/// Returns the result. Each minion is named once, and of a long list only the first ones.
pub(super) fn to_text(report: &PushReport, is_check: bool) -> String {
    let mut text = match (report.due, is_check) {
        (0, _) => "all minions have their documents\n".to_owned(),
        (due, true) => format!("{} {} the published document\n", counted(due, "minion"), plural(due, "lacks", "lack")),
        (due, false) => format!("pushed to {} of {}\n", report.pushed, counted(due, "minion")),
    };
    if !report.failed.is_empty() {
        text += &format!("the state failed on {}:\n", counted(report.failed.len(), "minion"));
        for (minion, reason) in report.failed.iter().take(NAMED) {
            let _ = writeln!(text, "  {}: {}", printable(minion), shortened(reason));
        }
        push_rest(&mut text, report.failed.len());
    }
    for (minions, words) in [
        (&report.silent, "no answer from"),
        (&report.without_key, "no accepted key of"),
        (&report.untried, if is_check { "due:" } else { "not tried:" }),
    ] {
        if !minions.is_empty() {
            let _ = writeln!(text, "{words} {}:", counted(minions.len(), "minion"));
            minions.iter().take(NAMED).for_each(|minion| text += &format!("  {}\n", printable(minion)));
            push_rest(&mut text, minions.len());
        }
    }
    if let Some(stop) = &report.stop {
        let words = match &stop.objection {
            Objection::NotApplied => "did not apply its document".to_owned(),
            Objection::Verdict(verdict) => format!("is {}", verdict.code()),
            Objection::NoVerdict(waited) => format!("had no verdict after {} s", waited.as_secs()),
        };
        let minion = printable(&stop.minion);
        let _ = writeln!(text, "stopped after the first batch: {minion} {words}; correct the configuration, and push again");
    } else if !report.is_complete() && !is_check {
        text += "the next push tries the others again\n";
    }
    text
}

fn push_rest(text: &mut String, count: usize) {
    if count > NAMED {
        let _ = writeln!(text, "  and {} more", count - NAMED);
    }
}

fn shortened(reason: &str) -> String {
    let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = printable(&line).chars().take(REASON).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}
