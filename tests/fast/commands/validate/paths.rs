//! The paths in reports for platforms, and the file of `--output`.

use std::os::unix::fs::symlink;

use crate::common::{Run, Workspace};

const CONFIG: &str =
    "router:\n- {name: r1, node: {name: n1}, loopback-static-routes: {static-route: [{address: 192.0.2.0/24}]}}\n";

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("repo/.git/HEAD", "x");
    workspace.write("repo/net/a.yaml", CONFIG);
    workspace.write("repo/module/.git", "gitdir: ../.git/modules/module\n");
    workspace.write("repo/module/a.yaml", CONFIG);
    workspace.write("worktree/.git", "gitdir: ../repo/.git/worktrees/worktree\n");
    workspace.write("worktree/net/a.yaml", CONFIG);
    workspace.write("plain/net/a.yaml", CONFIG);
    symlink("repo", workspace.path("link")).expect("a link");
    workspace
}

#[test]
fn paths_are_relative_to_the_root_of_the_repository() {
    let workspace = workspace();
    for (folder, config, variable, expected) in [
        ("repo", "net/a.yaml", "", "net/a.yaml"),
        ("repo", "./net/a.yaml", "", "net/a.yaml"),
        ("repo/net", "a.yaml", "", "net/a.yaml"),
        ("repo/net", ".", "", "net/a.yaml"),
        ("repo/module", "../net", "", "net/a.yaml"),
        ("repo/module", "a.yaml", "", "module/a.yaml"),
        ("", "repo/net/a.yaml", "", "net/a.yaml"),
        ("", "link/net/a.yaml", "", "net/a.yaml"),
        ("", "worktree/net/a.yaml", "", "net/a.yaml"),
        ("", "plain/net/a.yaml", "", "plain/net/a.yaml"),
        ("plain/net", "a.yaml", "plain", "net/a.yaml"),
        ("plain/net", "a.yaml", "repo", "a.yaml"),
        ("repo/net", "a.yaml", "repo", "net/a.yaml"),
    ] {
        for (format, key) in [("github", "file="), ("sarif", "\"uri\": \""), ("gitlab", "\"path\": \"")] {
            for name in ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
                let mut command = workspace.command(&["validate", config, "--format", format]);
                command.current_dir(workspace.path(folder));
                if !variable.is_empty() {
                    command.env(name, workspace.path(variable));
                }
                let run = Run::of(command.output().expect("runs"));
                let paths: Vec<&str> =
                    run.stdout.split(key).skip(1).filter_map(|rest| rest.split(['"', ',']).next()).collect();
                assert!(
                    !paths.is_empty() && paths.iter().all(|path| *path == expected),
                    "{folder} {config}: {paths:?}"
                );
            }
        }
    }
}

#[test]
fn fingerprints_do_not_depend_on_the_current_folder() {
    let workspace = workspace();
    let fingerprints = |folder: &str, config: &str| {
        let mut command = workspace.command(&["validate", config, "--format", "gitlab"]);
        let run = Run::of(command.current_dir(workspace.path(folder)).output().expect("runs"));
        let lines = run.stdout.lines().filter(|line| line.contains("\"fingerprint\""));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = fingerprints("repo", "net/a.yaml");
    assert_eq!(expected.len(), 1);
    for (folder, config) in [("repo/net", "a.yaml"), ("repo", "./net"), ("", "repo/net/a.yaml"), ("worktree", "net")] {
        assert_eq!(fingerprints(folder, config), expected, "{folder} {config}");
    }
}

#[test]
fn every_finding_has_a_file_in_every_format_of_a_platform() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", CONFIG);
    workspace.write("empty.json", "{}");
    workspace.write("folder/x.md", "x");
    workspace.write("folder/.git/HEAD", "x");
    for (config, findings) in [("a.yaml", 2), ("empty.json", 3), ("folder", 2), ("folder/.", 2)] {
        for (format, key) in [("github", "file="), ("sarif", "\"uri\": \""), ("gitlab", "\"path\": \"")] {
            // An option that silences nothing has no place.
            let run = workspace.run(&["validate", config, "--ignore", "covers-link", "--format", format]);
            assert_eq!(run.stdout.matches(key).count(), findings, "{config} {format}: {}", run.stdout);
            assert!(
                !run.stdout.contains(&format!("{key}\"")) && !run.stdout.contains(&format!("{key},")),
                "{}",
                run.stdout
            );
        }
    }
}

#[test]
fn an_input_is_not_overwritten() {
    let workspace = Workspace::new();
    for name in ["net/a.yaml", "b.yaml"] {
        workspace.write(name, CONFIG);
    }
    workspace.write("settings.toml", "");
    symlink("net/a.yaml", workspace.path("link")).expect("a link");
    std::fs::hard_link(workspace.path("b.yaml"), workspace.path("hard")).expect("a link");
    let files = ["net/a.yaml", "b.yaml", "settings.toml"];
    let before: Vec<String> = files.iter().map(|name| workspace.read(name)).collect();
    for (config, output) in [
        ("net/a.yaml", "net/a.yaml"),
        ("net/a.yaml", "net/../net/a.yaml"),
        ("net", "./net/a.yaml"),
        ("net", "link"),
        ("link", "net/a.yaml"),
        ("b.yaml", "hard"),
        ("b.yaml", "settings.toml"),
    ] {
        for arguments in [
            &["validate", config, "--settings", "settings.toml", "--output", output][..],
            &["diff", "b.yaml", config, "--output", output],
            &["diff", config, "b.yaml", "--output", output],
        ] {
            let is_unread = arguments[0] == "diff" && output == "settings.toml";
            let run = if is_unread { continue } else { workspace.run(arguments) };
            assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.stdout, run.stderr);
            assert!(run.stderr.contains(&format!("--output {output} is an input")), "{}", run.stderr);
        }
    }
    let after: Vec<String> = files.iter().map(|name| workspace.read(name)).collect();
    assert_eq!(after, before);
    assert_eq!(workspace.run(&["validate", "b.yaml", "--output", "net/report.txt"]).code, 0);
    assert_eq!(workspace.run(&["validate", "b.yaml", "--output", "net/report.txt"]).code, 0, "a second time");
}

#[test]
fn a_finding_comes_after_its_cause() {
    let workspace = Workspace::new();
    workspace.write(
        "a.yaml",
        "router: [{name: r1, node: {name: n1, asset-id: m1}, loopback-static-routes: {learn-from-services: true}}]\n\
         service:\n- name: s\n  access-policy: [{source: _internal_}]\n  address: 192.0.2.300/24\n",
    );
    let report = workspace.run(&["validate", "a.yaml", "--format", "concise"]).stdout;
    let published = workspace.run(&["generate", "a.yaml", "--out", "out"]).stderr;
    for text in [report, published] {
        let place = |code: &str| text.find(code).unwrap_or_else(|| panic!("{code} is missing: {text}"));
        assert!(place("error[invalid-address]") < place("notice[service-in-error]"), "{text}");
    }
}
