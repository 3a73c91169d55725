//! A run is killed, or a system call of it fails, at any call that writes. The route file is the
//! old one or the new one, and the next run converges. strace interrupts the real program on a real
//! kernel.

use std::process::Stdio;

use super::world::{PROGRAM, World, in_namespace, is_root};
use crate::common::router::{FOLDER, document, part};
use crate::common::sample;
use crate::strace::{self, Event, Threads};

/// Every call by which the program changes files or the kernel. `openat` creates files.
const WRITING: &[&str] =
    &["openat", "write", "fchmod", "fchown", "fsetxattr", "fsync", "mkdirat", "renameat", "unlinkat", "sendto"];

/// Calls that fail if the disk does.
const OF_FILES: &[&str] = &[
    "openat",
    "openat2",
    "read",
    "write",
    "fstat",
    "fgetxattr",
    "fchmod",
    "fchown",
    "fsetxattr",
    "fsync",
    "mkdirat",
    "renameat",
    "unlinkat",
    "flock",
];

/// Calls that read or change routes.
const OF_ROUTES: &[&str] = &["socket", "bind", "connect", "ioctl", "sendto", "recvfrom"];

/// A change from one state of a router to another.
struct Change {
    name: &'static str,
    file: Option<String>,
    backup: Option<String>,
    /// Arguments of `ip route append`.
    routes: &'static [&'static str],
    document: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    file: Option<String>,
    backup: Option<String>,
    routes: Vec<String>,
}

const BEFORE: &[&str] = &[
    "192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5",
    "203.0.113.0/24 via 169.254.127.126 dev kni254 proto 128 metric 5",
    "10.1.0.0/16 via 169.254.127.126 dev kni254",
    "10.2.0.0/16 via 169.254.127.126 dev kni254 proto static",
];

/// Routes of ours beside copies: of NetworkManager, and of a line above the marker. And a route of
/// the network scripts.
const COPIES: &[&str] = &[
    "203.0.113.0/24 via 169.254.127.126 dev kni254 proto 128 metric 5",
    "203.0.113.0/24 via 169.254.127.126 dev kni254 proto static metric 5",
    "10.9.0.0/16 via 169.254.127.126 dev kni254 metric 7",
    "10.9.0.0/16 via 169.254.127.126 dev kni254 proto 128 metric 7",
    "10.8.0.0/16 via 169.254.127.126 dev kni254 proto 128 metric 7",
    "192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5",
];

fn changes() -> Vec<Change> {
    let on = document(true, &[("192.0.2.0/24", 9), ("203.0.113.0/24", 5), ("198.51.100.0/24", 0)]);
    let off = document(false, &[]);
    let installed = part(&["10.1.0.0/16", "192.0.2.0/24 metric 5", "203.0.113.0/24 metric 5"]);
    let foreign =
        "# by hand\n10.1.0.0/16 via 169.254.127.126 dev kni254\n192.0.2.0/24 via 169.254.127.126 metric 5\n".to_owned();
    let change = |name, file: Option<&str>, backup: Option<&str>, document: &str| Change {
        name,
        file: file.map(str::to_owned),
        backup: backup.map(str::to_owned),
        routes: BEFORE,
        document: document.to_owned(),
    };
    let headed = format!("# head\n{installed}");
    let lines = "10.9.0.0/16 via 169.254.127.126 metric 7\n10.8.0.0/16 via 169.254.127.126 metric 7\n";
    let beside_copies =
        ["10.8.0.0/16 metric 7", "10.9.0.0/16 metric 7", "192.0.2.0/24 metric 5", "203.0.113.0/24 metric 5"];
    let beside_copies = format!("{lines}{}", part(&beside_copies));
    let none = document(true, &[]);
    vec![
        Change { routes: &[], ..change("first install", None, None, &on) },
        change("update below a head", Some(&headed), None, &on),
        change("takeover", Some(&foreign), None, &on),
        change("off", Some(&installed), None, &off),
        change("off below a head", Some(&headed), None, &off),
        change("off with a backup", Some(&format!("# by hand\n{installed}")), Some(&foreign), &off),
        change("off with a backup and another head", Some(&headed), Some(&foreign), &off),
        Change { routes: COPIES, ..change("no route beside copies", Some(&beside_copies), None, &none) },
        Change { routes: COPIES, ..change("off beside copies", Some(&beside_copies), Some(&foreign), &off) },
    ]
}

