//! Names and values that try to be something else: another annotation, a colour, another line, the end of an element.

use std::fmt::Write as _;

use loopback_static_routes::report::validation::{Format, render};

use crate::cases::of_text;
use crate::formats::{Schemas, check_junit};

fn hostile() -> Vec<(&'static str, String)> {
    vec![
        ("a newline and a command", "x\n::error file=a,line=1::forged".to_owned()),
        ("a carriage return", "x\r::error::forged\r\n::warning::forged".to_owned()),
        ("set-output", "::set-output name=a::b".to_owned()),
        ("an escaped newline", "x%0A::error::forged%0D%25".to_owned()),
        ("commas and colons", "x,line=7,col=1::forged".to_owned()),
        ("colours and a title", "\u{1b}[31mred\u{1b}[0m\u{1b}]0;title\u{7}".to_owned()),
        ("C1 controls", "\u{9b}31m\u{85}\u{90}".to_owned()),
        ("bidirectional controls", "\u{202e}txet\u{2066}x\u{2069}\u{200f}\u{61c}".to_owned()),
        ("separators of lines", "a\u{2028}b\u{2029}c".to_owned()),
        ("nothing that can be seen", "a\u{200b}\u{feff}\u{2060}\u{ad}b".to_owned()),
        ("markup", "]]></failure><x a=\"'>&amp;&#10;<script>".to_owned()),
        ("what XML has no way to write", "a\u{0}\u{b}\u{fffe}\u{ffff}b".to_owned()),
        ("a template", "{{ 7*7 }}{% raw %}{#".to_owned()),
        ("a path", "../../etc/passwd".to_owned()),
        ("an option", "--ignore=unknown-key".to_owned()),
        ("a long name", "y".repeat(1 << 17)),
        ("many newlines", "\n".repeat(1 << 15)),
    ]
}

/// A configuration in which a text is a name, a key, a value and an address, and each is wrong.
fn configuration(text: &str) -> String {
    let name = |suffix: &str| serde_json::to_string(&format!("{text}{suffix}")).expect("JSON");
    let mut json = String::new();
    let _ = write!(
        json,
        "{{\"router\": [{{\"name\": {0}, \"node\": [{{\"name\": {0}, \"asset-id\": {0}}}], \"loopback-static-routes\": \
         {{{0}: {0}, \"metric\": {0}, \"static-route\": [{{\"address\": {0}}}]}}}}, {{\"name\": {1}, \"node\": [{{\"name\": \"n\"}}], \
         \"loopback-static-routes\": {{\"learn-from-services\": true}}}}], \
         \"service\": [{{\"name\": {0}, \"address\": [{0}, \"192.0.2.1/24\"], \"access-policy\": [{{\"source\": \"_internal_\", \"permission\": {0}}}], \
         \"applies-to\": [{{\"type\": \"router\", \"router-name\": [{0}, {1}]}}]}}]}}",
        name(""),
        name("2")
    );
    json
}

#[test]
fn hostile_text_stays_text_in_every_format() {
    let schemas = Schemas::new();
    let mut junit = Vec::new();
    for (what, text) in hostile() {
        let file = format!("{}.json", text.chars().take(100).collect::<String>());
        of_text(&configuration(&text), &file, None, |report| {
            assert!(report.findings.len() > 5, "{what}: {}", report.findings.len());
            schemas.check(report, what);
            junit.push(render(report, Format::Junit, false));
            let github = render(report, Format::Github, false);
            assert_eq!(github.lines().count(), report.findings.len(), "{what}");
            for line in github.lines() {
                let command = line.strip_prefix("::").and_then(|rest| rest.split_once(' ')).map(|(command, _)| command);
                assert!(
                    matches!(command, Some("error" | "warning" | "notice")),
                    "{what}: {}",
                    &line[..line.len().min(300)]
                );
                assert_eq!(properties(line), ["col", "endColumn", "endLine", "file", "line", "title"], "{what}");
            }
            for format in [Format::Text, Format::Concise, Format::Github, Format::Junit] {
                let printed = render(report, format, false);
                let moves = |c: char| {
                    (c.is_control() && c != '\n')
                        || "\u{202e}\u{2066}\u{2069}\u{200f}\u{61c}\u{2028}\u{2029}".contains(c)
                };
                assert!(!printed.contains(moves), "{what} as {format:?}: {:?}", printed.chars().find(|c| moves(*c)));
            }
            let concise = render(report, Format::Concise, false);
            assert_eq!(concise.lines().count(), report.findings.len(), "{what}");
            let shown = render(report, Format::Text, false);
            assert!(shown.len() < 200_000, "{what}: {} bytes for a terminal", shown.len());
        });
    }
    check_junit(&junit);
}

#[test]
fn a_megabyte_is_no_trouble() {
    of_text(&configuration(&"y".repeat(1 << 20)), "f.json", None, |report| {
        let shown = render(report, Format::Text, false);
        assert!(report.findings.len() > 5 && shown.len() < 200_000, "{}", shown.len());
        assert!(shown.contains("…"), "what is left out is told");
    });
}

/// The names of a workflow command's properties, sorted.
fn properties(line: &str) -> Vec<&str> {
    let rest = line.split_once(' ').map_or("", |(_, rest)| rest);
    let properties = rest.split_once("::").map_or(rest, |(properties, _)| properties);
    let mut names: Vec<&str> = properties.split(',').map(|property| property.split('=').next().unwrap_or("")).collect();
    names.sort_unstable();
    names
}
