//! `man`: prints the manual pages.

use clap::{Args, CommandFactory as _};

use super::{CommandError, Console, Exit};
use crate::diagnostics::hint;

/// Print the manual page of the program or of a command, as roff
#[derive(Debug, Args)]
pub struct Arguments {
    /// The command
    command: Option<String>,

    /// List all commands that have a page, one per line
    #[arg(long, conflicts_with = "command")]
    list: bool,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let root = root();
    if arguments.list {
        let names: Vec<&str> = root.get_subcommands().map(clap::Command::get_name).collect();
        console.result(&(names.join("\n") + "\n"))?;
        return Ok(Exit::Done);
    }
    let page = arguments.command.as_deref().map_or_else(|| Ok(root.clone()), |name| command(&root, name))?;
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    console.result(&String::from_utf8(text)?)?;
    Ok(Exit::Done)
}

/// Returns the program with its commands.
fn root() -> clap::Command {
    let mut root = super::Arguments::command().disable_help_subcommand(true);
    root.build();
    root
}

/// Returns the command with this name.
fn command(root: &clap::Command, name: &str) -> Result<clap::Command, CommandError> {
    root.find_subcommand(name).cloned().ok_or_else(|| {
        let hint = hint(name, root.get_subcommands().map(clap::Command::get_name));
        CommandError::Usage(format!("unknown command {name:?}{hint}"))
    })
}
