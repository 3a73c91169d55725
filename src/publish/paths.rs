//! Paths in the output folder, and their parts.

use std::collections::BTreeSet;

/// Splits a path into its folder and its name. The folder of a bare name is the root, an empty
/// path.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Returns the folder of a path; `None` for a bare name.
pub(crate) fn folder_of(path: &str) -> Option<&str> {
    Some(split(path).0).filter(|folder| !folder.is_empty())
}

/// Returns the name of a file without its folder.
pub(crate) fn file_name_of(path: &str) -> &str {
    split(path).1
}

/// Returns all parent folders of these files, except the root.
pub(crate) fn folders_of<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<&'p str> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let (mut folder, _) = split(path);
        while !folder.is_empty() && folders.insert(folder) {
            folder = split(folder).0;
        }
    }
    folders
}

/// Returns the folders on the way to a folder, the outermost first, and the folder itself.
pub(crate) fn on_the_way(folder: &str) -> impl Iterator<Item = &str> {
    folder.match_indices('/').map(|(slash, _)| &folder[..slash]).chain([folder])
}
