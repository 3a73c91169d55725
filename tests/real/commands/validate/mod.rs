//! `validate` with other programs: validators of its formats, and pre-commit.

mod formats;
mod hooks;
