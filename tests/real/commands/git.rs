//! `diff --base` in the kinds of repositories that git has.

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::common::{PROGRAM, Run, Workspace};
use crate::parts::git;

const SAME: &str = "no route changes on any of";

fn router(name: &str, route: &str) -> String {
    format!(
        "router:\n- {{name: {name}, node: {{name: n1, asset-id: {name}}}, \
         loopback-static-routes: {{static-route: [{{address: {route}}}]}}}}\n"
    )
}

/// Makes a repository with a configuration.
fn repository(workspace: &Workspace, folder: &str, file: &str, text: &str) {
    workspace.write(&format!("{folder}/{file}"), text);
    git(&workspace.path(folder), &["init", "--quiet", "--initial-branch=main"]);
    commit(&workspace.path(folder));
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message=x"]);
}

/// Runs `diff --base` in a folder.
fn diff(workspace: &Workspace, folder: &str, arguments: &[&str]) -> Run {
    diff_with(workspace, folder, arguments, &[])
}

fn diff_with(workspace: &Workspace, folder: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = workspace.command(&[&["diff", "--base"], arguments].concat());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(variables.iter().copied());
    Run::of(command.current_dir(workspace.path(folder)).output().expect("runs"))
}

#[track_caller]
fn assert_same(run: &Run) {
    assert!(run.code == 0 && run.stdout.starts_with(SAME), "{}{}", run.stdout, run.stderr);
}

#[track_caller]
fn assert_refused(run: &Run, expected: &str) {
    assert!(run.code >= 2 && run.stderr.contains(expected), "{expected}: {}{}", run.stdout, run.stderr);
}

