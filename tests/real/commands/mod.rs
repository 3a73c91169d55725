//! Commands of the conductor's program, with git, a browser, pre-commit and validators.

mod diff;
mod git;
mod schema;
mod validate;
