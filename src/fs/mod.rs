//! Calls to the file system that more than one wing needs.

mod replace;

pub(crate) use replace::replace;
