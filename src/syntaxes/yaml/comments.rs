//! Comments for this program in YAML.

use super::scalars::scalars;

/// Keeps the bytes where comments may start: after white space, and outside of scalars.
pub(super) fn retain(text: &str, starts: &mut Vec<usize>) {
    starts.retain(|at| *at == 0 || text.as_bytes()[at - 1].is_ascii_whitespace());
    // After a syntax error there are no findings that a comment could silence.
    let mut scalars = scalars(text).map_while(Result::ok).map(|(bytes, _)| bytes).peekable();
    starts.retain(|at| {
        while scalars.next_if(|scalar| scalar.end <= *at).is_some() {}
        scalars.peek().is_none_or(|scalar| *at < scalar.start)
    });
}
