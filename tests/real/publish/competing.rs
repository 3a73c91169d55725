//! Two commits whose runs compete for the folder. Each run is killed at a random system call, or
//! not at all.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rustix::fs::{FlockOperation, flock};

use crate::common::{LOCK, PROGRAM, Run, Workspace, sample};
use crate::strace::{Event, Threads, inject, strace};

/// The number of rounds; the long lane has ten times as many.
const ROUNDS: u32 = 20;

/// The calls at which a run is killed: those by which it waits, reads and writes.
const CALLS: &[&str] =
    &["flock", "openat", "openat2", "mkdirat", "fchmod", "write", "fsync", "renameat", "unlinkat", "close"];

/// A call and its number, from 1.
type Kill = Option<(&'static str, usize)>;

/// A round: three configurations, of which the first is published, and the ends of two runs.
#[derive(Clone, Debug)]
struct Round {
    configurations: [String; 3],
    kills: [Kill; 2],
    /// True if the runs wait for the lock until the last commit.
    held: bool,
}

fn kill() -> impl Strategy<Value = Kill> {
    prop::option::weighted(0.75, (prop::sample::select(CALLS), 1_usize..24))
}

fn round() -> impl Strategy<Value = Round> {
    let configurations = prop::array::uniform3(configuration());
    (configurations, prop::array::uniform2(kill()), any::<bool>()).prop_map(|(configurations, kills, held)| Round {
        configurations,
        kills,
        held,
    })
}

/// Returns a configuration of up to four routers, with services.
fn configuration() -> impl Strategy<Value = String> {
    let block = prop_oneof![
        Just("{enabled: false}".to_owned()),
        (1..9_u32).prop_map(|metric| format!("{{learn-from-services: true, metric: {metric}}}")),
        (1..9_u32, 1..250_u32).prop_map(|(metric, host)| {
            format!("{{metric: {metric}, static-route: [{{address: 192.0.2.{host}}}, {{address: 198.51.100.0/24}}]}}")
        }),
    ];
    let routers = prop::collection::btree_map(0..4_u32, block, 1..=4);
    (routers, 1..200_u32).prop_map(|(routers, host)| {
        let router = |(name, block): (&u32, &String)| {
            format!("  - {{name: r{name}, node: [{{name: n, asset-id: m{name}}}], loopback-static-routes: {block}}}\n")
        };
        let routers: String = routers.iter().map(router).collect();
        format!("router:\n{routers}service:\n  - {{name: s, address: 203.0.113.{host}, access-policy: [{{source: _internal_}}]}}\n")
    })
}

/// Commits a configuration, as an atomic replacement of the file.
fn commit(workspace: &Workspace, configuration: &str) {
    workspace.write("new.yaml", configuration);
    fs::rename(workspace.path("new.yaml"), workspace.path("authority.yaml")).expect("renames");
}

const GENERATE: [&str; 7] = ["generate", "authority.yaml", "--out", "out", "--allow-removals", "--wait", "600"];

/// Starts a run that is killed at a call.
fn start(workspace: &Workspace, kill: Kill) -> Child {
    let mut command = match kill {
        Some((call, position)) => {
            let options = ["-e", &format!("trace={call}"), "-e", &inject(call, Event::Kill, position)];
            let mut command = strace("/dev/null".as_ref(), Threads::All, &options);
            command.arg(PROGRAM).args(GENERATE);
            command
        }
        None => workspace.command(&GENERATE),
    };
    let command = command.current_dir(workspace.path("")).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("runs")
}

/// Waits until a run waits for the lock, or ends.
fn wait_for_message(run: &mut Child) {
    let mut line = String::new();
    BufReader::with_capacity(1, run.stderr.as_mut().expect("piped")).read_line(&mut line).expect("text");
    assert!(line.is_empty() || line.contains("waiting for it"), "{line}");
}

/// Returns the exit code of a run, or `None` if it was killed.
fn ended(run: Child) -> Option<i32> {
    let output = run.wait_with_output().expect("ends");
    let code = output.status.code();
    assert!(matches!(code, None | Some(0)), "{code:?}: {}", String::from_utf8_lossy(&output.stderr));
    code
}

/// Returns the published files: those that are not hidden.
fn published(workspace: &Workspace) -> Vec<(String, String)> {
    let is_hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
    workspace.tree("out").into_iter().filter(|(path, _)| !is_hidden(path)).collect()
}

/// Plays a round. Returns the number of runs that were killed.
fn play(round: &Round) -> usize {
    let workspace = Workspace::on_disk();
    let [old, older, newest] = &round.configurations;
    let run = |out: &str| {
        let run = workspace.run(&["generate", "authority.yaml", "--out", out, "--allow-removals", "-q"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    };
    commit(&workspace, newest);
    run("expected");
    let expected = workspace.tree("expected");
    commit(&workspace, old);
    run("out");

    let lock = round.held.then(|| {
        let lock = File::open(workspace.path("out").join(LOCK)).expect("there");
        flock(&lock, FlockOperation::LockExclusive).expect("locks");
        lock
    });
    commit(&workspace, older);
    let mut first = start(&workspace, round.kills[0]);
    if round.held {
        wait_for_message(&mut first);
    }
    commit(&workspace, newest);
    let mut second = start(&workspace, round.kills[1]);
    if round.held {
        wait_for_message(&mut second);
    }
    drop(lock);
    let ends = [ended(first), ended(second)];

    // The second run began after the last commit, and so did both if the lock was held.
    if ends[1] == Some(0) || round.held && ends[0] == Some(0) {
        let expected: Vec<_> = expected.clone().into_iter().collect();
        assert_eq!(published(&workspace), expected, "a run succeeded, and an older configuration is published");
    }
    run("out");
    assert_eq!(workspace.tree("out"), expected, "the next run did not publish the newest configuration");
    let check = Run::of(workspace.command(&[&GENERATE[..], &["--check"]].concat()).output().expect("runs"));
    assert_eq!(check.code, 0, "{}", check.stderr);
    ends.iter().filter(|end| end.is_none()).count()
}

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn the_newest_of_two_commits_is_published_whatever_is_killed() {
    let config = Config { max_shrink_iters: 0, ..sample::config(ROUNDS) };
    let rounds = config.cases as usize;
    let killed = AtomicUsize::new(0);
    let played = TestRunner::new(config).run(&round(), |round| {
        killed.fetch_add(play(&round), Ordering::Relaxed);
        Ok(())
    });
    played.unwrap_or_else(|failure| panic!("{failure}"));
    let killed = killed.into_inner();
    assert!(killed >= rounds / 2, "only {killed} runs were killed in {rounds} rounds");
    sample::record("competing runs of `generate` killed at random, rounds", rounds);
}
