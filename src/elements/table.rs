//! The table of elements.

use super::{Elements, Shape};
use crate::model::Key;
use crate::model::key::KeyType;

/// Returns the elements of a container that may also have others.
const fn open(known: &'static [(&'static str, Shape)]) -> Elements {
    Elements { known, closed: false }
}

/// The elements that a document may start with: the whole configuration, or a fragment of it.
///
/// The elements after the first four belong to a router or a service. They are read here only to
/// be reported.
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

/// The elements of the authority. The elements after the first three are read only to be
/// reported.
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

/// The elements of `static-hostname-mapping`.
///
/// The product nests the entries in `static-entry`. People also write them without it.
pub(super) static HOST_MAPPING: Elements = open(&[
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

/// The elements of the plugin block, from the table of its keys. An unknown key is a finding.
pub static BLOCK: Elements = Elements { known: &BLOCK_KEYS, closed: true };

/// The elements of an entry of `static-route`.
pub(crate) static STATIC_ROUTE: Elements = Elements { known: &STATIC_ROUTE_KEYS, closed: true };

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
            for (name, _) in table.known {
                assert!(!matches!(Element::named(name), Element::Other(_)), "{name}");
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
