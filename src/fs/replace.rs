//! Files that a user names.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Attributes, Description, FILE_MODE, FileError, Folder};

/// Replaces a file, and keeps its owner and mode. A reader sees the old file or the new one.
///
/// A symbolic link is followed: the user keeps the file elsewhere. If the file is not regular, such
/// as a terminal, the bytes are written into it.
///
/// # Errors
///
/// A step failed. The old file is unchanged.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), FileError> {
    let failed = |cause: io::Error| FileError { action: "write", path: path.to_owned(), cause: cause.into() };
    let target: PathBuf = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).map_err(failed)?;
    if std::fs::metadata(&target).is_ok_and(|there| !there.is_file()) {
        let mut file = std::fs::File::options().write(true).open(&target).map_err(failed)?;
        return file.write_all(text.as_bytes()).map_err(failed);
    }
    let folder = Folder::open(target.parent().unwrap_or(Path::new("/")))?;
    let name = target.file_name().unwrap_or_default();
    let attributes =
        folder.describe(name).as_ref().map_or_else(|| Attributes::of_mode(FILE_MODE), Description::attributes);
    let staged = folder.stage(name, [text], &attributes)?;
    let replaced = staged.flush().and_then(|()| folder.commit(name)).and_then(|()| folder.flush());
    replaced.inspect_err(|_| {
        let _ = folder.discard(name);
    })
}
