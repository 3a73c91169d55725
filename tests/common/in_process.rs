//! The program without a process: its commands write into memory.

use clap::Parser as _;
use loopback_static_routes::commands::{Arguments, Console};

use super::Run;

/// A console that keeps the output.
#[derive(Default)]
struct Memory {
    stdout: String,
    stderr: String,
}

impl Console for Memory {
    fn result(&mut self, text: &str) -> anyhow::Result<()> {
        self.stdout.push_str(text);
        Ok(())
    }

    fn message(&mut self, text: &str) {
        self.stderr.push_str(text);
        self.stderr.push('\n');
    }

    fn has_colours(&self) -> bool {
        false
    }

    fn progress(&mut self, _done: usize, _total: usize) {}

    fn end_progress(&mut self) {}
}

/// Runs a command. Paths must be absolute.
pub(crate) fn run(arguments: &[&str]) -> Run {
    let mut memory = Memory::default();
    let arguments = [&["loopback-static-routes"], arguments].concat();
    let arguments = Arguments::try_parse_from(&arguments).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
    let code = match arguments.command.run(&mut memory) {
        Ok(exit) => exit as i32,
        Err(error) => {
            memory.message(&format!("error: {error}"));
            error.exit() as i32
        }
    };
    Run { code, stdout: memory.stdout, stderr: memory.stderr }
}
