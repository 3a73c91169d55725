//! A configuration in a revision of its git repository. The program `git` reads the repository,
//! without a shell.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, anyhow, bail};

use crate::commands::CommandError;
use crate::input::{Input, is_configuration};

/// A file in a revision: its name, and the hash of its content.
type Blob = (PathBuf, String);

/// Returns the files that `path`, a file or a folder, had in `revision`.
pub(crate) fn configuration(revision: &str, path: &Path) -> Result<Vec<Input>, CommandError> {
    let absolute = std::path::absolute(path)?;
    let is_folder = absolute.is_dir();
    let (folder, name) = match (is_folder, absolute.parent(), absolute.file_name()) {
        (false, Some(parent), Some(name)) => (parent, name),
        _ => (absolute.as_path(), OsStr::new(".")),
    };
    if !folder.is_dir() {
        return Err(CommandError::Usage(format!("folder {} does not exist", folder.display())));
    }
    let wanted = format!("{revision}^{{commit}}");
    let verified = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
    let Some(commit) = verified.map(|hash| String::from_utf8_lossy(&hash).trim().to_owned()) else {
        let message = format!("unknown revision {revision:?} in the git repository of {}", folder.display());
        return Err(CommandError::Usage(message));
    };
    let mut arguments: Vec<OsString> =
        ["ls-tree", "-r", "-z", "--end-of-options", &commit, "--"].iter().map(OsString::from).collect();
    arguments.push(name.to_owned());
    let listing = git(folder, &arguments)?.ok_or_else(|| anyhow!("git cannot list {} in {commit}", path.display()))?;
    let blobs = blobs(&listing, is_folder);
    if blobs.is_empty() {
        let message = format!("{} contains no configuration in revision {revision}", path.display());
        return Err(CommandError::Usage(message));
    }
    let title = |name: &Path| {
        let path = if is_folder { path.join(name) } else { path.to_owned() };
        format!("{revision}:{}", path.display())
    };
    let (titles, hashes): (Vec<_>, Vec<_>) = blobs.into_iter().map(|(name, hash)| (title(&name), hash)).unzip();
    let texts = contents(folder, hashes)?;
    Ok(titles.into_iter().zip(texts).map(|(name, bytes)| Input::Text { name, bytes }).collect())
}

/// Returns the configuration files of a listing of `git ls-tree -z`, sorted by name.
fn blobs(listing: &[u8], is_folder: bool) -> Vec<Blob> {
    let mut blobs: Vec<Blob> = Vec::new();
    for entry in listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let Some(tab) = entry.iter().position(|byte| *byte == b'\t') else { continue };
        let name = PathBuf::from(OsString::from_vec(entry[tab + 1..].to_vec()));
        let fields = String::from_utf8_lossy(&entry[..tab]).into_owned();
        let mut fields = fields.split(' ');
        let is_file = fields.next().is_some_and(|mode| mode.starts_with("100"));
        let is_hidden = name.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
        if is_file && (!is_folder || (is_configuration(&name) && !is_hidden)) {
            blobs.push((name, fields.nth(1).unwrap_or_default().to_owned()));
        }
    }
    blobs.sort();
    blobs
}

/// Returns a command of git in a folder. Names are literal, because they may contain characters of
/// git's patterns.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).arg("--literal-pathspecs").stdin(Stdio::null());
    command
}

/// Returns the output of git, or `None` if git fails.
fn git(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> anyhow::Result<Option<Vec<u8>>> {
    let output = command(folder).args(arguments).output().context("cannot run git")?;
    Ok(output.status.success().then_some(output.stdout))
}

/// Reads the contents of blobs with a single process.
fn contents(folder: &Path, hashes: Vec<String>) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut child = command(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run git")?;
    let mut stdin = child.stdin.take().context("git has no standard input")?;
    let mut stdout = BufReader::new(child.stdout.take().context("git has no standard output")?);
    let count = hashes.len();
    let asking = std::thread::spawn(move || hashes.iter().try_for_each(|hash| writeln!(stdin, "{hash}")));
    let mut texts = Vec::with_capacity(count);
    for _ in 0..count {
        let mut header = String::new();
        stdout.read_line(&mut header).context("cannot read from git")?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else { bail!("git cannot read an object: {}", header.trim_end()) };
        let mut bytes = Vec::new();
        stdout.by_ref().take(size).read_to_end(&mut bytes).context("cannot read from git")?;
        stdout.read_exact(&mut [0]).context("cannot read from git")?;
        texts.push(bytes);
    }
    asking.join().expect("the thread does not panic").context("cannot write to git")?;
    child.wait().context("cannot wait for git")?;
    Ok(texts)
}
