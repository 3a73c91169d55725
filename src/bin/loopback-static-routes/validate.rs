//! `validate`: read → check → plan → lint → report.

use std::mem::ManuallyDrop;
use std::path::Path;

use anyhow::Context as _;
use loopback_static_routes::conductor::{check, lint, plan};
use loopback_static_routes::report::validation::{self, Format};
use loopback_static_routes::validate::{self, Report, Selection, Settings, SettingsError};
use loopback_static_routes::{files, input};

use crate::Exit;
use crate::args::Validate;
use crate::generate::inputs;
use crate::output::Output;

pub(crate) fn run(arguments: &Validate, output: &mut Output) -> anyhow::Result<Exit> {
    let settings = match settings(arguments)? {
        Ok(settings) => settings,
        Err(error) => {
            output.message(&error.to_string());
            return Ok(Exit::Usage);
        }
    };
    let mut reading =
        input::read(inputs(&arguments.configuration)?, arguments.configuration.input_format.map(Into::into))?;
    let mut findings = reading.findings;
    // The process ends soon, and then all its memory goes at once.
    let authority = ManuallyDrop::new(reading.authority);
    let checked = ManuallyDrop::new(check(&authority, &mut findings));
    let plan = ManuallyDrop::new(plan(&checked, &mut findings));
    lint(&checked, &plan, &mut findings);
    if let Some(settings) = &settings {
        settings.add_to(&mut reading.sources);
    }
    let selection = Selection {
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
        warn_as_error: arguments.warn_as_error,
    };
    let report = validate::report(findings, &authority, &reading.sources, &selection, settings.as_ref());
    print(arguments, &report, output)?;
    output.message(&validation::summary(&report));
    Ok(if report.has_errors() { Exit::Findings } else { Exit::Done })
}

/// The report in the format asked for, and where GitHub Actions runs us its annotations, unless they would stand between other output.
fn print(arguments: &Validate, report: &Report<'_>, output: &mut Output) -> anyhow::Result<()> {
    let in_github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let format = arguments.format.map(Format::from);
    match &arguments.output {
        Some(file) => {
            let text = validation::render(report, format.unwrap_or(Format::Text), false);
            files::replace(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
            if in_github && format != Some(Format::Github) {
                output.result(&validation::render(report, Format::Github, false))?;
            }
        }
        None => {
            let by_itself = if in_github { Format::Github } else { Format::Text };
            let styled = output.has_colours();
            output.result(&validation::render(report, format.unwrap_or(by_itself), styled))?;
        }
    }
    Ok(())
}

/// The settings that count here.
fn settings(arguments: &Validate) -> anyhow::Result<Result<Option<Settings>, SettingsError>> {
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let file = match &arguments.settings {
        Some(file) => std::path::absolute(file)?,
        None if arguments.no_settings => return Ok(Ok(None)),
        None => match Settings::find(&here) {
            Some(file) => file,
            None => return Ok(Ok(None)),
        },
    };
    let name = file.strip_prefix(&here).unwrap_or(&file).display().to_string();
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    Ok(Settings::parse(&name, folder, &text).map(Some))
}
