//! The files of the repository beside the library: documentation, examples, units, and files for CI.

mod ci_files;
mod documented;
mod examples;
mod seed;
mod units;
