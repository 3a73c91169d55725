//! The hook that installs itself.

use std::process::Command;

use crate::common::Workspace;
use crate::parts::{git, root, run, validator};

/// pre-commit installs it from a clone of this repository as it is in the work tree.
#[test]
#[ignore = "compiles the program: tests/long.sh"]
fn pre_commit_installs_the_program_and_runs_it() {
    let workspace = Workspace::on_disk();
    let (good, listed) = run(Command::new("git").args(["ls-files", "-z"]).current_dir(root()));
    assert!(good, "{listed}");
    for file in listed.split_terminator('\0').filter(|file| root().join(file).is_file()) {
        let target = workspace.path("hook").join(file);
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("made");
        std::fs::copy(root().join(file), target).expect("copied");
    }
    let hook = workspace.path("hook");
    git(&hook, &["init", "--quiet"]);
    git(&hook, &["add", "."]);
    git(&hook, &["commit", "--quiet", "--message=x"]);
    git(&hook, &["tag", "v1"]);
    let config = format!(
        "repos:\n  - repo: {}\n    rev: v1\n    hooks:\n      - id: loopback-static-routes-validate\n        args: [authority]\n",
        hook.display()
    );
    workspace.write("work/.pre-commit-config.yaml", &config);
    workspace.write("work/authority/a.yaml", "router: [{name: a, node: {name: n, asset-id: m}}]\n");
    let work = workspace.path("work");
    git(&work, &["init", "--quiet"]);
    git(&work, &["add", "."]);
    let mut command = validator("pre-commit");
    command.args(["run", "--all-files", "--verbose"]).current_dir(&work);
    command.env("PRE_COMMIT_HOME", workspace.path("cache")).env("LC_ALL", "C.UTF-8");
    let (good, said) = run(&mut command);
    assert!(good && said.contains("in 1 router"), "{said}");
}
