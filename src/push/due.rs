//! The minions that lack their document.

use std::collections::BTreeMap;

use super::delivered::Delivered;
use crate::publish::Document;

/// A minion that lacks its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) minion: String,
    /// The router of the minion. `None` if the authority does not have it any more.
    pub(super) router: Option<String>,
    /// The digest of its document. `None` if it has no document any more, so that the state removes
    /// the routes.
    pub(super) sha256: Option<String>,
}

/// Returns the minions that lack their document, sorted by id.
pub(super) fn due(published: BTreeMap<String, Document>, delivered: &Delivered) -> Vec<Due> {
    let removed = delivered.minions.keys().filter(|minion| !published.contains_key(*minion));
    let mut due: Vec<Due> = removed.map(|minion| Due { minion: minion.clone(), router: None, sha256: None }).collect();
    let lacks = |(minion, document): &(String, Document)| delivered.minions.get(minion) != Some(&document.sha256);
    due.extend(published.into_iter().filter(lacks).map(|(minion, document)| Due {
        minion,
        router: Some(document.router),
        sha256: Some(document.sha256),
    }));
    due.sort_by(|a, b| a.minion.cmp(&b.minion));
    due
}
