//! The elements that the product reads, as a table that guides every reader. `docs/configuration.md` says what each means.

use crate::model::Key;
use crate::model::key::KeyType;

/// What an element holds, as the configuration model has it.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One value.
    Leaf,
    /// Values.
    LeafList,
    /// Elements.
    Container(&'static Elements),
    /// Entries, each with a key.
    List {
        /// The leaf that tells the entries apart.
        key: &'static str,
        /// What an entry holds.
        entry: &'static Elements,
    },
}

/// The elements of a container or of a list entry.
#[derive(Debug)]
pub struct Elements {
    /// The elements read.
    pub known: &'static [(&'static str, Shape)],
    /// Whether other elements are kept, to be reported, instead of skipped.
    pub closed: bool,
}

impl Elements {
    /// The element with this name: kebab-case, camelCase, or with a module's prefix (RFC 7951, section 4).
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(&'static str, Shape)> {
        let local = name.rsplit(':').next().unwrap_or(name);
        self.known.iter().copied().find(|(known, _)| same_name(local, known))
    }
}

impl Elements {
    /// Whether an element of this name may stand here, and not only by mistake.
    pub(crate) fn holds(&self, name: &str) -> bool {
        let is_authority = std::ptr::eq(self, &raw const AUTHORITY);
        self.find(name)
            .is_some_and(|(name, _)| !is_authority || matches!(name, "router" | "service" | "conductor-address"))
    }

    /// Whether `name` is one of the ways to write the known element `known` in full.
    pub(crate) fn is_name(&self, name: &str, known: &str) -> bool {
        self.find(name).is_some_and(|(found, _)| found == known)
    }
}

/// What a name means among some elements.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// An element that is read.
    Element(&'static str, Shape),
    /// None that there may be, which is kept to be reported.
    Unknown,
    /// Probably this element, written in the plural or misspelt: to pass it over would lose routers or services in silence.
    Plural(&'static str),
    /// An element of no interest.
    Other,
}

impl Elements {
    /// What a name means here.
    #[must_use]
    pub fn meaning(&self, name: &str) -> Meaning {
        if let Some((name, shape)) = self.find(name) {
            return Meaning::Element(name, shape);
        }
        if self.closed {
            return Meaning::Unknown;
        }
        let is_list = |shape: &Shape| matches!(shape, Shape::List { .. } | Shape::LeafList);
        let lists = self.known.iter().filter(|(_, shape)| is_list(shape));
        let plural = lists.map(|(known, _)| *known).find(|known| name.ends_with('s') && is_plural(name, known));
        plural.or_else(|| self.misspelt(name)).map_or(Meaning::Other, Meaning::Plural)
    }

    /// The element that a name misspells: one letter, or two of a long name. The product has no element that is so near to one that is read (a test
    /// sees to it).
    fn misspelt(&self, name: &str) -> Option<&'static str> {
        let slips = |known: &str| if known.len() > 12 { 2 } else { 1 };
        // Of each slip one letter comes and one goes at most: most names are told apart by that, at a fraction of the price.
        let of_name = letters(name);
        let may_be_near = |known: &str| {
            let (of_known, most) = (letters(known), slips(known));
            (of_known & !of_name).count_ones() <= most && (of_name & !of_known).count_ones() <= most
        };
        let is_near = |known: &&str| {
            known.len() >= SHORTEST_MISSPELT
                && known.len().abs_diff(name.len()) <= slips(known) as usize
                && (known.as_bytes().first() == name.as_bytes().first()
                    || known.as_bytes().last() == name.as_bytes().last())
                && may_be_near(known)
                && strsim::osa_distance(name, known) <= slips(known) as usize
        };
        self.known.iter().map(|(known, _)| *known).find(is_near)
    }
}

/// Which letters there are, as a set; some share a place.
fn letters(name: &str) -> u32 {
    name.bytes().fold(0, |letters, byte| letters | 1 << (byte & 31))
}

/// Shorter names are too near to other words.
const SHORTEST_MISSPELT: usize = 6;

