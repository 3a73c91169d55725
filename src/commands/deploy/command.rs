//! Commands of the settings.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::process::{self, Failure};

/// Runs a command, and returns what it printed. One that does not end in time is killed.
pub(super) fn printed(command: &[String], limit: Duration) -> anyhow::Result<Vec<u8>> {
    let program = &command[0];
    let mut started = Command::new(program);
    started.args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::piped());
    let child = started.spawn().with_context(|| format!("cannot run {program}"))?;
    let ended = match process::wait(child, limit) {
        Ok(ended) => ended,
        Err(Failure::Slow) => bail!("{program} did not end within {} s", limit.as_secs()),
        Err(Failure::System(error)) => return Err(error).with_context(|| format!("cannot run {program}")),
    };
    // A program that failed may have printed a part.
    if !ended.status.success() {
        bail!("{program} failed: {}", ended.status);
    }
    Ok(ended.stdout)
}
