//! Values → text for people, and for programs. Nothing here prints.

pub mod comparison;
pub mod findings;
pub mod summary;
pub mod validation;
pub mod why;
