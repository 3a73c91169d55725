//! A stand-in for a Salt master: `tests/salt` has commands that answer with files.

use std::path::Path;

use serde_json::Value;

use super::{Run, Workspace};

/// Writes the answer to a question, in the folder `etc` of the master.
pub(crate) fn answer(workspace: &Workspace, question: &str, answer: &Value) {
    workspace.write(&format!("etc/{question}.json"), &format!("{answer:#}\n"));
}

/// Runs the program beside the stand-in.
pub(crate) fn run_with_master(workspace: &Workspace, arguments: &[&str]) -> Run {
    let mut command = workspace.command(arguments);
    let stand_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/salt");
    command.env("PATH", format!("{}:/usr/bin:/bin", stand_in.display())).env("SALT_CONFIG_DIR", "etc");
    Run::of(command.output().expect("the program runs"))
}
