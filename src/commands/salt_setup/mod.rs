//! `salt-setup`: connects the published folder to the Salt master's pillar, or disconnects it.

mod error;
mod setup;
mod top;

use std::path::PathBuf;

use clap::Args;

use self::setup::{FileChange, SLS_FILE, Setup, SetupChanges, TOP_FILE};
use super::{Console, Exit};

/// Connect the published folder to the Salt master's pillar, or disconnect it
#[derive(Debug, Args)]
#[command(after_help = "\
Writes one file that finds the published documents, and adds a stanza to top.sls. The rest of top.sls does not change. If the stanza
cannot be added safely, nothing is changed, and a message says where and why.

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

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let setup = Setup { out: arguments.out.clone(), pillar_root: arguments.pillar_root.clone() };
    let changes = if arguments.undo { setup.plan_removal() } else { setup.plan() };
    let changes = match changes {
        Err(error) if error.is_finding() => {
            console.message(&format!("error: {error}"));
            return Ok(Exit::Findings);
        }
        other => other?,
    };
    console.result(&summary(&changes, &setup))?;
    if arguments.check {
        return Ok(if changes.is_empty() { Exit::Done } else { Exit::Findings });
    }
    setup.apply(&changes)?;
    Ok(Exit::Done)
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
