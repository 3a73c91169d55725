//! `generate`: publishes the files of a configuration, and reports the result.

mod example;
mod refusal;
mod summary;
mod watcher;

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use self::summary::PlacedFindings;
use self::watcher::Watcher;
use super::configuration::Configuration;
use super::memory::SmallPages;
use super::until_exit::until_exit;
use super::validate::findings_to_text;
use super::{CommandError, Console, Exit, skipped};
use crate::contract::pillar::LAST_REVISION;
use crate::diagnostics::{Finding, Severity};
use crate::fs::Identity;
use crate::input::{Input, Search, Sources};
use crate::model::{Authority, Plan};
use crate::pipeline::{self, Run};
use crate::publish::{Outcome, Output, PublishError, PublishOptions, Removals};

/// Write the route file and the Salt pillar data of each node
#[derive(Debug, Args)]
#[command(after_help = "\
Only files whose bytes change are written. A router with errors keeps its published files, and the others are generated.
Nothing is written if a CONFIG cannot be read or contains no router, or if the run would remove most of the published routes.

Examples:
  loopback-static-routes generate authority.json --out /var/lib/routes
  loopback-static-routes generate fragments/ --out /var/lib/routes --check --diff
  loopback-static-routes generate --example")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// Write to this folder; with --example, there is a default, and some files are printed
    #[arg(long, value_name = "DIR", required_unless_present = "example")]
    #[arg(default_value_if("example", "true", "loopback-static-routes-example"))]
    pub(crate) out: Option<PathBuf>,

    /// With --example, print all written files instead of one of each kind
    #[arg(long, requires = "example")]
    pub(crate) show: bool,

    /// Write nothing; exit 1 if a file in DIR would change
    #[arg(long)]
    pub(crate) check: bool,

    /// The revision of the configuration, such as a commit number that all conductors share
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..=LAST_REVISION))]
    pub(crate) revision: Option<u64>,

    /// Print the changes as a unified diff
    #[arg(long, conflicts_with = "json")]
    pub(crate) diff: bool,

    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Print errors only
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Allow a run that removes most of the published routes
    #[arg(long)]
    pub(crate) allow_removals: bool,

    /// Wait this long for another run on DIR
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) wait: u64,
}

impl Arguments {
    fn options(&self) -> PublishOptions {
        PublishOptions {
            check: self.check,
            allow_removals: self.allow_removals,
            revision: self.revision,
            diff: self.diff,
            wait: Duration::from_secs(self.wait),
        }
    }

    /// Returns true if a finding is printed with its place.
    fn shows(&self, finding: &Finding) -> bool {
        !self.quiet || finding.severity() == Severity::Error
    }

    /// Returns true if the places of these findings are needed, and so the texts.
    fn needs_places(&self, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| self.json || self.shows(finding))
    }
}

/// The result of a run.
pub(crate) enum Generated {
    /// It published.
    Done(Box<Outcome>),
    /// It would have removed most of the published routes.
    Refused,
    /// The configuration cannot be published.
    Nothing,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    // The program that writes standard input may take its time, and must not keep other runs out.
    let inputs = arguments.configuration.inputs()?;
    Ok(execute(arguments, inputs, console)?.0)
}

/// Publishes the files of these inputs, and reports the result.
pub(crate) fn execute(
    arguments: &Arguments,
    inputs: Vec<Input>,
    console: &mut dyn Console,
) -> Result<(Exit, Generated), CommandError> {
    let configuration = &arguments.configuration;
    let out = arguments.out.as_deref().expect("clap requires the option, or sets its default");
    refuse_configuration_as_output(&configuration.config, out)?;
    let options = arguments.options();
    let (folder, console) = watched(arguments, console, |watcher| Output::lock(out, &options, watcher))?;
    let folder = folder?;
    let search = Search { output: folder.identity()?, ..configuration.search()? };
    let files = inputs.iter().filter(|input| matches!(input, Input::Path(_))).cloned().collect();
    let mut reading = configuration.read_leaving_texts(inputs, &search)?;
    let first = until_exit(std::mem::take(&mut reading.authority));
    let again;
    let (mut plan, mut findings) = planned(&first, std::mem::take(&mut reading.findings));
    if arguments.needs_places(&findings) && !reading.sources.load() {
        // A file has changed since it was read.
        reading = configuration.read_inputs(files, &search)?;
        again = until_exit(std::mem::take(&mut reading.authority));
        (plan, findings) = planned(&again, std::mem::take(&mut reading.findings));
    }
    let skipped = skipped::to_text(&reading);
    let output = FindingsOutput::new(arguments, findings, &reading.sources, skipped);
    // The text of the configuration is most of the memory in use, and publishing needs room.
    drop(reading.sources);
    let _small_pages = SmallPages::begin();
    if output.findings.iter().any(Finding::concerns_all) {
        drop(folder);
        output.print(arguments, Published::Nothing, console)?;
        console.message("nothing was published");
        return Ok((Exit::Findings, Generated::Nothing));
    }
    let publish = |watcher: &Watcher<'_>| folder.publish(&plan, &output.findings, &options, watcher);
    let (published, console) = watched(arguments, console, publish)?;
    let outcome = match published {
        Ok(outcome) => outcome,
        Err(PublishError::TooManyRemovals(removals)) => {
            output.print(arguments, Published::Refused(&removals), console)?;
            return Ok((Exit::Findings, Generated::Refused));
        }
        Err(error) => return Err(error.into()),
    };
    output.print(arguments, Published::Done(&outcome), console)?;
    if configuration.example && !(arguments.check || arguments.diff || arguments.json) {
        example::print(out, &outcome, arguments.show, console)?;
    }
    let differs = arguments.check && !outcome.up_to_date;
    let in_error = output.findings.iter().any(Finding::is_error);
    let exit = if differs || in_error { Exit::Findings } else { Exit::Done };
    Ok((exit, Generated::Done(Box::new(outcome))))
}

