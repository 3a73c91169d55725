//! One line per finding: `FILE:LINE:COLUMN: severity[code]: message (router NAME)`.

use std::fmt::Write as _;

use crate::commands::printable::printable;
use crate::commands::validate::report::Report;

pub(crate) fn render(report: &Report<'_>, _styled: bool) -> String {
    let mut text = String::new();
    for found in &report.findings {
        if let Some(place) = &found.place {
            let at = &place.position;
            let _ = write!(text, "{}:{}:{}: ", printable(at.source), at.line, at.column);
        }
        let _ = write!(text, "{}[{}]: {}", found.severity, found.rule(), printable(&found.finding.message));
        let _ = match found.subject() {
            Some(subject) => writeln!(text, " ({})", printable(&subject)),
            None => writeln!(text),
        };
    }
    text
}
