//! One authority in many syntaxes: each gives the same files, and so does what each is converted to.
//!
//! Each folder of `tests/syntaxes` is an authority. Its `expected` has the generated files, to the byte, and each other file is a
//! way to write the configuration. `UPDATE=1` writes the expected files again.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::common::Workspace;

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntaxes").join(case)
}

/// The ways to write a case: files, and folders of fragments.
fn forms(case: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(case)).expect("a case").map(|entry| entry.expect("readable").path());
    let mut forms: Vec<PathBuf> = entries.filter(|path| !path.ends_with("expected")).collect();
    forms.sort();
    forms
}

fn generated(workspace: &Workspace, config: &Path) -> BTreeMap<String, String> {
    let config = config.to_str().expect("a path of ours");
    let out = tempfile::tempdir_in(workspace.path("")).expect("a folder");
    let out = out.path().to_str().expect("a path");
    let run = workspace.run(&["generate", config, "--out", out]);
    assert_eq!(run.code, 0, "{config}: {}", run.stderr);
    crate::common::tree(Path::new(out))
}

/// Checks a form of a case, and all that it converts to.
fn check(workspace: &Workspace, form: &Path, expected: &BTreeMap<String, String>) {
    assert_eq!(&generated(workspace, form), expected, "{}", form.display());
    for syntax in ["pcli", "flat", "json", "yaml", "xml"] {
        let run = workspace.run(&["convert", form.to_str().expect("a path of ours"), "--to", syntax]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{} to {syntax}", form.display());
        workspace.write("converted", &run.stdout);
        assert_eq!(&generated(workspace, &workspace.path("converted")), expected, "{} to {syntax}", form.display());
    }
}

fn check_case(case: &str, further: &[PathBuf], least: usize) {
    let workspace = Workspace::in_memory();
    let forms: Vec<PathBuf> = forms(case).into_iter().chain(further.iter().cloned()).collect();
    let kept = folder(case).join("expected");
    if std::env::var_os("UPDATE").is_some() {
        for (path, text) in generated(&workspace, &forms[0]) {
            std::fs::write(kept.join(path), text).expect("writes");
        }
    }
    let expected = crate::common::tree(&kept);
    assert!(!expected.is_empty(), "{case} expects nothing");
    assert!(forms.len() >= least, "{case}: {forms:?}");
    for form in forms {
        check(&workspace, &form, &expected);
    }
}

#[test]
fn the_examples_of_the_product_s_page() {
    for case in ["seed-default-route", "seed-learning", "seed-static-routes"] {
        check_case(case, &[], 1);
    }
}

#[test]
fn the_example_authority() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/authority");
    let files = ["authority.pcli", "authority.flat.txt", "authority.json", "authority.yaml", "authority.xml"];
    check_case("example", &files.map(|file| folder.join(file)), 5);
}

#[test]
fn a_branch_in_every_form() {
    check_case("branch", &[], 12);
}

/// Not only the routes: where each comes from, too.
#[test]
fn every_form_of_the_branch_tells_the_same_provenance() {
    let workspace = Workspace::in_memory();
    let why = |form: &Path, router: &str| {
        let run = workspace.run(&["why", form.to_str().expect("a path of ours"), "--router", router, "--json"]);
        assert_eq!(run.code, 0, "{}: {}", form.display(), run.stderr);
        run.stdout
    };
    for router in ["branch-1", "hub-1"] {
        let expected = why(&folder("branch").join("nested.pcli"), router);
        assert!(expected.contains("\"from\""), "{expected}");
        for form in forms("branch") {
            assert_eq!(why(&form, router), expected, "{}", form.display());
        }
    }
}

#[test]
fn a_router_s_own_copy_reads_as_that_router_of_a_conductor() {
    check_case("router-copy", &[], 2);
}

#[test]
fn compressed_forms() {
    let workspace = Workspace::in_memory();
    let expected = crate::common::tree(&folder("branch").join("expected"));
    for form in forms("branch").into_iter().filter(|form| form.is_file()) {
        let compressed = workspace.path("configuration.gz");
        let file = std::fs::File::create(&compressed).expect("creates");
        let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::default());
        encoder.write_all(&std::fs::read(&form).expect("readable")).expect("writes");
        encoder.finish().expect("writes").sync_all().expect("writes");
        assert_eq!(generated(&workspace, &compressed), expected, "{}", form.display());
    }
}

/// The script for folders of configurations of other people.
#[test]
fn the_corpus_table_counts_each_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = std::process::Command::new("python3")
        .args(["tools/corpus.py", "tests/syntaxes/branch/folder", "--program", crate::common::PROGRAM])
        .current_dir(root)
        .output()
        .expect("python3 is there");
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(table.contains("services/a.XML | clean | 0 routers 2 services"), "{table}");
    assert!(table.ends_with("\n7 clean\n"), "{table}");
}
