//! YAML that has the same meaning in versions 1.1 and 1.2.
//!
//! Existing serializers write `on` and `1:30` without quotes, as YAML 1.2 allows. YAML 1.1 tools
//! read these as a boolean and as 90.

use std::fmt::Write as _;

use crate::model::block::RawKey;
use crate::syntaxes::printed::{Inexpressible, PrintedElement, PrintedMembers, is_typed};
use crate::syntaxes::yaml::contested::contested;

/// Prints elements as a mapping.
pub(in crate::syntaxes) fn print(elements: &PrintedMembers<'_>) -> Result<String, Inexpressible> {
    let mut text = String::new();
    members(&mut text, elements, 0, false);
    Ok(text)
}

/// Checks that YAML can express a key of a plugin block.
///
/// A YAML key on one line has at most 1024 characters, escapes included (YAML 1.2, section 7.4).
pub(in crate::syntaxes) fn check(key: &RawKey) -> Result<(), &'static str> {
    if key.name.chars().count() > 128 {
        return Err("its name has more than 128 characters");
    }
    Ok(())
}

/// Prints the members of a mapping. If the line `is_started`, the first member continues it.
fn members(text: &mut String, elements: &PrintedMembers<'_>, indent: usize, is_started: bool) {
    for (index, (name, element)) in elements.iter().enumerate() {
        if index > 0 || !is_started {
            text.extend(std::iter::repeat_n(' ', indent));
        }
        text.push_str(&scalar(name));
        text.push(':');
        match element {
            PrintedElement::Leaf(value) if is_typed(name, value) => {
                writeln!(text, " {value}").expect("a string takes all")
            }
            PrintedElement::Leaf(value) => writeln!(text, " {}", scalar(value)).expect("a string takes all"),
            PrintedElement::LeafList(values) => {
                text.push('\n');
                for value in values {
                    writeln!(text, "{:indent$}  - {}", "", scalar(value)).expect("a string takes all");
                }
            }
            PrintedElement::Container(inner) if inner.is_empty() => text.push_str(" {}\n"),
            PrintedElement::Container(inner) => {
                text.push('\n');
                members(text, inner, indent + 2, false);
            }
            PrintedElement::List(entries) => {
                text.push('\n');
                for entry in entries {
                    text.extend(std::iter::repeat_n(' ', indent + 2));
                    text.push_str("- ");
                    members(text, entry, indent + 4, true);
                }
            }
        }
    }
}

/// Prints a text as a scalar, without quotes if all versions of YAML read it as this text.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let is_plain_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(is_plain_char);
    let is_address = text.parse::<std::net::Ipv4Addr>().is_ok() || text.parse::<ipnet::Ipv4Net>().is_ok();
    let has_type = ["null", "true", "false", "y", "n"].iter().any(|word| text.eq_ignore_ascii_case(word));
    (is_word || is_address) && !has_type && contested(text).is_none()
}

pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            // Readers may take these for line breaks, or reject them.
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => escape(&mut quoted, c),
            c if c.is_control() => escape(&mut quoted, c),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(text: &mut String, c: char) {
    write!(text, "\\u{:04x}", u32::from(c)).expect("a string takes all");
}
