//! Adds the sources, and reads them into an authority.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::Path;

use super::load::{Bytes, SourceText};
use super::lower::Lowering;
use super::source::{Source, Sources};
use super::{Input, ReadError, Reading, Search, Texts, concurrent, discover, gzip, recognize, utf_16, windows};
use crate::diagnostics::Finding;
use crate::model::tree::Tree;
use crate::model::{SourceId, Span};
use crate::rules::{empty_folder, empty_source, invalid_syntax, invalid_utf_8};
use crate::syntaxes::parts::PART;
use crate::syntaxes::{Syntax, conflicts, offset};

/// The sources that were added so far, and the faults of their bytes.
pub(super) struct Reader {
    sources: Sources,
    findings: Vec<Finding>,
    syntax: Option<Syntax>,
    texts: Texts,
    /// The sources that were lowered in windows.
    lowered: BTreeMap<SourceId, Lowering>,
    folders: Vec<Folder>,
    /// The folders that were skipped, because `generate` published into them.
    published: Vec<String>,
}

/// A folder that was searched, and the numbers of its sources.
struct Folder {
    name: String,
    first: SourceId,
    end: SourceId,
}

impl Reader {
    /// Returns a reader without sources. `syntax` overrides the detected syntax.
    pub(super) fn new(syntax: Option<Syntax>, texts: Texts) -> Self {
        let (sources, findings, lowered) = (Sources::default(), Vec::new(), BTreeMap::new());
        Self { sources, findings, syntax, texts, lowered, folders: Vec::new(), published: Vec::new() }
    }

    /// Notes that a source was lowered in windows before it is added.
    pub(super) fn with_lowered(mut self, id: SourceId, lowering: Lowering) -> Self {
        self.lowered.insert(id, lowering);
        self
    }

    /// Reads all inputs. `None` if a text is needed that was left out.
    pub(super) fn read(mut self, inputs: Vec<Input>, search: &Search) -> Result<Option<Reading>, ReadError> {
        for input in inputs {
            match input {
                Input::Text { name, bytes } => self.add(name, Bytes::Heap(bytes), false)?,
                Input::Found { name, bytes } => self.add(name, Bytes::Heap(bytes), true)?,
                Input::Path(path) => match discover::search(&path, search)? {
                    None => self.add_file(&path, false)?,
                    Some(found) => {
                        let first = self.sources.next_id();
                        found.files.iter().try_for_each(|file| self.add_file(file, true))?;
                        self.published.extend(found.published.iter().map(|folder| folder.display().to_string()));
                        let (name, end) = (path.display().to_string(), self.sources.next_id());
                        self.folders.push(Folder { name, first, end });
                    }
                },
            }
        }
        Ok(self.lower(search))
    }

    /// Lowers all sources. `None` if a text is needed that was left out.
    fn lower(self, search: &Search) -> Option<Reading> {
        let Self { mut sources, mut findings, texts, lowered, folders, published, .. } = self;
        let size = if let Texts::Kept { size } = texts { size } else { PART };
        let (mut authority, mut foreign) = concurrent::lower(&sources, lowered, size, &mut findings)?;
        foreign.extend(sources.iter().filter(|(_, source)| source.is_foreign()).map(|(id, _)| id));
        sources.skip(&foreign);
        for Folder { name, first, end } in folders {
            if sources.iter().all(|(id, source)| id < first || id >= end || source.is_foreign()) {
                let id = sources.add_beside(name.clone(), String::new());
                let at = Span { source: id, start: 0, end: 0 };
                findings.push(empty_folder::folder(&name, &search.description(), (end.0 - first.0) as usize, at));
            }
        }
        if authority.routers.is_empty() {
            if sources.lack_texts() {
                return None;
            }
            authority.end = end_of(&sources);
        }
        Some(Reading { authority, sources, findings, published })
    }

    fn add_file(&mut self, path: &Path, is_found: bool) -> Result<(), ReadError> {
        let id = self.sources.next_id();
        if self.texts == Texts::Left
            && let Some((windows::Lowered { syntax, lowering }, file)) = windows::lower_file(path, id, self.syntax)
        {
            self.sources.add(Source::without_text(file, syntax).found(is_found));
            self.sources.are_files(id);
            self.lowered.insert(id, lowering);
            return Ok(());
        }
        let name = path.display().to_string();
        let bytes = Bytes::of_file(path).map_err(|cause| ReadError { name: name.clone(), cause })?;
        self.add(name, bytes, is_found)?;
        self.sources.are_files(id);
        Ok(())
    }

