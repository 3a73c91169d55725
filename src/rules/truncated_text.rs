//! `truncated-text`: PCLI text that ends inside blocks.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("truncated-text", Error, "PCLI text that ends inside blocks.");

/// The maximum number of blocks that a message names.
const MOST_BLOCKS: usize = 12;

/// Returns the finding about the last line of a text. `open` are the blocks that it ends in, from
/// the outermost one.
pub(crate) fn at(at: Span, open: &[String]) -> Finding {
    // One name more is as short as its number.
    let more = if open.len() > MOST_BLOCKS + 1 { open.len() - MOST_BLOCKS } else { 0 };
    let mut names: Vec<String> = open.iter().skip(more).map(|block| format!("`{block}`")).collect();
    if more > 0 {
        names.insert(0, format!("{more} outer blocks"));
    }
    let last = names.pop().unwrap_or_default();
    let blocks = if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) };
    let message = format!(
        "the text ends inside {blocks}; is it cut off? copy all of it, or add the missing `exit` of each block"
    );
    Finding::of_authority(&RULE, message).at(at)
}
