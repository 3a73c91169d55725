//! The router's side: the real program against a real kernel, each test in a network namespace of its own, with `ip` as the judge;
//! and its steps against a twin of the kernel in memory, where each request can be made to fail.

mod command;
mod documented;
mod faults;
mod files;
mod formats;
mod interrupted;
mod kernel;
mod likeness;
mod properties;
mod twin;
mod world;
