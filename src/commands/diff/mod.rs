//! `diff`: reports the nodes whose routes change between two configurations, and the edits that
//! cause the changes.

mod compare;
mod formats;
mod git;

use std::path::{Path, PathBuf};

use clap::Args;

use self::compare::{Side, compare};
use self::formats::{By, Format, Layout, Titles};
use self::git::Base;
use super::configuration::inputs;
use super::settings::SettingsArguments;
use super::validate::findings_to_text;
use super::{CommandError, Console, Exit, output, skipped};
use crate::diagnostics::Finding;
use crate::fs::replace;
use crate::input::{self, Input, Reading, Search};
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
    #[arg(long, alias = "output-format")]
    pub(crate) format: Option<Format>,

    /// List the changes by edit or by node; only for text and markdown
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = By::Edit, hide_possible_values = true)]
    pub(crate) by: By,

    /// Print one line: the numbers of changes, and what must not be missed
    #[arg(long, conflicts_with_all = ["format", "by"])]
    pub(crate) summary: bool,

    /// Leave out what exceeds this number of bytes; only for markdown
    #[arg(long, value_name = "BYTES", default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(2000..))]
    pub(crate) max_size: u32,

    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Read both configurations in this syntax instead of detecting the syntax
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) input_format: Option<Syntax>,

    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let (new_config, configs) = (arguments.configs.last(), arguments.configs.as_slice());
    let search = arguments.settings.search(new_config.map_or(configs, std::slice::from_ref))?;
    let Sides { old, new, titles, base } = sides(arguments, &search)?;
    let read = |inputs| input::read_with(inputs, arguments.input_format, &search);
    let (old, new) = (read(old)?, read(new)?);
    if let Some(base) = base {
        base.refuse_other_repositories(&new.sources)?;
        base.notes.iter().for_each(|note| console.message(note));
    }
    if let Some(skipped) = skipped::to_text(&new) {
        console.message(&skipped);
    }
    for reading in [&old, &new] {
        output::refuse_input(arguments.output.as_deref(), &reading.sources)?;
    }
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
    let rendered = if arguments.summary {
        comparison.summary().line() + "\n"
    } else {
        let has_colours = arguments.output.is_none() && console.has_colours();
        let limit = arguments.max_size as usize;
        let layout = Layout { titles: &titles, by: arguments.by, limit, has_colours };
        arguments.format.unwrap_or(Format::Text).render(&comparison, &layout)
    };
    match &arguments.output {
        Some(file) => replace(file, &rendered)?,
        None => console.result(&rendered)?,
    }
    Ok(if comparison.is_same() { Exit::Done } else { Exit::Findings })
}

/// Both configurations and their names.
struct Sides {
    old: Vec<Input>,
    new: Vec<Input>,
    titles: Titles,
    base: Option<Base>,
}

/// Returns the inputs of both configurations, and their names.
fn sides(arguments: &Arguments, search: &Search) -> Result<Sides, CommandError> {
    let of_path = |path: &Path| inputs(&[path.to_owned()]);
    match (arguments.configs.as_slice(), &arguments.base) {
        ([old, new], None) => {
            let titles = Titles { old: old.display().to_string(), new: new.display().to_string() };
            Ok(Sides { old: of_path(old)?, new: of_path(new)?, titles, base: None })
        }
        ([new], Some(revision)) => {
            let titles = Titles { old: format!("{revision}:{}", new.display()), new: new.display().to_string() };
            let mut base = git::configuration(revision, new, search)?;
            let old = std::mem::take(&mut base.inputs);
            Ok(Sides { old, new: of_path(new)?, titles, base: Some(base) })
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
        console.message(&findings_to_text(&errors, &reading.sources));
    }
    errors.is_empty()
}
