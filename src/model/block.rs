//! The plugin block in two forms: [`RawBlock`] as it was written, [`Block`] once it is checked.

use ipnet::Ipv4Net;

use super::address::Address;
use super::key::{Key, KeyType};
use super::tree::{ScalarStyle, Tree};
use super::{Located, Metric, Span};

/// A plugin block as it was written, with valid and invalid values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawBlock {
    /// The place of the block.
    pub at: Span,
    /// The keys in the order in which they were written, each once.
    pub keys: Vec<RawKey>,
}

/// A key of a plugin block as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawKey {
    /// The name: canonical for a known key.
    pub name: String,
    /// The place of the name.
    pub name_at: Span,
    /// The place of the value.
    pub at: Span,
    /// The value.
    pub value: RawValue,
}

/// The value of a key as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawValue {
    /// A single value; empty where it is null.
    Text {
        /// The value with quotes and escapes resolved.
        text: String,
        /// The way in which it was written.
        style: ScalarStyle,
    },
    /// The entries of `static-route`.
    StaticRoutes(Vec<RawStaticRoute>),
    /// A list or block of elements where a single value is expected.
    Unexpected(Box<Tree<'static>>),
}

/// An entry of `static-route` as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawStaticRoute {
    /// The place of the whole entry.
    pub at: Span,
    /// The key of the entry.
    pub address: Located<Address>,
    /// The other keys, each once.
    pub keys: Vec<RawKey>,
}

impl RawKey {
    /// Returns true if the value is null or missing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.value, RawValue::Text { style: ScalarStyle::Null, .. })
    }

    /// Returns a single value that is not null.
    #[must_use]
    pub fn text(&self) -> Option<Located<&str>> {
        match &self.value {
            RawValue::Text { text, .. } if !self.is_null() => Some(Located::new(text, self.at)),
            _ => None,
        }
    }

    fn flag(&self) -> Option<Located<bool>> {
        let text = self.text()?;
        Some(Located::new(text.value.parse().ok()?, text.at))
    }

    fn metric(&self) -> Option<Located<Metric>> {
        let text = self.text()?;
        Some(Located::new(Metric(text.value.parse().ok()?), text.at))
    }

    /// Returns true for one of these keys with a valid value, and for any key without a value.
    fn is_valid(&self, keys: &[Key]) -> bool {
        let value_type = Key::named(&self.name, keys).map(Key::value_type);
        match value_type {
            _ if self.is_null() => true,
            Some(KeyType::Boolean) => self.flag().is_some(),
            Some(KeyType::Metric) => self.metric().is_some(),
            Some(KeyType::StaticRoutes) => {
                matches!(&self.value, RawValue::StaticRoutes(routes) if routes.iter().all(RawStaticRoute::is_valid))
            }
            Some(KeyType::Prefix) | None => false,
        }
    }
}

impl RawStaticRoute {
    fn is_valid(&self) -> bool {
        self.address.value.network().is_some() && self.keys.iter().all(|key| key.is_valid(Key::OF_STATIC_ROUTE))
    }
}

/// Returns a key that is not null.
fn find(keys: &[RawKey], key: Key) -> Option<&RawKey> {
    keys.iter().find(|written| written.name == key.name() && !written.is_null())
}

impl RawBlock {
    /// Returns a key of the block that is not null.
    #[must_use]
    pub fn key(&self, key: Key) -> Option<&RawKey> {
        find(&self.keys, key)
    }

    /// Returns the entries of `static-route`.
    #[must_use]
    pub(crate) fn static_routes(&self) -> &[RawStaticRoute] {
        match self.key(Key::StaticRoute).map(|key| &key.value) {
            Some(RawValue::StaticRoutes(routes)) => routes,
            _ => &[],
        }
    }

    /// Returns true if no key has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.iter().all(RawKey::is_null)
    }

    /// Returns the valid value of a flag in any of its spellings, the preferred one first.
    fn flag(&self, key: Key) -> Option<Located<bool>> {
        std::iter::once(key).chain(key.other_spellings()).find_map(|key| self.key(key)?.flag())
    }

    /// Returns true if the block learns from services, or may once its errors are corrected.
    pub(crate) fn may_learn(&self) -> bool {
        let spellings = std::iter::once(Key::LearnFromServices).chain(Key::LearnFromServices.other_spellings());
        spellings.filter_map(|key| self.key(key)).any(|key| key.flag().is_none_or(|flag| flag.value))
    }

    /// Returns the place where a flag is true in any of its spellings.
    pub(crate) fn switched_on(&self, key: Key) -> Option<Span> {
        let spellings = std::iter::once(key).chain(key.other_spellings());
        spellings.filter_map(|key| self.key(key)?.flag()).find(|flag| flag.value).map(|flag| flag.at)
    }
}

/// A checked plugin block: the only form that learning and planning use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The place of the block.
    pub at: Span,
    /// True if the plugin manages the node's routes. An empty block is off
    /// (`docs/configuration.md`).
    pub enabled: bool,
    /// `enabled` as it was written.
    pub written_enabled: Option<Located<bool>>,
    /// The place where the default route through `kni254` is switched on.
    pub default_route: Option<Span>,
    /// True if prefixes are learned from services.
    pub learn_from_services: bool,
    /// The metric of the default route and of learned prefixes.
    pub metric: Metric,
    /// `metric` as it was written.
    pub written_metric: Option<Located<Metric>>,
    /// The static routes that can be installed: IPv4 prefixes other than the gateway's address.
    pub static_routes: Vec<StaticRoute>,
}

/// A static route that can be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticRoute {
    /// The destination, masked.
    pub prefix: Ipv4Net,
    /// The metric of the route, or else of the block.
    pub metric: Metric,
    /// `metric` of the entry as it was written.
    pub written_metric: Option<Located<Metric>>,
    /// The address as it was written.
    pub address: Located<String>,
}

impl Block {
    /// Converts a block. Returns `None` if a key with a value is unknown, or a value is invalid.
    ///
    /// The stage `check` reports what is wrong, and what the keys of a block must have in common.
    pub(crate) fn of(raw: &RawBlock) -> Option<Self> {
        if !raw.keys.iter().all(|key| key.is_valid(Key::OF_BLOCK)) {
            return None;
        }
        let written_metric = raw.key(Key::Metric).and_then(RawKey::metric);
        let metric = written_metric.as_ref().map_or_else(Metric::default, |metric| metric.value);
        let written_enabled = raw.flag(Key::Enabled);
        Some(Self {
            at: raw.at,
            enabled: !raw.is_empty() && written_enabled.as_ref().is_none_or(|enabled| enabled.value),
            written_enabled,
            default_route: raw.switched_on(Key::DefaultRoute),
            learn_from_services: raw.switched_on(Key::LearnFromServices).is_some(),
            metric,
            written_metric,
            static_routes: raw.static_routes().iter().filter_map(|route| StaticRoute::of(route, metric)).collect(),
        })
    }
}

impl StaticRoute {
    fn of(raw: &RawStaticRoute, of_block: Metric) -> Option<Self> {
        let prefix = raw.address.value.routable()?;
        let written_metric = find(&raw.keys, Key::Metric).and_then(RawKey::metric);
        let metric = written_metric.as_ref().map_or(of_block, |metric| metric.value);
        let address = Located::new(raw.address.value.as_str().to_owned(), raw.address.at);
        Some(Self { prefix, metric, written_metric, address })
    }
}
