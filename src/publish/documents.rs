//! The documents that are published for the minions.

use std::collections::BTreeMap;
use std::path::Path;

use crate::fs::{Links, Root};
use crate::model::NodeId;
use crate::publish::PublishError;
use crate::publish::manifest::{MANIFEST, PreviousManifest};

/// A document that is published for a minion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// The router of the minion.
    pub(crate) router: String,
    /// The node of the minion.
    pub(crate) node: String,
    /// The SHA-256 digest of the route file of the node. `None` if the plugin is off there.
    pub(crate) route_digest: Option<String>,
    /// The SHA-256 digest of the document and the peers, as lower-case hexadecimal text.
    pub(crate) sha256: String,
}

/// Returns true if something was published to the folder.
///
/// # Errors
///
/// The folder cannot be opened.
pub(crate) fn is_published(folder: &Path) -> Result<bool, PublishError> {
    match Root::open(folder, Links::Refuse) {
        Err(error) if error.is_not_found() => Ok(false),
        root => Ok(root?.as_folder().has(MANIFEST)),
    }
}

/// Returns the published documents by minion. `None` if nothing was published to the folder.
///
/// No lock is needed, because a run replaces the manifest after the documents, as a whole.
///
/// # Errors
///
/// The manifest cannot be read, or is damaged.
pub(crate) fn documents(folder: &Path) -> Result<Option<BTreeMap<String, Document>>, PublishError> {
    let root = match Root::open(folder, Links::Refuse) {
        Err(error) if error.is_not_found() => return Ok(None),
        other => other?,
    };
    let bytes = match root.read(MANIFEST, usize::MAX) {
        Err(error) if error.is_not_found() => return Ok(None),
        other => other?.bytes,
    };
    let damaged = |reason| PublishError::Damaged { path: folder.join(MANIFEST), reason };
    let manifest = PreviousManifest::parse(&bytes).map_err(damaged)?;
    let route_files = manifest.artefacts.values().filter(|entry| entry.is_route_file());
    let mut digests: BTreeMap<NodeId, String> =
        route_files.filter_map(|entry| Some((entry.owner().node_id()?, entry.sha256.to_string()))).collect();
    let documents = manifest.artefacts.values().filter_map(|entry| {
        let owner = entry.owner();
        let id = owner.node_id()?;
        let route_digest = digests.remove(&id);
        let NodeId { router, node } = id;
        let document = Document { router, node, route_digest, sha256: entry.sha256.to_string() };
        Some((owner.minion?.to_string(), document))
    });
    Ok(Some(documents.collect()))
}
