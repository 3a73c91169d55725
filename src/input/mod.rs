//! Reads files and folders into one [`Authority`], with the place of each element.
//!
//! `discover` finds the files that `search` describes, `load` loads them, and `gzip` decompresses
//! them. A reader in [`crate::syntaxes`] yields trees of the elements in [`crate::elements`], and
//! `recognize` decides which files of a folder are configuration. `lower` merges the trees of all
//! sources into one authority, and `concurrent` does all this on all cores.

mod blocks;
mod concurrent;
mod discover;
mod error;
mod gzip;
mod load;
mod locator;
mod lower;
mod names;
mod published;
mod recognize;
mod search;
mod source;
mod utf_16;

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use self::load::{Bytes, SourceText};
use crate::diagnostics::Finding;
use crate::model::tree::Tree;
use crate::model::{Authority, SourceId, Span};
use crate::rules::{empty_folder, empty_source, invalid_syntax, invalid_utf_8};
use crate::syntaxes::parts::PART;
use crate::syntaxes::{Syntax, conflicts, offset};

pub use self::error::ReadError;
pub use self::locator::{Excerpt, Locator, Position};
pub(crate) use self::published::{is_manifest, is_part};
pub use self::search::Search;
pub(crate) use self::search::{Globs, normal};
pub use self::source::{Source, Sources};

/// A configuration to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or a folder of fragments.
    Path(PathBuf),
    /// A text in memory: standard input, or the embedded example.
    Text {
        /// The name in messages.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A file that was found in a folder, in a revision of a repository. It is skipped if it is
    /// not configuration.
    Found {
        /// The name in messages.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

/// The result of reading.
#[derive(Debug, Default)]
pub struct Reading {
    /// The elements of all sources.
    pub authority: Authority,
    /// The sources, for the places of findings.
    pub sources: Sources,
    /// The faults of the sources.
    pub findings: Vec<Finding>,
    /// The folders that were skipped, because `generate` published into them.
    pub published: Vec<String>,
}

/// Reads all inputs, in order, into one authority. `syntax` overrides the detected syntax.
///
/// # Errors
///
/// A file or folder that cannot be read. Faults of the content are findings.
pub fn read(inputs: Vec<Input>, syntax: Option<Syntax>) -> Result<Reading, ReadError> {
    read_with(inputs, syntax, &Search::default())
}

/// Reads all inputs, as [`read`] does, and searches folders by these rules.
///
/// # Errors
///
/// A file or folder that cannot be read. Faults of the content are findings.
pub fn read_with(inputs: Vec<Input>, syntax: Option<Syntax>, search: &Search) -> Result<Reading, ReadError> {
    read_all(inputs, syntax, search, PART)
}

/// Reads all inputs, as [`read`] does, in parts of about `size` bytes. With [`usize::MAX`], the
/// whole of each text is read by the plain reader of its syntax.
///
/// The result is the same for any size. The tests compare them.
///
/// # Errors
///
/// A file or folder that cannot be read. Faults of the content are findings.
pub fn read_in_parts(inputs: Vec<Input>, syntax: Option<Syntax>, size: usize) -> Result<Reading, ReadError> {
    read_all(inputs, syntax, &Search::default(), size)
}

fn read_all(inputs: Vec<Input>, syntax: Option<Syntax>, search: &Search, size: usize) -> Result<Reading, ReadError> {
    let mut reader = Reader { sources: Sources::default(), findings: Vec::new(), syntax };
    let (mut folders, mut published) = (Vec::new(), Vec::new());
    for input in inputs {
        match input {
            Input::Text { name, bytes } => reader.add(name, Bytes::Heap(bytes), false)?,
            Input::Found { name, bytes } => reader.add(name, Bytes::Heap(bytes), true)?,
            Input::Path(path) => match discover::search(&path, search)? {
                None => reader.add_file(&path, false)?,
                Some(found) => {
                    let first = reader.sources.next_id();
                    found.files.iter().try_for_each(|file| reader.add_file(file, true))?;
                    published.extend(found.published.iter().map(|folder| folder.display().to_string()));
                    folders.push((path.display().to_string(), first, reader.sources.next_id()));
                }
            },
        }
    }
    let Reader { mut sources, mut findings, .. } = reader;
    let (mut authority, mut foreign) = concurrent::lower(&sources, size, &mut findings);
    foreign.extend(sources.iter().filter(|(_, source)| source.is_foreign()).map(|(id, _)| id));
    sources.skip(&foreign);
    for (name, first, end) in folders {
        if sources.iter().all(|(id, source)| id < first || id >= end || source.is_foreign()) {
            let id = sources.add_beside(name.clone(), String::new());
            let at = Span { source: id, start: 0, end: 0 };
            findings.push(empty_folder::folder(&name, &search.description(), (end.0 - first.0) as usize, at));
        }
    }
    if authority.routers.is_empty() {
        authority.end =
            sources.iter().filter(|(_, source)| !source.is_foreign()).last().map(|(id, source)| source.end(id));
    }
    Ok(Reading { authority, sources, findings, published })
}

/// The sources that were added so far, and the faults of their bytes.
struct Reader {
    sources: Sources,
    findings: Vec<Finding>,
    syntax: Option<Syntax>,
}

impl Reader {
    fn add_file(&mut self, path: &Path, is_found: bool) -> Result<(), ReadError> {
        let name = path.display().to_string();
        let bytes = Bytes::of_file(path).map_err(|cause| ReadError { name: name.clone(), cause })?;
        let id = self.sources.next_id();
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
        if is_blank(text.get()) {
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

/// Returns true if a text that is not read looks like configuration.
fn is_configuration(text: &str, syntax: Syntax) -> bool {
    let (mut is_evident, mut ignored) = (false, Vec::new());
    let mut take = |tree: Tree<'_>| is_evident |= recognize::is_evident(&tree, syntax);
    (syntax.definition().read)(SourceId(0), text, &mut ignored, &mut take);
    is_blank(text) || is_evident || recognize::is_configuration(text, syntax, !ignored.is_empty())
}

/// Returns true for a text of white space, byte order marks, and the NULs that a file system may
/// leave after a crash.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'))
}
