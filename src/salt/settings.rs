//! The settings of a master, as Salt itself reads them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::program::{SALT, SALT_RUN, ask, ask_runner};
use super::{Master, SaltError};

/// The most time for a question to the master. Salt needs one second to start.
const LIMIT: Duration = Duration::from_secs(120);

/// How long a minion may take to answer.
const MINION_TIMEOUT: &str = "--timeout=5";

/// The name of the roots that belong to each environment without its own.
const ANY_ENVIRONMENT: &str = "__env__";

/// The settings of a master. They include those of its drop-in files.
#[derive(Debug)]
pub struct MasterSettings {
    /// The folders of pillars.
    pub pillar_roots: Roots,
    /// The folders of states.
    pub file_roots: Roots,
    /// The only environment whose top file of states is read, if there is one.
    pub state_top_saltenv: Option<String>,
}

/// The folders of each environment, in the order in which Salt searches them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Roots(BTreeMap<String, Vec<String>>);

impl Roots {
    /// Returns the folders of an environment.
    #[must_use]
    pub fn of(&self, environment: &str) -> Vec<PathBuf> {
        let roots = self.0.get(environment).or_else(|| self.0.get(ANY_ENVIRONMENT));
        let roots = roots.map(Vec::as_slice).unwrap_or_default();
        roots.iter().map(|root| root.replace(ANY_ENVIRONMENT, environment).into()).collect()
    }
}

impl Master {
    /// Asks for the settings.
    ///
    /// # Errors
    ///
    /// Salt fails, or answers something else.
    pub fn settings(&self) -> Result<MasterSettings, SaltError> {
        // Salt's start takes most of the time, so the questions are asked at the same time.
        thread::scope(|scope| {
            let pillar_roots = scope.spawn(|| self.setting("pillar_roots"));
            let file_roots = scope.spawn(|| self.setting("file_roots"));
            let state_top_saltenv = self.setting("state_top_saltenv")?;
            Ok(MasterSettings {
                pillar_roots: pillar_roots.join().expect("no panic")?,
                file_roots: file_roots.join().expect("no panic")?,
                state_top_saltenv,
            })
        })
    }

    fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<T, SaltError> {
        ask_runner(self, &["config.get".into(), key.into(), "--out=json".into()], LIMIT)
    }

    /// Returns the pillar of a minion, or that of all minions without a name.
    ///
    /// # Errors
    ///
    /// Salt fails, or answers something else.
    pub fn pillar(&self, minion: Option<&str>) -> Result<BTreeMap<String, Value>, SaltError> {
        let minion = minion.filter(|minion| is_quotable(minion)).map(|minion| {
            // Salt reads an argument as YAML. A JSON string is also a string in YAML.
            OsString::from(format!("minion={}", Value::from(minion)))
        });
        let question = ["pillar.show_pillar".into(), "--out=json".into()].into_iter().chain(minion);
        ask_runner(self, &question.collect::<Vec<_>>(), LIMIT)
    }

    /// Returns the name of the way in which the top files of states are merged.
    ///
    /// # Errors
    ///
    /// Salt fails, or answers something else.
    pub fn merging_strategy(&self) -> Result<String, SaltError> {
        self.setting("top_file_merging_strategy")
    }

    /// Returns the environment that each minion is pinned to, if it is. Minions that do not answer
    /// are missing.
    ///
    /// # Errors
    ///
    /// Salt fails. The master may not run.
    pub fn environments_of_minions(&self) -> Result<BTreeMap<String, Option<String>>, SaltError> {
        let options = ["--out=json", "--static", "--hide-timeout", "--no-color", MINION_TIMEOUT];
        let question = options.into_iter().chain(["*", "config.get", "saltenv"]).map(OsString::from);
        let answers: BTreeMap<String, Value> = ask(self, SALT, &question.collect::<Vec<_>>(), LIMIT)?;
        let environments = answers.into_iter().map(|(minion, answer)| (minion, answer.as_str().map(str::to_owned)));
        Ok(environments.collect())
    }

    /// Returns the command that shows the pillar of a minion.
    #[must_use]
    pub fn pillar_command(&self, minion: &str) -> String {
        self.command_line(SALT_RUN, &["pillar.show_pillar", minion])
    }
}

/// Returns false for an argument that Salt does not read as YAML.
fn is_quotable(minion: &str) -> bool {
    !minion.contains('#')
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Roots;

    #[test]
    fn an_environment_without_roots_has_those_of_each_environment() {
        let roots: Roots = serde_json::from_str(r#"{"base": ["/a", "/b"], "__env__": ["/q/__env__"]}"#).expect("roots");
        assert_eq!(roots.of("base"), [Path::new("/a"), Path::new("/b")]);
        assert_eq!(roots.of("plugins"), [Path::new("/q/plugins")]);
        assert!(Roots::default().of("base").is_empty());
    }
}
