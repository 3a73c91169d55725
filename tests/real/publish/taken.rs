//! A folder that another program makes while a run makes the same one.

use std::fs;

use super::stopped::Stopped;
use crate::common::Workspace;
use crate::common::published::AUTHORITY;

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_run_changes_nothing_if_the_name_of_its_new_folder_is_taken() {
    let workspace = Workspace::in_memory();
    workspace.write("authority.yaml", AUTHORITY);
    let arguments = ["authority.yaml", "--out", "out", "-q"];
    // The first two calls flush the journal, and the others what was staged.
    let run = Stopped::at(&workspace, "fsync", 3, &arguments);
    assert!(workspace.path("out/.routers.new").exists() && !workspace.path("out/routers").exists());
    workspace.write("out/routers/another", "of another program");
    let run = run.resume();
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("out/routers: File exists"), "{}", run.stderr);
    assert_eq!(workspace.tree("out").into_keys().collect::<Vec<_>>(), ["routers/another"]);

    let run = workspace.run(&[&["generate"], arguments.as_slice()].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(fs::read_to_string(workspace.path("out/routers/another")).expect("there"), "of another program");
}
