//! The number of instructions that the program executes, as counted by valgrind.
//!
//! The number is the same in each run, so a regression shows without measuring time. The figures
//! are those of this toolchain, and `UPDATE=1` writes them. `benches/instructions-debug.tsv` has
//! those of the program that the tests build, on a small authority. `benches/instructions.tsv` has
//! those of the program of `packaging/rpm/build.sh --quick`, for the tests of a release.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{PROGRAM, Workspace, write_large_authority};

/// The allowed deviation from the committed figure. Libraries choose vector instructions by
/// processor.
const TOLERANCE: f64 = 0.05;

/// An authority that takes a second or two, although the program is not optimised.
const SMALL: &str = "--routers 10 --services 30 --internal 10 --limited 5";

/// A program, whose instructions are counted.
pub(crate) struct Counted {
    pub(crate) program: PathBuf,
}

impl Counted {
    /// Returns the number of instructions of a run without errors.
    pub(crate) fn run(&self, workspace: &Workspace, arguments: &[&str]) -> u64 {
        self.run_until(workspace, arguments, 0)
    }

    /// Returns the number of instructions of a run that ends with an exit code.
    pub(crate) fn run_until(&self, workspace: &Workspace, arguments: &[&str], code: i32) -> u64 {
        let output = Command::new("valgrind")
            .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
            .arg(&self.program)
            .args(arguments)
            .current_dir(workspace.path(""))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            // Idle threads would execute instructions while they wait.
            .env("RAYON_NUM_THREADS", "1")
            .output()
            .expect("valgrind runs: run tests/setup.sh");
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {printed}");
        let counted = printed.lines().find_map(|line| line.split_once("refs:")).expect("valgrind counts").1;
        counted.trim().replace(',', "").parse().expect("a number")
    }

    /// Returns the numbers of instructions of the stages, on an authority of this size.
    fn stages(&self, size: &str, formats: &[&str]) -> BTreeMap<String, u64> {
        let workspace = Workspace::on_disk();
        let mut measured = BTreeMap::new();
        for format in formats {
            let name = format!("authority.{format}");
            authority(&workspace, &name, &format!("{size} --format {format}"));
            measured.insert(format!("validate {format}"), self.run(&workspace, &["validate", "--no-settings", &name]));
        }
        authority(&workspace, "edited.json", &format!("{size} --edited 150"));
        for (what, name) in
            [("first", "authority.json"), ("unchanged", "authority.json"), ("one block changed", "edited.json")]
        {
            let count = self.run(&workspace, &["generate", name, "--out", "out", "--quiet"]);
            measured.insert(format!("generate {what}"), count);
        }
        measured
    }

    /// Compares the stages with the figures of a file.
    pub(crate) fn compare(&self, size: &str, formats: &[&str], figures: &str) {
        let measured = self.stages(size, formats);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(figures);
        if std::env::var_os("UPDATE").is_some() {
            let lines: String = measured.iter().map(|(what, count)| format!("{what}\t{count}\n")).collect();
            std::fs::write(&file, lines).expect("written");
        }
        let text = std::fs::read_to_string(&file).expect("committed");
        let committed: BTreeMap<String, u64> = text
            .lines()
            .map(|line| line.split_once('\t').expect("name, tab, number"))
            .map(|(what, count)| (what.to_owned(), count.parse().expect("a number")))
            .collect();
        let mut off = Vec::new();
        for (what, count) in &measured {
            let ratio = committed.get(what).map_or(f64::INFINITY, |committed| *count as f64 / *committed as f64);
            if (ratio - 1.0).abs() > TOLERANCE {
                off.push(format!("{what}: {count} instructions, {ratio:.2} times the committed figure"));
            }
        }
        assert_eq!(committed.len(), measured.len(), "{figures} lists other stages");
        assert!(off.is_empty(), "find the cause, then run with UPDATE=1:\n{}", off.join("\n"));
    }
}

/// Writes a large authority. Returns its size in bytes.
pub(crate) fn authority(workspace: &Workspace, name: &str, options: &str) -> u64 {
    write_large_authority(workspace, name, options);
    std::fs::metadata(workspace.path(name)).expect("written").len()
}

#[test]
#[ignore = "needs valgrind: tests/run.sh"]
fn each_stage_takes_as_many_instructions_as_committed() {
    Counted { program: PathBuf::from(PROGRAM) }.compare(SMALL, &["json", "pcli"], "benches/instructions-debug.tsv");
}