    /// Adds a source to read. If it is not text, it is only kept for its finding.
    fn add(&mut self, name: String, bytes: Bytes, is_found: bool) -> Result<(), ReadError> {
        let bytes = match gzip::is_gzip(&bytes).then(|| gzip::decompress(&bytes)) {
            None => bytes,
            Some(Ok(bytes)) => Bytes::Heap(bytes),
            Some(Err((message, start))) => {
                let at = self.next(0, 0);
                self.refuse(
                    name,
                    String::from_utf8_lossy(&start).into_owned(),
                    is_found,
                    invalid_syntax::at(at, message),
                );
                return Ok(());
            }
        };
        if u32::try_from(bytes.len()).is_err() {
            let cause = Error::new(ErrorKind::FileTooLarge, "the file is larger than 4 GiB; split it into fragments");
            return Err(ReadError { name, cause });
        }
        if let Some(encoding) = utf_16::encoding(&bytes) {
            let finding = invalid_utf_8::encoded(self.next(0, 0), encoding.name());
            self.refuse(name, encoding.decode(&bytes), is_found, finding);
            return Ok(());
        }
        match SourceText::new(bytes) {
            Ok(text) => self.add_text(name, text, is_found),
            Err((bytes, valid)) => {
                let finding = invalid_utf_8::at(self.next(offset(valid), offset(valid) + 1));
                self.refuse(name, String::from_utf8_lossy(&bytes).into_owned(), is_found, finding);
            }
        }
        Ok(())
    }

    /// Adds a text to read, unless it is empty or has conflicts. The finding of an empty text
    /// replaces those about missing elements.
    fn add_text(&mut self, name: String, text: SourceText, is_found: bool) {
        let id = self.sources.next_id();
        let syntax = self.syntax.unwrap_or_else(|| Syntax::of_text(text.get()));
        let before = self.findings.len();
        if recognize::is_blank(text.get()) {
            self.findings.push(empty_source::source(&name, Span { source: id, start: 0, end: 0 }));
        } else if !syntax.definition().rejects_conflicts {
            self.findings.extend(conflicts::findings(id, text.get(), syntax));
            if self.findings.len() > before && is_found && !is_configuration(text.get(), syntax) {
                self.findings.truncate(before);
                self.sources.add(Source::unread(name, String::new()));
                self.sources.skip(&[id]);
                return;
            }
        }
        let is_read = self.findings.len() == before;
        let source = if is_read { Source::new(name, text, syntax) } else { Source::unread(name, text) };
        self.sources.add(source.found(is_found));
    }

    /// Adds a source that cannot be read, with its finding. It is skipped if `text`, the part that
    /// can be read, is not configuration.
    fn refuse(&mut self, name: String, text: String, is_found: bool, finding: Finding) {
        let id = self.sources.next_id();
        let syntax = self.syntax.unwrap_or_else(|| Syntax::of_text(&text));
        let is_foreign = is_found && !is_configuration(&text, syntax);
        self.sources.add(Source::unread(name, text));
        if is_foreign {
            self.sources.skip(&[id]);
        } else {
            self.findings.push(finding);
        }
    }

    /// Returns a place in the next source.
    fn next(&self, start: u32, end: u32) -> Span {
        Span { source: self.sources.next_id(), start, end }
    }
}

/// Returns the end of the last source that is configuration.
fn end_of(sources: &Sources) -> Option<Span> {
    sources.iter().filter(|(_, source)| !source.is_foreign()).last().map(|(id, source)| source.end(id))
}

/// Returns true if a text that is not read looks like configuration.
fn is_configuration(text: &str, syntax: Syntax) -> bool {
    let (mut is_evident, mut ignored) = (false, Vec::new());
    let mut take = |tree: Tree<'_>| is_evident |= recognize::is_evident(&tree, syntax);
    (syntax.definition().read)(SourceId(0), text, &mut ignored, &mut take);
    recognize::is_blank(text) || is_evident || recognize::is_configuration(text, syntax, !ignored.is_empty())
}
