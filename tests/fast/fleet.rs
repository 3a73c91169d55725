//! The comparison of what the routers have with what was published.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use loopback_static_routes::contract::Verdict;
use loopback_static_routes::fleet::{MinionReport, MinionState, ask, compare, expected};
use loopback_static_routes::salt::{Applied, Minions, SaltError};
use serde_json::{Value, json};

use crate::common::html::{between, check_page, data};
use crate::common::published::published;
use crate::common::{Run, Workspace};

/// Returns the digest of a published route file.
fn digest(workspace: &Workspace, node: &str) -> String {
    let manifest: Value = serde_json::from_str(&workspace.read("out/manifest.json")).expect("JSON");
    let file = format!("routers/{node}/route-kni254");
    manifest["artefacts"][file]["sha256"].as_str().expect("a digest").to_owned()
}

/// Returns the summary of a router that has the published document.
fn summary(workspace: &Workspace, router: &str, node: &str) -> Value {
    let digest = digest(workspace, &format!("{router}/{node}"));
    json!({"format-version": 1, "verdict": "in-agreement", "router": router, "node": node, "digest": digest,
        "returns": 0, "desired": 1, "drift": {}, "held": []})
}

/// Returns the answers of all minions, which are up to date.
fn good(workspace: &Workspace) -> BTreeMap<String, Value> {
    let minions = [("r1.n1", "r1", "n1"), ("r1.n2", "r1", "n2"), ("r2", "r2", "n1")];
    minions.map(|(minion, router, node)| (minion.to_owned(), summary(workspace, router, node))).into()
}

fn with(mut value: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("an object") };
    value.as_object_mut().expect("an object").extend(changes);
    value
}

fn fleet(workspace: &Workspace, answers: &BTreeMap<String, Value>, options: &[&str]) -> Run {
    workspace.write("answers.json", &serde_json::to_string(answers).expect("JSON"));
    workspace.run(&[&["fleet", "--out", "out", "--from", "answers.json"], options].concat())
}

#[test]
fn a_fleet_that_is_up_to_date_is_no_finding() {
    let workspace = published();
    let run = fleet(&workspace, &good(&workspace), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "3 of 3 minions are up to date\n"), "{}", run.stderr);
    // Salt prints each minion for itself, and the result of the command as text.
    let lines = good(&workspace).into_iter().map(|(minion, told)| {
        let answer = json!({"pid": 1, "retcode": 0, "stdout": told.to_string(), "stderr": ""});
        format!("{}\n", json!({minion: answer}))
    });
    workspace.write("lines.json", &lines.collect::<String>());
    let lines = std::fs::File::open(workspace.path("lines.json")).expect("there");
    let mut command = workspace.command(&["fleet", "--out", "out", "--from", "-"]);
    let run = Run::of(command.stdin(lines).output().expect("it runs"));
    assert_eq!((run.code, run.stdout.as_str()), (0, "3 of 3 minions are up to date\n"), "{}", run.stderr);
}

#[test]
fn each_minion_that_is_not_up_to_date_is_named_with_the_reason() {
    let workspace = published();
    let all = good(&workspace);
    let held = json!([{"prefix": "192.0.2.1/32", "metric": 0, "interface": "eth0", "protocol": "boot"}]);
    let first = json!([{"prefix": "192.0.2.1/32", "metric": 5, "drift": "not-in-kernel"}]);
    let published = &digest(&workspace, "r2/n1")[..12];
    for (answer, expected) in [
        (
            with(all["r2"].clone(), json!({"digest": "0123456789abcdef"})),
            &*format!("another document on 1 minion:\n  r2: 0123456789ab instead of {published}\n"),
        ),
        (
            with(all["r2"].clone(), json!({"digest": null})),
            "another document on 1 minion:\n  r2: the plugin is off in it\n",
        ),
        (
            with(all["r2"].clone(), json!({"router": "r3"})),
            "another document on 1 minion:\n  r2: the document of r3/n1\n",
        ),
        (json!({"verdict": "no-document"}), "another document on 1 minion:\n  r2: no document\n"),
        (
            with(
                all["r2"].clone(),
                json!({"verdict": "drift", "drift": {"not-in-kernel": 3, "wrong-form": 1}, "first": first}),
            ),
            "drift on 1 minion:\n  r2: 3 not-in-kernel, 1 wrong-form (192.0.2.1/32 metric 5 not-in-kernel)\n",
        ),
        (
            with(all["r2"].clone(), json!({"verdict": "drift", "drift": {"held": 1}, "held": held})),
            "conflict with routes of other programs on 1 minion:\n  \
             r2: 192.0.2.1/32 metric 0 held by eth0 (protocol boot)\n",
        ),
        (
            with(all["r2"].clone(), json!({"verdict": "drift", "drift": {"waiting": 2}})),
            "waiting: 1 minion:\n  r2: until kni254 is up\n",
        ),
        (with(all["r2"].clone(), json!({"verdict": "in-trial"})), "waiting: 1 minion:\n  r2: in-trial\n"),
        (with(all["r2"].clone(), json!({"units-off": 1})), "units are not active and enabled on 1 minion:\n  r2\n"),
        (with(all["r2"].clone(), json!({"verdict": "held"})), "held by an operator: 1 minion:\n  r2\n"),
        (
            with(all["r2"].clone(), json!({"verdict": "quarantined", "returns": 2})),
            "the new routes were reverted on 1 minion:\n  r2: its document came back 2 times after another one\n",
        ),
        (
            json!({"verdict": "refused", "error": "invalid\u{1b}[2J\nprefix"}),
            "bad document on 1 minion:\n  r2: invalid\\u{1b}[2J prefix\n",
        ),
        (json!("VALUE_TRIMMED"), "bad answer from 1 minion:\n  r2: Salt left out the answer, as it is too long\n"),
        (json!(false), "no answer from 1 minion:\n  r2\n"),
    ] {
        let mut answers = all.clone();
        answers.insert("r2".to_owned(), answer);
        let run = fleet(&workspace, &answers, &[]);
        assert_eq!(run.stdout, format!("2 of 3 minions are up to date\n{expected}"), "{}", run.stderr);
        assert_eq!(run.code, 1);
    }
}

