//! Reads files and folders into one [`Authority`], with the place of each element.
//!
//! `discover` finds files, `load` loads them, and `gzip` decompresses them. A reader in
//! [`crate::syntaxes`] yields trees of the elements in [`crate::elements`]. `lower` merges the
//! trees of all sources into one authority, and `concurrent` runs it in a second thread.

mod concurrent;
mod discover;
mod error;
mod gzip;
mod load;
mod locator;
mod lower;
mod source;

use std::io::{Error, ErrorKind};
use std::path::PathBuf;

use self::load::{Bytes, SourceText};
use crate::diagnostics::Finding;
use crate::model::{Authority, Span};
use crate::rules::{empty_source, invalid_syntax, invalid_utf_8};
use crate::syntaxes::{Syntax, conflicts, offset};

pub(crate) use self::discover::is_configuration;
pub use self::error::ReadError;
pub use self::locator::{Excerpt, Locator, Position};
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
}

/// Reads all inputs, in order, into one authority. `syntax` overrides the detected syntax.
///
/// # Errors
///
/// A file or folder that cannot be read. Faults of the content are findings.
pub fn read(inputs: Vec<Input>, syntax: Option<Syntax>) -> Result<Reading, ReadError> {
    let mut findings = Vec::new();
    let mut sources = Sources::default();
    for input in inputs {
        match input {
            Input::Text { name, bytes } => add_source(&mut sources, name, Bytes::Heap(bytes), syntax, &mut findings)?,
            Input::Path(path) => {
                for path in discover::files(&path, &mut findings)? {
                    let name = path.display().to_string();
                    let bytes = Bytes::of_file(&path).map_err(|cause| ReadError { name: name.clone(), cause })?;
                    add_source(&mut sources, name, bytes, syntax, &mut findings)?;
                }
            }
        }
    }
    let authority = concurrent::lower(&sources, &mut findings);
    Ok(Reading { authority, sources, findings })
}

/// Adds a source to read. If it is not text, or its content is unknown, it is only kept for its
/// findings.
fn add_source(
    sources: &mut Sources,
    name: String,
    bytes: Bytes,
    syntax: Option<Syntax>,
    findings: &mut Vec<Finding>,
) -> Result<(), ReadError> {
    let bytes = match gzip::is_gzip(&bytes).then(|| gzip::decompress(&bytes)) {
        None => bytes,
        Some(Ok(bytes)) => Bytes::Heap(bytes),
        Some(Err(message)) => {
            let id = sources.add(Source::unread(name, String::new()));
            findings.push(invalid_syntax::at(Span { source: id, start: 0, end: 0 }, message));
            return Ok(());
        }
    };
    if u32::try_from(bytes.len()).is_err() {
        let cause = Error::new(ErrorKind::FileTooLarge, "the file is larger than 4 GiB; split it into fragments");
        return Err(ReadError { name, cause });
    }
    match SourceText::new(bytes) {
        Ok(text) => {
            add_text(sources, name, text, syntax, findings);
        }
        Err((bytes, valid)) => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let id = sources.add(Source::unread(name, text));
            let at = Span { source: id, start: offset(valid), end: offset(valid) + 1 };
            findings.push(invalid_utf_8::at(at));
        }
    }
    Ok(())
}

/// Adds a text to read, unless it is empty or has conflicts. The finding of an empty text replaces
/// those about missing elements.
fn add_text(
    sources: &mut Sources,
    name: String,
    text: SourceText,
    syntax: Option<Syntax>,
    findings: &mut Vec<Finding>,
) {
    let id = sources.next_id();
    let syntax = syntax.unwrap_or_else(|| Syntax::of_text(text.get()));
    let before = findings.len();
    if is_blank(text.get()) {
        findings.push(empty_source::source(&name, Span { source: id, start: 0, end: 0 }));
    } else if !syntax.definition().rejects_conflicts {
        findings.extend(conflicts::findings(id, text.get(), syntax));
    }
    let is_read = findings.len() == before;
    sources.add(if is_read { Source::new(name, text, syntax) } else { Source::unread(name, text) });
}

/// Returns true for a text of white space, byte order marks, and the NULs that a file system may
/// leave after a crash.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'))
}
