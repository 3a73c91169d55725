//! `validate --fix`: makes the changes that findings propose, in the texts as they stand.
//!
//! [`candidates`] turns the fixes of findings into edits, [`rounds`] makes those that hold what a
//! fix promises, as [`outcome`] compares it, and [`files`] writes the texts.

mod candidates;
mod files;
mod outcome;
mod rounds;

use std::collections::BTreeSet;

use clap::Args;

use self::candidates::Texts;
pub(super) use self::candidates::edits_of;
use self::rounds::Fixer;
use super::{Arguments, Settings};
use crate::commands::printable::printable;
use crate::commands::{CommandError, Console};
use crate::input::Reading;
use crate::model::Safety;
use crate::model::count::counted;
use crate::publish::unified_diff;

/// The arguments about fixes.
#[derive(Clone, Debug, Args)]
pub(crate) struct FixArguments {
    /// Repair what is mechanical, in the files themselves; routes stay the same
    #[arg(long, conflicts_with_all = ["example", "output"])]
    pub(crate) fix: bool,

    /// Also make changes that guess or that may change routes, such as "did you mean"
    #[arg(long, requires = "fix")]
    pub(crate) unsafe_fixes: bool,

    /// Print the repairs as a patch and change nothing; exit 1 if there are any
    #[arg(long, requires = "fix", conflicts_with = "format")]
    pub(crate) diff: bool,
}

/// The result of fixing.
pub(super) struct Fixed {
    /// True if the files were written, and false if a patch was printed.
    is_written: bool,
    /// The number of fixes that were made, or that the patch makes.
    pub(super) fixes: usize,
    /// The number of files that were written.
    pub(super) files: usize,
    /// Messages about fixes that were not made.
    pub(super) messages: Vec<String>,
}

impl Fixed {
    /// Returns a line about what was done.
    pub(super) fn summary(&self) -> String {
        match self.fixes {
            0 => "nothing fixed".to_owned(),
            fixes => {
                let verb = if self.is_written { "fixed" } else { "would fix" };
                format!("{verb} {} in {}", counted(fixes, "finding"), counted(self.files, "file"))
            }
        }
    }
}

/// Fixes the sources of a reading. With `--diff`, it prints a patch instead of writing files.
pub(super) fn fix(
    arguments: &Arguments,
    reading: &Reading,
    settings: Option<&Settings>,
    console: &mut dyn Console,
) -> Result<Fixed, CommandError> {
    let configuration = &arguments.configuration;
    if configuration.config.iter().any(|name| name.as_os_str() == "-") {
        let message = "--fix changes files, and cannot change standard input; name a file".to_owned();
        return Err(CommandError::Usage(message));
    }
    let before = Texts::of(&reading.sources);
    let mut fixer = Fixer::new(arguments, settings, before.clone())?;
    fixer.fix_all(Safety::Safe)?;
    if arguments.fixes.unsafe_fixes {
        fixer.fix_all(Safety::Unsafe)?;
    }
    let mut messages = fixer.messages();
    let changed = before.changed(fixer.texts());
    if arguments.fixes.diff {
        for (old, new) in &changed {
            let name = old.name.strip_prefix("./").unwrap_or(&old.name).trim_start_matches('/');
            console.result(&unified_diff(name, Some(old.text.as_bytes()), Some(new.as_bytes())))?;
        }
        return Ok(Fixed { is_written: false, fixes: fixer.count(), files: changed.len(), messages });
    }
    let mut written = BTreeSet::new();
    for (old, new) in &changed {
        match files::replace(old, new)? {
            true => _ = written.insert(old.name.as_str()),
            false => messages.push(format!("{} changed in the meantime, and is not fixed", printable(&old.name))),
        }
    }
    let fixes = fixer.count_in(&written);
    Ok(Fixed { is_written: true, fixes, files: written.len(), messages })
}
