//! SARIF 2.1.0 (OASIS): <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! Lines and columns count from 1, and columns count Unicode code points. The end column of a
//! region is the one after it.

use std::collections::HashSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::commands::configuration::STANDARD_INPUT;
use crate::commands::printable::printable;
use crate::commands::validate::report::{Report, Reported, ReportedFix};
use crate::diagnostics::{Rule, Severity};
use crate::input::Position;
use crate::rules;

/// The schema of the log.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The characters to encode in the path of a URI (RFC 3986, section 3.3). A `:` is encoded too,
/// because the first segment would become a scheme.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [RunObject; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunObject {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<ResultObject>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    information_uri: &'static str,
    rules: Vec<ReportingDescriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: &'static str,
    short_description: SarifMessage,
    full_description: MarkdownMessage,
    help: MarkdownMessage,
    default_configuration: ReportingConfiguration,
}

#[derive(Serialize)]
struct MarkdownMessage {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct ReportingConfiguration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: SarifMessage,
    locations: Vec<SarifLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixObject>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixObject {
    description: SarifMessage,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: InsertedContent,
}

#[derive(Serialize)]
struct InsertedContent {
    text: String,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "element/v1")]
    element: String,
}

#[derive(Serialize)]
struct SarifMessage {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<SarifMessage>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

pub(crate) fn render(report: &Report<'_>, _styled: bool) -> String {
    let found: HashSet<&Rule> = report.findings.iter().map(Reported::rule).collect();
    let used: Vec<&'static Rule> = rules::all().filter(|rule| found.contains(rule)).collect();
    let results = report.findings.iter().zip(report.fingerprints());
    let results = results.map(|(found, fingerprint)| result(report, found, fingerprint, &used)).collect();
    let rules = used.iter().map(|rule| descriptor(rule)).collect();
    let driver = Driver {
        name: "loopback-static-routes",
        version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_HOMEPAGE"),
        rules,
    };
    let run = RunObject { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_string_pretty(&log).expect("plain values are JSON") + "\n"
}

fn descriptor(rule: &'static Rule) -> ReportingDescriptor {
    ReportingDescriptor {
        id: rule.code,
        short_description: SarifMessage { text: rule.summary.to_owned() },
        full_description: MarkdownMessage { text: rule.meaning(), markdown: rule.meaning() },
        help: MarkdownMessage { text: rule.page, markdown: rule.page },
        default_configuration: ReportingConfiguration { level: level(rule.severity) },
    }
}

fn result(report: &Report<'_>, found: &Reported<'_>, fingerprint: String, used: &[&'static Rule]) -> ResultObject {
    let rule = found.rule();
    let subject = found.subject().map_or(String::new(), |subject| format!(" ({})", printable(&subject)));
    let name = LogicalLocation { fully_qualified_name: printable(&found.finding.path.to_string()) };
    let at = physical(report, &report.position(found));
    ResultObject {
        rule_id: rule.code,
        rule_index: used.iter().position(|used| *used == rule).unwrap_or_default(),
        level: level(found.severity),
        message: SarifMessage { text: printable(&found.finding.message) + &subject },
        locations: vec![SarifLocation { physical_location: at, logical_locations: vec![name], message: None }],
        related_locations: found
            .related
            .iter()
            .map(|(label, place)| SarifLocation {
                physical_location: physical(report, &place.position),
                logical_locations: Vec::new(),
                message: Some(SarifMessage { text: label.clone() }),
            })
            .collect(),
        partial_fingerprints: Fingerprints { element: fingerprint },
        fixes: found.fix.iter().map(|fix| fix_object(report, fix)).collect(),
    }
}

/// Returns a fix with the edits of each file together.
fn fix_object(report: &Report<'_>, fix: &ReportedFix<'_>) -> FixObject {
    let artifact_changes = fix.edits.chunk_by(|(a, _), (b, _)| a.source == b.source).map(|edits| ArtifactChange {
        artifact_location: ArtifactLocation { uri: uri(report, edits[0].0.source) },
        replacements: edits
            .iter()
            .map(|(at, text)| Replacement {
                deleted_region: region(at),
                inserted_content: InsertedContent { text: text.clone() },
            })
            .collect(),
    });
    FixObject {
        description: SarifMessage { text: printable(&fix.title) },
        artifact_changes: artifact_changes.collect(),
    }
}

fn physical(report: &Report<'_>, at: &Position<'_>) -> PhysicalLocation {
    PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(report, at.source) }, region: region(at) }
}

fn region(at: &Position<'_>) -> Region {
    Region { start_line: at.line, start_column: at.column, end_line: at.end_line, end_column: at.end_column }
}

/// Returns the URI of a source. Code scanning requires one for each place, and standard input has
/// no path.
fn uri(report: &Report<'_>, source: &str) -> String {
    if source == STANDARD_INPUT {
        return "stdin:".to_owned();
    }
    let name = report.path(source);
    let encoded = utf8_percent_encode(&name, PATH).to_string();
    if name.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "note",
    }
}
