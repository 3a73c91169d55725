//! Prints the elements of an authority in any syntax, as the command `convert` does.
//!
//! Reading the printed text gives the same authority, apart from places
//! (`tests/fast/export.rs`).

mod elements;

use crate::model::Authority;
use crate::syntaxes::{PrintFormat, Unprintable};

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
