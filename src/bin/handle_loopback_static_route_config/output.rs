//! Output: results go to standard output, messages to standard error, which systemd keeps in the
//! journal.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;

use loopback_static_routes::router::Priority;

/// The destination of results and messages.
pub(crate) struct Output {
    is_journal: bool,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self { is_journal: is_journal().unwrap_or(false) }
    }

    /// Prints a message as one line. A write error is ignored, because nothing else can report it.
    pub(crate) fn log(&self, priority: Priority, message: &dyn Display) {
        // sd-daemon(3): the number is the priority of the line.
        let prefix = match (self.is_journal, priority) {
            (true, priority) => format!("<{}>", priority as u8),
            (false, Priority::Error) => "error: ".to_owned(),
            (false, Priority::Warning) => "warning: ".to_owned(),
            (false, Priority::Notice | Priority::Info) => String::new(),
        };
        let _ = writeln!(io::stderr(), "{prefix}{}", one_line(&message.to_string()));
    }

    /// Prints a result. A reader that closes the pipe (`| head`) is not a failure.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// Makes a message one line, even if a name in it has line breaks.
fn one_line(message: &str) -> String {
    message.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// Returns true if standard error goes to the journal, by the rule of systemd.exec(5).
fn is_journal() -> Option<bool> {
    let stream = std::env::var("JOURNAL_STREAM").ok()?;
    let (device, inode) = stream.split_once(':')?;
    let metadata = std::fs::metadata("/proc/self/fd/2").ok()?;
    Some(device.parse() == Ok(metadata.dev()) && inode.parse() == Ok(metadata.ino()))
}
