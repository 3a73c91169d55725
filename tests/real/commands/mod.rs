//! Commands of the conductor's program, with git, a browser, the language server of editors,
//! pre-commit and validators.

mod diff;
mod editor;
mod git;
mod page;
mod schema;
mod validate;
