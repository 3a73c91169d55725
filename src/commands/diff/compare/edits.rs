//! The edits between two configurations, and their owners.

use std::collections::{BTreeSet, HashMap};

use super::edit::{Edit, Reach};
use super::mixture::Mixer;
use crate::commands::exclusions::{LocalPath, Owner};
use crate::model::{Authority, Element, ElementPath, Router, Service};

/// The index of an edit in [`Edits::all`].
pub(super) type EditId = usize;

/// A set of edits.
pub(super) type EditSet = BTreeSet<EditId>;

/// An element in both configurations, and its edits.
pub(super) struct Pair<'a, T> {
    /// The old and the new element; `None` if the configuration does not have it.
    pub(super) sides: [Option<&'a T>; 2],
    pub(super) edits: Vec<EditId>,
    /// The edits with a narrow reach. A service can have many addresses, and a router many routes.
    narrow: HashMap<Reach, Vec<EditId>>,
    /// The other edits that can change a route.
    wide: Vec<EditId>,
}

impl<T> Default for Pair<'_, T> {
    fn default() -> Self {
        Self { sides: [None, None], edits: Vec::new(), narrow: HashMap::new(), wide: Vec::new() }
    }
}

impl<T> Pair<'_, T> {
    fn set_edits(&mut self, edits: Vec<EditId>, all: &[Edit]) {
        for id in &edits {
            match &all[*id].reach {
                Reach::Nothing => {}
                reach @ (Reach::StaticRoute { .. } | Reach::Address(_) | Reach::Name(..) | Reach::HostName(_)) => {
                    self.narrow.entry(reach.clone()).or_default().push(*id);
                }
                Reach::All | Reach::Service | Reach::Node(_) => self.wide.push(*id),
            }
        }
        self.edits = edits;
    }

    /// Returns the edits that can change many routes.
    pub(super) fn wide(&self) -> &[EditId] {
        &self.wide
    }

    /// Returns the edits with one of these narrow reaches.
    pub(super) fn narrow<'p>(&'p self, reaches: &'p [Reach]) -> impl Iterator<Item = EditId> + 'p {
        reaches.iter().filter_map(|reach| self.narrow.get(reach)).flatten().copied()
    }
}

/// All edits between two configurations.
pub(super) struct Edits<'a> {
    /// The edits, each once. Routers share an edit of the same element within each of them.
    all: Vec<Edit>,
    ids: HashMap<Edit, EditId>,
    /// The routers that have each edit.
    routers_of: Vec<BTreeSet<&'a str>>,
    routers: HashMap<&'a str, Pair<'a, Router>>,
    services: HashMap<&'a str, Pair<'a, Service>>,
}

impl<'a> Edits<'a> {
    pub(super) fn between(old: &'a Authority, new: &'a Authority) -> Self {
        let mut edits = Self {
            all: Vec::new(),
            ids: HashMap::new(),
            routers_of: Vec::new(),
            routers: HashMap::new(),
            services: HashMap::new(),
        };
        for (side, authority) in [old, new].into_iter().enumerate() {
            for router in &authority.routers {
                edits.routers.entry(&router.name.value).or_default().sides[side] = Some(router);
            }
            for service in &authority.services {
                edits.services.entry(&service.name.value).or_default().sides[side] = Some(service);
            }
        }
        edits.find(old, new);
        edits
    }

    fn find(&mut self, old: &Authority, new: &Authority) {
        let path = LocalPath { owner: Owner::Authority, path: ElementPath::default().child(Element::ConductorAddress) };
        let lists = (&*old.conductor_addresses, &*new.conductor_addresses);
        self.collect(None, &mut |mixer| {
            mixer.addresses(lists, &path, &|_| Reach::Nothing);
        });
        let mut names: Vec<&'a str> = self.routers.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            let [old, new] = self.routers[name].sides;
            let edits = self.collect(Some(name), &mut |mixer| {
                mixer.router(old, new);
            });
            self.routers.entry(name).or_default().set_edits(edits, &self.all);
        }
        let mut names: Vec<&'a str> = self.services.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            let [old, new] = self.services[name].sides;
            let edits = self.collect(None, &mut |mixer| {
                mixer.service(old, new);
            });
            self.services.entry(name).or_default().set_edits(edits, &self.all);
        }
    }

    fn collect(&mut self, router: Option<&'a str>, walk: &mut dyn FnMut(&mut Mixer<'_>)) -> Vec<EditId> {
        let mut found = Vec::new();
        let mut add = |edit: &Edit| {
            found.push(edit.clone());
            true
        };
        walk(&mut Mixer::new(&mut add));
        found.sort_by_cached_key(Edit::order);
        found.into_iter().map(|edit| self.add(edit, router)).collect()
    }

    fn add(&mut self, edit: Edit, router: Option<&'a str>) -> EditId {
        let id = *self.ids.entry(edit).or_insert_with_key(|edit| {
            self.all.push(edit.clone());
            self.routers_of.push(BTreeSet::new());
            self.all.len() - 1
        });
        self.routers_of[id].extend(router);
        id
    }

    /// Returns all edits, in the order of their numbers.
    pub(super) fn all(&self) -> &[Edit] {
        &self.all
    }

    pub(super) fn get(&self, id: EditId) -> &Edit {
        &self.all[id]
    }

    /// Returns the routers that have an edit. The edit of a service has none.
    pub(super) fn routers_of(&self, id: EditId) -> &BTreeSet<&'a str> {
        &self.routers_of[id]
    }

    /// Returns true for an edit that the set has made.
    pub(super) fn is_made(&self, edit: &Edit, made: &EditSet) -> bool {
        self.ids.get(edit).is_some_and(|id| made.contains(id))
    }

    pub(super) fn router(&self, name: &str) -> Option<&Pair<'a, Router>> {
        self.routers.get(name)
    }

    pub(super) fn service(&self, name: &str) -> Option<&Pair<'a, Service>> {
        self.services.get(name)
    }

    pub(super) fn services(&self) -> impl Iterator<Item = &Pair<'a, Service>> {
        self.services.values()
    }
}

/// Leaves out edits, one after the other, as long as the others suffice.
pub(super) fn smallest(edits: EditSet, suffices: impl Fn(&EditSet) -> bool) -> EditSet {
    if edits.len() <= 1 || !suffices(&edits) {
        return edits;
    }
    let mut smallest = edits.clone();
    for id in edits {
        let fewer = without(&smallest, id);
        if suffices(&fewer) {
            smallest = fewer;
        }
    }
    smallest
}

/// Returns the other edits of a set.
pub(super) fn without(edits: &EditSet, id: EditId) -> EditSet {
    edits.iter().copied().filter(|other| *other != id).collect()
}
