//! `empty-folder`: a folder without configuration files.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;
use crate::model::count::counted;

/// The rule.
pub(crate) static RULE: Rule = rule!("empty-folder", Error, "A folder without configuration files.");

/// Returns the finding about a folder, given a description of the files that are read, and the
/// number of files that are not configuration.
pub(crate) fn folder(name: &str, read: &str, skipped: usize, at: Span) -> Finding {
    let skipped = match skipped {
        0 => String::new(),
        count => format!("; {} without an element that is read skipped", counted(count, "file")),
    };
    Finding::of_authority(&RULE, format!("no configuration in folder {name}; {read}{skipped}")).at(at)
}
