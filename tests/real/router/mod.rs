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
pub(crate) mod peer;
mod readiness;
mod states;
mod tcp;
mod trials;
pub(crate) mod world;
