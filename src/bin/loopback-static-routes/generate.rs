//! `generate`: read → check → plan → publish, and say what became of it.

use std::io::{IsTerminal as _, Read as _};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use loopback_static_routes::conductor::publish::{self, Observer, Options, Outcome, PublishError};
use loopback_static_routes::conductor::{check, plan};
use loopback_static_routes::diagnostic::{Finding, Severity};
use loopback_static_routes::input::{self, Input, Sources};
use loopback_static_routes::report::findings as text;
use loopback_static_routes::report::summary::{self, Placed};

use crate::Exit;
use crate::args::{Configuration, Generate};
use crate::output::Output;

/// The example authority of `examples/`.
const EXAMPLE: &[u8] = include_bytes!("../../../examples/authority/authority.pcli");

pub(crate) fn run(arguments: &Generate, output: &mut Output) -> anyhow::Result<Exit> {
    let inputs = inputs(&arguments.configuration)?;
    let reading = input::read(inputs, arguments.configuration.input_format.map(Into::into))?;
    let mut findings = reading.findings;
    // The process ends soon, and then all its memory goes at once.
    let authority = ManuallyDrop::new(reading.authority);
    let checked = ManuallyDrop::new(check(&authority, &mut findings));
    let plan = ManuallyDrop::new(plan(&checked, &mut findings));
    let report = Report::new(arguments, findings, &reading.sources);
    // The text of the configuration is most of what there is in memory, and publishing needs room.
    drop(reading.sources);
    let folder = arguments.out.as_deref().expect("clap requires it, or gives its default");
    if report.findings.iter().any(Finding::concerns_all) {
        report.print(arguments, None, output)?;
        output.message("nothing was published");
        return Ok(Exit::Findings);
    }
    let options = Options {
        check: arguments.check,
        allow_removals: arguments.allow_removals,
        diff: arguments.diff,
        wait: Duration::from_secs(arguments.wait),
    };
    let watcher = Watcher::new(arguments, output);
    let published = publish::publish(&plan, &report.findings, folder, &options, &watcher);
    watcher.finish()?;
    let outcome = match published {
        Ok(outcome) => outcome,
        Err(error @ PublishError::TooManyRemovals { .. }) => {
            report.print(arguments, None, output)?;
            output.message(&format!("error: {error}"));
            return Ok(Exit::Findings);
        }
        Err(error) => return Err(error.into()),
    };
    report.print(arguments, Some(&outcome), output)?;
    if arguments.configuration.example && !(arguments.check || arguments.diff || arguments.json) {
        show(folder, &outcome, output)?;
    }
    let differs = arguments.check && !outcome.up_to_date;
    let in_error = report.findings.iter().any(Finding::is_error);
    Ok(if differs || in_error { Exit::Findings } else { Exit::Done })
}

/// The inputs that the command line names.
pub(crate) fn inputs(configuration: &Configuration) -> anyhow::Result<Vec<Input>> {
    if configuration.example {
        return Ok(vec![Input::Text { name: "examples/authority/authority.pcli".to_owned(), bytes: EXAMPLE.to_vec() }]);
    }
    let mut inputs = Vec::new();
    for config in &configuration.config {
        if config.as_os_str() != "-" {
            inputs.push(Input::Path(config.clone()));
            continue;
        }
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        inputs.push(Input::Text { name: "<stdin>".to_owned(), bytes });
    }
    Ok(inputs)
}

/// What there is to say of the findings, made while their sources are there.
struct Report {
    findings: Vec<Finding>,
    text: String,
    placed: Option<Placed>,
}

impl Report {
    fn new(arguments: &Generate, findings: Vec<Finding>, sources: &Sources) -> Self {
        let is_shown = |finding: &&Finding| !arguments.quiet || finding.severity() == Severity::Error;
        let shown: Vec<Finding> = findings.iter().filter(is_shown).cloned().collect();
        let placed = arguments.json.then(|| Placed::new(&findings, sources));
        Self { text: text::to_text(&shown, sources), placed, findings }
    }

    fn print(&self, arguments: &Generate, outcome: Option<&Outcome>, output: &mut Output) -> anyhow::Result<()> {
        if let Some(placed) = &self.placed {
            output.result(&summary::to_json(outcome, placed))?;
        }
        if !self.text.is_empty() {
            output.message(&self.text);
        }
        if let (Some(outcome), false) = (outcome, arguments.quiet) {
            output.message(&summary::to_text(outcome, &self.findings, arguments.check));
        }
        Ok(())
    }
}

/// The files of the example, for a reader who wants to see what a run makes.
fn show(folder: &Path, outcome: &Outcome, output: &mut Output) -> anyhow::Result<()> {
    let mut paths = outcome.changed.clone();
    paths.push(publish::MANIFEST.to_owned());
    for path in paths {
        let file = folder.join(path);
        let content = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        output.result(&format!("==> {} <==\n{content}\n", file.display()))?;
    }
    Ok(())
}

/// Shows progress on a terminal, and prints diffs.
struct Watcher<'o> {
    bar: Option<ProgressBar>,
    quiet: bool,
    output: Mutex<&'o mut Output>,
    failed: Mutex<Option<anyhow::Error>>,
}

/// Fewer routers are done before one could read the bar.
const LONG_RUN: usize = 1000;

impl<'o> Watcher<'o> {
    fn new(arguments: &Generate, output: &'o mut Output) -> Self {
        let watched = !arguments.quiet && std::io::stderr().is_terminal();
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} routers").expect("a template of ours");
        let bar = watched.then(|| ProgressBar::new(0).with_style(style));
        Self { bar, quiet: arguments.quiet, output: Mutex::new(output), failed: Mutex::new(None) }
    }

    fn finish(self) -> anyhow::Result<()> {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        self.failed.into_inner().expect("nobody panicked").map_or(Ok(()), Err)
    }
}

impl Observer for Watcher<'_> {
    fn waiting(&self) {
        if !self.quiet {
            self.output.lock().expect("nobody panicked").message("another run holds the folder; waiting for it");
        }
    }

    fn progress(&self, done: usize, total: usize) {
        if let Some(bar) = self.bar.as_ref().filter(|_| total >= LONG_RUN) {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
    }

    fn diff(&self, diff: &str) {
        if let Err(error) = self.output.lock().expect("nobody panicked").result(diff) {
            *self.failed.lock().expect("nobody panicked") = Some(error);
        }
    }
}
