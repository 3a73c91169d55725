//! A comparison with a real Salt master and real minions, whose router's program is a stand-in.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::common::wait;
use crate::conductor::Conductor;
use crate::node::is_inside;
use crate::push::{FOLDER, MASTER, Minion, authority, states};

/// The folder where the minions look for the router's program.
const PROGRAMS: &str = "/usr/bin";

/// A stand-in for the router's program. It prints the summary of the minion that runs it, and a
/// warning, which Salt's `cmd.run` would mix into it.
const PROGRAM: &str = "handle_loopback_static_route_config";

/// Adds the stand-in to the programs of this mount namespace.
fn add_program(folder: &Path) {
    let program = folder.join(PROGRAM);
    let text = format!("#!/bin/sh\necho '{{warning' >&2\ncat \"${FOLDER}/summary\" || exit 1\n");
    std::fs::write(&program, text).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("executable");
    let layers = format!("lowerdir={}:{PROGRAMS}", folder.display());
    let mounted = Command::new("mount").args(["-t", "overlay", "overlay", "-o", &layers, PROGRAMS]).status();
    assert!(mounted.expect("mount is there").success());
}

#[test]
#[ignore = "needs root and Salt: tests/run.sh"]
fn a_minion_that_was_pushed_to_and_lacks_the_document_is_found() {
    if !is_inside("fleet::a_minion_that_was_pushed_to_and_lacks_the_document_is_found") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let programs = folder.path().join("programs");
    std::fs::create_dir(&programs).expect("made");
    add_program(&programs);
    let conductor = Conductor::start_with(MASTER, &states(folder.path()));
    let [good, stale, _broken, down] =
        ["good", "stale", "broken", "down"].map(|id| (id, Minion::start(&conductor, id)));
    let log = || {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        ["master.log", "master.errors"].map(|name| read(conductor.path(name))).concat()
    };
    wait::until("minions answer", || conductor.is_answered_by(&["good", "stale", "broken", "down"]), log);
    conductor.generate(&authority(&["broken", "down", "ghost", "good", "stale"], 1), 0);
    let (_, said) = conductor.push(&["--first", "0"]);
    assert!(said.starts_with("pushed to 4 of 5 minions\n"), "{said}");

    let manifest = std::fs::read_to_string(conductor.path("out/manifest.json")).expect("published");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let digest = &manifest["artefacts"]["routers/good/n/route-kni254"]["sha256"];
    let summary = |minion: &Minion, router: &str, digest: &Value| {
        let told = json!({"verdict": "in-agreement", "router": router, "node": "n", "digest": digest});
        std::fs::write(minion.folder.join("summary"), told.to_string()).expect("written");
    };
    summary(&good.1, good.0, digest);
    summary(&stale.1, stale.0, &json!("0123456789abcdef"));
    down.1.signal("-STOP");
    let (code, said) = conductor.fleet(&[]);
    let published = &digest.as_str().expect("a digest")[..12];
    let expected = format!(
        "1 of 5 minions is up to date\n\
         another document on 1 minion:\n  stale: 0123456789ab instead of {published}, but the published one was pushed\n\
         bad answer from 1 minion:\n  broken: exit code 1: {{warning"
    );
    assert!(code == Some(1) && said.starts_with(&expected), "{code:?} {said}");
    let rest = "no answer from 2 minions:\n  down\n  ghost: its key is not accepted\n";
    assert!(said.ends_with(rest), "{said}");

    // The mine has the summaries of those that sent them, also while they are down.
    let status = format!("{PROGRAMS}/{PROGRAM} status --json --summary");
    let send = "mine.send loopback_static_routes";
    let send: Vec<&str> = ["--static", "--timeout=5", "-L", "good,stale"].into_iter().chain(send.split(' ')).collect();
    let (_, sent, said) = conductor.salt("salt", &[&send[..], &[&status, "mine_function=cmd.run_all"]].concat());
    assert_eq!(sent, json!({"good": true, "stale": true}), "{said}");
    good.1.signal("-STOP");
    let (code, said) = conductor.fleet(&["--cached"]);
    let expected = "1 of 5 minions is up to date\nanother document on 1 minion:\n  stale: ";
    assert!(code == Some(1) && said.starts_with(expected), "{code:?} {said}");
    assert!(said.ends_with("no answer from 3 minions:\n  broken\n  down\n  ghost\n"), "{said}");
}
