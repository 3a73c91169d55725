//! Foreign programs and files that the tests need. `tests/setup.sh` installs them, and no test
//! does.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the path of a part below `target/parts`.
#[track_caller]
pub(crate) fn part(name: &str) -> PathBuf {
    let path = root().join("target/parts").join(name);
    std::fs::canonicalize(&path).unwrap_or_else(|error| panic!("{}: {error}; run tests/setup.sh", path.display()))
}

/// Returns the folder of the packages, which `tests/run.sh` builds.
#[track_caller]
pub(crate) fn packages() -> PathBuf {
    let path = root().join("target/rpm");
    std::fs::canonicalize(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run packaging/rpm/build.sh", path.display()))
}

/// Returns the path of a program as it is packaged.
#[track_caller]
pub(crate) fn packaged(program: &str) -> PathBuf {
    packages();
    root().join("target/programs").join(program)
}

/// Returns a program of the Python environment with the validators.
pub(crate) fn validator(name: &str) -> Command {
    Command::new(part("validators").join("bin").join(name))
}

/// Returns a file of a package of npm.
#[track_caller]
pub(crate) fn npm(file: &str) -> PathBuf {
    part("node").join("node_modules").join(file)
}

/// Runs git in a folder, with an identity for commits. It must succeed.
#[track_caller]
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgsign=false"];
    let (succeeded, printed) = run(Command::new("git").args(identity).args(arguments).current_dir(folder));
    assert!(succeeded, "{arguments:?}: {printed}");
}

/// Runs a command. Returns true if it succeeded, and its whole output.
pub(crate) fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), printed)
}
