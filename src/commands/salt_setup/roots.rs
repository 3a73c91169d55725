//! The roots to connect: those of the options, or those that the Salt master has.

use std::path::{Path, PathBuf};

use super::Arguments;
use super::error::SetupError;
use super::setup::{Kind, PLUGIN_ENVIRONMENT, Setup, TOP_FILE, USER_ENVIRONMENT};
use crate::salt::{Master, MasterSettings, SaltError};

/// The state, below a file root.
const STATE: &str = "loopback_static_routes/init.sls";

/// The strategy with which Salt reads the top file of another environment only if an environment
/// has none.
const STRATEGY_SAME: &str = "same";

/// The pillar root of Salt's default configuration.
const DEFAULT_PILLAR_ROOT: &str = "/srv/pillar";

/// The roots, and the master that has them.
pub(super) struct Roots {
    pub(super) pillar: PathBuf,
    /// The root of the states. `None` if the highstate is not connected.
    pub(super) states: Option<PathBuf>,
    /// The master that was asked.
    pub(super) asked: Option<Asked>,
    /// The reason why no master was asked, although no option names the roots.
    pub(super) no_master: Option<SaltError>,
}

/// A master, and its settings.
pub(super) struct Asked {
    pub(super) master: Master,
    settings: MasterSettings,
}

impl Roots {
    /// Takes the roots of the options. If there is none for the pillar, or if an option names the
    /// master, it is asked.
    ///
    /// # Errors
    ///
    /// Salt fails, or does not read such a root.
    pub(super) fn find(arguments: &Arguments) -> Result<Self, SetupError> {
        let told = |pillar: &Path, no_master| Self {
            pillar: pillar.to_owned(),
            states: arguments.file_root.clone(),
            asked: None,
            no_master,
        };
        if let (Some(pillar), None) = (&arguments.pillar_root, &arguments.salt_config) {
            return Ok(told(pillar, None));
        }
        let master = match Master::find(arguments.salt_config.as_deref()) {
            Ok(master) => master,
            Err(error) if arguments.salt_config.is_none() => {
                return Ok(told(Path::new(DEFAULT_PILLAR_ROOT), Some(error)));
            }
            Err(error) => return Err(SetupError::NoMaster(error)),
        };
        let settings = master.settings().map_err(SetupError::Salt)?;
        let pillar =
            choose("pillar_roots", settings.pillar_roots.of(USER_ENVIRONMENT), arguments.pillar_root.as_deref())?;
        let states = choose("file_roots", settings.file_roots.of(USER_ENVIRONMENT), arguments.file_root.as_deref())?;
        if !arguments.undo {
            check_state(&settings.file_roots.of(PLUGIN_ENVIRONMENT))?;
        }
        Ok(Self { pillar, states: Some(states), asked: Some(Asked { master, settings }), no_master: None })
    }

    /// Returns the setups of the roots, in the order in which they are connected: the state needs
    /// the pillar.
    pub(super) fn setups(&self, out: &Path) -> Vec<Setup> {
        let pillar = Kind::Pillar { out: out.to_owned() };
        let states = self.states.iter().map(|root| Setup { root: root.clone(), kind: Kind::Highstate });
        [Setup { root: self.pillar.clone(), kind: pillar }].into_iter().chain(states).collect()
    }

    /// Returns the setups to disconnect, in this order. An earlier run may have connected another
    /// root of the master.
    pub(super) fn setups_to_undo(&self, out: &Path) -> Vec<Setup> {
        let mut setups = self.setups(out);
        if let Some(Asked { settings, .. }) = &self.asked {
            let pillar = Kind::Pillar { out: out.to_owned() };
            for (roots, kind) in [(&settings.pillar_roots, pillar), (&settings.file_roots, Kind::Highstate)] {
                let others = roots.of(USER_ENVIRONMENT).into_iter();
                let others = others.filter(|root| ![Some(&self.pillar), self.states.as_ref()].contains(&Some(root)));
                let others = others.map(|root| Setup { root, kind: kind.clone() });
                setups.extend(others.filter(Setup::is_connected));
            }
            let plugins = settings.file_roots.of(PLUGIN_ENVIRONMENT).into_iter().filter(|root| has_top(root));
            setups.extend(plugins.map(|root| Setup { root, kind: Kind::PluginHighstate }));
        }
        // The state fails if the pillar is missing.
        setups.sort_by_key(|setup| matches!(setup.kind, Kind::Pillar { .. }));
        setups
    }
}

impl Asked {
    /// Returns true if Salt reads only the top file of the plugins, whatever the minion is.
    pub(super) fn reads_only_plugins(&self) -> bool {
        self.settings.state_top_saltenv.as_deref() == Some(PLUGIN_ENVIRONMENT)
    }

