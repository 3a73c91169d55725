//! Completions and manual pages, from the command line's own definition.

use clap::CommandFactory as _;

use crate::Exit;
use crate::args::Arguments;
use crate::output::Output;

pub(crate) fn completions(shell: clap_complete::Shell, output: &mut Output) -> anyhow::Result<Exit> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut text);
    output.result(&String::from_utf8(text)?)?;
    Ok(Exit::Done)
}

pub(crate) fn man(command: Option<&str>, output: &mut Output) -> anyhow::Result<Exit> {
    let mut root = Arguments::command().disable_help_subcommand(true);
    root.build();
    let page = match command {
        None => root,
        Some(name) => match root.find_subcommand(name) {
            Some(found) => found.clone(),
            None => {
                output.message(&format!("error: there is no command {name:?}"));
                return Ok(Exit::Usage);
            }
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    output.result(&String::from_utf8(text)?)?;
    Ok(Exit::Done)
}
