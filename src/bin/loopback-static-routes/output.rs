//! Printing. Results go to standard output, everything else to standard error.

use std::io::{self, ErrorKind, Write as _};

use anyhow::Context as _;

/// Where results and messages go.
pub(crate) struct Output {
    closed: bool,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self { closed: false }
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