    /// Returns the minions that are pinned to the environment of the plugins, among those that
    /// answer. They read no other top file.
    pub(super) fn pinned(&self) -> Result<Vec<String>, SaltError> {
        let environments = self.master.environments_of_minions()?.into_iter();
        let pinned = environments.filter(|(_, environment)| environment.as_deref() == Some(PLUGIN_ENVIRONMENT));
        Ok(pinned.map(|(minion, _)| minion).collect())
    }

    /// Returns true if a new top file of the plugins would hide the section `plugins:` of another
    /// top file. This is the case if Salt reads that section because there is no file.
    ///
    /// # Errors
    ///
    /// Salt fails.
    pub(super) fn would_hide_section(&self) -> Result<bool, SetupError> {
        let has_file = self.settings.file_roots.of(PLUGIN_ENVIRONMENT).iter().any(|root| has_top(root));
        Ok(!has_file && self.master.merging_strategy().map_err(SetupError::Salt)? == STRATEGY_SAME)
    }

    /// Returns the setup of the plugins' own top file.
    ///
    /// # Errors
    ///
    /// The master has no root of that environment.
    pub(super) fn plugin_setup(&self) -> Result<Setup, SetupError> {
        let root = choose("file_roots", self.settings.file_roots.of(PLUGIN_ENVIRONMENT), None)?;
        Ok(Setup { root, kind: Kind::PluginHighstate })
    }

    /// Returns what was found, as text.
    pub(super) fn describe(&self, roots: &Roots) -> String {
        let mut text = format!("Salt master: {}\n", self.master.folder().display());
        text += &format!("pillar root of {USER_ENVIRONMENT}: {}\n", roots.pillar.display());
        if let Some(states) = &roots.states {
            text += &format!("file root of {USER_ENVIRONMENT}: {}\n", states.display());
        }
        if let Some(environment) = &self.settings.state_top_saltenv {
            text += &format!("top files of states: only that of {environment}\n");
        }
        text
    }
}

/// Returns the root of the option, which must be among those of the master, or else the first one
/// with a top file. Salt reads the top file of the first root that has one.
fn choose(key: &'static str, roots: Vec<PathBuf>, option: Option<&Path>) -> Result<PathBuf, SetupError> {
    if let Some(path) = option {
        let is_same = |root: &PathBuf| root == path || is_same_folder(root, path);
        return match roots.iter().find(|root| is_same(root)) {
            Some(root) => Ok(root.clone()),
            None => Err(SetupError::NotARoot { path: path.to_owned(), key, roots }),
        };
    }
    let found = roots.iter().find(|root| has_top(root)).or_else(|| roots.iter().find(|root| root.is_dir()));
    found.or(roots.first()).cloned().ok_or(SetupError::NoRoot { key, environment: USER_ENVIRONMENT })
}

fn has_top(root: &Path) -> bool {
    root.join(TOP_FILE).symlink_metadata().is_ok()
}

fn is_same_folder(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// Checks that the state can be included. Otherwise each highstate would fail.
fn check_state(roots: &[PathBuf]) -> Result<(), SetupError> {
    if roots.iter().any(|root| root.join(STATE).is_file()) { Ok(()) } else { Err(SetupError::NoState(roots.to_vec())) }
}

#[cfg(test)]
mod tests {
    use super::choose;
    use crate::commands::salt_setup::error::SetupError;

    #[test]
    fn the_first_root_with_a_top_file_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let [missing, empty, first, second] =
            ["missing", "empty", "first", "second"].map(|name| folder.path().join(name));
        for made in [&empty, &first, &second] {
            std::fs::create_dir(made).expect("made");
        }
        let roots = vec![missing.clone(), empty.clone(), first.clone(), second.clone()];
        assert_eq!(choose("pillar_roots", roots.clone(), None).expect("found"), empty);
        for made in [&first, &second] {
            std::fs::write(made.join("top.sls"), "").expect("written");
        }
        assert_eq!(choose("pillar_roots", roots.clone(), None).expect("found"), first);
        // An option may name another one of them.
        let same = folder.path().join("first/../second");
        assert_eq!(choose("pillar_roots", roots.clone(), Some(&same)).expect("found"), second);
        let error = choose("pillar_roots", roots, Some(folder.path())).expect_err("no root");
        assert!(matches!(error, SetupError::NotARoot { .. }), "{error}");
        assert_eq!(choose("pillar_roots", vec![missing.clone()], None).expect("found"), missing);
        assert!(matches!(choose("pillar_roots", Vec::new(), None), Err(SetupError::NoRoot { .. })));
    }
}
