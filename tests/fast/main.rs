//! The tests that need cargo alone: `cargo test`.
//!
//! A module is named after the folder of `src` that it tests. `repository` tests the other files of
//! the repository, `tidy` and `prose` check its invariants and its style, and `fuzz` runs the fuzz
//! targets. `damage` reads the damaged example authority.

#[path = "../common/mod.rs"]
mod common;

mod cli;
mod commands;
mod contract;
mod damage;
mod elements;
mod export;
mod fleet;
mod fuzz;
mod imports;
mod input;
mod model;
mod pipeline;
mod prose;
mod publish;
mod push;
mod repository;
mod router;
mod rules;
mod syntaxes;
mod tidy;
