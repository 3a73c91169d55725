//! The report of a validation. Every format prints it, and it decides the exit code
//! (`docs/validate.md`).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use super::fix::edits_of;
use super::repository::Repositories;
use super::{Selection, Settings, silencing};
use crate::commands::findings::names;
use crate::contract::digest::sha256_hex;
use crate::diagnostics::{Finding, Rule, Severity, sort_by_place};
use crate::input::{Excerpt, Locator, Position, Sources};
use crate::model::count::plural;
use crate::model::{Authority, Safety, Subject};

/// The findings of a configuration, without silenced ones.
#[derive(Debug)]
pub struct Report<'s> {
    /// The findings, sorted by place. Findings without a place come first.
    pub findings: Vec<Reported<'s>>,
    /// The names of the sources, in the order in which they were read.
    pub sources: Vec<&'s str>,
    /// The number of files that were skipped because they are not configuration.
    pub skipped: usize,
    /// The paths of sources in the repository, by name. Other sources keep their names.
    paths: Paths<'s>,
    /// The number of routers in the configuration.
    pub routers: usize,
    /// The number of services in the configuration.
    pub services: usize,
}

/// A reported finding.
#[derive(Debug)]
pub struct Reported<'s> {
    /// The finding.
    pub finding: Finding,
    /// The severity of its code, unless the settings or the command line change it.
    pub severity: Severity,
    /// The place of the finding.
    pub place: Option<Place<'s>>,
    /// Related places, each with its label.
    pub related: Vec<(String, Place<'s>)>,
    /// The repair that `--fix` makes.
    pub fix: Option<ReportedFix<'s>>,
}

/// A repair, and its edits of the text.
#[derive(Debug)]
pub struct ReportedFix<'s> {
    /// The confidence in it.
    pub safety: Safety,
    /// The repair as an instruction.
    pub title: String,
    /// The edits, sorted by place: the replaced text, and the new one.
    pub edits: Vec<(Position<'s>, String)>,
}

/// A position and the text of its line.
#[derive(Clone, Debug)]
pub struct Place<'s> {
    /// Lines and columns from 1, columns in characters.
    pub position: Position<'s>,
    /// The first line of the place.
    pub excerpt: Excerpt<'s>,
}

/// Makes a report: silences findings, sets severities and computes positions. `sources` includes
/// the settings file.
#[must_use]
pub fn report<'s>(
    findings: Vec<Finding>,
    authority: &Authority,
    sources: &'s Sources,
    selection: &Selection,
    settings: Option<&Settings>,
) -> Report<'s> {
    let mut locator = Locator::new(sources);
    let shown = silencing::apply(findings, sources, &mut locator, selection, settings);
    let paths = paths(sources);
    let findings = reported(shown, sources, &mut locator);
    let names = sources
        .iter()
        .filter(|(_, source)| !source.is_foreign())
        .map(|(_, source)| source.name())
        .filter(|name| settings.is_none_or(|settings| settings.name() != *name));
    let names = names.collect();
    Report {
        findings,
        sources: names,
        skipped: sources.iter().filter(|(_, source)| source.is_foreign()).count(),
        paths,
        routers: authority.routers.len(),
        services: authority.services.len(),
    }
}

/// Returns findings as they are reported, with their own severities, sorted by place.
pub(crate) fn unsilenced<'s>(mut findings: Vec<Finding>, sources: &'s Sources) -> Vec<Reported<'s>> {
    sort_by_place(&mut findings);
    let findings = findings.into_iter().map(|finding| {
        let severity = finding.severity();
        (finding, severity)
    });
    reported(findings.collect(), sources, &mut Locator::new(sources))
}

fn reported<'s>(
    findings: Vec<(Finding, Severity)>,
    sources: &'s Sources,
    locator: &mut Locator<'s>,
) -> Vec<Reported<'s>> {
    findings
        .into_iter()
        .map(|(finding, severity)| {
            let mut place = |at| Place { position: locator.position(at), excerpt: locator.excerpt(at) };
            let at = finding.at.map(&mut place);
            let related = finding.related.iter().map(|related| (related.label.clone(), place(related.at))).collect();
            let fix = reported_fix(&finding, sources, locator);
            Reported { finding, severity, place: at, related, fix }
        })
        .collect()
}

impl<'s> Report<'s> {
    /// Returns the path of a source in its repository, or its name without `./`. The formats of
    /// platforms print it.
    pub(crate) fn path(&self, name: &str) -> String {
        path(&self.paths, name)
    }

