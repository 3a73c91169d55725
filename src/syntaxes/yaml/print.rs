//! YAML that means the same in its versions 1.1 and 1.2. The serializers that there are write `on` and `1:30` without quotes, as
//! 1.2 allows, and tools of 1.1 read a boolean and 90.

use std::fmt::Write as _;

use crate::syntaxes::Unprintable;
use crate::syntaxes::printed::{Element, Members, is_typed};
use crate::syntaxes::yaml::contested;

pub(crate) fn print(elements: &Members<'_>) -> Result<String, Unprintable> {
    let mut text = String::new();
    members(&mut text, elements, 0, false);
    Ok(text)
}

/// The members of a mapping, a line or more each; the first one may go on a line that has been started.
fn members(text: &mut String, elements: &Members<'_>, indent: usize, is_started: bool) {
    for (index, (name, element)) in elements.iter().enumerate() {
        if index > 0 || !is_started {
            text.extend(std::iter::repeat_n(' ', indent));
        }
        text.push_str(&scalar(name));
        text.push(':');
        match element {
            Element::Leaf(value) if is_typed(name, value) => writeln!(text, " {value}").expect("a string takes all"),
            Element::Leaf(value) => writeln!(text, " {}", scalar(value)).expect("a string takes all"),
            Element::LeafList(values) => {
                text.push('\n');
                for value in values {
                    writeln!(text, "{:indent$}  - {}", "", scalar(value)).expect("a string takes all");
                }
            }
            Element::Container(inner) if inner.is_empty() => text.push_str(" {}\n"),
            Element::Container(inner) => {
                text.push('\n');
                members(text, inner, indent + 2, false);
            }
            Element::List(entries) => {
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

/// A text as a scalar: plain where no version of YAML takes it for anything else.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(is_plain);
    let is_address = text.parse::<std::net::Ipv4Addr>().is_ok() || text.parse::<ipnet::Ipv4Net>().is_ok();
    let means_more = ["null", "true", "false", "y", "n"].iter().any(|word| text.eq_ignore_ascii_case(word));
    if (is_word || is_address) && !means_more && contested(text).is_none() {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            // What a reader may take for a line break, or not take at all.
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
