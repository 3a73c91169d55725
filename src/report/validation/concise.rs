//! `FILE:LINE:COLUMN: severity[code]: message (router NAME)`, a line a finding.

use std::fmt::Write as _;

use crate::report::findings::printable;
use crate::validate::Report;

pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    for found in &report.findings {
        if let Some(place) = &found.place {
            let at = &place.position;
            let _ = write!(text, "{}:{}:{}: ", printable(at.source), at.line, at.column);
        }
        let _ = write!(text, "{}[{}]: {}", found.severity, found.code(), printable(&found.finding.message));
        let _ = match found.subject() {
            Some(subject) => writeln!(text, " ({})", printable(&subject)),
            None => writeln!(text),
        };
    }
    text
}
