//! The product's configuration model, for elements that this program skips.
//!
//! It is the core model of 2021. Plugins add blocks, and later versions add elements, so a name
//! that is not in the model may still be an element.

use std::iter::Peekable;
use std::sync::LazyLock;

/// An element of the model.
#[derive(Debug)]
pub(super) struct ModelElement {
    pub(super) name: &'static str,
    pub(super) kind: ModelKind,
    /// Sorted by name.
    children: Vec<ModelElement>,
}

/// The kind of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModelKind {
    /// An element with a value on its line.
    Leaf,
    /// An element with lines, up to an `exit`.
    Container,
    /// A container with this number of keys on its line.
    List { keys: usize },
}

/// The root of the model: `config`, which holds `authority`.
static CONFIG: LazyLock<ModelElement> = LazyLock::new(|| {
    let mut lines = include_str!("model.txt").lines().filter(|line| !line.starts_with('#')).peekable();
    let children = children(&mut lines, 0);
    ModelElement { name: "config", kind: ModelKind::Container, children }
});

/// Parses the elements at `depth`, with the elements below them.
fn children(lines: &mut Peekable<impl Iterator<Item = &'static str>>, depth: usize) -> Vec<ModelElement> {
    let depth_of = |line: &str| line.len() - line.trim_start().len();
    let mut elements = Vec::new();
    while let Some(line) = lines.next_if(|line| depth_of(line) == depth) {
        let mut words = line.split_ascii_whitespace();
        let name = words.next().expect("a name");
        let kind = match words.next().expect("a kind") {
            "container" => ModelKind::Container,
            "list" => ModelKind::List { keys: words.count() },
            _ => ModelKind::Leaf,
        };
        elements.push(ModelElement { name, kind, children: children(lines, depth + 1) });
    }
    elements
}

impl ModelElement {
    /// Returns `config`.
    pub(super) fn config() -> &'static Self {
        &CONFIG
    }

    /// Returns `authority`.
    pub(super) fn authority() -> &'static Self {
        CONFIG.child("authority").expect("the model starts with it")
    }

    /// Returns the child with this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.binary_search_by(|child| child.name.cmp(name)).ok().map(|index| &self.children[index])
    }

    /// Returns the children whose names start with `prefix`.
    pub(super) fn starting_with<'e>(&'e self, prefix: &str) -> impl Iterator<Item = &'e Self> {
        let first = self.children.partition_point(|child| child.name < prefix);
        let prefix = prefix.to_owned();
        self.children[first..].iter().take_while(move |child| child.name.starts_with(&prefix))
    }

    /// Returns true if some element `name` below has a child `child`.
    pub(super) fn has_somewhere(&self, name: &str, child: &str) -> bool {
        let is_it = |element: &Self| element.name == name && element.child(child).is_some();
        self.children.iter().any(|element| is_it(element) || element.has_somewhere(name, child))
    }
}

#[cfg(test)]
mod tests {
    use super::{ModelElement, ModelKind};

    #[test]
    fn every_line_of_the_model_is_an_element() {
        fn count(element: &ModelElement) -> usize {
            element.children.iter().map(|child| 1 + count(child)).sum()
        }
        assert_eq!(count(ModelElement::config()), include_str!("model.txt").lines().count() - 1);
        let router = ModelElement::authority().child("router").expect("there");
        assert_eq!(router.kind, ModelKind::List { keys: 1 });
        let route = router.child("service-route").and_then(|route| route.child("next-hop")).expect("there");
        assert_eq!(route.kind, ModelKind::List { keys: 2 });
        assert!(ModelElement::authority().has_somewhere("address-pool", "router"));
        assert!(!ModelElement::authority().has_somewhere("tenant", "router"));
        let names: Vec<_> = ModelElement::authority().starting_with("service").map(|element| element.name).collect();
        assert_eq!(names, ["service", "service-class", "service-policy"]);
    }
}
