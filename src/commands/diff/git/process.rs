//! The program `git`.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};

use anyhow::{Context as _, anyhow, bail};

use super::tree::{Entry, File, entries};
use crate::commands::CommandError;
use crate::commands::printable::printable;

/// The variables by which git finds a repository, or reads paths. A hook inherits them, and they
/// may be those of another repository.
const VARIABLES: [&str; 18] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// The start of a file that Git LFS keeps elsewhere.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// A folder in which git runs, and the options that select its repository.
#[derive(Clone, Debug)]
pub(super) struct Repository {
    folder: PathBuf,
    options: Vec<OsString>,
}

/// The output of git, or the reason why it refuses.
type Answer = Result<Vec<u8>, String>;

impl Repository {
    /// Returns the repository of a folder in a working tree.
    pub(super) fn of(folder: &Path) -> Result<Self, CommandError> {
        let repository = Self { folder: folder.to_owned(), options: Vec::new() };
        let answer = repository.ask(&["rev-parse", "--is-inside-work-tree"])?;
        match answer {
            Ok(inside) if inside.trim_ascii() == b"true" => Ok(repository),
            Ok(_) => Err(CommandError::Usage(format!("{} is in no working tree of git", folder.display()))),
            Err(reason) => match Self::of_environment(folder)? {
                Some(repository) => Ok(repository),
                None if folder.ancestors().any(|folder| folder.join(".git").exists()) => {
                    Err(anyhow!("git refuses the repository of {}: {reason}", folder.display()).into())
                }
                None => Err(CommandError::Usage(format!(
                    "{} is in no git repository, so it has no revisions: {reason}",
                    folder.display()
                ))),
            },
        }
    }

    /// Returns the repository of a git directory, without a working tree.
    pub(super) fn at(folder: &Path, git_dir: &Path) -> Self {
        Self { folder: folder.to_owned(), options: vec!["--git-dir".into(), git_dir.into()] }
    }

    /// Returns the repository of the environment, if the folder is in its working tree and has no
    /// repository itself.
    fn of_environment(folder: &Path) -> Result<Option<Self>, CommandError> {
        // Without a working tree, git would take the current folder for it.
        if ["GIT_DIR", "GIT_WORK_TREE"].into_iter().any(|variable| std::env::var_os(variable).is_none()) {
            return Ok(None);
        }
        let path = |option: &str| -> anyhow::Result<Option<PathBuf>> {
            let output = Command::new("git").args(["rev-parse", option]).output().context("cannot run git")?;
            let path = PathBuf::from(String::from_utf8_lossy(output.stdout.trim_ascii()).into_owned());
            Ok(output.status.success().then_some(path))
        };
        let (Some(top), Some(git_dir)) = (path("--show-toplevel")?, path("--absolute-git-dir")?) else {
            return Ok(None);
        };
        if !folder.starts_with(&top) {
            return Ok(None);
        }
        let options = ["--git-dir".into(), git_dir.into(), "--work-tree".into(), top.into()];
        Ok(Some(Self { folder: folder.to_owned(), options: options.to_vec() }))
    }

    /// Returns the folder in which git runs.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the commit of a revision.
    pub(super) fn commit(&self, revision: &str) -> Result<String, CommandError> {
        let wanted = format!("{revision}^{{commit}}");
        match self.ask(&["rev-parse", "--verify", "--end-of-options", &wanted])? {
            Ok(hash) => Ok(String::from_utf8_lossy(&hash).trim().to_owned()),
            Err(reason) => {
                let is_shallow = self.ask(&["rev-parse", "--is-shallow-repository"])?;
                let is_shallow = is_shallow.is_ok_and(|answer| answer.trim_ascii() == b"true");
                let hint = if is_shallow { "; the clone is shallow, so fetch more of its history" } else { "" };
                let folder = self.folder.display();
                let message =
                    format!("unknown revision {revision:?} in the git repository of {folder}{hint}: {reason}");
                Err(CommandError::Usage(message))
            }
        }
    }

    /// Returns true if the repository has a commit.
    pub(super) fn has(&self, commit: &str) -> anyhow::Result<bool> {
        Ok(self.ask(&["cat-file", "-e", &format!("{commit}^{{commit}}")])?.is_ok())
    }

    /// Returns the entries of a commit below a path of the folder, sorted by path.
    pub(super) fn list(&self, commit: &str, name: &OsStr) -> anyhow::Result<Vec<Entry>> {
        let mut arguments: Vec<OsString> =
            ["ls-tree", "-r", "-z", "--end-of-options", commit, "--"].iter().map(OsString::from).collect();
        arguments.push(name.to_owned());
        Ok(entries(&self.output(&arguments)?, 2))
    }

    /// Returns the entry of the index for a path of the folder.
    pub(super) fn in_index(&self, path: &OsStr) -> anyhow::Result<Option<Entry>> {
        let arguments = ["ls-files".as_ref(), "--stage".as_ref(), "-z".as_ref(), "--".as_ref(), path];
        Ok(entries(&self.output(&arguments)?, 1).into_iter().find(|entry| entry.path.as_os_str() == path))
    }

