//! The settings of a deployment. Their reference is `docs/commands/deploy.md`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::command::printed;
use crate::commands::push::{self, Delivery};
use crate::commands::{CommandError, salt_setup};
use crate::contract::pillar::{DOCUMENT_PATH, LAST_REVISION};

/// The folder that is published by default.
const OUT: &str = "/var/lib/128technology/plugins/loopback-static-routes/out";

/// The running configuration of the product.
const RUNNING: &str = "/var/lib/128technology/t128-running.xml";

/// The settings of a deployment.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Settings {
    /// The file or folder with the configuration.
    pub(super) source: Option<PathBuf>,
    /// A command that prints the configuration, with its arguments.
    pub(super) source_command: Option<Vec<String>>,
    /// The time for a command, in seconds.
    pub(super) command_timeout: u64,
    /// A command that prints the revision.
    revision_command: Option<Vec<String>>,
    /// The time without a change of the source before it is read, in seconds.
    settle: u64,
    /// The folder to publish to.
    pub(super) out: PathBuf,
    /// The time to wait for another run on the folder, in seconds.
    pub(super) wait: u64,
    /// On a router: the minion whose document is installed on this machine.
    pub(super) own_minion: Option<String>,
    /// The place of that document.
    pub(super) own_document: PathBuf,
    /// True if the documents are connected with the master's pillar.
    pub(super) connect: bool,
    /// The pillar root of the master's environment `base`, if the master is not asked.
    pillar_root: Option<PathBuf>,
    /// The file root of that environment.
    file_root: Option<PathBuf>,
    /// The folder of the master's configuration.
    salt_config: Option<PathBuf>,
    /// True if the documents are pushed.
    pub(super) push: bool,
    first: usize,
    batch: u32,
    timeout: u64,
    state_timeout: u64,
    trial_timeout: u64,
    master_timeout: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            source: None,
            source_command: None,
            command_timeout: 60,
            revision_command: None,
            settle: 2,
            out: OUT.into(),
            wait: 60,
            own_minion: None,
            own_document: DOCUMENT_PATH.into(),
            connect: true,
            pillar_root: None,
            file_root: None,
            salt_config: None,
            push: true,
            first: 5,
            batch: 500,
            timeout: 15,
            state_timeout: 600,
            trial_timeout: 600,
            master_timeout: 120,
        }
    }
}

impl Settings {
    /// Reads the settings. If the file may be missing, and is, the defaults count.
    pub(super) fn read(file: &Path, may_be_missing: bool) -> Result<Self, CommandError> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_be_missing => String::new(),
            Err(error) => return Err(CommandError::Usage(format!("cannot read {}: {error}", file.display()))),
        };
        Self::parse(&text).map_err(|reason| CommandError::Usage(format!("{}: {reason}", file.display())))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut settings: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        for (key, command) in
            [("source-command", &settings.source_command), ("revision-command", &settings.revision_command)]
        {
            if command.as_ref().is_some_and(Vec::is_empty) {
                return Err(format!("`{key}` needs a program, for example [\"curl\", \"…\"]"));
            }
        }
        if settings.batch == 0 {
            return Err("`batch` must be at least 1".to_owned());
        }
        if settings.own_minion.is_some() {
            // A router has no Salt master.
            (settings.connect, settings.push) = (false, false);
        }
        match (&settings.source, &settings.source_command) {
            (Some(_), Some(_)) => return Err("`source` and `source-command` exclude each other".to_owned()),
            (None, None) => settings.source = Some(RUNNING.into()),
            _ => {}
        }
        Ok(settings)
    }

    pub(super) fn settle(&self) -> Duration {
        Duration::from_secs(self.settle)
    }

    pub(super) fn command_timeout(&self) -> Duration {
        Duration::from_secs(self.command_timeout)
    }

    /// Runs the command that prints the revision, if there is one.
    pub(super) fn revision(&self) -> anyhow::Result<Option<u64>> {
        let Some(command) = &self.revision_command else { return Ok(None) };
        let bytes = printed(command, self.command_timeout())?;
        let text = String::from_utf8_lossy(&bytes);
        let revision = text.trim().parse().with_context(|| format!("{:?} is not a number", text.trim()))?;
        if revision > LAST_REVISION {
            bail!("{revision} is too high; the highest revision is {LAST_REVISION}");
        }
        Ok(Some(revision))
    }

    /// Returns the arguments of `salt-setup`.
    pub(super) fn salt_setup(&self, check: bool, undo: bool) -> salt_setup::Arguments {
        salt_setup::Arguments {
            out: self.out.clone(),
            salt_config: self.salt_config.clone(),
            pillar_root: self.pillar_root.clone(),
            file_root: self.file_root.clone(),
            check,
            undo,
            // With each commit, that would be a question to thousands of minions.
            asks_minions: false,
        }
    }

    /// Returns the arguments of `push`.
    pub(super) fn push(&self, check: bool) -> push::Arguments {
        push::Arguments {
            out: self.out.clone(),
            delivery: Delivery {
                salt_config: self.salt_config.clone(),
                first: self.first,
                batch: self.batch,
                timeout: self.timeout,
                state_timeout: self.state_timeout,
                trial_timeout: self.trial_timeout,
                master_timeout: self.master_timeout,
            },
            check,
            json: false,
            wait: self.wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OUT, RUNNING, Settings};

    #[test]
    fn without_settings_the_running_configuration_is_pushed() {
        let settings = Settings::parse("").expect("valid");
        assert_eq!(settings.source.as_deref(), Some(RUNNING.as_ref()));
        assert_eq!((settings.out.as_path(), settings.push, settings.connect), (OUT.as_ref(), true, true));
    }

    #[test]
    fn invalid_settings_are_named() {
        for (text, expected) in [
            ("sorce = 'x'", "unknown field `sorce`"),
            ("source = 'x'\nsource-command = ['y']", "`source` and `source-command` exclude each other"),
            ("source-command = []", "`source-command` needs a program"),
            ("revision-command = []", "`revision-command` needs a program"),
            ("batch = 0", "`batch` must be at least 1"),
            ("push = 'no'", "expected a boolean"),
            ("first = -1", "-1"),
            ("push", "line 1"),
        ] {
            let error = Settings::parse(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
