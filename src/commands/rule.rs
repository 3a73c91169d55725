//! `rule`: prints the page about a code.

use std::fmt::Write as _;

use clap::Args;

use super::{Console, Exit};
use crate::diagnostics::Rule;
use crate::rules;

/// Print the page about a code: what it means, why it matters, and what to do
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes rule learning-off
  loopback-static-routes rule --list")]
pub struct Arguments {
    /// The code, as validate and generate print it
    #[arg(required_unless_present = "list", value_parser = rules::named)]
    pub(crate) code: Option<&'static Rule>,

    /// List all codes with their severities
    #[arg(long, conflicts_with = "code")]
    pub(crate) list: bool,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    match arguments.code {
        Some(code) => console.result(code.page)?,
        None => console.result(&list())?,
    }
    Ok(Exit::Done)
}

/// A line a code: severity, code, what was found.
fn list() -> String {
    let width = rules::all().map(|rule| rule.code.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in rules::all() {
        let _ = writeln!(text, "{:<7}  {:<width$}  {}", rule.severity.to_string(), rule.code, rule.summary);
    }
    text
}
