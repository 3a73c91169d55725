//! The router's program on a real kernel. Each test has its own network namespace.

mod command;
mod documented;
mod files;
mod formats;
mod interrupted;
mod kernel;
mod likeness;
mod ownership;
mod paths;
mod readiness;
mod states;
pub(crate) mod world;
