//! `rule`: the page about a code, from within the program.

use std::fmt::Write as _;

use loopback_static_routes::diagnostic::Code;

use crate::Exit;
use crate::args::Rule;
use crate::output::Output;

pub(crate) fn run(arguments: &Rule, output: &mut Output) -> anyhow::Result<Exit> {
    match arguments.code {
        Some(code) => output.result(code.page())?,
        None => output.result(&list())?,
    }
    Ok(Exit::Done)
}

/// A line a code: severity, code, what was found.
fn list() -> String {
    let width = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or_default();
    let mut text = String::new();
    for code in Code::ALL {
        let _ = writeln!(text, "{:<7}  {:<width$}  {}", code.severity().to_string(), code.name(), code.summary());
    }
    text
}
