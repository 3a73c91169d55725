//! The tests that need cargo alone: `cargo test`.

#[path = "../common/mod.rs"]
mod common;

mod ci_files;
mod cli;
mod commands;
mod convert;
mod diff;
mod documented;
mod elements;
mod examples;
mod fuzz;
mod inputs;
mod large;
mod properties;
mod prose;
mod publish;
mod router;
mod rules;
mod salt_setup;
mod seed;
mod syntaxes;
mod tidy;
mod units;
mod validate;
mod why;
