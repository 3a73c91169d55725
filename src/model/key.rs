//! The keys of the plugin block: one table, from which readers, checks and printers take names
//! and types.
//!
//! `schema/loopback-static-routes.schema.json` and `docs/configuration.md` are tested against it.

/// The type of a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// `true` or `false`.
    Boolean,
    /// A whole number from 0 to 4294967295.
    Metric,
    /// An IPv4 prefix or address; the key of a list entry.
    Prefix,
    /// A list of static routes, with the keys of [`Key::OF_STATIC_ROUTE`].
    StaticRoutes,
}

macro_rules! keys {
    ($($key:ident $name:literal $kind:ident $(prefers $preferred:ident)?,)+) => {
        /// A key of the plugin block, or of an entry of its `static-route`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each is the key of its name, which docs/configuration.md explains")]
        pub enum Key {
            $($key,)+
        }

        impl Key {
            const ALL: &'static [Self] = &[$(Self::$key,)+];

            /// Returns the name: kebab-case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$key => $name,)+ }
            }

            /// Returns the type of the value.
            #[must_use]
            pub const fn value_type(self) -> KeyType {
                match self { $(Self::$key => KeyType::$kind,)+ }
            }

            /// Returns the preferred key, if this key is another spelling of it.
            #[must_use]
            pub(crate) const fn preferred(self) -> Option<Self> {
                match self { $(Self::$key => keys!(@preferred $($preferred)?),)+ }
            }
        }
    };
    (@preferred) => { None };
    (@preferred $preferred:ident) => { Some(Self::$preferred) };
}

keys! {
    Enabled "enabled" Boolean,
    DefaultRoute "default-route" Boolean,
    Default "default" Boolean prefers DefaultRoute,
    LearnFromServices "learn-from-services" Boolean,
    LearnFromService "learn-from-service" Boolean prefers LearnFromServices,
    Metric "metric" Metric,
    StaticRoute "static-route" StaticRoutes,
    Address "address" Prefix,
}

impl Key {
    /// The keys of the plugin block.
    pub const OF_BLOCK: &'static [Self] = Self::ALL.split_at(Self::ALL.len() - 1).0;

    /// The keys of an entry of `static-route`. The first key identifies the entry.
    pub const OF_STATIC_ROUTE: &'static [Self] = &[Self::Address, Self::Metric];

    /// Returns the key with this canonical name among `keys`.
    #[must_use]
    pub fn named(name: &str, keys: &[Self]) -> Option<Self> {
        keys.iter().copied().find(|key| key.name() == name)
    }

    /// Returns the spellings of this key that are not preferred.
    pub(crate) fn other_spellings(self) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |key| key.preferred() == Some(self))
    }
}

impl KeyType {
    /// Describes the values in a message, after "must be".
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Boolean => "`true` or `false`",
            Self::Metric => "a whole number from 0 to 4294967295",
            Self::Prefix => "an IPv4 prefix",
            Self::StaticRoutes => "a list of entries, each with an `address`",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn the_block_has_all_keys_but_the_address_of_a_route() {
        let names: Vec<&str> = Key::OF_BLOCK.iter().map(|key| key.name()).collect();
        assert!(!names.contains(&"address") && names.contains(&"static-route"), "{names:?}");
    }
}
