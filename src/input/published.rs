//! Recognizes the folders that `generate` publishes into.

use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::contract::names::MANIFEST;

/// The members of a manifest.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code, reason = "only their presence and types count")]
struct ManifestShape {
    format_version: u32,
    findings: Vec<IgnoredAny>,
    routers: std::collections::HashMap<String, IgnoredAny>,
    artefacts: std::collections::HashMap<String, IgnoredAny>,
}

/// Returns true if a folder has the manifest of a published folder.
pub(super) fn is_published(folder: &Path) -> bool {
    std::fs::read(folder.join(MANIFEST)).is_ok_and(|bytes| is_manifest(&bytes))
}

/// Returns true if a text is the manifest of a published folder.
#[must_use]
pub(crate) fn is_manifest(bytes: &[u8]) -> bool {
    serde_json::from_slice::<ManifestShape>(bytes).is_ok()
}

/// Returns true if a path in a published folder is that of a published file.
#[must_use]
pub(crate) fn is_part(path: &Path) -> bool {
    path == Path::new(MANIFEST) || path.starts_with("routers") || path.starts_with("pillar")
}
