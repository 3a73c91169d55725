//! Brings a router to what its document says.
//!
//! The kernel comes first, the file second. Until the file is renamed, its old lines tell which routes of the network scripts' making
//! are ours, so that a run that is killed in between leaves nothing behind that no later run would know; and a kernel that
//! refuses leaves the file as it was. The new file is written before the kernel is touched: a full disk is found out in time.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::Metric;
use crate::model::route::default_prefix;
use crate::router::diff::Conflict;
use crate::router::event::Event;
use crate::router::files::{FileError, Files, Folder};
use crate::router::kernel::{Interface, Kernel};
use crate::router::reconcile::{self, Reconciled};
use crate::router::route_file::FileStep;
use crate::router::situation::{Error, Situation, look};

/// How often a document that changed during a run is followed before the run gives up.
const ROUNDS: usize = 20;

/// How many lines of one kind go into the journal; `status` has them all.
const LISTED: usize = 10;

/// Where things are, and how long to wait for them.
#[derive(Clone, Debug)]
pub struct Options {
    /// Before every path.
    pub root: PathBuf,
    /// The document; `None`: none is asked, and all that is this plugin's is to go.
    pub config: Option<PathBuf>,
    /// How long to wait for another run to end.
    pub wait: Duration,
}

/// What a run did.
#[derive(Debug)]
pub struct Applied {
    /// The state of kni254.
    pub interface: Interface,
    /// Whether the route file was written, put back or removed.
    pub file_changed: bool,
    /// How many routes were put into the kernel.
    pub added: usize,
    /// How many routes were taken out.
    pub deleted: usize,
    /// Wanted routes whose place is another's, and the name of that other's interface.
    pub conflicts: Vec<(Conflict, Option<String>)>,
    /// How many routes wait for the interface.
    pub waiting: usize,
}

impl Applied {
    /// Whether file or kernel were changed.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.file_changed || self.added + self.deleted > 0
    }
}