impl Change {
    fn prepare(&self, world: &World) {
        let folder = world.path(FOLDER);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("made");
        for (name, text) in [("route-kni254", &self.file), ("route-kni254.before-loopback-static-routes", &self.backup)]
        {
            if let Some(text) = text {
                let path = folder.join(name);
                std::fs::write(&path, text).expect("written");
                if is_root() {
                    // So owner and label have to be set too.
                    std::os::unix::fs::chown(&path, Some(12), Some(34)).expect("root may");
                    let flags = rustix::fs::XattrFlags::empty();
                    rustix::fs::setxattr(&path, "security.selinux", b"a:b:c\0", flags).expect("root may");
                }
            }
        }
        world.put_document(&self.document);
        world.ip("route flush dev kni254 scope global");
        for route in self.routes {
            world.ip(&format!("route append {route}"));
        }
    }

    fn state(world: &World) -> State {
        State { file: world.file(), backup: world.backup(), routes: world.routes() }
    }

    /// Returns the old state, and the new one after an undisturbed run.
    fn states(&self, world: &World) -> (State, State) {
        self.prepare(world);
        let old = Self::state(world);
        world.converge();
        (old, Self::state(world))
    }

    /// Applies under strace. Returns the exit code; `None` if it was killed.
    fn traced(&self, world: &World, options: &[&str]) -> Option<i32> {
        self.prepare(world);
        let status = strace::strace(&world.path("trace"), Threads::Main, options)
            .arg(PROGRAM)
            .arg("--root")
            .arg(world.root())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stderr(Stdio::null())
            .status()
            .expect("strace runs");
        status.code()
    }

    /// Returns the number of positions of a call, and those to try, from 1.
    fn positions(&self, world: &World, call: &str, context: &str) -> (usize, impl Iterator<Item = usize> + use<>) {
        let options = strace::logging(call);
        assert_eq!(self.traced(world, &options.each_ref().map(String::as_str)), Some(0), "{call}");
        let count = strace::count(&world.read("trace").expect("traced"), call, Threads::Main);
        (count, sample::positions(count, &format!("{} {call} {context}", self.name)))
    }

    fn assert_next_run_converges(world: &World, new: &State, context: &str) {
        let run = world.apply();
        assert_eq!(run.code, Some(0), "{context}: the next run: {run:#?}");
        assert_eq!(&Self::state(world), new, "{context}: the next run");
        let expected = usize::from(new.file.is_some()) + usize::from(new.backup.is_some());
        assert_eq!(world.names().len(), expected, "{context}: {:?}", world.names());
        let check = world.run(&["check"]);
        assert_eq!((check.code, check.stdout.as_str()), (Some(0), "nothing to do\n"), "{context}");
    }
}

in_namespace!(a_run_killed_at_any_call_that_writes_leaves_a_whole_file, |world| {
    world.add_interface();
    for change in changes() {
        let (old, new) = change.states(world);
        let mut positions = 0;
        for call in WRITING {
            let (count, sample) = change.positions(world, call, "killed");
            for position in sample {
                let context = format!("{}: killed at {call} {position}", change.name);
                let code = change.traced(world, &["-e", &strace::inject(call, Event::Kill, position)]);
                assert_eq!(code, None, "{context}: it was not killed");
                let now = world.file();
                assert!(now == old.file || now == new.file, "{context}: {now:?}");
                Change::assert_next_run_converges(world, &new, &context);
            }
            positions += count;
        }
        assert!(positions > 12, "{}: only {positions} positions", change.name);
        sample::record("the router's program killed at a system call, positions", positions);
    }
});

