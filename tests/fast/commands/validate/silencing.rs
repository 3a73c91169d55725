//! Silencing of findings, and the notices about silencings that silence nothing.

use crate::common::{Run, Workspace};

const CONFIG: &str = "\
router:
  - name: branch.1  # loopback-static-routes: ignore[unusual-name] the name is older than the rule
    node: {name: n1, asset-id: a1}
    loopback-static-routes:
      # loopback-static-routes: ignore[host-bits-set, worse-metric-within]
      static-route: [{address: 192.0.2.7/24}]
  - name: branch-2
    node: {name: n1}
    loopback-static-routes: {default-route: true}
";

fn validate(workspace: &Workspace, arguments: &[&str]) -> Run {
    workspace.run(&[&["validate", "f.yaml", "--format", "concise"], arguments].concat())
}

fn codes(run: &Run) -> Vec<String> {
    run.stdout.lines().filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned())).collect()
}

#[test]
fn comments_silence_their_line_or_the_next_one() {
    let workspace = Workspace::new();
    workspace.write("f.yaml", CONFIG);
    let run = validate(&workspace, &[]);
    assert_eq!(codes(&run), ["unused-silencing", "no-asset-id", "default-metric-zero"], "{}", run.stdout);
    let unused = run.stdout.lines().next().expect("a line");
    assert!(
        unused.starts_with("f.yaml:5:7: notice[unused-silencing]: no finding with code `worse-metric-within`"),
        "{unused}"
    );
    assert_eq!(run.code, 0);
}

#[test]
fn comments_after_content_silence_their_line_in_pcli_text() {
    let nested = "router r1\n    node n1\n        asset-id m1\n    exit\n    loopback-static-routes\n        static-route 192.0.2.7/24COMMENT\n            metric 5\n        exit\n    exit\nexit\n";
    let unindented = nested.lines().fold(String::new(), |text, line| text + line.trim_start() + "\n");
    let flat = "config authority router r1 node n1 asset-id  m1\nconfig authority router r1 loopback-static-routes static-route 192.0.2.7/24 metric  5COMMENT\n";
    let session = "admin@n1.r1# config authority router r1 node n1 asset-id m1\nadmin@n1.r1# config authority router r1 loopback-static-routes static-route 192.0.2.7/24 metric 5COMMENT\nadmin@n1.r1# commit\nConfiguration committed\n";
    for text in [nested, &unindented, flat, session] {
        for (comment, expected) in [
            ("", &["host-bits-set"][..]),
            ("  # loopback-static-routes: ignore[host-bits-set] \"why", &[]),
            (" #loopback-static-routes: ignore[host-bits-set]", &[]),
            (" # primary", &["host-bits-set"]),
        ] {
            let workspace = Workspace::new();
            // The content decides the syntax.
            workspace.write("f.yaml", &text.replace("COMMENT", comment));
            let run = validate(&workspace, &[]);
            assert_eq!(codes(&run), expected, "{comment}\n{text}\n{}", run.stdout);
        }
    }
}

#[test]
fn comments_for_a_file_silence_the_file() {
    let workspace = Workspace::new();
    workspace
        .write("f.yaml", &format!("# loopback-static-routes: ignore-file[no-asset-id,default-metric-zero]\n{CONFIG}"));
    let run = validate(&workspace, &["--ignore", "unused-silencing"]);
    assert_eq!((codes(&run), run.code), (vec![], 0), "{}", run.stdout);
}

#[test]
fn invalid_comments_are_reported_with_a_hint() {
    for (comment, hint) in [
        ("ignore[host-bits]", "did you mean `host-bits-set`?"),
        ("ignore", "write `ignore[code]`"),
        ("ignore[]", "write `ignore[code]`"),
        ("disable host-bits-set", "write `ignore[code]`"),
    ] {
        let workspace = Workspace::new();
        workspace.write("f.yaml", &format!("# loopback-static-routes: {comment}\nrouter: [{{name: a}}]\n"));
        let run = validate(&workspace, &[]);
        assert_eq!(codes(&run), ["unused-silencing"], "{comment}: {}", run.stdout);
        assert!(run.stdout.starts_with("f.yaml:1:1: ") && run.stdout.contains(hint), "{comment}: {}", run.stdout);
    }
}

