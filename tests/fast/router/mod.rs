//! The router's side, on a kernel in memory where each request can be made to fail.

mod command_line;
mod document;
mod documented;
mod exploration;
mod faults;
mod ownership;
mod properties;
mod removals;
mod route_file;
mod trials;
