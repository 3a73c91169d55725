//! The result of a push as text.

use std::fmt::Write as _;

use crate::commands::list::{push_list, shortened};
use crate::commands::printable::printable;
use crate::model::count::{counted, plural};
use crate::push::{Objection, PushReport};

/// Returns the result. Each minion is named once, and of a long list only the first ones.
pub(super) fn to_text(report: &PushReport, is_check: bool) -> String {
    let mut text = match (report.due, is_check) {
        (0, _) => "all minions have their documents\n".to_owned(),
        (due, true) => format!("{} {} the published document\n", counted(due, "minion"), plural(due, "lacks", "lack")),
        (due, false) => format!("pushed to {} of {}\n", report.pushed, counted(due, "minion")),
    };
    if !report.failed.is_empty() {
        text += &format!("the state failed on {}:\n", counted(report.failed.len(), "minion"));
        let line = |(minion, reason): &(String, String)| format!("{}: {}", printable(minion), shortened(reason));
        push_list(&mut text, report.failed.iter().map(line));
    }
    for (minions, words) in [
        (&report.lagging, "the document of a later revision is on"),
        (&report.silent, "no answer from"),
        (&report.without_key, "no accepted key of"),
        (&report.untried, if is_check { "due:" } else { "not tried:" }),
    ] {
        if !minions.is_empty() {
            let _ = writeln!(text, "{words} {}:", counted(minions.len(), "minion"));
            push_list(&mut text, minions.iter().map(|minion| printable(minion)));
        }
    }
    if let Some(stop) = &report.stop {
        const CORRECT: &str = "correct the configuration, and push again";
        let (words, advice) = match &stop.objection {
            Objection::NotApplied => ("did not apply its document".to_owned(), CORRECT),
            Objection::Lags => (
                "has the document of a later revision".to_owned(),
                "push again when this conductor has the configuration of the other one",
            ),
            Objection::Verdict(verdict) => (format!("is {}", verdict.code()), CORRECT),
            Objection::NoVerdict(waited) => (format!("had no verdict after {} s", waited.as_secs()), CORRECT),
        };
        let minion = printable(&stop.minion);
        let _ = writeln!(text, "stopped after the first batch: {minion} {words}; {advice}");
    } else if !report.is_complete() && !is_check {
        text += "the next push tries the others again\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::to_text;
    use crate::contract::Verdict;
    use crate::push::{Objection, PushReport, Stop};

    fn names(prefix: &str, count: usize) -> Vec<String> {
        (0..count).map(|number| format!("{prefix}{number}")).collect()
    }

    #[test]
    fn a_long_list_names_the_first_minions() {
        let report = PushReport {
            due: 10_000,
            pushed: 4_000,
            silent: names("silent", 3_000),
            without_key: names("ghost", 2_990),
            failed: (0..10).map(|number| (format!("bad{number}"), "x".repeat(100_000))).collect(),
            ..PushReport::default()
        };
        let text = to_text(&report, false);
        assert!(text.len() < 10_000, "{}", text.len());
        assert!(text.contains("no answer from 3000 minions:\n  silent0\n"), "{text}");
        assert!(text.contains("  silent19\n  and 2980 more\nno accepted key of 2990 minions:\n"), "{text}");
    }

    #[test]
    fn names_and_reasons_cannot_forge_a_line() {
        let report = PushReport {
            due: 1,
            failed: vec![("a\nb".to_owned(), "x\ny\u{1b}[2J".to_owned())],
            ..PushReport::default()
        };
        let expected = "pushed to 0 of 1 minion\nthe state failed on 1 minion:\n  a\\u{a}b: x y\\u{1b}[2J\n\
                        the next push tries the others again\n";
        assert_eq!(to_text(&report, false), expected);
    }

    #[test]
    fn a_stop_says_why() {
        let stop = |objection| {
            let stop = Some(Stop { minion: "a".to_owned(), objection });
            to_text(&PushReport { due: 2, pushed: 1, untried: names("b", 1), stop, ..PushReport::default() }, false)
        };
        assert_eq!(
            stop(Objection::Verdict(Verdict::Quarantined)),
            "pushed to 1 of 2 minions\nnot tried: 1 minion:\n  b0\n\
             stopped after the first batch: a is quarantined; correct the configuration, and push again\n"
        );
        assert!(
            stop(Objection::Lags)
                .ends_with("a has the document of a later revision; push again when this conductor has the configuration of the other one\n")
        );
        assert!(stop(Objection::NotApplied).contains("a did not apply its document"));
    }
}
