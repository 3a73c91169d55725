//! The findings and indices of merging.

use std::collections::HashMap;

use crate::diagnostics::Finding;
use crate::model::ElementPath;

/// The findings of the trees so far, and indices of long lists.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) findings: Vec<Finding>,
    /// The indices of entries in long lists, by key.
    indices: HashMap<ElementPath, HashMap<String, usize>>,
}

/// The length from which a list has an index. A search of a shorter list costs less.
pub(super) const SHORT: usize = 16;

impl Notes {
    /// Adds the notes about other routers and services.
    pub(super) fn join(&mut self, later: Self) {
        let Self { findings, indices } = later;
        self.findings.extend(findings);
        self.indices.extend(indices);
    }

    /// Returns the index of the entry with this key. The list may only grow. `list` identifies it.
    pub(super) fn position<T>(
        &mut self,
        list: impl Fn() -> ElementPath,
        entries: &[T],
        key: &str,
        key_of: impl Fn(&T) -> &str,
    ) -> Option<usize> {
        if entries.len() < SHORT {
            return entries.iter().position(|entry| key_of(entry) == key);
        }
        let indices = self.indices.entry(list()).or_default();
        for (index, entry) in entries.iter().enumerate().skip(indices.len()) {
            indices.insert(key_of(entry).to_owned(), index);
        }
        indices.get(key).copied()
    }
}
