//! A run that strace stops at a system call, so that the test can act in the middle of it.

use std::process::{Child, Command, Stdio};

use crate::common::{PROGRAM, Run, Workspace, wait};
use crate::strace::{Event, Threads, inject, strace};

/// A stopped run.
pub(super) struct Stopped {
    run: Child,
    /// The process or thread that stopped.
    process: String,
}

impl Stopped {
    /// Starts `generate` with these arguments, and waits until a thread has made a call for the
    /// given time.
    pub(super) fn at(workspace: &Workspace, call: &str, position: usize, arguments: &[&str]) -> Self {
        let trace = "stopped.trace";
        let _ = std::fs::remove_file(workspace.path(trace));
        let options = ["-e", &format!("trace={call}"), "-e", &inject(call, Event::Stop, position)];
        let run = strace(&workspace.path(trace), Threads::All, &options)
            .args([PROGRAM, "generate"])
            .args(arguments)
            .current_dir(workspace.path(""))
            // With one writing thread, a position is the same call in each run.
            .env("RAYON_NUM_THREADS", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace runs");
        let log = || std::fs::read_to_string(workspace.path(trace)).unwrap_or_default();
        wait::until("the run stops", || log().contains("--- stopped by SIGSTOP ---"), log);
        // With `-f` each line of the log begins with the id of the thread.
        let process = log().split_whitespace().next().expect("a line").to_owned();
        Self { run, process }
    }

    /// Lets the run continue, and waits for its end. Another thread may stop at the same position.
    pub(super) fn resume(mut self) -> Run {
        let mut ended = || {
            let _ = Command::new("kill").args(["-CONT", &self.process]).stderr(Stdio::null()).status();
            self.run.try_wait().expect("a child").is_some()
        };
        wait::until("the run ends", &mut ended, String::new);
        Run::of(self.run.wait_with_output().expect("ended"))
    }
}
