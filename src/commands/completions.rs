//! `completions`: prints a shell's completions.

use clap::{Args, CommandFactory as _};

use super::{Console, Exit};

/// Print the completions of a shell
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let mut command = super::Arguments::command();
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut text);
    console.result(&String::from_utf8(text)?)?;
    Ok(Exit::Done)
}
