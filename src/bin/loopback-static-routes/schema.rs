//! `schema`: the JSON Schemas, from within the program.

use crate::Exit;
use crate::args::Schema;
use crate::output::Output;

pub(crate) fn run(arguments: &Schema, output: &mut Output) -> anyhow::Result<Exit> {
    output.result(&loopback_static_routes::conductor::schemas::Schema::from(arguments.of).text())?;
    Ok(Exit::Done)
}
