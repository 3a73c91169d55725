//! GitLab's code quality report: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde::Serialize;

use crate::commands::findings::printable;
use crate::commands::validate::formats::path;
use crate::commands::validate::report::{Report, Reported};
use crate::diagnostics::Severity;

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: &'r str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
    positions: Positions,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

pub(crate) fn render(report: &Report<'_>, _styled: bool) -> String {
    let issues: Vec<_> = report.findings.iter().map(|found| issue(found, report)).collect();
    serde_json::to_string_pretty(&issues).expect("plain values") + "\n"
}

fn issue<'r>(found: &'r Reported<'_>, report: &Report<'_>) -> Issue<'r> {
    let subject = found.subject().map_or(String::new(), |subject| format!(" ({})", printable(&subject)));
    Issue {
        description: printable(&found.finding.message) + &subject,
        check_name: found.rule().code,
        fingerprint: &found.fingerprint,
        severity: match found.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Notice => "info",
        },
        location: location(found, report),
    }
}

/// GitLab takes no issue without a place: what has none is put at the start of the first source.
fn location(found: &Reported<'_>, report: &Report<'_>) -> Location {
    match &found.place {
        Some(place) => {
            let at = &place.position;
            Location {
                path: path(at.source),
                lines: Lines { begin: at.line, end: at.end_line },
                positions: Positions {
                    begin: Position { line: at.line, column: at.column },
                    end: Position { line: at.end_line, column: at.end_column },
                },
            }
        }
        None => Location {
            path: path(report.sources.first().unwrap_or(&".")),
            lines: Lines { begin: 1, end: 1 },
            positions: Positions { begin: Position { line: 1, column: 1 }, end: Position { line: 1, column: 1 } },
        },
    }
}
