//! The route file `route-kni254`, which the network scripts and NetworkManager read.
//!
//! [`content`] parses a file, [`mod@plan`] decides the changes, and this file makes them.

pub mod content;
pub mod plan;

use std::net::Ipv4Addr;
use std::path::PathBuf;

pub use self::content::InstalledFile;
pub use self::plan::{FilePlan, FileStep, confirmed, plan, plan_keeping};

use crate::contract::route_file::FILE_NAME;
use crate::fs::{Attributes, FILE_MODE, FileError, Folder, Root};
use crate::model::Route;
use crate::router::backend::{Backend, Confirmed, StoragePlan};
use crate::router::error::Error;
use crate::router::event::Event;

/// The folder that the network scripts read.
pub const NETWORK_SCRIPTS: &str = "/etc/sysconfig/network-scripts";

/// The name of the backup of the original file.
pub const BACKUP_NAME: &str = "route-kni254.before-loopback-static-routes";

/// The name of the staged file.
const STAGED_NAME: &str = ".route-kni254.new";

/// The second name of the old file, while the new one takes its place.
const OLD_NAME: &str = ".route-kni254.old";

/// The maximum size of the file, in bytes. Ten thousand routes take 0.6 MB.
const LARGEST: usize = 64 * 1024 * 1024;

/// The route file and its backup.
pub(crate) struct RouteFileBackend<'r> {
    root: &'r Root,
    /// The folder of the file; `None` if it is missing.
    folder: Option<Folder>,
    /// The planned step.
    step: FileStep,
}

/// Opens the backend, which works on every machine.
pub(crate) fn open(root: &Root) -> Result<Option<Box<dyn Backend + '_>>, FileError> {
    Ok(Some(Box::new(RouteFileBackend::open(root)?)))
}

impl<'r> RouteFileBackend<'r> {
    /// Opens the folder of the route file.
    fn open(root: &'r Root) -> Result<Self, FileError> {
        let folder = match root.folder(NETWORK_SCRIPTS) {
            Ok(folder) => Some(folder),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        };
        Ok(Self { root, folder, step: FileStep::Keep })
    }

