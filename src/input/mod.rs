//! Files and folders → one [`Authority`], with the place of each element read.
//!
//! Each syntax has one reader that yields a [`Tree`] of the elements named in [`shape`], and
//! nothing else; `lower` turns the trees of all sources, one after another, into one authority. A further syntax is one more
//! reader and one more arm in `read_source`.

mod discover;
mod file;
mod gzip;
mod lower;
pub mod source;
mod text;

use std::path::PathBuf;
use std::sync::mpsc;

use crate::diagnostics::Finding;
use crate::model::tree::{Content, Tree};
use crate::model::{Authority, Span};
use crate::rules::{invalid_syntax, invalid_utf_8, nothing_read};
use crate::syntaxes::{Syntax, Trees, offset};

pub use discover::is_configuration;
pub use source::{Excerpt, Locator, Position, Source, Sources};
use text::{Bytes, Text};

/// Where a configuration comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or a folder of fragments.
    Path(PathBuf),
    /// Text that is there already: standard input, or the embedded example.
    Text {
        /// What messages call it.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

/// What was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The elements of all sources.
    pub authority: Authority,
    /// The sources, for the places of findings.
    pub sources: Sources,
    /// What was wrong with them.
    pub findings: Vec<Finding>,
}

/// A source that the system did not let us read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {name}: {cause}")]
pub struct ReadError {
    /// The file or folder.
    pub name: String,
    /// What the system said.
    pub cause: std::io::Error,
}

/// Reads all inputs, in order, into one authority. `syntax` overrides what each content looks like.
///
/// # Errors
///
/// A file or folder that cannot be read. What is wrong with a content is a finding.
pub fn read(inputs: Vec<Input>, syntax: Option<Syntax>) -> Result<Reading, ReadError> {
    let mut findings = Vec::new();
    let mut sources = Sources::default();
    for input in inputs {
        match input {
            Input::Text { name, bytes } => add_source(&mut sources, name, Bytes::Heap(bytes), syntax, &mut findings)?,
            Input::Path(path) => {
                for path in discover::files(&path, &mut findings)? {
                    let name = path.display().to_string();
                    let bytes = file::read(&path).map_err(|cause| ReadError { name: name.clone(), cause })?;
                    add_source(&mut sources, name, bytes, syntax, &mut findings)?;
                }
            }
        }
    }
    let authority = lower_sources(&sources, &mut findings);
    Ok(Reading { authority, sources, findings })
}

/// Trees that wait to be lowered: enough that neither side waits for the other, few enough to keep memory small.
const WAITING: usize = 8;

/// Reads the sources one after another, and lowers beside it what was read, in the same order.
fn lower_sources(sources: &Sources, findings: &mut Vec<Finding>) -> Authority {
    let before = findings.len();
    let whole = std::thread::scope(|scope| {
        let (trees, received) = mpsc::sync_channel::<Tree<'_>>(WAITING);
        let lowering = scope.spawn(move || {
            let mut lowering = lower::Lowering::default();
            received.iter().for_each(|tree| lowering.document(&tree));
            lowering
        });
        let trees_count = read_sources(sources, false, findings, &mut |tree| trees.send(tree).expect("it takes all"));
        drop(trees);
        (trees_count == Trees::Valid).then(|| lowering.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let lowering = whole.unwrap_or_else(|| {
        findings.truncate(before);
        let mut lowering = lower::Lowering::default();
        read_sources(sources, true, findings, &mut |tree| lowering.document(&tree));
        lowering
    });
    lowering.finish(findings)
}

/// Hands the trees of all sources to `sink`. Whether they count: see [`json::read`].
fn read_sources<'s>(
    sources: &'s Sources,
    whole: bool,
    findings: &mut Vec<Finding>,
    sink: &mut dyn FnMut(Tree<'s>),
) -> Trees {
    for (id, source) in sources.iter().filter(|(_, source)| !source.skipped()) {
        let before = findings.len();
        let mut is_empty = true;
        let mut take = |tree: Tree<'s>| {
            is_empty &= matches!(&tree.content, Content::Mapping(members) if members.is_empty()) || tree.is_null();
            sink(tree);
        };
        let read = source.syntax().definition().read;
        if read(id, source.text(), whole, findings, &mut take) == Trees::Void {
            return Trees::Void;
        }
        if is_empty && findings.len() == before && !source.text().trim().is_empty() {
            let start = Span { source: id, start: 0, end: 0 };
            findings.push(nothing_read::source(&source.syntax().to_string(), start));
        }
    }
    Trees::Valid
}

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
        let cause = std::io::Error::new(std::io::ErrorKind::FileTooLarge, "larger than 4 GiB");
        return Err(ReadError { name, cause });
    }
    match Text::new(bytes) {
        Ok(text) => {
            let syntax = syntax.unwrap_or_else(|| Syntax::of_text(text.get()));
            sources.add(Source::new(name, text, syntax));
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
