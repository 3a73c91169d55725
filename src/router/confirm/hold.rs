//! The hold, by which an operator keeps the plugin off this machine.

use serde::{Deserialize, Serialize};

use crate::fs::FileError;
use crate::router::files::Files;

/// The name of the hold in the plugin's own folder. It is not a part of the record of trials, whose
/// loss must not end it.
pub(crate) const NAME: &str = "hold.json";

/// An operator keeps the plugin off this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Hold {
    /// The operator's reason.
    pub reason: Option<String>,
    /// The time of the command, in seconds since the epoch.
    pub since: i64,
    /// True if it is not a trial.
    pub now: bool,
}

impl Hold {
    /// Reads the hold; `None` if there is none. One that is damaged is a hold without a reason,
    /// because an operator made it.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn read(files: &dyn Files) -> Result<Option<Self>, FileError> {
        Ok(files.record(NAME)?.map(|bytes| serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// Writes the hold.
    ///
    /// # Errors
    ///
    /// It cannot be written, and nothing changed.
    pub(crate) fn write(&self, files: &mut dyn Files) -> Result<(), FileError> {
        files.write_record(NAME, &serde_json::to_vec(self).expect("text and a number are JSON"))
    }

    /// Ends the hold.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub(crate) fn remove(files: &mut dyn Files) -> Result<(), FileError> {
        files.remove_record(NAME)
    }
}
