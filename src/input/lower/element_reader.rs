//! Reads the children of one element, and notes their faults. A deleted child is absent.

use super::notes::Notes;
use super::reserve::reserve_first;
use crate::diagnostics::{Finding, alike, is_plain};
use crate::model::key::KeyType;
use crate::model::tree::{Content, Fault, FaultKind, Member, Scalar, ScalarStyle, Tree};
use crate::model::{Address, AddressKind, ElementPath, Fix, Located, Span, Subject, fix};
use crate::rules::{
    conflicting_values, confusable_word, duplicate_key, invalid_syntax, invalid_value, unexpected_shape, unknown_key,
    yaml_1_1_value,
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
        let name = fault.kind.intended().unwrap_or(&member.name);
        self.report_fault(fault, self.path.child_named(name));
        false
    }

    /// Reports a child that could not be read.
    pub(super) fn report_fault(&mut self, fault: &Fault, path: ElementPath) {
        let rule = match fault.kind {
            FaultKind::Syntax => &invalid_syntax::RULE,
            FaultKind::DuplicateName => &duplicate_key::RULE,
            FaultKind::UnknownName(_) => &unknown_key::RULE,
            FaultKind::ConfusableName(_) => &confusable_word::RULE,
            FaultKind::Value => &invalid_value::RULE,
            FaultKind::Shape => &unexpected_shape::RULE,
        };
        let finding =
            Finding::new(rule, self.subject.clone(), path, fault.message.clone()).at(fault.at).fix(fault.fix.clone());
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
        self.fixable_leaf(slot, member, expected, parse, |_, _| None);
    }

    /// Reads a leaf, and adds the fix to the finding about an invalid value.
    fn fixable_leaf<T: PartialEq>(
        &mut self,
        slot: &mut Option<Located<T>>,
        member: &Member<'_>,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
        fix: impl Fn(Span, &Scalar<'_>) -> Option<Fix>,
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
            let finding = invalid_value::of_leaf(&member.name, &found, expected, subject, path, at);
            return self.report(finding.fix(fix(at, scalar)));
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

    /// Reads a leaf that holds one of `words`. A value that looks like one of them is a finding.
    pub(super) fn word<T: PartialEq>(
        &mut self,
        slot: &mut Option<Located<T>>,
        member: &Member<'_>,
        words: &'static [&'static str],
        parse: impl Fn(&str) -> T,
    ) {
        let is_confusable = match &member.tree.content {
            Content::Scalar(scalar) => self.report_confusable(&scalar.text, words, self.child(member), member.tree.at),
            _ => false,
        };
        if !is_confusable {
            self.leaf(slot, member, "a word", |text| Some(parse(text)));
        }
    }

    /// Reads a leaf that is `true` or `false`.
    pub(super) fn boolean(&mut self, slot: &mut Option<Located<bool>>, member: &Member<'_>) {
        let is_confusable = match &member.tree.content {
            Content::Scalar(Scalar { text, .. }) if !is_plain(text) => {
                self.report_confusable(text, KeyType::BOOLEANS, self.child(member), member.tree.at)
            }
            _ => false,
        };
        if !is_confusable {
            let fix =
                |at, scalar: &Scalar<'_>| fix::of_boolean(at, &scalar.text, scalar.style == ScalarStyle::Contested);
            self.fixable_leaf(slot, member, KeyType::Boolean.expected(), |text| text.parse().ok(), fix);
        }
    }

    /// Returns true for a value that is none of `words` but looks like one of them, and reports it.
    pub(super) fn report_confusable(
        &mut self,
        text: &str,
        words: &'static [&'static str],
        path: ElementPath,
        at: Span,
    ) -> bool {
        // The name of a module may be before the word (RFC 7951, section 6.8).
        let local = text.rsplit(':').next().unwrap_or(text);
        if words.contains(&local) {
            return false;
        }
        let Some(known) = alike(local, words.iter().copied()) else { return false };
        self.report(confusable_word::of_value(text, known, self.subject.clone(), path, at));
        true
    }

    /// Compares the key leaf in the body of an entry with the key of the entry.
    pub(super) fn key(&mut self, key: &Located<String>, member: &Member<'_>) {
        if let Content::Scalar(Scalar { text, style }) = &member.tree.content
            && *style != ScalarStyle::Null
            && **text != key.value
            && !is_plain(text)
            && alike(text, [key.value.as_str()]).is_some()
        {
            let (subject, path) = (self.subject.clone(), self.child(member));
            return self.report(confusable_word::of_value(text, &key.value, subject, path, member.tree.at));
        }
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
        self.checked_leaf_list(values, member, "text", |scalar| Some(parse(&scalar.text)));
    }

    /// Adds the addresses of a leaf-list. The rules check them later, unless they are booleans or
    /// numbers.
    pub(super) fn addresses(&mut self, values: &mut Vec<Located<Address>>, member: &Member<'_>) {
        self.checked_leaf_list(values, member, "an IP prefix, an IP address or a host name", |scalar| {
            let address = Address::parse(&scalar.text);
            let is_address = match address.kind() {
                AddressKind::Ipv4 { .. } | AddressKind::Ipv6(_) => true,
                AddressKind::HostName(_) => !is_boolean(&scalar.text) && !is_plain_number(scalar),
                AddressKind::Invalid => !is_number(&scalar.text),
            };
            is_address.then_some(address)
        });
    }

    fn checked_leaf_list<T>(
        &mut self,
        values: &mut Vec<Located<T>>,
        member: &Member<'_>,
        expected: &str,
        parse: impl Fn(&Scalar<'_>) -> Option<T>,
    ) {
        let items = match &member.tree.content {
            Content::Mapping(_) => return self.unexpected_shape(member, "a list of values", &member.tree),
            Content::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(&member.tree),
        };
        reserve_first(values, items.len());
        for item in items {
            match &item.content {
                Content::Scalar(scalar) if scalar.style == ScalarStyle::Null => {}
                Content::Scalar(scalar) => match parse(scalar) {
                    Some(value) => {
                        self.report_contested(scalar, &member.name, item.at);
                        values.push(Located::new(value, item.at));
                    }
                    None => {
                        let (subject, path) = (self.subject.clone(), self.child(member));
                        let name = &member.name;
                        self.report(invalid_value::of_leaf(name, &scalar.text, expected, subject, path, item.at));
                    }
                },
                Content::Deleted(_) => {}
                Content::Fault(fault) => self.report_fault(fault, self.child(member)),
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

fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

/// Returns true for an integer or a decimal fraction, with or without an exponent.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) && text.parse::<f64>().is_ok()
}

/// Returns true for a number that looks like a host name (`1e5`, `0x1f`), where a syntax has types.
fn is_plain_number(scalar: &Scalar<'_>) -> bool {
    let is_hexadecimal =
        |text: &str| text.strip_prefix("0x").is_some_and(|digits| u128::from_str_radix(digits, 16).is_ok());
    scalar.style != ScalarStyle::Text && (is_number(&scalar.text) || is_hexadecimal(&scalar.text))
}