/// Makes positions of each call return this error. Returns the numbers of positions and of failed
/// runs.
fn refused(world: &World, calls: &[&str], error: &str) -> (usize, usize) {
    world.add_interface();
    let (mut tried, mut failed) = (0, 0);
    for change in changes() {
        let (old, new) = change.states(world);
        for call in calls {
            for position in change.positions(world, call, error).1 {
                let context = format!("{}: {error} at {call} {position}", change.name);
                let code = change.traced(world, &["-e", &strace::inject(call, Event::Error(error), position)]);
                let now = Change::state(world);
                tried += 1;
                match code {
                    // The failure did not matter, or the call was repeated.
                    Some(0) => assert_eq!(now, new, "{context}: reported success"),
                    Some(3) => {
                        failed += 1;
                        // The backup may already hold the new file.
                        let begun = State { backup: new.file.clone(), ..old.clone() };
                        // The kernel may be corrected without the file.
                        let is_corrected = new.routes.iter().all(|route| now.routes.contains(route));
                        let corrected =
                            |state: &State| is_corrected && (&now.file, &now.backup) == (&state.file, &state.backup);
                        // A route beside a copy is deleted after the file is replaced.
                        let whole = now == old || corrected(&new) || corrected(&old) || corrected(&begun);
                        assert!(whole, "{context}: {now:#?}\nneither {old:#?}\nnor {new:#?}");
                    }
                    // The program was not loaded.
                    Some(127) => assert_eq!(now, old, "{context}"),
                    other => panic!("{context}: {other:?}"),
                }
                Change::assert_next_run_converges(world, &new, &context);
            }
        }
    }
    sample::record(&format!("the router's program refused with {error} at a system call, positions"), tried);
    (tried, failed)
}

in_namespace!(dumps_are_filtered_and_requests_go_in_batches, |world| {
    world.add_interface();
    let prefixes: Vec<String> = (0..1_000).map(|n| format!("10.{}.{}.0/24", n / 256, n % 256)).collect();
    let document = document(true, &prefixes.iter().map(|prefix| (prefix.as_str(), 5)).collect::<Vec<_>>());
    let change = Change { name: "many", file: None, backup: None, routes: &[], document };
    assert_eq!(change.traced(world, &["-e", "trace=sendto,recvfrom", "-e", "signal=none"]), Some(0));
    assert_eq!(world.routes().len(), 1_000);
    let trace = world.read("trace").expect("traced");
    let sent = trace.lines().filter(|line| line.starts_with("sendto(")).count();
    assert!(sent < 20, "{sent} sends");
    // Added routes have a metric. The link's own route, which the whole table includes, has none.
    let of_kni254 =
        |line: &&str| line.starts_with("recvfrom(") && line.contains("RTM_NEWROUTE") && line.contains("RTA_PRIORITY");
    assert!(trace.lines().filter(of_kni254).all(|line| line.contains("NLM_F_DUMP_FILTERED")), "{trace:.2000}");
    assert!(trace.lines().filter(of_kni254).count() > 0);
});

