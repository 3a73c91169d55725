//! Namespaces, by the owner of their elements (Namespaces in XML 1.0).

use std::borrow::Cow;
use std::collections::HashSet;

use super::attributes::{Attribute, Violation};

/// The start of the product's namespaces.
const PRODUCT: &str = "http://128technology.com/t128";

/// The namespace of NETCONF's own elements, which may be around a configuration (RFC 6241).
pub(super) const NETCONF: &str = "urn:ietf:params:xml:ns:netconf:base:1.0";

/// The namespaces of the prefixes `xml` and `xmlns`. No other prefix may have them.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The maximum number of namespaces that are bound at one place. Exports bind one for each part of
/// the configuration.
const LIMIT: usize = 256;

/// The namespaces that are bound where the reader is.
#[derive(Default)]
pub(super) struct Namespaces<'s> {
    bindings: Vec<Binding<'s>>,
    /// The number of bindings around each element that binds any.
    levels: Vec<usize>,
}

struct Binding<'s> {
    /// Empty for the default namespace.
    prefix: &'s str,
    name: Cow<'s, str>,
    owner: NamespaceOwner,
}

/// The owner of a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamespaceOwner {
    /// The product. Elements without a namespace, as in text written by hand, count as the
    /// product's.
    Product,
    Netconf,
    Other,
}

impl NamespaceOwner {
    fn of(namespace: &str) -> Self {
        match namespace {
            NETCONF => Self::Netconf,
            "" => Self::Product,
            _ if namespace.starts_with(PRODUCT) => Self::Product,
            _ => Self::Other,
        }
    }
}

impl<'s> Namespaces<'s> {
    /// Binds the namespaces of an element. Returns true if there are any.
    pub(super) fn bind(&mut self, attributes: &[Attribute<'s>]) -> Result<bool, Violation> {
        let around = self.bindings.len();
        for attribute in attributes {
            let prefix = match attribute.split_name() {
                ("", "xmlns") => "",
                ("xmlns", prefix) => prefix,
                _ => continue,
            };
            check_binding(prefix, &attribute.value)
                .map_err(|message| Violation { at: attribute.at.clone(), message })?;
            if self.bindings.len() == LIMIT {
                let message = format!("too many namespaces; at most {LIMIT} are read at one place");
                return Err(Violation { at: attribute.at.clone(), message });
            }
            let (name, owner) = (attribute.value.clone(), NamespaceOwner::of(&attribute.value));
            self.bindings.push(Binding { prefix, name, owner });
        }
        let binds = self.bindings.len() > around;
        if binds {
            self.levels.push(around);
        }
        Ok(binds)
    }

    /// Unbinds the namespaces of the last element that bound any.
    pub(super) fn unbind(&mut self) {
        self.bindings.truncate(self.levels.pop().unwrap_or_default());
    }

    /// Returns the owner of an element by its prefix. A part of a document may lack the elements
    /// that bind its prefixes.
    pub(super) fn owner(&self, prefix: &str) -> NamespaceOwner {
        self.owner_of_prefix(prefix).unwrap_or(NamespaceOwner::Product)
    }

    /// Returns the owner of the namespace of a prefix, if the prefix is bound.
    pub(super) fn owner_of_prefix(&self, prefix: &str) -> Option<NamespaceOwner> {
        let binding = self.binding(prefix).map(|binding| binding.owner);
        binding.or_else(|| matches!(prefix, "xml" | "xmlns").then_some(NamespaceOwner::Other))
    }

    /// Returns the second attribute with the same name in the same namespace.
    pub(super) fn duplicate<'a>(&self, attributes: &'a [Attribute<'s>]) -> Option<&'a Attribute<'s>> {
        let mut names: HashSet<(&str, &str)> = HashSet::new();
        attributes.iter().find(|attribute| match attribute.split_name() {
            ("", _) => false,
            (prefix, local) => self.binding(prefix).is_some_and(|binding| !names.insert((&binding.name, local))),
        })
    }

    fn binding(&self, prefix: &str) -> Option<&Binding<'s>> {
        self.bindings.iter().rev().find(|binding| binding.prefix == prefix)
    }
}