/// Brings file and kernel to what the document says; again, if the document changed meanwhile.
///
/// # Errors
///
/// It could not be done; what had been changed was taken back, or the error says why not.
pub fn apply(kernel: &mut dyn Kernel, options: &Options, log: &mut dyn FnMut(Event<'_>)) -> Result<Applied, Error> {
    let files = Files::open(&options.root)?;
    let folder = match files.folder()? {
        Some(folder) => folder,
        None => {
            // A document that is not to be followed changes nothing: it does not even make a folder.
            look(&files, None, options.config.as_deref())?;
            files.make_folder()?
        }
    };
    if !folder.lock(options.wait)? {
        return Err(Error::Busy(folder.route_file()));
    }
    folder.discard()?;
    let (mut added, mut deleted, mut file_changed) = (0, 0, false);
    for _ in 0..ROUNDS {
        let situation = look(&files, Some(&folder), options.config.as_deref())?;
        let reconciled = follow(kernel, &folder, &situation, log)?;
        added += reconciled.added;
        deleted += reconciled.deleted;
        file_changed |= situation.plan.step != FileStep::Keep;
        if is_unchanged(&files, options, &situation) {
            let conflicts = named(kernel, &reconciled.conflicts);
            let (interface, waiting) = (reconciled.interface, reconciled.waiting);
            let applied = Applied { interface, file_changed, added, deleted, conflicts, waiting };
            tell(&applied, &situation, log);
            return Ok(applied);
        }
        log(Event::Again);
    }
    Err(Error::Restless(files.outside(options.config.as_deref().unwrap_or(Path::new("/")))))
}

/// A path unit misses what changes while its service runs.
fn is_unchanged(files: &Files, options: &Options, situation: &Situation) -> bool {
    match &options.config {
        None => true,
        Some(config) => files.read_config(config).is_ok_and(|now| now == situation.config),
    }
}

fn follow(
    kernel: &mut dyn Kernel,
    folder: &Folder,
    situation: &Situation,
    log: &mut dyn FnMut(Event<'_>),
) -> Result<Reconciled, Error> {
    let step = &situation.plan.step;
    let default = default_route(situation);
    if let FileStep::Write { bytes, .. } | FileStep::Compose { bytes } = step {
        default.into_iter().for_each(|metric| log(Event::DefaultRoute(metric)));
        folder.stage(bytes, situation.file.as_ref())?;
    }
    let reconciled = reconcile::reconcile(kernel, &situation.goal).map_err(|failure| {
        let _ = folder.discard();
        Error::Reconcile(failure)
    })?;
    if *step == FileStep::Keep {
        let put_in = reconciled.record.adds(default_prefix());
        default.filter(|_| put_in).into_iter().for_each(|metric| log(Event::DefaultRoute(metric)));
        return Ok(reconciled);
    }
    let dropped = &situation.plan.dropped;
    dropped.iter().take(LISTED).for_each(|line| log(Event::Dropped(line)));
    log_rest(dropped.len(), log);
    install(folder, situation, log).map_err(|error| {
        let _ = folder.discard();
        Error::File { error, undone: Some(reconcile::undo(kernel, &reconciled.record)) }
    })?;
    // The file's names are right, and the kernel with them; only a power cut could still bring the old one back.
    folder.flush().map_err(Error::Flush)?;
    if !situation.goal.has_leftovers() {
        return Ok(reconciled);
    }
    // The network scripts may have read the old file in the meantime.
    let after = reconcile::reconcile(kernel, &situation.goal).map_err(Error::Afterwards)?;
    Ok(Reconciled { added: reconciled.added + after.added, deleted: reconciled.deleted + after.deleted, ..after })
}

/// Puts the file in its place; if that fails, all is as it was.
fn install(folder: &Folder, situation: &Situation, log: &mut dyn FnMut(Event<'_>)) -> Result<(), FileError> {
    let path = situation.path.as_path();
    match &situation.plan.step {
        FileStep::Keep => Ok(()),
        FileStep::Write { back_up, .. } => {
            log(Event::Updating(path));
            let made = *back_up && folder.back_up()?;
            if made {
                log(Event::BackedUp(&path.with_file_name(super::files::BACKUP_NAME)));
            }
            folder.commit().inspect_err(|_| {
                if made {
                    let _ = folder.remove_backup();
                }
            })
        }
        FileStep::Compose { .. } => {
            log(Event::Restoring(path));
            folder.commit_backup()?;
            folder.restore()
        }
        FileStep::Restore => {
            log(Event::Restoring(path));
            folder.restore()
        }
        FileStep::Remove => {
            log(Event::Removing(path));
            folder.remove()
        }
        FileStep::DropBackup => folder.remove_backup(),
    }
}

fn log_rest(count: usize, log: &mut dyn FnMut(Event<'_>)) {
    if count > LISTED {
        log(Event::More(count - LISTED));
    }
}

fn default_route(situation: &Situation) -> Option<Metric> {
    let routes = situation.desired.routes.as_ref()?;
    routes.iter().find(|route| route.prefix == default_prefix()).map(|route| route.metric)
}

/// Conflicts with the names of the interfaces, which people know.
pub(crate) fn named(kernel: &mut dyn Kernel, conflicts: &[Conflict]) -> Vec<(Conflict, Option<String>)> {
    conflicts
        .iter()
        .map(|conflict| {
            let name = conflict.holder.interface.map(|interface| kernel.interface_name(interface));
            (conflict.clone(), name)
        })
        .collect()
}

fn tell(applied: &Applied, situation: &Situation, log: &mut dyn FnMut(Event<'_>)) {
    if applied.added + applied.deleted > 0 {
        log(Event::Changed { added: applied.added, deleted: applied.deleted });
    }
    let conflicts = &applied.conflicts;
    conflicts.iter().take(LISTED).for_each(|(conflict, name)| log(Event::Conflict(conflict, name.as_deref())));
    log_rest(conflicts.len(), log);
    if applied.waiting > 0 {
        log(Event::Waiting { interface: applied.interface, routes: applied.waiting });
    } else if applied.conflicts.is_empty() {
        log(if situation.desired.routes.is_some() { Event::Done } else { Event::Off });
    }
}
