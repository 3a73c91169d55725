//! Commands of the settings.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// The interval at which a command is asked whether it has ended.
const INTERVAL: Duration = Duration::from_millis(50);

/// Runs a command, and returns what it printed. One that does not end in time is killed.
pub(super) fn printed(command: &[String], limit: Duration) -> anyhow::Result<Vec<u8>> {
    let program = &command[0];
    let mut child = Command::new(program)
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {program}"))?;
    let mut stdout = child.stdout.take().expect("it has a pipe");
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.read_to_end(&mut bytes).map(|_| bytes)
    });
    let deadline = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            bail!("{program} did not end within {} s", limit.as_secs());
        }
        std::thread::sleep(INTERVAL);
    };
    // A program that failed may have printed a part.
    if !status.success() {
        bail!("{program} failed: {status}");
    }
    reader.join().expect("no panic").with_context(|| format!("cannot read the output of {program}"))
}
