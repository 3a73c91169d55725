//! Comments for this program in PCLI text.

use super::lines::PcliText;
use crate::model::SourceId;
use crate::syntaxes::comments::candidates;

/// Returns the bytes where comments start. In PCLI text a comment is on a line by itself.
pub(super) fn starts(text: &str) -> Vec<usize> {
    let mut starts = candidates(text);
    starts
        .retain(|at| text[..*at].trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|before| before == '\n'));
    retain_outside_lines(text, &mut starts);
    starts
}

/// Removes places on lines of the configuration: a quoted text may run over several lines.
fn retain_outside_lines(text: &str, places: &mut Vec<usize>) {
    for line in PcliText::new(SourceId(0), text).all_lines(8) {
        places.retain(|at| !(line.start..line.start + line.text.len()).contains(at));
        if places.last().is_none_or(|last| *last < line.start) {
            return;
        }
    }
}
