//! `deploy`: from the configuration to the published folder. Pushes are tested with a real Salt.

use loopback_static_routes::contract::names::pillar_file_name;
use serde_json::{Value, json};

use crate::common::published::AUTHORITY;
use crate::common::{Run, Workspace};

/// Settings without a push, and with little waiting.
const SETTINGS: &str = "out = 'out'\npillar-root = 'pillar'\npush = false\nsettle = 0\n";

fn workspace(more: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("authority.yaml", AUTHORITY);
    workspace.write("pillar/top.sls", "base:\n  '*':\n    - users\n");
    workspace.write("deploy.toml", &format!("{SETTINGS}{more}"));
    workspace
}

fn deploy(workspace: &Workspace, more: &[&str]) -> (Run, Vec<Value>) {
    let run = workspace.run(&[&["deploy", "--config", "deploy.toml"], more].concat());
    let lines = run.stdout.lines().filter(|line| line.starts_with('{'));
    let entries = lines.map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (run, entries)
}

#[test]
fn a_configuration_is_published_and_connected() {
    for source in ["source = 'authority.yaml'", "source-command = ['cat', 'authority.yaml']"] {
        let workspace = workspace(source);
        let (run, _) = deploy(&workspace, &["--check"]);
        assert_eq!((run.code, workspace.path("out").exists()), (1, false), "{}", run.stderr);
        let (run, entries) = deploy(&workspace, &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let expected = json!([{
            "format-version": 1, "exit": 0, "error": null, "push": null,
            "generate": {"result": "published", "routers": 2, "nodes": 3, "routes": 4, "changed": 7, "removed": 0, "held": 0},
        }]);
        assert_eq!(Value::from(entries), expected, "{source}");
        assert!(workspace.read("pillar/top.sls").contains("loopback_static_routes"));
        let (run, entries) = deploy(&workspace, &[]);
        assert_eq!((run.code, &entries[0]["generate"]["result"]), (0, &json!("unchanged")), "{}", run.stderr);
        assert_eq!(deploy(&workspace, &["--check"]).0.code, 0);
    }
}

/// The units start no second run while one is under way.
#[test]
fn a_commit_during_a_run_is_published_by_a_second_run() {
    // The revision is asked for before the configuration is read, and after its version is noted.
    let hook = "source = 'authority.yaml'\nrevision-command = ['sh', 'commit']";
    let workspace = workspace(hook);
    workspace.write("later.yaml", &AUTHORITY.replace("metric: 5", "metric: 6"));
    workspace
        .write("commit", "echo x >>runs; if [ -e later.yaml ]; then mv later.yaml authority.yaml; fi; wc -l <runs");
    let (run, entries) = deploy(&workspace, &[]);
    assert_eq!((run.code, entries.len()), (0, 2), "{} {}", run.stdout, run.stderr);
    assert!(workspace.read("out/routers/r1/n1/route-kni254").contains("metric 6"));
    assert!(workspace.read("out/pillar/loopback_static_routes_revision.sls").contains(":2}"));
}

#[test]
fn a_refusal_is_reported_and_answered_once() {
    let workspace = workspace("source = 'authority.yaml'");
    assert_eq!(deploy(&workspace, &[]).0.code, 0);
    // Two of three nodes lose all routes.
    workspace.write("authority.yaml", &AUTHORITY.replace("{learn-from-services: true, metric: 5}", "{metric: 5}"));
    for _ in 0..2 {
        let (run, entries) = deploy(&workspace, &[]);
        assert_eq!((run.code, &entries[0]["generate"]["result"]), (1, &json!("refused")), "{}", run.stderr);
        assert!(run.stderr.contains("would remove most"), "{}", run.stderr);
    }
    let (run, entries) = deploy(&workspace, &["--allow-removals"]);
    assert_eq!((run.code, &entries[0]["generate"]["result"]), (0, &json!("published")), "{}", run.stderr);
}

#[test]
fn a_source_that_fails_changes_nothing() {
    for (command, expected) in [
        ("['sh', '-c', 'head -c 300 authority.yaml; exit 1']", "sh failed: exit status: 1"),
        ("['sh', '-c', 'cat authority.yaml; kill -9 $$']", "sh failed: signal: 9"),
        ("['sleep', '600']\ncommand-timeout = 0", "sleep did not end within 0 s"),
        ("['no-such-program']", "cannot run no-such-program"),
    ] {
        let workspace = workspace("source = 'authority.yaml'");
        assert_eq!(deploy(&workspace, &[]).0.code, 0);
        let before = workspace.tree("out");
        workspace.write("deploy.toml", &format!("{SETTINGS}source-command = {command}"));
        let (run, entries) = deploy(&workspace, &[]);
        assert_eq!((run.code, &entries[0]["exit"]), (3, &json!(3)), "{command}: {}", run.stderr);
        assert!(entries[0]["error"].as_str().is_some_and(|error| error.contains(expected)), "{command}: {entries:?}");
        assert!(run.stderr.contains(expected), "{command}: {}", run.stderr);
        assert_eq!(workspace.tree("out"), before, "{command}");
    }
}

#[test]
fn an_invalid_revision_publishes_nothing() {
    for (printed, expected) in
        [("x", "\"x\" is not a number"), ("-1", "is not a number"), ("9007199254740992", "is too high")]
    {
        let workspace =
            workspace(&format!("source = 'authority.yaml'\nrevision-command = ['printf', '%s', '{printed}']"));
        let (run, _) = deploy(&workspace, &[]);
        assert_eq!((run.code, workspace.path("out/manifest.json").exists()), (3, false), "{printed}");
        assert!(run.stderr.contains(expected), "{printed}: {}", run.stderr);
    }
}

#[test]
fn invalid_settings_are_a_usage_error() {
    let workspace = workspace("source = 'missing.yaml'");
    let (run, _) = deploy(&workspace, &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("no configuration in missing.yaml; set `source` or `source-command`"),
        "{}",
        run.stderr
    );
    for (text, expected) in
        [("sorce = 1", "deploy.toml: TOML parse error at line 1, column 1"), ("batch = 0", "deploy.toml: `batch`")]
    {
        workspace.write("deploy.toml", text);
        let (run, _) = deploy(&workspace, &[]);
        assert!(run.code == 2 && run.stderr.contains(expected), "{text}: {}", run.stderr);
    }
    let run = workspace.run(&["deploy", "--config", "elsewhere.toml"]);
    assert!(run.code == 2 && run.stderr.contains("cannot read elsewhere.toml"), "{}", run.stderr);
}

/// A router with a configuration that the conductor does not know.
#[test]
fn a_router_installs_the_document_that_it_publishes() {
    const MINION: &str = "r1.n1";
    const OWN: &str = "source = 'authority.yaml'\nown-document = 'config/config.json'\n";
    let workspace = Workspace::new();
    workspace.write("authority.yaml", AUTHORITY);
    let settings = |minion: &str| {
        let settings = format!("out = 'out'\nsettle = 0\n{OWN}own-minion = '{minion}'\n");
        workspace.write("deploy.toml", &settings);
    };
    let state = |entries: &[Value]| entries[0]["own-document"].as_str().map(str::to_owned);
    settings(MINION);
    let (run, entries) = deploy(&workspace, &["--check"]);
    assert_eq!((run.code, state(&entries).as_deref()), (1, Some("missing")), "{}", run.stderr);
    let (run, entries) = deploy(&workspace, &[]);
    assert_eq!((run.code, state(&entries).as_deref()), (0, Some("changed")), "{}", run.stderr);
    // Without a master, nothing is connected or pushed.
    assert_eq!(entries[0]["push"], Value::Null);
    let published = format!("out/pillar/loopback_static_routes/{}", pillar_file_name(MINION));
    assert_eq!(workspace.read("config/config.json"), workspace.read(&published));
    let (run, entries) = deploy(&workspace, &[]);
    assert_eq!((run.code, state(&entries).as_deref()), (0, Some("unchanged")), "{}", run.stderr);

    // A change is found and installed.
    workspace.write("config/config.json", "damaged");
    let (run, entries) = deploy(&workspace, &["--check"]);
    assert_eq!((run.code, state(&entries).as_deref()), (1, Some("changed")), "{}", run.stderr);
    assert_eq!(workspace.read("config/config.json"), "damaged");
    assert_eq!(deploy(&workspace, &[]).0.code, 0);
    assert_eq!(workspace.read("config/config.json"), workspace.read(&published));

    // A minion that is not in the configuration is a finding, and changes nothing.
    settings("another.example.com");
    let (run, entries) = deploy(&workspace, &[]);
    assert_eq!((run.code, state(&entries).as_deref()), (1, Some("missing")), "{}", run.stderr);
    assert!(run.stderr.contains("no document of another.example.com is published"), "{}", run.stderr);
    assert_eq!(workspace.read("config/config.json"), workspace.read(&published));
}
