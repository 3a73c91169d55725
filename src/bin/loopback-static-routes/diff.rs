//! `diff`: read both → check → plan → compare.

use std::path::Path;

use loopback_static_routes::conductor::compare::Side;
use loopback_static_routes::conductor::{check, compare, plan};
use loopback_static_routes::diagnostic::Finding;
use loopback_static_routes::files;
use loopback_static_routes::input::{self, Input, Reading};
use loopback_static_routes::report::comparison::{self, Format, Titles};
use loopback_static_routes::report::findings as text;

use anyhow::Context as _;

use crate::Exit;
use crate::args::{Configuration, Diff};
use crate::generate::inputs;
use crate::git;
use crate::output::Output;

pub(crate) fn run(arguments: &Diff, output: &mut Output) -> anyhow::Result<Exit> {
    let (old, new, titles) = match sides(arguments)? {
        Ok(sides) => sides,
        Err(message) => {
            output.message(&format!("error: {message}"));
            return Ok(Exit::Usage);
        }
    };
    let (old, new) = (read(old, arguments)?, read(new, arguments)?);
    let (mut old_findings, mut new_findings) = (old.findings.clone(), new.findings.clone());
    let old_checked = check(&old.authority, &mut old_findings);
    let new_checked = check(&new.authority, &mut new_findings);
    let old_plan = plan(&old_checked, &mut old_findings);
    let new_plan = plan(&new_checked, &mut new_findings);
    let mut cannot = false;
    for (reading, findings) in [(&old, &old_findings), (&new, &new_findings)] {
        let errors: Vec<Finding> = findings.iter().filter(|finding| finding.concerns_all()).cloned().collect();
        if !errors.is_empty() {
            output.message(&text::to_text(&errors, &reading.sources));
            cannot = true;
        }
    }
    if cannot {
        output.message("nothing was compared: what the configuration says cannot be told");
        return Ok(Exit::Findings);
    }
    let old = Side { authority: &old.authority, plan: &old_plan, findings: &old_findings };
    let new = Side { authority: &new.authority, plan: &new_plan, findings: &new_findings };
    let comparison = compare(old, new);
    let format = arguments.format.map_or(Format::Text, Format::from);
    let rendered = comparison::render(&comparison, &titles, format);
    match &arguments.output {
        Some(file) => files::replace(file, &rendered).with_context(|| format!("cannot write {}", file.display()))?,
        None => output.result(&rendered)?,
    }
    Ok(if comparison.is_same() { Exit::Done } else { Exit::Findings })
}

/// The two configurations, or what is wrong with how they were named.
type Sides = (Vec<Input>, Vec<Input>, Titles);

fn sides(arguments: &Diff) -> anyhow::Result<Result<Sides, String>> {
    let of_path =
        |path: &Path| inputs(&Configuration { config: vec![path.to_owned()], example: false, input_format: None });
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

fn read(inputs: Vec<Input>, arguments: &Diff) -> anyhow::Result<Reading> {
    Ok(input::read(inputs, arguments.input_format.map(Into::into))?)
}
