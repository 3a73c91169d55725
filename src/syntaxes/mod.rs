//! The syntaxes that configurations are kept in. Each has a folder with its reader and its printers, and a line here.

pub(crate) mod comments;
pub(crate) mod json;
mod mappings;
pub(crate) mod pcli;
pub(crate) mod printed;
mod xml;
pub(crate) mod yaml;

use std::borrow::Cow;
use std::fmt;

use self::printed::Members;
use crate::diagnostics::Finding;
use crate::model::tree::{FaultKind, Member, Tree};
use crate::model::{ElementPath, SourceId, Span};
use crate::rules::unknown_key;

/// A syntax as its folder defines it.
pub(crate) struct Definition {
    /// The name in messages.
    pub(crate) title: &'static str,
    /// Returns true for a text in this syntax, given without a byte order mark and white space in front.
    pub(crate) recognizes: fn(&str) -> bool,
    /// Reads a text.
    pub(crate) read: Read,
    /// Returns the bytes where comments start that are for this program.
    pub(crate) comments: fn(&str) -> Vec<usize>,
    /// The unit of the offsets in its spans.
    pub(crate) offsets: Offsets,
}

/// Reads a text into trees for `sink`: one, or several that belong together. Text that is not in the syntax is a finding.
///
/// With `whole`, there is one tree or none.
pub(crate) type Read = for<'s> fn(
    source: SourceId,
    text: &'s str,
    whole: bool,
    findings: &mut Vec<Finding>,
    sink: &mut (dyn FnMut(Tree<'s>) + '_),
) -> Trees;

/// Tells whether the trees of a text count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trees {
    /// They do.
    Valid,
    /// They must be discarded, and the text read again as a whole.
    Void,
}

/// The unit of a syntax's offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offsets {
    /// Bytes.
    Bytes,
    /// Unicode characters.
    Characters,
}

/// Declares the syntaxes: a line each, with its help text and its folder.
macro_rules! syntaxes {
    ($(#[doc = $doc:literal] $syntax:ident: $folder:ident,)+) => {
        /// A syntax that configurations are read in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
        pub enum Syntax {
            $(#[doc = $doc] $syntax,)+
        }

        impl Syntax {
            /// All syntaxes.
            pub const ALL: &'static [Self] = &[$(Self::$syntax,)+];

            /// Returns the definition in the syntax's folder.
            pub(crate) fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$syntax => &$folder::SYNTAX,)+
                }
            }
        }
    };
}

syntaxes! {
    /// REST JSON, in any of its dialects
    Json: json,
    /// YAML in the shapes of the JSON
    Yaml: yaml,
    /// The text of `show config running`, nested or flat, or a session
    Pcli: pcli,
    /// NETCONF XML, as in an export
    Xml: xml,
}

/// Declares the formats that are printed: a line each, with its title, its help text and its printer.
macro_rules! formats {
    ($(#[doc = $doc:literal] $format:ident $title:literal: $print:path,)+) => {
        /// A syntax to print in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
        pub enum Format {
            $(#[doc = $doc] $format,)+
        }

        impl Format {
            /// All formats.
            pub const ALL: &'static [Self] = &[$(Self::$format,)+];

            /// Prints elements.
            pub(crate) fn print(self, elements: &Members<'_>) -> Result<String, Unprintable> {
                match self {
                    $(Self::$format => $print(elements),)+
                }
            }
        }

        impl fmt::Display for Format {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$format => $title,)+
                })
            }
        }
    };
}

formats! {
    /// As `show config running` prints it
    Pcli "PCLI text": pcli::print::nested,
    /// As `show config running flat` prints it
    Flat "flat PCLI text": pcli::print::flat,
    /// REST JSON with the names of the PCLI
    Json "JSON": json::print::print,
    /// YAML in the shape of the JSON
    Yaml "YAML": yaml::print::print,
    /// NETCONF XML
    Xml "XML": xml::print::print,
}

/// An element that a syntax cannot express.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} cannot be written in {format}: {why}")]
pub struct Unprintable {
    /// The element.
    pub path: ElementPath,
    /// The syntax.
    pub format: Format,
    /// The reason.
    pub why: &'static str,
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.definition().title)
    }
}

impl Syntax {
    /// Returns the syntax that a text is in, judged by its first characters. A text that no other syntax recognizes is PCLI text.
    pub(crate) fn of_text(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let recognizes = |syntax: &&Self| (syntax.definition().recognizes)(text);
        Self::ALL.iter().find(recognizes).copied().unwrap_or(Self::Pcli)
    }
}

/// Returns the fault in place of an element that is probably `known`.
pub(crate) fn plural<'s>(name: Cow<'s, str>, at: Span, known: &str) -> Member<'s> {
    let message = unknown_key::misspelt(&name, known);
    Member { name, name_at: at, tree: Tree::fault(FaultKind::UnknownName, at, message) }
}

/// An offset in a source; [`add_source`] has seen to it that all fit.
pub(crate) fn offset(position: usize) -> u32 {
    u32::try_from(position).expect("a source is smaller than 4 GiB")
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
