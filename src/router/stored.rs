//! The routes of a storage.

use serde::{Deserialize, Serialize};

use crate::model::Route;

/// The routes of a storage, which are confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Confirmed {
    /// The routes through kni254, in the order of the storage.
    pub routes: Vec<Route>,
    /// True if they are the plugin's. Otherwise it did not take the storage over yet.
    pub is_ours: bool,
}
