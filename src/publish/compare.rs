//! Compares planned artefacts with the files of the folder, and stages those that differ.

use rayon::prelude::*;

use crate::fs::{FILE_MODE, FileError};
use crate::model::Plan;
use crate::publish::artefacts::{PlannedArtefact, PlannedArtefacts};
use crate::publish::manifest::ArtefactEntry;
use crate::publish::modes::Modes;
use crate::publish::options::Observer;
use crate::publish::render::{RenderedArtefact, Renderer, RouterRenderer};
use crate::publish::route_changes::FileChanges;
use crate::publish::staging::Staging;
use crate::publish::stamp::Stamp;
use crate::publish::stamps::{Known, StampReader, UnchangedFiles};
use crate::publish::store::{Store, StoredFile};
use crate::publish::unified_diff::{mode_diff, unified_diff};

/// The number of routers that are compared between two reports of progress. It keeps all threads
/// busy and bounds the memory for rendered files.
const CHUNK: usize = 256;

/// A planned artefact that was compared with its file.
pub(crate) struct ComparedArtefact<'p> {
    pub(crate) planned: &'p PlannedArtefact<'p>,
    content: Content<'p>,
    pub(crate) equality: Equality,
    /// The stamp of the file that holds the artefact, in its place or staged. `None` if the file
    /// may change unnoticed.
    pub(crate) stamp: Option<Stamp>,
    /// The unified diff, and the changes of a route file, if a diff is made.
    changes: Option<Box<Changes>>,
}

/// The content of an artefact, for its entry in the manifest.
enum Content<'p> {
    /// The same as before.
    Recorded(&'p ArtefactEntry<'p>),
    /// The size and the SHA-256 digest of a rendered artefact.
    Rendered(u64, Box<str>),
}

/// The changes of a file.
struct Changes {
    diff: Option<String>,
    routes: Option<FileChanges>,
}

/// The equality of an artefact and its file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Equality {
    /// The file differs, or is missing, or cannot be read.
    Different,
    /// The file has another mode, and the same content.
    ExceptMode,
    /// The file is equal by its stamp. It was not read.
    ByStamp,
    /// The file is equal by its content.
    ByContent,
}

impl ComparedArtefact<'_> {
    /// Returns true if a file was staged.
    pub(crate) fn is_changed(&self) -> bool {
        matches!(self.equality, Equality::Different | Equality::ExceptMode)
    }

    /// Returns the entry of the artefact in the manifest.
    pub(crate) fn entry(&self) -> ArtefactEntry<'_> {
        let (size, sha256) = match &self.content {
            Content::Recorded(entry) => (entry.size, &*entry.sha256),
            Content::Rendered(size, sha256) => (*size, &**sha256),
        };
        ArtefactEntry::new(self.planned.owner.clone(), size, sha256)
    }

    /// Returns the changes of a route file, if a diff is made.
    pub(crate) fn routes(&self) -> Option<FileChanges> {
        self.changes.as_ref()?.routes
    }
}

/// The tools of a comparison.
pub(crate) struct Comparer<'c> {
    pub(crate) store: Option<&'c Store>,
    pub(crate) unchanged: UnchangedFiles<'c>,
    /// Takes the stamps of files. `None` if the run writes no stamps.
    pub(crate) reader: Option<&'c StampReader<'c>>,
    pub(crate) staging: &'c Staging<'c>,
    pub(crate) modes: Option<&'c Modes<'c>>,
    /// True if a unified diff is made of each change.
    pub(crate) with_diff: bool,
}

