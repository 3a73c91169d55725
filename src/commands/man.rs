//! `man`: prints the manual pages.

use clap::{Args, CommandFactory as _};

use super::{Console, Exit};

/// Print the manual page, or that of a command, as roff
#[derive(Debug, Args)]
pub struct Arguments {
    /// The command
    command: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let mut root = super::Arguments::command().disable_help_subcommand(true);
    root.build();
    let page = match &arguments.command {
        None => root,
        Some(name) => match root.find_subcommand(name) {
            Some(found) => found.clone(),
            None => {
                console.message(&format!("error: there is no command {name:?}"));
                return Ok(Exit::Usage);
            }
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    console.result(&String::from_utf8(text)?)?;
    Ok(Exit::Done)
}
