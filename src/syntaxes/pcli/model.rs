//! The product's configuration model: what a keyword may be where the product does not read it.
//!
//! It is the core model of 2021. Plugins add blocks of their own and later versions add elements, so an element that is not in
//! it may still be one.

use std::sync::LazyLock;

/// An element of the model.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// In the order of their names.
    children: Vec<Element>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Has a value on its line.
    Leaf,
    /// Has lines of its own, up to an `exit`.
    Container,
    /// The same, with so many keys on its line.
    List { keys: usize },
}

/// `config`, which holds `authority`.
static CONFIG: LazyLock<Element> = LazyLock::new(|| {
    let mut lines = include_str!("model.txt").lines().filter(|line| !line.starts_with('#')).peekable();
    let children = children(&mut lines, 0);
    Element { name: "config", kind: Kind::Container, children }
});

/// The elements that a line of `depth` starts, with all that is below them.
fn children(lines: &mut std::iter::Peekable<impl Iterator<Item = &'static str>>, depth: usize) -> Vec<Element> {
    let depth_of = |line: &str| line.len() - line.trim_start().len();
    let mut elements = Vec::new();
    while let Some(line) = lines.next_if(|line| depth_of(line) == depth) {
        let mut words = line.split_ascii_whitespace();
        let name = words.next().expect("a name");
        let kind = match words.next().expect("a kind") {
            "container" => Kind::Container,
            "list" => Kind::List { keys: words.count() },
            _ => Kind::Leaf,
        };
        elements.push(Element { name, kind, children: children(lines, depth + 1) });
    }
    elements
}

impl Element {
    pub(crate) fn config() -> &'static Self {
        &CONFIG
    }

    pub(crate) fn authority() -> &'static Self {
        CONFIG.child("authority").expect("the model starts with it")
    }

    /// The child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.binary_search_by(|child| child.name.cmp(name)).ok().map(|index| &self.children[index])
    }

    /// The children whose names start with `prefix`.
    pub(crate) fn starting_with<'e>(&'e self, prefix: &str) -> impl Iterator<Item = &'e Self> {
        let first = self.children.partition_point(|child| child.name < prefix);
        let prefix = prefix.to_owned();
        self.children[first..].iter().take_while(move |child| child.name.starts_with(&prefix))
    }

    /// Whether an element `name`, somewhere below, has a child `child`.
    pub(crate) fn somewhere(&self, name: &str, child: &str) -> bool {
        let is_it = |element: &Self| element.name == name && element.child(child).is_some();
        self.children.iter().any(|element| is_it(element) || element.somewhere(name, child))
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, Kind};

    #[test]
    fn the_model_is_read_whole() {
        fn count(element: &Element) -> usize {
            element.children.iter().map(|child| 1 + count(child)).sum()
        }
        assert_eq!(count(Element::config()), include_str!("model.txt").lines().count() - 1);
        let router = Element::authority().child("router").expect("there");
        assert_eq!(router.kind, Kind::List { keys: 1 });
        let route = router.child("service-route").and_then(|route| route.child("next-hop")).expect("there");
        assert_eq!(route.kind, Kind::List { keys: 2 });
        assert!(Element::authority().somewhere("address-pool", "router"));
        assert!(!Element::authority().somewhere("tenant", "router"));
        let names: Vec<_> = Element::authority().starting_with("service").map(|element| element.name).collect();
        assert_eq!(names, ["service", "service-class", "service-policy"]);
    }
}
