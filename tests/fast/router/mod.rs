//! The router's side, on a kernel in memory where each request can be made to fail.

mod documented;
mod faults;
mod properties;
