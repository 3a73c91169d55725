//! The command line: invalid documents, results, messages and exit codes.

use std::io::Read as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::world::{PROGRAM, Run, World, in_namespace, route};
use crate::common::router::{FOLDER, document, part};
use crate::common::wait;
use crate::strace::{Event, Threads, inject, strace};

const LOCK: &str = "var/lib/loopback-static-routes/lock";

/// Makes a router that agrees with its document. Returns its routes and its file.
fn converged(world: &World) -> (Vec<String>, Option<String>) {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    (world.routes(), world.file())
}

in_namespace!(an_invalid_document_changes_nothing, |world| {
    let before = converged(world);
    let good = document(true, &[("203.0.113.0/24", 5)]);
    let cases = [
        (String::new(), "1:1: EOF while parsing a value; the document is truncated or empty"),
        (good[..good.len() - 20].to_owned(), "the document is truncated or empty"),
        ("{}".to_owned(), "missing field `format-version`"),
        (r#"{"loopback-static-routes": {}}"#.to_owned(), "missing field `format-version`"),
        ("null".to_owned(), "invalid type: null, expected an object"),
        (
            good.replace("version\": 1", "version\": 2"),
            "version 2: this program reads version 1; update the router's package",
        ),
        (good.replace("kni254", "eth0"), "invalid interface \"eth0\": expected \"kni254\""),
        (good.replace("127.126", "127.1"), "invalid gateway 169.254.127.1: expected 169.254.127.126"),
        (
            good.replace("113.0/24", "113.1/24"),
            "invalid prefix 203.0.113.1/24: host bits are set; the network is 203.0.113.0/24",
        ),
        (good.replace("true", "false"), "unexpected routes: \"enabled\" is false"),
        ("[".repeat(100_000), "invalid type: sequence, expected an object"),
        (good.replace("branch", "\\ud800"), "unexpected end of hex escape"),
    ];
    for (json, expected) in cases {
        world.put_document(&json);
        for command in ["apply", "check", "status"] {
            let run = world.run(&[command]).expect(1);
            assert!(run.stderr.starts_with("error: invalid document ") && run.stderr.contains(expected), "{run:#?}");
            assert_eq!(run.stderr.lines().count(), 1, "{run:#?}");
        }
        assert_eq!((world.routes(), world.file()), before, "{json:.60}");
    }
});

in_namespace!(a_document_that_cannot_be_read_changes_nothing, |world| {
    let before = converged(world);
    let config = world.path("var/lib/128technology/plugins/loopback-static-routes/config.json");
    std::fs::remove_file(&config).expect("there");
    let refused = |expected: &str, of_others: &str| {
        for (command, expected) in [("apply", expected), ("check", of_others), ("status", of_others)] {
            let run = world.run(&[command]).expect(3);
            assert!(run.stderr.contains("cannot read") && run.stderr.contains(expected), "{run:#?}");
        }
        assert_eq!((world.routes(), world.file()), before);
    };
    refused("No such file or directory", "it is missing, and this node had one");
    std::fs::create_dir(&config).expect("made");
    refused("it is a folder", "it is a folder");
    std::fs::remove_dir(&config).expect("removed");
    assert!(std::process::Command::new("mkfifo").arg(&config).status().expect("mkfifo is there").success());
    refused("it is not a regular file", "it is not a regular file");
});

in_namespace!(the_document_can_be_named, |world| {
    world.add_interface();
    world.write("srv/other.json", document(true, &[("192.0.2.0/24", 5)]));
    world.run(&["apply", "--config", "/srv/other.json"]).expect(0);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
    world.run(&["--config", "/srv/other.json", "status"]).expect(0);
    world.apply().expect(3);
    // A relative path starts at the working directory, as everywhere else.
    world.write("srv/site/new.json", document(true, &[("203.0.113.0/24", 5)]));
    world.write("srv/bad.json", "{");
    std::os::unix::fs::symlink("/dev/null", world.path("srv/site/null.json")).expect("linked");
    let run = |config: &str, code: i32| {
        let mut command = world.command(&["apply", "--config", config]);
        Run::of(command.current_dir(world.path("srv/site")).output().expect("runs")).expect(code)
    };
    run("new.json", 0);
    assert_eq!(world.routes(), [route("203.0.113.0/24", 128, 5)]);
    run("../other.json", 0);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
    assert!(run("../bad.json", 1).stderr.starts_with("error: invalid document ../bad.json: 1:"));
    assert!(run("srv/other.json", 3).stderr.contains("cannot read srv/other.json: No such file"));
    run("null.json", 3);
});

in_namespace!(documents_of_the_generator_are_applied_unchanged, |world| {
    world.add_interface();
    let program = env!("CARGO_BIN_EXE_loopback-static-routes");
    let root = env!("CARGO_MANIFEST_DIR");
    let generated = std::process::Command::new(program)
        .args(["generate", &format!("{root}/examples/authority/authority.yaml"), "-q", "--out"])
        .arg(world.path("out"))
        .output()
        .expect("the generator runs");
    assert!(generated.status.code().is_some_and(|code| code <= 1), "{generated:?}");
    let manifest: Value = serde_json::from_str(&world.read("out/manifest.json").expect("written")).expect("JSON");
    let artefacts = manifest["artefacts"].as_object().expect("by path");
    let mut applied = 0;
    for (path, artefact) in artefacts.iter().filter(|(_, artefact)| artefact["minion"].is_string()) {
        world.run(&["apply", "--config", &format!("/out/{path}")]).expect(0);
        let (router, node) = (artefact["router"].as_str(), artefact["node"].as_str());
        let generated =
            world.read(&format!("out/routers/{}/{}/route-kni254", router.expect("named"), node.expect("named")));
        assert_eq!(world.file(), generated, "{path}");
        applied += 1;
    }
    assert!(applied > 2, "{artefacts:#?}");
});

in_namespace!(check_reports_what_apply_would_do_and_does_nothing, |world| {
    let before = converged(world);
    world.add_other_interface();
    world.ip("route add 198.51.100.128/25 via 198.51.100.1 dev eth9");
    world.document(&[("192.0.2.0/24", 6), ("198.51.100.128/25", 0)]);
    let path = world.path(FOLDER).join("route-kni254").display().to_string();
    let run = world.run(&["check"]).expect(1);
    let expected = format!(
        "{path}: to be written\n\
         ip route add 192.0.2.0/24 via 169.254.127.126 dev kni254 metric 6 proto 128\n\
         ip route delete 192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5 proto 128\n\
         conflict: 198.51.100.128/25 is held by eth9 (protocol boot)\n"
    );
    assert_eq!((run.stdout, run.stderr), (expected, String::new()));
    assert_eq!((world.routes(), world.file()), before);
    let machine = json_of(&world.run(&["check", "--json"]).expect(1));
    assert_eq!(
        machine["requests"][0],
        json!({
            "action": "add", "prefix": "192.0.2.0/24", "metric": 6, "protocol": "128",
            "command": "ip route add 192.0.2.0/24 via 169.254.127.126 dev kni254 metric 6 proto 128",
        })
    );
    assert_eq!(
        machine["conflicts"],
        json!([{"prefix": "198.51.100.128/25", "metric": 0, "interface": "eth9", "protocol": "boot"}])
    );
    assert_eq!((world.routes(), world.file()), before);
    // Apply does what check printed.
    let apply = json_of(&world.run(&["apply", "--json"]).expect(1));
    assert_eq!(apply["outcome"], json!("conflicts"));
    assert_eq!((&apply["added"], &apply["deleted"], &apply["file-changed"]), (&json!(1), &json!(1), &json!(true)));
    world.document(&[("192.0.2.0/24", 6)]);
    assert_eq!(json_of(&world.run(&["--json"]).expect(0))["outcome"], json!("done"));
    world.ip("link set kni254 down");
    assert_eq!(json_of(&world.run(&["--json"]).expect(0))["outcome"], json!("waiting"));
    let waiting = world.run(&["check"]).expect(0);
    assert_eq!(waiting.stdout, "kni254 is down: 1 route waits for it\n");
    world.put_document("{");
    let refused = json_of(&world.run(&["--json"]).expect(1));
    assert_eq!(refused["outcome"], json!("refused"));
    assert!(refused["error"].as_str().is_some_and(|error| error.contains("invalid document")));
});

fn json_of(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:#?}"))
}

in_namespace!(control_characters_of_a_name_are_not_printed, |world| {
    world.add_interface();
    world.put_document(&document(true, &[("192.0.2.0/24", 5)]).replace("branch", "b\\u001b[2Jr\\n\\u0007"));
    world.apply().expect(0);
    let status = world.run(&["status"]).expect(0);
    assert!(status.stdout.contains("\nnode      b\\u{1b}[2Jr\\n\\u{7} node1, the plugin is on\n"), "{status:#?}");
    world.put_document("{\"loopback-static-routes\": {\"x\\u001b[2J\": 1}}");
    let refused = world.apply().expect(1);
    assert!(!refused.stderr.contains('\u{1b}') && refused.stderr.lines().count() == 1, "{refused:#?}");
});

in_namespace!(usage_errors_exit_2_and_help_names_all_options, |world| {
    for arguments in [&["nonsense"][..], &["--nonsense"], &["apply", "status"], &["--config"]] {
        let run = world.run(arguments).expect(2);
        assert!(run.stderr.contains("try '--help'"), "{run:#?}");
    }
    let help = world.run(&["--help"]).expect(0);
    for word in ["apply", "status", "check", "--config", "--root", "--json", "--quiet", "Exit codes:", "config.json"] {
        assert!(help.stdout.contains(word), "{word}: {help:#?}");
    }
    assert_eq!(
        world.run(&["--version"]).expect(0).stdout,
        format!("handle_loopback_static_route_config {}\n", env!("CARGO_PKG_VERSION"))
    );
    let missing = std::process::Command::new(PROGRAM).args(["--root", "/nowhere"]).output().expect("runs");
    assert_eq!(missing.status.code(), Some(3));
});

in_namespace!(a_reader_that_closes_the_pipe_is_not_a_failure, |world| {
    world.add_interface();
    let prefixes: Vec<String> = (0..5_000).map(|n| format!("10.{}.{}.0/24", n / 256, n % 256)).collect();
    world.document(&prefixes.iter().map(|prefix| (prefix.as_str(), 5)).collect::<Vec<_>>());
    world.apply().expect(0);
    let mut child = world.command(&["status"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    let mut first = [0; 10];
    child.stdout.take().expect("piped").read_exact(&mut first).expect("something is printed");
    let output = child.wait_with_output().expect("ends");
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
});

in_namespace!(lines_of_the_journal_have_their_priority, |world| {
    world.add_interface();
    world.add_other_interface();
    world.ip("route add 192.0.2.0/24 via 198.51.100.1 dev eth9");
    world.document(&[("192.0.2.0/24", 0), ("203.0.113.0/24", 0)]);
    let journal = world.path("journal");
    let run = |document: &str| {
        world.put_document(document);
        let file = std::fs::File::create(&journal).expect("made");
        let metadata = file.metadata().expect("there");
        use std::os::unix::fs::MetadataExt as _;
        let stream = format!("{}:{}", metadata.dev(), metadata.ino());
        let mut command = world.command(&[]);
        assert!(command.env("JOURNAL_STREAM", stream).stderr(file).status().is_ok());
        world.read("journal").expect("written")
    };
    let messages = run(&document(true, &[("192.0.2.0/24", 0), ("203.0.113.0/24", 0)]));
    assert!(messages.lines().all(|line| line.starts_with('<')), "{messages}");
    assert!(messages.contains("\n<4>Conflict: ") && messages.starts_with("<5>Updating"), "{messages}");
    // A message is one line, even if a name has line breaks.
    let messages = run("{\"loopback-static-routes\": {\"evil\\n<0>panic\": 1}}");
    assert!(messages.starts_with("<3>") && messages.lines().count() == 1, "{messages}");
});

in_namespace!(one_run_at_a_time, |world| {
    converged(world);
    let lock = std::fs::File::open(world.path(LOCK)).expect("there");
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).expect("locked");
    world.document(&[("203.0.113.0/24", 5)]);
    let run = world.run(&["--lock-wait", "0"]).expect(3);
    assert!(run.stderr.contains("another run holds the lock"), "{run:#?}");
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
    // `check` and `status` take no lock.
    world.run(&["check"]).expect(1);
    // A run that was refused the lock waits, and continues when the other one ends.
    let options = ["-e", "trace=flock"];
    let mut command = strace(&world.path("trace"), Threads::Main, &options);
    let waiting =
        command.arg(PROGRAM).arg("--root").arg(world.root()).args(["--lock-wait", "600"]).spawn().expect("runs");
    let trace = || world.read("trace").unwrap_or_default();
    wait::until("the run waits for the lock", || trace().contains("EAGAIN"), trace);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
    drop(lock);
    assert!(waiting.wait_with_output().expect("ends").status.success());
    world.assert_converged();
    assert_eq!(world.routes(), [route("203.0.113.0/24", 128, 5)]);
});

in_namespace!(no_other_user_can_hold_the_lock, |world| {
    use std::os::unix::fs::PermissionsExt as _;
    let lock = world.path(LOCK);
    let modes = || {
        let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o7777;
        (mode(lock.parent().expect("a folder")), mode(&lock))
    };
    converged(world);
    assert_eq!((modes(), std::fs::read(&lock).expect("ours")), ((0o700, 0o600), Vec::new()));
    // Nobody waits for a lock on a folder or file that everybody can open.
    let config = "var/lib/128technology/plugins/loopback-static-routes";
    let open = [FOLDER, &format!("{FOLDER}/route-kni254"), config, &format!("{config}/config.json"), "var/lib", "etc"];
    let held = open.map(|path| {
        let file = std::fs::File::open(world.path(path)).expect("there");
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).expect("locked");
        file
    });
    world.document(&[("203.0.113.0/24", 5)]);
    world.run(&["--lock-wait", "0"]).expect(0);
    drop(held);
    // A file that was restored with another mode is private again.
    std::fs::set_permissions(&lock, std::fs::Permissions::from_mode(0o644)).expect("ours");
    world.apply().expect(0);
    assert_eq!(modes(), (0o700, 0o600));
    // A link in its place is not followed.
    std::fs::remove_file(&lock).expect("ours");
    std::os::unix::fs::symlink(world.path(FOLDER), &lock).expect("linked");
    let run = world.apply().expect(3);
    assert!(run.stderr.contains("it is a symbolic link, which is not followed"), "{run:#?}");
});

in_namespace!(a_document_that_changes_during_a_run_is_applied, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    // strace stops the run as it replaces the file, after it last read the document.
    let options = ["-e", "trace=renameat", "-e", &inject("renameat", Event::Stop, 1)];
    let mut command = strace(&world.path("trace"), Threads::All, &options);
    command.arg(PROGRAM).arg("--root").arg(world.root()).stderr(Stdio::piped());
    let run = command.spawn().expect("strace runs");
    let trace = || world.read("trace").unwrap_or_default();
    wait::until("the run stops", || trace().contains("--- stopped by SIGSTOP ---"), trace);
    assert_eq!(world.routes(), [route("192.0.2.0/24", 128, 5)]);
    world.document(&[("203.0.113.0/24", 5)]);
    // With `-f` each line of the log begins with the id of the process.
    let process = trace().split_whitespace().next().expect("a line").to_owned();
    assert!(Command::new("kill").args(["-CONT", &process]).status().expect("kill runs").success());
    let run = Run::of(run.wait_with_output().expect("ends")).expect(0);
    assert!(run.stderr.contains("The configuration changed during the run; starting over\n"), "{run:#?}");
    assert_eq!(world.routes(), [route("203.0.113.0/24", 128, 5)]);
    assert_eq!(world.file(), Some(part(&["203.0.113.0/24 metric 5"])));
    world.assert_converged();
});
