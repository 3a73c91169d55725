//! Names and values that try to forge an annotation, a colour, a line, or the end of an element.

use loopback_static_routes::commands::validate::formats::Format;

use crate::common::cases::of_text;
use crate::common::formats::Schemas;
use crate::common::hostile::{configuration, file_name, texts};

#[test]
fn hostile_text_is_escaped_in_every_format() {
    let schemas = Schemas::own();
    for (what, text) in texts() {
        let file = file_name(&text);
        of_text(&configuration(&text), &file, None, |report| {
            assert!(report.findings.len() > 5, "{what}: {}", report.findings.len());
            schemas.check(report, what);
            let github = Format::Github.render(report, false);
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
            for format in Format::all() {
                let printed = format.render(report, false);
                // JSON is for programs. It escapes only what would end a string.
                if serde_json::from_str::<serde_json::Value>(&printed).is_ok() {
                    continue;
                }
                let moves = |c: char| {
                    (c.is_control() && c != '\n')
                        || "\u{202e}\u{2066}\u{2069}\u{200f}\u{61c}\u{2028}\u{2029}".contains(c)
                };
                assert!(!printed.contains(moves), "{what} as {format:?}: {:?}", printed.chars().find(|c| moves(*c)));
            }
            let concise = Format::Concise.render(report, false);
            assert_eq!(concise.lines().count(), report.findings.len(), "{what}");
            let shown = Format::Text.render(report, false);
            assert!(shown.len() < 200_000, "{what}: {} bytes for a terminal", shown.len());
        });
    }
}

#[test]
fn a_text_of_a_megabyte_is_cut() {
    of_text(&configuration(&"y".repeat(1 << 20)), "f.json", None, |report| {
        let shown = Format::Text.render(report, false);
        assert!(report.findings.len() > 5 && shown.len() < 200_000, "{}", shown.len());
        assert!(shown.contains("…"), "the cut is marked");
    });
}

/// Returns the names of a workflow command's properties, sorted.
fn properties(line: &str) -> Vec<&str> {
    let rest = line.split_once(' ').map_or("", |(_, rest)| rest);
    let properties = rest.split_once("::").map_or(rest, |(properties, _)| properties);
    let mut names: Vec<&str> = properties.split(',').map(|property| property.split('=').next().unwrap_or("")).collect();
    names.sort_unstable();
    names
}
