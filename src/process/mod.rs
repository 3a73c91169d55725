//! Programs that must end in time.

use std::io::{self, Read};
use std::process::{Child, ExitStatus};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The interval at which a program is asked whether it has ended.
const INTERVAL: Duration = Duration::from_millis(20);

/// A program that has ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// The standard output; empty without a pipe.
    pub(crate) stdout: Vec<u8>,
    /// The standard error; empty without a pipe.
    pub(crate) stderr: Vec<u8>,
}

/// The reason why a program has no result.
pub(crate) enum Failure {
    /// It did not end in time, and was killed.
    Slow,
    /// A system call failed.
    System(io::Error),
}

/// Waits for the end of a program, and reads its pipes.
pub(crate) fn wait(mut child: Child, limit: Duration) -> Result<Ended, Failure> {
    let stdout = child.stdout.take().map(reader);
    let stderr = child.stderr.take().map(reader);
    let deadline = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(Failure::System)? {
            break status;
        }
        if Instant::now() >= deadline {
            child.kill().and_then(|()| child.wait()).map_err(Failure::System)?;
            // Its own children may keep the pipes open, so the readers are not waited for.
            return Err(Failure::Slow);
        }
        thread::sleep(INTERVAL);
    };
    Ok(Ended { status, stdout: read(stdout)?, stderr: read(stderr)? })
}

/// Reads a pipe in a thread, so that a full pipe stops no program.
fn reader(mut pipe: impl Read + Send + 'static) -> JoinHandle<io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).map(|_| bytes)
    })
}

fn read(reader: Option<JoinHandle<io::Result<Vec<u8>>>>) -> Result<Vec<u8>, Failure> {
    let bytes = reader.map(|reader| reader.join().expect("the thread does not panic")).transpose();
    bytes.map(Option::unwrap_or_default).map_err(Failure::System)
}
