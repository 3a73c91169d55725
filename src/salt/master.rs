//! The Salt master of the conductor.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::SaltError;

/// The folders of a master's configuration, in the order in which they are tried. The product has
/// its own master.
const FOLDERS: [&str; 2] = ["/etc/128technology/salt", "/etc/salt"];

/// The variable with which Salt's own commands find the folder.
const VARIABLE: &str = "SALT_CONFIG_DIR";

/// The main file of a master's configuration.
const MAIN_FILE: &str = "master";

/// The configuration of a Salt master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Master {
    folder: PathBuf,
}

impl Master {
    /// Finds the configuration: the folder of the option, or else that of `SALT_CONFIG_DIR`, or
    /// else the first one that exists of `/etc/128technology/salt` and `/etc/salt`.
    ///
    /// # Errors
    ///
    /// The folder has no file `master`.
    pub fn find(option: Option<&Path>) -> Result<Self, SaltError> {
        let variable = std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from);
        Self::first(match option.map(Path::to_owned).or(variable) {
            Some(folder) => vec![folder],
            None => FOLDERS.map(PathBuf::from).to_vec(),
        })
    }

    fn first(folders: Vec<PathBuf>) -> Result<Self, SaltError> {
        match folders.iter().find(|folder| folder.join(MAIN_FILE).is_file()) {
            Some(folder) => Ok(Self { folder: folder.clone() }),
            None => Err(SaltError::NoMaster(folders)),
        }
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the options with which a command of Salt finds the configuration.
    pub(super) fn options(&self) -> [OsString; 2] {
        ["-c".into(), self.folder.clone().into()]
    }

    /// Returns a command of Salt as one types it in a shell. Of its names, it has the first one
    /// that exists.
    pub(super) fn command_line(&self, names: &[&str; 2], arguments: &[&str]) -> String {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let exists = |name: &&&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
        let name = names.iter().find(exists).unwrap_or(&names[0]);
        let folder = self.folder.display().to_string();
        let words = [*name, "-c", &folder].into_iter().chain(arguments.iter().copied());
        words.map(quoted).collect::<Vec<_>>().join(" ")
    }
}

/// Returns a word as one types it in a shell.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Master, quoted};

    #[test]
    fn a_word_is_quoted_for_a_shell() {
        for (word, expected) in [("r1.a-b", "r1.a-b"), ("a b", "'a b'"), ("", "''"), ("a'$(b)", r"'a'\''$(b)'")] {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn the_first_folder_with_a_master_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let [missing, minion, first, second] =
            ["missing", "minion", "first", "second"].map(|name| folder.path().join(name));
        for made in [&minion, &first, &second] {
            std::fs::create_dir(made).expect("made");
        }
        std::fs::write(minion.join("minion"), "").expect("written");
        std::fs::write(first.join("master"), "").expect("written");
        std::fs::write(second.join("master"), "").expect("written");
        let found = Master::first(vec![missing.clone(), minion.clone(), first.clone(), second]).expect("found");
        assert_eq!(found.folder(), first);
        let error = Master::first(vec![missing.clone(), minion.clone()]).expect_err("none");
        assert_eq!(
            error.to_string(),
            format!(
                "no configuration of a Salt master in {}, {}; name its folder with --salt-config",
                missing.display(),
                minion.display()
            )
        );
    }
}
