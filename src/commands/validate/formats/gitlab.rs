//! GitLab's code quality report:
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde::Serialize;

use crate::commands::printable::printable;
use crate::commands::validate::report::{Report, Reported};
use crate::diagnostics::Severity;

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: LineRange,
    positions: PointRange,
}

#[derive(Serialize)]
struct LineRange {
    begin: usize,
    end: usize,
}

#[derive(Serialize)]
struct PointRange {
    begin: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

pub(crate) fn render(report: &Report<'_>, _styled: bool) -> String {
    let issues = report.findings.iter().zip(report.fingerprints());
    let issues: Vec<_> = issues.map(|(found, fingerprint)| issue(found, fingerprint, report)).collect();
    serde_json::to_string_pretty(&issues).expect("plain values are JSON") + "\n"
}

fn issue<'r>(found: &'r Reported<'_>, fingerprint: String, report: &Report<'_>) -> Issue<'r> {
    let subject = found.subject().map_or(String::new(), |subject| format!(" ({})", printable(&subject)));
    Issue {
        description: printable(&found.finding.message) + &subject,
        check_name: found.rule().code,
        fingerprint,
        severity: match found.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Notice => "info",
        },
        location: location(found, report),
    }
}

/// Returns the place of a finding, which GitLab requires.
fn location(found: &Reported<'_>, report: &Report<'_>) -> IssueLocation {
    let at = report.position(found);
    IssueLocation {
        path: report.path(at.source),
        lines: LineRange { begin: at.line, end: at.end_line },
        positions: PointRange {
            begin: Point { line: at.line, column: at.column },
            end: Point { line: at.end_line, column: at.end_column },
        },
    }
}
