//! `rule`: prints the page of a rule.

use std::fmt::Write as _;

use clap::Args;

use super::codes::Codes;
use super::{CommandError, Console, Exit};
use crate::diagnostics::Rule;
use crate::rules;

/// Print the page of a rule: what it means, why it matters, and what to do
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes rule learning-off
  loopback-static-routes rule --list")]
pub struct Arguments {
    /// The code of the rule, as validate and generate print it
    #[arg(required_unless_present = "list", value_parser = Codes, hide_possible_values = true)]
    pub(crate) code: Option<&'static Rule>,

    /// List all codes with their severities
    #[arg(long, conflicts_with = "code")]
    pub(crate) list: bool,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    match arguments.code {
        Some(rule) => console.result(rule.page)?,
        None => console.result(&list())?,
    }
    Ok(Exit::Done)
}

/// Returns one line per rule: severity, code and summary.
fn list() -> String {
    let width = rules::all().map(|rule| rule.code.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in rules::all() {
        let _ = writeln!(text, "{:<7}  {:<width$}  {}", rule.severity.to_string(), rule.code, rule.summary);
    }
    text
}
