//! Mixtures of plugin blocks, as they were written.

use super::{List, Mixer};
use crate::commands::diff::compare::edit::Reach;
use crate::commands::exclusions::LocalPath;
use crate::model::block::{RawKey, RawStaticRoute, RawValue};
use crate::model::key::KeyType;
use crate::model::{Element, Key, RawBlock};

impl Mixer<'_> {
    /// Mixes the block of a router, or of a node of this name.
    pub(super) fn block(
        &mut self,
        (old, new): (Option<&RawBlock>, Option<&RawBlock>),
        owner: &LocalPath,
        node: Option<&str>,
    ) -> Option<RawBlock> {
        let path = owner.child(Element::LoopbackStaticRoutes);
        let reach = node.map_or(Reach::All, |node| Reach::Node(node.to_owned()));
        self.element((old, new), (path.clone(), reach.clone()), |mixer, old, new| {
            let mut keys = mixer.keys((&old.keys, &new.keys), Key::OF_BLOCK, &path, &reach);
            let routes = mixer.static_routes(old.static_routes(), new.static_routes(), &path, node);
            let list = old.key(Key::StaticRoute).or_else(|| new.key(Key::StaticRoute));
            if let Some(list) = list.filter(|_| !routes.is_empty()) {
                keys.push(RawKey { value: RawValue::StaticRoutes(routes), ..list.clone() });
            }
            RawBlock { at: old.at, keys }
        })
    }

    fn static_routes(
        &mut self,
        old: &[RawStaticRoute],
        new: &[RawStaticRoute],
        path: &LocalPath,
        node: Option<&str>,
    ) -> Vec<RawStaticRoute> {
        let key = |route: &RawStaticRoute| route.address.value.canonical();
        let of_route = |route: &RawStaticRoute| path.entry(Element::StaticRoute, route.address.value.as_str());
        let reach = |route: &RawStaticRoute| match route.address.value.routable() {
            Some(prefix) => Reach::StaticRoute { prefix, node: node.map(str::to_owned) },
            None => Reach::Nothing,
        };
        let list = List { key: &key, path: &of_route, reach: &reach };
        self.list((old, new), &list, |mixer, old, new| {
            let keys = mixer.keys((&old.keys, &new.keys), Key::OF_STATIC_ROUTE, &of_route(old), &reach(old));
            RawStaticRoute { keys, ..old.clone() }
        })
    }

    /// Mixes the single values of a block or a static route. Both spellings of a key are equal.
    fn keys(
        &mut self,
        (old, new): (&[RawKey], &[RawKey]),
        keys: &[Key],
        path: &LocalPath,
        reach: &Reach,
    ) -> Vec<RawKey> {
        let is_leaf = |key: &&Key| matches!(key.value_type(), KeyType::Boolean | KeyType::Metric);
        let preferred = keys.iter().copied().filter(|key| key.preferred().is_none());
        let mixed = preferred.filter(|key| is_leaf(&key)).filter_map(|key| {
            let written = (find(old, key), find(new, key));
            self.leaf(written, path.child(key), &value, reach.clone())
        });
        mixed.collect()
    }
}

/// Returns a key in any of its spellings.
fn find(keys: &[RawKey], key: Key) -> Option<&RawKey> {
    let is_it = |written: &&RawKey, key: Key| written.name == key.name() && !written.is_null();
    std::iter::once(key).chain(key.other_spellings()).find_map(|key| keys.iter().find(|written| is_it(written, key)))
}

/// Returns the value of a key. Another value than text is an error, which holds back the nodes.
fn value(key: &RawKey) -> String {
    key.text().map_or(String::new(), |text| text.value.to_owned())
}
