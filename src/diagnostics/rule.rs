//! A rule's code, severity and page.

use std::fmt;

use serde::{Serialize, Serializer};

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// A mistake, which holds back the part of the configuration that it concerns; exit code 1.
    Error,
    /// Published all the same, but probably not intended.
    Warning,
    /// For information.
    Notice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        })
    }
}

/// A rule, known by its code. Each rule has a file in `src/rules/` and a page in `docs/rules/`.
#[derive(Debug)]
pub struct Rule {
    /// The code: stable, kebab-case.
    pub code: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// True if its findings hold back the router or node that they concern, as errors do.
    pub holds_back: bool,
    /// A line about its findings.
    pub summary: &'static str,
    /// The page in Markdown.
    pub page: &'static str,
}

impl Rule {
    /// Returns the section of the page that says what a finding means.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        let rest = self.page.split_once("## What it means\n").map_or(self.page, |(_, rest)| rest);
        rest.split_once("\n## ").map_or(rest, |(section, _)| section).trim()
    }
}

/// Makes a rule from its code, severity and summary. Its page is compiled in, so a rule without a
/// page does not build. `consequence` is for findings that follow from an error elsewhere: they are
/// notices, and hold back what they concern.
macro_rules! rule {
    ($code:literal, Error, $summary:literal) => {
        rule!($code, Error, true, $summary)
    };
    ($code:literal, consequence, $summary:literal) => {
        rule!($code, Notice, true, $summary)
    };
    ($code:literal, $severity:ident, $summary:literal) => {
        rule!($code, $severity, false, $summary)
    };
    ($code:literal, $severity:ident, $holds_back:literal, $summary:literal) => {
        $crate::diagnostics::Rule {
            code: $code,
            severity: $crate::diagnostics::Severity::$severity,
            holds_back: $holds_back,
            summary: $summary,
            page: include_str!(concat!("../../docs/rules/", $code, ".md")),
        }
    };
}

pub(crate) use rule;

impl Rule {
    /// Returns true if its findings follow from an error elsewhere.
    #[must_use]
    pub(crate) fn is_consequence(&self) -> bool {
        self.holds_back && self.severity != Severity::Error
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

impl std::hash::Hash for Rule {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// Serializes a rule as its code.
impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}
