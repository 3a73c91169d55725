//! The fix of a finding: changes of the text that remove its cause.
//!
//! A fix says what to change at which place. The syntax of the source turns it into edits of the
//! text ([`crate::syntaxes::edits`]), because only the syntax knows quotes, commas and end tags.

use super::Span;

/// The changes that remove the cause of a finding. They are made together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The confidence in it.
    pub safety: Safety,
    /// The changes, at least one.
    pub changes: Vec<Change>,
}

/// The confidence in a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Safety {
    /// The fixed text means the same as before, or what it must have meant.
    Safe,
    /// The fix guesses, or it may change what the router does with the element.
    Unsafe,
}

/// A change at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The place.
    pub at: Span,
    /// The action there.
    pub action: Action,
}

/// The action of a change at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Replaces the value at the place. It keeps its quotes.
    Write {
        /// The value in the text, with quotes and escapes resolved.
        old: String,
        /// The value to write.
        new: String,
    },
    /// Replaces the value at the place by a boolean.
    WriteBoolean {
        /// The value in the text, with quotes and escapes resolved.
        old: String,
        /// The boolean.
        new: bool,
    },
    /// Replaces the name of the element at the place.
    Rename {
        /// The name in the text.
        old: String,
        /// The name to write.
        new: String,
    },
    /// Writes the plain value at the place in quotes.
    Quote {
        /// The value.
        value: String,
    },
    /// Removes the entry of a list whose key is at the place.
    RemoveEntry {
        /// The key.
        key: String,
    },
    /// Removes the member of a mapping whose name is at the place.
    RemoveMember {
        /// The name.
        name: String,
    },
    /// Removes the line at the place.
    RemoveLine,
    /// Inserts the `exit` of a block, indented like its first line. It becomes the line before the
    /// place, or the last line.
    InsertExit {
        /// The place of the line that opens the block.
        block: Span,
        /// True if the text ends there.
        is_last: bool,
    },
}

impl Fix {
    /// Returns a fix with one change.
    #[must_use]
    pub(crate) fn new(safety: Safety, at: Span, action: Action) -> Self {
        Self { safety, changes: vec![Change { at, action }] }
    }

    /// Returns a safe fix with one change.
    #[must_use]
    pub fn safe(at: Span, action: Action) -> Self {
        Self::new(Safety::Safe, at, action)
    }

    /// Returns the unsafe fix that replaces a value.
    #[must_use]
    pub(crate) fn guess(at: Span, old: &str, new: &str) -> Self {
        Self::new(Safety::Unsafe, at, Action::Write { old: old.to_owned(), new: new.to_owned() })
    }

    /// Returns the unsafe fix that replaces the name of an element.
    #[must_use]
    pub(crate) fn rename(at: Span, old: &str, new: &str) -> Self {
        Self::new(Safety::Unsafe, at, Action::Rename { old: old.to_owned(), new: new.to_owned() })
    }

    /// Describes the fix as an instruction, such as "write 192.0.2.0/24".
    #[must_use]
    pub fn title(&self) -> String {
        match &self.changes[0].action {
            Action::Write { new, .. } => format!("write {new}"),
            Action::WriteBoolean { new, .. } => format!("write {new}"),
            Action::Rename { new, .. } => format!("write `{new}`"),
            Action::Quote { value } => format!("write \"{value}\""),
            Action::RemoveEntry { .. } => "remove the entry".to_owned(),
            Action::RemoveMember { .. } => "remove the second one".to_owned(),
            Action::RemoveLine => "remove the line".to_owned(),
            Action::InsertExit { .. } => "add `exit`".to_owned(),
        }
    }
}

/// Returns the boolean that a word means in YAML 1.1 or in ordinary English.
#[must_use]
pub(crate) fn boolean_of(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Returns the fix of a value that must be a boolean. `is_yaml_1_1` is true if YAML 1.1 reads the
/// value as a boolean.
#[must_use]
pub(crate) fn of_boolean(at: Span, value: &str, is_yaml_1_1: bool) -> Option<Fix> {
    let new = boolean_of(value)?;
    let action = Action::WriteBoolean { old: value.to_owned(), new };
    Some(Fix::new(if is_yaml_1_1 { Safety::Safe } else { Safety::Unsafe }, at, action))
}
