//! `diff`: reports the nodes whose routes change between two configurations, and the edits that
//! cause the changes.

mod compare;
mod formats;
mod git;

use std::path::{Path, PathBuf};

use clap::Args;

use self::compare::{Side, compare};
use self::formats::{Format, Titles};
use super::configuration::inputs;
use super::{CommandError, Console, Exit, findings};
use crate::diagnostics::Finding;
use crate::fs::replace;
use crate::input::{self, Input, Reading};
use crate::pipeline::{self, Run};
use crate::syntaxes::Syntax;

/// Show which routes change between two configurations, and which edits cause it
#[derive(Debug, Args)]
#[command(
    override_usage = "loopback-static-routes diff [OPTIONS] <OLD> <NEW>\n       loopback-static-routes diff [OPTIONS] --base <REV> <CONFIG>",
    after_help = "\
Exits 0 if no route changes, and 1 if a route changes or a configuration has errors that prevent the comparison.

Examples:
  loopback-static-routes diff old.json new.json
  loopback-static-routes diff --base origin/main fragments/ --format html --output diff.html"
)]
pub struct Arguments {
    /// The old and the new configuration: files, or folders of fragments
    #[arg(value_name = "CONFIG", required = true, num_args = 1..=2)]
    pub(crate) configs: Vec<PathBuf>,

    /// Compare CONFIG with its state in this revision of its git repository
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,

    /// Print this format; the default is text
    #[arg(long)]
    pub(crate) format: Option<Format>,

    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Read both configurations in this syntax instead of detecting the syntax
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) input_format: Option<Syntax>,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let (old, new, titles) = sides(arguments)?;
    let read = |inputs| input::read(inputs, arguments.input_format);
    let (old, new) = (read(old)?, read(new)?);
    let old_run = pipeline::run(&old.authority, old.findings.clone());
    let new_run = pipeline::run(&new.authority, new.findings.clone());
    // Both are printed, so that a user can fix them together.
    let is_comparable = [print_errors(&old, &old_run, console), print_errors(&new, &new_run, console)];
    if is_comparable != [true, true] {
        console.message("nothing was compared: fix these errors first");
        return Ok(Exit::Findings);
    }
    let old = Side { authority: &old.authority, plan: &old_run.plan, findings: &old_run.findings };
    let new = Side { authority: &new.authority, plan: &new_run.plan, findings: &new_run.findings };
    let comparison = compare(old, new);
    let rendered = arguments.format.unwrap_or(Format::Text).render(&comparison, &titles);
    match &arguments.output {
        Some(file) => replace(file, &rendered)?,
        None => console.result(&rendered)?,
    }
    Ok(if comparison.is_same() { Exit::Done } else { Exit::Findings })
}

/// Returns the inputs of both configurations, and their names.
fn sides(arguments: &Arguments) -> Result<(Vec<Input>, Vec<Input>, Titles), CommandError> {
    let of_path = |path: &Path| inputs(&[path.to_owned()]);
    match (arguments.configs.as_slice(), &arguments.base) {
        ([old, new], None) => {
            let titles = Titles { old: old.display().to_string(), new: new.display().to_string() };
            Ok((of_path(old)?, of_path(new)?, titles))
        }
        ([new], Some(revision)) => {
            let titles = Titles { old: format!("{revision}:{}", new.display()), new: new.display().to_string() };
            Ok((git::configuration(revision, new)?, of_path(new)?, titles))
        }
        ([_], None) => Err(CommandError::Usage(
            "only one configuration; name a second one, or use --base REV to compare it with a revision".to_owned(),
        )),
        _ => Err(CommandError::Usage("two configurations with --base REV; name only the new one".to_owned())),
    }
}

/// Prints the errors that prevent a comparison. Returns true if there are none.
fn print_errors(reading: &Reading, run: &Run<'_>, console: &mut dyn Console) -> bool {
    let errors: Vec<Finding> = run.findings.iter().filter(|finding| finding.concerns_all()).cloned().collect();
    if !errors.is_empty() {
        console.message(&findings::to_text(&errors, &reading.sources));
    }
    errors.is_empty()
}
