//! Values that are wrapped with an operation: `{"_value": "branches", "_operation": "delete"}`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::tree::{Content, Tree};

/// The names in a wrapper. The first one is the name of the value.
pub(crate) const NAMES: [&str; 4] = ["_value", "_operation", "_attributes", "_position"];

/// Returns true for a name in a wrapper.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with('_') && NAMES.contains(&name)
}

/// The members of a wrapper. An object without them is an ordinary value.
#[derive(Default)]
pub(super) struct Wrapper<'s> {
    is_used: bool,
    is_deleted: bool,
    value: Option<Tree<'s>>,
}

/// An attribute of an XML element.
#[derive(Deserialize)]
struct Attribute<'s> {
    #[serde(borrow)]
    name: Cow<'s, str>,
    #[serde(borrow)]
    value: Cow<'s, str>,
}

impl<'s> Wrapper<'s> {
    /// Sets the value.
    pub(super) fn set_value(&mut self, value: Tree<'s>) {
        self.is_used = true;
        self.value = Some(value);
    }

    /// Adds a member of the wrapper other than the value.
    pub(super) fn add(&mut self, name: &str, raw: &RawValue) -> serde_json::Result<()> {
        self.is_used = true;
        match name {
            "_operation" => {
                let operation: Cow<'_, str> = serde_json::from_str(raw.get())?;
                self.is_deleted |= is_deletion(&operation);
            }
            "_attributes" => {
                let attributes: Vec<Attribute<'_>> = serde_json::from_str(raw.get())?;
                self.is_deleted |=
                    attributes.iter().any(|attribute| attribute.name == "operation" && is_deletion(&attribute.value));
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns true if the wrapper has any member.
    pub(super) fn is_used(&self) -> bool {
        self.is_used
    }

    /// Returns the value, or `tree` if there is none, and marks it if it is deleted.
    pub(super) fn unwrap_or(self, tree: Tree<'s>) -> Tree<'s> {
        let tree = self.value.unwrap_or(tree);
        if self.is_deleted { Tree { at: tree.at, content: Content::Deleted(Box::new(tree)) } } else { tree }
    }
}

fn is_deletion(operation: &str) -> bool {
    matches!(operation, "delete" | "remove")
}
