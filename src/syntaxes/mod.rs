//! The syntaxes of configurations.
//!
//! Each syntax has a folder with its reader and its printers, and a line here.

pub(crate) mod comments;
pub(crate) mod conflicts;
pub mod edits;
mod error;
pub(crate) mod json;
mod mappings;
pub(crate) mod operations;
pub(crate) mod parts;
pub(crate) mod pcli;
pub(crate) mod printed;
mod xml;
pub(crate) mod yaml;

use std::borrow::Cow;
use std::fmt;

use self::comments::Comment;
use self::edits::{Place, TextEdit};
use self::error::SyntaxError;
pub use self::error::Unprintable;
use self::parts::Parts;
use self::printed::{Inexpressible, PrintedMembers};
use crate::diagnostics::{Finding, is_invisible, is_plain};
use crate::model::block::{RawKey, RawValue};
use crate::model::tree::{FaultKind, Member, Tree};
use crate::model::{Action, ElementPath, Fix, SourceId, Span};
use crate::rules::{confusable_word, unknown_key};

/// The definition of a syntax, in its folder.
pub(crate) struct Definition {
    /// The name in messages.
    pub(crate) title: &'static str,
    /// Returns true for a text in this syntax. The text has no leading byte order mark or white
    /// space.
    pub(crate) recognizes: fn(&str) -> bool,
    /// Reads a text.
    pub(crate) read: Read,
    /// Reads a large text on all cores. `None` if the syntax has no such reader.
    pub(crate) parts: Option<Parts>,
    /// Removes the places from a sorted list of bytes where no comment can start. `None` if the
    /// syntax has no comments.
    pub(crate) retain_comments: Option<fn(&str, &mut Vec<usize>)>,
    /// Removes the places in the middle of values from a sorted list of bytes. If the text after a
    /// syntax error is unknown, the places there are removed too.
    pub(crate) retain_outside_values: fn(&str, &mut Vec<usize>),
    /// True if a text with a marker of a conflict is never valid. Then the reader looks for markers
    /// only in invalid texts.
    pub(crate) rejects_conflicts: bool,
    /// Returns the edits that make a change at a place. `None` if it cannot be made there.
    pub(crate) edits: fn(&Place<'_>, &Action) -> Option<Vec<TextEdit>>,
    /// The unit of the offsets in its spans.
    pub(crate) offsets: Offsets,
}

/// Reads a text and passes its trees to `sink`: one, or several documents of one text.
///
/// A text that is not in the syntax is a finding.
pub(crate) type Read =
    for<'s> fn(source: SourceId, text: &'s str, findings: &mut Vec<Finding>, sink: &mut (dyn FnMut(Tree<'s>) + '_));

/// The unit of the offsets of a syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offsets {
    /// Bytes.
    Bytes,
    /// Unicode characters.
    Characters,
}

