//! What other people's formats are checked with.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder that `tests/validators/install.sh` fills.
pub(crate) fn validators() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = root.join("target/validators");
        let made = Command::new(root.join("tests/validators/install.sh")).arg(&folder).status().expect("sh runs");
        assert!(made.success(), "tests/validators/install.sh failed");
        folder
    })
}

/// A program of the Python environment.
pub(crate) fn program(name: &str) -> Command {
    Command::new(validators().join("venv/bin").join(name))
}

/// All that a program said, and whether it succeeded.
pub(crate) fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}
