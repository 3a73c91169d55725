//! `why`: explains where each route of a node comes from, and why an address is not routed.

mod answer;
mod error;
mod explain;
mod not_routed;
mod reasons;
mod text;

use clap::Args;
use ipnet::Ipv4Net;

use self::answer::Query;
use super::configuration::Configuration;
use super::validate::findings_to_text;
use super::{CommandError, Console, Exit, skipped};
use crate::diagnostics::Finding;
use crate::model::Subject;
use crate::model::address::Address;
use crate::pipeline;

/// Explain where each route of a router comes from, and why an address is not routed
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes why --example --router hub-chicago
  loopback-static-routes why authority.json --router branch-1 --node node1 --prefix 8.8.8.8
  loopback-static-routes why authority.json --router branch-1 --service dns
  loopback-static-routes why authority.json --prefix 8.8.8.8")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// Explain the nodes of this router; with --prefix or --service, the default is all routers
    #[arg(long, value_name = "NAME", required_unless_present_any = ["prefix", "service"])]
    pub(crate) router: Option<String>,

    /// Explain this node only
    #[arg(long, value_name = "NAME", requires = "router")]
    pub(crate) node: Option<String>,

    /// Explain this IPv4 prefix or address only
    #[arg(long, value_name = "PREFIX", value_parser = prefix)]
    pub(crate) prefix: Option<Ipv4Net>,

    /// Explain this service only
    #[arg(long, value_name = "NAME", conflicts_with = "prefix")]
    pub(crate) service: Option<String>,

    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn prefix(text: &str) -> Result<Ipv4Net, String> {
    let invalid = || "expected an IPv4 prefix such as 192.0.2.0/24, or an IPv4 address".to_owned();
    Address::parse(text).network().ok_or_else(invalid)
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let reading = arguments.configuration.read()?;
    if let Some(skipped) = skipped::to_text(&reading) {
        console.message(&skipped);
    }
    let mut run = pipeline::run(&reading.authority, reading.findings);
    let mut errors = std::mem::take(&mut run.findings);
    // Errors of other routers do not change the answer.
    errors.retain(|finding| {
        let is_asked = |name: &str| arguments.router.as_ref().is_none_or(|router| router == name);
        let is_of_router = |subject: &Subject| subject.router().is_none_or(is_asked);
        finding.rule.holds_back && finding.subjects().any(is_of_router)
    });
    if !errors.is_empty() {
        console.message(&findings_to_text(&errors, &reading.sources));
    }
    if errors.iter().any(Finding::concerns_all) {
        return Ok(Exit::Findings);
    }
    let query = Query {
        router: arguments.router.clone(),
        node: arguments.node.clone(),
        prefix: arguments.prefix,
        service: arguments.service.clone(),
    };
    let answers = explain::explain(&run, &query).map_err(|unknown| CommandError::Usage(unknown.to_string()))?;
    if arguments.json {
        console.result(&format!("{}\n", serde_json::to_string_pretty(&answers)?))?;
    } else {
        let to_text = if arguments.router.is_some() { text::to_text } else { text::to_folded_text };
        console.result(&to_text(&answers))?;
    }
    Ok(if errors.is_empty() { Exit::Done } else { Exit::Findings })
}
