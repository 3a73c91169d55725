//! The files that are fixed.

use std::path::{Path, PathBuf};

use super::candidates::FixText;
use crate::commands::CommandError;
use crate::fs::Original;

/// Returns the reason why the file of a text is not changed, if there is one.
///
/// A file is changed only if it lies in the CONFIG that the user named: a link to another place is
/// not followed, because another user may own the file there.
pub(super) fn obstacle(config: &[PathBuf], text: &FixText) -> Option<String> {
    let name = Path::new(&text.name);
    let Ok(real) = std::fs::canonicalize(name) else { return Some("it is not a file".to_owned()) };
    let of_config = config.iter().find(|config| name.starts_with(config));
    let home = of_config.and_then(|config| match config.is_dir() {
        true => std::fs::canonicalize(config).ok(),
        false => {
            let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(std::fs::canonicalize(folder).ok()?.join(config.file_name()?))
        }
    });
    match home {
        Some(home) if real.starts_with(&home) => {}
        _ => return Some(format!("it is a link to {}; name that file", real.display())),
    }
    match Original::read(name, text.text.len().saturating_add(1)) {
        Ok(original) if original.bytes() == Some(text.text.as_bytes()) => None,
        Ok(_) | Err(_) => Some("it is compressed, or it changed in the meantime".to_owned()),
    }
}

/// Replaces the file of a text, and keeps its owner and mode. Returns false if another program
/// changed it since it was read. A file that a killed run left beside it is removed.
pub(super) fn replace(text: &FixText, new: &str) -> Result<bool, CommandError> {
    let original = Original::read(Path::new(&text.name), text.text.len().saturating_add(1))?;
    original.remove_abandoned()?;
    Ok(original.bytes() == Some(text.text.as_bytes()) && original.replace(new.as_bytes())?)
}
