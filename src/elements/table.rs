//! The table of elements.

use super::{Elements, KnownElement, Shape};
use crate::model::Key;
use crate::model::key::KeyType;

/// Returns the elements of a container that may also have others.
const fn open(known: &'static [KnownElement]) -> Elements {
    Elements { known, closed: false }
}

/// Returns an element that is valid here.
const fn element(name: &'static str, shape: Shape) -> KnownElement {
    KnownElement { name, shape, belongs_in: None }
}

/// Returns an element that is read only to be reported: it belongs in an entry of another list.
const fn misplaced(name: &'static str, shape: Shape, belongs_in: &'static str) -> KnownElement {
    KnownElement { name, shape, belongs_in: Some(belongs_in) }
}

/// The elements that a document may start with: the whole configuration, or a fragment of it.
pub static ROOT: Elements = open(&[
    element("config", Shape::Container(&CONFIG)),
    element("authority", Shape::Container(&AUTHORITY)),
    element("router", Shape::List { key: "name", entry: &ROUTER }),
    element("service", Shape::List { key: "name", entry: &SERVICE }),
    misplaced("node", Shape::List { key: "name", entry: &NODE }, "router"),
    misplaced("loopback-static-routes", Shape::Container(&BLOCK), "router"),
    misplaced("access-policy", Shape::List { key: "source", entry: &ACCESS_POLICY }, "service"),
    misplaced("applies-to", Shape::List { key: "type", entry: &APPLIES_TO }, "service"),
]);

/// The elements of the whole configuration.
pub(crate) static CONFIG: Elements = open(&[element("authority", Shape::Container(&AUTHORITY))]);

/// The elements whose names only an SSR configuration has.
pub(crate) static MARKS: Elements = open(&[
    element("loopback-static-routes", Shape::Container(&BLOCK)),
    element("access-policy", Shape::List { key: "source", entry: &ACCESS_POLICY }),
    element("applies-to", Shape::List { key: "type", entry: &APPLIES_TO }),
    element("static-hostname-mapping", Shape::List { key: "hostname", entry: &HOST_MAPPING }),
    element("asset-id", Shape::Leaf),
]);

/// The elements of the authority.
pub(crate) static AUTHORITY: Elements = open(&[
    element("router", Shape::List { key: "name", entry: &ROUTER }),
    element("service", Shape::List { key: "name", entry: &SERVICE }),
    element("conductor-address", Shape::LeafList),
    misplaced("node", Shape::List { key: "name", entry: &NODE }, "router"),
    misplaced("loopback-static-routes", Shape::Container(&BLOCK), "router"),
    misplaced("access-policy", Shape::List { key: "source", entry: &ACCESS_POLICY }, "service"),
    misplaced("applies-to", Shape::List { key: "type", entry: &APPLIES_TO }, "service"),
]);

static ROUTER: Elements = open(&[
    element("name", Shape::Leaf),
    element("conductor-address", Shape::LeafList),
    element("router-group", Shape::LeafList),
    element("group", Shape::LeafList),
    element("resource-group", Shape::LeafList),
    element("static-hostname-mapping", Shape::List { key: "hostname", entry: &HOST_MAPPING }),
    element("node", Shape::List { key: "name", entry: &NODE }),
    element("loopback-static-routes", Shape::Container(&BLOCK)),
    misplaced("access-policy", Shape::List { key: "source", entry: &ACCESS_POLICY }, "service"),
    misplaced("applies-to", Shape::List { key: "type", entry: &APPLIES_TO }, "service"),
]);

/// The elements of `static-hostname-mapping`.
///
/// The product nests the entries in `static-entry`. People also write them without it.
pub(super) static HOST_MAPPING: Elements = open(&[
    element("hostname", Shape::Leaf),
    element("ip-address", Shape::LeafList),
    element("static-entry", Shape::List { key: "hostname", entry: &HOST_ENTRY }),
]);

static HOST_ENTRY: Elements = open(&[element("hostname", Shape::Leaf), element("ip-address", Shape::LeafList)]);

static NODE: Elements = open(&[
    element("name", Shape::Leaf),
    element("asset-id", Shape::Leaf),
    element("role", Shape::Leaf),
    element("loopback-static-routes", Shape::Container(&BLOCK)),
]);

/// The elements of the plugin block, from the table of its keys. An unknown key is a finding.
pub static BLOCK: Elements = Elements { known: &BLOCK_KEYS, closed: true };

/// The elements of an entry of `static-route`.
pub(crate) static STATIC_ROUTE: Elements = Elements { known: &STATIC_ROUTE_KEYS, closed: true };

static BLOCK_KEYS: [KnownElement; Key::OF_BLOCK.len()] = elements(Key::OF_BLOCK);
static STATIC_ROUTE_KEYS: [KnownElement; Key::OF_STATIC_ROUTE.len()] = elements(Key::OF_STATIC_ROUTE);

