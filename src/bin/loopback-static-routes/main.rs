//! The program on the conductor and in CI.

#[path = "../common/colours.rs"]
mod colours;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;
use loopback_static_routes::commands::{Arguments, Console as _};

use self::terminal::Terminal;

/// A fast allocator for many small values that live as long as the process (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut terminal = Terminal::new(arguments.color);
    let exit = arguments.command.run(&mut terminal).unwrap_or_else(|error| {
        terminal.message(&format!("error: {error}"));
        error.exit()
    });
    ExitCode::from(exit as u8)
}
