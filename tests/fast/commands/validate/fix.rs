//! `validate --fix`: what it changes in each syntax, and what it promises.
//!
//! `tests/findings/fixed/CODE.diff` has the patch of each case with a fix. `UPDATE=1` rewrites
//! them.

use std::fmt::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use crate::common::Workspace;
use crate::common::cases::{Case, cases, codes, folder};
use crate::common::fixing::{Fixing, SAFE, UNSAFE};

#[test]
fn each_case_with_a_fix_is_fixed_as_in_its_patch() {
    let update = std::env::var_os("UPDATE").is_some();
    let workspace = Workspace::in_memory();
    let (mut failures, mut fixed_cases) = (Vec::new(), 0);
    for code in codes() {
        let mut patches = String::new();
        for Case { syntax, title, text, .. } in cases(code).into_iter().filter(|case| !case.good) {
            let fixing = Fixing { workspace: &workspace, name: format!("f.{syntax}"), syntax: Some(syntax.clone()) };
            let title = title.map_or(String::new(), |title| format!(": {title}"));
            let mut last = String::new();
            for options in [SAFE, UNSAFE] {
                let (unchanged, patch) = fixing.run(&text, &[options, &["--diff"]].concat());
                assert_eq!(unchanged, text, "{code}: --diff changes the file");
                let hunks = patch.split_once("\n@@").map_or("", |(_, hunks)| hunks);
                if hunks == last {
                    continue;
                }
                let (fixed, broken) = fixing.check(&text, options);
                if fixed == text || !broken.is_empty() {
                    failures.push(format!("{code} {syntax}{title}: {}\n{text}becomes\n{fixed}", broken.join("; ")));
                }
                fixed_cases += 1;
                let _ = write!(patches, "=== {syntax} {}{title}\n@@{hunks}", options.last().expect("an option"));
                last = hunks.to_owned();
            }
        }
        let file = folder().join(format!("fixed/{code}.diff"));
        let there = std::fs::read_to_string(&file).unwrap_or_default();
        if update && patches.is_empty() {
            let _ = std::fs::remove_file(&file);
        } else if update {
            std::fs::write(&file, &patches).expect("written");
        } else if there != patches {
            failures.push(format!("{}: differs; UPDATE=1 rewrites it\n{patches}", file.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(fixed_cases > 60, "{fixed_cases}");
}

#[test]
fn a_file_keeps_its_mode_and_everything_outside_of_the_repair() {
    let workspace = Workspace::new();
    let text = "# Übersicht\r\nrouter r1 \t# one\r\n    node n1\r\n        asset-id a1\r\n    exit\r\n    \
                loopback-static-routes\r\n        static-route 10.0.0.1/8  # a\r\n        exit\r\n    exit\r\nexit";
    workspace.write("f.pcli", text);
    let path = workspace.path("f.pcli");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("ours");
    let run = workspace.run(&["validate", "f.pcli", "--fix"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("fixed 1 finding in 1 file\n"), "{}", run.stderr);
    assert_eq!(workspace.read("f.pcli"), text.replace("10.0.0.1/8", "10.0.0.0/8"));
    assert_eq!(std::fs::metadata(&path).expect("there").mode() & 0o7777, 0o640);
}

const ROUTER: &str = "router r1\n    node n1\n        asset-id a1\n    exit\n    loopback-static-routes\n        \
                      static-route 10.0.0.1/8\n        exit\n    exit\nexit\n";

#[test]
fn each_file_of_a_folder_is_fixed() {
    let workspace = Workspace::new();
    workspace.write("folder/sub/one.pcli", ROUTER);
    workspace.write("folder/two.yaml", "authority: {router: [{name: r3, node: [{name: n, asset-id: no}]}]}\n");
    let run = workspace.run(&["validate", "folder", "--fix"]);
    assert!(run.stderr.contains("fixed 2 findings in 2 files\n"), "{}", run.stderr);
    assert!(workspace.read("folder/sub/one.pcli").contains("10.0.0.0/8"));
    assert!(workspace.read("folder/two.yaml").contains("asset-id: \"no\""));
}

#[test]
fn a_link_to_another_place_is_not_followed() {
    let workspace = Workspace::new();
    workspace.write("elsewhere/there.pcli", ROUTER);
    std::os::unix::fs::symlink("elsewhere/there.pcli", workspace.path("link.pcli")).expect("a link");
    let run = workspace.run(&["validate", "link.pcli", "--fix"]);
    assert!(run.stderr.contains("link.pcli is not fixed: it is a link to "), "{}", run.stderr);
    assert_eq!(workspace.read("elsewhere/there.pcli"), ROUTER);
    assert!(workspace.path("link.pcli").is_symlink());
    // The folder of a file may be a link.
    std::os::unix::fs::symlink("elsewhere", workspace.path("folder")).expect("a link");
    let run = workspace.run(&["validate", "folder/there.pcli", "--fix"]);
    assert!(run.stderr.contains("fixed 1 finding in 1 file\n"), "{}", run.stderr);
    assert!(workspace.read("elsewhere/there.pcli").contains("10.0.0.0/8"));
}

#[test]
fn the_file_of_a_run_that_was_killed_is_removed() {
    let workspace = Workspace::new();
    workspace.write("f.pcli", ROUTER);
    let mut ended = std::process::Command::new("true").spawn().expect("starts");
    ended.wait().expect("ends");
    let (left, other) = (format!(".f.pcli.{}.new", ended.id()), ".f.pcli.new");
    workspace.write(&left, "half a te");
    workspace.write(other, "of a user");
    let run = workspace.run(&["validate", "f.pcli", "--fix"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!workspace.path(&left).exists() && workspace.path(other).exists());
}

#[test]
fn a_compressed_file_is_not_changed() {
    let workspace = Workspace::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, ROUTER.as_bytes()).expect("in memory");
    let bytes = gzip.finish().expect("in memory");
    std::fs::write(workspace.path("f.gz"), &bytes).expect("written");
    let run = workspace.run(&["validate", "f.gz", "--fix"]);
    assert!(run.stderr.contains("f.gz is not fixed: it is compressed"), "{}", run.stderr);
    assert_eq!(std::fs::read(workspace.path("f.gz")).expect("there"), bytes);
}

#[test]
fn silenced_findings_are_not_fixed() {
    let workspace = Workspace::new();
    let text = ROUTER.replace("10.0.0.1/8", "10.0.0.1/8  # loopback-static-routes: ignore[host-bits-set]");
    workspace.write("f.pcli", &text);
    let run = workspace.run(&["validate", "f.pcli", "--fix"]);
    assert!(run.stderr.contains("nothing fixed\n"), "{}", run.stderr);
    assert_eq!(workspace.read("f.pcli"), text);
}

#[test]
fn one_fix_that_does_not_hold_does_not_keep_the_others() {
    let workspace = Workspace::new();
    // The misspelled key has an invalid value, which would be another error.
    let text = ROUTER.replace("        static-route", "        metrics many\n        static-route");
    workspace.write("f.pcli", &text);
    let run = workspace.run(&["validate", "f.pcli", "--fix", "--unsafe-fixes"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("1 finding not fixed, because other errors or routes would result"), "{}", run.stderr);
    assert_eq!(workspace.read("f.pcli"), text.replace("10.0.0.1/8", "10.0.0.0/8"));
}

#[test]
fn standard_input_cannot_be_fixed() {
    let run = Workspace::new().run(&["validate", "-", "--fix"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("cannot change standard input"), "{}", run.stderr);
}

#[test]
fn a_patch_can_be_applied() {
    let workspace = Workspace::new();
    workspace.write("f.pcli", ROUTER);
    let run = workspace.run(&["validate", "f.pcli", "--fix", "--diff"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(run.stderr, "would fix 1 finding in 1 file\n");
    let patch = "--- a/f.pcli\n+++ b/f.pcli\n@@ -3,7 +3,7 @@\n         asset-id a1\n     exit\n     \
                 loopback-static-routes\n-        static-route 10.0.0.1/8\n+        static-route 10.0.0.0/8\n         \
                 exit\n     exit\n exit\n";
    assert_eq!(run.stdout, patch);
    let run = workspace.run(&["validate", "f.pcli", "--fix", "--diff", "--ignore", "host-bits-set"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
}
