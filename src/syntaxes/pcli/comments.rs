//! Comments for this program in PCLI text.

use super::lines::PcliText;
use crate::model::SourceId;

/// Keeps the bytes where comments may start: on a line by themselves, or after the content of a
/// line. Within a line, a `#` is part of a quoted text or of a value.
pub(super) fn retain(text: &str, starts: &mut Vec<usize>) {
    let mut lines = PcliText::new(SourceId(0), text).all_lines(8).peekable();
    starts.retain(|at| {
        while lines.next_if(|line| line.start + line.text.len() <= *at).is_some() {}
        lines.peek().is_none_or(|line| *at < line.start)
    });
}
