//! The compiled form of the SLS file, which Python keeps beside it.

use std::fs;
use std::path::Path;

/// The folder of Python's compiled files.
const FOLDER: &str = "__pycache__";

/// The start and the end of their names. Between them is the version of Python.
const NAME: (&str, &str) = ("loopback_static_routes.", ".pyc");

/// Removes the compiled forms of the SLS file in a root, and their folder if it has no others.
///
/// A file that stays does no harm: Python uses none without the text from which it was compiled.
pub(super) fn remove(root: &Path) {
    let folder = root.join(FOLDER);
    if folder.is_symlink() {
        return;
    }
    let files = fs::read_dir(&folder).into_iter().flatten().flatten();
    let compiled: Vec<_> = files.filter(|file| is_ours(&file.file_name().to_string_lossy())).collect();
    for file in &compiled {
        let _ = fs::remove_file(file.path());
    }
    if !compiled.is_empty() {
        // It fails if the folder has other files.
        let _ = fs::remove_dir(&folder);
    }
}

fn is_ours(name: &str) -> bool {
    name.starts_with(NAME.0) && name.ends_with(NAME.1)
}
