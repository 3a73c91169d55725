//! JSON of this program, with a version (`schema/findings.schema.json`).

use serde::Serialize;

use crate::commands::validate::report::{Place, Report, Reported, ReportedFix};
use crate::diagnostics::{AlsoJson, Severity};
use crate::input::Position;
use crate::model::Safety;

/// The version of the format. It increases when a member is removed or changes its meaning, but not
/// when a member is added.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DocumentJson<'r> {
    format_version: u32,
    summary: SummaryJson,
    findings: Vec<FindingJson<'r>>,
}

#[derive(Serialize)]
struct SummaryJson {
    routers: usize,
    services: usize,
    errors: usize,
    warnings: usize,
    notices: usize,
    skipped: usize,
}

#[derive(Serialize)]
struct FindingJson<'r> {
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<AlsoJson<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceJson<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedJson<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixJson<'r>>,
    fingerprint: String,
}

#[derive(Serialize)]
struct FixJson<'r> {
    safety: Safety,
    title: &'r str,
    edits: Vec<EditJson<'r>>,
}

#[derive(Serialize)]
struct EditJson<'r> {
    place: PlaceJson<'r>,
    replacement: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct PlaceJson<'r> {
    file: &'r str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct RelatedJson<'r> {
    label: &'r str,
    place: PlaceJson<'r>,
}

pub(crate) fn render(report: &Report<'_>, _styled: bool) -> String {
    let document = DocumentJson {
        format_version: FORMAT_VERSION,
        summary: SummaryJson {
            routers: report.routers,
            services: report.services,
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notices: report.count(Severity::Notice),
            skipped: report.skipped,
        },
        findings: report.findings.iter().zip(report.fingerprints()).map(finding_json).collect(),
    };
    serde_json::to_string_pretty(&document).expect("plain values are JSON") + "\n"
}

fn finding_json<'r>((found, fingerprint): (&'r Reported<'_>, String)) -> FindingJson<'r> {
    let finding = &found.finding;
    FindingJson {
        code: found.rule().code,
        severity: found.severity,
        message: &finding.message,
        path: finding.path.to_string(),
        service: finding.subject.service(),
        router: finding.subject.router(),
        node: finding.subject.node(),
        also: finding.also.iter().map(AlsoJson::of).collect(),
        place: found.place.as_ref().map(place_json),
        related: found.related.iter().map(|(label, at)| RelatedJson { label, place: place_json(at) }).collect(),
        fix: found.fix.as_ref().map(fix_json),
        fingerprint,
    }
}

fn fix_json<'r>(fix: &'r ReportedFix<'_>) -> FixJson<'r> {
    let edit = |(at, replacement): &'r (Position<'_>, String)| EditJson { place: position_json(at), replacement };
    FixJson { safety: fix.safety, title: &fix.title, edits: fix.edits.iter().map(edit).collect() }
}

fn place_json<'r>(place: &Place<'r>) -> PlaceJson<'r> {
    position_json(&place.position)
}

fn position_json<'r>(at: &Position<'r>) -> PlaceJson<'r> {
    PlaceJson { file: at.source, line: at.line, column: at.column, end_line: at.end_line, end_column: at.end_column }
}
