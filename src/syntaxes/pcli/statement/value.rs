//! The value on the line of a leaf.

use crate::model::tree::{FaultKind, Tree};
use crate::syntaxes::pcli::lines::Word;

/// The message about a quoted text without its end.
pub(super) const UNCLOSED_QUOTE: &str = "quoted text without an end; add the closing `\"`";

/// Reads the only value of a leaf from the words of its line.
pub(super) fn one_value<'s>(name: &str, words: &[Word<'s>]) -> Tree<'s> {
    let message = match words {
        [_, value] if value.is_open => UNCLOSED_QUOTE.to_owned(),
        [_, value] if value.quoted => return value.to_tree(),
        [_, value] if is_hidden(&value.text) => {
            format!("the value of `{name}` was removed from this text; add it, or remove the line")
        }
        [_, value] if value.text.starts_with(['“', '”', '„', '‘', '’']) => {
            "invalid quotation mark: write `\"` instead of a typographic one".to_owned()
        }
        [_, value] => return value.to_tree(),
        [_, _, ..] => {
            format!("`{name}` takes one value; quote a value with spaces, and repeat the line for another value")
        }
        _ => format!("missing value of `{name}`; add it on the same line"),
    };
    Tree::fault(FaultKind::Syntax, words.get(2).or(words.get(1)).unwrap_or(&words[0]).at, message)
}

/// Returns true for a text that the product prints instead of a secret or of a long text.
fn is_hidden(value: &str) -> bool {
    value == "(removed)" || value.starts_with("(text/") && value.ends_with(')')
}