    /// Returns the folder, which [`Backend::prepare`] created.
    fn folder(&self) -> &Folder {
        self.folder.as_ref().expect("prepared")
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        match folder.read(name, LARGEST) {
            Ok(contents) => Ok(Some(contents.bytes)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns owner, mode, SELinux label and access list of the file, or those of a new one.
    fn attributes(&self) -> Result<Attributes, FileError> {
        match self.folder().attributes(FILE_NAME) {
            Err(error) if error.is_not_found() => Ok(Attributes::of_mode(FILE_MODE)),
            other => other,
        }
    }

    /// Stages a file that replaces the route file or its backup.
    ///
    /// A service may not give a file to a group. So the new file has root's group, and
    /// [`Self::replace`] restores the group.
    fn stage_as(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let (folder, attributes) = (self.folder(), self.attributes()?);
        let staged = match (folder.stage(name, [bytes], &attributes), attributes.of_group_root()) {
            (Err(error), Some(attributes)) if error.is_not_permitted() => folder.stage(name, [bytes], &attributes),
            (staged, _) => staged,
        };
        staged?.flush()
    }

    /// Replaces the route file by `replace`, which gives its name to the file `new`.
    ///
    /// If the new file lacks the group, the old one then gets its bytes, and the name again. The
    /// name belongs to a whole file at each moment.
    fn replace(
        &self,
        new: &str,
        log: &mut dyn FnMut(Event<'_>),
        replace: impl FnOnce() -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        let folder = self.folder();
        let is_of_root = |name: &str| folder.describe(name).is_some_and(|description| description.group == 0);
        if !is_of_root(new) || is_of_root(FILE_NAME) || folder.describe(FILE_NAME).is_none() {
            return replace();
        }
        folder.link(FILE_NAME, OLD_NAME)?;
        replace()?;
        let new = folder.read(FILE_NAME, LARGEST);
        let returned = new.and_then(|new| folder.overwrite(OLD_NAME, &new.bytes));
        if returned.and_then(|()| folder.rename(OLD_NAME, FILE_NAME)).is_err() {
            log(Event::GroupLost(&self.path()));
            let _ = folder.remove(OLD_NAME);
        }
        Ok(())
    }

    /// Stages a copy of the file as its backup. A second name of the same file would not do: if
    /// this run is killed, an operator may write into the file before the next run.
    fn stage_backup(&self) -> Result<(), FileError> {
        self.stage_as(BACKUP_NAME, &self.folder().read(FILE_NAME, LARGEST)?.bytes)
    }

    fn write(&self, back_up: bool, log: &mut dyn FnMut(Event<'_>)) -> Result<(), FileError> {
        let (path, folder) = (self.path(), self.folder());
        log(Event::Updating(&path));
        if back_up {
            folder.commit(BACKUP_NAME)?;
            log(Event::BackedUp(&path.with_file_name(BACKUP_NAME)));
            // A power cut must not lose the backup, so it is flushed before the file loses its
            // name.
            folder.flush().inspect_err(|_| self.remove_backup())?;
        }
        let replaced = self.replace(STAGED_NAME, log, || folder.commit(FILE_NAME));
        replaced.inspect_err(|_| {
            if back_up {
                self.remove_backup()
            }
        })
    }

    fn remove_backup(&self) {
        let _ = self.folder().remove(BACKUP_NAME);
    }
}

impl Backend for RouteFileBackend<'_> {
    fn path(&self) -> PathBuf {
        self.root.display_path(NETWORK_SCRIPTS).join(FILE_NAME)
    }

    fn is_present(&self) -> bool {
        self.folder.is_some()
    }

    fn prepare(&mut self) {
        if self.folder.is_none() {
            self.folder = self.root.create_folder(NETWORK_SCRIPTS).ok();
        }
        self.discard();
    }

    fn confirmed(&mut self) -> Result<Confirmed, Error> {
        Ok(confirmed(self.read(FILE_NAME)?.as_deref()))
    }

    fn plan(&mut self, desired: Option<&[Route]>, keep: &[Ipv4Addr]) -> Result<StoragePlan, Error> {
        let (file, backup) = (self.read(FILE_NAME)?, self.read(BACKUP_NAME)?);
        let plan = plan_keeping(file.as_deref(), backup.as_deref(), desired, keep);
        let plan = plan.map_err(|line| Error::Sourced { path: self.path(), line })?;
        Ok(plan.map_step(|step| {
            self.step = step;
            self.step.describe()
        }))
    }

    fn stage(&self) -> Result<(), FileError> {
        let Some(bytes) = self.step.bytes() else { return Ok(()) };
        if self.folder.is_none() {
            // It cannot be created: this says why.
            self.root.create_folder(NETWORK_SCRIPTS)?;
            return Err(FileError::not_found("open", &self.root.display_path(NETWORK_SCRIPTS)));
        }
        let is_first = matches!(self.step, FileStep::Write { back_up: true, .. });
        let staged = self.stage_as(FILE_NAME, bytes);
        let staged = staged.and_then(|()| if is_first { self.stage_backup() } else { Ok(()) });
        staged.inspect_err(|_| self.discard())
    }

    fn discard(&self) {
        let Some(folder) = &self.folder else { return };
        for name in [FILE_NAME, BACKUP_NAME] {
            let _ = folder.discard(name);
        }
        let _ = folder.remove(OLD_NAME);
    }

    fn install(&self, log: &mut dyn FnMut(Event<'_>)) -> Result<(), FileError> {
        let (path, folder) = (self.path(), self.folder());
        match &self.step {
            FileStep::Keep => Ok(()),
            FileStep::Write { back_up, .. } => self.write(*back_up, log),
            FileStep::Compose { .. } => {
                log(Event::Restoring(&path));
                self.replace(STAGED_NAME, log, || {
                    folder.commit_as(FILE_NAME, BACKUP_NAME)?;
                    folder.rename(BACKUP_NAME, FILE_NAME)
                })
            }
            FileStep::Restore => {
                log(Event::Restoring(&path));
                self.replace(BACKUP_NAME, log, || folder.rename(BACKUP_NAME, FILE_NAME))
            }
            FileStep::Remove => {
                log(Event::Removing(&path));
                folder.remove(FILE_NAME)
            }
            FileStep::DropBackup => folder.remove(BACKUP_NAME),
        }
    }

    fn flush(&self) -> Result<(), FileError> {
        self.folder().flush()
    }
}
