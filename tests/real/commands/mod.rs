//! Commands of the conductor's program, with git, a browser, pre-commit and validators.

mod diff;
mod schema;
mod validate;
