//! Output: results go to standard output, messages to standard error, which systemd keeps in the
//! journal.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::thread;
use std::time::Duration;

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

    /// Returns true if messages go to a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Waits for the next step of a trial. On a terminal, the time until its deadline is shown.
    pub(crate) fn count_down(&self, left: Option<u64>, seconds: u64) {
        for passed in 0..seconds {
            if let Some(left) = left.filter(|_| self.is_terminal()) {
                let _ = write!(io::stderr(), "\r{} s left ", left.saturating_sub(passed));
            }
            thread::sleep(Duration::from_secs(1));
        }
        if self.is_terminal() {
            // Messages begin at the start of an empty line.
            let _ = write!(io::stderr(), "\r{:20}\r", "");
        }
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
