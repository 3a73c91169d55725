//! Comments for this program in YAML.

use super::scalars::scalars;
use crate::syntaxes::comments::candidates;

/// Returns the bytes where comments start: after white space, and outside of scalars.
pub(super) fn starts(text: &str) -> Vec<usize> {
    let mut starts = candidates(text);
    starts.retain(|at| *at == 0 || text.as_bytes()[at - 1].is_ascii_whitespace());
    // After a syntax error there are no findings that a comment could silence.
    let mut scalars = scalars(text).map_while(Result::ok).map(|(bytes, _)| bytes).peekable();
    starts.retain(|at| {
        while scalars.next_if(|scalar| scalar.end <= *at).is_some() {}
        scalars.peek().is_none_or(|scalar| *at < scalar.start)
    });
    starts
}