#[test]
#[ignore = "needs git: tests/run.sh"]
fn the_variables_of_a_hook_have_no_effect() {
    let workspace = Workspace::new();
    repository(&workspace, "main", "prod/a.yaml", &router("r1", "192.0.2.0/24"));
    workspace.write("main/lab/a.yaml", &router("r1", "203.0.113.0/24"));
    commit(&workspace.path("main"));
    git(&workspace.path("main"), &["worktree", "add", "--quiet", "../linked", "-b", "b"]);
    repository(&workspace, "other", "a.yaml", &router("r9", "192.0.2.0/24"));
    let hook = workspace.path("main/.git/hooks/pre-commit");
    workspace.write(
        "main/.git/hooks/pre-commit",
        &format!(
            "#!/bin/sh\nfor config in prod prod/a.yaml; do {PROGRAM} diff --base HEAD $config >>seen 2>&1; done\n"
        ),
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(hook, mode).expect("a mode");
    for folder in ["linked", "main"] {
        for arguments in [&["commit", "--quiet", "--message=x"][..], &["commit", "--quiet", "--message=x", "readme"]] {
            workspace.write(&format!("{folder}/readme"), &format!("{folder} {}", arguments.len()));
            git(&workspace.path(folder), &["add", "readme"]);
            git(&workspace.path(folder), arguments);
        }
        assert_eq!(workspace.read(&format!("{folder}/seen")), format!("{SAME} 1 node\n").repeat(4));
    }
    let other = workspace.path("other").display().to_string();
    let (git_dir, index) = (format!("{other}/.git"), format!("{other}/.git/index"));
    let variables = [
        ("GIT_DIR", &*git_dir),
        ("GIT_WORK_TREE", &*other),
        ("GIT_INDEX_FILE", &*index),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_COMMON_DIR", &*git_dir),
        ("GIT_PREFIX", "lab/"),
        ("GIT_NAMESPACE", "x"),
        ("GIT_ICASE_PATHSPECS", "1"),
    ];
    for variable in variables {
        assert_same(&diff_with(&workspace, "main", &["HEAD", "prod"], &[variable]));
    }
    assert_same(&diff_with(&workspace, "linked/prod", &["HEAD", "."], &variables));
}

#[test]
#[ignore = "needs git: tests/run.sh"]
fn variables_select_the_repository_of_a_folder_without_its_own() {
    let workspace = Workspace::new();
    repository(&workspace, "tree", "net/a.yaml", &router("r1", "192.0.2.0/24"));
    std::fs::rename(workspace.path("tree/.git"), workspace.path("store")).expect("moved");
    let (store, tree) = (workspace.path("store").display().to_string(), workspace.path("tree").display().to_string());
    let variables = [("GIT_DIR", &*store), ("GIT_WORK_TREE", &*tree)];
    assert_same(&diff_with(&workspace, "", &["HEAD", "tree/net"], &variables));
    assert_same(&diff_with(&workspace, "tree", &["HEAD", "net/a.yaml"], &variables));
    assert_refused(&diff(&workspace, "tree", &["HEAD", "net"]), "is in no git repository");
    // Without a working tree, or with another one, they are those of another repository.
    workspace.write("plain/a.yaml", &router("r1", "192.0.2.0/24"));
    for variables in [&variables[..1], &variables] {
        assert_refused(&diff_with(&workspace, "plain", &["HEAD", "a.yaml"], variables), "is in no git repository");
    }
}

/// Makes a repository with a submodule `sub`, which has a submodule `inner`.
fn with_submodules() -> Workspace {
    let workspace = Workspace::new();
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    repository(&workspace, "far-inner", "i.yaml", &router("r3", "192.0.2.0/24"));
    repository(&workspace, "far", "a.yaml", &router("r1", "192.0.2.0/24"));
    git(&workspace.path("far"), &[&add[..], &["../far-inner", "inner"]].concat());
    commit(&workspace.path("far"));
    repository(&workspace, "main", "net/b.yaml", &router("r2", "192.0.2.0/24"));
    git(&workspace.path("main"), &[&add[..], &["../far", "net/sub"]].concat());
    let update = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--recursive"];
    git(&workspace.path("main"), &update);
    commit(&workspace.path("main"));
    workspace
}

#[test]
#[ignore = "needs git: tests/run.sh"]
fn submodules_are_compared() {
    let workspace = with_submodules();
    for (folder, config) in
        [("main", "."), ("main", "net"), ("main/net", "."), ("main/net/sub", "."), ("main/net", "b.yaml")]
    {
        assert_same(&diff(&workspace, folder, &["HEAD", config]));
    }
    let all = diff(&workspace, "main", &["HEAD", "."]);
    assert_eq!(all.stdout, "no route changes on any of 3 nodes\n");
    // An edit in a submodule, and in the one inside of it.
    workspace.write("main/net/sub/a.yaml", &router("r1", "198.51.100.0/24"));
    workspace.write("main/net/sub/inner/i.yaml", &router("r3", "198.51.100.0/24"));
    for commits in [false, true] {
        if commits {
            for folder in ["main/net/sub/inner", "main/net/sub", "main"] {
                commit(&workspace.path(folder));
            }
        }
        let base = if commits { "HEAD~1" } else { "HEAD" };
        let run = diff(&workspace, "main", &[base, "."]);
        assert!(run.stdout.starts_with("2 of 3 nodes change"), "{}{}", run.stdout, run.stderr);
    }
    // The first commit has no submodule.
    let added = diff(&workspace, "main", &["HEAD~2", "."]);
    assert!(
        added.stdout.starts_with("2 of 3 nodes change: 2 routes added, 0 removed"),
        "{}{}",
        added.stdout,
        added.stderr
    );
    // A removed submodule is read from its repository, as long as git keeps it.
    git(&workspace.path("main"), &["rm", "--quiet", "-r", "-f", "net/sub"]);
    let removed = diff(&workspace, "main", &["HEAD", "net"]);
    let expected = "2 of 3 nodes change: 0 routes added, 2 removed";
    assert!(removed.stdout.starts_with(expected) || removed.code >= 2, "{}{}", removed.stdout, removed.stderr);
    std::fs::remove_dir_all(workspace.path("main/.git/modules")).expect("removed");
    assert_refused(&diff(&workspace, "main", &["HEAD", "net"]), "submodule net/sub of revision HEAD was removed");
}

#[test]
#[ignore = "needs git: tests/run.sh"]
fn a_submodule_that_is_not_checked_out_is_not_compared_or_refused() {
    let workspace = with_submodules();
    git(&workspace.path(""), &["clone", "--quiet", "main", "clone"]);
    let run = diff(&workspace, "clone", &["HEAD", "net"]);
    assert_same(&run);
    assert!(run.stderr.contains("submodule net/sub is not checked out and has not changed"), "{}", run.stderr);
    assert_same(&diff(&workspace, "clone/net", &["HEAD", "b.yaml"]));
    workspace.write("main/net/sub/a.yaml", &router("r1", "198.51.100.0/24"));
    commit(&workspace.path("main/net/sub"));
    commit(&workspace.path("main"));
    git(&workspace.path("clone"), &["pull", "--quiet"]);
    assert_refused(
        &diff(&workspace, "clone", &["HEAD~1", "net"]),
        "submodule net/sub has changed since revision HEAD~1",
    );
    workspace.write("clone/.loopback-static-routes.toml", "exclude = [\"net/sub\"]\n");
    assert_same(&diff(&workspace, "clone", &["HEAD~1", "net"]));
    // A checked-out submodule without the commit.
    std::fs::remove_file(workspace.path("clone/.loopback-static-routes.toml")).expect("there");
    std::fs::remove_dir_all(workspace.path("clone/net/sub")).expect("there");
    git(&workspace.path("clone"), &["clone", "--quiet", "../far", "net/sub"]);
    let fetch = diff(&workspace, "clone", &["HEAD", "net"]);
    assert_refused(&fetch, "which revision HEAD refers to; run `git -C net/sub fetch`");
}

#[test]
#[ignore = "needs git: tests/run.sh"]
fn another_repository_in_the_folder_is_refused() {
    let workspace = Workspace::new();
    repository(&workspace, "main", "net/a.yaml", &router("r1", "192.0.2.0/24"));
    git(&workspace.path("main"), &["worktree", "add", "--quiet", "trees/linked", "-b", "b"]);
    assert_refused(&diff(&workspace, "main", &["HEAD", "."]), "./trees/linked is another git repository");
    assert_same(&diff(&workspace, "main", &["HEAD", "net"]));
    assert_same(&diff(&workspace, "main/trees/linked", &["HEAD", "."]));
    workspace.write("main/.loopback-static-routes.toml", "exclude = [\"trees\"]\n");
    assert_same(&diff(&workspace, "main", &["HEAD", "."]));
    // Without configuration, another repository has no effect.
    repository(&workspace, "main/tool", "README.md", "x");
    assert_same(&diff(&workspace, "main", &["HEAD", "."]));
}

#[test]
#[ignore = "needs git: tests/run.sh"]
fn files_outside_of_a_sparse_checkout_are_not_compared_or_refused() {
    let workspace = Workspace::new();
    repository(&workspace, "main", "net/in/a.yaml", &router("r1", "192.0.2.0/24"));
    for route in ["192.0.2.0/24", "198.51.100.0/24"] {
        workspace.write("main/net/out/b.yaml", &router("r2", route));
        commit(&workspace.path("main"));
    }
    git(&workspace.path("main"), &["sparse-checkout", "set", "--cone", "net/in"]);
    let run = diff(&workspace, "main", &["HEAD", "net"]);
    assert_same(&run);
    assert!(run.stderr.contains("1 file not in the sparse checkout"), "{}", run.stderr);
    assert_same(&diff(&workspace, "main/net", &["HEAD~1", "in"]));
    assert_refused(&diff(&workspace, "main/net", &["HEAD~1", "."]), "./out/b.yaml has changed since revision HEAD~1");
}

#[test]
#[ignore = "needs git: tests/run.sh"]
fn the_reason_of_git_is_shown() {
    let workspace = Workspace::new();
    repository(&workspace, "main", "net/a.yaml", &router("r1", "192.0.2.0/24"));
    workspace.write("plain/a.yaml", &router("r1", "192.0.2.0/24"));
    let refused = diff_with(&workspace, "main", &["HEAD", "net"], &[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")]);
    assert_refused(&refused, "git refuses the repository of");
    assert!(
        refused.stderr.contains("dubious ownership") && refused.stderr.contains("safe.directory"),
        "{}",
        refused.stderr
    );
    assert_eq!(refused.code, 3);
    // The configuration of the command may allow it.
    let allowed = [
        ("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
    ];
    assert_same(&diff_with(&workspace, "main", &["HEAD", "net"], &allowed));
    let none = diff(&workspace, "plain", &["HEAD", "a.yaml"]);
    assert_refused(&none, "is in no git repository, so it has no revisions: fatal: not a git repository");
    assert_eq!(none.code, 2);
    git(&workspace.path(""), &["clone", "--quiet", "--bare", "main", "bare"]);
    for folder in ["bare", "main/.git"] {
        assert_refused(&diff(&workspace, folder, &["HEAD", "."]), "is in no working tree of git");
    }
    git(&workspace.path("bare"), &["worktree", "add", "--quiet", "../of-bare", "main"]);
    assert_same(&diff(&workspace, "of-bare", &["HEAD", "net"]));
    workspace.write("main/net/a.yaml", &router("r1", "198.51.100.0/24"));
    commit(&workspace.path("main"));
    let url = format!("file://{}", workspace.path("main").display());
    git(&workspace.path(""), &["clone", "--quiet", "--depth=1", &url, "shallow"]);
    assert_same(&diff(&workspace, "shallow", &["HEAD", "net"]));
    assert_refused(
        &diff(&workspace, "shallow", &["HEAD~1", "net"]),
        "the clone is shallow, so fetch more of its history: fatal:",
    );
}

#[test]
#[ignore = "needs git: tests/run.sh"]
fn a_revision_is_searched_like_a_folder() {
    let workspace = Workspace::new();
    repository(&workspace, "main", "net/a.data", &router("r1", "192.0.2.0/24"));
    symlink("a.data", workspace.path("main/net/link.yaml")).expect("a link");
    symlink("../outside.yaml", workspace.path("main/net/away.yaml")).expect("a link");
    workspace.write("main/outside.yaml", "router: [");
    workspace.write("main/net/compose.yml", "services: {web: {image: x}}\n");
    workspace.write("main/net/lab/b.yaml", "router: [");
    workspace.write("main/.gitignore", "ignored.yaml\n");
    workspace.write("main/.loopback-static-routes.toml", "exclude = [\"net/lab\"]\n");
    let generate = workspace.run(&["generate", "main/net/link.yaml", "--out", "main/net/out"]);
    assert_eq!(generate.code, 0, "{}", generate.stderr);
    workspace.write("main/net/out/x.yaml", "router: [");
    commit(&workspace.path("main"));
    for config in ["net", "net/link.yaml", "net/a.data", "./net/../net"] {
        assert_same(&diff(&workspace, "main", &["HEAD", config]));
    }
    // A filter keeps the content elsewhere, as Git LFS does.
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    workspace.write("main/net/large.yaml", pointer);
    commit(&workspace.path("main"));
    assert_same(&diff(&workspace, "main", &["HEAD", "net"]));
    workspace.write("main/net/large.yaml", &router("r1", "192.0.2.0/24"));
    assert_refused(&diff(&workspace, "main", &["HEAD", "net"]), "is in Git LFS, and its content at");
    workspace.write("content", &router("r1", "192.0.2.0/24"));
    let smudge = format!("cat {}", workspace.path("content").display());
    git(&workspace.path("main"), &["config", "filter.lfs.smudge", &smudge]);
    workspace.write("main/.gitattributes", "large.yaml filter=lfs\n");
    assert_same(&diff(&workspace, "main", &["HEAD", "net"]));
    // No ignore file withdraws a route.
    workspace.write("main/net/ignored.yaml", &router("r2", "192.0.2.0/24"));
    let run = diff(&workspace, "main", &["HEAD", "net"]);
    assert!(run.stdout.starts_with("1 of 2 nodes changes: 1 route added"), "{}{}", run.stdout, run.stderr);
}
