//! Silences findings and sets their severities. An unused silencing is itself reported as a
//! finding.

use std::collections::{BTreeSet, HashMap};

use crate::commands::validate::Settings;
use crate::diagnostics::{Finding, Rule, Severity, sort_by_place};
use crate::input::{Locator, Sources};
use crate::model::{SourceId, Span};
use crate::rules::{self, unused_silencing};

/// The selection of findings on the command line.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The codes to report; empty for all.
    pub select: Vec<&'static Rule>,
    /// The codes to ignore.
    pub ignore: Vec<&'static Rule>,
    /// True if warnings are errors.
    pub warn_as_error: bool,
}

/// The silencing of one code.
struct Silencing {
    rule: &'static Rule,
    covers: Covers,
    /// The place of the code in a comment or in the settings; `None` for the command line.
    at: Option<Span>,
    used: bool,
}

/// The findings that a silencing covers.
enum Covers {
    /// All findings.
    All,
    /// The findings in these sources.
    Sources(BTreeSet<SourceId>),
    /// The findings on a line of a source.
    Line(SourceId, usize),
}

/// Returns the findings to report, each with its severity, sorted by place.
pub(crate) fn apply(
    mut findings: Vec<Finding>,
    sources: &Sources,
    locator: &mut Locator<'_>,
    selection: &Selection,
    settings: Option<&Settings>,
) -> Vec<(Finding, Severity)> {
    let mut notices = Vec::new();
    let mut silencings = Silencings::new(sources, selection, settings, &mut notices);
    findings.retain(|finding| !silencings.silence(finding, locator));
    notices.extend(silencings.unused());
    notices.retain(|finding| !silencings.silence(finding, locator));
    findings.extend(notices);
    sort_by_place(&mut findings);
    findings
        .into_iter()
        .filter(|finding| selection.select.is_empty() || selection.select.contains(&finding.rule))
        .filter_map(|finding| severity(finding.rule, selection, settings).map(|severity| (finding, severity)))
        .collect()
}

/// Returns the severity of a rule, or `None` if the settings turn it off.
fn severity(rule: &'static Rule, selection: &Selection, settings: Option<&Settings>) -> Option<Severity> {
    let setting = settings.and_then(|settings| settings.severities.iter().rfind(|(of, _)| *of == rule));
    let severity = setting.map_or(Some(rule.severity), |(_, severity)| *severity)?;
    let is_raised = selection.warn_as_error && severity == Severity::Warning;
    Some(if is_raised { Severity::Error } else { severity })
}

/// All silencings, with an index by code.
struct Silencings {
    all: Vec<Silencing>,
    by_rule: HashMap<&'static Rule, OfRule>,
}

/// The silencings of a code, by index.
#[derive(Default)]
struct OfRule {
    of_sources: Vec<usize>,
    by_line: HashMap<(SourceId, usize), Vec<usize>>,
}

impl Silencings {
    /// Collects the silencings of the command line, the settings and the comments. An invalid
    /// comment becomes a notice.
    fn new(sources: &Sources, selection: &Selection, settings: Option<&Settings>, notices: &mut Vec<Finding>) -> Self {
        let ignored = selection.ignore.iter();
        let mut all: Vec<Silencing> =
            ignored.map(|rule| Silencing { rule, covers: Covers::All, at: None, used: false }).collect();
        all.extend(settings.into_iter().flat_map(|settings| of_settings(settings, sources)));
        for (id, _) in sources.iter() {
            of_comments(id, sources, &mut all, notices);
        }
        let mut by_rule: HashMap<&Rule, OfRule> = HashMap::new();
        for (index, silencing) in all.iter().enumerate() {
            let of_rule = by_rule.entry(silencing.rule).or_default();
            match silencing.covers {
                Covers::Line(source, line) => of_rule.by_line.entry((source, line)).or_default().push(index),
                Covers::All | Covers::Sources(_) => of_rule.of_sources.push(index),
            }
        }
        Self { all, by_rule }
    }

    /// Returns true if a finding is silenced, and marks the silencings that cover it as used.
    fn silence(&mut self, finding: &Finding, locator: &mut Locator<'_>) -> bool {
        let Some(of_rule) = self.by_rule.get(&finding.rule) else { return false };
        let line = finding.at.filter(|_| !of_rule.by_line.is_empty()).map(|at| (at.source, locator.position(at).line));
        let on_line = line.and_then(|line| of_rule.by_line.get(&line)).into_iter().flatten();
        let mut silenced = false;
        for index in of_rule.of_sources.iter().chain(on_line) {
            let silencing = &mut self.all[*index];
            if silencing.covers.contains_source(finding) {
                silencing.used = true;
                silenced = true;
            }
        }
        silenced
    }

