//! The router's program on a real kernel, each test in its own network namespace, with `ip` as the judge.

mod command;
mod documented;
mod files;
mod formats;
mod interrupted;
mod kernel;
mod likeness;
pub(crate) mod world;