/// Two conductors with different configurations deliver in turn. At the moment, all is well.
#[test]
fn a_document_that_comes_back_is_reported() {
    let workspace = published();
    let mut answers = good(&workspace);
    answers.insert("r2".to_owned(), with(answers["r2"].clone(), json!({"returns": 1})));
    let run = fleet(&workspace, &answers, &[]);
    let expected = "3 of 3 minions are up to date\nup to date for now: 1 minion:\n  \
                    r2: its document came back 1 time after another one\n";
    assert_eq!((run.code, run.stdout.as_str()), (0, expected));
    let metrics = fleet(&workspace, &answers, &["--format", "openmetrics"]).stdout;
    assert!(metrics.contains("loopback_static_routes_fleet_returns{minion=\"r2\"} 1\n"), "{metrics}");
}

#[test]
fn a_minion_that_was_pushed_to_and_lacks_the_document_is_found() {
    let workspace = published();
    let manifest: Value = serde_json::from_str(&workspace.read("out/manifest.json")).expect("JSON");
    let document = &manifest["artefacts"]["pillar/loopback_static_routes/r2.sls"]["sha256"];
    workspace.write("out/.pushed.json", &json!({"format-version": 1, "minions": {"r2": document}}).to_string());
    let mut answers = good(&workspace);
    answers.insert("r2".to_owned(), json!({"verdict": "no-document"}));
    let run = fleet(&workspace, &answers, &[]);
    let expected = "another document on 1 minion:\n  r2: no document, but the published one was pushed\n";
    assert!(run.stdout.ends_with(expected), "{}", run.stdout);
    let json: Value = serde_json::from_str(&fleet(&workspace, &answers, &["--format", "json"]).stdout).expect("JSON");
    assert_eq!(json["states"]["another-document"], 1);
    let pushed = |minion: usize| &json["minions"][minion]["pushed"];
    assert_eq!((pushed(0), pushed(2)), (&json!(false), &json!(true)));
    assert_eq!(json["minions"][2]["status"]["verdict"], "no-document");
}

/// An answer is the output of a machine that may be anything.
#[test]
fn no_answer_ends_the_comparison() {
    let workspace = published();
    for answer in [
        json!({"stdout": {"a": 1}, "retcode": "x"}),
        json!({"verdict": 5}),
        json!({"verdict": "drift", "drift": {"held": -1}}),
        json!({"verdict": "drift", "returns": 1e300}),
        json!([[[]]]),
        json!("{".repeat(2_000)),
        json!("\u{0}\n{\"verdict\""),
        json!("x".repeat(3_000_000)),
    ] {
        let mut answers = good(&workspace);
        answers.insert("r2".to_owned(), answer.clone());
        for format in ["text", "json", "openmetrics"] {
            let run = fleet(&workspace, &answers, &["--format", format]);
            assert_eq!(run.code, 1, "{}", run.stderr);
            assert!(run.stdout.contains("bad answer from 1 minion") || run.stdout.contains("bad-answer"));
            assert!(run.stdout.len() < 20_000, "{format}: {}", run.stdout.len());
        }
    }
}