impl<'c> Comparer<'c> {
    /// Compares all artefacts, and stages those that differ. Returns them sorted by path.
    ///
    /// The observer gets the diffs in the order of the plan.
    pub(crate) fn compare_all(
        &self,
        plan: &Plan<'_>,
        planned: &'c PlannedArtefacts<'c>,
        renderer: &Renderer<'_>,
        observer: &dyn Observer,
    ) -> Result<Vec<ComparedArtefact<'c>>, FileError> {
        let general =
            planned.general.iter().map(|(general, planned)| self.compare(planned, || general.render(), false));
        let count = planned.general.len() + planned.by_router.iter().map(Vec::len).sum::<usize>();
        let mut by_position: Vec<Option<ComparedArtefact<'c>>> = std::iter::repeat_with(|| None).take(count).collect();
        let mut add = |artefacts: Vec<ComparedArtefact<'c>>| {
            for mut artefact in artefacts {
                if let Some(diff) = artefact.changes.as_mut().and_then(|changes| changes.diff.take()) {
                    observer.diff(&diff);
                }
                let position = artefact.planned.position;
                by_position[position] = Some(artefact);
            }
        };
        add(general.collect::<Result<_, FileError>>()?);
        let mut done = 0;
        for (routers, artefacts) in plan.routers.chunks(CHUNK).zip(planned.by_router.chunks(CHUNK)) {
            let of_chunk: Vec<Vec<ComparedArtefact<'c>>> = routers
                .par_iter()
                .zip(artefacts)
                .map(|(router, artefacts)| self.compare_router(artefacts, &RouterRenderer::new(renderer, router)))
                .collect::<Result<_, FileError>>()?;
            of_chunk.into_iter().for_each(&mut add);
            done += routers.len();
            observer.progress(done, plan.routers.len());
        }
        Ok(by_position.into_iter().map(|artefact| artefact.expect("each position has an artefact")).collect())
    }

    fn compare_router(
        &self,
        artefacts: &'c [PlannedArtefact<'c>],
        renderer: &RouterRenderer<'_>,
    ) -> Result<Vec<ComparedArtefact<'c>>, FileError> {
        let in_known_folders = self.modes.map_or(Ok(false), |modes| modes.correct_router(artefacts))?;
        artefacts
            .iter()
            .map(|artefact| self.compare(artefact, || artefact.render(renderer), in_known_folders))
            .collect()
    }

    /// Compares an artefact. It is rendered only if it is not known to be unchanged.
    fn compare<'r>(
        &self,
        planned: &'c PlannedArtefact<'c>,
        render: impl FnOnce() -> RenderedArtefact<'r>,
        in_known_folders: bool,
    ) -> Result<ComparedArtefact<'c>, FileError> {
        let reader = match self.unchanged.compare(planned, in_known_folders) {
            Known::Unchanged(entry, stamp) => {
                let (content, equality, stamp) = (Content::Recorded(entry), Equality::ByStamp, Some(stamp));
                return Ok(ComparedArtefact { planned, content, equality, stamp, changes: None });
            }
            Known::Unknown => self.reader,
            // The file will be replaced, so its stamp is not worth a flush.
            Known::Changed => None,
        };
        self.compare_with_file(planned, render(), reader)
    }

    /// Compares a rendered artefact with its file, and stages it if they differ.
    fn compare_with_file(
        &self,
        planned: &'c PlannedArtefact<'c>,
        rendered: RenderedArtefact<'_>,
        reader: Option<&StampReader<'_>>,
    ) -> Result<ComparedArtefact<'c>, FileError> {
        let path = &planned.path;
        let file = match (reader, self.store) {
            (Some(reader), _) => reader.read(path)?,
            (None, Some(store)) => store.read_artefact(path, |_| ())?.map(|file| (file, None)),
            (None, None) => None,
        };
        let content = Content::Rendered(rendered.bytes.len() as u64, rendered.sha256.into());
        let equality = match &file {
            Some((old, _)) if old.bytes != *rendered.bytes => Equality::Different,
            Some((old, _)) if old.mode != FILE_MODE => Equality::ExceptMode,
            Some(_) => Equality::ByContent,
            None => Equality::Different,
        };
        if equality == Equality::ByContent {
            let stamp = file.and_then(|(_, stamp)| stamp);
            return Ok(ComparedArtefact { planned, content, equality, stamp, changes: None });
        }
        let old = file.as_ref().map(|(old, _)| old);
        let changes = self.with_diff.then(|| {
            let routes = || FileChanges::between(old.map(|old| old.bytes.as_slice()), Some(&rendered.bytes));
            let diff = Some(file_diff(path, old, &rendered.bytes));
            Box::new(Changes { diff, routes: planned.is_route_file().then(routes) })
        });
        let stamp = self.staging.stage(path, &rendered.bytes)?;
        Ok(ComparedArtefact { planned, content, equality, stamp, changes })
    }
}

/// Returns the unified diff of a file and the artefact that replaces it.
fn file_diff(path: &str, old: Option<&StoredFile>, new: &[u8]) -> String {
    let modes = old.filter(|old| old.mode != FILE_MODE).map(|old| mode_diff(path, old.mode, FILE_MODE));
    modes.unwrap_or_default() + &unified_diff(path, old.map(|old| old.bytes.as_slice()), Some(new))
}
