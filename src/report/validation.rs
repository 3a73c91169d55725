//! A validation's report in each of the formats that tools read (`docs/validate.md`). Every format prints the same report.

mod concise;
mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod text;

use crate::validate::Report;

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With the line and a caret under the place, for people.
    Text,
    /// A line a finding, for editors and `grep`.
    Concise,
    /// JSON of our own, versioned: `schema/findings.schema.json`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub's workflow commands: annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML, for everything else.
    Junit,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] =
        &[Self::Text, Self::Concise, Self::Json, Self::Sarif, Self::Github, Self::Gitlab, Self::Junit];
}

/// The report as text that ends with a newline, or is empty. `styled`: with colours, for a terminal that shows them; only [`Format::Text`] has any.
#[must_use]
pub fn render(report: &Report<'_>, format: Format, styled: bool) -> String {
    match format {
        Format::Text => text::render(report, styled),
        Format::Concise => concise::render(report),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
        Format::Github => github::render(report),
        Format::Gitlab => gitlab::render(report),
        Format::Junit => junit::render(report),
    }
}

/// `3 errors, 1 warning in 12 routers and 40 services`, or that there is nothing.
#[must_use]
pub fn summary(report: &Report<'_>) -> String {
    use crate::diagnostic::Severity;
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
