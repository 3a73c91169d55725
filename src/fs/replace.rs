//! Files that a user names.

use std::fs;
use std::io;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// Replaces a file at once, with its owner and mode. A link is followed to the file that it stands for: a user may keep it elsewhere. What is no
/// regular file, such as a terminal, is written to.
///
/// # Errors
///
/// What the system says; the file is what it was then.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).or_else(|_| std::path::absolute(path))?;
    if fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
        return fs::File::options().write(true).open(&path)?.write_all(text.as_bytes());
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = folder.join(format!(".{name}.new"));
    let _ = fs::remove_file(&new);
    let mut file = fs::File::options().write(true).create_new(true).open(&new)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| {
        match fs::metadata(&path) {
            Ok(old) => {
                std::os::unix::fs::fchown(&file, Some(old.uid()), Some(old.gid()))?;
                file.set_permissions(old.permissions())?;
            }
            // Whatever the umask: the master may run as another user.
            Err(_) => file.set_permissions(fs::Permissions::from_mode(0o644))?,
        }
        file.sync_all()?;
        fs::rename(&new, &path)?;
        fs::File::open(folder)?.sync_all()
    });
    written.inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}
