//! Markdown for a comment on a pull request, or for the summary of a job. Names and values from the
//! configuration are in code spans, and cannot close them.
//!
//! Platforms refuse a text that is too long: a comment on GitHub may have 65,536 characters, and
//! the summary of a step 1 MiB. So the page has a limit in bytes, and says what it leaves out.

use std::fmt::Write as _;

use crate::commands::diff::compare::comparison::{Change, Comparison, Part, RouteChange};
use crate::commands::diff::formats::{Titles, causes_of_state, edit, from, metrics, summary, transition};
use crate::commands::printable::printable;
use crate::model::count::counted;

/// The maximum number of nodes that a change names.
const NAMED: usize = 10;

/// The maximum number of origins that a route names.
const ORIGINS: usize = 5;

/// The maximum number of routes that a part shows, and of changes that a page shows.
const ROUTES: usize = 50;
const CHANGES: usize = 50;

/// The maximum number of characters of a code span.
const LONGEST_CODE: usize = 200;

/// The number of bytes that are kept free for the last line.
const LAST_LINE: usize = 200;

pub(crate) fn render(comparison: &Comparison, titles: &Titles, limit: usize) -> String {
    let mut page = Page { text: String::new(), limit, is_full: false, left_out: Counts::of(comparison) };
    page.push(&format!("## Routes on kni254: {}\n\n", summary(comparison)));
    page.push(&format!("From {} to {}.\n", code(&titles.old), code(&titles.new)));
    for change in comparison.changes.iter().take(CHANGES) {
        page.change(comparison, change);
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

impl Counts {
    fn of(comparison: &Comparison) -> Self {
        let changes = &comparison.changes;
        let parts = || changes.iter().flat_map(|change| &change.parts);
        Self {
            changes: changes.len(),
            causes: changes.iter().map(|change| causes_of_state(comparison, change).len()).sum::<usize>()
                + parts().map(|part| part.because.len()).sum::<usize>(),
            routes: parts().map(|part| part.routes.len()).sum(),
        }
    }
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

    fn change(&mut self, comparison: &Comparison, change: &Change) {
        let names: Vec<String> = change.nodes.iter().take(NAMED).map(|id| code(&id.to_string())).collect();
        let more = change.nodes.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let mut text = format!("\n### {}: {}{more}\n\n", counted(change.nodes.len(), "node"), names.join(", "));
        if let Some(transition) = transition(change) {
            let _ = writeln!(text, "{transition}\n");
        }
        self.left_out.changes -= usize::from(self.push(&text));
        causes_of_state(comparison, change).iter().for_each(|cause| self.cause(cause));
        change.parts.iter().for_each(|part| self.part(comparison, part));
    }

    fn cause(&mut self, cause: &str) {
        self.left_out.causes -= usize::from(self.push(&format!("- because of {}\n", code(cause))));
    }

    fn part(&mut self, comparison: &Comparison, part: &Part) {
        part.because.iter().for_each(|index| self.cause(&edit::of_node(&comparison.edits[*index].edit)));
        for (index, route) in part.routes.iter().take(ROUTES).enumerate() {
            let head = if index == 0 { "\n| | route | metric | from |\n|---|---|---|---|\n" } else { "" };
            self.left_out.routes -= usize::from(self.push(&format!("{head}{}", row(route))));
        }
        if let more @ 1.. = part.routes.len().saturating_sub(ROUTES)
            && self.push(&format!("\n… and {}.\n", counted(more, "more route")))
        {
            self.left_out.routes -= more;
        }
        self.push("\n");
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

fn row(route: &RouteChange) -> String {
    let mut origins: Vec<String> = from(route).iter().take(ORIGINS).map(|from| code(from)).collect();
    if let more @ 1.. = from(route).len().saturating_sub(ORIGINS) {
        origins.push(format!("{more} more"));
    }
    let (kind, prefix, metric) = (route.kind().name(), code(&route.prefix.to_string()), metrics(route));
    format!("| {kind} | {prefix} | {metric} | {} |\n", origins.join(", "))
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
