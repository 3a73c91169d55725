//! The answer of a minion: the summary of `status` of its router, in one of several forms.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::Verdict;

/// The text that Salt gives in place of an answer that is too long.
const TRIMMED: &str = "VALUE_TRIMMED";

/// The start of the text that Salt gives for a minion that does not answer.
const NO_RETURN: &str = "Minion did not return";

/// The answer of a minion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The summary of the router.
    Summary(Box<Summary>),
    /// It did not answer. The text says why, if that is known.
    None(Option<String>),
    /// An answer without a summary. The text is what it has instead.
    Bad(String),
}

/// The output of `status --json --summary`, as far as it is used. After an error, only the verdict
/// and the error are there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// The verdict.
    pub verdict: Verdict,
    /// The router. A long name may be cut, and ends with `…`.
    #[serde(default)]
    pub router: String,
    /// The node. A long name may be cut, and ends with `…`.
    #[serde(default)]
    pub node: String,
    /// The SHA-256 of the route file that the document gives. `None` if the plugin is off.
    #[serde(default)]
    pub digest: Option<String>,
    /// How often the document came back after another one.
    #[serde(default)]
    pub returns: u32,
    /// The number of routes of the document.
    #[serde(default)]
    pub desired: usize,
    /// The number of routes with each difference.
    #[serde(default)]
    pub drift: BTreeMap<String, usize>,
    /// The first routes with a difference.
    #[serde(default)]
    pub first: Vec<FirstDrift>,
    /// The first routes whose places other programs' routes have.
    #[serde(default)]
    pub held: Vec<Conflict>,
    /// The number of units that do not work now, or not after a boot.
    #[serde(default)]
    pub units_off: usize,
    /// The error, if the state could not be read.
    #[serde(default)]
    pub error: Option<String>,
}

/// A route with a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstDrift {
    /// The destination.
    pub prefix: String,
    /// The metric.
    pub metric: u32,
    /// The name of the difference.
    pub drift: String,
}

/// A route whose place another program's route has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The destination.
    pub prefix: String,
    /// The metric.
    pub metric: u32,
    /// The interface of the other route.
    #[serde(default)]
    pub interface: Option<String>,
    /// The protocol of the other route.
    pub protocol: String,
}

impl Answer {
    /// Reads an answer: the result of Salt's `cmd.run_all`, the summary itself, or text that has
    /// it.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        match value {
            // Salt gives `false` for a minion that does not answer.
            Value::Null | Value::Bool(false) => Self::None(None),
            Value::String(text) if text.trim_start().starts_with(NO_RETURN) => Self::None(Some(text.clone())),
            Value::String(text) if text == TRIMMED => Self::Bad("Salt left out the answer, as it is too long".into()),
            Value::String(text) => summary_in(text).map_or_else(|| Self::Bad(text.clone()), Self::of),
            Value::Object(members) => match (Summary::deserialize(value), members.get("stdout")) {
                (Ok(summary), _) => Self::of(summary),
                (Err(_), Some(Value::String(text))) => summary_in(text).map_or_else(|| failed(members), Self::of),
                (Err(error), _) => Self::Bad(format!("no summary: {error}")),
            },
            other => Self::Bad(other.to_string()),
        }
    }

    fn of(summary: Summary) -> Self {
        Self::Summary(Box::new(summary))
    }
}

/// Reads the answers of minions, by minion.
#[must_use]
pub fn answers(values: &BTreeMap<String, Value>) -> BTreeMap<String, Answer> {
    values.iter().map(|(minion, value)| (minion.clone(), Answer::read(value))).collect()
}

/// Returns the first summary that begins at the start of a line. Salt's `cmd.run` mixes standard
/// error into the text, so lines before and after it are skipped.
fn summary_in(text: &str) -> Option<Summary> {
    let starts = text.match_indices('{').map(|(at, _)| at);
    let mut starts = starts.filter(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n');
    starts.find_map(|at| serde_json::Deserializer::from_str(&text[at..]).into_iter().next()?.ok())
}

/// Describes the result of a command that printed no summary.
fn failed(members: &serde_json::Map<String, Value>) -> Answer {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default().trim();
    let code = members.get("retcode").or_else(|| members.get("rc")).and_then(Value::as_i64);
    let words = [text("stderr"), text("stdout")].into_iter().find(|text| !text.is_empty());
    let code = code.map_or("no summary".to_owned(), |code| format!("exit code {code}"));
    Answer::Bad(words.map_or(code.clone(), |words| format!("{code}: {words}")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Answer, Summary};
    use crate::contract::Verdict;

    fn summary(value: Value) -> Summary {
        serde_json::from_value(value).expect("a summary")
    }

    #[test]
    fn an_answer_has_several_forms() {
        let told = json!({
            "format-version": 1, "verdict": "drift", "router": "r", "node": "n", "enabled": true,
            "in-agreement": false, "interface": "ready", "digest": "d", "returns": 2, "desired": 3,
            "drift": {"held": 1}, "units-off": 0, "unguarded": false, "last-run": null,
            "held": [{"prefix": "192.0.2.1/32", "metric": 5, "interface": "eth0", "protocol": "boot"}],
        });
        let line = told.to_string();
        let expected = Answer::Summary(Box::new(summary(told.clone())));
        for form in [
            told.clone(),
            json!({"pid": 1, "retcode": 1, "stdout": line, "stderr": "a warning"}),
            json!({"changed": true, "rc": 1, "stdout": format!("{line}\n"), "stderr": ""}),
            json!(line),
            json!(format!("a {{warning}}\n{line}\nanother one")),
            json!(serde_json::to_string_pretty(&told).expect("JSON")),
        ] {
            assert_eq!(Answer::read(&form), expected, "{form}");
        }
    }

    #[test]
    fn an_answer_without_a_summary_is_not_one() {
        let bad = |text: &str| Answer::Bad(text.to_owned());
        for (form, expected) in [
            (json!(false), Answer::None(None)),
            (json!(null), Answer::None(None)),
            (
                json!("Minion did not return. [Not connected]"),
                Answer::None(Some("Minion did not return. [Not connected]".to_owned())),
            ),
            (json!("VALUE_TRIMMED"), bad("Salt left out the answer, as it is too long")),
            (json!(""), bad("")),
            (json!(true), bad("true")),
            (json!([1]), bad("[1]")),
            (json!({"a": 1}), bad("no summary: missing field `verdict`")),
            (json!({"stdout": "", "stderr": "not found\n", "retcode": 127}), bad("exit code 127: not found")),
            (json!({"stdout": 1}), bad("no summary: missing field `verdict`")),
            (json!({"stdout": "{\"verdict\":\"held", "retcode": 0}), bad("exit code 0: {\"verdict\":\"held")),
            (json!({"stdout": "{\"verdict\":\"new\"}"}), bad("no summary: {\"verdict\":\"new\"}")),
        ] {
            assert_eq!(Answer::read(&form), expected, "{form}");
        }
    }

    #[test]
    fn an_error_has_a_verdict() {
        let error = json!({"format-version": 1, "outcome": "refused", "verdict": "refused", "error": "bad"});
        let text = serde_json::to_string_pretty(&error).expect("JSON");
        let Answer::Summary(summary) = Answer::read(&json!({"stdout": text, "retcode": 2})) else {
            panic!("a summary")
        };
        assert_eq!((summary.verdict, summary.error.as_deref()), (Verdict::Refused, Some("bad")));
    }
}
