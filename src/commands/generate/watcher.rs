//! Progress and diffs of a run, printed while it publishes.

use std::sync::{Mutex, MutexGuard};

use crate::commands::Console;
use crate::publish::Observer;

/// The least number of routers for which a run shows progress. A smaller run ends before a person
/// could read it.
const LONG_RUN: usize = 1000;

/// Prints progress and diffs from the threads that publish.
pub(super) struct Watcher<'c> {
    quiet: bool,
    console: Mutex<&'c mut dyn Console>,
    failed: Mutex<Option<anyhow::Error>>,
}

impl<'c> Watcher<'c> {
    pub(super) fn new(quiet: bool, console: &'c mut dyn Console) -> Self {
        Self { quiet, console: Mutex::new(console), failed: Mutex::new(None) }
    }

    /// Returns the console, or the error of the last diff that could not be printed.
    pub(super) fn finish(self) -> anyhow::Result<&'c mut dyn Console> {
        let console = self.console.into_inner().expect(NO_PANIC);
        console.end_progress();
        self.failed.into_inner().expect(NO_PANIC).map_or(Ok(console), Err)
    }

    fn console(&self) -> MutexGuard<'_, &'c mut dyn Console> {
        self.console.lock().expect(NO_PANIC)
    }
}

const NO_PANIC: &str = "no thread panics while it holds the lock";

impl Observer for Watcher<'_> {
    fn waiting(&self) {
        if !self.quiet {
            self.console().message("another run has locked the folder; waiting for it");
        }
    }

    fn progress(&self, done: usize, total: usize) {
        if !self.quiet && total >= LONG_RUN {
            self.console().progress(done, total);
        }
    }

    fn diff(&self, diff: &str) {
        let printed = self.console().result(diff);
        if let Err(error) = printed {
            *self.failed.lock().expect(NO_PANIC) = Some(error);
        }
    }
}
