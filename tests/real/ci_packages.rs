//! The files of a release that CI installs: the wheel, the archive, and the action that uses it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Workspace, repository_file};
use crate::parts::{root, run, validator};

/// Returns the file of the release whose name ends like this.
#[track_caller]
fn release_file(ending: &str) -> PathBuf {
    let folder = root().join("target/release-files");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{error}; run packaging/release.sh"));
    let paths = entries.map(|entry| entry.expect("readable").path());
    let mut found = paths.filter(|path| path.to_string_lossy().ends_with(ending));
    found.next().unwrap_or_else(|| panic!("no file {ending} in {}", folder.display()))
}

/// Checks that a program validates a configuration.
#[track_caller]
fn assert_works(program: &Path) {
    let (good, said) = run(Command::new(program).args(["validate", "--example", "--no-settings"]));
    assert!(good && said.contains(" in 5 routers and 12 services"), "{said}");
}

#[test]
#[ignore = "needs the files of packaging/release.sh: tests/run.sh"]
fn the_wheel_installs_into_a_virtual_environment() {
    let workspace = Workspace::new();
    let environment = workspace.path("venv");
    let (good, said) = run(Command::new("python3").args(["-m", "venv", "--without-pip"]).arg(&environment));
    assert!(good, "{said}");
    let python = environment.join("bin/python");
    let pip = |arguments: &[&str]| {
        run(validator("pip").arg("--python").arg(&python).args(["--disable-pip-version-check"]).args(arguments))
    };
    let wheel = release_file(".whl");
    let (good, said) = pip(&["install", "--no-index", wheel.to_str().expect("UTF-8")]);
    assert!(good, "{said}");
    assert_works(&environment.join("bin/loopback-static-routes"));
    let (good, said) = pip(&["show", "--files", "loopback-static-routes"]);
    assert!(good && said.contains("Version: 0.1.0") && said.contains("bin/loopback-static-routes"), "{said}");
    let (good, said) = pip(&["uninstall", "--yes", "loopback-static-routes"]);
    assert!(good && !environment.join("bin/loopback-static-routes").exists(), "{said}");
}

#[test]
#[ignore = "needs the files of packaging/release.sh: tests/run.sh"]
fn the_files_of_a_release_match_their_checksums() {
    let sums = release_file("SHA256SUMS");
    let folder = sums.parent().expect("a folder");
    let (good, said) = run(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(folder));
    assert!(good, "{said}");
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for line in said.lines() {
        let name = line.strip_suffix(": OK").expect("a name");
        *kinds.entry(name.rsplit('.').next().expect("an ending")).or_default() += 1;
    }
    let expected = [("deb", 1), ("gz", 1), ("rpm", 3), ("whl", 1)];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
}

/// The step of the action, with a `gh` that takes the files of this release.
#[test]
#[ignore = "needs the files of packaging/release.sh: tests/run.sh"]
fn the_action_uses_the_released_program_at_a_tag() {
    let workspace = Workspace::new();
    let action: serde_yaml::Value = serde_yaml::from_str(&repository_file("action.yml")).expect("YAML");
    let script = action["runs"]["steps"][0]["run"].as_str().expect("a script");
    workspace.write("install.sh", script);
    let files = release_file("SHA256SUMS").parent().expect("a folder").display().to_string();
    workspace.write("tools/gh", &format!("#!/bin/sh\necho \"$@\" >>../gh.log\ncp {files}/* .\n"));
    workspace.write("tools/cargo", "#!/bin/sh\necho \"$@\" >>cargo.log\n");
    for tool in ["gh", "cargo"] {
        let (good, said) = run(Command::new("chmod").arg("+x").arg(workspace.path("tools").join(tool)));
        assert!(good, "{said}");
    }
    let install = |tag: &str| {
        let path = format!("{}:/usr/bin:/bin", workspace.path("tools").display());
        let mut command = Command::new("bash");
        command.args(["-eo", "pipefail", "install.sh"]).current_dir(workspace.path("")).env("PATH", path);
        command.env("ACTION_PATH", root()).env("ACTION_REF", tag).env("ACTION_REPOSITORY", "o/r");
        command.env("RUNNER_TEMP", workspace.path("")).env("GITHUB_PATH", workspace.path("path"));
        let (good, said) = run(&mut command);
        assert!(good, "{said}");
    };
    install("v0.1.0");
    let expected = "release download v0.1.0 --repo o/r --pattern *-x86_64-linux.tar.gz --pattern SHA256SUMS\n";
    assert_eq!(workspace.read("gh.log"), expected);
    assert_works(&Path::new(workspace.read("path").trim_end()).join("loopback-static-routes"));
    assert!(!workspace.path("cargo.log").exists());
    install("main");
    assert!(workspace.read("cargo.log").starts_with("install --quiet --locked --path "));
}
