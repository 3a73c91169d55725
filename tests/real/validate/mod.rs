//! `validate`, judged by other programs: validators of its formats and schemas, and pre-commit.

mod formats;
mod hooks;
mod schemas;
