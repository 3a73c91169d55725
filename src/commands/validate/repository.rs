//! The roots to which the paths in reports for platforms are relative.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::input::normal;

/// The variables in which platforms name the folder that they checked out. They count for files
/// outside of any repository, such as those of an image without `.git`.
const VARIABLES: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// The repositories of files.
pub(super) struct Repositories {
    /// The folders that the environment names, with links resolved and as given.
    checkouts: Vec<PathBuf>,
    /// The root of each folder that was looked at.
    roots: HashMap<PathBuf, Option<PathBuf>>,
}

impl Repositories {
    pub(super) fn of_environment() -> Self {
        let folders = VARIABLES.into_iter().filter_map(std::env::var_os).map(PathBuf::from);
        let folders = folders.filter(|folder| folder.is_absolute()).map(|folder| normal(&folder));
        let checkouts = folders.flat_map(|folder| folder.canonicalize().into_iter().chain([folder.clone()])).collect();
        Self { checkouts, roots: HashMap::new() }
    }

    /// Returns the path of a file in its repository, or in the folder of the environment.
    pub(super) fn relative(&mut self, file: &str) -> Option<String> {
        let path = normal(Path::new(file));
        let folder = path.parent()?;
        let root = match self.roots.get(folder) {
            Some(root) => root.clone(),
            None => {
                let in_checkout = || self.checkouts.iter().find(|checkout| path.starts_with(checkout)).cloned();
                let root = root_of(folder).or_else(in_checkout);
                self.roots.insert(folder.to_owned(), root.clone());
                root
            }
        };
        let path = path.strip_prefix(root?).ok()?;
        Some(path.to_string_lossy().into_owned()).filter(|path| !path.is_empty())
    }
}

/// Returns the root of the repository of a folder. The root of a submodule is that of the
/// repository around it.
fn root_of(folder: &Path) -> Option<PathBuf> {
    let mut repositories = folder.ancestors().filter(|folder| folder.join(".git").exists()).peekable();
    let outer = repositories.peek().copied();
    repositories.find(|root| !is_submodule(root)).or(outer).map(Path::to_owned)
}

/// Returns true if a repository is a submodule: its git directory is in that of another repository.
fn is_submodule(root: &Path) -> bool {
    let file = std::fs::read_to_string(root.join(".git")).unwrap_or_default();
    let git_dir = file.strip_prefix("gitdir:").map(|path| Path::new(path.trim()));
    git_dir.is_some_and(|path| path.iter().any(|part| part == "modules"))
}
