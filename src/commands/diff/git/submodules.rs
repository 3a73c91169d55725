//! The submodules of a revision.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::Wanted;
use super::process::Repository;
use super::tree::{Entry, File, Kind};
use crate::commands::CommandError;

/// Returns true if a folder is a submodule.
pub(super) fn is_submodule(repository: &Repository, path: &Path) -> anyhow::Result<bool> {
    Ok(repository.in_index(path.as_os_str())?.is_some_and(|entry| entry.kind == Kind::Submodule))
}

impl Wanted<'_> {
    /// Returns the files of a submodule as they were in a commit of the repository around it.
    ///
    /// If the submodule is not checked out, and its commit is the same now, it changes no routes.
    pub(super) fn submodule(
        &self,
        repository: &Repository,
        commit: &str,
        entry: &Entry,
        revision: &str,
        notes: &mut Vec<String>,
    ) -> Result<Vec<File>, CommandError> {
        let folder = repository.folder().join(&entry.path);
        let shown = self.root.join(&entry.path);
        let shown = shown.display();
        let is_checked_out = folder.join(".git").exists();
        let now = repository.in_index(entry.path.as_os_str())?.filter(|now| now.kind == Kind::Submodule);
        let submodule = match (is_checked_out, now) {
            (true, _) => Repository::of(&folder)?,
            (false, Some(now)) if now.hash == entry.hash => {
                notes.push(format!("submodule {shown} is not checked out and has not changed, so it is not compared"));
                return Ok(Vec::new());
            }
            (false, Some(_)) => {
                let message = format!(
                    "submodule {shown} has changed since revision {revision} and is not checked out; run \
                     `git submodule update --init {shown}`"
                );
                return Err(CommandError::Usage(message));
            }
            (false, None) => match removed(repository, commit, &entry.path)? {
                Some(git_dir) => Repository::at(repository.folder(), &git_dir),
                None => {
                    let message = format!(
                        "submodule {shown} of revision {revision} was removed with its repository, so its files cannot \
                         be compared; clone the repository with the submodules of {revision}"
                    );
                    return Err(CommandError::Usage(message));
                }
            },
        };
        if !submodule.has(&entry.hash)? {
            let message = format!(
                "submodule {shown} does not have commit {}, which revision {revision} refers to; run \
                 `git -C {shown} fetch`",
                entry.hash
            );
            return Err(anyhow!(message).into());
        }
        self.files_of(&submodule, entry, notes)
    }

    /// Returns the files of a submodule and of the submodules in it.
    fn files_of(
        &self,
        submodule: &Repository,
        entry: &Entry,
        notes: &mut Vec<String>,
    ) -> Result<Vec<File>, CommandError> {
        let entries = submodule.list(&entry.hash, OsStr::new("."))?;
        let mut files = self.files(submodule, &entries, &entry.hash, &entry.path)?;
        for inner in entries.iter().filter(|inner| inner.kind == Kind::Submodule) {
            let path = entry.path.join(&inner.path);
            if self.searches(&path) {
                let wanted = Wanted { search: self.search, root: &self.root.join(&entry.path) };
                let inner = wanted.submodule(submodule, &entry.hash, inner, &entry.hash, notes)?;
                files.extend(inner.into_iter().map(|(name, bytes)| (entry.path.join(name), bytes)));
            }
        }
        Ok(files)
    }
}

/// Returns the git directory of a submodule that was removed after a commit.
fn removed(repository: &Repository, commit: &str, path: &Path) -> anyhow::Result<Option<PathBuf>> {
    let top = repository.output(&["rev-parse", "--show-prefix"])?;
    let path = Path::new(String::from_utf8_lossy(&top).trim_end_matches('\n')).join(path);
    let modules = format!("{commit}:.gitmodules");
    let names = ["config", "--blob", &modules, "-z", "--get-regexp", r"^submodule\..*\.path$"];
    let Ok(names) = repository.ask(&names)? else { return Ok(None) };
    let names = String::from_utf8_lossy(&names).into_owned();
    let mut names = names.split('\0').filter_map(|entry| entry.split_once('\n'));
    let Some((key, _)) = names.find(|(_, of)| Path::new(of) == path) else { return Ok(None) };
    let name = key.strip_prefix("submodule.").and_then(|key| key.strip_suffix(".path")).unwrap_or(key);
    let git_dir = repository.output(&["rev-parse", "--git-path", &format!("modules/{name}")])?;
    let git_dir = repository.folder().join(String::from_utf8_lossy(&git_dir).trim_end_matches('\n'));
    Ok(git_dir.is_dir().then_some(git_dir))
}
