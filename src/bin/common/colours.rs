//! Decides for both programs whether output has colours.

use std::io;

use anstream::AutoStream;
use clap::ColorChoice;

/// Returns true if standard output shows colours, unless the user decides: by the option, or by
/// `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` or `FORCE_COLOR`.
pub(crate) fn on_stdout(choice: ColorChoice) -> bool {
    let value = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        // The variable of Node's programs, which anstream does not read.
        ColorChoice::Auto if value("NO_COLOR").is_none() && value("FORCE_COLOR").is_some_and(|value| value != "0") => {
            true
        }
        ColorChoice::Auto => AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}
