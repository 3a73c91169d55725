//! PCLI text, nested and flat.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::elements::{BLOCK, Elements, STATIC_ROUTE};
use crate::model::block::{RawKey, RawValue};
use crate::model::element_path::Step;
use crate::syntaxes::printed::{Inexpressible, PrintedElement, PrintedMembers, key_of};

/// Prints elements as `show config running` does: values in a column, and an empty line before a
/// block.
pub(in crate::syntaxes) fn nested(elements: &PrintedMembers<'_>) -> Result<String, Inexpressible> {
    let mut text = String::from("config\n");
    block(&mut text, elements, 4);
    text.push_str("exit\n");
    Ok(text)
}

fn block(text: &mut String, elements: &PrintedMembers<'_>, indent: usize) {
    let words: Vec<String> = elements.iter().map(|(name, _)| keyword(name)).collect();
    let width = words.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let padded = |name: &str| format!("{:indent$}{name:width$}", "");
    for ((_, element), name) in elements.iter().zip(&words) {
        let name = padded(name);
        match element {
            PrintedElement::Leaf(value) => line(text, &name, &word(value)),
            PrintedElement::LeafList(values) => values.iter().for_each(|value| line(text, &name, &word(value))),
            PrintedElement::Container(inner) => nested_block(text, &name, "", inner, indent),
            PrintedElement::List(entries) => {
                for entry in entries {
                    nested_block(text, &name, &word_of_key(entry), entry, indent);
                }
            }
        }
    }
}

/// Prints a block in a block, with its line and its `exit`.
fn nested_block(text: &mut String, name: &str, key: &str, elements: &PrintedMembers<'_>, indent: usize) {
    text.push('\n');
    line(text, name, key);
    block(text, elements, indent + 4);
    writeln!(text, "{:indent$}exit", "").expect("a string takes all");
}

fn line(text: &mut String, name: &str, value: &str) {
    let line = format!("{name}  {value}");
    writeln!(text, "{}", line.trim_end_matches(' ')).expect("a string takes all");
}

/// Prints elements as `show config running flat` does: each value with its whole path.
pub(in crate::syntaxes) fn flat(elements: &PrintedMembers<'_>) -> Result<String, Inexpressible> {
    let mut text = String::new();
    paths(&mut text, elements, "config");
    Ok(text)
}

/// Checks that nested PCLI text can express a key of a plugin block: it can express every key.
pub(in crate::syntaxes) fn check_nested(_key: &RawKey) -> Result<(), &'static str> {
    Ok(())
}

/// Checks that flat PCLI text can express a key of a plugin block. Only its address identifies an
/// entry.
pub(in crate::syntaxes) fn check_flat(key: &RawKey) -> Result<(), &'static str> {
    let RawValue::StaticRoutes(routes) = &key.value else { return Ok(()) };
    let mut addresses = HashSet::new();
    if routes.iter().any(|route| !addresses.insert(route.address.value.as_str())) {
        return Err("two of its entries have the same address and would be merged");
    }
    Ok(())
}

fn paths(text: &mut String, elements: &PrintedMembers<'_>, path: &str) {
    for (name, element) in elements {
        let name = keyword(name);
        let mut line = |value: &str| writeln!(text, "{path} {name}  {value}").expect("a string takes all");
        match element {
            PrintedElement::Leaf(value) => line(&word(value)),
            PrintedElement::LeafList(values) => values.iter().for_each(|value| line(&word(value))),
            PrintedElement::Container(inner) => {
                let path = format!("{path} {name}");
                if inner.is_empty() {
                    writeln!(text, "{path}").expect("a string takes all");
                }
                paths(text, inner, &path);
            }
            PrintedElement::List(entries) => {
                for entry in entries {
                    paths(text, entry, &format!("{path} {name} {}", word_of_key(entry)));
                }
            }
        }
    }
}

/// Prints a leaf with the path of the steps to it.
pub(crate) fn leaf(steps: &[&Step], value: Option<&str>) -> String {
    let step = |step: &&Step| {
        let name = keyword(step.element.name());
        step.key.as_ref().map_or_else(|| name.clone(), |key| format!("{name} {}", word(key)))
    };
    let value = value.map(word);
    steps.iter().map(step).chain(value).collect::<Vec<_>>().join(" ")
}

fn word_of_key(entry: &PrintedMembers<'_>) -> String {
    match entry.first() {
        Some((_, PrintedElement::Leaf(_))) => word(key_of(entry)),
        _ => String::new(),
    }
}

/// Prints the name of an element.
///
/// A name that would abbreviate an element of the plugin block is quoted, and so is a command.
pub(super) fn keyword(name: &str) -> String {
    let is_name = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let abbreviates =
        |elements: &Elements| elements.known.iter().any(|known| known.name.starts_with(name) && known.name != name);
    let is_known = BLOCK.find(name).is_some() || STATIC_ROUTE.find(name).is_some();
    let is_command = matches!(name, "exit" | "delete");
    let is_plain = is_name && !is_command && (is_known || !abbreviates(&BLOCK) && !abbreviates(&STATIC_ROUTE));
    if is_plain { name.to_owned() } else { quoted(name) }
}

/// Prints a value or a key. `static-entry` as a value is quoted, because it is also a list.
pub(super) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '@' | '+' | '*');
    let is_name_of_list = text == "static-entry";
    if !text.is_empty() && text.chars().all(is_plain) && !is_name_of_list { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
