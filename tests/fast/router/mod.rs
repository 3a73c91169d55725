//! The router's side, on a kernel in memory where each request can be made to fail.

mod document;
mod documented;
mod exploration;
mod faults;
mod ownership;
mod properties;
mod route_file;
mod trials;
mod trials_in_trouble;
