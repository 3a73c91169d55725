//! Reads files and folders into one [`Authority`], with the place of each element.
//!
//! `discover` finds the files that `search` describes, `load` loads them, and `gzip` decompresses
//! them. A reader in [`crate::syntaxes`] yields trees of the elements in [`crate::elements`], and
//! `recognize` decides which files of a folder are configuration. `lower` merges the trees of all
//! sources into one authority, and `concurrent` does all this on all cores. `windows` reads a large
//! file without keeping its text.

mod blocks;
mod concurrent;
mod discover;
mod error;
mod gzip;
mod large_file;
mod load;
mod locator;
mod lower;
mod names;
mod published;
mod reader;
mod recognize;
mod search;
mod source;
mod utf_16;
mod windows;

use std::path::PathBuf;

use self::reader::Reader;
use crate::diagnostics::Finding;
use crate::model::{Authority, SourceId};
use crate::syntaxes::Syntax;
use crate::syntaxes::parts::PART;

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
    Ok(Reader::new(syntax, Texts::Kept { size: PART }).read(inputs, search)?.expect("no text was left out"))
}

/// Reads all inputs, as [`read_with`] does, but leaves out the texts of large files.
/// [`Sources::load`] must load them before a finding is shown.
///
/// # Errors
///
/// A file or folder that cannot be read. Faults of the content are findings.
pub fn read_leaving_texts(inputs: Vec<Input>, syntax: Option<Syntax>, search: &Search) -> Result<Reading, ReadError> {
    // Standard input and pipes cannot be read again.
    if inputs.iter().all(|input| matches!(input, Input::Path(path) if large_file::can_be_read_again(path)))
        && let Some(reading) = Reader::new(syntax, Texts::Left).read(inputs.clone(), search)?
    {
        return Ok(reading);
    }
    read_with(inputs, syntax, search)
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
    Ok(Reader::new(syntax, Texts::Kept { size }).read(inputs, &Search::default())?.expect("no text was left out"))
}

/// Reads a text in memory, as [`read`] does, in windows of `size` bytes. `None` if it must be read
/// as a whole.
///
/// The result is that of [`read`]. The tests compare them.
///
/// # Errors
///
/// A text that is too large.
pub fn read_in_windows(name: String, bytes: Vec<u8>, size: usize) -> Result<Option<Reading>, ReadError> {
    let id = SourceId(0);
    let Some(windows::Lowered { lowering, .. }) = windows::lower_bytes(&bytes, size, id) else { return Ok(None) };
    let reader = Reader::new(None, Texts::Kept { size: PART }).with_lowered(id, lowering);
    reader.read(vec![Input::Text { name, bytes }], &Search::default())
}

/// The handling of the texts of large files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Texts {
    /// They are kept, and read in parts of about this size.
    Kept { size: usize },
    /// They are read in windows, and left out.
    Left,
}
