//! Files and folders → one [`Authority`], with the place of each element read.
//!
//! Each syntax has one reader that yields a [`Tree`] of the elements named in [`shape`], and
//! nothing else; `lower` turns the trees of all sources, one after another, into one authority. A further syntax is one more
//! reader and one more arm in `read_source`.

mod discover;
mod json;
mod keys;
mod lower;
mod pcli;
pub mod shape;
pub mod source;
mod syntax;
mod yaml;

use std::path::PathBuf;

use crate::diagnostic::{Code, Finding, Subject};
use crate::model::document::Tree;
use crate::model::{Authority, ElementPath, SourceId, Span};

pub use source::{Locator, Position, Source, Sources};
pub use syntax::Syntax;

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
            Input::Text { name, bytes } => add_source(&mut sources, name, bytes, syntax, &mut findings)?,
            Input::Path(path) => {
                for file in discover::files(&path, &mut findings)? {
                    let name = file.display().to_string();
                    let bytes = std::fs::read(&file).map_err(|cause| ReadError { name: name.clone(), cause })?;
                    add_source(&mut sources, name, bytes, syntax, &mut findings)?;
                }
            }
        }
    }
    let mut lowering = lower::Lowering::default();
    for (id, source) in sources.iter() {
        for tree in read_source(id, source, &mut findings) {
            lowering.document(&tree, &mut findings);
        }
    }
    let authority = lowering.finish();
    if authority.routers.is_empty() && !findings.iter().any(Finding::is_error) {
        findings.push(Finding::new(
            Code::NoRouter,
            Subject::Authority,
            ElementPath::authority(),
            "the configuration holds not a single router; give the whole authority, with its `router` list",
        ));
    }
    Ok(Reading { authority, sources, findings })
}

fn add_source(
    sources: &mut Sources,
    name: String,
    bytes: Vec<u8>,
    syntax: Option<Syntax>,
    findings: &mut Vec<Finding>,
) -> Result<(), ReadError> {
    if u32::try_from(bytes.len()).is_err() {
        let cause = std::io::Error::new(std::io::ErrorKind::FileTooLarge, "larger than 4 GiB");
        return Err(ReadError { name, cause });
    }
    let guessed = syntax.or_else(|| Syntax::of_bytes(&bytes));
    match String::from_utf8(bytes) {
        Ok(text) => {
            let syntax = guessed.unwrap_or_else(|| Syntax::of_text(&text));
            sources.add(Source::new(name, text, syntax));
        }
        // Compressed bytes are not text, and not text that went wrong.
        Err(_) if guessed == Some(Syntax::Gzip) => {
            sources.add(Source::new(name, String::new(), Syntax::Gzip));
        }
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let id = sources.add(Source::new(name, text, Syntax::Pcli));
            let at = Span { source: id, start: offset(valid), end: offset(valid) + 1 };
            sources.skip(id);
            findings.push(
                Finding::new(
                    Code::InvalidUtf8,
                    Subject::Authority,
                    ElementPath::authority(),
                    "this byte begins no UTF-8 character; save the file as UTF-8",
                )
                .at(at),
            );
        }
    }
    Ok(())
}

fn read_source<'s>(id: SourceId, source: &'s Source, findings: &mut Vec<Finding>) -> Vec<Tree<'s>> {
    if source.skipped() {
        return Vec::new();
    }
    match source.syntax() {
        Syntax::Json => json::read(id, source.text(), findings).into_iter().collect(),
        Syntax::Yaml => yaml::read(id, source.text(), findings),
        Syntax::Pcli => vec![pcli::read(id, source.text(), findings)],
        syntax @ (Syntax::Xml | Syntax::Gzip) => {
            findings.push(
                Finding::new(
                    Code::UnsupportedSyntax,
                    Subject::Authority,
                    ElementPath::authority(),
                    format!("this looks like {syntax}, which this version does not read; give JSON, YAML or PCLI text"),
                )
                .at(Span { source: id, start: 0, end: 0 }),
            );
            Vec::new()
        }
    }
}

/// A finding of a reader: text that is not what its syntax allows.
fn invalid_syntax(at: Span, message: impl Into<String>) -> Finding {
    Finding::new(Code::InvalidSyntax, Subject::Authority, ElementPath::authority(), message).at(at)
}

/// A finding of a reader: an element in the plural.
fn plural(name: &str, at: Span, known: &str) -> Finding {
    let message = format!("`{name}` is no element, so what is in it would be lost; did you mean `{known}`?");
    Finding::new(Code::UnknownKey, Subject::Authority, ElementPath::default().child(name), message).at(at)
}

/// An offset in a source; [`add_source`] has seen to it that all fit.
fn offset(position: usize) -> u32 {
    u32::try_from(position).expect("a source is smaller than 4 GiB")
}
