//! Reads files in a way that their stamps show every later change.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::STAMPS;
use crate::fs::FileError;
use crate::publish::stamp::{Moment, Stamp};
use crate::publish::store::{FEW_FILES, Store, StoredFile};

/// Reads files, and takes the stamps of those that no program can change unnoticed.
///
/// A store through a memory mapping changes the times of a file only if it is the first one since
/// the page was written to the disk. So each file is flushed before it is described. And it gets a
/// stamp only if its times are older than the first flush: then no store came after the flush, and
/// the next one will change the times.
pub(crate) struct StampReader<'s> {
    store: &'s Store,
    /// The time before the first flush; `None` if the file system did not tell it.
    start: OnceLock<Option<Moment>>,
    /// The number of files that were flushed one by one.
    flushed: AtomicUsize,
    /// True if the whole file system was flushed.
    all_flushed: OnceLock<bool>,
}

impl<'s> StampReader<'s> {
    /// Returns a reader, or `None` if the file system's times do not show every change.
    pub(crate) fn new(store: &'s Store) -> Option<Self> {
        let (start, flushed, all_flushed) = (OnceLock::new(), AtomicUsize::new(0), OnceLock::new());
        store.has_exact_times().then_some(Self { store, start, flushed, all_flushed })
    }

    /// Reads a file, as [`Store::read_artefact`] does. The stamp is `None` if the file may change
    /// unnoticed.
    pub(crate) fn read(&self, path: &str) -> Result<Option<(StoredFile, Option<Stamp>)>, FileError> {
        let start = *self.start.get_or_init(|| self.store.time(STAMPS).ok());
        let mut is_flushed = false;
        let file = self.store.read_artefact(path, |file| is_flushed = self.flush(|| file.flush()))?;
        let is_exact = |stamp: &Stamp| {
            is_flushed && self.store.is_exact(stamp) && start.is_some_and(|start| stamp.changed < start)
        };
        Ok(file.map(|file| {
            let stamp = Some(file.stamp).filter(is_exact);
            (file, stamp)
        }))
    }

    /// Flushes a file. If there are many, the whole file system is flushed once instead.
    fn flush(&self, flush: impl FnOnce() -> bool) -> bool {
        match self.flushed.fetch_add(1, Ordering::Relaxed) < FEW_FILES {
            true => flush(),
            false => *self.all_flushed.get_or_init(|| self.store.flush_file_system().is_ok()),
        }
    }
}
