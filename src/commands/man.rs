//! `man`: prints the manual pages.

use clap::{Args, CommandFactory as _};

use super::{CommandError, Console, Exit};
use crate::diagnostics::hint;

/// Print the manual page of the program or of a command, as roff
#[derive(Debug, Args)]
pub struct Arguments {
    /// The command
    command: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let mut text = Vec::new();
    clap_mangen::Man::new(page(arguments.command.as_deref())?).render(&mut text)?;
    console.result(&String::from_utf8(text)?)?;
    Ok(Exit::Done)
}

/// Returns the program, or the command with this name.
fn page(name: Option<&str>) -> Result<clap::Command, CommandError> {
    let mut root = super::Arguments::command().disable_help_subcommand(true);
    root.build();
    let Some(name) = name else { return Ok(root) };
    root.find_subcommand(name).cloned().ok_or_else(|| {
        let hint = hint(name, root.get_subcommands().map(clap::Command::get_name));
        CommandError::Usage(format!("unknown command {name:?}{hint}"))
    })
}
