//! Paths of elements: `authority/router[r1]/loopback-static-routes/metric`.

use std::fmt;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::Key;

macro_rules! elements {
    ($($variant:ident $name:literal,)*) => {
        /// The name of an element.
        ///
        /// Each element that decisions depend on is a variant, so that no decision compares text.
        /// `elements` has the table of their contents.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each is the element of its name, which docs/configuration.md explains")]
        pub enum Element {
            $($variant,)*
            /// Any other element, by its name.
            Other(Box<str>),
        }

        impl Element {
            /// Returns the element with this canonical name: kebab-case, without a module's prefix.
            #[must_use]
            pub fn named(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    other => Self::Other(other.into()),
                }
            }

            /// Returns the name.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(name) => name,
                }
            }
        }
    };
}

elements! {
    AccessPolicy "access-policy",
    Address "address",
    AppliesTo "applies-to",
    AssetId "asset-id",
    Authority "authority",
    Config "config",
    ConductorAddress "conductor-address",
    Enabled "enabled",
    Group "group",
    GroupName "group-name",
    HostName "hostname",
    IpAddress "ip-address",
    LoopbackStaticRoutes "loopback-static-routes",
    Name "name",
    Node "node",
    Permission "permission",
    ResourceGroup "resource-group",
    Role "role",
    Router "router",
    RouterGroup "router-group",
    RouterName "router-name",
    Scope "scope",
    Service "service",
    Source "source",
    StaticEntry "static-entry",
    StaticHostNameMapping "static-hostname-mapping",
    StaticRoute "static-route",
    Type "type",
}

impl From<&Self> for Element {
    fn from(element: &Self) -> Self {
        element.clone()
    }
}

impl From<Key> for Element {
    fn from(key: Key) -> Self {
        Self::named(key.name())
    }
}

/// One step of a path: an element, or the entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// The element.
    pub element: Element,
    /// The key of the list entry; `None` for any other element.
    pub key: Option<Box<str>>,
}

/// The path of an element: names and list keys, never positions. So it stays the same when a list
/// is reordered.
///
/// Paths with a common start share its steps. As text, a list key is in brackets. Control
/// characters, `[`, `]` and `\` are escaped as `\u{…}`, and in names also `/`. So a path is one
/// line, and unambiguous.
#[derive(Clone, Debug, Default)]
pub struct ElementPath(Option<Arc<Link>>);

#[derive(Debug)]
struct Link {
    parent: ElementPath,
    step: Step,
}

impl ElementPath {
    /// Returns the path of the authority itself.
    #[must_use]
    pub fn authority() -> Self {
        Self::default().then(Element::Authority, None)
    }

    /// Returns the path of a child element.
    pub(crate) fn child(&self, element: impl Into<Element>) -> Self {
        self.then(element.into(), None)
    }

    /// Returns the path of a list entry: the child `list` with this key.
    pub(crate) fn entry(&self, list: impl Into<Element>, key: &str) -> Self {
        self.then(list.into(), Some(key.into()))
    }

    /// Returns the path of a child element whose name comes from a configuration.
    pub(crate) fn child_named(&self, name: &str) -> Self {
        self.then(Element::named(name), None)
    }

    /// Returns the path of an entry of a list whose name comes from a configuration.
    pub(crate) fn entry_named(&self, list: &str, key: &str) -> Self {
        self.then(Element::named(list), Some(key.into()))
    }

    /// Returns the path of an element inside of this one, given its path from here.
    pub(crate) fn join(&self, inner: &Self) -> Self {
        inner.steps().into_iter().fold(self.clone(), |path, step| path.then(step.element.clone(), step.key.clone()))
    }

    fn then(&self, element: Element, key: Option<Box<str>>) -> Self {
        Self(Some(Arc::new(Link { parent: self.clone(), step: Step { element, key } })))
    }

    /// Returns the steps, from the outermost to the element itself.
    #[must_use]
    pub fn steps(&self) -> Vec<&Step> {
        outermost_first(self.ascend())
    }

    /// Returns the element itself; `None` for the empty path.
    #[must_use]
    pub fn last(&self) -> Option<&Step> {
        self.ascend().next()
    }

    /// Returns the path of the element around it.
    pub(crate) fn parent(&self) -> Option<&Self> {
        self.0.as_ref().map(|link| &link.parent)
    }

    /// Iterates over the paths of the elements around it, from the innermost to the outermost.
    pub(crate) fn ancestors(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(self.parent(), |path| path.parent())
    }

    /// Returns true if the element is this one or inside of it.
    #[must_use]
    pub fn is_within(&self, element: &Element) -> bool {
        self.ascend().any(|step| step.element == *element)
    }

    /// Returns the steps after the entry of this list.
    #[must_use]
    pub(crate) fn after(&self, list: &Element) -> Vec<&Step> {
        outermost_first(self.ascend().take_while(|step| step.element != *list))
    }

    /// Iterates over the steps from the element itself to the outermost.
    fn ascend(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.0.as_deref(), |link| link.parent.0.as_deref()).map(|link| &link.step)
    }
}

fn outermost_first<'p>(ascending: impl Iterator<Item = &'p Step>) -> Vec<&'p Step> {
    let mut steps: Vec<&Step> = ascending.collect();
    steps.reverse();
    steps
}

impl PartialEq for ElementPath {
    fn eq(&self, other: &Self) -> bool {
        self.ascend().eq(other.ascend())
    }
}

impl Eq for ElementPath {}

impl Hash for ElementPath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ascend().for_each(|step| step.hash(state));
    }
}

/// Paths are sorted by their text, as in the manifest.
impl Ord for ElementPath {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.to_string().cmp(&other.to_string())
    }
}

impl PartialOrd for ElementPath {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ElementPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps().into_iter().enumerate() {
            if index > 0 {
                f.write_char('/')?;
            }
            escape(f, step.element.name(), &['/', '[', ']', '\\'])?;
            if let Some(key) = &step.key {
                f.write_char('[')?;
                escape(f, key, &['[', ']', '\\'])?;
                f.write_char(']')?;
            }
        }
        Ok(())
    }
}

fn escape(f: &mut fmt::Formatter<'_>, text: &str, special: &[char]) -> fmt::Result {
    for c in text.chars() {
        if c.is_control() || special.contains(&c) {
            write!(f, "{}", c.escape_unicode())?;
        } else {
            f.write_char(c)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Element, ElementPath};

    #[test]
    fn keys_that_look_like_paths_are_escaped() {
        let path = ElementPath::authority().entry(Element::Router, "a/b]\n").child_named("me/tric");
        assert_eq!(path.to_string(), "authority/router[a/b\\u{5d}\\u{a}]/me\\u{2f}tric");
    }

    #[test]
    fn a_key_is_never_taken_for_an_element() {
        let path = ElementPath::authority().entry(Element::Service, "x/access-policy").child(Element::Enabled);
        assert!(!path.is_within(&Element::AccessPolicy) && path.is_within(&Element::Service));
        assert_eq!(path.after(&Element::Service).len(), 1);
        let policy = ElementPath::authority().entry(Element::Service, "x").entry(Element::AccessPolicy, "_internal_");
        assert!(policy.is_within(&Element::AccessPolicy));
    }

    #[test]
    fn equal_paths_are_equal_however_they_were_made() {
        let router = ElementPath::authority().entry(Element::Router, "r");
        assert_eq!(
            router.child(Element::Node),
            ElementPath::authority().entry(Element::Router, "r").child(Element::Node)
        );
        assert_ne!(router.child(Element::Node), router.entry(Element::Node, ""));
        assert_ne!(ElementPath::authority(), router);
    }
}
