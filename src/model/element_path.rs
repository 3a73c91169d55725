//! Paths of elements: `authority/router[r1]/loopback-static-routes/metric`.

use std::fmt;

/// The path of an element by names and list keys, never by position, so that it stays the same when a list is reordered.
///
/// A list key stands in brackets. Control characters, and in keys the characters `[`, `]`, `\`, in names `/` too, are escaped
/// as `\u{…}`, so that a path is one line and reads one way only.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementPath(String);

impl ElementPath {
    /// The path of the authority itself.
    #[must_use]
    pub fn authority() -> Self {
        Self("authority".to_owned())
    }

    /// The path of a child element.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let mut path = self.0.clone();
        if !path.is_empty() {
            path.push('/');
        }
        escape(&mut path, name, &['/', '[', ']', '\\']);
        Self(path)
    }

    /// The path of a list entry: the child `list` with this key.
    #[must_use]
    pub fn entry(&self, list: &str, key: &str) -> Self {
        let Self(mut path) = self.child(list);
        path.push('[');
        escape(&mut path, key, &['[', ']', '\\']);
        path.push(']');
        Self(path)
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ElementPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn escape(path: &mut String, text: &str, special: &[char]) {
    for c in text.chars() {
        if c.is_control() || special.contains(&c) {
            path.extend(c.escape_unicode());
        } else {
            path.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ElementPath;

    #[test]
    fn keys_that_look_like_paths_are_escaped() {
        let path = ElementPath::authority().entry("router", "a/b]\n").child("me/tric");
        assert_eq!(path.as_str(), "authority/router[a/b\\u{5d}\\u{a}]/me\\u{2f}tric");
    }
}
