//! A configuration in a revision of its git repository.
//!
//! [`process`] runs the program `git`, without a shell. [`tree`] lists the files of a revision, and
//! [`submodules`] those of its submodules.

mod process;
mod submodules;
mod tree;

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use self::process::Repository;
use self::submodules::is_submodule;
use self::tree::{Entry, File, Kind};
use crate::commands::CommandError;
use crate::contract::names::MANIFEST;
use crate::input::{Input, Search, Sources, is_manifest, is_part, normal};
use crate::model::count::counted;

/// The state of a configuration in a revision.
pub(crate) struct Base {
    /// The files.
    pub(crate) inputs: Vec<Input>,
    /// Messages about parts that are not compared.
    pub(crate) notes: Vec<String>,
    repository: Repository,
    revision: String,
    /// The real path of the folder, and its path as given; `None` for a file.
    folder: Option<(PathBuf, PathBuf)>,
}

/// Reads the files that `path`, a file or a folder, had in `revision`. Folders are searched by
/// these rules.
pub(crate) fn configuration(revision: &str, path: &Path, search: &Search) -> Result<Base, CommandError> {
    // A link is compared with the file to which it points.
    let real = path.canonicalize().unwrap_or_else(|_| normal(path));
    let is_folder = real.is_dir();
    let (folder, name) = match (is_folder, real.parent(), real.file_name()) {
        (false, Some(parent), Some(name)) => (parent, name),
        _ => (real.as_path(), OsStr::new(".")),
    };
    if !folder.is_dir() {
        return Err(CommandError::Usage(format!("folder {} does not exist", folder.display())));
    }
    let repository = Repository::of(folder)?;
    let commit = repository.commit(revision)?;
    let mut notes = Vec::new();
    let files = if is_folder {
        let mut entries = repository.list(&commit, name)?;
        let wanted = Wanted { search, root: path };
        notes.extend(wanted.remove_left_out(&repository, &mut entries, revision)?);
        let mut files = wanted.files(&repository, &entries, &commit, Path::new(""))?;
        for entry in entries.iter().filter(|entry| entry.kind == Kind::Submodule && wanted.searches(&entry.path)) {
            files.extend(wanted.submodule(&repository, &commit, entry, revision, &mut notes)?);
        }
        without_published(files)
    } else {
        let entries = repository.list(&commit, name)?;
        let blobs: Vec<&Entry> = entries.iter().filter(|entry| entry.kind == Kind::File).collect();
        repository.contents(&blobs, &commit)?
    };
    if files.is_empty() && notes.is_empty() {
        let message = format!("{} contains no configuration in revision {revision}", path.display());
        return Err(CommandError::Usage(message));
    }
    let inputs = files.into_iter().map(|(name, bytes)| match is_folder {
        true => Input::Found { name: format!("{revision}:{}", path.join(name).display()), bytes },
        false => Input::Text { name: format!("{revision}:{}", path.display()), bytes },
    });
    let inputs = inputs.collect();
    let folder = is_folder.then(|| (real.clone(), path.to_owned()));
    Ok(Base { inputs, notes, repository, revision: revision.to_owned(), folder })
}

impl Base {
    /// Refuses sources in another repository, such as a linked worktree, because no revision of
    /// this one has them.
    pub(crate) fn refuse_other_repositories(&self, sources: &Sources) -> Result<(), CommandError> {
        let Some((real, given)) = &self.folder else { return Ok(()) };
        let mut is_repository: HashMap<PathBuf, bool> = HashMap::new();
        let mut submodules: HashSet<PathBuf> = HashSet::new();
        for (_, source) in sources.iter().filter(|(_, source)| !source.is_foreign()) {
            let Ok(below) = Path::new(source.name()).strip_prefix(given) else { continue };
            let mut folders: Vec<&Path> = below.ancestors().skip(1).filter(|path| *path != Path::new("")).collect();
            folders.reverse();
            // The outermost one counts: a submodule may have its own submodules.
            let outermost = folders.into_iter().find(|folder| {
                let known = is_repository.entry(folder.to_path_buf());
                *known.or_insert_with(|| real.join(folder).join(".git").exists())
            });
            let Some(other) = outermost.filter(|other| !submodules.contains(*other)) else { continue };
            if !is_submodule(&self.repository, other)? {
                return Err(CommandError::Usage(format!(
                    "{} is another git repository, so revision {} does not have its files; name a folder without it, \
                     or add it to `exclude` of the settings",
                    given.join(other).display(),
                    self.revision
                )));
            }
            submodules.insert(other.to_owned());
        }
        Ok(())
    }
}

