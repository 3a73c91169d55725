//! Taking leaves out of trees, with findings that know whom they concern.

use crate::diagnostic::{Code, Finding, Subject};
use crate::model::document::{Content, Member, Scalar, ScalarStyle};
use crate::model::{ElementPath, Located};

/// The element whose children are being read, and where its findings go.
pub(super) struct Scope<'a> {
    pub(super) subject: &'a Subject,
    pub(super) path: &'a ElementPath,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(subject: &'a Subject, path: &'a ElementPath, findings: &'a mut Vec<Finding>) -> Self {
        Self { subject, path, findings }
    }

    /// A finding about one of the element's children.
    pub(super) fn report(&mut self, code: Code, member: &Member<'_>, message: String) {
        let finding = Finding::new(code, self.subject.clone(), self.path.child(&member.name), message);
        self.findings.push(finding.at(member.tree.at));
    }

    fn unexpected_shape(&mut self, member: &Member<'_>, expected: &str) {
        let message = format!("`{}` is {expected}, and here is {}", member.name, member.tree.describe());
        self.report(Code::UnexpectedShape, member, message);
    }

    /// Whether a member holds elements; nothing at all is an empty container.
    pub(super) fn is_container(&mut self, member: &Member<'_>) -> bool {
        match &member.tree.content {
            Content::Mapping(_) => true,
            _ if member.tree.is_null() => false,
            _ => {
                self.unexpected_shape(member, "a container of elements");
                false
            }
        }
    }

    /// A leaf. Nothing at all counts as absent.
    pub(super) fn leaf<T: PartialEq>(
        &mut self,
        slot: &mut Option<Located<T>>,
        member: &Member<'_>,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) {
        let Content::Scalar(scalar) = &member.tree.content else {
            return self.unexpected_shape(member, "a single value");
        };
        if scalar.style == ScalarStyle::Null {
            return;
        }
        let Some(value) = parse(&scalar.text) else {
            let message = format!("`{}` is {:?}, and must be {expected}", member.name, scalar.text);
            return self.report(Code::InvalidValue, member, message);
        };
        match slot {
            Some(first) if first.value != value => {
                let message = two_values(&member.name);
                let finding =
                    Finding::new(Code::ConflictingValues, self.subject.clone(), self.path.child(&member.name), message);
                self.findings.push(finding.at(member.tree.at).related("the other value", first.at));
            }
            Some(_) => {}
            None => *slot = Some(Located::new(value, member.tree.at)),
        }
    }

    /// The key leaf in an entry's body, which must agree with the key that the entry was found under.
    pub(super) fn key(&mut self, key: &Located<String>, member: &Member<'_>) {
        let mut slot = Some(key.clone());
        self.leaf(&mut slot, member, "text", |text| Some(text.to_owned()));
    }

    /// The values of a leaf-list, added to those that are there. One value may stand where a list is expected.
    pub(super) fn leaf_list(&mut self, values: &mut Vec<Located<String>>, member: &Member<'_>) {
        let mut add = |scalar: &Scalar<'_>, at| {
            if scalar.style != ScalarStyle::Null && !values.iter().any(|value| value.value == scalar.text) {
                values.push(Located::new(scalar.text.clone().into_owned(), at));
            }
        };
        match &member.tree.content {
            Content::Scalar(scalar) => add(scalar, member.tree.at),
            Content::Mapping(_) => self.unexpected_shape(member, "a list of values"),
            Content::Sequence(items) => {
                for item in items {
                    match &item.content {
                        Content::Scalar(scalar) => add(scalar, item.at),
                        _ => {
                            let message =
                                format!("`{}` is a list of values, and here is {}", member.name, item.describe());
                            let path = self.path.child(&member.name);
                            let finding = Finding::new(Code::UnexpectedShape, self.subject.clone(), path, message);
                            self.findings.push(finding.at(item.at));
                        }
                    }
                }
            }
        }
    }
}

/// The message for one leaf with two values.
pub(super) fn two_values(name: &str) -> String {
    format!("`{name}` has two values; remove one of them")
}
