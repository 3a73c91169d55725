//! `deploy`: the whole way from a commit to the routers, for the units of the conductor.

mod command;
mod log;
mod own;
mod settings;
mod source;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use self::log::Entry;
use self::own::OwnDocument;
use self::settings::Settings;
use self::source::Source;
use super::configuration::Configuration;
use super::settings::SettingsArguments;
use super::{CommandError, Console, Exit, generate, push, salt_setup};
use crate::fs::{Folder, Lock, Root};
use crate::model::count::{counted, plural};
use crate::publish::{documents, is_published};

/// The file with the settings.
const SETTINGS: &str = "/etc/128T-loopback-static-routes/deploy.toml";

/// The advice on the routes that stay.
const REMOVAL: &str = "to remove them, erase the package loopback-static-routes-router there";

/// The name of the lock in the folder that is published.
const LOCK: &str = ".deploy.lock";

/// Generate, connect the documents with Salt, and push, as the settings say
#[derive(Debug, Args)]
#[command(after_help = "\
The units of the conductor run this command when the configuration changes. It ends with one line of JSON for the log. If the
configuration changes meanwhile, it runs again.

Examples:
  loopback-static-routes deploy
  loopback-static-routes deploy --check
  loopback-static-routes deploy --allow-removals
  loopback-static-routes deploy --undo")]
pub struct Arguments {
    /// Read the settings from this file
    #[arg(long, value_name = "FILE", default_value = SETTINGS)]
    pub(crate) config: PathBuf,

    /// Change nothing; exit 1 if something would be changed
    #[arg(long)]
    pub(crate) check: bool,

    /// Allow this run to remove most of the published routes
    #[arg(long)]
    pub(crate) allow_removals: bool,

    /// Publish nothing, and disconnect the documents from Salt; the routers keep their routes
    #[arg(long, conflicts_with_all = ["check", "allow_removals"])]
    pub(crate) undo: bool,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let settings = Settings::read(&arguments.config, arguments.config == Path::new(SETTINGS))?;
    if arguments.undo {
        return undo(&settings, console);
    }
    let _lock = if arguments.check { None } else { Some(lock(&settings.out)?) };
    let mut is_first = true;
    loop {
        let source = Source::of(&settings)?;
        if !arguments.check {
            source.settle(settings.settle());
        }
        // The time of the source, before it is read.
        let version = source.version();
        let allow_removals = arguments.allow_removals && std::mem::take(&mut is_first);
        let mut entry = Entry::default();
        let result = deploy(&settings, &source, arguments.check, allow_removals, &mut entry, console);
        let exit = match &result {
            Ok(exit) => *exit,
            Err(error) => error.exit(),
        };
        entry.end(exit, result.as_ref().err());
        console.result(&entry.to_json())?;
        let exit = result?;
        if arguments.check || source.version() == version {
            return Ok(exit);
        }
    }
}

/// Disconnects the documents from Salt, and says what the routers still have.
fn undo(settings: &Settings, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let published = documents(&settings.out)?;
    let exit = match settings.connect && settings.out.exists() {
        true => salt_setup::run(&settings.salt_setup(false, true), console)?,
        false => Exit::Done,
    };
    let minions = published.map_or(0, |published| published.len());
    if minions > 0 {
        let routes = plural(minions, "keeps its routes", "keep their routes");
        console.message(&format!("{} {routes}: {REMOVAL}", counted(minions, "minion")));
    }
    Ok(exit)
}

/// Locks out other runs, so that the run that reads the source last is the one that ends last.
fn lock(out: &Path) -> Result<impl Sized + use<>, CommandError> {
    Root::create(out)?;
    let folder = Folder::open(out)?;
    let (file, _) = folder.create_lock_file(LOCK)?;
    file.secure(&folder)?;
    file.lock(Lock::Exclusive, std::time::Duration::MAX, &|| ())?;
    Ok((file, folder))
}

fn deploy(
    settings: &Settings,
    source: &Source,
    check: bool,
    allow_removals: bool,
    entry: &mut Entry,
    console: &mut dyn Console,
) -> Result<Exit, CommandError> {
    let arguments = generate::Arguments {
        configuration: Configuration {
            config: source.path().map(Path::to_owned).into_iter().collect(),
            example: false,
            input_format: None,
            settings: SettingsArguments { settings: None, no_settings: true },
        },
        out: Some(settings.out.clone()),
        check,
        show: false,
        revision: settings.revision().context("revision-command")?,
        diff: false,
        json: false,
        quiet: true,
        allow_removals,
        wait: settings.wait,
    };
    let inputs = source.inputs()?;
    let (mut exit, generated) = generate::execute(&arguments, inputs, console)?;
    entry.generated(&generated);
    // Nodes without errors go on, and so do those that missed an earlier push.
    // With `check`, the folder may be missing.
    if settings.connect && settings.out.exists() {
        exit = worst(exit, salt_setup::run(&settings.salt_setup(check, false), console)?);
    }
    if let Some(minion) = &settings.own_minion {
        exit = worst(exit, install_own(minion, settings, check, entry, console)?);
    }
    if settings.push && is_published(&settings.out)? {
        let report = push::execute(&settings.push(check), console)?;
        entry.pushed(&report);
        exit = worst(exit, push::exit(&report));
    }
    Ok(exit)
}

/// Installs the document of this machine, which is the router of a minion.
fn install_own(
    minion: &str,
    settings: &Settings,
    check: bool,
    entry: &mut Entry,
    console: &mut dyn Console,
) -> Result<Exit, CommandError> {
    let document = own::install(&settings.out, minion, &settings.own_document, check)?;
    entry.own_document(document);
    let path = settings.own_document.display();
    Ok(match document {
        OwnDocument::Unchanged => Exit::Done,
        OwnDocument::Changed if check => Exit::Findings,
        OwnDocument::Changed => {
            console.message(&format!("installed the document of {minion} as {path}"));
            Exit::Done
        }
        OwnDocument::Missing => {
            console.message(&format!("no document of {minion} is published, so {path} stays; check `asset-id`"));
            Exit::Findings
        }
    })
}

/// Returns the worse one of two exit codes.
fn worst(first: Exit, second: Exit) -> Exit {
    if second as u8 > first as u8 { second } else { first }
}
