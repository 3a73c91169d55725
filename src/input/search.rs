//! The files that are read in a folder.

use std::path::{Component, Path, PathBuf};

use globset::GlobSet;

use crate::fs::Identity;

/// The endings of files in a folder that are read. A file that is an argument itself may have any
/// name.
const EXTENSIONS: [&str; 9] = ["yaml", "yml", "json", "xml", "gz", "txt", "cfg", "conf", "pcli"];

/// The rules by which folders are searched.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The globs of the settings.
    pub(crate) globs: Option<Globs>,
    /// True if the `.gitignore` files of the repository count.
    pub(crate) respects_gitignore: bool,
    /// The folder that a run publishes to. It is skipped, whatever it has.
    pub(crate) output: Option<Identity>,
}

/// Globs for paths below a folder.
#[derive(Clone, Debug)]
pub(crate) struct Globs {
    /// The folder that the globs are relative to. It is absolute.
    pub(crate) folder: PathBuf,
    /// The files to read, instead of those with a usual ending.
    pub(crate) include: Option<GlobSet>,
    /// The files and folders to skip.
    pub(crate) exclude: Option<GlobSet>,
}

impl Search {
    /// Returns true if a file is read. Its path is relative to the searched folder `root`.
    #[must_use]
    pub(crate) fn reads(&self, root: &Path, file: &Path) -> bool {
        if is_hidden(file) || self.excludes(root, file) {
            return false;
        }
        let include = self.globs.as_ref().and_then(|globs| Some((globs, globs.include.as_ref()?)));
        match include.and_then(|(globs, include)| Some((globs.relative(root, file)?, include))) {
            Some((path, include)) => include.is_match(path),
            None => has_usual_ending(file),
        }
    }

    /// Returns true if a folder is searched. Its path is relative to the searched folder `root`.
    #[must_use]
    pub(crate) fn searches(&self, root: &Path, folder: &Path) -> bool {
        !is_hidden(folder) && !self.excludes(root, folder)
    }

    /// Returns true for the folder that the run publishes to, also through a link.
    #[must_use]
    pub(super) fn is_output(&self, folder: &Path) -> bool {
        self.output.is_some_and(|output| Identity::of_path(folder) == Some(output))
    }

    /// Returns true if a file or folder, or a folder around it, is excluded.
    fn excludes(&self, root: &Path, path: &Path) -> bool {
        let Some((globs, exclude)) = self.globs.as_ref().and_then(|globs| Some((globs, globs.exclude.as_ref()?)))
        else {
            return false;
        };
        globs.relative(root, path).is_some_and(|path| path.ancestors().any(|path| exclude.is_match(path)))
    }

    /// Describes the files that are read, for a message.
    #[must_use]
    pub(super) fn description(&self) -> String {
        match self.globs.as_ref().is_some_and(|globs| globs.include.is_some()) {
            true => "files that match `include` of the settings are read".to_owned(),
            false => format!("files with these extensions are read: .{}", EXTENSIONS.join(", .")),
        }
    }
}

impl Globs {
    /// Returns a path relative to the folder of the globs, or `None` if it is not in the folder.
    fn relative(&self, root: &Path, path: &Path) -> Option<PathBuf> {
        normal(&root.join(path)).strip_prefix(&self.folder).ok().map(Path::to_owned)
    }
}

/// Returns true if a part of a path starts with a dot.
fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| matches!(part, Component::Normal(name) if name.as_encoded_bytes().starts_with(b".")))
}

/// Returns true if the name of a file has an extension that is read in a folder.
fn has_usual_ending(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    extension.is_some_and(|e| EXTENSIONS.contains(&e.as_str()))
}

/// Returns the absolute path without `.` and `..`. Links are not followed.
#[must_use]
pub(crate) fn normal(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => _ = normal.pop(),
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use globset::{Glob, GlobSet};

    use super::{Globs, Search};

    fn globs(globs: &[&str]) -> Option<GlobSet> {
        let mut set = GlobSet::builder();
        globs.iter().for_each(|glob| _ = set.add(Glob::new(glob).expect("a glob")));
        (!globs.is_empty()).then(|| set.build().expect("globs"))
    }

    #[test]
    fn settings_and_names_decide() {
        let usual: (&[&str], &[&str]) = (&[], &[]);
        for ((include, exclude), file, expected) in [
            (usual, "a.yaml", true),
            (usual, "a.YAML", true),
            (usual, "a/b.xml.gz", true),
            (usual, "a.md", false),
            (usual, "yaml", false),
            (usual, ".a.yaml", false),
            (usual, "a/.b/c.yaml", false),
            ((&[], &["net/lab"]), "lab/a.yaml", false),
            ((&[], &["net/lab/**"]), "lab/a/b.yaml", false),
            ((&[], &["lab"]), "lab/a.yaml", true),
            ((&["net/**/*.inc"], &[]), "a/b.inc", true),
            ((&["net/**/*.inc"], &[]), "a/b.yaml", false),
            ((&["net/*"], &["net/b"]), "b", false),
        ] {
            let globs = Globs { folder: PathBuf::from("/r"), include: globs(include), exclude: globs(exclude) };
            let search = Search { globs: Some(globs), ..Search::default() };
            assert_eq!(
                search.reads(Path::new("/r/x/../net"), Path::new(file)),
                expected,
                "{file} {include:?} {exclude:?}"
            );
            assert!(search.reads(Path::new("/elsewhere"), Path::new("a.yaml")), "the settings of another folder");
        }
    }
}
