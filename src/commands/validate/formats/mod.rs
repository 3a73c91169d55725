//! The output formats of a report (`docs/commands/validate.md`).

mod concise;
mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
pub(crate) mod text;

use super::Report;
use crate::commands::count::by_severity;
use crate::commands::formats::formats;
use crate::model::Safety;
use crate::model::count::counted;

formats! {
    pub fn(&Report<'_>, bool) -> String;
    /// The line and a caret under the place, for people
    Text: text,
    /// A line for each finding
    Concise: concise,
    /// JSON of this program
    Json: json,
    /// SARIF 2.1.0, for code scanning
    Sarif: sarif,
    /// Annotations of GitHub Actions
    Github: github,
    /// GitLab's code quality report
    Gitlab: gitlab,
    /// JUnit XML
    Junit: junit,
}

impl Format {
    /// Returns all formats.
    #[must_use]
    pub fn all() -> &'static [Self] {
        <Self as clap::ValueEnum>::value_variants()
    }

    /// Renders the report as text that is empty or ends with a newline. `styled` adds colours for a
    /// terminal.
    #[must_use]
    pub fn render(self, report: &Report<'_>, styled: bool) -> String {
        self.renderer()(report, styled)
    }
}

/// Returns `3 errors, 1 warning in 12 routers and 40 services; 2 fixable with --fix`, or `nothing
/// found in …`.
pub(crate) fn summary(report: &Report<'_>) -> String {
    let counts = by_severity(report.findings.iter().map(|found| found.severity));
    let found = if counts.is_empty() { "nothing found" } else { counts.as_str() };
    let mut text =
        format!("{found} in {} and {}", counted(report.routers, "router"), counted(report.services, "service"));
    for (safety, options) in [(Safety::Safe, "--fix"), (Safety::Unsafe, "--fix --unsafe-fixes")] {
        match report.fixable(safety) {
            0 => {}
            count => text.push_str(&format!("; {count} fixable with {options}")),
        }
    }
    text
}
