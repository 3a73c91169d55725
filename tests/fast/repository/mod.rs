//! The other files of the repository: documentation, examples, units, and files for CI.

mod address;
mod ci_files;
mod documented;
mod examples;
mod pictures;
mod salt_files;
mod seed;
mod units;
