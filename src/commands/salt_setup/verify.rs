//! The check that the pillar has the key of the documents.

use std::path::Path;

use crate::commands::{Console, Exit};
use crate::publish::documents;
use crate::salt::Master;

/// The key of the pillar.
const KEY: &str = "loopback-static-routes";

/// Compiles the pillar of a minion that has a document, as the master does, and looks for the key.
/// Each minion has it, also one without a document.
pub(super) fn verify(master: &Master, out: &Path, console: &mut dyn Console) -> anyhow::Result<Exit> {
    // If the manifest cannot be read, Salt gives no key, and the error says so.
    let published = documents(out).ok().flatten().unwrap_or_default();
    let minion = published.keys().next();
    if master.pillar(minion.map(String::as_str))?.contains_key(KEY) {
        return Ok(Exit::Done);
    }
    let whose = minion.map_or("of the minions".to_owned(), |minion| format!("of the minion {minion:?}"));
    let command = master.pillar_command(minion.map_or("MINION", String::as_str));
    console.message(&format!(
        "error: the pillar {whose} lacks the key {KEY}, although the files are in place\n  \
         `{command}` shows the pillar, and the log of the master shows the reason"
    ));
    Ok(Exit::Findings)
}

/// Returns the command that shows the pillar of a minion.
pub(super) fn pillar_command(master: Option<&Master>) -> String {
    master.map_or_else(|| "salt-run pillar.show_pillar MINION".to_owned(), |master| master.pillar_command("MINION"))
}
