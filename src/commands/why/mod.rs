//! `why`: reports where each route of a node comes from, and why an address is not routed.

pub mod answer;
mod text;

use clap::Args;
use ipnet::Ipv4Net;

use self::answer::{Query, why};
use super::configuration::Configuration;
use super::findings as findings_text;
use super::{Console, Exit};
use crate::diagnostics::Finding;
use crate::model::address::Address;
use crate::pipeline::{self, Run};

/// Tell where each route of a router's nodes comes from, and why something is not routed
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes why --example --router hub-chicago
  loopback-static-routes why authority.json --router branch-1 --node node1 --prefix 8.8.8.8
  loopback-static-routes why authority.json --router branch-1 --service dns")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// The router
    #[arg(long, value_name = "NAME")]
    pub(crate) router: String,

    /// Only this node
    #[arg(long, value_name = "NAME")]
    pub(crate) node: Option<String>,

    /// Only what concerns this IPv4 prefix or address
    #[arg(long, value_name = "PREFIX", value_parser = prefix)]
    pub(crate) prefix: Option<Ipv4Net>,

    /// Only what concerns this service
    #[arg(long, value_name = "NAME", conflicts_with = "prefix")]
    pub(crate) service: Option<String>,

    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn prefix(text: &str) -> Result<Ipv4Net, String> {
    let invalid = || "not an IPv4 prefix; write one such as 192.0.2.0/24, or an address".to_owned();
    Address::parse(text).network().ok_or_else(invalid)
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let reading = arguments.configuration.read()?;
    let Run { plan, mut findings, .. } = pipeline::run(&reading.authority, reading.findings);
    // What concerns other routers is not what was asked for.
    findings.retain(|finding| {
        finding.is_error() && finding.subject.router().is_none_or(|router| router == arguments.router)
    });
    if !findings.is_empty() {
        console.message(&findings_text::to_text(&findings, &reading.sources));
    }
    if findings.iter().any(Finding::concerns_all) {
        return Ok(Exit::Findings);
    }
    let query = Query {
        router: arguments.router.clone(),
        node: arguments.node.clone(),
        prefix: arguments.prefix,
        service: arguments.service.clone(),
    };
    let answers = match why(&plan, &query) {
        Ok(answers) => answers,
        Err(unknown) => {
            console.message(&format!("error: {unknown}"));
            return Ok(Exit::Usage);
        }
    };
    if arguments.json {
        console.result(&format!("{}\n", serde_json::to_string_pretty(&answers)?))?;
    } else {
        console.result(&text::to_text(&answers))?;
    }
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Findings })
}
