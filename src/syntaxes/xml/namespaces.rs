//! Namespaces, by the owner of their elements.

use quick_xml::events::BytesStart;
use quick_xml::name::{NamespaceResolver, ResolveResult};

/// The start of the product's namespaces.
const PRODUCT: &str = "http://128technology.com/t128";

/// The namespace of NETCONF's own elements, which may be around a configuration (RFC 6241).
const NETCONF: &str = "urn:ietf:params:xml:ns:netconf:base:1.0";

/// The namespaces that are bound where the reader is.
#[derive(Default)]
pub(super) struct Namespaces(NamespaceResolver);

/// The owner of a namespace.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NamespaceOwner {
    /// The product. Elements without a namespace, as in text written by hand, count as the
    /// product's.
    Product,
    Netconf,
    Other,
}

impl Namespaces {
    /// Binds the namespaces of an element. An error is its message.
    pub(super) fn bind(&mut self, event: &BytesStart<'_>) -> Result<(), String> {
        self.0.push(event).map_err(|error| error.to_string())
    }

    /// Unbinds the namespaces of the last element that bound any.
    pub(super) fn unbind(&mut self) {
        self.0.pop();
    }

    /// Returns the owner of an element.
    pub(super) fn owner(&self, event: &BytesStart<'_>) -> NamespaceOwner {
        match self.0.resolve_element(event.name()).0 {
            ResolveResult::Bound(namespace) => match namespace.as_ref() {
                NETCONF => NamespaceOwner::Netconf,
                namespace if namespace.starts_with(PRODUCT) => NamespaceOwner::Product,
                _ => NamespaceOwner::Other,
            },
            // A part of a document may lack the elements that bind its prefixes.
            ResolveResult::Unbound | ResolveResult::Unknown(_) => NamespaceOwner::Product,
        }
    }
}