/// Declares the syntaxes, one per line, with the help text and the folder of each.
macro_rules! syntaxes {
    ($(#[doc = $doc:literal] $syntax:ident: $folder:ident,)+) => {
        /// A syntax of configurations.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
        pub enum Syntax {
            $(#[doc = $doc] $syntax,)+
        }

        impl Syntax {
            /// All syntaxes.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$syntax,)+];

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

/// Declares the formats that are printed, one per line, with the title, the help text, the printer
/// and the check of each.
macro_rules! formats {
    ($(#[doc = $doc:literal] $format:ident $title:literal: $print:path, $check:path;)+) => {
        /// A syntax to print in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
        pub enum PrintFormat {
            $(#[doc = $doc] $format,)+
        }

        impl PrintFormat {
            /// All formats.
            pub const ALL: &'static [Self] = &[$(Self::$format,)+];

            /// Prints elements in this format.
            pub(crate) fn print(self, elements: &PrintedMembers<'_>) -> Result<String, Unprintable> {
                let printed = match self {
                    $(Self::$format => $print(elements),)+
                };
                printed.map_err(|Inexpressible { path, why }| Unprintable { path, format: self, why })
            }

            /// Checks that this format can express a key of a plugin block. The error is a reason
            /// of [`Unprintable`].
            fn check_key(self, key: &RawKey) -> Result<(), &'static str> {
                match self {
                    $(Self::$format => $check(key),)+
                }
            }
        }

        impl fmt::Display for PrintFormat {
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
    Pcli "PCLI text": pcli::print::nested, pcli::print::check_nested;
    /// As `show config running flat` prints it
    Flat "flat PCLI text": pcli::print::flat, pcli::print::check_flat;
    /// REST JSON with the names of the PCLI
    Json "JSON": json::print::print, json::print::check;
    /// YAML in the shape of the JSON
    Yaml "YAML": yaml::print::print, yaml::print::check;
    /// NETCONF XML
    Xml "XML": xml::print::print, xml::print::check;
}

impl PrintFormat {
    /// Checks that this format can express a key of a plugin block.
    pub(crate) fn check(self, key: &RawKey, path: &ElementPath) -> Result<(), Unprintable> {
        let unprintable = |why| Unprintable { path: path.clone(), format: self, why };
        match key.value {
            RawValue::Unexpected(_) => Err(unprintable("its value is a list or a block, and not a single value")),
            RawValue::Text { .. } | RawValue::StaticRoutes(_) => self.check_key(key).map_err(unprintable),
        }
    }
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.definition().title)
    }
}

impl Syntax {
    /// Returns the syntax of a text by its first visible characters. A text that no other syntax
    /// recognizes is PCLI text.
    pub(crate) fn of_text(text: &str) -> Self {
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
        let recognizes = |syntax: &&Self| (syntax.definition().recognizes)(text);
        Self::ALL.iter().find(recognizes).copied().unwrap_or(Self::Pcli)
    }

    /// Returns true if the syntax has comments.
    pub(crate) fn has_comments(self) -> bool {
        self.definition().retain_comments.is_some()
    }

    /// Returns the comments for this program in a source, in order. JSON and XML have none.
    pub(crate) fn comments(self, text: &str) -> Vec<Comment<'_>> {
        self.definition().retain_comments.map_or_else(Vec::new, |retain| comments::comments(text, retain))
    }
}

/// Returns a member for an element that is probably `known`: in the plural, misspelled, or with
/// characters that look alike.
pub(crate) fn misspelled<'s>(name: Cow<'s, str>, at: Span, known: &'static str) -> Member<'s> {
    let (kind, message) = if is_plain(&name) {
        (FaultKind::UnknownName(known), unknown_key::misspelt(&name, known))
    } else {
        (FaultKind::ConfusableName(known), confusable_word::message(&name, known))
    };
    let fix = Fix::rename(at, &name, known);
    Member { name, name_at: at, tree: Tree::fault(kind, at, message).with_fix(fix) }
}

/// Converts a position in a source into an offset. Larger sources are rejected before they are
/// read.
pub(crate) fn offset(position: usize) -> u32 {
    u32::try_from(position).expect("a source is smaller than 4 GiB")
}

/// Returns the number of blanks at the start of a line, for syntaxes whose indentation has no
/// meaning.
pub(crate) fn indentation(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::Syntax;

    #[test]
    fn the_content_decides_the_syntax() {
        for (text, expected) in [
            ("{\"authority\": {}}", Syntax::Json),
            ("\u{feff}\n  [1]", Syntax::Json),
            ("# a comment\nauthority:\n  router: []\n", Syntax::Yaml),
            ("---\nauthority: {}\n", Syntax::Yaml),
            ("%YAML 1.2\n---\n", Syntax::Yaml),
            ("- authority\n", Syntax::Yaml),
            ("[root@conductor ~]# pcli\nStarting the PCLI...\n", Syntax::Pcli),
            ("<?xml version='1.0'?>", Syntax::Xml),
            ("?xml version='1.0'?>", Syntax::Xml),
            ("\u{200b}<config>", Syntax::Xml),
            ("\u{ad}{}", Syntax::Json),
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
