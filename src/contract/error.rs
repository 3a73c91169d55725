//! Errors of parsing.

/// An error about a line below the marker that is not a route of the plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARoute {
    /// The line number in the whole file, from 1.
    pub line: usize,
    /// The line.
    pub text: String,
}
