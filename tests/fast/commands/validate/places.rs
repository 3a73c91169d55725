//! The places of findings, compared with marks made by hand. `tests/findings/expected/CODE.txt` has
//! the output of each format for some cases. `UPDATE=1` rewrites it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use loopback_static_routes::commands::validate;
use loopback_static_routes::commands::validate::formats::Format;
use loopback_static_routes::commands::validate::report::Report;
use loopback_static_routes::input::{self, Input, Locator};

use crate::common::cases::{Case, Place, cases, codes, folder, of_text, validated};

fn numbers(place: &validate::report::Place) -> Place {
    let at = &place.position;
    [at.line, at.column, at.end_line, at.end_column]
}

#[test]
fn findings_are_at_the_marked_places() {
    let mut failures = String::new();
    let mut count = 0;
    for code in codes() {
        for case in cases(code) {
            count += 1;
            let name = format!("f.{}", case.syntax);
            validated(&case, &name, |report| {
                let of_code = || report.findings.iter().filter(|found| found.rule().code == code);
                let found: BTreeSet<Place> = of_code().filter_map(|found| found.place.as_ref()).map(numbers).collect();
                let related: BTreeSet<Place> =
                    of_code().flat_map(|found| &found.related).map(|(_, place)| numbers(place)).collect();
                let wrong = match case.good {
                    true => of_code().next().is_some(),
                    false => {
                        let other = !case.related.is_empty() && related != case.related;
                        of_code().next().is_none() || found != case.marks || other
                    }
                };
                if wrong {
                    let kind = if case.good { "good" } else { "bad" };
                    let all = Format::Concise.render(report, false);
                    let _ = writeln!(
                        failures,
                        "{code}, {kind} {name} {:?}: marked {:?} and {:?}, found {found:?} and {related:?}\n{}\n{all}",
                        case.title, case.marks, case.related, case.text
                    );
                }
            });
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(count > 400, "{count}");
}

#[test]
fn every_format_prints_the_same_places() {
    for code in codes() {
        for case in cases(code).iter().filter(|case| !case.good) {
            let name = format!("f.{}", case.syntax);
            validated(case, &name, |report| {
                let expected: Vec<Place> =
                    report.findings.iter().filter_map(|found| found.place.as_ref()).map(numbers).collect();
                let starts: Vec<[usize; 2]> = expected.iter().map(|at| [at[0], at[1]]).collect();
                assert_eq!(in_json(&Format::Json.render(report, false)), expected, "{code} {name}");
                assert_eq!(in_sarif(&Format::Sarif.render(report, false)), expected, "{code} {name}");
                assert_eq!(in_gitlab(&Format::Gitlab.render(report, false), report), expected, "{code} {name}");
                assert_eq!(in_concise(&Format::Concise.render(report, false), &name), starts, "{code} {name}");
                assert_eq!(in_github(&Format::Github.render(report, false)).len(), starts.len(), "{code} {name}");
                let text = Format::Text.render(report, false);
                let is_shown = |at: &[usize; 2]| text.contains(&format!("{name}:{}:{}", at[0], at[1]));
                assert!(report.findings.len() > 4 || starts.iter().all(is_shown), "{code} {name}\n{text}");
                let junit = Format::Junit.render(report, false);
                assert!(starts.iter().all(|at| junit.contains(&format!("{name}:{}:{}", at[0], at[1]))), "{junit}");
            });
        }
    }
}

type Json = serde_json::Value;

fn number(value: &Json) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_else(|| panic!("not a number: {value}"))
}

fn in_json(text: &str) -> Vec<[usize; 4]> {
    let document: Json = serde_json::from_str(text).expect("JSON");
    let places = document["findings"].as_array().expect("a list").iter().filter(|found| !found["place"].is_null());
    places
        .map(|found| &found["place"])
        .map(|at| [&at["line"], &at["column"], &at["end-line"], &at["end-column"]].map(number))
        .collect()
}

fn in_sarif(text: &str) -> Vec<[usize; 4]> {
    let document: Json = serde_json::from_str(text).expect("JSON");
    let results = document["runs"][0]["results"].as_array().expect("a list").iter();
    results
        .map(|result| &result["locations"][0]["physicalLocation"]["region"])
        .filter(|region| !region.is_null())
        .map(|at| [&at["startLine"], &at["startColumn"], &at["endLine"], &at["endColumn"]].map(number))
        .collect()
}

fn in_gitlab(text: &str, report: &Report<'_>) -> Vec<[usize; 4]> {
    let document: Json = serde_json::from_str(text).expect("JSON");
    let issues = document.as_array().expect("a list").iter().zip(&report.findings);
    issues
        .filter(|(_, found)| found.place.is_some())
        .map(|(issue, _)| &issue["location"]["positions"])
        .map(|at| [&at["begin"]["line"], &at["begin"]["column"], &at["end"]["line"], &at["end"]["column"]].map(number))
        .collect()
}

fn in_concise(text: &str, name: &str) -> Vec<[usize; 2]> {
    let places = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    places
        .map(|rest| {
            let mut numbers = rest.split(':').map(|number| number.parse().expect("a number"));
            [numbers.next().expect("a line"), numbers.next().expect("a column")]
        })
        .collect()
}

/// Returns the lines of the annotations with a place.
fn in_github(text: &str) -> Vec<usize> {
    let lines = text.lines().filter_map(|line| line.split(",line=").nth(1)?.split(',').next()?.parse().ok());
    lines.collect()
}

/// Returns the cases with expected output. They have no title. A code that exists in every syntax
/// has one case, and any other code has all cases.
fn shown(code: &str) -> Vec<Case> {
    let mut bad: Vec<Case> = cases(code).into_iter().filter(|case| !case.good && case.title.is_none()).collect();
    let everywhere = ["pcli", "json", "yaml", "xml"].iter().all(|syntax| bad.iter().any(|case| case.syntax == *syntax));
    if everywhere {
        bad.truncate(1);
    }
    bad
}

#[test]
fn every_format_prints_as_in_expected() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = Vec::new();
    let mut count = 0;
    for code in codes() {
        let mut text = String::new();
        for case in shown(code) {
            count += 1;
            let name = format!("f.{}", case.syntax);
            validated(&case, &name, |report| {
                for format in Format::all() {
                    let mut printed = format.render(report, false);
                    if *format == Format::Sarif {
                        // The log also contains the pages of `docs/rules/`.
                        let log: Json = serde_json::from_str(&printed).expect("JSON");
                        printed = serde_json::to_string_pretty(&log["runs"][0]["results"]).expect("JSON") + "\n";
                    }
                    let _ = write!(text, "=== {name} {format:?}\n{printed}");
                }
            });
        }
        let file = folder().join(format!("expected/{code}.txt"));
        if update {
            std::fs::write(&file, &text).expect("written");
        } else if std::fs::read_to_string(&file).ok().as_deref() != Some(&text) {
            failures.push(format!("{}: differs; UPDATE=1 rewrites it\n{text}", file.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 60, "{count}");
}

#[test]
fn an_ambiguous_line_names_the_block_without_exit() {
    let text = "router r1\n    node n1\n    loopback-static-routes\n        enabled true\n    exit\nexit\n";
    let input = Input::Text { name: "f".to_owned(), bytes: text.into() };
    let reading = input::read(vec![input], None).expect("text");
    let finding = reading.findings.iter().find(|finding| finding.rule.code == "ambiguous-nesting").expect("found");
    let mut locator = Locator::new(&reading.sources);
    let related: Vec<_> =
        finding.related.iter().map(|related| (related.label.as_str(), locator.position(related.at).line)).collect();
    let expected = [("the block", 2)];
    assert_eq!(related, expected);
}

/// A carriage return alone does not end a line. The files of cases cannot contain one.
#[test]
fn a_carriage_return_alone_does_not_end_a_line() {
    of_text("router r1\r    node n1\r", "f", None, |report| {
        let found = report.findings.iter().find(|found| found.rule().code == "invalid-syntax").expect("found");
        assert_eq!(found.place.as_ref().map(numbers), Some([1, 10, 1, 11]));
    });
}

#[test]
fn invalid_utf_8_is_reported_at_its_character() {
    let bytes = b"router r\n    name \xc3\xa9\xff\n".to_vec();
    let reading = input::read(vec![Input::Text { name: "f".to_owned(), bytes }], None).expect("text");
    let at = reading.findings[0].at.expect("a place");
    let position = Locator::new(&reading.sources).position(at);
    assert_eq!((reading.findings[0].rule.code, position.line, position.column), ("invalid-utf-8", 2, 11));
}
