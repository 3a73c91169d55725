//! Findings made ready to be shown: silenced, weighed, and with their places counted out.
//!
//! A [`Report`] is all that a format prints and all that the exit code says (`docs/validate.md`).

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{Selection, Settings, silencing};
use crate::contract::digest::sha256_hex;
use crate::diagnostics::{Finding, Rule, Severity};
use crate::input::{Excerpt, Locator, Position, Sources};
use crate::model::{Authority, Subject};

/// Everything found in a configuration.
#[derive(Debug)]
pub struct Report<'s> {
    /// The findings by place; those without one come first.
    pub findings: Vec<Reported<'s>>,
    /// The names of the sources read, in order.
    pub sources: Vec<&'s str>,
    /// How many routers the configuration has.
    pub routers: usize,
    /// How many services it has.
    pub services: usize,
}

/// A finding as it is shown.
#[derive(Debug)]
pub struct Reported<'s> {
    /// The finding.
    pub finding: Finding,
    /// How much it matters here: the code's severity, unless the settings or the command line say otherwise.
    pub severity: Severity,
    /// Where it is.
    pub place: Option<Place<'s>>,
    /// Other places that have part in it, and what stands there.
    pub related: Vec<(String, Place<'s>)>,
    /// SHA-256, lower-case hexadecimal, that stays the same while lines above and below the finding come and go.
    pub fingerprint: String,
}

/// A place and its line.
#[derive(Clone, Debug)]
pub struct Place<'s> {
    /// Lines and columns from 1, columns in characters.
    pub position: Position<'s>,
    /// The first line of the place.
    pub excerpt: Excerpt<'s>,
}

/// Silences, weighs and places findings. `sources` are those that were read; the settings' own file is added to them.
#[must_use]
pub fn report<'s>(
    findings: Vec<Finding>,
    authority: &Authority,
    sources: &'s Sources,
    selection: &Selection,
    settings: Option<&Settings>,
) -> Report<'s> {
    let mut locator = Locator::new(sources);
    let weighed = silencing::apply(findings, sources, &mut locator, selection, settings);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let findings = weighed
        .into_iter()
        .map(|(finding, severity)| {
            let mut place = |at| Place { position: locator.position(at), excerpt: locator.excerpt(at) };
            let at = finding.at.map(&mut place);
            let related = finding.related.iter().map(|related| (related.label.clone(), place(related.at))).collect();
            let fingerprint = fingerprint(&finding, at.as_ref(), &mut seen);
            Reported { finding, severity, place: at, related, fingerprint }
        })
        .collect();
    let read = sources
        .iter()
        .map(|(_, source)| source.name())
        .filter(|name| settings.is_none_or(|settings| settings.name() != *name));
    Report { findings, sources: read.collect(), routers: authority.routers.len(), services: authority.services.len() }
}

impl Report<'_> {
    /// Whether there is an error, and the exit code 1.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// How many findings of a severity there are.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

impl Reported<'_> {
    /// The rule that found it.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.finding.rule
    }

    /// Whom it concerns, by name: `router hub`, `node hub/node1`, `service dns`.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        match &self.finding.subject {
            Subject::Authority => None,
            Subject::Service(name) => Some(format!("service {name}")),
            Subject::Router(name) => Some(format!("router {name}")),
            Subject::Node(id) => Some(format!("node {id}")),
        }
    }
}

/// What a finding is told by from one run to the next: rule, file, element; of what is about the whole file, the line's text too. Equal ones are
/// counted.
fn fingerprint(finding: &Finding, place: Option<&Place<'_>>, seen: &mut HashMap<String, usize>) -> String {
    let mut key = format!("{}\0{}\0{:?}", finding.rule, finding.path, finding.subject);
    if let Some(place) = place {
        key.push('\0');
        key.push_str(place.position.source);
        if finding.subject == Subject::Authority {
            key.push('\0');
            key.push_str(place.excerpt.line.trim());
        }
    }
    let same = seen.entry(key.clone()).or_default();
    let _ = write!(key, "\0{same}");
    *same += 1;
    sha256_hex(key.as_bytes())
}
