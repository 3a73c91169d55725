//! The answers of minions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::contract::Verdict;

/// The answer of a minion to a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// All steps succeeded.
    Done,
    /// The minion keeps the document of another conductor, whose revision is higher.
    Lags,
    /// A step failed, or Salt could not run the state. The text says which and why.
    Failed(String),
}

/// The step by which the state says that this conductor lags: `salt/loopback_static_routes`.
const LAGS: &str = "loopback-static-routes-lags";

/// The answer of a minion to a state, as Salt prints it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum StateAnswer {
    Steps(BTreeMap<String, Step>),
    Errors(Vec<String>),
    Other(Value),
}

/// The result of a step.
#[derive(Debug, Deserialize)]
pub(super) struct Step {
    #[serde(rename = "__id__", default)]
    id: String,
    /// `None` if a step has not been made, as with `test=True`.
    result: Option<bool>,
    #[serde(default)]
    comment: Value,
}

impl From<StateAnswer> for Applied {
    fn from(answer: StateAnswer) -> Self {
        match answer {
            StateAnswer::Steps(steps) => match steps.values().find(|step| step.result != Some(true)) {
                None if steps.is_empty() => Self::Failed("no step was made".to_owned()),
                None if steps.values().any(|step| step.id == LAGS) => Self::Lags,
                None => Self::Done,
                Some(step) => Self::Failed(format!("{}: {}", step.id, words(&step.comment))),
            },
            StateAnswer::Errors(errors) => Self::Failed(errors.join("; ")),
            StateAnswer::Other(value) => Self::Failed(words(&value)),
        }
    }
}

/// Returns a value as text.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// The answer of a minion to `cmd.run_all`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum CommandAnswer {
    Ran { stdout: String },
    Other(IgnoredAny),
}

/// The part of the output of `status --json --summary` that is used.
#[derive(Debug, Deserialize)]
struct Summary {
    verdict: Verdict,
}

impl CommandAnswer {
    /// Returns the verdict. `None` if the command did not print one.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Ran { stdout } => serde_json::from_str::<Summary>(stdout).ok().map(|summary| summary.verdict),
            Self::Other(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Applied, CommandAnswer, StateAnswer};
    use crate::contract::Verdict;

    #[test]
    fn a_state_is_done_if_each_step_succeeded() {
        let failed = |text: &str| Applied::Failed(text.to_owned());
        let step = |result: serde_json::Value, comment: &str| json!({"__id__": "document", "result": result, "comment": comment, "changes": {}});
        for (answer, expected) in [
            (json!({"a": step(json!(true), "")}), Applied::Done),
            (json!({"a": step(json!(true), ""), "b": step(json!(false), "no space")}), failed("document: no space")),
            (json!({"a": step(json!(null), "would change")}), failed("document: would change")),
            (json!({"a": {"__id__": "loopback-static-routes-lags", "result": true}}), Applied::Lags),
            (
                json!({"a": {"__id__": "loopback-static-routes-lags", "result": true}, "b": step(json!(false), "x")}),
                failed("document: x"),
            ),
            (json!({}), failed("no step was made")),
            (json!(["No matching sls found"]), failed("No matching sls found")),
            (json!("VALUE_TRIMMED"), failed("VALUE_TRIMMED")),
            (json!(false), failed("false")),
        ] {
            let answer: StateAnswer = serde_json::from_value(answer).expect("an answer");
            assert_eq!(Applied::from(answer), expected);
        }
    }

    #[test]
    fn a_verdict_is_read_from_the_output_of_the_program() {
        for (answer, expected) in [
            (
                json!({"pid": 1, "retcode": 1, "stdout": "{\"verdict\":\"in-trial\",\"x\":1}", "stderr": "a"}),
                Some(Verdict::InTrial),
            ),
            (json!({"pid": 1, "retcode": 127, "stdout": "", "stderr": "not found"}), None),
            (json!("Minion did not return"), None),
        ] {
            let answer: CommandAnswer = serde_json::from_value(answer).expect("an answer");
            assert_eq!(answer.verdict(), expected);
        }
    }
}
