//! The tests with real parts: kernel, systemd, Salt, rpm, git, a browser, and the validators of other formats.
//!
//! `cargo test` lists them as ignored. `tests/run.sh` runs them, and `tests/setup.sh` installs what they need; a test whose part is
//! missing fails.

#[path = "../common/mod.rs"]
mod common;

mod cgroup;
mod machine;
mod parts;
mod strace;

mod chain;
mod diff;
mod instructions;
mod packages;
mod publish;
mod publish_interrupted;
mod router;
mod salt;
mod systemd;
mod validate;
