//! The value on the line of a leaf.

use std::net::Ipv4Addr;

use crate::model::tree::{FaultKind, Tree};
use crate::syntaxes::pcli::words::Word;

/// The message about a quoted text without its end.
pub(super) const UNCLOSED_QUOTE: &str = "quoted text without an end; add the closing `\"`";

/// Reads the only value of a leaf from the words of its line.
pub(super) fn one_value<'s>(name: &str, words: &[Word<'s>]) -> Tree<'s> {
    let comment = words.iter().skip(2).position(Word::starts_comment);
    let words = &words[..comment.map_or(words.len(), |index| index + 2)];
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
        [_, value, surplus, ..] => {
            let hint = with_length(&value.text, &surplus.text).map_or_else(
                || "quote a value with spaces, and repeat the line for another value".to_owned(),
                |prefix| format!("write a netmask as the length of the prefix: `{prefix}`"),
            );
            format!("`{name}` takes one value; {hint}")
        }
        _ => format!("missing value of `{name}`; add it on the same line"),
    };
    Tree::fault(FaultKind::Syntax, words.get(2).or(words.get(1)).unwrap_or(&words[0]).at, message)
}

/// Returns true for a text that the product prints instead of a secret or of a long text.
fn is_hidden(value: &str) -> bool {
    value == "(removed)" || value.starts_with("(text/") && value.ends_with(')')
}

/// Returns an IPv4 address with the length of a prefix instead of a netmask, or `None` if the
/// words are not an address and a netmask.
pub(super) fn with_length(address: &str, netmask: &str) -> Option<String> {
    let netmask = u32::from(netmask.parse::<Ipv4Addr>().ok()?);
    let address: Ipv4Addr = address.parse().ok()?;
    let length = netmask.leading_ones();
    (length == netmask.count_ones()).then(|| format!("{address}/{length}"))
}

#[cfg(test)]
mod tests {
    use super::with_length;

    #[test]
    fn a_netmask_is_the_length_of_a_prefix() {
        for (address, netmask, expected) in [
            ("10.0.0.0", "255.0.0.0", Some("10.0.0.0/8")),
            ("192.0.2.7", "255.255.255.255", Some("192.0.2.7/32")),
            ("0.0.0.0", "0.0.0.0", Some("0.0.0.0/0")),
            ("192.0.2.0", "255.0.255.0", None),
            ("192.0.2.0", "0.0.0.255", None),
            ("192.0.2.0/24", "255.255.255.0", None),
            ("dns", "server", None),
        ] {
            assert_eq!(with_length(address, netmask).as_deref(), expected, "{address} {netmask}");
        }
    }
}
