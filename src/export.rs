//! An authority's elements as text, in each of the syntaxes that they are read from: what `convert` prints.
//!
//! Reading what was printed gives the same authority, but for places (`tests/fast/convert.rs`).

mod elements;
mod json;
mod pcli;
mod xml;
mod yaml;

use std::fmt;

use crate::model::{Authority, ElementPath};

/// A syntax to print in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As `show config running` prints it: nested blocks.
    Pcli,
    /// As `show config running flat` prints it: a path a line.
    Flat,
    /// REST JSON with the names of the PCLI, and values of their types.
    Json,
    /// YAML in the shape of the JSON.
    Yaml,
    /// NETCONF XML.
    Xml,
}

/// An element that a syntax has no way to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} cannot be written in {format}: {why}")]
pub struct Unprintable {
    /// The element.
    pub path: ElementPath,
    /// The syntax.
    pub format: Format,
    /// What stands in the way.
    pub why: &'static str,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pcli => "PCLI text",
            Self::Flat => "flat PCLI text",
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Xml => "XML",
        })
    }
}

/// The elements of an authority, in the order in which they were read.
///
/// # Errors
///
/// An element that the syntax has no way to write: a control character in XML, two static routes of one address in flat text, or a value in
/// a plugin block of a shape that its element cannot have.
pub fn print(authority: &Authority, format: Format) -> Result<String, Unprintable> {
    let elements = elements::of(authority, format)?;
    match format {
        Format::Pcli => Ok(pcli::nested(&elements)),
        Format::Flat => Ok(pcli::flat(&elements)),
        Format::Json => Ok(json::print(&elements)),
        Format::Yaml => Ok(yaml::print(&elements)),
        Format::Xml => xml::print(&elements),
    }
}

/// An element without elements inside, and its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// The element.
    pub path: ElementPath,
    /// Its value; `None` for an empty container.
    pub value: Option<String>,
}

impl Leaf {
    /// Prints the leaf of a router or service as flat PCLI text, without that router or service.
    #[must_use]
    pub fn to_flat_text(&self) -> String {
        // The path begins with the authority, and its router or service.
        pcli::leaf(self.path.steps().get(2..).unwrap_or_default(), self.value.as_deref())
    }
}

/// Returns the leaves of an authority.
///
/// # Errors
///
/// A value in a plugin block of a shape that its element cannot have.
pub fn leaves(authority: &Authority) -> Result<Vec<Leaf>, Unprintable> {
    let mut leaves = Vec::new();
    elements::leaves(&elements::of_authority(authority, Format::Flat)?, &ElementPath::authority(), &mut leaves);
    Ok(leaves)
}
