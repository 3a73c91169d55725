//! Writes files under temporary names, and keeps the journal.

use std::sync::Mutex;

use crate::fs::FileError;
use crate::publish::artefacts::ByPath;
use crate::publish::early_flush::EarlyFlush;
use crate::publish::journal::{JOURNAL, Journal};
use crate::publish::manifest::MANIFEST;
use crate::publish::previous::PreviousRun;
use crate::publish::stamp::Stamp;
use crate::publish::stamps::STAMPS;
use crate::publish::store::Store;

/// The staged files of a run, and its journal. The journal is written before the first staged file.
pub(crate) struct Staging<'s> {
    /// The folder. Without one, nothing is staged.
    store: Option<&'s Store>,
    journal: &'s Journal<'s>,
    /// True if the previous run was interrupted, and left its journal.
    interrupted: bool,
    /// True if this run has written its journal.
    begun: Mutex<bool>,
    early_flush: EarlyFlush,
}

impl<'s> Staging<'s> {
    /// Returns a staging area with this journal. It writes nothing yet.
    pub(crate) fn new(store: Option<&'s Store>, journal: &'s Journal<'s>, interrupted: bool) -> Self {
        Self { store, journal, interrupted, begun: Mutex::new(false), early_flush: EarlyFlush::default() }
    }

    /// Removes the temporary files and folders of an interrupted run.
    pub(crate) fn recover(&self, previous: &PreviousRun<'_>, planned: &ByPath<'_>) -> Result<(), FileError> {
        let Some(store) = self.store else { return Ok(()) };
        // A run killed at its beginning or its end leaves one of these, and no journal.
        [JOURNAL, MANIFEST, STAMPS].into_iter().try_for_each(|name| store.discard(name))?;
        if !self.interrupted {
            return Ok(());
        }
        self.begin()?;
        let paths = previous.paths().chain(planned.paths());
        store.discard_old_folders(paths.clone())?;
        paths.clone().try_for_each(|path| store.discard(path))
    }

    /// Writes a file under a temporary name, and returns its stamp.
    pub(crate) fn stage(&self, path: &str, bytes: &[u8]) -> Result<Option<Stamp>, FileError> {
        let Some(store) = self.store else { return Ok(None) };
        self.begin()?;
        let stamp = store.write_temporary(path, [bytes])?;
        self.early_flush.staged(store, bytes.len());
        Ok(Some(stamp))
    }

    /// Writes the journal, unless this run has written it.
    pub(crate) fn begin(&self) -> Result<(), FileError> {
        let mut begun = self.begun.lock().expect("no thread panics with this lock");
        let Some(store) = self.store.filter(|_| !*begun) else { return Ok(()) };
        let written = replace_and_flush(store, JOURNAL, &self.journal.to_json());
        if written.is_err() {
            // The run ends here, with nothing changed. The next run removes what cannot be removed
            // here.
            let _ = store.discard(JOURNAL);
            if !self.interrupted {
                let _ = store.remove(JOURNAL);
            }
        }
        *begun = written.is_ok();
        written
    }

    /// Removes the journal, if this run has written it.
    pub(crate) fn end(&self) -> Result<(), FileError> {
        let Some(store) = self.store.filter(|_| self.has_begun()) else { return Ok(()) };
        store.remove(JOURNAL)?;
        store.flush_folders(&[JOURNAL])
    }

    /// Removes all staged files after a failure. The journal lists those that cannot be removed.
    pub(crate) fn abandon(&self, planned: &ByPath<'_>) {
        if let Some(store) = self.store {
            let _ = store.discard(MANIFEST);
        }
        let Some(store) = self.store.filter(|_| self.has_begun()) else { return };
        let removed =
            store.discard_new_folders().and_then(|()| planned.paths().try_for_each(|path| store.discard(path)));
        if removed.is_ok() && !self.interrupted {
            // A journal that remains does no harm: the next run finds nothing to recover.
            let _ = self.end();
        }
    }

    fn has_begun(&self) -> bool {
        *self.begun.lock().expect("no thread panics with this lock")
    }
}

/// Replaces one file, and flushes it.
fn replace_and_flush(store: &Store, path: &str, bytes: &[u8]) -> Result<(), FileError> {
    store.write_temporary(path, [bytes])?;
    store.flush_temporaries(&[path])?;
    let _ = store.commit(path)?;
    store.flush_folders(&[path])
}
