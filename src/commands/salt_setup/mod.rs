//! `salt-setup`: connects the published folder to the Salt master's pillar, and the state to its
//! highstate, or disconnects them.

mod compiled;
mod error;
mod roots;
mod setup;
mod top;
mod verify;

use std::path::PathBuf;

use clap::Args;

use self::error::{Advice, SetupError};
use self::roots::{Asked, Roots};
use self::setup::{FileChange, Kind, SLS_FILE, Setup, SetupChanges, TOP_FILE, USER_ENVIRONMENT};
use self::top::{Connection, Disconnection};
use super::{Console, Exit};
use crate::model::count::{counted, plural};

/// Connect the published folder and the state to the Salt master, or disconnect them
#[derive(Debug, Args)]
#[command(after_help = "\
Asks the Salt master for its roots. Writes one file into a pillar root and one into a file root, and adds a stanza to the top.sls of
each. The rest of top.sls does not change. If it is not certain that Salt reads the new file as the old one and the stanza, nothing is
changed, and a message says where and why.

Examples:
  loopback-static-routes salt-setup --out /var/lib/routes
  loopback-static-routes salt-setup --out /var/lib/routes --check
  loopback-static-routes salt-setup --out /var/lib/routes --undo")]
pub struct Arguments {
    /// The folder that generate publishes to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// The folder of the master's configuration; by default /etc/128technology/salt or /etc/salt
    #[arg(long, value_name = "DIR")]
    pub(crate) salt_config: Option<PathBuf>,

    /// The pillar root of the environment base; without --salt-config, Salt is not asked
    #[arg(long, value_name = "DIR")]
    pub(crate) pillar_root: Option<PathBuf>,

    /// The file root of the environment base, for the highstate
    #[arg(long, value_name = "DIR")]
    pub(crate) file_root: Option<PathBuf>,

    /// Change nothing; exit 1 if something would be changed
    #[arg(long)]
    pub(crate) check: bool,

    /// Remove the files and the stanzas
    #[arg(long)]
    pub(crate) undo: bool,

    /// True if the minions are asked in each run, and not only in one that changes something.
    #[arg(skip = true)]
    pub(crate) asks_minions: bool,
}