/// Returns the elements of keys.
const fn elements<const N: usize>(keys: &[Key]) -> [KnownElement; N] {
    let mut elements = [element("", Shape::Leaf); N];
    let mut index = 0;
    while index < N {
        let shape = match keys[index].value_type() {
            KeyType::Boolean | KeyType::Metric | KeyType::Prefix => Shape::Leaf,
            KeyType::StaticRoutes => Shape::List { key: Key::Address.name(), entry: &STATIC_ROUTE },
        };
        elements[index] = element(keys[index].name(), shape);
        index += 1;
    }
    elements
}

static SERVICE: Elements = open(&[
    element("name", Shape::Leaf),
    element("enabled", Shape::Leaf),
    element("scope", Shape::Leaf),
    element("address", Shape::LeafList),
    element("access-policy", Shape::List { key: "source", entry: &ACCESS_POLICY }),
    element("applies-to", Shape::List { key: "type", entry: &APPLIES_TO }),
    misplaced("node", Shape::List { key: "name", entry: &NODE }, "router"),
    misplaced("loopback-static-routes", Shape::Container(&BLOCK), "router"),
]);

static ACCESS_POLICY: Elements = open(&[element("source", Shape::Leaf), element("permission", Shape::Leaf)]);

static APPLIES_TO: Elements = open(&[
    element("type", Shape::Leaf),
    element("router-name", Shape::LeafList),
    element("group-name", Shape::LeafList),
    element("resource-group", Shape::LeafList),
]);

#[cfg(test)]
mod tests {
    use super::{
        ACCESS_POLICY, APPLIES_TO, AUTHORITY, BLOCK, CONFIG, HOST_ENTRY, HOST_MAPPING, NODE, ROOT, ROUTER, SERVICE,
    };
    use crate::elements::names::camel_case;
    use crate::model::Element;

    #[test]
    fn no_element_of_the_product_counts_as_misspelled() {
        let model = include_str!("../syntaxes/pcli/model.txt");
        let mut near = std::collections::BTreeSet::new();
        for name in model.lines().filter_map(|line| line.trim_start().split(' ').next()) {
            for elements in [&ROOT, &AUTHORITY, &ROUTER, &NODE, &SERVICE, &ACCESS_POLICY, &APPLIES_TO] {
                for name in [name.to_owned(), camel_case(name)] {
                    if let (None, Some(known)) = (elements.find(&name), elements.misspelled(&name)) {
                        near.insert((name, known));
                    }
                }
            }
        }
        // `services` of the product is in none of the containers that hold `service`.
        assert_eq!(Vec::from_iter(near), [("services".to_owned(), "service")]);
        assert_eq!(AUTHORITY.misspelled("servce"), Some("service"));
        for misspelled in ["loopback-spatic-route", "loopbackStaticRoute", "looppbackStaticRoutes"] {
            assert_eq!(ROUTER.misspelled(misspelled), Some("loopback-static-routes"), "{misspelled}");
        }
        for misspelled in ["routerGruop", "routerGGroup", "routerroup"] {
            assert_eq!(ROUTER.misspelled(misspelled), Some("router-group"), "{misspelled}");
        }
    }

    #[test]
    fn no_element_of_the_product_is_alike_to_a_known_one() {
        let model = include_str!("../syntaxes/pcli/model.txt");
        for name in model.lines().filter_map(|line| line.trim_start().split(' ').next()) {
            for elements in [&ROOT, &AUTHORITY, &ROUTER, &NODE, &SERVICE, &ACCESS_POLICY, &APPLIES_TO, &BLOCK] {
                let alike = elements.alike(name).filter(|_| elements.find(name).is_none());
                assert_eq!(alike, None, "{name}");
            }
        }
        for (written, expected) in [
            ("Service", Some("service")),
            ("ACCESS-POLICY", Some("access-policy")),
            ("access_policy", Some("access-policy")),
            ("t128:Access_Policy", Some("access-policy")),
            ("accesspolicy", Some("access-policy")),
            ("enab\u{200b}led", Some("enabled")),
            ("access", None),
            ("enabled2", None),
        ] {
            assert_eq!(SERVICE.alike(written).or(AUTHORITY.alike(written)), expected, "{written}");
        }
    }

    #[test]
    fn each_element_of_the_table_is_in_the_typed_path() {
        // The keys of the block are in their own table.
        let tables = [&ROOT, &CONFIG, &AUTHORITY, &ROUTER, &HOST_MAPPING, &HOST_ENTRY, &NODE];
        for table in tables.into_iter().chain([&SERVICE, &ACCESS_POLICY, &APPLIES_TO]) {
            for known in table.known {
                assert!(!matches!(Element::named(known.name), Element::Other(_)), "{}", known.name);
            }
        }
    }

    #[test]
    fn names_are_found_in_every_dialect() {
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
