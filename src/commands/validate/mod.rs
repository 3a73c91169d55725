//! `validate`: reports all findings of a configuration, including advice.

pub(crate) mod fix;
pub mod formats;
pub mod report;
mod repository;
mod silencing;

use std::path::PathBuf;

use clap::Args;

use self::fix::FixArguments;
use self::formats::Format;
pub(super) use self::formats::text::findings_to_text;
pub use self::report::{Report, report};
pub use self::silencing::Selection;
pub use super::Settings;
use super::codes::Codes;
use super::configuration::Configuration;
use super::until_exit::until_exit;
use super::{CommandError, Console, Exit, output, skipped};
use crate::diagnostics::{Finding, Rule};
use crate::fs::replace;
use crate::input::{Reading, Search};
use crate::pipeline::{self, advise};

/// Check a configuration and report every finding
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Reads only CONFIG and the settings, and writes only the report. Each code has a page: loopback-static-routes rule CODE.
In GitHub Actions, github is the default format; with --output, annotations are printed in addition to the report.

Examples:
  loopback-static-routes validate fragments/
  loopback-static-routes validate fragments/ --fix
  loopback-static-routes validate authority.yaml --format sarif --output report.sarif
  loopback-static-routes validate authority.json --ignore unusual-name,ipv6-address --warn-as-error")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// Print this format; the default is text
    #[arg(long, alias = "output-format")]
    pub(crate) format: Option<Format>,

    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Report only these codes
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = Codes, hide_possible_values = true)]
    pub(crate) select: Vec<&'static Rule>,

    /// Do not report these codes
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = Codes, hide_possible_values = true)]
    pub(crate) ignore: Vec<&'static Rule>,

    /// Treat warnings as errors
    #[arg(long)]
    pub(crate) warn_as_error: bool,

    #[command(flatten)]
    pub(crate) fixes: FixArguments,
}

impl Arguments {
    /// Returns the arguments with the paths of the settings, if the command line names none.
    fn with_paths(&self, settings: Option<&Settings>) -> Result<Self, CommandError> {
        let mut arguments = self.clone();
        let configuration = &mut arguments.configuration;
        if configuration.config.is_empty() && !configuration.example {
            configuration.config = settings.map(Settings::paths).unwrap_or_default();
            if configuration.config.is_empty() {
                let message = "missing CONFIG: name the files or folders of the configuration, or list them as \
                               `paths` in .loopback-static-routes.toml";
                return Err(CommandError::Usage(message.to_owned()));
            }
        }
        Ok(arguments)
    }

    /// Returns the findings to report.
    fn selection(&self) -> Selection {
        Selection { select: self.select.clone(), ignore: self.ignore.clone(), warn_as_error: self.warn_as_error }
    }
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let settings = arguments.configuration.settings.read(&arguments.configuration.config)?;
    let arguments = &arguments.with_paths(settings.as_ref())?;
    let configuration = &arguments.configuration;
    let search = settings.as_ref().map(Settings::search).unwrap_or_default();
    let search = Search { respects_gitignore: true, ..search };
    let mut reading = if arguments.fixes.fix {
        configuration.read_with(&search)?
    } else {
        configuration.read_leaving_texts(configuration.inputs()?, &search)?
    };
    if arguments.fixes.fix {
        let fixed = fix::fix(arguments, &reading, settings.as_ref(), console)?;
        console.message(&fixed.summary());
        fixed.messages.iter().for_each(|message| console.message(message));
        if arguments.fixes.diff {
            return Ok(if fixed.fixes > 0 { Exit::Findings } else { Exit::Done });
        }
        if fixed.files > 0 {
            reading = configuration.read_with(&search)?;
        }
    }
    let mut findings = findings_of(&mut reading);
    if !findings.is_empty() && !reading.sources.load() {
        // A file has changed since it was read.
        reading = configuration.read_with(&search)?;
        findings = findings_of(&mut reading);
    }
    let skipped = skipped::to_text(&reading);
    let authority = until_exit(reading.authority);
    if let Some(settings) = &settings {
        settings.add_to(&mut reading.sources);
    }
    let selection = arguments.selection();
    output::refuse_input(arguments.output.as_deref(), &reading.sources)?;
    let report = report(findings, &authority, &reading.sources, &selection, settings.as_ref());
    print(arguments, &report, console)?;
    console.message(&[formats::summary(&report)].into_iter().chain(skipped).collect::<Vec<_>>().join("; "));
    Ok(if report.has_errors() { Exit::Findings } else { Exit::Done })
}

/// Returns the findings of all stages, including advice.
fn findings_of(reading: &mut Reading) -> Vec<Finding> {
    let findings = std::mem::take(&mut reading.findings);
    let mut run = until_exit(pipeline::run(&reading.authority, findings));
    let mut findings = std::mem::take(&mut run.findings);
    findings.extend(advise(&run));
    findings
}

/// Prints the report in the requested format. If the report goes to a file in GitHub Actions,
/// annotations are printed as well.
fn print(arguments: &Arguments, report: &Report<'_>, console: &mut dyn Console) -> anyhow::Result<()> {
    let in_github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let format = arguments.format;
    match &arguments.output {
        Some(file) => {
            let text = format.unwrap_or(Format::Text).render(report, false);
            replace(file, &text)?;
            if in_github && format != Some(Format::Github) {
                console.result(&Format::Github.render(report, false))?;
            }
        }
        None => {
            let default = if in_github { Format::Github } else { Format::Text };
            let styled = console.has_colours();
            console.result(&format.unwrap_or(default).render(report, styled))?;
        }
    }
    Ok(())
}
