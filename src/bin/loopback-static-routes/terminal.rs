//! The console of the program: results go to standard output, messages and progress to standard
//! error.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use anyhow::Context as _;
use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressStyle};
use loopback_static_routes::commands::Console;

/// Standard output and standard error: a terminal, files or pipes.
pub(crate) struct Terminal {
    /// Set when the reader of standard output has closed the pipe.
    closed: bool,
    color: ColorChoice,
    bar: Option<ProgressBar>,
}

impl Terminal {
    pub(crate) fn new(color: ColorChoice) -> Self {
        Self { closed: false, color, bar: None }
    }
}

impl Console for Terminal {
    fn result(&mut self, text: &str) -> anyhow::Result<()> {
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

    fn message(&mut self, text: &str) {
        let _ = writeln!(io::stderr(), "{}", text.trim_end());
    }

    fn has_colours(&self) -> bool {
        crate::colours::on_stdout(self.color)
    }

    fn progress(&mut self, done: usize, total: usize) {
        if !io::stderr().is_terminal() {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} routers").expect("the template is valid");
            ProgressBar::new(0).with_style(style)
        });
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    }

    fn end_progress(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
