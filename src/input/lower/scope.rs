//! Taking leaves out of trees, with notes that know whom they concern.

use crate::diagnostics::{Code, Finding, Subject};
use crate::input::lower::deletions::{Deletion, Notes};
use crate::model::tree::{Content, Fault, FaultKind, Member, Scalar, ScalarStyle, Tree};
use crate::model::{ElementPath, Located, Span};
use crate::syntaxes::yaml;

/// The element whose children are being read, and where what is noted of them goes.
pub(crate) struct Scope<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) path: &'a ElementPath,
    pub(crate) notes: &'a mut Notes,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(subject: &'a Subject, path: &'a ElementPath, notes: &'a mut Notes) -> Self {
        Self { subject, path, notes }
    }

    /// A finding about one of the element's children.
    pub(crate) fn report(&mut self, code: Code, member: &Member<'_>, message: String) {
        let finding = Finding::new(code, self.subject.clone(), self.path.child(&member.name), message);
        self.notes.findings.push(finding.at(member.tree.at));
    }

    /// Whether a member could not be read; that is reported then.
    pub(crate) fn is_fault(&mut self, member: &Member<'_>) -> bool {
        let Content::Fault(fault) = &member.tree.content else { return false };
        self.report_fault(fault, self.path.child(&member.name));
        true
    }

    pub(crate) fn report_fault(&mut self, fault: &Fault, path: ElementPath) {
        let code = match fault.kind {
            FaultKind::Syntax => Code::InvalidSyntax,
            FaultKind::DuplicateName => Code::DuplicateKey,
            FaultKind::UnknownName => Code::UnknownKey,
        };
        let finding = Finding::new(code, self.subject.clone(), path, fault.message.clone()).at(fault.at);
        self.notes.findings.push(match fault.related {
            Some((label, at)) => finding.related(label, at),
            None => finding,
        });
    }

    fn unexpected_shape(&mut self, member: &Member<'_>, expected: &str) {
        let message = format!("`{}` is {expected}, and here is {}", member.name, member.tree.describe());
        self.report(Code::UnexpectedShape, member, message);
    }

    /// Whether a member holds elements; nothing at all is an empty container.
    pub(crate) fn is_container(&mut self, member: &Member<'_>) -> bool {
        match &member.tree.content {
            Content::Mapping(_) => true,
            Content::Deleted(_) => {
                self.deleted(self.path.child(&member.name), self.subject.clone(), member.tree.at);
                false
            }
            _ if member.tree.is_null() => false,
            _ => {
                self.unexpected_shape(member, "a container of elements");
                false
            }
        }
    }

    /// A leaf. Nothing at all counts as absent.
    pub(crate) fn leaf<T: PartialEq>(
        &mut self,
        slot: &mut Option<Located<T>>,
        member: &Member<'_>,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) {
        let scalar = match &member.tree.content {
            Content::Scalar(scalar) => scalar,
            Content::Deleted(_) => {
                return self.deleted(self.path.child(&member.name), self.subject.clone(), member.tree.at);
            }
            _ => return self.unexpected_shape(member, "a single value"),
        };
        if scalar.style == ScalarStyle::Null {
            return;
        }
        let Some(value) = parse(&scalar.text) else {
            let message = format!("`{}` is {:?}, and must be {expected}", member.name, scalar.text);
            return self.report(Code::InvalidValue, member, message);
        };
        self.contested(scalar, &member.name, member.tree.at);
        match slot {
            Some(first) if first.value != value => {
                let message = two_values(&member.name);
                let finding =
                    Finding::new(Code::ConflictingValues, self.subject.clone(), self.path.child(&member.name), message);
                self.notes.findings.push(finding.at(member.tree.at).related("the other value", first.at));
            }
            Some(_) => {}
            None => *slot = Some(Located::new(value, member.tree.at)),
        }
    }

    /// The key leaf in an entry's body, which must agree with the key that the entry was found under.
    pub(crate) fn key(&mut self, key: &Located<String>, member: &Member<'_>) {
        let mut slot = Some(key.clone());
        self.leaf(&mut slot, member, "text", |text| Some(text.to_owned()));
    }

    /// The values of a leaf-list, added to those that are there, twice if they stand there twice. One value may stand where a list is expected.
    pub(crate) fn leaf_list(&mut self, values: &mut Vec<Located<String>>, member: &Member<'_>) {
        match &member.tree.content {
            Content::Mapping(_) => self.unexpected_shape(member, "a list of values"),
            Content::Sequence(items) => items.iter().for_each(|item| self.leaf_list_value(values, member, item)),
            _ => self.leaf_list_value(values, member, &member.tree),
        }
    }

    fn leaf_list_value(&mut self, values: &mut Vec<Located<String>>, member: &Member<'_>, item: &Tree<'_>) {
        match &item.content {
            Content::Scalar(scalar) => {
                if scalar.style != ScalarStyle::Null {
                    self.contested(scalar, &member.name, item.at);
                    values.push(Located::new(scalar.text.clone().into_owned(), item.at));
                }
            }
            Content::Deleted(deleted) => {
                let path = match &deleted.content {
                    Content::Scalar(scalar) if scalar.style != ScalarStyle::Null => {
                        self.path.entry(&member.name, &scalar.text)
                    }
                    _ => self.path.child(&member.name),
                };
                self.deleted(path, self.subject.clone(), item.at);
            }
            _ => {
                let message = format!("`{}` is a list of values, and here is {}", member.name, item.describe());
                let path = self.path.child(&member.name);
                let finding = Finding::new(Code::UnexpectedShape, self.subject.clone(), path, message);
                self.notes.findings.push(finding.at(item.at));
            }
        }
    }

    /// Notes an element that is deleted.
    pub(crate) fn deleted(&mut self, path: ElementPath, subject: Subject, at: Span) {
        self.notes.deletions.push(Deletion { path, subject, at });
    }

    /// A value that tools of YAML 1.1 take for another one.
    pub(crate) fn contested(&mut self, scalar: &Scalar<'_>, name: &str, at: Span) {
        if scalar.style != ScalarStyle::Contested {
            return;
        }
        let text = &scalar.text;
        let kind = yaml::contested(text).unwrap_or("another value");
        let message = format!("tools of YAML 1.1 take {text:?} for {kind}; write it in quotes");
        let finding = Finding::new(Code::Yaml11Value, self.subject.clone(), self.path.child(name), message);
        self.notes.findings.push(finding.at(at));
    }
}

/// The message for one leaf with two values.
pub(crate) fn two_values(name: &str) -> String {
    format!("`{name}` has two values; remove one of them")
}
