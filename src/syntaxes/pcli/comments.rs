//! Comments for this program in PCLI text.

use super::lines::Text;
use crate::model::SourceId;
use crate::syntaxes::comments::candidates;

/// In PCLI text a comment is a line of its own.
pub(crate) fn starts(text: &str) -> Vec<usize> {
    let mut starts = candidates(text);
    starts
        .retain(|at| text[..*at].trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|before| before == '\n'));
    retain_outside_lines(text, &mut starts);
    starts
}

/// Takes out of places in a text those that are on a line of the configuration: a quoted text may run over several lines.
fn retain_outside_lines(text: &str, places: &mut Vec<usize>) {
    for line in Text::new(SourceId(0), text).all_lines(8) {
        places.retain(|at| !(line.start..line.start + line.text.len()).contains(at));
        if places.last().is_none_or(|last| *last < line.start) {
            return;
        }
    }
}
