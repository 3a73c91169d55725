//! `completions`: prints the completions for a shell.

use clap::{Args, CommandFactory as _};

use super::{CommandError, Console, Exit};

/// Print the completions for a shell
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let mut command = super::Arguments::command();
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut text);
    console.result(&String::from_utf8(text)?)?;
    Ok(Exit::Done)
}
