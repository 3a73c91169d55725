//! Mixtures of two configurations: each edit is made or not.
//!
//! The same walk through both configurations finds the edits, and makes some of them. So the edits
//! are complete: with all of them, the mixture is the new configuration.

mod block;
mod router;
mod service;

use std::collections::HashMap;
use std::collections::HashSet;

use super::edit::{Edit, ElementChange, Reach};
use crate::commands::exclusions::LocalPath;
use crate::model::{Address, Located};

/// Walks through two configurations, and decides about each edit.
pub(super) struct Mixer<'p> {
    /// Returns true for an edit that is made.
    is_made: &'p mut dyn FnMut(&Edit) -> bool,
}

/// The description of a list: its keys, its paths and the reach of its entries.
struct List<'l, T> {
    /// Returns the key of an entry. Spellings of the same key are equal.
    key: &'l dyn Fn(&T) -> String,
    /// Returns the path of an entry.
    path: &'l dyn Fn(&T) -> LocalPath,
    /// Returns the reach of an entry that is added or removed.
    reach: &'l dyn Fn(&T) -> Reach,
}

impl<'p> Mixer<'p> {
    pub(super) fn new(is_made: &'p mut dyn FnMut(&Edit) -> bool) -> Self {
        Self { is_made }
    }

    fn is_made(&mut self, element: LocalPath, change: ElementChange, reach: Reach) -> bool {
        (self.is_made)(&Edit { element, change, reach })
    }

    /// Mixes an element with content: in both configurations, its content is mixed.
    fn element<T: Clone>(
        &mut self,
        (old, new): (Option<&T>, Option<&T>),
        (path, reach): (LocalPath, Reach),
        both: impl FnOnce(&mut Self, &T, &T) -> T,
    ) -> Option<T> {
        match (old, new) {
            (None, None) => None,
            (Some(old), Some(new)) => Some(both(self, old, new)),
            (Some(old), None) => (!self.is_made(path, ElementChange::Removed, reach)).then(|| old.clone()),
            (None, Some(new)) => self.is_made(path, ElementChange::Added, reach).then(|| new.clone()),
        }
    }

    /// Mixes the entries of a list.
    fn list<T: Clone>(
        &mut self,
        (old, new): (&[T], &[T]),
        list: &List<'_, T>,
        mut both: impl FnMut(&mut Self, &T, &T) -> T,
    ) -> Vec<T> {
        let by_key: HashMap<String, &T> = new.iter().rev().map(|entry| ((list.key)(entry), entry)).collect();
        let mut old_keys = HashSet::new();
        let mut mixed = Vec::new();
        for entry in old {
            let key = (list.key)(entry);
            let other = by_key.get(&key).copied();
            mixed.extend(self.element((Some(entry), other), ((list.path)(entry), (list.reach)(entry)), &mut both));
            old_keys.insert(key);
        }
        for entry in new.iter().filter(|entry| !old_keys.contains(&(list.key)(entry))) {
            mixed.extend(self.element((None, Some(entry)), ((list.path)(entry), (list.reach)(entry)), &mut both));
        }
        mixed
    }

    /// Mixes the values of a leaf-list.
    fn values<T: Clone>(
        &mut self,
        (old, new): (&[Located<T>], &[Located<T>]),
        path: &LocalPath,
        [key, text]: [&dyn Fn(&T) -> String; 2],
        reach: &dyn Fn(&T) -> Reach,
    ) -> Vec<Located<T>> {
        let keys_of = |values: &[Located<T>]| values.iter().map(|value| key(&value.value)).collect::<HashSet<_>>();
        let (old_keys, new_keys) = (keys_of(old), keys_of(new));
        let mut mixed = Vec::new();
        for value in old {
            let is_kept = new_keys.contains(&key(&value.value));
            let removed = || ElementChange::ValueRemoved(text(&value.value));
            if is_kept || !self.is_made(path.clone(), removed(), reach(&value.value)) {
                mixed.push(value.clone());
            }
        }
        for value in new.iter().filter(|value| !old_keys.contains(&key(&value.value))) {
            if self.is_made(path.clone(), ElementChange::ValueAdded(text(&value.value)), reach(&value.value)) {
                mixed.push(value.clone());
            }
        }
        mixed
    }

    /// Mixes names.
    fn names(
        &mut self,
        lists: (&[Located<String>], &[Located<String>]),
        path: &LocalPath,
        reach: &dyn Fn(&str) -> Reach,
    ) -> Vec<Located<String>> {
        self.values(lists, path, [&String::clone, &String::clone], &|name| reach(name))
    }

    /// Mixes addresses. Spellings of the same address are equal.
    pub(super) fn addresses(
        &mut self,
        lists: (&[Located<Address>], &[Located<Address>]),
        path: &LocalPath,
        reach: &dyn Fn(&Address) -> Reach,
    ) -> Vec<Located<Address>> {
        self.values(lists, path, [&Address::canonical, &Address::to_string], reach)
    }

    /// Mixes a leaf. Values with the same text are equal.
    fn leaf<T: Clone>(
        &mut self,
        (old, new): (Option<&T>, Option<&T>),
        path: LocalPath,
        text: &dyn Fn(&T) -> String,
        reach: Reach,
    ) -> Option<T> {
        let (before, after) = (old.map(text), new.map(text));
        let is_new = before != after && self.is_made(path, ElementChange::Value { before, after }, reach);
        if is_new { new.cloned() } else { old.cloned() }
    }
}
