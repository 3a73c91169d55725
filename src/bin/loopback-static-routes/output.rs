//! Printing. Results go to standard output, everything else to standard error.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use anyhow::Context as _;
use clap::ColorChoice;

/// Where results and messages go.
pub(crate) struct Output {
    closed: bool,
    color: ColorChoice,
}

impl Output {
    pub(crate) fn new(color: ColorChoice) -> Self {
        Self { closed: false, color }
    }

    /// Whether results may have colours: where a terminal shows them, and nobody objects (<https://no-color.org>).
    pub(crate) fn has_colours(&self) -> bool {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                io::stdout().is_terminal()
                    && !is_set("NO_COLOR")
                    && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
            }
        }
    }

    /// A result. A reader that has seen enough (`| head`) is no failure: the rest is left out.
    pub(crate) fn result(&mut self, text: &str) -> anyhow::Result<()> {
        if self.closed {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other.context("cannot write to standard output"),
        }
    }

    /// A message. Nobody could be told that it cannot be printed.
    pub(crate) fn message(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{}", text.trim_end());
    }
}
