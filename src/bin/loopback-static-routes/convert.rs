//! `convert`: read → print.

use loopback_static_routes::diagnostic::Finding;
use loopback_static_routes::export;
use loopback_static_routes::input;
use loopback_static_routes::report::findings as text;

use crate::Exit;
use crate::args::Convert;
use crate::generate::inputs;
use crate::output::Output;

pub(crate) fn run(arguments: &Convert, output: &mut Output) -> anyhow::Result<Exit> {
    let inputs = inputs(&arguments.configuration)?;
    let reading = input::read(inputs, arguments.configuration.input_format.map(Into::into))?;
    if !reading.findings.is_empty() {
        output.message(&text::to_text(&reading.findings, &reading.sources));
    }
    let is_empty = reading.authority.routers.is_empty() && reading.authority.services.is_empty();
    if is_empty || reading.findings.iter().any(Finding::is_error) {
        output.message("nothing was converted");
        return Ok(Exit::Findings);
    }
    match export::print(&reading.authority, arguments.to.into()) {
        Ok(text) => {
            output.result(&text)?;
            Ok(Exit::Done)
        }
        Err(unprintable) => {
            output.message(&format!("error: {unprintable}\nnothing was converted"));
            Ok(Exit::Findings)
        }
    }
}
