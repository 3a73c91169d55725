//! `convert`: prints a configuration in another syntax.

use clap::Args;

use super::configuration::Configuration;
use super::validate::findings_to_text;
use super::{CommandError, Console, Exit, skipped};
use crate::diagnostics::Finding;
use crate::export;
use crate::syntaxes::PrintFormat;

/// Print the elements that the program reads in another syntax
#[derive(Debug, Args)]
#[command(after_help = "\
Other elements, comments and the text around a configuration are left out. Nothing is printed if a part cannot be read.

Examples:
  loopback-static-routes convert session.txt --to yaml > authority.yaml
  loopback-static-routes convert export.xml.gz --to flat | grep loopback-static-routes
  loopback-static-routes convert fragments/ --to json")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// Print this syntax
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) to: PrintFormat,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let reading = arguments.configuration.read()?;
    if let Some(skipped) = skipped::to_text(&reading) {
        console.message(&skipped);
    }
    if !reading.findings.is_empty() {
        console.message(&findings_to_text(&reading.findings, &reading.sources));
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
