//! A finding and its order.

use serde::{Serialize, Serializer};

use super::{Rule, Severity};
use crate::model::{Element, ElementPath, Fix, Span, Subject};

/// A fault, or a notice, about a part of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that reports it.
    pub rule: &'static Rule,
    /// The part of the configuration that it concerns.
    pub subject: Subject,
    /// Other routers or nodes with the same fault. An error holds them back too.
    pub also: Vec<Subject>,
    /// The path of the element.
    pub path: ElementPath,
    /// The fault, the expectation, and the remedy. It does not name the subject, so many routers
    /// have the same message.
    pub message: String,
    /// The place of the element.
    pub at: Option<Span>,
    /// Other places that are part of the fault.
    pub related: Vec<Related>,
    /// The changes of the text that remove the cause, if it is mechanical.
    pub fix: Option<Box<Fix>>,
}

/// Another place that is part of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The meaning of the place, such as "the other one".
    pub label: String,
    /// The place.
    pub at: Span,
}

impl Finding {
    /// Returns a finding without a place.
    pub fn new(rule: &'static Rule, subject: Subject, path: ElementPath, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { rule, subject, also: Vec::new(), path, message, at: None, related: Vec::new(), fix: None }
    }

    /// Returns a finding about the whole configuration, without a place.
    pub(crate) fn of_authority(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self::new(rule, Subject::Authority, ElementPath::authority(), message)
    }

    /// Returns a finding about a service, without a place.
    pub(crate) fn of_service(rule: &'static Rule, name: &str, message: impl Into<String>) -> Self {
        let path = ElementPath::authority().entry(Element::Service, name);
        Self::new(rule, Subject::Service(name.to_owned()), path, message)
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, at: impl Into<Option<Span>>) -> Self {
        self.at = at.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, label: impl Into<String>, at: Span) -> Self {
        self.related.push(Related { label: label.into(), at });
        self
    }

    /// Adds a fix.
    #[must_use]
    pub(crate) fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into().map(Box::new);
        self
    }

    /// Adds another router or node with the same fault.
    #[must_use]
    pub(crate) fn also(mut self, subject: Subject) -> Self {
        self.also.push(subject);
        self
    }

    /// Returns all parts of the configuration that it concerns.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = &Subject> {
        std::iter::once(&self.subject).chain(&self.also)
    }

    /// Replaces the path.
    #[must_use]
    pub fn path(mut self, path: ElementPath) -> Self {
        self.path = path;
        self
    }

    /// Returns the severity of its rule.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// Returns true for an error about the configuration as a whole: nothing can be published.
    #[must_use]
    pub fn concerns_all(&self) -> bool {
        self.is_error() && self.subject == Subject::Authority
    }

    /// Returns true for an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

/// Another router or node of a finding, in JSON.
#[derive(Serialize)]
pub(crate) struct AlsoJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    router: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
}

impl<'a> AlsoJson<'a> {
    pub(crate) fn of(subject: &'a Subject) -> Self {
        Self { router: subject.router(), node: subject.node() }
    }
}

/// A finding in the manifest and in `--json`. It has no place in a file: the same elements in
/// another order, or in other files, give the same bytes.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            code: &'static str,
            severity: Severity,
            #[serde(skip_serializing_if = "Option::is_none")]
            service: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            router: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            node: Option<&'a str>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            also: Vec<AlsoJson<'a>>,
            path: String,
            message: &'a str,
        }
        Wire {
            code: self.rule.code,
            severity: self.severity(),
            service: self.subject.service(),
            router: self.subject.router(),
            node: self.subject.node(),
            also: self.also.iter().map(AlsoJson::of).collect(),
            path: self.path.to_string(),
            message: &self.message,
        }
        .serialize(serializer)
    }
}

/// Sorts findings by place in the sources, then by content. Those that follow from other ones come
/// last.
pub(crate) fn sort_by_place(findings: &mut [Finding]) {
    let key = |finding: &Finding| (finding.rule.is_consequence(), finding.at);
    findings.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| by_content(a, b)));
}

/// Compares findings without their places: the order of the manifest.
#[must_use]
pub fn by_content(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    (&a.subject, &a.path, a.rule.code, &a.message).cmp(&(&b.subject, &b.path, b.rule.code, &b.message))
}
