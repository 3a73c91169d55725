//! The formats of a validation's report (`docs/validate.md`). All of them print the same report.

mod concise;
mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod text;

use super::Report;
use crate::commands::formats::formats;

formats! {
    fn(&Report<'_>, bool) -> String;
    /// The line and a caret under the place, for people
    Text: text,
    /// A line a finding
    Concise: concise,
    /// JSON of our own
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
    /// Returns the report as text that is empty or ends with a newline. `styled` is for a terminal that shows colours.
    #[must_use]
    pub fn render(self, report: &Report<'_>, styled: bool) -> String {
        self.renderer()(report, styled)
    }
}

/// `3 errors, 1 warning in 12 routers and 40 services`, or that there is nothing.
#[must_use]
pub fn summary(report: &Report<'_>) -> String {
    use crate::diagnostics::Severity;
    let counted = |count: usize, name: &str| format!("{count} {name}{}", if count == 1 { "" } else { "s" });
    let found: Vec<String> = [Severity::Error, Severity::Warning, Severity::Notice]
        .into_iter()
        .map(|severity| (report.count(severity), severity.to_string()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| counted(count, &name))
        .collect();
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
    format!("{found} in {} and {}", counted(report.routers, "router"), counted(report.services, "service"))
}

/// A source's name as other tools compare paths: without `./`.
fn path(name: &str) -> String {
    let path = std::path::Path::new(name);
    path.strip_prefix(".").unwrap_or(path).to_string_lossy().into_owned()
}
