//! Calls of `salt-call` by a process that has started Salt.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::json;

use crate::parts::{part, root};

/// A process that has started Salt. It ends when this is dropped.
pub(crate) struct SaltCalls {
    process: Child,
    /// `None` if it is about to end.
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl SaltCalls {
    /// Starts Salt.
    pub(crate) fn start() -> Self {
        Self::start_by(&[])
    }

    /// Starts Salt in the namespaces of a process.
    pub(crate) fn start_in(leader: u32) -> Self {
        let leader = OsString::from(leader.to_string());
        Self::start_by(&["nsenter".as_ref(), "-t".as_ref(), leader.as_ref(), "-a".as_ref()])
    }

    fn start_by(before: &[&OsStr]) -> Self {
        let program = std::fs::read_to_string(root().join("tests/parts/salt/calls.py")).expect("there");
        let python = part("salt").join("bin/python3");
        let mut command = before.iter().copied().chain([python.as_os_str(), "-c".as_ref(), program.as_ref()]);
        let mut process = Command::new(command.next().expect("at least Python"))
            .args(command)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Salt starts");
        let (questions, answers) = (process.stdin.take(), process.stdout.take().expect("it is piped"));
        Self { process, questions, answers: BufReader::new(answers) }
    }

    /// Calls `salt-call` with these arguments. Returns its exit code and its output.
    pub(crate) fn call(&mut self, arguments: &[&str]) -> (i64, String) {
        let questions = self.questions.as_mut().expect("it is not about to end");
        writeln!(questions, "{}", json!(arguments)).expect("Salt waits for it");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("Salt answers");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

impl Drop for SaltCalls {
    fn drop(&mut self) {
        self.questions = None;
        let _ = self.process.wait();
    }
}
