//! Finds the files of a CONFIG argument.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder};

use super::published;
use super::search::Search;
use crate::input::ReadError;

/// The files of a CONFIG argument.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files to read.
    pub(super) files: Vec<PathBuf>,
    /// The folders that are skipped, because `generate` published into them.
    pub(super) published: Vec<PathBuf>,
}

/// Returns the files of a folder, sorted by name at each level, or `None` for a path that is not a
/// folder. Hidden files, and links to targets outside of the folder, are skipped.
pub(super) fn search(path: &Path, search: &Search) -> Result<Option<Found>, ReadError> {
    let failed = |path: &Path, cause| ReadError { name: path.display().to_string(), cause };
    if !std::fs::metadata(path).map_err(|cause| failed(path, cause))?.is_dir() {
        return Ok(None);
    }
    let root = path.canonicalize().map_err(|cause| failed(path, cause))?;
    // The walk is below the real path, because `.gitignore` files above it count too.
    let as_given = |real: &Path| real.strip_prefix(&root).map_or_else(|_| real.to_owned(), |below| path.join(below));
    let published = Arc::new(Mutex::new(Vec::new()));
    let mut found = Found::default();
    for entry in walk(&root, path, search, &published).build() {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                if is_file && search.reads(path, below(&entry, &root)) && stays_within(&entry, &root) {
                    found.files.push(as_given(entry.path()));
                }
            }
            Err(error) => {
                let (at, cause) = parts(error);
                let at = at.unwrap_or_else(|| root.clone());
                match cause {
                    // A link to a folder around it, or to nothing.
                    Some(cause) if !at.is_symlink() => return Err(failed(&as_given(&at), cause)),
                    _ => {}
                }
            }
        }
    }
    let published = std::mem::take(&mut *published.lock().expect(NO_PANIC));
    found.published = published.iter().map(|folder: &PathBuf| as_given(folder)).collect();
    Ok(Some(found))
}

const NO_PANIC: &str = "no thread panics while it holds the lock";

/// Returns the walk through a folder. Only settings and the `.gitignore` files of the repository
/// count, so that the result is the same on every machine.
fn walk(root: &Path, as_given: &Path, search: &Search, published: &Arc<Mutex<Vec<PathBuf>>>) -> WalkBuilder {
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).follow_links(true).sort_by_file_name(Ord::cmp);
    walk.git_ignore(search.respects_gitignore).parents(search.respects_gitignore);
    let (root, as_given, search) = (root.to_owned(), as_given.to_owned(), search.clone());
    let is_output = published::is_published(&root);
    let published = Arc::clone(published);
    walk.filter_entry(move |entry| {
        let below = below(entry, &root);
        if entry.depth() == 0 {
            return true;
        }
        if !search.searches(&as_given, below) || is_output && published::is_part(below) {
            return false;
        }
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_folder && (search.is_output(entry.path()) || published::is_published(entry.path())) {
            published.lock().expect(NO_PANIC).push(entry.path().to_owned());
            return false;
        }
        true
    });
    walk
}

/// Returns the path of an entry below the root.
fn below<'e>(entry: &'e DirEntry, root: &Path) -> &'e Path {
    entry.path().strip_prefix(root).unwrap_or(entry.path())
}

/// Returns true if a file is in the folder after all links are resolved.
fn stays_within(entry: &DirEntry, root: &Path) -> bool {
    entry.path().canonicalize().is_ok_and(|real| real.starts_with(root))
}

/// Returns the path of an error, and its cause. A loop of links and a faulty glob have none.
fn parts(error: ignore::Error) -> (Option<PathBuf>, Option<io::Error>) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), parts(*err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => parts(*err),
        ignore::Error::Io(cause) => (None, Some(cause)),
        _ => (None, None),
    }
}
