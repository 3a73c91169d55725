//! Where the commands' results and messages go.

/// Prints for a command. The library itself never prints.
pub trait Console: Send {
    /// Prints a result to standard output. A closed pipe (`| head`) is not an error: the rest is discarded.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written to.
    fn result(&mut self, text: &str) -> anyhow::Result<()>;

    /// Prints a message to standard error. Failures are ignored, since there is no other place to report them.
    fn message(&mut self, text: &str);

    /// Returns true if results may have colours.
    fn has_colours(&self) -> bool;

    /// Shows how many of `total` routers are done, where a person watches.
    fn progress(&mut self, done: usize, total: usize);

    /// Removes what [`Self::progress`] shows.
    fn end_progress(&mut self);
}

/// How a command ended; the value is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Findings of severity error; or a difference, where a check was requested.
    Findings = 1,
    /// The command line names something that does not exist.
    Usage = 2,
    /// A failure of the system or of this program.
    Failure = 3,
}
