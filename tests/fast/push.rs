//! Pushes to minions in memory: what is remembered, the order, and what stops a push.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use loopback_static_routes::contract::Verdict;
use loopback_static_routes::push::{Objection, PushError, PushOptions, PushReport, Stop, push};
use loopback_static_routes::salt::{Applied, Minions, SaltError};

use crate::common::Workspace;
use crate::common::published::generate;

const OPTIONS: PushOptions = PushOptions {
    first: 1,
    batch: 2,
    trial: Duration::from_secs(30),
    absence: Duration::from_secs(60),
    wait: Duration::ZERO,
    check: false,
};

/// A minion in memory.
#[derive(Clone, Default)]
struct Minion {
    is_down: bool,
    /// The reason why its state fails.
    failure: Option<&'static str>,
    /// True if it has the document of a later revision.
    is_ahead: bool,
    /// The verdicts that it tells, one for each question. The last one stays.
    verdicts: Vec<Verdict>,
    /// How often its state ran.
    applied: usize,
}

/// The minions of a master in memory.
#[derive(Default)]
struct Fleet {
    minions: BTreeMap<&'static str, Minion>,
    without_key: BTreeSet<&'static str>,
    /// What was asked.
    questions: Vec<String>,
    /// The questions in which the master is away.
    absence: Vec<usize>,
    /// The questions in which the answers of the minions are lost.
    loss: Vec<usize>,
    waited: Duration,
}

impl Fleet {
    fn new(minions: &[&'static str]) -> Self {
        Self { minions: minions.iter().map(|minion| (*minion, Minion::default())).collect(), ..Self::default() }
    }

    fn with(mut self, minion: &str, change: impl FnOnce(&mut Minion)) -> Self {
        change(self.minion(minion));
        self
    }

    fn minion(&mut self, minion: &str) -> &mut Minion {
        self.minions.get_mut(minion).expect("there")
    }

    /// Asks the minions that are up. Fails while the master is away.
    fn ask<'m>(&mut self, question: &str, minions: &[&'m str]) -> Result<Vec<&'m str>, SaltError> {
        let number = self.questions.len();
        self.questions.push(format!("{question} {}", minions.join(" ")));
        if self.absence.contains(&number) {
            return Err(SaltError::NoAnswer { program: "salt".to_owned(), words: "the master is away".to_owned() });
        }
        Ok(minions
            .iter()
            .copied()
            .filter(|minion| self.minions.get(minion).is_some_and(|minion| !minion.is_down))
            .collect())
    }

    fn is_lost(&self) -> bool {
        self.loss.contains(&(self.questions.len() - 1))
    }
}

impl Minions for Fleet {
    fn accepted(&mut self) -> Result<BTreeSet<String>, SaltError> {
        self.ask("keys", &[])?;
        Ok(self.minions.keys().filter(|id| !self.without_key.contains(*id)).map(|id| (*id).to_owned()).collect())
    }

    fn ping(&mut self, minions: &[&str]) -> Result<BTreeSet<String>, SaltError> {
        let up = self.ask("ping", minions)?;
        Ok(if self.is_lost() { BTreeSet::new() } else { up.into_iter().map(str::to_owned).collect() })
    }

