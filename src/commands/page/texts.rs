//! Texts that a page shows several times.

use std::collections::HashMap;

use serde::{Serialize, Serializer};

use super::shown;

/// Texts, each once. The data of a page refers to them by index.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    shown: Vec<String>,
    indices: HashMap<String, usize>,
}

impl Texts {
    /// Returns the index of a text of the configuration, and adds it if it is new.
    pub(crate) fn add(&mut self, text: &str) -> usize {
        if let Some(index) = self.indices.get(text) {
            return *index;
        }
        let index = self.shown.len();
        self.shown.push(shown(text));
        self.indices.insert(text.to_owned(), index);
        index
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown.serialize(serializer)
    }
}
