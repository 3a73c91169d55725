//! The code in tags: only its syntax is checked. Nothing is evaluated.

use std::ops::Range;

use minijinja::Environment;

use crate::commands::salt_setup::top::fault::Fault;

/// Checks the expression of `{{ … }}`.
pub(super) fn check_expression(text: &str, code: &Range<usize>) -> Result<(), Fault> {
    // In parentheses, as a list without them is a tuple too.
    check(text, code, "{{(", ")}}")
}

/// Checks the expression of an `if` or `elif`.
pub(super) fn check_condition(text: &str, code: &Range<usize>) -> Result<(), Fault> {
    check(text, code, "{% if ", " %}{% endif %}")
}

/// Checks the code of a `for`.
pub(super) fn check_loop(text: &str, code: &Range<usize>) -> Result<(), Fault> {
    check(text, code, "{% for ", " %}{% endfor %}")
}

/// Checks the code of a `set` with a value.
pub(super) fn check_assignment(text: &str, code: &Range<usize>) -> Result<(), Fault> {
    check(text, code, "{% set ", " %}")
}

/// Returns true if the code of a `set` has a value. Without one, the tag opens a block.
pub(super) fn has_assignment(code: &str) -> bool {
    assignment(code).is_some()
}

/// Returns true if a tag may give a variable a value that the text after it sees. The variables of
/// a loop, of `with` and of a call end with their block.
pub(super) fn binds(tag: &str, code: &str, variable: &str) -> bool {
    let after = |word: &str| code.rsplit_once(word).map_or(code, |(_, names)| names);
    let names = match tag {
        "set" => &code[..assignment(code).unwrap_or(code.len())],
        "macro" => code.split('(').next().unwrap_or_default(),
        "from" => after(" import "),
        "import" | "import_yaml" | "import_json" | "import_text" | "load_yaml" | "load_json" | "load_text" => {
            after(" as ")
        }
        _ => return false,
    };
    names.split(|c: char| !c.is_alphanumeric() && c != '_').any(|name| name == variable)
}

/// Returns the offset of the `=` of a `set` with a value.
fn assignment(code: &str) -> Option<usize> {
    let (mut depth, mut quote, mut previous) = (0_usize, None, ' ');
    let mut characters = code.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, '=') => {
                let is_comparison =
                    "=!<>".contains(previous) || characters.peek().is_some_and(|(_, next)| *next == '=');
                if depth == 0 && !is_comparison {
                    return Some(at);
                }
            }
            (None, _) => {}
        }
        previous = character;
    }
    None
}

fn check(text: &str, code: &Range<usize>, before: &str, after: &str) -> Result<(), Fault> {
    let code_text = &text[code.clone()];
    let at = code.start + code_text.len() - code_text.trim_start().len();
    let template = [before, code_text, after].concat();
    match Environment::empty().template_from_str(&template) {
        Ok(_) if !code_text.trim().is_empty() => Ok(()),
        _ => Err(Fault::new(at, format!("invalid expression {:?} in a template tag", code_text.trim()))),
    }
}

#[cfg(test)]
mod tests {
    use super::{binds, has_assignment};

    #[test]
    fn a_tag_that_gives_a_variable_a_value_is_known() {
        for (tag, code) in [
            ("set", " saltenv = 'dev' "),
            ("set", " a,saltenv='', 'dev' "),
            ("set", " saltenv "),
            ("set", " saltenv | upper "),
            ("macro", " saltenv(a) "),
            ("from", " 'env' import a as saltenv, b "),
            ("import", " 'env'\tas saltenv"),
            ("import_text", " 'env' as saltenv "),
            ("load_yaml", " as saltenv "),
        ] {
            assert!(binds(tag, code, "saltenv"), "{tag} {code}");
        }
        for (tag, code) in [
            ("set", " env = saltenv "),
            ("set", " saltenvs = [] "),
            ("if", " saltenv == 'dev' "),
            ("for", " saltenv in ['dev'] "),
            ("macro", " env(saltenv) "),
            ("import_yaml", " saltenv ~ '.yaml' as env "),
            ("from", " saltenv ~ '.jinja' import env "),
        ] {
            assert!(!binds(tag, code, "saltenv"), "{tag} {code}");
        }
    }

    #[test]
    fn a_set_without_a_value_opens_a_block() {
        for code in [" x = 1 ", " a, b = c", " x='='", " x = y == z", " n.x = '\\''"] {
            assert!(has_assignment(code), "{code}");
        }
        for code in [" x ", " x | replace('=', '')", " x | f(a=1)", " x | f(\"'=\")"] {
            assert!(!has_assignment(code), "{code}");
        }
    }
}