    fn apply(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Applied>, SaltError> {
        let mut results = BTreeMap::new();
        for id in self.ask("apply", minions)? {
            let minion = self.minion(id);
            minion.applied += 1;
            let result = match minion.failure {
                Some(reason) => Applied::Failed(reason.to_owned()),
                None if minion.is_ahead => Applied::Lags,
                None => Applied::Done,
            };
            results.insert(id.to_owned(), result);
        }
        Ok(if self.is_lost() { BTreeMap::new() } else { results })
    }

    fn verdicts(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Option<Verdict>>, SaltError> {
        let mut verdicts = BTreeMap::new();
        for id in self.ask("status", minions)? {
            let told = &mut self.minion(id).verdicts;
            let verdict =
                if told.len() > 1 { told.remove(0) } else { told.first().copied().unwrap_or(Verdict::InAgreement) };
            verdicts.insert(id.to_owned(), Some(verdict));
        }
        Ok(verdicts)
    }

    fn summaries(&mut self, _: &[&str]) -> Result<BTreeMap<String, serde_json::Value>, SaltError> {
        unreachable!("a push asks for verdicts")
    }

    fn wait(&mut self, time: Duration) {
        self.waited += time;
    }
}

/// Returns an authority with a router for each of these, whose minions are `<router>1` and so on.
fn authority(routers: &[(&str, usize, u32)]) -> String {
    let routers: Vec<String> = routers
        .iter()
        .map(|(router, nodes, metric)| {
            let nodes: Vec<String> =
                (1..=*nodes).map(|node| format!("{{name: n{node}, asset-id: {router}{node}}}")).collect();
            let nodes = nodes.join(", ");
            format!("{{name: {router}, node: [{nodes}], loopback-static-routes: {{static-route: {{address: 192.0.2.0/24, metric: {metric}}}}}}}")
        })
        .collect();
    format!("authority: {{router: [{}]}}\n", routers.join(", "))
}

fn published(routers: &[(&str, usize, u32)]) -> Workspace {
    let workspace = Workspace::in_memory();
    publish(&workspace, routers);
    workspace
}

fn publish(workspace: &Workspace, routers: &[(&str, usize, u32)]) {
    let run = generate(workspace, &authority(routers), &["--allow-removals"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

fn pushed(workspace: &Workspace, fleet: &mut Fleet) -> PushReport {
    push(&workspace.path("out"), fleet, &OPTIONS).expect("it pushes")
}

fn complete(count: usize) -> PushReport {
    PushReport { due: count, pushed: count, ..PushReport::default() }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn only_minions_without_their_document_are_asked() {
    let workspace = published(&[("a", 2, 1), ("b", 1, 1)]);
    let mut fleet = Fleet::new(&["a1", "a2", "b1"]);
    assert_eq!(pushed(&workspace, &mut fleet), complete(3));
    // The nodes of a router come one after the other.
    let expected = ["keys ", "ping a1 a2 b1", "apply a1", "status a1", "apply b1", "apply a2"];
    assert_eq!(fleet.questions, expected);

    let mut fleet = Fleet::new(&["a1", "a2", "b1"]);
    assert_eq!(pushed(&workspace, &mut fleet), complete(0));
    assert_eq!(fleet.questions, [""; 0]);
    publish(&workspace, &[("a", 2, 1), ("b", 1, 2)]);
    assert_eq!(pushed(&workspace, &mut fleet), complete(1));
    assert_eq!(fleet.questions, ["keys ", "ping b1", "apply b1", "status b1"]);
    // A change that is taken back before the push is none.
    publish(&workspace, &[("a", 2, 9), ("b", 1, 2)]);
    publish(&workspace, &[("a", 2, 1), ("b", 1, 2)]);
    assert_eq!(pushed(&workspace, &mut fleet), complete(0));
}

#[test]
fn a_minion_without_a_result_is_tried_until_its_state_succeeds() {
    let workspace = published(&[("a", 1, 1), ("b", 1, 1), ("c", 1, 1), ("d", 1, 1)]);
    let mut fleet = Fleet::new(&["a1", "b1", "c1", "d1"])
        .with("b1", |minion| minion.is_down = true)
        .with("c1", |minion| minion.failure = Some("no space"));
    fleet.without_key.insert("d1");
    let report = pushed(&workspace, &mut fleet);
    let expected = PushReport {
        due: 4,
        pushed: 1,
        failed: vec![("c1".to_owned(), "no space".to_owned())],
        silent: names(&["b1"]),
        without_key: names(&["d1"]),
        ..PushReport::default()
    };
    assert_eq!(report, expected);
    assert!(!report.is_complete());
    // Later runs remember, whatever is published in between.
    publish(&workspace, &[("a", 1, 2), ("b", 1, 1), ("c", 1, 1), ("d", 1, 1)]);
    let mut fleet = Fleet::new(&["a1", "b1", "c1", "d1"]);
    assert_eq!(pushed(&workspace, &mut fleet), complete(4));
    assert_eq!(pushed(&workspace, &mut fleet), complete(0));
}

#[test]
fn a_router_that_is_removed_loses_its_routes() {
    let workspace = published(&[("a", 1, 1), ("b", 1, 1), ("c", 1, 1)]);
    let mut fleet = Fleet::new(&["a1", "b1", "c1"]);
    assert_eq!(pushed(&workspace, &mut fleet), complete(3));
    publish(&workspace, &[("a", 1, 1)]);
    // The key of c1 was deleted, since the machine is gone.
    let mut fleet = Fleet::new(&["a1", "b1"]);
    assert_eq!(pushed(&workspace, &mut fleet), complete(1));
    assert_eq!(fleet.minion("b1").applied, 1);
    assert_eq!(pushed(&workspace, &mut fleet), complete(0));
}

#[test]
fn a_bad_first_batch_stops_the_push() {
    use Verdict::{Failed, InAgreement, InTrial, Quarantined, Refused};
    let stopped = |objection| Some(Stop { minion: "a1".to_owned(), objection });
    for (verdicts, is_delivered, expected) in [
        (&[InAgreement][..], true, None),
        (&[InTrial, InTrial, InAgreement], true, None),
        (&[InTrial, Quarantined], true, stopped(Objection::Verdict(Quarantined))),
        (&[Refused], true, stopped(Objection::Verdict(Refused))),
        (&[Failed], true, stopped(Objection::Verdict(Failed))),
        (&[InTrial], true, stopped(Objection::NoVerdict(Duration::from_secs(30)))),
        (&[], false, stopped(Objection::NotApplied)),
        (&[Verdict::Drift], true, None),
        (&[Verdict::Postponed], true, None),
        (&[Verdict::Held], true, None),
        (&[Verdict::NoDocument], true, None),
    ] {
        let workspace = published(&[("a", 2, 1), ("b", 1, 1), ("c", 1, 1)]);
        let mut fleet = Fleet::new(&["a1", "a2", "b1", "c1"]).with("a1", |minion| {
            minion.verdicts = verdicts.to_vec();
            minion.failure = (!is_delivered).then_some("no space");
        });
        let report = pushed(&workspace, &mut fleet);
        assert_eq!(report.stop, expected, "{verdicts:?}");
        let is_stopped = expected.is_some();
        assert_eq!(report.untried, if is_stopped { names(&["a2", "b1", "c1"]) } else { Vec::new() }, "{verdicts:?}");
        assert_eq!(fleet.minion("b1").applied, usize::from(!is_stopped), "{verdicts:?}");
        // A correction goes to all.
        publish(&workspace, &[("a", 2, 2), ("b", 1, 2), ("c", 1, 2)]);
        let mut fleet = Fleet::new(&["a1", "a2", "b1", "c1"]);
        assert_eq!(pushed(&workspace, &mut fleet), complete(4), "{verdicts:?}");
    }
}

/// Otherwise it would believe that the routers have its document when it is the newest.
#[test]
fn a_conductor_that_lags_stops_and_remembers_no_delivery() {
    let workspace = published(&[("a", 1, 1), ("b", 1, 1), ("c", 1, 1)]);
    let ahead = |minion: &mut Minion| minion.is_ahead = true;
    let mut fleet = Fleet::new(&["a1", "b1", "c1"]).with("a1", ahead);
    let report = pushed(&workspace, &mut fleet);
    assert_eq!(report.stop, Some(Stop { minion: "a1".to_owned(), objection: Objection::Lags }));
    assert_eq!((report.pushed, report.lagging, report.untried), (0, names(&["a1"]), names(&["b1", "c1"])));
    // In a later batch, each is named.
    let report = pushed(&workspace, &mut Fleet::new(&["a1", "b1", "c1"]).with("c1", ahead));
    assert_eq!((report.pushed, report.lagging, report.stop), (2, names(&["c1"]), None));
    assert_eq!(pushed(&workspace, &mut Fleet::new(&["a1", "b1", "c1"])), complete(1));
}

#[test]
fn a_router_that_is_cut_off_in_its_trial_is_waited_for() {
    let workspace = published(&[("a", 1, 1), ("b", 1, 1)]);
    let mut fleet = Fleet::new(&["a1", "b1"]);
    let options = PushOptions { trial: Duration::ZERO, ..OPTIONS };
    fleet.minion("a1").verdicts = vec![Verdict::InTrial];
    let report = push(&workspace.path("out"), &mut fleet, &options).expect("it pushes");
    assert_eq!(report.stop.expect("stopped").objection, Objection::NoVerdict(Duration::ZERO));
    // It has its document, and the next push is about the others.
    let mut fleet = Fleet::new(&["a1", "b1"]);
    assert_eq!(pushed(&workspace, &mut fleet), complete(1));
    assert_eq!((fleet.minion("a1").applied, fleet.minion("b1").applied), (0, 1));
}

/// Whatever question the restart meets, all documents arrive, and no minion is reported.
#[test]
fn a_restart_of_the_master_loses_nothing() {
    let routers = [("a", 2, 1), ("b", 1, 1), ("c", 1, 1), ("d", 1, 1)];
    let minions = ["a1", "a2", "b1", "c1", "d1"];
    let undisturbed = {
        let mut fleet = Fleet::new(&minions);
        pushed(&published(&routers), &mut fleet);
        fleet.questions.len()
    };
    for length in 1..=4 {
        for start in 0..undisturbed {
            let disturbed: Vec<usize> = (start..start + length).collect();
            let workspace = published(&routers);
            let mut fleet = Fleet { absence: disturbed.clone(), ..Fleet::new(&minions) };
            assert_eq!(pushed(&workspace, &mut fleet), complete(5), "{disturbed:?}: {:?}", fleet.questions);
            // The master was asked, and its connections to the minions broke.
            if length == 1 {
                let workspace = published(&routers);
                let mut fleet = Fleet { loss: disturbed, ..Fleet::new(&minions) };
                assert_eq!(pushed(&workspace, &mut fleet), complete(5), "lost {start}: {:?}", fleet.questions);
            }
        }
    }
    // A master that stays away is an error, and the next push continues.
    let workspace = published(&routers);
    let mut fleet = Fleet { absence: (3..100).collect(), ..Fleet::new(&minions) };
    let error = push(&workspace.path("out"), &mut fleet, &OPTIONS).expect_err("it fails");
    assert_eq!(error.to_string(), "salt gives no answer: the master is away; the next push continues from here");
    assert_eq!(fleet.waited, OPTIONS.absence);
    let mut fleet = Fleet::new(&minions);
    assert_eq!(pushed(&workspace, &mut fleet).pushed, 4);
}

#[test]
fn a_check_asks_nobody() {
    let workspace = published(&[("a", 1, 1), ("b", 1, 1)]);
    let before = workspace.tree("out");
    let mut fleet = Fleet::new(&["a1"]);
    let options = PushOptions { check: true, ..OPTIONS };
    let report = push(&workspace.path("out"), &mut fleet, &options).expect("it checks");
    assert_eq!((report.untried, report.without_key, report.pushed), (names(&["a1"]), names(&["b1"]), 0));
    assert_eq!(fleet.questions, ["keys "]);
    assert_eq!(workspace.tree("out"), before);
}

#[test]
fn a_damaged_record_means_that_all_are_due() {
    for damage in ["", "{", "{\"format-version\": 2, \"minions\": {}}", "{\"format-version\": 1, \"minions\": []}"] {
        let workspace = published(&[("a", 1, 1)]);
        assert_eq!(pushed(&workspace, &mut Fleet::new(&["a1"])), complete(1));
        workspace.write("out/.pushed.json", damage);
        let expected = PushReport { is_record_lost: true, ..complete(1) };
        assert_eq!(pushed(&workspace, &mut Fleet::new(&["a1"])), expected, "{damage}");
        assert_eq!(pushed(&workspace, &mut Fleet::new(&["a1"])), complete(0), "{damage}");
    }
}

#[test]
fn a_push_without_a_published_folder_is_an_error() {
    let workspace = Workspace::new();
    for folder in ["missing", "."] {
        let error = push(&workspace.path(folder), &mut Fleet::default(), &OPTIONS).expect_err("it fails");
        assert!(matches!(error, PushError::NothingPublished(_)), "{error}");
    }
}

/// Published documents are pushed by one program at a time.
#[test]
fn a_second_push_waits_for_the_first() {
    struct Nested<'w>(&'w Workspace, Fleet);
    impl Minions for Nested<'_> {
        fn accepted(&mut self) -> Result<BTreeSet<String>, SaltError> {
            let error = push(&self.0.path("out"), &mut Fleet::new(&["a1"]), &OPTIONS).expect_err("it is locked");
            assert!(matches!(error, PushError::Busy(_)), "{error}");
            self.1.accepted()
        }

        fn ping(&mut self, minions: &[&str]) -> Result<BTreeSet<String>, SaltError> {
            self.1.ping(minions)
        }

        fn apply(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Applied>, SaltError> {
            self.1.apply(minions)
        }

        fn verdicts(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Option<Verdict>>, SaltError> {
            self.1.verdicts(minions)
        }

        fn summaries(&mut self, minions: &[&str]) -> Result<BTreeMap<String, serde_json::Value>, SaltError> {
            self.1.summaries(minions)
        }

        fn wait(&mut self, _time: Duration) {}
    }
    let workspace = published(&[("a", 1, 1)]);
    let mut outer = Nested(&workspace, Fleet::new(&["a1"]));
    assert_eq!(push(&workspace.path("out"), &mut outer, &OPTIONS).expect("it pushes"), complete(1));
}

/// Otherwise it would remember the document from before the wait, and push again.
#[test]
fn a_push_that_waits_reads_what_was_published_meanwhile() {
    let workspace = published(&[("a", 1, 1)]);
    let lock = std::fs::File::create(workspace.path("out/.push.lock")).expect("it is created");
    lock.lock().expect("it locks");
    let options = PushOptions { wait: Duration::from_secs(600), ..OPTIONS };
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| push(&workspace.path("out"), &mut Fleet::new(&["a1"]), &options));
        while descriptors_of(&workspace.path("out/.push.lock")) < 2 {
            std::thread::yield_now();
        }
        publish(&workspace, &[("a", 1, 2)]);
        lock.unlock().expect("it unlocks");
        assert_eq!(waiting.join().expect("no panic").expect("it pushes"), complete(1));
    });
    assert_eq!(pushed(&workspace, &mut Fleet::new(&["a1"])), complete(0));
}

#[test]
fn the_lock_is_private() {
    let workspace = published(&[("a", 1, 1)]);
    let lock = workspace.path("out/.push.lock");
    std::fs::write(&lock, "").expect("writable");
    std::fs::set_permissions(&lock, Permissions::from_mode(0o644)).expect("it is ours");
    pushed(&workspace, &mut Fleet::new(&["a1"]));
    assert_eq!(lock.metadata().expect("it exists").mode() & 0o777, 0o600);
}

/// The number of descriptors of this process for a file.
fn descriptors_of(path: &Path) -> usize {
    let open = std::fs::read_dir("/proc/self/fd").expect("procfs");
    open.filter(|entry| entry.as_ref().is_ok_and(|entry| std::fs::read_link(entry.path()).is_ok_and(|to| to == path)))
        .count()
}