#[test]
fn options_select_codes_ignore_codes_and_raise_warnings() {
    let workspace = Workspace::new();
    workspace.write("f.yaml", CONFIG);
    for (arguments, expected, code) in [
        (&["--select", "no-asset-id"][..], &["no-asset-id"][..], 0),
        (&["--select", "no-asset-id", "--warn-as-error"], &["no-asset-id"], 1),
        (&["--ignore", "no-asset-id,unused-silencing", "--ignore", "default-metric-zero"], &[], 0),
        (&["--ignore", "learning-off", "--select", "unused-silencing"], &["unused-silencing", "unused-silencing"], 0),
    ] {
        let run = validate(&workspace, arguments);
        assert_eq!(
            (codes(&run), run.code),
            (expected.iter().map(|c| (*c).to_owned()).collect(), code),
            "{arguments:?}"
        );
    }
    let unknown = validate(&workspace, &["--ignore", "no-assetid"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean `no-asset-id`?"), "{}", unknown.stderr);
}

#[test]
fn the_nearest_settings_set_severities_and_silence_paths() {
    let workspace = Workspace::new();
    workspace.write("legacy/f.yaml", CONFIG);
    workspace.write(
        "f.yaml",
        "router: [{name: hub, node: {name: n1}, loopback-static-routes: {default-route: true, metric: 5}}]\n",
    );
    workspace.write(
        ".loopback-static-routes.toml",
        "[severity]\ndefault-metric-zero = \"error\"\nunusual-name = \"off\"\n\n[[ignore]]\ncodes = [\"no-asset-id\", \"learning-off\"]\n\
         paths = [\"legacy/**\"]\n\n[[ignore]]\ncodes = [\"ipv6-address\"]\npaths = [\"elsewhere/**\"]\n",
    );
    let run = workspace.run(&["validate", "f.yaml", "legacy", "--format", "concise"]);
    let expected = "\
f.yaml:1:35: warning[no-asset-id]: missing `asset-id`: without it, Salt cannot deliver the node's pillar data; add it (node hub/n1)
legacy/f.yaml:5:7: notice[unused-silencing]: no finding with code `worse-metric-within` to silence here; remove the silencing
legacy/f.yaml:9:45: error[default-metric-zero]: the default route has metric 0 and competes with any other default route of metric 0; set a higher `metric` where kni254 is the backup (router branch-2)
.loopback-static-routes.toml:6:25: notice[unused-silencing]: no finding with code `learning-off` to silence here; remove the silencing
";
    assert_eq!((run.stdout.as_str(), run.code), (expected, 1), "{}", run.stderr);
    let without = workspace.run(&["validate", "f.yaml", "legacy", "--no-settings", "--format", "concise"]);
    assert_eq!(without.code, 0, "{}", without.stdout);
    workspace.write("bad.toml", "[severity]\nno-assetid = \"of\"\n");
    let bad = workspace.run(&["validate", "f.yaml", "--settings", "bad.toml"]);
    assert_eq!((bad.code, bad.stdout.as_str()), (2, ""), "{}", bad.stderr);
    assert!(bad.stderr.contains("bad.toml:2:1: ") && bad.stderr.contains("bad.toml:2:14: "), "{}", bad.stderr);
}

#[test]
fn the_report_goes_to_the_file_and_annotations_to_standard_output() {
    let workspace = Workspace::new();
    workspace.write("f.yaml", CONFIG);
    let in_github = |arguments: &[&str]| {
        let mut command = workspace.command(&[&["validate", "f.yaml"], arguments].concat());
        Run::of(command.env("GITHUB_ACTIONS", "true").output().expect("the program can be run"))
    };
    assert!(in_github(&[]).stdout.starts_with("::notice file=f.yaml,line=5,"));
    assert!(!in_github(&["--format", "text"]).stdout.contains("::notice"));
    let both = in_github(&["--format", "sarif", "--output", "r.sarif"]);
    assert!(both.stdout.starts_with("::notice file=f.yaml,line=5,"), "{}", both.stdout);
    assert!(workspace.read("r.sarif").contains("\"2.1.0\""));
    let clean = workspace.run(&["validate", "f.yaml", "--output", "missing/r.txt"]);
    assert_eq!(clean.code, 3, "{}", clean.stderr);
}

#[test]
fn colours_need_a_terminal_or_an_option() {
    let workspace = Workspace::new();
    workspace.write("f.yaml", CONFIG);
    let coloured =
        |arguments: &[&str]| workspace.run(&[&["validate", "f.yaml"], arguments].concat()).stdout.contains('\u{1b}');
    assert!(!coloured(&[]) && !coloured(&["--color", "never"]) && coloured(&["--color", "always"]));
}
