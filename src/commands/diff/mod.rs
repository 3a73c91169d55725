//! `diff`: reports which nodes' routes change between two configurations, and the edits that cause it.

pub mod compare;
pub mod formats;
mod git;

use std::path::{Path, PathBuf};

use clap::Args;

use self::compare::{Side, compare};
pub use self::formats::{Format, Titles};
use super::configuration::inputs;
use super::findings as text;
use super::{Console, Exit};
use crate::diagnostics::Finding;
use crate::fs::replace;
use crate::input::{self, Input, Reading};
use crate::pipeline;
use crate::syntaxes::Syntax;

/// Tell which nodes' routes change between two configurations, and because of which edits
#[derive(Debug, Args)]
#[command(
    override_usage = "loopback-static-routes diff [OPTIONS] <OLD> <NEW>\n       loopback-static-routes diff [OPTIONS] --base <REV> <CONFIG>",
    after_help = "\
Exits 0 where no route changes, 1 where one does.

Examples:
  loopback-static-routes diff old.json new.json
  loopback-static-routes diff --base origin/main fragments/ --format html --output diff.html"
)]
pub struct Arguments {
    /// The old and the new configuration: files, or folders of fragments
    #[arg(value_name = "CONFIG", required = true, num_args = 1..=2)]
    pub(crate) configs: Vec<PathBuf>,

    /// Compare CONFIG with what it was in this revision of its git repository
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,

    /// The format; text is the default
    #[arg(long)]
    pub(crate) format: Option<Format>,

    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Read both in this syntax instead of telling it from the content
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) input_format: Option<Syntax>,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let (old, new, titles) = match sides(arguments)? {
        Ok(sides) => sides,
        Err(message) => {
            console.message(&format!("error: {message}"));
            return Ok(Exit::Usage);
        }
    };
    let (old, new) = (read(old, arguments)?, read(new, arguments)?);
    let old_run = pipeline::run(&old.authority, old.findings.clone());
    let new_run = pipeline::run(&new.authority, new.findings.clone());
    let mut cannot = false;
    for (reading, findings) in [(&old, &old_run.findings), (&new, &new_run.findings)] {
        let errors: Vec<Finding> = findings.iter().filter(|finding| finding.concerns_all()).cloned().collect();
        if !errors.is_empty() {
            console.message(&text::to_text(&errors, &reading.sources));
            cannot = true;
        }
    }
    if cannot {
        console.message("nothing was compared: what the configuration says cannot be told");
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

/// The two configurations, or what is wrong with how they were named.
type Sides = (Vec<Input>, Vec<Input>, Titles);

fn sides(arguments: &Arguments) -> anyhow::Result<Result<Sides, String>> {
    let of_path = |path: &Path| inputs(&[path.to_owned()]);
    match (arguments.configs.as_slice(), &arguments.base) {
        ([old, new], None) => {
            let titles = Titles { old: old.display().to_string(), new: new.display().to_string() };
            Ok(Ok((of_path(old)?, of_path(new)?, titles)))
        }
        ([new], Some(revision)) => match git::configuration(revision, new)? {
            Ok(old) => {
                let titles = Titles { old: format!("{revision}:{}", new.display()), new: new.display().to_string() };
                Ok(Ok((old, of_path(new)?, titles)))
            }
            Err(message) => Ok(Err(message)),
        },
        ([_], None) => {
            Ok(Err("one configuration is given; give two, or --base REV to compare it with that revision".to_owned()))
        }
        _ => Ok(Err("with --base REV, give one configuration".to_owned())),
    }
}

fn read(inputs: Vec<Input>, arguments: &Arguments) -> anyhow::Result<Reading> {
    Ok(input::read(inputs, arguments.input_format)?)
}
