//! Misspelled names as patterns (ECMA 262), for the schema of an authority.

use super::names::{OTHER_NAMES, camel_case};
use super::{KnownElement, Shape};

/// Returns a pattern of the misspelled forms of a name: with one typing error, in the plural,
/// different in case, `-` and `_`, or together with its value. It matches no correct spelling.
///
/// It omits two typing errors in a long name, and characters that look alike. They would take
/// kilobytes.
pub(crate) fn misspellings(known: &KnownElement) -> String {
    let spellings: Vec<String> = spellings(known.name).collect();
    let mut forms: Vec<String> = spellings.iter().map(|name| typing_errors(name)).collect();
    if matches!(known.shape, Shape::List { .. } | Shape::LeafList) {
        forms.extend(spellings.iter().flat_map(|name| plurals(name)));
    }
    // YAML reads `permission:deny` as one name.
    forms.extend(spellings.iter().map(|name| format!("{name}[: ].*")));
    let correct: Vec<String> = spellings.iter().map(|name| format!("{name}$")).collect();
    format!("^(?:{}|(?:.*:)?(?!{}){})$", forms.join("|"), correct.join("|"), any_case(known.name))
}

/// Returns the correct spellings of a name: kebab-case, and camelCase if it is different.
pub(crate) fn spellings(name: &str) -> impl Iterator<Item = String> {
    let camel = camel_case(name);
    [Some(name.to_owned()), Some(camel).filter(|camel| camel != name)].into_iter().flatten()
}

/// Returns a pattern of the names with one typing error. Other names that are similar to a short
/// name are excluded.
fn typing_errors(name: &str) -> String {
    let others: Vec<String> =
        OTHER_NAMES.iter().filter(|other| other.len() == name.len()).map(|other| format!("{other}$")).collect();
    let others = if others.is_empty() { String::new() } else { format!("(?!{})", others.join("|")) };
    others + &one_error(name)
}

/// Returns a pattern of the texts with one letter dropped, replaced, inserted, or swapped with the
/// next one.
fn one_error(text: &str) -> String {
    let Some((first, rest)) = split_first(text) else { return ".".to_owned() };
    let mut forms = vec![format!("[^{first}]?{rest}"), format!(".{text}")];
    if let Some((second, rest)) = split_first(rest).filter(|(second, _)| *second != first) {
        forms.push(format!("{second}{first}{rest}"));
    }
    forms.push(format!("{first}{}", one_error(rest)));
    format!("(?:{})", forms.join("|"))
}

fn plurals(name: &str) -> Vec<String> {
    let of_stem = name.strip_suffix('y').map(|stem| format!("{stem}ies"));
    of_stem.into_iter().chain([format!("{name}e?s")]).collect()
}

/// Returns a pattern of the spellings that differ in case, `-` and `_`.
fn any_case(name: &str) -> String {
    let letters = name.chars().filter(|c| *c != '-');
    letters.map(|c| format!("[{c}{}][-_]*", c.to_ascii_uppercase())).collect()
}

fn split_first(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    Some((first, &text[first.len_utf8()..]))
}