/// Whether `name` is the plural of `kebab`, or of its camelCase.
fn is_plural(name: &str, kebab: &str) -> bool {
    let singular = |suffix| name.strip_suffix(suffix);
    singular("s").into_iter().chain(singular("es")).any(|singular| same_name(singular, kebab))
        || singular("ies").is_some_and(|stem| same_name(&format!("{stem}y"), kebab))
}

/// Whether `name` is `kebab`, or its camelCase.
fn same_name(name: &str, kebab: &str) -> bool {
    if name.as_bytes().first() != kebab.as_bytes().first() {
        return false;
    }
    if name.len() == kebab.len() {
        return name == kebab;
    }
    let mut upper_next = false;
    let mut name = name.bytes();
    for b in kebab.bytes() {
        if b == b'-' {
            upper_next = true;
            continue;
        }
        let expected = if upper_next { b.to_ascii_uppercase() } else { b };
        upper_next = false;
        if name.next() != Some(expected) {
            return false;
        }
    }
    name.next().is_none()
}

const fn open(known: &'static [(&'static str, Shape)]) -> Elements {
    Elements { known, closed: false }
}

/// What a document may start with: the whole configuration, or a fragment of it. What follows the first four cannot be read
/// without the router or service that it belongs to; it stands here to be reported.
pub static ROOT: Elements = open(&[
    ("config", Shape::Container(&CONFIG)),
    ("authority", Shape::Container(&AUTHORITY)),
    ("router", Shape::List { key: "name", entry: &ROUTER }),
    ("service", Shape::List { key: "name", entry: &SERVICE }),
    ("node", Shape::List { key: "name", entry: &NODE }),
    ("loopback-static-routes", Shape::Container(&BLOCK)),
    ("access-policy", Shape::List { key: "source", entry: &ACCESS_POLICY }),
    ("applies-to", Shape::List { key: "type", entry: &APPLIES_TO }),
]);

static CONFIG: Elements = open(&[("authority", Shape::Container(&AUTHORITY))]);

/// The authority's own elements. What follows the first three cannot stand there, as in a document's root.
pub(crate) static AUTHORITY: Elements = open(&[
    ("router", Shape::List { key: "name", entry: &ROUTER }),
    ("service", Shape::List { key: "name", entry: &SERVICE }),
    ("conductor-address", Shape::LeafList),
    ("node", Shape::List { key: "name", entry: &NODE }),
    ("loopback-static-routes", Shape::Container(&BLOCK)),
    ("access-policy", Shape::List { key: "source", entry: &ACCESS_POLICY }),
    ("applies-to", Shape::List { key: "type", entry: &APPLIES_TO }),
]);

static ROUTER: Elements = open(&[
    ("name", Shape::Leaf),
    ("conductor-address", Shape::LeafList),
    ("router-group", Shape::LeafList),
    ("group", Shape::LeafList),
    ("resource-group", Shape::LeafList),
    ("static-hostname-mapping", Shape::List { key: "hostname", entry: &HOST_MAPPING }),
    ("node", Shape::List { key: "name", entry: &NODE }),
    ("loopback-static-routes", Shape::Container(&BLOCK)),
]);

/// The product nests the entries in `static-entry`; by hand they are also written without it.
static HOST_MAPPING: Elements = open(&[
    ("hostname", Shape::Leaf),
    ("ip-address", Shape::LeafList),
    ("static-entry", Shape::List { key: "hostname", entry: &HOST_ENTRY }),
]);

static HOST_ENTRY: Elements = open(&[("hostname", Shape::Leaf), ("ip-address", Shape::LeafList)]);

static NODE: Elements = open(&[
    ("name", Shape::Leaf),
    ("asset-id", Shape::Leaf),
    ("role", Shape::Leaf),
    ("loopback-static-routes", Shape::Container(&BLOCK)),
]);

/// The plugin block, from the table of its keys. An unknown key is a finding.
pub static BLOCK: Elements = Elements { known: &BLOCK_KEYS, closed: true };

/// An entry of the block's `static-route`.
pub static STATIC_ROUTE: Elements = Elements { known: &STATIC_ROUTE_KEYS, closed: true };

