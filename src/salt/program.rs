//! Runs the commands of Salt.

use std::ffi::OsString;
use std::io;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::{Master, SaltError};
use crate::process::{self, Failure};

/// The names of a command: Salt's, and that of the product's own Salt.
pub(super) type Names = [&'static str; 2];

pub(super) const SALT: &Names = &["salt", "t128-salt"];
pub(super) const SALT_KEY: &Names = &["salt-key", "t128-salt-key"];
pub(super) const SALT_RUN: &Names = &["salt-run", "t128-salt-run"];

/// The result of a command.
struct Output {
    program: &'static str,
    is_success: bool,
    answer: String,
    words: String,
}

/// Runs a command, and reads its answer. A command that does not end in time is killed.
///
/// Salt may print warnings and messages before the answer.
pub(super) fn ask<T: DeserializeOwned>(
    master: &Master,
    names: &'static Names,
    arguments: &[OsString],
    limit: Duration,
) -> Result<T, SaltError> {
    let output = run(master, names, arguments, limit)?;
    json_in(&output.answer).ok_or_else(|| output.no_answer())
}

/// Asks the master itself. An error of a function of the master is text, as its answer may be, but
/// then the command fails. If there is no such function, the answer is text too, and the command
/// succeeds.
pub(super) fn ask_runner<T: DeserializeOwned>(
    master: &Master,
    arguments: &[OsString],
    limit: Duration,
) -> Result<T, SaltError> {
    let output = run(master, SALT_RUN, arguments, limit)?;
    let answer = if output.is_success { json_in(&output.answer) } else { None };
    answer.ok_or_else(|| match json_in::<String>(&output.answer) {
        Some(words) => Output { answer: words, words: String::new(), ..output }.no_answer(),
        None => output.no_answer(),
    })
}

impl Output {
    /// Returns the error about an output without an answer, with its last line.
    fn no_answer(&self) -> SaltError {
        let lines = [&self.answer, &self.words].into_iter().flat_map(|text| text.lines()).map(str::trim);
        let words = lines.rev().find(|line| !line.is_empty()).unwrap_or_default();
        SaltError::NoAnswer { program: self.program.to_owned(), words: words.to_owned() }
    }
}

fn run(master: &Master, names: &'static Names, arguments: &[OsString], limit: Duration) -> Result<Output, SaltError> {
    let (program, child) = start(master, names, arguments)?;
    let ended = process::wait(child, limit).map_err(|failure| match failure {
        Failure::Slow => SaltError::Slow { program: program.to_owned(), seconds: limit.as_secs() },
        Failure::System(cause) => SaltError::System { program: program.to_owned(), cause },
    })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (answer, words) = (text(&ended.stdout), text(&ended.stderr));
    Ok(Output { program, is_success: ended.status.success(), answer, words })
}

/// Returns the value that begins at the start of a line, with only lines of messages before it.
fn json_in<T: DeserializeOwned>(text: &str) -> Option<T> {
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
    starts.filter(|at| *at < text.len()).find_map(|at| serde_json::from_str(&text[at..]).ok())
}

/// Starts the first command of these names that exists.
fn start(master: &Master, names: &'static Names, arguments: &[OsString]) -> Result<(&'static str, Child), SaltError> {
    for name in names {
        let mut command = Command::new(name);
        command.args(master.options()).args(arguments).env("LC_ALL", "C.UTF-8");
        match command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
            Ok(child) => return Ok((name, child)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(SaltError::System { program: (*name).to_owned(), cause }),
        }
    }
    Err(SaltError::NoProgram(names))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::json_in;

    #[test]
    fn an_answer_may_follow_messages() {
        let answer = |text: &str| json_in::<BTreeMap<String, bool>>(text);
        assert_eq!(answer("{}\n"), Some(BTreeMap::new()));
        assert_eq!(answer("No minions matched the target.\n{}\n"), Some(BTreeMap::new()));
        assert_eq!(answer("[WARNING ] a {brace}\n{\n  \"m1\": true\n}\n"), Some([("m1".to_owned(), true)].into()));
        assert_eq!(answer(""), None);
        assert_eq!(answer("Salt request timed out.\n"), None);
        assert_eq!(answer("\"'config.got' is not available.\"\n"), None);
        assert_eq!(json_in::<Option<String>>("[INFO] a\nnull\n"), Some(None));
        assert_eq!(json_in::<Option<String>>("\"plugins\"\n"), Some(Some("plugins".to_owned())));
    }
}
