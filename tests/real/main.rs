//! The tests with real parts: kernel, systemd, Salt, rpm, git, a browser, and validators.
//!
//! `cargo test` lists them as ignored. `tests/run.sh` runs them, and `tests/setup.sh` installs the
//! parts. A test without its part fails.

#[path = "../common/mod.rs"]
mod common;

mod cgroup;
mod conductor;
mod language_server;
mod machine;
mod parts;
mod salt_calls;
mod strace;

mod chain;
mod ci_packages;
mod commands;
mod fleet;
mod instructions;
mod network_manager;
mod node;
mod packages;
mod publish;
mod push;
mod release;
mod router;
mod salt;
mod salt_peers;
mod salt_setup;
mod salt_state;
mod systemd;
mod systemd_trials;
mod two_conductors;