    /// Returns the files of the index that a sparse checkout leaves out of the folder.
    pub(super) fn left_out(&self) -> anyhow::Result<Vec<Entry>> {
        let listing = self.output(&["ls-files", "-t", "--stage", "-z"])?;
        let lines = listing.split(|byte| *byte == 0).filter_map(|line| line.strip_prefix(b"S "));
        Ok(entries(&lines.collect::<Vec<_>>().join(&0), 1))
    }

    /// Returns the output of git. A failure has git's reason.
    pub(super) fn output(&self, arguments: &[impl AsRef<OsStr>]) -> anyhow::Result<Vec<u8>> {
        self.ask(arguments)?.map_err(|reason| anyhow!("git fails in {}: {reason}", self.folder.display()))
    }

    /// Runs git.
    pub(super) fn ask(&self, arguments: &[impl AsRef<OsStr>]) -> anyhow::Result<Answer> {
        let output = self.command().args(arguments).output().context("cannot run git")?;
        Ok(if output.status.success() { Ok(output.stdout) } else { Err(reason(&output.stderr)) })
    }

    /// Returns a command of git in the folder. Names are literal, because they may contain
    /// characters of git's patterns.
    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(&self.options).arg("--literal-pathspecs").stdin(Stdio::null());
        VARIABLES.iter().for_each(|variable| _ = command.env_remove(variable));
        command.env("LC_ALL", "C");
        command
    }

    /// Returns the contents of entries of a commit, with their paths. A single process reads all.
    pub(super) fn contents(&self, entries: &[&Entry], commit: &str) -> anyhow::Result<Vec<File>> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let mut child = self
            .command()
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run git")?;
        let mut stdin = child.stdin.take().context("git has no standard input")?;
        let mut stdout = BufReader::new(child.stdout.take().context("git has no standard output")?);
        let mut stderr = child.stderr.take().context("git has no standard error")?;
        let hashes: Vec<String> = entries.iter().map(|entry| entry.hash.clone()).collect();
        let asking = std::thread::spawn(move || hashes.iter().try_for_each(|hash| writeln!(stdin, "{hash}")));
        let complaints = std::thread::spawn(move || {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).map(|_| text)
        });
        let contents: anyhow::Result<Vec<Vec<u8>>> = entries.iter().map(|_| content(&mut stdout)).collect();
        drop(stdout);
        child.wait().context("cannot wait for git")?;
        let complaints = complaints.join().expect("the thread does not panic").unwrap_or_default();
        let contents = contents.with_context(|| format!("cannot read from git: {}", reason(&complaints)))?;
        asking.join().expect("the thread does not panic").context("cannot write to git")?;
        let files = entries.iter().zip(contents);
        files
            .map(|(entry, bytes)| match bytes.starts_with(LFS_POINTER) {
                true => Ok((entry.path.clone(), self.content_in_lfs(&entry.path, commit, bytes)?)),
                false => Ok((entry.path.clone(), bytes)),
            })
            .collect()
    }

    /// Returns the content of a file that Git LFS keeps elsewhere. If the folder has a pointer too,
    /// the file is not configuration on both sides.
    fn content_in_lfs(&self, path: &Path, commit: &str, pointer: Vec<u8>) -> anyhow::Result<Vec<u8>> {
        let is_pointer = |bytes: &[u8]| bytes.starts_with(LFS_POINTER);
        let mut object = OsString::from(format!("{commit}:./"));
        object.push(path);
        let answer = self.ask(&["cat-file".as_ref(), "--filters".as_ref(), object.as_os_str()])?;
        let reason = match answer {
            Ok(bytes) if !is_pointer(&bytes) => return Ok(bytes),
            Ok(_) => String::new(),
            Err(reason) => format!(": {reason}"),
        };
        if std::fs::read(self.folder.join(path)).is_ok_and(|now| is_pointer(&now)) {
            return Ok(pointer);
        }
        bail!(
            "{} is in Git LFS, and its content at {commit} is not available; run `git lfs fetch`{reason}",
            path.display()
        )
    }
}

/// Reads the next object of `git cat-file --batch`.
fn content(stdout: &mut BufReader<ChildStdout>) -> anyhow::Result<Vec<u8>> {
    let mut header = String::new();
    stdout.read_line(&mut header)?;
    let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let Some(size) = size else { bail!("git cannot read an object: {}", header.trim_end()) };
    let mut bytes = Vec::new();
    stdout.by_ref().take(size).read_to_end(&mut bytes)?;
    stdout.read_exact(&mut [0])?;
    Ok(bytes)
}

/// Returns what git prints when it fails, without empty lines.
fn reason(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = text.lines().map(|line| printable(line.trim())).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n  ")
}
