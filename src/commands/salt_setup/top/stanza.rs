//! The stanza of this program, and its lines in a top file.

use std::ops::Range;

use super::text::Text;
use super::yaml::{Content, Node};
use crate::commands::salt_setup::error::{Advice, Uneditable};

const BEGIN: &str = "# loopback-static-routes: begin. 'loopback-static-routes salt-setup' makes these lines.";
const END: &str = "# loopback-static-routes: end.";

/// The line before an environment that this program added: the file existed, or did not exist.
const MADE_FILE: &str = "# loopback-static-routes: 'loopback-static-routes salt-setup' made this file.";
const MADE_ENVIRONMENT: &str = "# loopback-static-routes: 'loopback-static-routes salt-setup' made the next line.";

/// The SLS file of the stanza.
pub(in crate::commands::salt_setup) const SLS: &str = "loopback_static_routes";

/// A form of the stanza: the present one or an older one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// The target: a regular expression that matches each minion.
    pub(super) target: &'static str,
}

/// The present form.
///
/// The target has a comment, so no other target is the same. YAML allows a target only once in a
/// file, and Salt uses only one of two files that have the same target.
pub(super) const PRESENT: Form = Form { target: ".*(?#loopback-static-routes)" };

/// All forms, the present one first.
pub(super) const FORMS: [Form; 2] = [PRESENT, Form { target: ".*" }];

impl Form {
    fn lines(&self) -> [String; 3] {
        [format!("'{}':", self.target), "  - match: pcre".to_owned(), format!("  - {SLS}")]
    }

    /// Returns true if a member of an environment is the entry of this form.
    pub(super) fn is_entry(&self, key: &Node, value: &Node) -> bool {
        let Content::Sequence(items) = &value.content else { return false };
        let [option, sls] = items.as_slice() else { return false };
        let Some([(name, matcher)]) = option.members() else { return false };
        let texts = [key.text(), name.text(), matcher.text(), sls.text()];
        texts == [Some(self.target), Some("match"), Some("pcre"), Some(SLS)]
    }
}

/// Returns the lines of the stanza.
pub(in crate::commands::salt_setup) fn stanza(indent: usize, newline: &str) -> String {
    let lines = std::iter::once(BEGIN.to_owned()).chain(PRESENT.lines()).chain([END.to_owned()]);
    lines.map(|line| format!("{:indent$}{line}{newline}", "")).collect()
}

/// Returns the text of a new top file.
pub(in crate::commands::salt_setup) fn new_file(environment: &str) -> String {
    format!("{MADE_FILE}\n{environment}:\n{}", stanza(2, "\n"))
}

/// Returns the lines of an environment with the stanza, for a file without environments.
pub(super) fn new_environment(environment: &str, newline: &str) -> String {
    format!("{MADE_ENVIRONMENT}{newline}{environment}:{newline}{}", stanza(2, newline))
}

/// The lines of this program in a top file.
#[derive(Debug, Default)]
pub(super) struct OurLines {
    /// The stanzas, each as a range of indices of lines.
    pub(super) stanzas: Vec<(Range<usize>, &'static Form)>,
    /// The index of the line before an environment that this program added.
    pub(super) header: Option<usize>,
    /// True if this program made the file.
    pub(super) made_file: bool,
}

impl OurLines {
    /// Finds the lines of this program.
    ///
    /// # Errors
    ///
    /// A stanza is incomplete, or was edited.
    pub(super) fn find(text: &Text<'_>) -> Result<Self, Uneditable> {
        let lines = text.lines();
        let mut found = Self::default();
        let mut begun = None;
        for (index, line) in lines.iter().enumerate() {
            match (line.trim(), begun) {
                (BEGIN, None) => begun = Some(index),
                (END, Some(start)) => {
                    found.stanzas.push((start..index + 1, form(&lines[start..=index], start)?));
                    begun = None;
                }
                (BEGIN | END, _) => return Err(unmatched(begun.unwrap_or(index))),
                (MADE_FILE | MADE_ENVIRONMENT, None) if found.header.is_none() => {
                    let is_header =
                        lines.get(index + 1).is_some_and(|next| next.trim_end() == format!("{}:", text.environment));
                    found.header = is_header.then_some(index);
                    found.made_file |= is_header && line.trim() == MADE_FILE;
                }
                _ => {}
            }
        }
        begun.map_or(Ok(found), |index| Err(unmatched(index)))
    }

    /// Returns the ranges of the stanzas.
    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        self.stanzas.iter().map(|(range, _)| range.clone()).collect()
    }
}

/// Returns the form of the lines of a stanza.
fn form(lines: &[&str], start: usize) -> Result<&'static Form, Uneditable> {
    let inner = &lines[1..lines.len() - 1];
    let indent = inner.first().map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    let unindented: Vec<&str> = inner.iter().map(|line| line.get(indent..).unwrap_or_default().trim_end()).collect();
    let is_indented = inner.iter().all(|line| line.bytes().take(indent).all(|byte| byte == b' '));
    let form =
        FORMS.iter().find(|form| is_indented && form.lines().iter().map(String::as_str).eq(unindented.iter().copied()));
    form.ok_or_else(|| {
        let message = format!(
            "the lines between the two comments were edited, expected these lines:\n{}",
            stanza(2, "\n").trim_end()
        );
        Uneditable { line: start + 1, column: 1, message, advice: Advice::Restore }
    })
}

fn unmatched(index: usize) -> Uneditable {
    let message = "the stanza is incomplete: it has only one of its two comments".to_owned();
    Uneditable { line: index + 1, column: 1, message, advice: Advice::Restore }
}
