//! The document of a router that has its own configuration: the run is on the router, and
//! installs the document that it publishes.

use std::path::Path;

use anyhow::anyhow;
use serde::Serialize;

use crate::commands::CommandError;
use crate::contract::names::{PILLAR_FOLDER, pillar_file_name};
use crate::fs::{Links, Original, Root};
use crate::publish::is_published;

/// The result for the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OwnDocument {
    /// It was installed, or with `--check` it would be.
    Changed,
    /// The router has it already.
    Unchanged,
    /// None is published. The router keeps what it has.
    Missing,
}

/// Installs the published document of a minion. With `check`, nothing changes.
pub(super) fn install(out: &Path, minion: &str, document: &Path, check: bool) -> Result<OwnDocument, CommandError> {
    if !is_published(out)? {
        return Ok(OwnDocument::Missing);
    }
    let path = Path::new("pillar").join(PILLAR_FOLDER).join(pillar_file_name(minion));
    let published = match Root::open(out, Links::Refuse)?.read(&path, usize::MAX) {
        Ok(published) => published.bytes,
        Err(error) if error.is_not_found() => return Ok(OwnDocument::Missing),
        Err(error) => return Err(error.into()),
    };
    if let (false, Some(folder)) = (check, document.parent()) {
        Root::create(folder)?;
    }
    let installed = match Original::read(document, usize::MAX) {
        // The folder is missing.
        Err(error) if check && error.is_not_found() => return Ok(OwnDocument::Changed),
        installed => installed?,
    };
    if installed.bytes() == Some(&*published) {
        return Ok(OwnDocument::Unchanged);
    }
    if !check && !installed.replace(&published)? {
        return Err(anyhow!("another program changed {}", document.display()).into());
    }
    Ok(OwnDocument::Changed)
}