/// The files that are read in a folder.
struct Wanted<'s> {
    search: &'s Search,
    /// The folder as given.
    root: &'s Path,
}

impl Wanted<'_> {
    /// Returns true if a folder is searched.
    fn searches(&self, folder: &Path) -> bool {
        self.search.searches(self.root, folder)
    }

    /// Removes the files that a sparse checkout leaves out of the folder. Returns a message about
    /// them. Such a file must not have changed since the revision.
    fn remove_left_out(
        &self,
        repository: &Repository,
        entries: &mut Vec<Entry>,
        revision: &str,
    ) -> Result<Option<String>, CommandError> {
        let left_out: HashMap<PathBuf, String> =
            repository.left_out()?.into_iter().map(|entry| (entry.path, entry.hash)).collect();
        let is_left_out = |entry: &Entry| {
            left_out.contains_key(&entry.path)
                && self.search.reads(self.root, &entry.path)
                && !repository.folder().join(&entry.path).exists()
        };
        let changed = entries.iter().find(|entry| is_left_out(entry) && left_out[&entry.path] != entry.hash);
        if let Some(changed) = changed {
            return Err(CommandError::Usage(format!(
                "{} has changed since revision {revision}, and the sparse checkout does not have it; check it out",
                self.root.join(&changed.path).display()
            )));
        }
        let before = entries.len();
        entries.retain(|entry| !is_left_out(entry));
        let count = before - entries.len();
        Ok((count > 0).then(|| format!("{} not in the sparse checkout, and not compared", counted(count, "file"))))
    }

    /// Returns the wanted files of entries with their contents, sorted by name. `below` is the path
    /// of the entries' folder.
    fn files(
        &self,
        repository: &Repository,
        entries: &[Entry],
        commit: &str,
        below: &Path,
    ) -> Result<Vec<File>, CommandError> {
        // Manifests show which folders are published ones.
        let is_wanted = |entry: &&Entry| {
            self.search.reads(self.root, &below.join(&entry.path)) || entry.path.file_name() == Some(MANIFEST.as_ref())
        };
        let wanted: Vec<&Entry> = entries.iter().filter(is_wanted).collect();
        let blobs: Vec<&Entry> = wanted.iter().copied().filter(|entry| entry.kind == Kind::File).collect();
        let mut files = repository.contents(&blobs, commit)?;
        let links: Vec<&Entry> = wanted.into_iter().filter(|entry| entry.kind == Kind::Link).collect();
        for (name, target) in repository.contents(&links, commit)? {
            if let Some(target) = target_of(&name, &target, entries) {
                let content = repository.contents(&[target], commit)?;
                files.extend(content.into_iter().map(|(_, bytes)| (name.clone(), bytes)));
            }
        }
        files.iter_mut().for_each(|(name, _)| *name = below.join(&*name));
        files.sort();
        Ok(files)
    }
}

/// Returns the file of the same folder to which a link points.
fn target_of<'e>(link: &Path, target: &[u8], entries: &'e [Entry]) -> Option<&'e Entry> {
    let target = Path::new(std::str::from_utf8(target).ok()?);
    let mut path = link.parent()?.to_owned();
    for part in target.components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    entries.iter().find(|entry| entry.path == path && entry.kind == Kind::File)
}

/// Removes the files of folders that `generate` published into.
fn without_published(mut files: Vec<File>) -> Vec<File> {
    let manifests = files.iter().filter(|(name, bytes)| name.ends_with(MANIFEST) && is_manifest(bytes));
    let published: Vec<PathBuf> = manifests.filter_map(|(name, _)| Some(name.parent()?.to_owned())).collect();
    let is_published = |name: &Path| {
        let mut folders = published.iter();
        folders.any(|folder| if *folder == Path::new("") { is_part(name) } else { name.starts_with(folder) })
    };
    files.retain(|(name, _)| !is_published(name));
    files
}
