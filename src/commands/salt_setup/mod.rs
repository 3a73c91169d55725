//! `salt-setup`: connects the published folder with the Salt master's pillar, or disconnects it.

mod setup;
mod top;

use std::path::PathBuf;

use clap::Args;

pub use self::setup::{Changes, Setup, SetupError};
use super::{Console, Exit};

/// Connect what is published with the Salt master's pillar, or disconnect it
#[derive(Debug, Args)]
#[command(after_help = "\
A file that finds DIR's documents and a stanza in top.sls are all that the master needs. What else is in top.sls stays as it is; where the
stanza cannot be put in safely, nothing is changed, and it is said where and why.

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

    /// Take file and stanza out again
    #[arg(long)]
    pub(crate) undo: bool,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let setup = Setup { out: arguments.out.clone(), pillar_root: arguments.pillar_root.clone() };
    let changes = if arguments.undo { setup.undone() } else { setup.wanted() };
    let changes = match changes {
        Err(error) if error.is_finding() => {
            console.message(&format!("error: {error}"));
            return Ok(Exit::Findings);
        }
        other => other?,
    };
    console.result(&told(&changes, &setup))?;
    if arguments.check {
        return Ok(if changes.is_empty() { Exit::Done } else { Exit::Findings });
    }
    setup.make(&changes)?;
    Ok(Exit::Done)
}

/// What is changed, a line each.
fn told(changes: &Changes, setup: &Setup) -> String {
    let at = |name: &str| setup.pillar_root.join(name).display().to_string();
    let mut text = String::new();
    match &changes.finder {
        None => {}
        Some(Some(_)) => text += &format!("write {}\n", at("loopback_static_routes.sls")),
        Some(None) => text += &format!("remove {}\n", at("loopback_static_routes.sls")),
    }
    match &changes.top {
        None => {}
        Some(Some(_)) => text += &format!("edit {}\n", at("top.sls")),
        Some(None) => text += &format!("remove {}\n", at("top.sls")),
    }
    if text.is_empty() { "nothing to do\n".to_owned() } else { text }
}