    /// Returns the fingerprint of each finding: a SHA-256 in lower-case hexadecimal. It stays the
    /// same when lines above and below the finding change.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<String> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let fingerprint = |found: &Reported<'s>| {
            let place = found.place.as_ref().map(|place| (place, self.path(place.position.source)));
            fingerprint(&found.finding, place.as_ref().map(|(place, path)| (*place, path.as_str())), &mut seen)
        };
        self.findings.iter().map(fingerprint).collect()
    }

    /// Returns the place of a finding for formats that need one. A finding about the command line
    /// is at the start of the first source.
    pub(crate) fn position<'r>(&'r self, found: &'r Reported<'s>) -> Position<'r> {
        let first = self.sources.first().unwrap_or(&".");
        found.place.as_ref().map_or_else(|| Position::start_of(first), |place| place.position.clone())
    }

    /// Returns true if there is an error.
    #[must_use]
    pub(crate) fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Returns the number of findings that can be fixed with this safety.
    #[must_use]
    pub(crate) fn fixable(&self, safety: Safety) -> usize {
        let fixes = self.findings.iter().filter_map(|found| found.fix.as_ref());
        fixes.filter(|fix| fix.safety == safety).count()
    }

    /// Returns the number of findings of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Returns the fix of a finding with its edits, if its syntax can make them.
fn reported_fix<'s>(finding: &Finding, sources: &'s Sources, locator: &mut Locator<'s>) -> Option<ReportedFix<'s>> {
    let fix = finding.fix.as_ref()?;
    let edits = edits_of(fix, sources, locator)?;
    let edits = edits.into_iter().map(|(id, edit)| (locator.position_of(id, &edit.range), edit.replacement));
    Some(ReportedFix { safety: fix.safety, title: fix.title(), edits: edits.collect() })
}

/// The paths of files in their repositories, by name.
type Paths<'s> = HashMap<&'s str, String>;

/// Returns the paths of the files in their repositories.
fn paths(sources: &Sources) -> Paths<'_> {
    let mut repositories = Repositories::of_environment();
    let files = sources.iter().map(|(_, source)| source).filter(|source| source.is_file() && !source.is_foreign());
    files.filter_map(|file| Some((file.name(), repositories.relative(file.name())?))).collect()
}

fn path(paths: &Paths<'_>, name: &str) -> String {
    let as_given = || match Path::new(name).strip_prefix(".") {
        Ok(path) if !path.as_os_str().is_empty() => path.to_string_lossy().into_owned(),
        _ => name.to_owned(),
    };
    paths.get(name).cloned().unwrap_or_else(as_given)
}

impl Reported<'_> {
    /// Returns the rule of the finding.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.finding.rule
    }

    /// Returns the subjects of the finding: `router hub`, `nodes hub/node1, hub/node2` or
    /// `service dns`.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        let noun = match &self.finding.subject {
            Subject::Authority => return None,
            Subject::Service(_) => "service",
            Subject::Router(_) => "router",
            Subject::Node(_) => "node",
        };
        let many = plural(1 + self.finding.also.len(), "", "s");
        Some(format!("{noun}{many} {}", names(&self.finding)))
    }
}

/// The maximum number of bytes on each side of a place that a fingerprint depends on. Without it,
/// each finding in a text on one line would cost as much as the text.
const AROUND: usize = 1000;

/// Returns the text of a line around a place.
fn around<'s>(excerpt: &Excerpt<'s>) -> &'s str {
    let Excerpt { line, marked } = excerpt;
    let boundary = |byte: &usize| line.is_char_boundary(*byte);
    let start = (0..=marked.start.saturating_sub(AROUND)).rev().find(boundary).unwrap_or(0);
    let end = (marked.start.saturating_add(AROUND)..line.len()).find(boundary).unwrap_or(line.len());
    line[start..end].trim()
}

/// Computes a fingerprint from the rule, the path of the file and the element. If the finding is
/// about a file as a whole, the text of the line is added. Equal fingerprints are numbered.
fn fingerprint(finding: &Finding, place: Option<(&Place<'_>, &str)>, seen: &mut HashMap<String, usize>) -> String {
    let mut key = format!("{}\0{}\0{:?}", finding.rule, finding.path, finding.subject);
    if let Some((place, path)) = place {
        key.push('\0');
        key.push_str(path);
        if finding.subject == Subject::Authority {
            key.push('\0');
            key.push_str(around(&place.excerpt));
        }
    }
    let same = seen.entry(key.clone()).or_default();
    let _ = write!(key, "\0{same}");
    *same += 1;
    sha256_hex(key.as_bytes())
}
