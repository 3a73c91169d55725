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

/// The element that has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Block,
    StaticRoute,
}

/// Declares the keys, one per line, with the name, the owners and the type of each. A key may be
/// another spelling of a preferred one.
macro_rules! keys {
    ($($key:ident $name:literal of [$($owner:ident),+] $kind:ident $(prefers $preferred:ident)?,)+) => {
        /// A key of the plugin block, or of an entry of its `static-route`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each is the key of its name, which docs/configuration.md explains")]
        pub enum Key {
            $($key,)+
        }

        impl Key {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$key,)+];

            /// Returns the name: kebab-case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$key => $name,)+ }
            }

            const fn owners(self) -> &'static [Owner] {
                match self { $(Self::$key => &[$(Owner::$owner),+],)+ }
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
    Enabled "enabled" of [Block] Boolean,
    DefaultRoute "default-route" of [Block] Boolean,
    Default "default" of [Block] Boolean prefers DefaultRoute,
    LearnFromServices "learn-from-services" of [Block] Boolean,
    LearnFromService "learn-from-service" of [Block] Boolean prefers LearnFromServices,
    Address "address" of [StaticRoute] Prefix,
    Metric "metric" of [Block, StaticRoute] Metric,
    StaticRoute "static-route" of [Block] StaticRoutes,
}

impl Key {
    /// The keys of the plugin block.
    pub const OF_BLOCK: &'static [Self] = &Self::of::<{ Self::count(Owner::Block) }>(Owner::Block);

    /// The keys of an entry of `static-route`.
    pub const OF_STATIC_ROUTE: &'static [Self] = &Self::of::<{ Self::count(Owner::StaticRoute) }>(Owner::StaticRoute);

    const fn is_of(self, owner: Owner) -> bool {
        let mut index = 0;
        while index < self.owners().len() {
            if self.owners()[index] as u8 == owner as u8 {
                return true;
            }
            index += 1;
        }
        false
    }

    const fn count(owner: Owner) -> usize {
        let (mut index, mut count) = (0, 0);
        while index < Self::ALL.len() {
            count += Self::ALL[index].is_of(owner) as usize;
            index += 1;
        }
        count
    }

    /// Returns the `N` keys of an owner.
    const fn of<const N: usize>(owner: Owner) -> [Self; N] {
        let mut keys = [Self::ALL[0]; N];
        let (mut index, mut count) = (0, 0);
        while index < Self::ALL.len() {
            if Self::ALL[index].is_of(owner) {
                keys[count] = Self::ALL[index];
                count += 1;
            }
            index += 1;
        }
        keys
    }

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
    /// The values of a boolean.
    pub const BOOLEANS: &'static [&'static str] = &["true", "false"];

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
    fn each_element_has_its_keys() {
        let names = |keys: &[Key]| keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(" ");
        assert_eq!(
            names(Key::OF_BLOCK),
            "enabled default-route default learn-from-services learn-from-service metric static-route"
        );
        assert_eq!(names(Key::OF_STATIC_ROUTE), "address metric");
    }
}
