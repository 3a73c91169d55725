//! Finds the files of a CONFIG argument.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::diagnostics::Finding;
use crate::input::ReadError;
use crate::rules::empty_folder;

/// The extensions of files in a folder that are read. A file that is an argument itself may have
/// any extension.
const EXTENSIONS: [&str; 9] = ["yaml", "yml", "json", "xml", "gz", "txt", "cfg", "conf", "pcli"];

/// Returns the file itself, or the files of a folder, sorted by name at each level. Hidden files,
/// and links to targets outside of the folder, are skipped.
pub(super) fn files(path: &Path, findings: &mut Vec<Finding>) -> Result<Vec<PathBuf>, ReadError> {
    let failed = |cause| ReadError { name: path.display().to_string(), cause };
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let root = path.canonicalize().map_err(failed)?;
    let mut files = Vec::new();
    for entry in WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter().filter_entry(is_shown) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_readable_kind(&entry) && stays_within(&entry, &root) => {
                files.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) if error.loop_ancestor().is_some() || is_dangling_link(&error) => {}
            Err(error) => {
                let name = error.path().unwrap_or(path).display().to_string();
                return Err(ReadError { name, cause: error.into() });
            }
        }
    }
    if files.is_empty() {
        findings.push(empty_folder::folder(path, &EXTENSIONS));
    }
    Ok(files)
}

fn is_shown(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
}

fn is_readable_kind(entry: &DirEntry) -> bool {
    is_configuration(entry.path())
}

/// Returns true if the name of a file has an extension that is read in a folder.
#[must_use]
pub(crate) fn is_configuration(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    extension.is_some_and(|e| EXTENSIONS.contains(&e.as_str()))
}

/// Returns true if a file is in the folder after all links are resolved.
fn stays_within(entry: &DirEntry, root: &Path) -> bool {
    entry.path().canonicalize().is_ok_and(|real| real.starts_with(root))
}

fn is_dangling_link(error: &walkdir::Error) -> bool {
    error.path().is_some_and(|path| path.is_symlink())
}