    /// Returns a finding for each unused silencing. Silencings of `unused-silencing` itself are
    /// exempt.
    fn unused(&self) -> Vec<Finding> {
        let all = self.all.iter();
        all.filter(|silencing| !silencing.used && silencing.rule != &unused_silencing::RULE).map(unused).collect()
    }
}

impl Covers {
    /// Returns true if this covers the source of a finding. The line of a finding is in the index.
    fn contains_source(&self, finding: &Finding) -> bool {
        match self {
            Self::All => true,
            Self::Sources(sources) => finding.at.is_some_and(|at| sources.contains(&at.source)),
            Self::Line(source, _) => finding.at.is_some_and(|at| at.source == *source),
        }
    }
}

/// Returns the silencings of the settings that cover a source of this run.
fn of_settings<'r>(settings: &'r Settings, sources: &'r Sources) -> impl Iterator<Item = Silencing> + 'r {
    let file = sources.iter().find(|(_, source)| source.name() == settings.name()).map(|(id, _)| id);
    let offset = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
    settings.ignores.iter().filter_map(move |ignore| {
        let covered = sources.iter().filter(|(id, source)| Some(*id) != file && settings.covers(ignore, source.name()));
        let covered: BTreeSet<SourceId> = covered.map(|(id, _)| id).collect();
        let at = file.map(|source| Span { source, start: offset(ignore.at.start), end: offset(ignore.at.end) });
        let silencing = Silencing { rule: ignore.rule, covers: Covers::Sources(covered.clone()), at, used: false };
        (!covered.is_empty()).then_some(silencing)
    })
}

/// Adds the silencings in the comments of a source. `ignore[code, …]` covers the line of the
/// comment, or the next line if the comment is alone on its line. `ignore-file[code, …]` covers the
/// source.
fn of_comments(id: SourceId, sources: &Sources, silencings: &mut Vec<Silencing>, notices: &mut Vec<Finding>) {
    let source = sources.get(id);
    let comments = source.comments();
    let lines_alone: BTreeSet<usize> =
        comments.iter().filter(|comment| comment.alone).map(|comment| comment.line).collect();
    let spans = source.spans(id, comments.iter().map(|comment| comment.at.clone()));
    // The first line after the comments that are alone on their lines, from the last to the first.
    let mut next: HashMap<usize, usize> = HashMap::new();
    for line in lines_alone.iter().rev() {
        next.insert(*line, next.get(&(line + 1)).copied().unwrap_or(line + 1));
    }
    for (comment, at) in comments.iter().zip(spans) {
        let (is_of_file, codes) = match parse(comment.text) {
            Ok(parsed) => parsed,
            Err(message) => {
                notices.push(unused_silencing::at(at, message));
                continue;
            }
        };
        let line = if comment.alone { next[&comment.line] } else { comment.line };
        for code in codes {
            let covers = if is_of_file { Covers::Sources(BTreeSet::from([id])) } else { Covers::Line(id, line) };
            match rules::named(code) {
                Ok(rule) => silencings.push(Silencing { rule, covers, at: Some(at), used: false }),
                Err(error) => notices.push(unused_silencing::at(at, error.to_string())),
            }
        }
    }
}

/// Parses a comment. Returns its codes, and true if it covers its whole file.
fn parse(text: &str) -> Result<(bool, Vec<&str>), &'static str> {
    let of_file = text.strip_prefix("ignore-file");
    let list = of_file.or_else(|| text.strip_prefix("ignore")).and_then(|rest| rest.trim_start().strip_prefix('['));
    let list = list.and_then(|rest| rest.split_once(']')).map(|(list, _)| list);
    let list = list.filter(|list| !list.trim().is_empty()).ok_or(
        "this comment silences nothing; write `ignore[code]` or `ignore-file[code]`, with the codes to silence",
    )?;
    Ok((of_file.is_some(), list.split(',').map(str::trim).collect()))
}

/// Returns the finding about an unused silencing.
fn unused(silencing: &Silencing) -> Finding {
    let code = silencing.rule.code;
    match silencing.at {
        Some(at) => unused_silencing::at(at, unused_silencing::in_file(code)),
        None => unused_silencing::on_command_line(code),
    }
}
