//! Which syntax a content is in, told from the content alone.

use std::fmt;

/// A syntax that configurations are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// REST JSON, in any of its dialects.
    Json,
    /// YAML in the shapes of the JSON.
    Yaml,
    /// The text of `show config running`.
    Pcli,
    /// NETCONF XML.
    Xml,
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Pcli => "PCLI text",
            Self::Xml => "XML",
        })
    }
}

impl Syntax {
    /// JSON starts with a bracket and XML with `<`; YAML shows a `key:`, a `- ` or `---` in its first line of content; what is
    /// left is PCLI text.
    pub(super) fn of_text(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        match text.chars().next() {
            // Not a shell's prompt, as in `[root@conductor ~]# pcli`.
            Some('[') if text.lines().next().is_some_and(|line| line.contains("]#") || line.contains("]$")) => {
                return Self::Pcli;
            }
            Some('{' | '[') => return Self::Json,
            Some('<') => return Self::Xml,
            _ => {}
        }
        let first =
            text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
        let key = first.split_whitespace().next().unwrap_or_default();
        let yaml = key.ends_with(':') || key == "-" || first.starts_with("---") || first.starts_with('%');
        if yaml { Self::Yaml } else { Self::Pcli }
    }
}

#[cfg(test)]
mod tests {
    use super::Syntax;

    #[test]
    fn content_tells_the_syntax() {
        for (text, expected) in [
            ("{\"authority\": {}}", Syntax::Json),
            ("\u{feff}\n  [1]", Syntax::Json),
            ("# a comment\nauthority:\n  router: []\n", Syntax::Yaml),
            ("---\nauthority: {}\n", Syntax::Yaml),
            ("%YAML 1.2\n---\n", Syntax::Yaml),
            ("- authority\n", Syntax::Yaml),
            ("[root@conductor ~]# pcli\nStarting the PCLI...\n", Syntax::Pcli),
            ("<?xml version='1.0'?>", Syntax::Xml),
            ("config\n    authority\n", Syntax::Pcli),
            ("authority\n    router  router1\n", Syntax::Pcli),
            ("router r1\n", Syntax::Pcli),
            ("# a comment\nservice dns\n", Syntax::Pcli),
            ("", Syntax::Pcli),
        ] {
            assert_eq!(Syntax::of_text(text), expected, "{text:?}");
        }
    }
}
