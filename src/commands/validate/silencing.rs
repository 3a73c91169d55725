//! Which findings are shown, and how much each matters. A silencing that silences nothing is itself a finding.

use std::collections::{BTreeSet, HashMap};

use crate::commands::validate::Settings;
use crate::diagnostics::{Finding, Rule, Severity, sort_by_place};
use crate::input::{Locator, Sources};
use crate::model::{SourceId, Span};
use crate::rules::{self, unused_silencing};

/// What the command line says of the findings.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The codes that are shown; none: all.
    pub select: Vec<&'static Rule>,
    /// The codes that are not.
    pub ignore: Vec<&'static Rule>,
    /// Whether a warning counts as an error.
    pub warn_as_error: bool,
}

/// One silencing of one code.
struct Silencing {
    rule: &'static Rule,
    /// What it covers.
    covers: Covers,
    /// Where it stands; nowhere for the command line's.
    at: Option<Span>,
    used: bool,
}

enum Covers {
    /// Everything.
    All,
    /// These sources.
    Sources(BTreeSet<SourceId>),
    /// One line of a source.
    Line(SourceId, usize),
}

/// The findings that are shown, by place, each with its severity.
pub(crate) fn apply(
    mut findings: Vec<Finding>,
    sources: &Sources,
    locator: &mut Locator<'_>,
    selection: &Selection,
    settings: Option<&Settings>,
) -> Vec<(Finding, Severity)> {
    let mut silencings: Vec<Silencing> = selection
        .ignore
        .iter()
        .map(|code| Silencing { rule: code, covers: Covers::All, at: None, used: false })
        .collect();
    silencings.extend(settings.into_iter().flat_map(|settings| of_settings(settings, sources)));
    let mut notices = Vec::new();
    for (id, _) in sources.iter() {
        of_comments(id, sources, &mut silencings, &mut notices);
    }
    let mut by_code: HashMap<&Rule, Vec<usize>> = HashMap::new();
    for (index, silencing) in silencings.iter().enumerate() {
        by_code.entry(silencing.rule).or_default().push(index);
    }
    let mut is_shown = |finding: &Finding, silencings: &mut [Silencing]| {
        let mut shown = true;
        for index in by_code.get(&finding.rule).into_iter().flatten() {
            if silencings[*index].covers.finding(finding, locator) {
                silencings[*index].used = true;
                shown = false;
            }
        }
        shown
    };
    findings.retain(|finding| is_shown(finding, &mut silencings));
    notices.extend(
        silencings.iter().filter(|silencing| !silencing.used && silencing.rule != &unused_silencing::RULE).map(unused),
    );
    notices.retain(|finding| is_shown(finding, &mut silencings));
    findings.extend(notices);
    sort_by_place(&mut findings);
    let severity = |code: &'static Rule| {
        let by_settings = settings.and_then(|settings| settings.severities.iter().rfind(|(of, _)| *of == code));
        let severity = by_settings.map_or(Some(code.severity), |(_, severity)| *severity)?;
        let raised = selection.warn_as_error && severity == Severity::Warning;
        Some(if raised { Severity::Error } else { severity })
    };
    findings
        .into_iter()
        .filter(|finding| selection.select.is_empty() || selection.select.contains(&finding.rule))
        .filter_map(|finding| severity(finding.rule).map(|severity| (finding, severity)))
        .collect()
}

impl Covers {
    fn finding(&self, finding: &Finding, locator: &mut Locator<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Sources(sources) => finding.at.is_some_and(|at| sources.contains(&at.source)),
            Self::Line(source, line) => {
                finding.at.is_some_and(|at| at.source == *source && locator.position(at).line == *line)
            }
        }
    }
}

/// The settings' silencings that concern a source of this run.
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

/// `ignore[code, …]` for the line of the comment, or for the next one if the comment is alone on its line; `ignore-file[code, …]` for the file.
fn of_comments(id: SourceId, sources: &Sources, silencings: &mut Vec<Silencing>, notices: &mut Vec<Finding>) {
    let source = sources.get(id);
    let found = source.comments();
    let lines_alone: BTreeSet<usize> =
        found.iter().filter(|comment| comment.alone).map(|comment| comment.line).collect();
    for comment in &found {
        let at = source.span(id, comment.at.clone());
        let parsed = parse(comment.text);
        let (of_file, codes) = match parsed {
            Ok(parsed) => parsed,
            Err(message) => {
                notices.push(unused_silencing::at(at, message));
                continue;
            }
        };
        let next = (comment.line + 1..).find(|line| !lines_alone.contains(line)).unwrap_or(comment.line);
        for code in codes {
            let code = match rules::named(code) {
                Ok(code) => code,
                Err(error) => {
                    notices.push(unused_silencing::at(at, error.to_string()));
                    continue;
                }
            };
            let line = if comment.alone { next } else { comment.line };
            let covers = if of_file { Covers::Sources(BTreeSet::from([id])) } else { Covers::Line(id, line) };
            silencings.push(Silencing { rule: code, covers, at: Some(at), used: false });
        }
    }
}

/// Whether a comment is for its file, and its codes.
fn parse(text: &str) -> Result<(bool, Vec<&str>), String> {
    let of_file = text.strip_prefix("ignore-file");
    let list = of_file.or_else(|| text.strip_prefix("ignore")).and_then(|rest| rest.trim_start().strip_prefix('['));
    let list = list.and_then(|rest| rest.split_once(']')).map(|(list, _)| list);
    let Some(list) = list.filter(|list| !list.trim().is_empty()) else {
        return Err(
            "this comment says nothing; write `ignore[code]`, or `ignore-file[code]`, with the codes to silence"
                .to_owned(),
        );
    };
    Ok((of_file.is_some(), list.split(',').map(str::trim).collect()))
}

fn unused(silencing: &Silencing) -> Finding {
    let code = silencing.rule.code;
    match silencing.at {
        Some(at) => unused_silencing::at(at, unused_silencing::in_file(code)),
        None => unused_silencing::on_command_line(code),
    }
}
