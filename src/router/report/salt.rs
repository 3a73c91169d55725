//! The result of `salt-state`: JSON for Salt's state `cmd.run` with `stateful`.

use std::fmt::Write as _;

use serde::Serialize;

use super::next::steps;
use super::text::{returned, summary_of};
use super::{Surroundings, guard};
use crate::contract::Verdict;
use crate::router::error::Error;
use crate::router::salt_state::{Look, SnapshotChanges};
use crate::router::status::Status;

/// The longest comment, in characters.
const COMMENT: usize = 500;

/// The most next steps that a comment names.
const STEPS: usize = 2;

/// The result of the command.
#[derive(Debug)]
pub struct SaltResult {
    /// The state of the machine after the run.
    pub look: Look,
    /// The reason why the service could not run, or failed.
    pub service: Result<(), String>,
    /// The changes of the run.
    pub changes: SnapshotChanges,
    /// True if the state fails for every verdict but `in-agreement` and `held`.
    pub is_strict: bool,
    /// True if the service was not run. The changes are those that it would make.
    pub is_test: bool,
}

/// The reason why the state fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The input is invalid, or the site is strict.
    Verdict,
    /// The system fails.
    System,
}

/// The output for Salt. If `changed` is true, Salt adds all keys but the comment to its changes.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SaltJson {
    changed: bool,
    comment: String,
    verdict: &'static str,
    file_changed: bool,
    routes_added: usize,
    routes_deleted: usize,
}

/// Returns the reason why the state fails, if it does, and the output.
#[must_use]
pub fn salt_json(result: &SaltResult, surroundings: &Surroundings) -> (Option<Failed>, String) {
    let (verdict, words) = said(result, surroundings);
    let is_green = matches!(verdict, Verdict::InAgreement | Verdict::Held);
    let is_lost = matches!(result.look.status, Err(Error::LostDocument(_)));
    let failed = match verdict {
        // The service would get the document that Salt delivers before.
        Verdict::NoDocument | Verdict::Refused if result.is_test => None,
        Verdict::Failed if result.is_test && is_lost => None,
        Verdict::Failed | Verdict::NoDocument => Some(Failed::System),
        Verdict::Refused => Some(Failed::Verdict),
        _ if !is_green && result.is_strict => Some(Failed::Verdict),
        _ => None,
    };
    let SnapshotChanges { file_changed, added, deleted } = result.changes;
    let would_change = || match &result.look.status {
        Ok(status) => status.has_changes() || !status.has_document,
        Err(error) => error.is_finding() || is_lost,
    };
    let json = SaltJson {
        changed: if result.is_test { would_change() } else { result.changes.any() },
        comment: one_line(&format!("{}: {words}", verdict.code())),
        verdict: verdict.code(),
        file_changed,
        routes_added: added,
        routes_deleted: deleted,
    };
    (failed, in_ascii(&serde_json::to_string(&json).expect("names and numbers are JSON")) + "\n")
}

/// Returns the verdict and its words.
fn said(result: &SaltResult, surroundings: &Surroundings) -> (Verdict, String) {
    match (&result.look.status, &result.service) {
        (Err(error), _) => (error.verdict(), error.to_string()),
        (Ok(_), Err(problem)) => {
            let words = match &result.look.failing {
                Some(error) => format!("{problem}: {error}"),
                None => format!("{problem}; see journalctl -u 128T-handle-loopback-static-routes-config.service"),
            };
            (Verdict::Failed, words)
        }
        (Ok(status), Ok(())) => match status.missing_document().filter(|_| !result.is_test) {
            Some(error) if status.verdict() == Verdict::NoDocument => (Verdict::NoDocument, error.to_string()),
            _ => (status.verdict(), words(status, surroundings)),
        },
    }
}

/// Returns the words about a state that could be read.
fn words(status: &Status, surroundings: &Surroundings) -> String {
    let mut sentences = vec![summary_of(status, &status.rows())];
    sentences.extend(guard::reasons(status, surroundings));
    sentences.extend(returned(status).map(|words| format!("The document {words}")));
    if status.verdict() == Verdict::Drift {
        sentences.extend(steps(status, surroundings).into_iter().take(STEPS));
    }
    sentences.join(". ")
}

/// Makes a text one line of limited length. Names from the document or of interfaces may have
/// characters that change how a terminal shows the text around them.
fn one_line(text: &str) -> String {
    let shown = text.chars().flat_map(|character| match character {
        ' '..='~' => vec![character],
        '\n' | '\r' | '\t' => vec![' '],
        other => other.escape_debug().collect(),
    });
    let mut line: Vec<char> = shown.take(COMMENT + 1).collect();
    if line.len() > COMMENT {
        line.truncate(COMMENT - 1);
        line.push('…');
    }
    line.into_iter().collect()
}

/// Escapes all characters of JSON that are not ASCII, since Salt may decode the output by another
/// locale.
fn in_ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{COMMENT, in_ascii, one_line};

    #[test]
    fn a_comment_is_one_line_of_limited_length() {
        assert_eq!(one_line("a\nb\tc \u{1b}[31m\u{202e}\"ü"), "a b c \\u{1b}[31m\\u{202e}\"ü");
        let long = one_line(&"é".repeat(COMMENT + 1));
        assert_eq!((long.chars().count(), long.ends_with('…')), (COMMENT, true));
    }

    #[test]
    fn the_output_is_ascii() {
        let text = in_ascii("\"ü…😀\"");
        assert_eq!(text, "\"\\u00fc\\u2026\\ud83d\\ude00\"");
        assert_eq!(serde_json::from_str::<String>(&text).expect("JSON"), "ü…😀");
    }
}
