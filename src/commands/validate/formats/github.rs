//! Workflow commands of GitHub Actions, one for each finding:
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
//!
//! Text of a configuration is escaped twice. The first step makes it printable, so it cannot forge
//! a line of a log. The second step is the escape that the commands require.

use std::fmt::Write as _;

use crate::commands::printable::printable;
use crate::commands::validate::report::Report;
use crate::diagnostics::Severity;

pub(crate) fn render(report: &Report<'_>, _styled: bool) -> String {
    let mut text = String::new();
    for found in &report.findings {
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "notice",
        };
        let _ = write!(text, "::{command} ");
        let at = report.position(found);
        let _ = write!(text, "file={},line={},", property(&report.path(at.source)), at.line);
        // Columns are allowed on a single line only. `endColumn` is the last character itself.
        let one_line = at.line == at.end_line;
        let _ = write!(text, "endLine={},", at.end_line);
        if one_line {
            let _ = write!(text, "col={},endColumn={},", at.column, at.column.max(at.end_column - 1));
        }
        let subject = found.subject().map_or(String::new(), |subject| format!(" ({subject})"));
        let fix = found.fix.as_ref().map_or(String::new(), |fix| format!(" (fix: {})", fix.title));
        let message = format!("{}{subject}{fix}", found.finding.message);
        let _ = writeln!(text, "title={}::{}", property(found.rule().code), data(&message));
    }
    text
}

fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
