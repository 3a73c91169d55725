//! `empty-folder`: a folder without configuration files.

use crate::diagnostics::{Finding, Rule, rule};
use std::path::Path;

/// The rule.
pub(crate) static RULE: Rule = rule!("empty-folder", Error, "A folder without configuration files.");

/// Returns the finding about a folder, given the extensions of configuration files.
pub(crate) fn folder(path: &Path, extensions: &[&str]) -> Finding {
    let extensions = extensions.join(", .");
    Finding::of_authority(
        &RULE,
        format!("no configuration in folder {}; files with these extensions are read: .{extensions}", path.display()),
    )
}
