//! Several runs at the same time.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use super::identities;
use crate::common::published::{AUTHORITY, generate, published, without_r2};

#[test]
fn a_run_waits_for_another_one_until_its_time_limit() {
    let workspace = published();
    let mut holder = Command::new("flock")
        .args(["out/.lock", "sh", "-c", "echo held; read line"])
        .current_dir(workspace.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("flock runs");
    let mut held = [0; 5];
    holder.stdout.as_mut().expect("piped").read_exact(&mut held).expect("it holds the lock");

    let changed = AUTHORITY.replace("metric: 5", "metric: 6");
    let before = identities(&workspace.path("out"));
    let refused = generate(&workspace, &changed, &["--wait", "0"]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains("another run holds"), "{}", refused.stderr);
    assert_eq!(identities(&workspace.path("out")), before);
    assert_eq!(generate(&workspace, &changed, &["--check", "--wait", "0"]).code, 3, "--check read a locked folder");

    let arguments = ["generate", "authority.yaml", "--out", "out", "--wait", "600"];
    let mut waiting = workspace.command(&arguments).stderr(Stdio::piped()).spawn().expect("runs");
    let mut printed = String::new();
    BufReader::new(waiting.stderr.as_mut().expect("piped")).read_line(&mut printed).expect("text");
    assert!(printed.contains("waiting for it"), "{printed}");
    assert_eq!(identities(&workspace.path("out")), before);
    assert!(waiting.try_wait().expect("a child").is_none(), "the run did not wait");
    drop(holder.stdin.take());
    assert!(waiting.wait_with_output().expect("ends").status.success());
    assert!(workspace.read("out/routers/r1/n1/route-kni254").ends_with("metric 6\n"));
    holder.wait().expect("ends");
}

#[test]
fn concurrent_runs_leave_the_result_of_one_of_them() {
    let workspace = published();
    workspace.write("a.yaml", &AUTHORITY.replace("metric: 5", "metric: 6"));
    workspace.write("b.yaml", &without_r2());
    let runs: Vec<_> = ["a", "b", "a", "b", "a", "b"]
        .map(|which| {
            let arguments = ["generate", &format!("{which}.yaml"), "--out", "out", "-q"];
            workspace.command(&arguments).stderr(Stdio::piped()).spawn().expect("runs")
        })
        .into();
    for run in runs {
        let output = run.wait_with_output().expect("ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let alone = ["a", "b"].map(|which| {
        let run = workspace.run(&["generate", &format!("{which}.yaml"), "--out", which, "-q"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        workspace.tree(which)
    });
    assert!(alone.contains(&workspace.tree("out")), "the result of several runs: {:#?}", workspace.tree("out"));
}

#[test]
fn the_longest_wait_is_accepted() {
    let workspace = published();
    let run = generate(&workspace, AUTHORITY, &["--wait", &u64::MAX.to_string()]);
    assert!([0, 2].contains(&run.code), "{}: {}", run.code, run.stderr);
}