static BLOCK_KEYS: [(&str, Shape); Key::OF_BLOCK.len()] = shapes(Key::OF_BLOCK);
static STATIC_ROUTE_KEYS: [(&str, Shape); Key::OF_STATIC_ROUTE.len()] = shapes(Key::OF_STATIC_ROUTE);

/// Returns the shapes of keys.
const fn shapes<const N: usize>(keys: &[Key]) -> [(&'static str, Shape); N] {
    let mut shapes = [("", Shape::Leaf); N];
    let mut index = 0;
    while index < N {
        let shape = match keys[index].value_type() {
            KeyType::Boolean | KeyType::Metric | KeyType::Prefix => Shape::Leaf,
            KeyType::StaticRoutes => Shape::List { key: Key::OF_STATIC_ROUTE[0].name(), entry: &STATIC_ROUTE },
        };
        shapes[index] = (keys[index].name(), shape);
        index += 1;
    }
    shapes
}

static SERVICE: Elements = open(&[
    ("name", Shape::Leaf),
    ("enabled", Shape::Leaf),
    ("scope", Shape::Leaf),
    ("address", Shape::LeafList),
    ("access-policy", Shape::List { key: "source", entry: &ACCESS_POLICY }),
    ("applies-to", Shape::List { key: "type", entry: &APPLIES_TO }),
]);

static ACCESS_POLICY: Elements = open(&[("source", Shape::Leaf), ("permission", Shape::Leaf)]);

static APPLIES_TO: Elements = open(&[
    ("type", Shape::Leaf),
    ("router-name", Shape::LeafList),
    ("group-name", Shape::LeafList),
    ("resource-group", Shape::LeafList),
]);

#[cfg(test)]
mod tests {
    use super::{
        ACCESS_POLICY, APPLIES_TO, AUTHORITY, BLOCK, CONFIG, HOST_ENTRY, HOST_MAPPING, NODE, ROOT, ROUTER, SERVICE,
    };
    use crate::model::Element;

    #[test]
    fn no_element_of_the_product_is_a_misspelt_one() {
        let model = include_str!("../syntaxes/pcli/model.txt");
        let mut near = std::collections::BTreeSet::new();
        for name in model.lines().filter_map(|line| line.trim_start().split(' ').next()) {
            for elements in [&ROOT, &AUTHORITY, &ROUTER, &NODE, &SERVICE, &ACCESS_POLICY, &APPLIES_TO] {
                if let (None, Some(known)) = (elements.find(name), elements.misspelt(name)) {
                    near.insert((name, known));
                }
            }
        }
        // Elements of other kinds, in none of those where they would be near.
        assert_eq!(Vec::from_iter(near), [("services", "service")]);
        assert_eq!(AUTHORITY.misspelt("servce"), Some("service"));
        assert_eq!(ROUTER.misspelt("loopback-spatic-route"), Some("loopback-static-routes"));
    }

    #[test]
    fn each_element_of_the_table_is_one_of_the_model() {
        // The keys of the block are in their own table.
        let tables = [&ROOT, &CONFIG, &AUTHORITY, &ROUTER, &HOST_MAPPING, &HOST_ENTRY, &NODE];
        for table in tables.into_iter().chain([&SERVICE, &ACCESS_POLICY, &APPLIES_TO]) {
            for (name, _) in table.known {
                assert!(!matches!(Element::named(name), Element::Other(_)), "{name}");
            }
        }
    }

    #[test]
    fn names_in_every_dialect() {
        for (written, expected) in [
            ("learn-from-services", Some("learn-from-services")),
            ("learnFromServices", Some("learn-from-services")),
            ("lsr:defaultRoute", Some("default-route")),
            ("default", Some("default")),
            ("Default", None),
            ("learn_from_services", None),
            ("learnfromservices", None),
            ("learn-From-services", None),
            ("metrics", None),
        ] {
            assert_eq!(BLOCK.find(written).map(|(name, _)| name), expected, "{written}");
        }
    }
}
