//! The HTML pages in a real browser: reading, filters, keyboard, accessibility, sizes, and names
//! that try to become markup.
//!
//! The screenshots and the measured times of a run are in `target/pages`.

use std::process::Command;

use crate::common::compared::{HOSTILE, OLD};
use crate::common::{Workspace, fleets};
use crate::parts::{npm, root, run};

/// The number of nodes of a large fleet, and the most bytes of its page.
const LARGE: usize = 10_000;
const MOST_BYTES: u64 = 4_000_000;

/// Writes the pages that the browser opens.
fn pages() -> Workspace {
    let workspace = Workspace::in_memory();
    let write = |name: &str, text: &str| workspace.write(name, text);
    for (name, is_new) in [("old", false), ("new", true)] {
        write(&format!("{name}.json"), &fleets::similar(is_new).to_string());
        write(&format!("{name}-large.json"), &fleets::unique(LARGE, is_new).to_string());
    }
    write("old.yaml", OLD);
    let hostile =
        OLD.replace("branch-2", HOSTILE).replace(&format!("name: {HOSTILE}"), &format!("name: \"{HOSTILE}\""));
    write("hostile.yaml", &hostile.replace("branch-1", &"y".repeat(2000)).replace("192.0.2.53", "192.0.2.54"));
    for (old, new, page, code) in [
        ("old.json", "new.json", "diff", 1),
        ("old.json", "old.json", "diff-empty", 0),
        ("old.yaml", "hostile.yaml", "diff-hostile", 1),
        ("old-large.json", "new-large.json", "diff-large", 1),
    ] {
        let written = workspace.run(&["diff", old, new, "--format", "html", "--output", &format!("{page}.html")]);
        assert_eq!(written.code, code, "{page}: {}", written.stderr);
    }
    write("none.json", "{\"authority\": {\"router\": [{\"name\": \"branch-1\", \"node\": [{\"name\": \"node1\"}]}]}}");
    for (config, page, code) in [
        ("new.json", "report", 1),
        ("none.json", "report-empty", 0),
        ("hostile.yaml", "report-hostile", 1),
        ("new-large.json", "report-large", 0),
    ] {
        let written = workspace.run(&["report", config, "--output", &format!("{page}.html")]);
        assert_eq!(written.code, code, "{page}: {}", written.stderr);
    }
    let published = workspace.run(&["generate", "old.json", "--quiet", "--out", "out"]);
    assert_eq!(published.code, 0, "{}", published.stderr);
    write("answers.json", &fleets::answers(&workspace.read("out/manifest.json")).to_string());
    let fleet = workspace.run(&["fleet", "--out", "out", "--from", "answers.json", "--format", "html"]);
    assert_eq!(fleet.code, 1, "{}", fleet.stderr);
    write("fleet.html", &fleet.stdout);
    workspace
}

#[test]
#[ignore = "needs chromium, chromedriver and axe-core: tests/run.sh"]
fn the_pages_work_in_a_browser() {
    let workspace = pages();
    for page in ["diff-large.html", "report-large.html"] {
        let size = std::fs::metadata(workspace.path(page)).expect("written").len();
        assert!(size < MOST_BYTES, "{page}: {size}");
    }
    let artefacts = root().join("target/pages");
    std::fs::create_dir_all(&artefacts).expect("a folder");
    let mut python = Command::new("python3");
    python.arg(root().join("tests/parts/browser/pages.py"));
    let (works, printed) = run(python.arg(workspace.path(".")).arg(artefacts).arg(npm("axe-core/axe.min.js")));
    assert!(works, "{printed}");
}