/// Checks that a prefix may have a namespace. An error is its message.
fn check_binding(prefix: &str, namespace: &str) -> Result<(), String> {
    match (prefix, namespace) {
        ("xml", XML) => Ok(()),
        ("xml" | "xmlns", _) => Err(format!("the prefix `{prefix}` has a fixed namespace; choose another prefix")),
        (_, XML | XMLNS) => Err(format!("the namespace {namespace} is reserved; choose another one")),
        ("", _) => Ok(()),
        (_, "") => Err(format!("the namespace of `{prefix}` is empty; write its name")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::attributes;
    use super::{NamespaceOwner, Namespaces};

    #[test]
    fn elements_have_the_namespace_of_the_nearest_binding() {
        let outer =
            " xmlns='http://128technology.com/t128/config' xmlns:n='urn:ietf:params:xml:ns:netconf&#58;base:1.0'";
        let inner = " xmlns='' xmlns:n='urn:example:other' n:a=''";
        let mut namespaces = Namespaces::default();
        let owners = |namespaces: &Namespaces<'_>| ["", "n", "x"].map(|prefix| namespaces.owner(prefix));
        assert_eq!(owners(&namespaces), [NamespaceOwner::Product; 3]);
        assert!(namespaces.bind(&attributes::parse(outer, 0..outer.len(), false).expect("valid")).expect("valid"));
        let expected = [NamespaceOwner::Product, NamespaceOwner::Netconf, NamespaceOwner::Product];
        assert_eq!(owners(&namespaces), expected);
        assert!(namespaces.bind(&attributes::parse(inner, 0..inner.len(), false).expect("valid")).expect("valid"));
        assert_eq!(owners(&namespaces), [NamespaceOwner::Product, NamespaceOwner::Other, NamespaceOwner::Product]);
        namespaces.unbind();
        assert_eq!(owners(&namespaces), expected);
        assert_eq!(namespaces.owner_of_prefix("x"), None);
        namespaces.unbind();
        assert_eq!(owners(&namespaces), [NamespaceOwner::Product; 3]);
    }

    #[test]
    fn bindings_and_expanded_names_are_checked() {
        let many = (0..300).map(|index| format!(" xmlns:p{index}='urn:{index}'")).collect::<String>();
        for (text, expected) in [
            (" xmlns:xml='http://www.w3.org/XML/1998/namespace'", Ok(None)),
            (" xml:lang='en'", Ok(None)),
            (" xmlns:a='u' xmlns:b='v' a:x='' b:x='' x=''", Ok(None)),
            (" xmlns:a='u' xmlns:b='u' a:x='' b:x=''", Ok(Some("b:x"))),
            (" xmlns:xml='urn:x'", Err("fixed namespace")),
            (" xmlns:xmlns='urn:x'", Err("fixed namespace")),
            (" xmlns:a='http://www.w3.org/XML/1998/namespace'", Err("is reserved")),
            (" xmlns='http://www.w3.org/2000/xmlns/'", Err("is reserved")),
            (" xmlns:a=''", Err("is empty")),
            (&many, Err("too many namespaces")),
        ] {
            let attributes = attributes::parse(text, 0..text.len(), false).expect("valid");
            let mut namespaces = Namespaces::default();
            match (namespaces.bind(&attributes), expected) {
                (Ok(_), Ok(expected)) => {
                    assert_eq!(namespaces.duplicate(&attributes).map(|a| a.name), expected, "{text}")
                }
                (Err(violation), Err(expected)) => {
                    assert!(violation.message.contains(expected), "{text}: {violation:?}")
                }
                (bound, _) => panic!("{text}: {bound:?}"),
            }
        }
    }
}
