//! A configuration as a revision of its git repository has it. The program `git` reads the repository; no shell is between.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::input::{Input, is_configuration};
use anyhow::{Context as _, bail};

/// The files that `path`, a file or a folder, had in `revision`. The inner error is about what was asked for.
pub(crate) fn configuration(revision: &str, path: &Path) -> anyhow::Result<Result<Vec<Input>, String>> {
    let absolute = std::path::absolute(path)?;
    let is_folder = absolute.is_dir();
    let (folder, name) = match (is_folder, absolute.parent(), absolute.file_name()) {
        (false, Some(parent), Some(name)) => (parent, name),
        _ => (absolute.as_path(), OsStr::new(".")),
    };
    if !folder.is_dir() {
        return Ok(Err(format!("{} does not exist", folder.display())));
    }
    let wanted = format!("{revision}^{{commit}}");
    let verified = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
    let Some(commit) = verified.map(|hash| String::from_utf8_lossy(&hash).trim().to_owned()) else {
        return Ok(Err(format!("{revision:?} is no revision of the git repository around {}", folder.display())));
    };
    let mut arguments: Vec<OsString> =
        ["ls-tree", "-r", "-z", "--end-of-options", &commit, "--"].iter().map(OsString::from).collect();
    // Literal: a name may hold what git takes for a pattern.
    arguments.push(if is_folder { OsString::from(".") } else { name.to_owned() });
    let Some(listing) = git(folder, &arguments)? else { bail!("git cannot list {} in {commit}", path.display()) };
    let mut blobs: Vec<(PathBuf, String)> = Vec::new();
    for entry in listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let Some(tab) = entry.iter().position(|byte| *byte == b'\t') else { continue };
        let name = PathBuf::from(OsString::from_vec(entry[tab + 1..].to_vec()));
        let fields = String::from_utf8_lossy(&entry[..tab]).into_owned();
        let mut fields = fields.split(' ');
        let is_file = fields.next().is_some_and(|mode| mode.starts_with("100"));
        let hidden = name.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
        if is_file && (!is_folder || (is_configuration(&name) && !hidden)) {
            blobs.push((name, fields.nth(1).unwrap_or_default().to_owned()));
        }
    }
    if blobs.is_empty() {
        return Ok(Err(format!("{} holds no configuration in revision {revision}", path.display())));
    }
    blobs.sort();
    let shown =
        |name: &Path| format!("{revision}:{}", if is_folder { path.join(name) } else { path.to_owned() }.display());
    let names: Vec<String> = blobs.iter().map(|(name, _)| shown(name)).collect();
    let texts = contents(folder, blobs.into_iter().map(|(_, blob)| blob).collect())?;
    Ok(Ok(names.into_iter().zip(texts).map(|(name, bytes)| Input::Text { name, bytes }).collect()))
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).arg("--literal-pathspecs").stdin(Stdio::null());
    command
}

/// What git prints; nothing where it fails.
fn git(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> anyhow::Result<Option<Vec<u8>>> {
    let output = command(folder).args(arguments).output().context("cannot run git")?;
    Ok(output.status.success().then_some(output.stdout))
}

/// The contents of blobs, by one process for all of them.
fn contents(folder: &Path, blobs: Vec<String>) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut child = command(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run git")?;
    let mut stdin = child.stdin.take().context("git takes no input")?;
    let mut stdout = BufReader::new(child.stdout.take().context("git gives no output")?);
    let count = blobs.len();
    let asking = std::thread::spawn(move || blobs.iter().try_for_each(|blob| writeln!(stdin, "{blob}")));
    let mut texts = Vec::with_capacity(count);
    for _ in 0..count {
        let mut header = String::new();
        stdout.read_line(&mut header).context("cannot read from git")?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else { bail!("git does not give an object: {}", header.trim_end()) };
        let mut bytes = Vec::new();
        stdout.by_ref().take(size).read_to_end(&mut bytes).context("cannot read from git")?;
        stdout.read_exact(&mut [0]).context("cannot read from git")?;
        texts.push(bytes);
    }
    asking.join().expect("it does not panic").context("cannot write to git")?;
    child.wait().context("cannot wait for git")?;
    Ok(texts)
}
