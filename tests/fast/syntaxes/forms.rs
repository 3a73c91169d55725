//! One authority in many syntaxes: each form gives the same files, and so does each conversion of
//! it.
//!
//! Each folder of `tests/syntaxes` is an authority. Its folder `expected` has the generated files,
//! and each other file is a form of the configuration. `UPDATE=1` writes the expected files.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use loopback_static_routes::syntaxes::PrintFormat;
use snapbox::Assert;
use tempfile::TempDir;

use crate::common::{Workspace, tree};

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntaxes").join(case)
}

/// Returns the forms of a case: files, and folders of fragments.
fn forms(case: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(case)).expect("a case").map(|entry| entry.expect("readable").path());
    let mut forms: Vec<PathBuf> = entries.filter(|path| !path.ends_with("expected")).collect();
    forms.sort();
    forms
}

fn file_name(form: &Path) -> String {
    form.file_name().expect("a file").to_string_lossy().into_owned()
}

/// Generates the files of a configuration. Returns their folder, which is named after the form.
fn generate(workspace: &Workspace, config: &Path, form: &str) -> TempDir {
    let config = config.to_str().expect("a path of ours");
    let folder = tempfile::Builder::new().prefix(form).tempdir_in(workspace.path("")).expect("a folder");
    let out = folder.path().to_str().expect("a path");
    let run = workspace.run(&["generate", config, "--out", out]);
    assert_eq!(run.code, 0, "{config}: {}", run.stderr);
    folder
}

/// Checks that a configuration gives exactly the files of the folder `expected`.
#[track_caller]
fn assert_generates(workspace: &Workspace, config: &Path, expected: &Path, form: &str) {
    let folder = generate(workspace, config, form);
    // snapbox prints the differences and the folders. It ignores line endings and additional files.
    Assert::new().subset_eq(expected, folder.path());
    assert_eq!(tree(folder.path()), tree(expected), "{form}");
}

/// Checks a form of a case, and all its conversions.
fn check(workspace: &Workspace, form: &Path, expected: &Path) {
    let name = file_name(form);
    assert_generates(workspace, form, expected, &name);
    for format in PrintFormat::ALL {
        let option = format.to_possible_value().expect("an option");
        let syntax = option.get_name();
        let run = workspace.run(&["convert", form.to_str().expect("a path of ours"), "--to", syntax]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name} to {syntax}");
        workspace.write("converted", &run.stdout);
        assert_generates(workspace, &workspace.path("converted"), expected, &format!("{name} to {syntax}"));
    }
}

fn check_case(case: &str, further: &[PathBuf], least: usize) {
    let workspace = Workspace::in_memory();
    let forms: Vec<PathBuf> = forms(case).into_iter().chain(further.iter().cloned()).collect();
    let expected = folder(case).join("expected");
    if std::env::var_os("UPDATE").is_some() {
        for (path, text) in tree(generate(&workspace, &forms[0], "first").path()) {
            std::fs::write(expected.join(path), text).expect("writes");
        }
    }
    assert!(!tree(&expected).is_empty(), "{case}: the expected folder is empty");
    assert!(forms.len() >= least, "{case}: {forms:?}");
    for form in forms {
        check(&workspace, &form, &expected);
    }
}

#[test]
fn the_examples_of_the_product_s_page_give_their_expected_files() {
    for case in ["seed-default-route", "seed-learning", "seed-static-routes"] {
        check_case(case, &[], 1);
    }
}

#[test]
fn the_example_authority_gives_the_same_files_in_every_form() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/authority");
    let files = ["authority.pcli", "authority.flat.txt", "authority.json", "authority.yaml", "authority.xml"];
    check_case("example", &files.map(|file| folder.join(file)), 5);
}

#[test]
fn a_branch_gives_the_same_files_in_every_form() {
    check_case("branch", &[], 12);
}

/// The forms agree on the origin of each route too.
#[test]
fn every_form_of_the_branch_gives_the_same_provenance() {
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
fn compressed_forms_give_the_same_files() {
    let workspace = Workspace::in_memory();
    let expected = folder("branch").join("expected");
    for form in forms("branch").into_iter().filter(|form| form.is_file()) {
        let compressed = workspace.path("configuration.gz");
        let file = std::fs::File::create(&compressed).expect("creates");
        let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::default());
        encoder.write_all(&std::fs::read(&form).expect("readable")).expect("writes");
        encoder.finish().expect("writes").sync_all().expect("writes");
        assert_generates(&workspace, &compressed, &expected, &format!("{} compressed", file_name(&form)));
    }
}

/// The script reads folders of real configurations.
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
