//! Printing. Results go to standard output, what happens to standard error, which systemd puts into the journal.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;

use loopback_static_routes::router::Level;

/// Where results and messages go.
pub(crate) struct Output {
    to_journal: bool,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self { to_journal: is_journal().unwrap_or(false) }
    }

    /// A line of the journal. Nobody could be told that it cannot be printed.
    pub(crate) fn log(&self, level: Level, message: &dyn Display) {
        // sd-daemon(3): a line that begins so has this priority.
        let prefix = match (self.to_journal, level) {
            (true, level) => format!("<{}>", level as u8),
            (false, Level::Error) => "error: ".to_owned(),
            (false, Level::Warning) => "warning: ".to_owned(),
            (false, Level::Notice | Level::Info) => String::new(),
        };
        let _ = writeln!(io::stderr(), "{prefix}{}", one_line(&message.to_string()));
    }

    /// A result. A reader that has seen enough (`| head`) is no failure.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// Whatever a document or file holds, a message is one line.
fn one_line(message: &str) -> String {
    message.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// Whether standard error is the journal's, as systemd.exec(5) says it can be told.
fn is_journal() -> Option<bool> {
    let stream = std::env::var("JOURNAL_STREAM").ok()?;
    let (device, inode) = stream.split_once(':')?;
    let metadata = std::fs::metadata("/proc/self/fd/2").ok()?;
    Some(device.parse() == Ok(metadata.dev()) && inode.parse() == Ok(metadata.ino()))
}
