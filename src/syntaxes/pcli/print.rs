//! PCLI text, nested and flat.

use std::fmt::Write as _;

use crate::elements::{BLOCK, Elements, STATIC_ROUTE};
use crate::model::element_path::Step;
use crate::syntaxes::Unprintable;
use crate::syntaxes::printed::{Element, Members};

/// As `show config running` prints it: values in a column, an empty line before a block.
pub(crate) fn nested(elements: &Members<'_>) -> Result<String, Unprintable> {
    let mut text = String::from("config\n");
    block(&mut text, elements, 4);
    text.push_str("exit\n");
    Ok(text)
}

fn block(text: &mut String, elements: &Members<'_>, indent: usize) {
    let words: Vec<String> = elements.iter().map(|(name, _)| keyword(name)).collect();
    let width = words.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let line = |name: &str, value: &str, is_block: bool, text: &mut String| {
        if is_block {
            text.push('\n');
        }
        let line = format!("{:indent$}{name:width$}  {value}", "");
        writeln!(text, "{}", line.trim_end_matches(' ')).expect("a string takes all");
    };
    for ((_, element), name) in elements.iter().zip(&words) {
        match element {
            Element::Leaf(value) => line(name, &word(value), false, text),
            Element::LeafList(values) => values.iter().for_each(|value| line(name, &word(value), false, text)),
            Element::Container(inner) => {
                line(name, "", true, text);
                block(text, inner, indent + 4);
                writeln!(text, "{:indent$}exit", "").expect("a string takes all");
            }
            Element::List(entries) => {
                for entry in entries {
                    line(name, &key(entry), true, text);
                    block(text, entry, indent + 4);
                    writeln!(text, "{:indent$}exit", "").expect("a string takes all");
                }
            }
        }
    }
}

/// As `show config running flat` prints it: each value with its whole path.
pub(crate) fn flat(elements: &Members<'_>) -> Result<String, Unprintable> {
    let mut text = String::new();
    paths(&mut text, elements, "config");
    Ok(text)
}

fn paths(text: &mut String, elements: &Members<'_>, path: &str) {
    for (name, element) in elements {
        let name = keyword(name);
        let mut line = |value: &str| writeln!(text, "{path} {name}  {value}").expect("a string takes all");
        match element {
            Element::Leaf(value) => line(&word(value)),
            Element::LeafList(values) => values.iter().for_each(|value| line(&word(value))),
            Element::Container(inner) => {
                let path = format!("{path} {name}");
                if inner.is_empty() {
                    writeln!(text, "{path}").expect("a string takes all");
                }
                paths(text, inner, &path);
            }
            Element::List(entries) => {
                for entry in entries {
                    paths(text, entry, &format!("{path} {name} {}", key(entry)));
                }
            }
        }
    }
}

/// Prints a leaf by the steps to it.
pub(crate) fn leaf(steps: &[&Step], value: Option<&str>) -> String {
    let step = |step: &&Step| {
        let name = keyword(step.element.name());
        step.key.as_ref().map_or_else(|| name.clone(), |key| format!("{name} {}", word(key)))
    };
    let value = value.map(word);
    steps.iter().map(step).chain(value).collect::<Vec<_>>().join(" ")
}

fn key(entry: &Members<'_>) -> String {
    match entry.first() {
        Some((_, Element::Leaf(key))) => word(key),
        _ => String::new(),
    }
}

/// An element's name. One that the block does not have is quoted, so that it is not taken for the start of one that it has.
fn keyword(name: &str) -> String {
    let is_name = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let abbreviates =
        |elements: &Elements| elements.known.iter().any(|(known, _)| known.starts_with(name) && *known != name);
    let is_known = BLOCK.find(name).is_some() || STATIC_ROUTE.find(name).is_some();
    let is_command = matches!(name, "exit" | "delete");
    let is_plain = is_name && !is_command && (is_known || !abbreviates(&BLOCK) && !abbreviates(&STATIC_ROUTE));
    if is_plain { name.to_owned() } else { quoted(name) }
}

fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '@' | '+' | '*');
    let is_name_of_list = text == "static-entry";
    if !text.is_empty() && text.chars().all(is_plain) && !is_name_of_list { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
