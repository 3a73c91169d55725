//! The line of JSON that each run leaves in the log.

use serde::Serialize;

use super::generate::Generated;
use super::own::OwnDocument;
use crate::commands::{CommandError, Exit};
use crate::publish::Outcome;
use crate::push::PushReport;

/// The version of the format.
const FORMAT_VERSION: u32 = 1;

/// A run.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Entry {
    format_version: u32,
    exit: u8,
    error: Option<String>,
    generate: Option<GenerateEntry>,
    push: Option<PushEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own_document: Option<OwnDocument>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct GenerateEntry {
    /// `published`, `unchanged`, `refused` or `invalid`.
    result: &'static str,
    routers: usize,
    nodes: usize,
    routes: usize,
    changed: usize,
    removed: usize,
    held: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct PushEntry {
    due: usize,
    pushed: usize,
    failed: usize,
    lagging: usize,
    silent: usize,
    without_key: usize,
    untried: usize,
    stopped: bool,
}

impl Entry {
    pub(super) fn generated(&mut self, generated: &Generated) {
        let nothing = Outcome::default();
        let (result, outcome) = match generated {
            Generated::Done(outcome) => (if outcome.up_to_date { "unchanged" } else { "published" }, &**outcome),
            Generated::Refused => ("refused", &nothing),
            Generated::Nothing => ("invalid", &nothing),
        };
        self.generate = Some(GenerateEntry {
            result,
            routers: outcome.routers,
            nodes: outcome.nodes,
            routes: outcome.routes,
            changed: outcome.changed.len(),
            removed: outcome.removed.len(),
            held: outcome.held.len(),
        });
    }

    pub(super) fn pushed(&mut self, report: &PushReport) {
        self.push = Some(PushEntry {
            due: report.due,
            pushed: report.pushed,
            failed: report.failed.len(),
            lagging: report.lagging.len(),
            silent: report.silent.len(),
            without_key: report.without_key.len(),
            untried: report.untried.len(),
            stopped: report.stop.is_some(),
        });
    }

    pub(super) fn own_document(&mut self, document: OwnDocument) {
        self.own_document = Some(document);
    }

    /// Notes the end of the run.
    pub(super) fn end(&mut self, exit: Exit, error: Option<&CommandError>) {
        self.format_version = FORMAT_VERSION;
        self.exit = exit as u8;
        self.error = error.map(ToString::to_string);
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("names and numbers are JSON") + "\n"
    }
}
