//! `convert`: prints the elements of a configuration that make routes, in another syntax.

use clap::Args;

use super::configuration::Configuration;
use super::findings as text;
use super::{Console, Exit};
use crate::diagnostics::Finding;
use crate::export;
use crate::syntaxes::Format;

/// Print the elements that make routes in another syntax
#[derive(Debug, Args)]
#[command(after_help = "\
What makes no routes is left out: other elements, comments, noise. Where something could not be read, nothing is printed.

Examples:
  loopback-static-routes convert session.txt --to yaml > authority.yaml
  loopback-static-routes convert export.xml.gz --to flat | grep loopback-static-routes
  loopback-static-routes convert fragments/ --to json")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// The syntax to print
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) to: Format,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let reading = arguments.configuration.read()?;
    if !reading.findings.is_empty() {
        console.message(&text::to_text(&reading.findings, &reading.sources));
    }
    let is_empty = reading.authority.routers.is_empty() && reading.authority.services.is_empty();
    if is_empty || reading.findings.iter().any(Finding::is_error) {
        console.message("nothing was converted");
        return Ok(Exit::Findings);
    }
    match export::print(&reading.authority, arguments.to) {
        Ok(text) => {
            console.result(&text)?;
            Ok(Exit::Done)
        }
        Err(unprintable) => {
            console.message(&format!("error: {unprintable}\nnothing was converted"));
            Ok(Exit::Findings)
        }
    }
}
