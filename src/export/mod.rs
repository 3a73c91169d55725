//! Prints the elements of an authority in any syntax, as the command `convert` does.
//!
//! Reading the printed text gives the same authority, apart from places
//! (`tests/fast/export.rs`).

mod elements;

use crate::model::{Authority, ElementPath, Router, Service};
use crate::syntaxes::{PrintFormat, Unprintable, pcli};

/// Prints the elements of an authority, in the order in which they were read.
///
/// # Errors
///
/// The format cannot express an element. Examples are a control character in XML, and two static
/// routes with the same address in flat text. Another example is a list or block in place of a
/// value in a plugin block.
pub fn print(authority: &Authority, format: PrintFormat) -> Result<String, Unprintable> {
    format.print(&elements::of(authority, format)?)
}

/// An element that contains no elements, and its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Leaf {
    /// The element, within its router or service.
    pub(crate) path: ElementPath,
    /// Its value, or `None` for an empty container.
    pub(crate) value: Option<String>,
}

impl Leaf {
    /// Prints the leaf as flat PCLI text.
    #[must_use]
    pub(crate) fn to_flat_text(&self) -> String {
        pcli::print::leaf(&self.path.steps(), self.value.as_deref())
    }
}

/// Returns the leaves of a router.
///
/// # Errors
///
/// A list or block instead of a value in a plugin block.
pub(crate) fn leaves_of_router(router: &Router) -> Result<Vec<Leaf>, Unprintable> {
    let mut leaves = Vec::new();
    elements::leaves(&elements::router(router, PrintFormat::Flat)?, &ElementPath::default(), &mut leaves);
    Ok(leaves)
}

/// Returns the leaves of a service.
pub(crate) fn leaves_of_service(service: &Service) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    elements::leaves(&elements::service(service), &ElementPath::default(), &mut leaves);
    leaves
}
