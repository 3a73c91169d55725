//! The output of the commands.

/// Prints results and messages. The library itself never prints.
pub trait Console: Send {
    /// Prints a result to standard output. If the reader closes the pipe (`| head`), the rest is
    /// discarded.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written.
    fn result(&mut self, text: &str) -> anyhow::Result<()>;

    /// Prints a message to standard error. Failures are ignored, because nothing else can report
    /// them.
    fn message(&mut self, text: &str);

    /// Returns true if results may have colours.
    fn has_colours(&self) -> bool;

    /// Shows a progress bar on a terminal: `done` of `total` routers.
    fn progress(&mut self, done: usize, total: usize);

    /// Removes the progress bar.
    fn end_progress(&mut self);
}

/// An exit code of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Findings of severity error, or a difference where a check was requested.
    Findings = 1,
    /// Invalid arguments or settings.
    Usage = 2,
    /// A failure of the system or of the program.
    Failure = 3,
}
