//! `why`: the plan, asked.

use loopback_static_routes::conductor::why::{Query, why};
use loopback_static_routes::conductor::{check, plan};
use loopback_static_routes::diagnostic::Finding;
use loopback_static_routes::input;
use loopback_static_routes::report::{findings as text, why as answer_text};

use crate::Exit;
use crate::args::Why;
use crate::generate::inputs;
use crate::output::Output;

pub(crate) fn run(arguments: &Why, output: &mut Output) -> anyhow::Result<Exit> {
    let reading = input::read(inputs(&arguments.configuration)?, arguments.configuration.input_format.map(Into::into))?;
    let mut findings = reading.findings;
    let checked = check(&reading.authority, &mut findings);
    let plan = plan(&checked, &mut findings);
    // What concerns other routers is not what was asked for.
    findings.retain(|finding| {
        finding.is_error() && finding.subject.router().is_none_or(|router| router == arguments.router)
    });
    if !findings.is_empty() {
        output.message(&text::to_text(&findings, &reading.sources));
    }
    if findings.iter().any(Finding::concerns_all) {
        return Ok(Exit::Findings);
    }
    let query = Query {
        router: arguments.router.clone(),
        node: arguments.node.clone(),
        prefix: arguments.prefix,
        service: arguments.service.clone(),
    };
    let answers = match why(&plan, &query) {
        Ok(answers) => answers,
        Err(unknown) => {
            output.message(&format!("error: {unknown}"));
            return Ok(Exit::Usage);
        }
    };
    if arguments.json {
        output.result(&format!("{}\n", serde_json::to_string_pretty(&answers)?))?;
    } else {
        output.result(&answer_text::to_text(&answers))?;
    }
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Findings })
}
