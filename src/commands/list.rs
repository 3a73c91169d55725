//! Lists of minions as text: the first ones, and the number of the others.

use super::printable::printable;

/// The most minions that a list names.
const NAMED: usize = 20;

/// The most characters of a reason.
const REASON: usize = 200;

/// Adds a list, one line for each item.
pub(crate) fn push_list(text: &mut String, items: impl ExactSizeIterator<Item = String>) {
    let more = items.len().saturating_sub(NAMED);
    items.take(NAMED).for_each(|item| *text += &format!("  {item}\n"));
    if more > 0 {
        *text += &format!("  and {more} more\n");
    }
}

/// Returns a reason of any length in one short line.
pub(crate) fn shortened(reason: &str) -> String {
    let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = printable(&line).chars().take(REASON).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}