/// Returns the text of a top file with the stanza; `None` if it stays as it is.
///
/// # Errors
///
/// Returns the message about a file that is refused.
pub fn connect_top_file(bytes: &[u8]) -> Result<Option<String>, String> {
    match top::connect(bytes, USER_ENVIRONMENT) {
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
    match top::disconnect(bytes, USER_ENVIRONMENT, true) {
        Ok(Disconnection::Edited(text)) => Ok(Some(text)),
        Ok(Disconnection::Empty) => Ok(Some(String::new())),
        Ok(Disconnection::Absent) => Ok(None),
        Err(refused) => Err(refused.to_string()),
    }
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    let roots = match Roots::find(arguments) {
        Ok(roots) => roots,
        Err(error) => return refuse(error, console),
    };
    if let Some(error) = &roots.no_master {
        let root = roots.pillar.display();
        console.message(&format!("note: {error}, or a pillar root with --pillar-root; without them, it is {root}"));
    }
    let changes = match change(arguments, &roots, console) {
        Ok(changes) => changes,
        Err(error) => return refuse(error, console),
    };
    report(&changes, &roots, console)?;
    if arguments.check && changes.iter().any(|(_, changes)| !changes.is_empty()) {
        return Ok(Exit::Findings);
    }
    match &roots.asked {
        Some(asked) if !arguments.undo => verify::verify(&asked.master, &arguments.out, console),
        _ => Ok(Exit::Done),
    }
}

/// Plans the changes of all roots, and then makes them. So nothing changes if a root is refused.
fn change(
    arguments: &Arguments,
    roots: &Roots,
    console: &mut dyn Console,
) -> Result<Vec<(Setup, SetupChanges)>, SetupError> {
    let setups = if arguments.undo { roots.setups_to_undo(&arguments.out) } else { roots.setups(&arguments.out) };
    let planned = setups.into_iter().map(|setup| {
        let changes = if arguments.undo { setup.plan_removal() } else { setup.plan() };
        changes.map(|changes| (setup, changes))
    });
    let mut planned = planned.collect::<Result<Vec<_>, _>>()?;
    if let Some(asked) = roots.asked.as_ref().filter(|_| !arguments.undo) {
        let asks = arguments.asks_minions || planned.iter().any(|(_, changes)| !changes.is_empty());
        if needs_plugin_top(asked, asks, console)? {
            let setup = asked.plugin_setup()?;
            planned.push((setup.clone(), setup.plan()?));
        }
    }
    if !arguments.check {
        planned.iter().try_for_each(|(setup, changes)| setup.apply(changes))?;
    }
    Ok(planned)
}

/// Returns true if the stanza in the user's top file is not enough, and says why.
fn needs_plugin_top(asked: &Asked, asks_minions: bool, console: &mut dyn Console) -> Result<bool, SetupError> {
    if asked.reads_only_plugins() {
        return Ok(true);
    }
    let pinned = match if asks_minions { asked.pinned() } else { Ok(Vec::new()) } {
        Ok(pinned) => pinned,
        Err(error) => {
            let what = "it is not known if minions are pinned to the environment plugins";
            console.message(&format!("note: {what}: {error}"));
            return Ok(false);
        }
    };
    let Some(first) = pinned.first() else { return Ok(false) };
    let (minions, are) = (counted(pinned.len(), "minion"), plural(pinned.len(), "is", "are"));
    console.message(&format!("note: {minions} {are} pinned to the environment plugins, for example {first:?}"));
    let would_hide = asked.would_hide_section()?;
    if would_hide {
        console.message(
            "warning: the state is not in their highstate, because plugins has no top.sls\n  \
             with the master's strategy `same`, a new one would hide a section `plugins:` of another top.sls",
        );
    }
    Ok(!would_hide)
}

/// Reports an error that the user can correct. Any other error is a failure.
fn refuse(error: SetupError, console: &mut dyn Console) -> anyhow::Result<Exit> {
    if !error.is_finding() {
        return Err(error.into());
    }
    console.message(&refusal(&error));
    Ok(Exit::Findings)
}

/// Prints what was found and changed.
fn report(changes: &[(Setup, SetupChanges)], roots: &Roots, console: &mut dyn Console) -> anyhow::Result<()> {
    for (setup, changes) in changes {
        if let Some(doubt) = &changes.doubt {
            let top = setup.root.join(TOP_FILE);
            console.message(&format!("warning: {}:{doubt}\n{}", top.display(), unchecked(setup, roots)));
        }
    }
    let found = roots.asked.as_ref().map(|asked| asked.describe(roots)).unwrap_or_default();
    let summary: String = changes.iter().map(|(setup, changes)| summary(changes, setup)).collect();
    console.result(&(found + if summary.is_empty() { "nothing to do\n" } else { &summary }))
}

/// Returns the advice about a top file that stays as it is, although the entry is not known to be
/// read.
fn unchecked(setup: &Setup, roots: &Roots) -> String {
    match &setup.kind {
        Kind::Pillar { .. } => {
            let command = verify::pillar_command(roots.asked.as_ref().map(|asked| &asked.master));
            format!("  top.sls stays as it is; `{command}` shows if a minion has the key loopback-static-routes")
        }
        Kind::Highstate | Kind::PluginHighstate => {
            "  top.sls stays as it is; `state.show_top` of a minion shows if it has loopback_static_routes".to_owned()
        }
    }
}

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
    let files = [(&changes.sls_file, SLS_FILE, "write"), (&changes.top_file, TOP_FILE, "edit")];
    let lines = files.into_iter().filter_map(|(change, name, writing)| {
        let verb = match change.as_ref()? {
            FileChange::Write(_) => writing,
            FileChange::Remove => "remove",
        };
        Some(format!("{verb} {}\n", setup.root.join(name).display()))
    });
    lines.collect()
}
