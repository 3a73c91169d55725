//! `generate`: publishes what a configuration asks for, and reports what was done.

mod summary;

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use self::summary::Placed;
use super::configuration::Configuration;
use super::findings as text;
use super::{Console, Exit};
use crate::diagnostics::{Finding, Severity};
use crate::input::Sources;
use crate::pipeline;
use crate::publish::{self, Observer, Options, Outcome, PublishError};

/// Write each node's route file and Salt pillar data
#[derive(Debug, Args)]
#[command(after_help = "\
Only files whose bytes change are written. A router with errors keeps what it has, and the others are generated.
Nothing is written at all where a CONFIG cannot be read, or holds no router.

Examples:
  loopback-static-routes generate authority.json --out /var/lib/routes
  loopback-static-routes generate fragments/ --out /var/lib/routes --check --diff
  loopback-static-routes generate --example")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// The folder to write to; with --example it has a default, and the files written are shown
    #[arg(long, value_name = "DIR", required_unless_present = "example")]
    #[arg(default_value_if("example", "true", "loopback-static-routes-example"))]
    pub(crate) out: Option<PathBuf>,

    /// Write nothing; exit 1 if DIR is not what would be generated
    #[arg(long)]
    pub(crate) check: bool,

    /// Print the change as a unified diff
    #[arg(long, conflicts_with = "json")]
    pub(crate) diff: bool,

    /// Print the run's summary as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Say nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Remove even more than half of the nodes that are published
    #[arg(long)]
    pub(crate) allow_removals: bool,

    /// How long to wait for another run on DIR
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) wait: u64,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let reading = arguments.configuration.read()?;
    // The process ends soon, and then all its memory goes at once.
    let authority = ManuallyDrop::new(reading.authority);
    let mut run = ManuallyDrop::new(pipeline::run(&authority, reading.findings));
    let findings = std::mem::take(&mut run.findings);
    let report = Report::new(arguments, findings, &reading.sources);
    // The text of the configuration is most of what there is in memory, and publishing needs room.
    drop(reading.sources);
    let folder = arguments.out.as_deref().expect("clap requires it, or gives its default");
    if report.findings.iter().any(Finding::concerns_all) {
        report.print(arguments, None, console)?;
        console.message("nothing was published");
        return Ok(Exit::Findings);
    }
    let options = Options {
        check: arguments.check,
        allow_removals: arguments.allow_removals,
        diff: arguments.diff,
        wait: Duration::from_secs(arguments.wait),
    };
    let watcher = Watcher { quiet: arguments.quiet, console: Mutex::new(console), failed: Mutex::new(None) };
    let published = publish::publish(&run.plan, &report.findings, folder, &options, &watcher);
    let console = watcher.finish()?;
    let outcome = match published {
        Ok(outcome) => outcome,
        Err(error @ PublishError::TooManyRemovals { .. }) => {
            report.print(arguments, None, console)?;
            console.message(&format!("error: {error}"));
            return Ok(Exit::Findings);
        }
        Err(error) => return Err(error.into()),
    };
    report.print(arguments, Some(&outcome), console)?;
    if arguments.configuration.example && !(arguments.check || arguments.diff || arguments.json) {
        show(folder, &outcome, console)?;
    }
    let differs = arguments.check && !outcome.up_to_date;
    let in_error = report.findings.iter().any(Finding::is_error);
    Ok(if differs || in_error { Exit::Findings } else { Exit::Done })
}

/// What there is to say of the findings, made while their sources are there.
struct Report {
    findings: Vec<Finding>,
    text: String,
    placed: Option<Placed>,
}

impl Report {
    fn new(arguments: &Arguments, findings: Vec<Finding>, sources: &Sources) -> Self {
        let is_shown = |finding: &&Finding| !arguments.quiet || finding.severity() == Severity::Error;
        let shown: Vec<Finding> = findings.iter().filter(is_shown).cloned().collect();
        let placed = arguments.json.then(|| Placed::new(&findings, sources));
        Self { text: text::to_text(&shown, sources), placed, findings }
    }

    fn print(&self, arguments: &Arguments, outcome: Option<&Outcome>, console: &mut dyn Console) -> anyhow::Result<()> {
        if let Some(placed) = &self.placed {
            console.result(&summary::to_json(outcome, placed))?;
        }
        if !self.text.is_empty() {
            console.message(&self.text);
        }
        if let (Some(outcome), false) = (outcome, arguments.quiet) {
            console.message(&summary::to_text(outcome, &self.findings, arguments.check));
        }
        Ok(())
    }
}

/// The files of the example, for a reader who wants to see what a run makes.
fn show(folder: &Path, outcome: &Outcome, console: &mut dyn Console) -> anyhow::Result<()> {
    let mut paths = outcome.changed.clone();
    paths.push(publish::MANIFEST.to_owned());
    for path in paths {
        let file = folder.join(path);
        let content = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        console.result(&format!("==> {} <==\n{content}\n", file.display()))?;
    }
    Ok(())
}

/// Shows progress, and prints diffs.
struct Watcher<'c> {
    quiet: bool,
    console: Mutex<&'c mut dyn Console>,
    failed: Mutex<Option<anyhow::Error>>,
}

/// Shorter runs are done before a person could read the progress bar.
const LONG_RUN: usize = 1000;

impl<'c> Watcher<'c> {
    /// Returns the console, or why a diff could not be printed.
    fn finish(self) -> anyhow::Result<&'c mut dyn Console> {
        let console = self.console.into_inner().expect("no thread panics while it holds this");
        console.end_progress();
        self.failed.into_inner().expect("no thread panics while it holds this").map_or(Ok(console), Err)
    }
}

impl Observer for Watcher<'_> {
    fn waiting(&self) {
        if !self.quiet {
            let mut console = self.console.lock().expect("no thread panics while it holds this");
            console.message("another run holds the folder; waiting for it");
        }
    }

    fn progress(&self, done: usize, total: usize) {
        if !self.quiet && total >= LONG_RUN {
            self.console.lock().expect("no thread panics while it holds this").progress(done, total);
        }
    }

    fn diff(&self, diff: &str) {
        let printed = self.console.lock().expect("no thread panics while it holds this").result(diff);
        if let Err(error) = printed {
            *self.failed.lock().expect("no thread panics while it holds this") = Some(error);
        }
    }
}
