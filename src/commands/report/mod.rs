//! `report`: writes a page about one configuration, with the routes of every node and the services
//! of every router.

mod data;
mod findings;
mod nodes;
mod reasons;
mod route_sets;
mod services;
mod summary;

use std::path::PathBuf;

use clap::Args;

use super::configuration::Configuration;
use super::page::{Page, shown};
use super::validate::{Selection, report};
use super::{CommandError, Console, Exit, Settings, output, skipped};
use crate::diagnostics::Finding;
use crate::fs::replace;
use crate::input::Search;
use crate::pipeline::{self, advise};

/// Write a page with the routes of every node, and the services of every router
#[derive(Debug, Args)]
#[command(after_help = "\
The page is one file that loads nothing. It answers which node has a route, and why another one has none.
Exits 1 if the configuration has errors. Their nodes are on the page as held back.

Examples:
  loopback-static-routes report --example --output report.html
  loopback-static-routes report fragments/ --output report.html")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// Write the page to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let configuration = &arguments.configuration;
    let settings = configuration.settings.read(&configuration.config)?;
    let search = settings.as_ref().map(Settings::search).unwrap_or_default();
    let mut reading = configuration.read_with(&Search { respects_gitignore: true, ..search })?;
    if let Some(skipped) = skipped::to_text(&reading) {
        console.message(&skipped);
    }
    let mut run = pipeline::run(&reading.authority, std::mem::take(&mut reading.findings));
    let mut findings = std::mem::take(&mut run.findings);
    findings.extend(advise(&run));
    if let Some(settings) = &settings {
        settings.add_to(&mut reading.sources);
    }
    output::refuse_input(Some(&arguments.output), &reading.sources)?;
    let is_readable = !findings.iter().any(Finding::concerns_all);
    let report = report(findings, &reading.authority, &reading.sources, &Selection::default(), settings.as_ref());
    if !is_readable {
        console.message(super::validate::formats::Format::Text.render(&report, false).trim_end());
        console.message("no page was written: fix these errors first");
        return Ok(Exit::Findings);
    }
    let names: Vec<String> = report.sources.iter().take(3).map(|name| shown(name)).collect();
    let more = report.sources.len() - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let lead = summary::lead(&run.plan, &(names.join(", ") + &more));
    let page = Page { kind: "Routes", summary: &summary::sentence(&run.plan), lead: &lead };
    replace(&arguments.output, &page.render(&data::data(&run, &report)))?;
    Ok(if report.has_errors() { Exit::Findings } else { Exit::Done })
}
