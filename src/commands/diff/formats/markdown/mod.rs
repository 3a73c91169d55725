//! Markdown for a comment on a pull request, or for the summary of a job. Names and values from the
//! configuration are in code spans, and cannot close them.
//!
//! Platforms refuse a text that is too long: a comment on GitHub may have 65,536 characters, and
//! the summary of a step 1 MiB. So the page has a limit in bytes, and says what it leaves out.

mod by_edit;
mod by_node;

use std::fmt::Write as _;

use super::{By, Layout, alerts};
use crate::commands::diff::compare::comparison::Comparison;
use crate::commands::printable::printable;
use crate::model::count::counted;

/// The maximum number of routes below a cause, and of changes that a page shows.
const ROUTES: usize = 50;
const CHANGES: usize = 50;

/// The maximum number of errors that a page shows.
const ERRORS: usize = 20;

/// The maximum number of characters of a code span.
const LONGEST_CODE: usize = 200;

/// The number of bytes that are kept free for the last line.
const LAST_LINE: usize = 200;

pub(crate) fn render(comparison: &Comparison, layout: &Layout<'_>) -> String {
    let left_out = match layout.by {
        By::Edit => by_edit::counts(comparison),
        By::Node => by_node::counts(comparison),
    };
    let mut page = Page { text: String::new(), limit: layout.limit, is_full: false, left_out };
    page.push(&format!("## Routes on kni254: {}\n\n", comparison.summary().counts()));
    page.push(&format!("From {} to {}.\n", code(&layout.titles.old), code(&layout.titles.new)));
    page.alerts(comparison);
    match layout.by {
        By::Edit => by_edit::write(comparison, &mut page),
        By::Node => by_node::write(comparison, &mut page),
    }
    page.finish()
}

/// A page with a limited size.
struct Page {
    text: String,
    limit: usize,
    is_full: bool,
    left_out: Counts,
}

/// The numbers of elements that a page does not show yet.
struct Counts {
    changes: usize,
    causes: usize,
    routes: usize,
}

impl Page {
    /// Adds lines, if there is room. Returns true if they were added.
    fn push(&mut self, lines: &str) -> bool {
        self.is_full |= self.text.len() + lines.len() + LAST_LINE > self.limit;
        if !self.is_full {
            self.text.push_str(lines);
        }
        !self.is_full
    }

    fn alerts(&mut self, comparison: &Comparison) {
        for (index, alert) in comparison.alerts.iter().enumerate() {
            let start = if index == 0 { "\n" } else { "" };
            self.push(&format!("{start}- **{}**: {}\n", alerts::short(alert), code(&alerts::details(alert))));
            for error in alert.errors.iter().take(ERRORS) {
                self.push(&format!("  - {}\n", code(&format!("{}: {}", error.code, error.message))));
            }
        }
    }

    /// Adds a line about everything that the page does not show.
    fn finish(mut self) -> String {
        let Counts { changes, causes, routes } = self.left_out;
        let counts = [(changes, "change"), (causes, "cause"), (routes, "route")];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(count, noun));
        let counts: Vec<String> = counts.collect();
        if !counts.is_empty() {
            let _ = writeln!(self.text, "\nLeft out: {}. `--format html` shows everything.", counts.join(", "));
        }
        self.text
    }
}

/// Returns a code span with the start of a text. Its fence is longer than any run of backticks in
/// it (CommonMark, section 6.1). Bars are replaced, because they end a table cell even in a code
/// span.
fn code(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST_CODE).map_or(text.len(), |(byte, _)| byte);
    let more = if cut < text.len() { "…" } else { "" };
    let shown = printable(&text[..cut]).replace('|', "\u{2502}") + more;
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if shown.starts_with('`') || shown.ends_with('`') || shown.trim().is_empty() { " " } else { "" };
    format!("{fence}{space}{shown}{space}{fence}")
}
