//! Commands of the conductor's program, with git, a browser, an editor's language server, pre-commit
//! and validators.

mod diff;
mod editor;
mod schema;
mod validate;
