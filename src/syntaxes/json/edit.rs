//! Values wrapped in what is to be done with them: `{"_value": "branches", "_operation": "delete"}`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::Span;
use crate::model::tree::{Content, Scalar, ScalarStyle, Tree};

/// The names that a wrapper has.
pub(crate) const NAMES: [&str; 4] = ["_value", "_operation", "_attributes", "_position"];

/// What a wrapper says besides its value.
#[derive(Default)]
pub(crate) struct Edit {
    is_deleted: bool,
}

/// An attribute, as XML has it on an element.
#[derive(Deserialize)]
struct Attribute<'s> {
    #[serde(borrow)]
    name: Cow<'s, str>,
    #[serde(borrow)]
    value: Cow<'s, str>,
}

impl Edit {
    /// Takes in what stands under one of [`NAMES`], but for the value.
    pub(crate) fn add(&mut self, name: &str, raw: &RawValue) -> serde_json::Result<()> {
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

    /// The value, or its deletion.
    pub(crate) fn apply<'s>(&self, value: Option<Tree<'s>>, at: Span) -> Tree<'s> {
        let nothing = Content::Scalar(Scalar { text: Cow::Borrowed(""), style: ScalarStyle::Null });
        let tree = value.unwrap_or(Tree { at, content: nothing });
        if self.is_deleted { Tree { at: tree.at, content: Content::Deleted(Box::new(tree)) } } else { tree }
    }
}

fn is_deletion(operation: &str) -> bool {
    matches!(operation, "delete" | "remove")
}
