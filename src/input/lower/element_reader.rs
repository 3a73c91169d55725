//! Reads the children of one element, and notes their faults. A deleted child is absent.

use super::notes::Notes;
use crate::diagnostics::Finding;
use crate::model::tree::{Content, Fault, FaultKind, Member, Scalar, ScalarStyle, Tree};
use crate::model::{ElementPath, Located, Span, Subject};
use crate::rules::{
    conflicting_values, duplicate_key, invalid_syntax, invalid_value, unexpected_shape, unknown_key, yaml_1_1_value,
};
use crate::syntaxes::yaml;

/// A reader of the children of one element.
pub(super) struct ElementReader<'a> {
    pub(super) subject: &'a Subject,
    pub(super) path: &'a ElementPath,
    pub(super) notes: &'a mut Notes,
}

impl<'a> ElementReader<'a> {
    pub(super) fn new(subject: &'a Subject, path: &'a ElementPath, notes: &'a mut Notes) -> Self {
        Self { subject, path, notes }
    }

    /// Returns the path of a child.
    pub(super) fn child(&self, member: &Member<'_>) -> ElementPath {
        self.path.child_named(&member.name)
    }

    /// Adds a finding.
    pub(super) fn report(&mut self, finding: Finding) {
        self.notes.findings.push(finding);
    }

    /// Returns true for a child that could be read, and reports any other.
    pub(super) fn accept(&mut self, member: &Member<'_>) -> bool {
        let Content::Fault(fault) = &member.tree.content else { return true };
        self.report_fault(fault, self.child(member));
        false
    }

    /// Reports a child that could not be read.
    pub(super) fn report_fault(&mut self, fault: &Fault, path: ElementPath) {
        let rule = match fault.kind {
            FaultKind::Syntax => &invalid_syntax::RULE,
            FaultKind::DuplicateName => &duplicate_key::RULE,
            FaultKind::UnknownName => &unknown_key::RULE,
        };
        let finding = Finding::new(rule, self.subject.clone(), path, fault.message.clone()).at(fault.at);
        self.report(match fault.related {
            Some((label, at)) => finding.related(label, at),
            None => finding,
        });
    }

    fn unexpected_shape(&mut self, member: &Member<'_>, expected: &str, found: &Tree<'_>) {
        let (subject, path) = (self.subject.clone(), self.child(member));
        self.report(unexpected_shape::of(&member.name, expected, found.describe(), subject, path, found.at));
    }

    /// Returns true for a child that holds elements, and reports one that holds anything else.
    /// Null is an empty container.
    pub(super) fn accept_container(&mut self, member: &Member<'_>) -> bool {
        match &member.tree.content {
            Content::Mapping(_) => true,
            Content::Deleted(_) => false,
            _ if member.tree.is_null() => false,
            _ => {
                self.unexpected_shape(member, "a block of elements", &member.tree);
                false
            }
        }
    }

    /// Reads a leaf. Null counts as absent.
    pub(super) fn leaf<T: PartialEq>(
        &mut self,
        slot: &mut Option<Located<T>>,
        member: &Member<'_>,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) {
        let scalar = match &member.tree.content {
            Content::Scalar(scalar) => scalar,
            Content::Deleted(_) => return,
            _ => return self.unexpected_shape(member, "a single value", &member.tree),
        };
        if scalar.style == ScalarStyle::Null {
            return;
        }
        let at = member.tree.at;
        let Some(value) = parse(&scalar.text) else {
            let (found, subject, path) = (format!("{:?}", scalar.text), self.subject.clone(), self.child(member));
            return self.report(invalid_value::of_leaf(&member.name, &found, expected, subject, path, at));
        };
        self.report_contested(scalar, &member.name, at);
        match slot {
            Some(first) if first.value != value => {
                let (subject, path) = (self.subject.clone(), self.child(member));
                self.report(conflicting_values::two_values(&member.name, subject, path, at, first.at));
            }
            Some(_) => {}
            None => *slot = Some(Located::new(value, at)),
        }
    }

    /// Compares the key leaf in the body of an entry with the key of the entry.
    pub(super) fn key(&mut self, key: &Located<String>, member: &Member<'_>) {
        let mut slot = Some(key.clone());
        self.leaf(&mut slot, member, "text", |text| Some(text.to_owned()));
    }

    /// Adds the values of a leaf-list, duplicates included. A single value counts as a list of
    /// one.
    pub(super) fn leaf_list<T>(
        &mut self,
        values: &mut Vec<Located<T>>,
        member: &Member<'_>,
        parse: impl Fn(&str) -> T,
    ) {
        let items = match &member.tree.content {
            Content::Mapping(_) => return self.unexpected_shape(member, "a list of values", &member.tree),
            Content::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(&member.tree),
        };
        for item in items {
            match &item.content {
                Content::Scalar(scalar) if scalar.style == ScalarStyle::Null => {}
                Content::Scalar(scalar) => {
                    self.report_contested(scalar, &member.name, item.at);
                    values.push(Located::new(parse(&scalar.text), item.at));
                }
                Content::Deleted(_) => {}
                _ => self.unexpected_shape(member, "a list of values", item),
            }
        }
    }

    /// Reports a value that YAML 1.1 tools read differently.
    pub(super) fn report_contested(&mut self, scalar: &Scalar<'_>, name: &str, at: Span) {
        if scalar.style == ScalarStyle::Contested {
            let kind = yaml::contested(&scalar.text).unwrap_or("another value");
            let (subject, path) = (self.subject.clone(), self.path.child_named(name));
            self.report(yaml_1_1_value::value(&scalar.text, kind, subject, path, at));
        }
    }
}
