//! The questions to the minions of a master.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answers::{Applied, CommandAnswer, StateAnswer};
use super::program::{SALT, SALT_KEY, ask, ask_runner};
use super::targets::targets;
use super::{Master, SaltError};
use crate::contract::Verdict;

/// The state that delivers the document.
const STATE: &str = "loopback_static_routes";

/// The environment of the state.
const ENVIRONMENT: &str = "plugins";

/// The command that tells the verdict of a router.
const STATUS: &str = "/usr/bin/handle_loopback_static_route_config status --json --summary";

/// The name under which the state sends the output of [`STATUS`] to the mine of the master.
const MINE: &str = "loopback_static_routes";

/// The most time for a list of the keys, or for the client itself.
const CLIENT_LIMIT: Duration = Duration::from_secs(120);

/// The most commands at the same time.
const COMMANDS: usize = 4;

/// The most minions that are asked for their summaries in one command.
const SUMMARIES: usize = 500;

/// How often a command is run in all, if the master does not respond in time. With thousands of
/// minions it has much to do, and the answers of the other commands must not be lost.
const ATTEMPTS: usize = 3;

/// The minions of a master.
///
/// Minions that do not answer are missing in the answers.
pub trait Minions {
    /// Returns the minions whose keys are accepted.
    ///
    /// # Errors
    ///
    /// Salt fails.
    fn accepted(&mut self) -> Result<BTreeSet<String>, SaltError>;

    /// Returns the minions that answer.
    ///
    /// # Errors
    ///
    /// Salt fails. The master may not respond.
    fn ping(&mut self, minions: &[&str]) -> Result<BTreeSet<String>, SaltError>;

    /// Applies the state that delivers the documents.
    ///
    /// # Errors
    ///
    /// Salt fails. Some minions may have applied the state.
    fn apply(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Applied>, SaltError>;

    /// Returns the verdicts of the routers. `None` if a router's program tells none.
    ///
    /// # Errors
    ///
    /// Salt fails.
    fn verdicts(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Option<Verdict>>, SaltError>;

    /// Returns what the minions answer to the question for the summary of their router's status.
    ///
    /// # Errors
    ///
    /// Salt fails.
    fn summaries(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Value>, SaltError>;

    /// Waits.
    fn wait(&mut self, time: Duration);
}

/// The minions of a master, asked by Salt's commands.
pub struct MasterMinions {
    master: Master,
    /// How long a minion may take to answer.
    timeout: Duration,
    /// How long a minion may take to apply the state.
    limit: Duration,
}

/// The answer of `salt-key`.
#[derive(Deserialize)]
struct Keys {
    minions: Vec<String>,
}

impl MasterMinions {
    /// Returns the minions of a master. `timeout` is the time for an answer, and `limit` that for
    /// applying the state.
    #[must_use]
    pub fn new(master: Master, timeout: Duration, limit: Duration) -> Self {
        Self { master, timeout, limit }
    }

    /// Returns the summaries that the minions sent to the mine of the master, at the end of the
    /// state. No minion is asked, so those that are down are there too.
    ///
    /// # Errors
    ///
    /// Salt fails.
    pub fn cached(&self) -> Result<BTreeMap<String, Value>, SaltError> {
        let arguments = ["--out=json", "--no-color", "mine.get", "*", MINE].map(OsString::from);
        ask_runner(&self.master, &arguments, CLIENT_LIMIT)
    }

    /// Calls a function on minions. Long lists are asked in several commands at the same time.
    fn call<T: DeserializeOwned + Send>(
        &self,
        minions: &[&str],
        function: &[&str],
        limit: Duration,
    ) -> Result<BTreeMap<String, T>, SaltError> {
        self.call_targets(&targets(minions), function, limit)
    }

    /// Calls a function on targets, each in a command.
    fn call_targets<T: DeserializeOwned + Send>(
        &self,
        targets: &[Vec<OsString>],
        function: &[&str],
        limit: Duration,
    ) -> Result<BTreeMap<String, T>, SaltError> {
        let timeout = format!("--timeout={}", self.timeout.as_secs().max(1));
        let options = ["--out=json", "--static", "--hide-timeout", "--no-color", &timeout];
        let command = |target: &Vec<OsString>| {
            let options = options.iter().map(OsString::from);
            let function = function.iter().map(OsString::from);
            let arguments: Vec<OsString> = options.chain(target.iter().cloned()).chain(function).collect();
            let run = || ask::<BTreeMap<String, T>>(&self.master, SALT, &arguments, CLIENT_LIMIT + limit);
            let mut answers = run();
            for _ in 1..ATTEMPTS {
                match answers {
                    Err(SaltError::NoAnswer { .. }) => answers = run(),
                    _ => break,
                }
            }
            answers
        };
        let command = &command;
        let mut answers = BTreeMap::new();
        for targets in targets.chunks(COMMANDS) {
            let of_targets: Vec<Result<_, SaltError>> = thread::scope(|scope| {
                let threads: Vec<_> = targets.iter().map(|target| scope.spawn(move || command(target))).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            for of_target in of_targets {
                answers.extend(of_target?);
            }
        }
        Ok(answers)
    }
}

impl Minions for MasterMinions {
    fn accepted(&mut self) -> Result<BTreeSet<String>, SaltError> {
        let arguments = ["--list=accepted", "--out=json", "--no-color"].map(OsString::from);
        let keys: Keys = ask(&self.master, SALT_KEY, &arguments, CLIENT_LIMIT)?;
        Ok(keys.minions.into_iter().collect())
    }

    fn ping(&mut self, minions: &[&str]) -> Result<BTreeSet<String>, SaltError> {
        let answers = self.call::<Value>(minions, &["test.ping"], self.timeout)?;
        Ok(answers.into_iter().filter(|(_, answer)| *answer == Value::Bool(true)).map(|(id, _)| id).collect())
    }

    fn apply(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Applied>, SaltError> {
        // Without `queue`, the state fails while another one runs.
        let environment = format!("saltenv={ENVIRONMENT}");
        let function = ["state.apply", STATE, &environment, "queue=True"];
        let answers = self.call::<StateAnswer>(minions, &function, self.limit)?;
        Ok(answers.into_iter().map(|(id, answer)| (id, answer.into())).collect())
    }

    fn verdicts(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Option<Verdict>>, SaltError> {
        // `cmd.run` would mix standard error into the output.
        let answers = self.call::<CommandAnswer>(minions, &["cmd.run_all", STATUS], self.timeout)?;
        Ok(answers.into_iter().map(|(id, answer)| (id, answer.verdict())).collect())
    }

    fn summaries(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Value>, SaltError> {
        let targets: Vec<Vec<OsString>> = minions.chunks(SUMMARIES).flat_map(targets).collect();
        self.call_targets(&targets, &["cmd.run_all", STATUS], self.timeout)
    }

    fn wait(&mut self, time: Duration) {
        thread::sleep(time);
    }
}
