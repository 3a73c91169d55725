//! Findings: what is wrong with a configuration, as values. Failures of ours or the system's are errors, not findings.

mod code;

use serde::{Serialize, Serializer};

pub use code::{Code, Severity, UnknownCode};

use crate::model::{ElementPath, NodeId, Span};

/// What a finding concerns, and so what an error holds back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The whole configuration: an error publishes nothing.
    Authority,
    /// One service: an error holds back the routers that would learn from it.
    Service(String),
    /// One router: an error holds back its nodes.
    Router(String),
    /// One node: an error holds back this node.
    Node(NodeId),
}

impl Subject {
    /// The router concerned, if it is one.
    #[must_use]
    pub fn router(&self) -> Option<&str> {
        match self {
            Self::Router(router) => Some(router),
            Self::Node(id) => Some(&id.router),
            Self::Authority | Self::Service(_) => None,
        }
    }

    /// The node concerned, if it is one.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        match self {
            Self::Node(id) => Some(&id.node),
            _ => None,
        }
    }
}

/// One thing that is wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule found it.
    pub code: Code,
    /// What it concerns.
    pub subject: Subject,
    /// The element's path.
    pub path: ElementPath,
    /// What is wrong and what to do. The same for every router that the same element concerns: it does not name the subject.
    pub message: String,
    /// Where the element stands.
    pub at: Option<Span>,
    /// Other places that have part in it.
    pub related: Vec<Related>,
}

/// Another place that has part in a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What stands there.
    pub label: String,
    /// Where.
    pub at: Span,
}

impl Finding {
    /// A finding without a place.
    pub fn new(code: Code, subject: Subject, path: ElementPath, message: impl Into<String>) -> Self {
        Self { code, subject, path, message: message.into(), at: None, related: Vec::new() }
    }

    /// The same with its place.
    #[must_use]
    pub fn at(mut self, at: impl Into<Option<Span>>) -> Self {
        self.at = at.into();
        self
    }

    /// The same with another place that has part in it.
    #[must_use]
    pub fn related(mut self, label: impl Into<String>, at: Span) -> Self {
        self.related.push(Related { label: label.into(), at });
        self
    }

    /// The severity of its code.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether it is an error about the configuration as a whole, so that nothing may be published.
    #[must_use]
    pub fn concerns_all(&self) -> bool {
        self.is_error() && self.subject == Subject::Authority
    }

    /// Whether it is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

/// A finding in the manifest and in `--json`: no place in a file, so that the same elements in another order, or in other
/// files, give the same bytes.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            code: Code,
            severity: Severity,
            #[serde(skip_serializing_if = "Option::is_none")]
            service: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            router: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            node: Option<&'a str>,
            path: String,
            message: &'a str,
        }
        let service = match &self.subject {
            Subject::Service(name) => Some(name.as_str()),
            _ => None,
        };
        Wire {
            code: self.code,
            severity: self.severity(),
            service,
            router: self.subject.router(),
            node: self.subject.node(),
            path: self.path.to_string(),
            message: &self.message,
        }
        .serialize(serializer)
    }
}

/// Sorts findings by place in the sources, then by everything that does not depend on a place.
pub fn sort_by_place(findings: &mut [Finding]) {
    findings.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| by_content(a, b)));
}

/// Compares findings by what they say alone: the order of the manifest.
#[must_use]
pub fn by_content(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    (&a.subject, &a.path, a.code.name(), &a.message).cmp(&(&b.subject, &b.path, b.code.name(), &b.message))
}

/// Names that are nobody's, up to which the one that was meant is looked for.
pub const MOST_HINTS: usize = 200;

/// ` (did you mean "allow"?)`, or nothing.
#[must_use]
pub fn hint<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    did_you_mean(written, known).map_or_else(String::new, |near| format!(" (did you mean {near:?}?)"))
}

/// Longer ones are no slips of a finger, and would take long to compare.
const LONGEST_NAME: usize = 256;

/// The name among `known` that was probably meant.
#[must_use]
pub fn did_you_mean<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if written.len() > LONGEST_NAME {
        return None;
    }
    let known: Vec<&str> = known.into_iter().filter(|name| name.len() <= LONGEST_NAME).collect();
    let near = known
        .iter()
        .copied()
        .filter(|name| name.len().abs_diff(written.len()) <= 2.max(name.len() / 4))
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 4))
        .min()
        .map(|(_, name)| name);
    // Somebody may have left off at a hyphen.
    near.or_else(|| known.into_iter().find(|name| name.strip_prefix(written).is_some_and(|rest| rest.starts_with('-'))))
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_misses_are_named_and_far_ones_are_not() {
        let known = ["default-route", "enabled", "learn-from-services", "metric", "static-route"];
        for (written, expected) in [
            ("metrics", Some("metric")),
            ("enable", Some("enabled")),
            ("learn-from-servces", Some("learn-from-services")),
            ("static-routes", Some("static-route")),
            ("colour", None),
        ] {
            assert_eq!(did_you_mean(written, known), expected, "{written}");
        }
    }
}