in_namespace!(files_are_flushed_before_the_kernel_changes, |world| {
    world.add_interface();
    for change in changes() {
        let calls = "trace=fsync,renameat,unlinkat,sendto,openat";
        assert_eq!(change.traced(world, &["-y", "-e", calls, "-e", "signal=none"]), Some(0), "{}", change.name);
        let trace = world.read("trace").expect("traced");
        let calls: Vec<&str> = trace.lines().collect();
        let nth = |what: &str, words: &[&str]| {
            let position = calls.iter().position(|call| words.iter().all(|word| call.contains(word)));
            position.unwrap_or_else(|| panic!("{}: no {what} in\n{trace}", change.name))
        };
        let folder_flushed =
            calls.iter().rposition(|call| call.starts_with("fsync(") && call.contains("network-scripts>"));
        if trace.contains(".route-kni254.new\", O_WRONLY") {
            let written = nth("new file's flush", &["fsync(", ".route-kni254.new>"]);
            let first_change = nth(
                "change of the kernel",
                &["sendto(", "RTM_NEWROUTE"].map(|word| {
                    // The run that turns the plugin off below a head only deletes routes.
                    if word == "RTM_NEWROUTE" && !trace.contains("RTM_NEWROUTE") { "RTM_DELROUTE" } else { word }
                }),
            );
            let renamed = nth("rename", &["renameat(", ".route-kni254.new"]);
            assert!(written < first_change && first_change < renamed, "{}:\n{trace}", change.name);
        }
        let is_backup =
            |call: &&str| call.starts_with("renameat(") && call.contains(".before-loopback-static-routes.new");
        if let Some(named) = calls.iter().position(is_backup) {
            let written = nth("backup's flush", &["fsync(", ".before-loopback-static-routes.new>"]);
            let flushed = calls[named..].iter().position(|call| call.starts_with("fsync(")).expect("flushed");
            let renamed = calls[named + 1..].iter().position(|call| call.starts_with("renameat(")).expect("renamed");
            assert!(written < named && flushed <= renamed, "{}: the backup is not flushed:\n{trace}", change.name);
        }
        let last = calls.iter().rposition(|call| {
            call.starts_with("renameat(") || call.starts_with("unlinkat(") && call.contains("\"route-kni254\"")
        });
        assert!(last < folder_flushed && last.is_some(), "{}: the folder is not flushed:\n{trace}", change.name);
    }
});

in_namespace!(a_full_disk_leaves_old_or_new_state, |world| {
    let (tried, failed) = refused(world, &["openat", "write", "fsetxattr", "fsync", "renameat"], "ENOSPC");
    assert!(failed > 20, "{failed} of {tried}");
});

in_namespace!(a_read_only_disk_leaves_old_or_new_state, |world| {
    let (tried, failed) = refused(world, &["openat", "fchmod", "fchown", "renameat", "unlinkat"], "EROFS");
    assert!(failed > 20, "{failed} of {tried}");
});

in_namespace!(a_failing_disk_leaves_old_or_new_state, |world| {
    let (tried, failed) = refused(world, OF_FILES, "EIO");
    assert!(failed > 40, "{failed} of {tried}");
});

in_namespace!(a_kernel_that_does_not_answer_leaves_old_or_new_state, |world| {
    let (tried, failed) = refused(world, OF_ROUTES, "EIO");
    assert!(failed > 30, "{failed} of {tried}");
});

in_namespace!(lost_answers_are_asked_for_again, |world| {
    // ENOBUFS: the socket's buffer overflowed. The table shows which requests were carried out.
    let (tried, failed) = refused(world, &["recvfrom"], "ENOBUFS");
    assert!(tried > 30 && failed * 2 < tried, "{failed} of {tried} gave up");
});

in_namespace!(kernels_without_openat2_or_socket_options_are_supported, |world| {
    world.add_interface();
    // openat2 came with Linux 5.6; EL7 has 3.10.
    for change in changes() {
        let (_, new) = change.states(world);
        let code = change.traced(world, &["-e", "inject=openat2:error=ENOSYS"]);
        assert_eq!((code, Change::state(world)), (Some(0), new), "{}", change.name);
    }
    // Nor does it filter dumps, or know the socket's options.
    for change in changes() {
        let (_, new) = change.states(world);
        let code = change.traced(world, &["-e", "inject=setsockopt:error=ENOPROTOOPT:when=2+"]);
        assert_eq!((code, Change::state(world)), (Some(0), new), "{}", change.name);
    }
});