#[test]
fn files_without_answers_are_an_error() {
    let workspace = published();
    workspace.write("answers.json", "Salt request timed out.\n");
    let run = workspace.run(&["fleet", "--out", "out", "--from", "answers.json"]);
    assert_eq!(run.code, 3);
    let expected = "cannot read answers.json: the answers are not JSON: there is no object; \
                    expected an object that maps minion ids to answers";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    let run = workspace.run(&["fleet", "--out", "out", "--from", "missing.json"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let run = workspace.run(&["fleet", "--out", "nothing", "--from", "answers.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (3, "error: nothing is published in nothing; run generate first\n"));
}

#[test]
fn ten_thousand_answers_give_a_short_text() {
    let routers: String = (0..10_000)
        .map(|number| {
            let block = "loopback-static-routes: {static-route: [{address: 192.0.2.1}]}";
            format!("  - {{name: r{number}, node: [{{name: n, asset-id: m{number}}}], {block}}}\n")
        })
        .collect();
    let workspace = Workspace::in_memory();
    workspace.write("authority.yaml", &format!("router:\n{routers}"));
    let run = workspace.run(&["generate", "authority.yaml", "--out", "out", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = summary(&workspace, "r0", "n");
    let answers = (0..9_000).map(|number| {
        let changes =
            if number % 3 == 0 { json!({"verdict": "drift", "drift": {"not-in-kernel": 1}}) } else { json!({}) };
        let told = with(with(told.clone(), json!({"router": format!("r{number}")})), changes);
        (format!("m{number}"), json!({"pid": 1, "retcode": 0, "stdout": told.to_string(), "stderr": ""}))
    });
    let run = fleet(&workspace, &answers.collect(), &[]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.starts_with("6000 of 10000 minions are up to date\ndrift on 3000 minions:\n  m0: 1 not-in-kernel\n")
    );
    assert!(run.stdout.contains("\n  and 2980 more\nno answer from 1000 minions:\n  m9000\n"), "{}", run.stdout);
    assert!(run.stdout.len() < 5_000, "{}", run.stdout.len());
}

/// The minions of a master in memory.
struct Twin {
    answers: BTreeMap<String, Value>,
    without_key: BTreeSet<String>,
    questions: Vec<String>,
}

impl Minions for Twin {
    fn accepted(&mut self) -> Result<BTreeSet<String>, SaltError> {
        Ok(self.answers.keys().filter(|minion| !self.without_key.contains(*minion)).cloned().collect())
    }

    fn ping(&mut self, minions: &[&str]) -> Result<BTreeSet<String>, SaltError> {
        self.questions.push(format!("ping {}", minions.join(" ")));
        let is_up = |minion: &&&str| !self.answers[**minion].is_null();
        Ok(minions.iter().filter(is_up).map(|minion| (*minion).to_owned()).collect())
    }

    fn summaries(&mut self, minions: &[&str]) -> Result<BTreeMap<String, Value>, SaltError> {
        self.questions.push(format!("summaries {}", minions.join(" ")));
        Ok(minions.iter().map(|minion| ((*minion).to_owned(), self.answers[*minion].clone())).collect())
    }

    fn apply(&mut self, _: &[&str]) -> Result<BTreeMap<String, Applied>, SaltError> {
        unreachable!("nothing is delivered")
    }

    fn verdicts(&mut self, _: &[&str]) -> Result<BTreeMap<String, Option<Verdict>>, SaltError> {
        unreachable!("the summaries have the verdicts")
    }

    fn wait(&mut self, _: Duration) {
        unreachable!("there is nothing to wait for")
    }
}

#[test]
fn minions_are_asked_once_whether_they_answer() {
    let workspace = published();
    let mut answers = good(&workspace);
    answers.insert("r1.n1".to_owned(), Value::Null);
    answers.insert("gone".to_owned(), with(answers["r2"].clone(), json!({"router": "gone"})));
    let mut twin = Twin { answers, without_key: BTreeSet::from(["r2".to_owned()]), questions: Vec::new() };
    let expected = expected(&workspace.path("out")).expect("published");
    let told = ask(expected.keys().map(String::as_str), &mut twin).expect("Salt answers");
    let report = compare(expected, told);
    let states: Vec<_> =
        report.minions.iter().map(|MinionReport { minion, state, .. }| (minion.as_str(), *state)).collect();
    let wanted = [
        ("gone", MinionState::NotInAuthority),
        ("r1.n1", MinionState::NotAnswering),
        ("r1.n2", MinionState::UpToDate),
        ("r2", MinionState::NotAnswering),
    ];
    assert_eq!(states, wanted);
    assert_eq!(report.minions[3].reason.as_deref(), Some("its key is not accepted"));
    assert_eq!(twin.questions, ["ping gone r1.n1 r1.n2", "summaries gone r1.n2"]);
}

#[test]
fn the_page_has_all_minions_and_loads_nothing() {
    let workspace = published();
    let mut answers = good(&workspace);
    answers.remove("r2");
    answers.insert("</script><b>".to_owned(), summary(&workspace, "r1", "n1"));
    let page = fleet(&workspace, &answers, &["--format", "html"]).stdout;
    check_page(&page);
    assert_eq!(between(&page, "<h1>", "</h1>"), "2 of 4 minions are up to date.");
    let data = data(&page);
    let states: Vec<(&Value, &Value)> = data["minions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|minion| (&minion[0], &data["states"][minion[2].as_u64().expect("an index") as usize]))
        .collect();
    assert!(states.contains(&(&json!("r2"), &json!("not-answering"))), "{states:?}");
    assert!(states.contains(&(&json!("</script><b>"), &json!("not-in-authority"))), "{states:?}");
}
