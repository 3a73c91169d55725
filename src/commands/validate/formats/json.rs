//! JSON of our own, versioned: `schema/findings.schema.json` says what each name means.

use serde::Serialize;

use crate::commands::validate::report::{Place, Report, Reported};
use crate::diagnostics::Severity;

/// Grows when a name changes its meaning or goes. New names may come without.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'r> {
    format_version: u32,
    summary: Summary,
    findings: Vec<Wire<'r>>,
}

#[derive(Serialize)]
struct Summary {
    routers: usize,
    services: usize,
    errors: usize,
    warnings: usize,
    notices: usize,
}

#[derive(Serialize)]
struct Wire<'r> {
    code: &'r str,
    severity: Severity,
    message: &'r str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    router: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<WirePlace<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'r>>,
    fingerprint: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct WirePlace<'r> {
    file: &'r str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Related<'r> {
    label: &'r str,
    place: WirePlace<'r>,
}

pub(crate) fn render(report: &Report<'_>, _styled: bool) -> String {
    let document = Document {
        format_version: FORMAT_VERSION,
        summary: Summary {
            routers: report.routers,
            services: report.services,
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notices: report.count(Severity::Notice),
        },
        findings: report.findings.iter().map(wire).collect(),
    };
    serde_json::to_string_pretty(&document).expect("plain values") + "\n"
}

fn wire<'r>(found: &'r Reported<'_>) -> Wire<'r> {
    let finding = &found.finding;
    Wire {
        code: found.rule().code,
        severity: found.severity,
        message: &finding.message,
        path: finding.path.to_string(),
        service: finding.subject.service(),
        router: finding.subject.router(),
        node: finding.subject.node(),
        place: found.place.as_ref().map(place),
        related: found.related.iter().map(|(label, at)| Related { label, place: place(at) }).collect(),
        fingerprint: &found.fingerprint,
    }
}

fn place<'r>(place: &Place<'r>) -> WirePlace<'r> {
    let at = &place.position;
    WirePlace { file: at.source, line: at.line, column: at.column, end_line: at.end_line, end_column: at.end_column }
}