/// Returns the plan, and the findings of all stages. The checked blocks are freed, because
/// publishing needs room.
fn planned(authority: &Authority, findings: Vec<Finding>) -> (ManuallyDrop<Plan<'_>>, Vec<Finding>) {
    let Run { plan, findings, .. } = pipeline::run(authority, findings);
    (until_exit(plan), findings)
}

/// Refuses an output folder that is one of the configurations: later runs would take a part of the
/// configuration for published files. A folder inside a configuration is fine.
fn refuse_configuration_as_output(configs: &[PathBuf], out: &Path) -> Result<(), CommandError> {
    let Some(identity) = Identity::of_path(out) else { return Ok(()) };
    match configs.iter().find(|config| Identity::of_path(config) == Some(identity)) {
        Some(config) => Err(CommandError::Usage(format!(
            "{} is both the configuration {} and the folder to write to; choose another folder, such as {}",
            out.display(),
            config.display(),
            out.join("out").display()
        ))),
        None => Ok(()),
    }
}

/// Runs a step of publishing, and shows its progress. Returns its result, and the console.
fn watched<'c, T>(
    arguments: &Arguments,
    console: &'c mut dyn Console,
    step: impl FnOnce(&Watcher<'_>) -> T,
) -> anyhow::Result<(T, &'c mut dyn Console)> {
    let watcher = Watcher::new(arguments.quiet, console);
    let result = step(&watcher);
    Ok((result, watcher.finish()?))
}

/// The result of publishing.
#[derive(Clone, Copy)]
enum Published<'r> {
    Done(&'r Outcome),
    /// The run would remove most of the published routes.
    Refused(&'r Removals),
    /// The configuration cannot be published.
    Nothing,
}

/// The findings and their output, which is made while the sources are in memory.
struct FindingsOutput {
    findings: Vec<Finding>,
    text: String,
    /// The findings for JSON, if requested.
    placed: Option<PlacedFindings>,
    /// A description of the skipped files.
    skipped: Option<String>,
}

impl FindingsOutput {
    fn new(arguments: &Arguments, findings: Vec<Finding>, sources: &Sources, skipped: Option<String>) -> Self {
        let shown: Vec<Finding> = findings.iter().filter(|finding| arguments.shows(finding)).cloned().collect();
        let placed = arguments.json.then(|| PlacedFindings::new(&findings, sources));
        Self { text: findings_to_text(&shown, sources), placed, findings, skipped }
    }

    fn print(&self, arguments: &Arguments, published: Published<'_>, console: &mut dyn Console) -> anyhow::Result<()> {
        if let Some(placed) = &self.placed {
            console.result(&summary::to_json(published, placed))?;
        }
        if !self.text.is_empty() {
            console.message(&self.text);
        }
        if let Published::Done(Outcome { missing, .. }) = published
            && !missing.is_empty()
        {
            console.message(&summary::missing_to_text(missing));
        }
        match published {
            Published::Done(_) if arguments.quiet => {}
            Published::Done(outcome) => {
                if let Some(changes) = &outcome.route_changes {
                    console.message(&summary::of_routes(changes, outcome.held.len()).line());
                }
                let summary = summary::to_text(outcome, &self.findings, arguments.check);
                console.message(
                    &[Some(summary), self.skipped.clone()].into_iter().flatten().collect::<Vec<_>>().join("; "),
                );
            }
            Published::Refused(removals) => console.message(&refusal::to_text(removals)),
            Published::Nothing => {}
        }
        Ok(())
    }
}
