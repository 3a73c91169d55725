//! `salt-setup`: connects the published folder to the Salt master's pillar, or disconnects it.

mod error;
mod setup;
mod top;

use std::path::PathBuf;

use clap::Args;

use self::error::{Advice, SetupError};
use self::setup::{FileChange, SLS_FILE, Setup, SetupChanges, TOP_FILE};
use self::top::{Connection, Disconnection};
use super::{Console, Exit};

/// Connect the published folder to the Salt master's pillar, or disconnect it
#[derive(Debug, Args)]
#[command(after_help = "\
Writes one file that finds the published documents, and adds a stanza to top.sls. The rest of top.sls does not change. If it is not
certain that Salt reads the new file as the old one and the stanza, nothing is changed, and a message says where and why.

Examples:
  loopback-static-routes salt-setup --out /var/lib/routes
  loopback-static-routes salt-setup --out /var/lib/routes --check
  loopback-static-routes salt-setup --out /var/lib/routes --undo")]
pub struct Arguments {
    /// The folder that generate publishes to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// The pillar root of the master's environment base
    #[arg(long, value_name = "DIR", default_value = "/srv/pillar")]
    pub(crate) pillar_root: PathBuf,

    /// Change nothing; exit 1 if something would be changed
    #[arg(long)]
    pub(crate) check: bool,

    /// Remove the file and the stanza
    #[arg(long)]
    pub(crate) undo: bool,
}

/// Returns the text of a top file with the stanza; `None` if it stays as it is.
///
/// # Errors
///
/// Returns the message about a file that is refused.
pub fn connect_top_file(bytes: &[u8]) -> Result<Option<String>, String> {
    match top::connect(bytes) {
        Ok(Connection::Edited(text)) => Ok(Some(text)),
        Ok(Connection::Present | Connection::Unchecked(_)) => Ok(None),
        Err(refused) => Err(refused.to_string()),
    }
}

/// Returns the text of a top file without the stanza; `None` if it has none.
///
/// # Errors
///
/// Returns the message about a file that is refused.
pub fn disconnect_top_file(bytes: &[u8]) -> Result<Option<String>, String> {
    match top::disconnect(bytes, true) {
        Ok(Disconnection::Edited(text)) => Ok(Some(text)),
        Ok(Disconnection::Empty) => Ok(Some(String::new())),
        Ok(Disconnection::Absent) => Ok(None),
        Err(refused) => Err(refused.to_string()),
    }
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let setup = Setup { out: arguments.out.clone(), pillar_root: arguments.pillar_root.clone() };
    let changes = if arguments.undo { setup.plan_removal() } else { setup.plan() };
    let applied = changes.and_then(|changes| {
        if !arguments.check {
            setup.apply(&changes)?;
        }
        Ok(changes)
    });
    let changes = match applied {
        Err(error) if error.is_finding() => {
            console.message(&refusal(&error));
            return Ok(Exit::Findings);
        }
        other => other?,
    };
    if let Some(doubt) = &changes.doubt {
        let top = setup.pillar_root.join(TOP_FILE);
        console.message(&format!("warning: {}:{doubt}\n{UNCHECKED}", top.display()));
    }
    console.result(&summary(&changes, &setup))?;
    Ok(if arguments.check && !changes.is_empty() { Exit::Findings } else { Exit::Done })
}

/// The advice about a top file that stays as it is, although the entry is not known to be read.
const UNCHECKED: &str = "  top.sls stays as it is; `salt-run pillar.show_pillar MINION` shows if a minion has the key \
                         loopback-static-routes";

/// Returns the message of an error, with the way out.
fn refusal(error: &SetupError) -> String {
    let advice = match error {
        SetupError::Refused { reason, .. } => reason.advice,
        _ => return format!("error: {error}"),
    };
    let way_out = match advice {
        Advice::Correct => "  correct the file, and run the command again".to_owned(),
        Advice::Restore => "  restore or remove the lines by hand, and run the command again".to_owned(),
        Advice::AddByHand => format!(
            "  to add the stanza by hand, put these lines below `base:`, with the indentation of its targets\n  \
             then run the command again at once, because it writes the SLS file that they name\n{}",
            top::stanza(4, "\n").trim_end()
        ),
    };
    format!("error: {error}\n  nothing was changed\n{way_out}")
}

/// Returns the changes as text, one per line.
fn summary(changes: &SetupChanges, setup: &Setup) -> String {
    let path = |name: &str| setup.pillar_root.join(name).display().to_string();
    let mut text = String::new();
    match &changes.sls_file {
        None => {}
        Some(FileChange::Write(_)) => text += &format!("write {}\n", path(SLS_FILE)),
        Some(FileChange::Remove) => text += &format!("remove {}\n", path(SLS_FILE)),
    }
    match &changes.top_file {
        None => {}
        Some(FileChange::Write(_)) => text += &format!("edit {}\n", path(TOP_FILE)),
        Some(FileChange::Remove) => text += &format!("remove {}\n", path(TOP_FILE)),
    }
    if text.is_empty() { "nothing to do\n".to_owned() } else { text }
}
