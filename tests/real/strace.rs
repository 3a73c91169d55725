//! strace: makes a system call of the real program fail, or kills or stops the program at it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Once;

/// The threads that strace traces. It counts the calls of each thread separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threads {
    /// The main thread.
    Main,
    /// All threads. The one that reaches a position first is interrupted.
    All,
}

/// An event at a system call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'a> {
    Kill,
    /// The call is made, then the program stops until it gets SIGCONT.
    Stop,
    /// The call is not made and returns this error.
    Error(&'a str),
}

/// Returns strace with these options. The caller adds the program and its arguments. The log goes
/// to a file.
pub(crate) fn strace(log: &Path, threads: Threads, options: &[&str]) -> Command {
    assert_works();
    // `--seccomp-bpf` is not used: strace 6.1 then kills at the first position only.
    let mut command = Command::new("strace");
    command.arg("-qq").args((threads == Threads::All).then_some("-f")).arg("-o").arg(log).args(options);
    command
}

/// Returns the option that causes an event at the call of this number, from 1.
pub(crate) fn inject(call: &str, event: Event<'_>, position: usize) -> String {
    let event = match event {
        Event::Kill => "signal=SIGKILL".to_owned(),
        Event::Stop => "signal=SIGSTOP".to_owned(),
        Event::Error(error) => format!("error={error}"),
    };
    format!("inject={call}:{event}:when={position}")
}

/// Returns the options that log one kind of call, for [`count`].
pub(crate) fn logging(call: &str) -> [String; 4] {
    ["-e".to_owned(), format!("trace={call}"), "-e".to_owned(), "signal=none".to_owned()]
}

/// Counts a call in a log. With several threads, counts it in the thread that makes it most often.
pub(crate) fn count(log: &str, call: &str, threads: Threads) -> usize {
    let begins = format!("{call}(");
    let mut counts = BTreeMap::<&str, usize>::new();
    for line in log.lines().filter(|line| line.contains(&begins)) {
        // With `-f` each line begins with the id of the thread.
        let thread = if threads == Threads::Main { "" } else { line.split(' ').next().unwrap_or_default() };
        *counts.entry(thread).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

/// Fails if strace is missing or may not trace. Without this, the tests would pass without any
/// interruption.
fn assert_works() {
    static CHECKED: Once = Once::new();
    CHECKED.call_once(|| {
        let output = Command::new("strace")
            .args(["-qq", "-o", "/dev/null", "-e", "inject=exit_group:signal=SIGKILL:when=1", "true"])
            .output()
            .expect("strace is there: run tests/setup.sh");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_none(), "strace cannot trace here; is ptrace permitted? {error}");
    });
}
