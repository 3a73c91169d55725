//! The reasons why a route is missing, each once. They are those of `why`.

use std::collections::HashMap;
use std::hash::Hash;

use serde::{Serialize, Serializer};

use crate::commands::exclusions::{Exclusion, LocalPath, Owner, ServiceRef, View};
use crate::commands::page::shown;
use crate::model::{Element, ElementPath};
use crate::syntaxes::pcli;

/// A reason: its text, and the elements that decide. An element of the router has no router in its
/// path, so that routers share the reason.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct ReasonData(String, Vec<(IsOfRouter, String)>);

type IsOfRouter = bool;

/// The index of a reason, or of a list of reasons.
pub(super) type ReasonIndex = usize;

/// Values, each once.
#[derive(Debug)]
pub(super) struct Interned<T> {
    values: Vec<T>,
    indices: HashMap<T, usize>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), indices: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    /// Returns the index of a value, and adds it if it is new.
    pub(super) fn add(&mut self, value: T) -> usize {
        let next = self.values.len();
        let index = *self.indices.entry(value.clone()).or_insert(next);
        if index == next {
            self.values.push(value);
        }
        index
    }
}

impl<T: Serialize> Serialize for Interned<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.values.serialize(serializer)
    }
}

/// The reasons of a page, and the lists of them that exclude all routes of a node or a service.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    reasons: Interned<ReasonData>,
    pub(super) lists: Interned<Vec<ReasonIndex>>,
}

impl Reasons {
    /// Returns the index of a reason.
    pub(super) fn add(
        &mut self,
        exclusion: Exclusion,
        view: &View<'_>,
        service: Option<&ServiceRef<'_>>,
    ) -> ReasonIndex {
        let elements = exclusion.elements(view, service).iter().map(element).collect();
        self.reasons.add(ReasonData(shown(&exclusion.reason(view)), elements))
    }

    /// Returns the index of a list of reasons.
    pub(super) fn add_all(
        &mut self,
        exclusions: &[Exclusion],
        view: &View<'_>,
        service: Option<&ServiceRef<'_>>,
    ) -> usize {
        let reasons = exclusions.iter().map(|exclusion| self.add(*exclusion, view, service)).collect();
        self.lists.add(reasons)
    }
}

impl Serialize for Reasons {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.reasons.serialize(serializer)
    }
}

/// Returns an element in flat PCLI text.
fn element(path: &LocalPath) -> (IsOfRouter, String) {
    let text = |path: &ElementPath| shown(&pcli::print::leaf(&path.steps(), None));
    match &path.owner {
        Owner::Router => (true, text(&path.path)),
        Owner::Service(name) => (false, text(&ElementPath::default().entry(Element::Service, name).join(&path.path))),
        Owner::Authority => (false, text(&path.path)),
    }
}
