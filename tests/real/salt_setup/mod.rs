//! Unusual top files, read by a real Salt before and after `salt-setup`: each minion gets what it
//! had, and the entry of the stanza.

mod highstates;
mod interrupted;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use loopback_static_routes::commands::salt_setup::connect_top_file;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common::Workspace;
use crate::common::sample::{config, is_exhaustive};
use crate::common::tops::{Outcome, folder, mutants, tops};
use crate::parts::{part, root};

/// The minions: one without a document, and one with.
const MINIONS: [&str; 2] = ["web1", "router.example.com"];
const DOCUMENT: &str = r#"{"loopback-static-routes": {"router": "r", "routes": []}}"#;
const KEY: &str = "loopback-static-routes";
const SLS: &str = "loopback_static_routes";

/// Salt's verdict about a top file, for one minion.
#[derive(Debug, Deserialize)]
struct Verdict {
    /// The errors about the top file, which keep all minions from their pillar.
    rejected: Vec<String>,
    /// The errors about SLS files.
    errors: Vec<String>,
    sls: BTreeMap<String, Vec<String>>,
    pillar: BTreeMap<String, Value>,
}

type Verdicts = BTreeMap<String, Verdict>;

/// The pillar root and the published folder.
struct Site {
    workspace: Workspace,
    /// The minions to ask about, for each top file.
    tops: BTreeMap<PathBuf, &'static [&'static str]>,
}

impl Site {
    fn new() -> Self {
        let workspace = Workspace::in_memory();
        workspace.write("out/manifest.json", "{}");
        workspace
            .write("out/pillar/loopback_static_routes/router%2Eexample%2Ecom.sls", &format!("#!json\n{DOCUMENT}\n"));
        for entry in std::fs::read_dir(folder().join("pillar")).expect("the SLS files") {
            let path = entry.expect("readable").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            workspace.write(&format!("pillar/{name}"), &std::fs::read_to_string(path).expect("text"));
        }
        let run = workspace.run(&["salt-setup", "--out", "out", "--pillar-root", "pillar"]);
        assert_eq!(run.code, 0, "{run:#?}");
        Self { workspace, tops: BTreeMap::new() }
    }

    /// Adds a top file to the question, and returns its path.
    fn add(&mut self, name: &str, bytes: &[u8], minions: &'static [&'static str]) -> String {
        let path = self.workspace.path(name);
        std::fs::create_dir_all(path.parent().expect("below")).expect("created");
        std::fs::write(&path, bytes).expect("written");
        self.tops.insert(path.clone(), minions);
        path.to_string_lossy().into_owned()
    }

    /// Asks Salt about all top files.
    fn ask(&self) -> BTreeMap<String, Verdicts> {
        let mut salt = Command::new(part("salt").join("bin/python"))
            .arg(root().join("tests/parts/salt/compile_tops.py"))
            .arg(self.workspace.path("pillar"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("python runs");
        let question = json!(self.tops).to_string();
        salt.stdin.take().expect("piped").write_all(question.as_bytes()).expect("Salt reads");
        let output = salt.wait_with_output().expect("Salt ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

/// Returns the SLS files of a minion without that of the stanza.
fn other_files(verdict: &Verdict) -> BTreeMap<&str, Vec<&str>> {
    let environments = verdict.sls.iter().map(|(environment, files)| {
        (environment.as_str(), files.iter().map(String::as_str).filter(|file| *file != SLS).collect::<Vec<_>>())
    });
    environments.filter(|(_, files)| !files.is_empty()).collect()
}

/// Checks that minions get what they had before, and the entry of the stanza.
#[track_caller]
fn assert_only_our_entry(name: &str, before: &Verdicts, after: &Verdicts) {
    for (minion, before) in before {
        let after = &after[minion];
        assert_eq!(after.rejected, Vec::<String>::new(), "{name}, {minion}: {before:#?}");
        assert_eq!(after.errors, before.errors, "{name}, {minion}");
        let has_file =
            |verdict: &Verdict| verdict.sls.get("base").is_some_and(|files| files.iter().any(|file| file == SLS));
        assert!(has_file(after), "{name}, {minion}: {after:#?}");
        if !before.rejected.is_empty() {
            continue; // The environment was empty, which Salt rejects.
        }
        assert_eq!(other_files(after), other_files(before), "{name}, {minion}");
        let mut pillar = after.pillar.clone();
        let ours = pillar.remove(KEY);
        let mut old = before.pillar.clone();
        old.remove(KEY);
        assert_eq!(pillar, old, "{name}, {minion}");
        let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
        let expected = if minion == MINIONS[1] { document[KEY].clone() } else { json!({}) };
        assert_eq!(ours, Some(expected), "{name}, {minion}");
    }
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn each_minion_gets_what_it_had_and_the_entry_of_the_stanza() {
    let mut site = Site::new();
    let mut asked = Vec::new();
    for top in tops() {
        let edited = connect_top_file(&top.bytes).ok().flatten();
        // One minion is enough for the verdict about a file that is refused.
        let minions = if edited.is_some() { &MINIONS[..] } else { &MINIONS[..1] };
        let before = site.add(&format!("before/{}", top.name), &top.bytes, minions);
        assert_eq!(edited.is_some(), top.outcome == Outcome::Edited, "{}", top.name);
        let after = edited.map(|edited| site.add(&format!("after/{}", top.name), edited.as_bytes(), &MINIONS));
        asked.push((top, before, after));
    }
    let verdicts = site.ask();
    let mut edited = 0;
    for (top, before, after) in asked {
        let before = &verdicts[&before];
        let works = before.values().all(|verdict| verdict.rejected.is_empty() && verdict.errors.is_empty());
        assert_eq!(works, top.works, "{}: {before:#?}", top.name);
        if let Some(after) = after {
            edited += 1;
            if top.works {
                assert_only_our_entry(&top.name, before, &verdicts[&after]);
            } else {
                let after =
                    verdicts[&after].values().find(|after| !after.rejected.is_empty() || !after.errors.is_empty());
                assert!(after.is_none(), "{}: {after:#?}", top.name);
            }
        }
    }
    assert!(edited >= 60, "only {edited}");
}

/// Changes the top files that work at random. Salt must read each that is edited as before.
#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn a_mutated_top_file_that_is_edited_gives_minions_what_it_gave_before() {
    const EDITED: usize = 60;
    let count = if is_exhaustive() { 30 * EDITED } else { EDITED };
    let mut runner = TestRunner::new(config(0));
    let mutants = mutants();
    let mut site = Site::new();
    let mut asked = Vec::new();
    while asked.len() < count {
        let before = mutants.new_tree(&mut runner).expect("a text").current();
        if let Ok(Some(after)) = connect_top_file(before.as_bytes()) {
            let number = asked.len();
            let paths = [("before", &before), ("after", &after)]
                .map(|(name, text)| site.add(&format!("{name}/{number}"), text.as_bytes(), &MINIONS));
            asked.push((before, paths));
        }
    }
    let verdicts = site.ask();
    let (mut compared, mut rejected) = (0, Vec::new());
    for (text, [before, after]) in asked {
        // Salt may reject a file for a reason that only it knows, such as an undefined value. A
        // pattern of SLS files such as `*` makes the top file itself a part of the pillar.
        let is_comparable = |verdict: &Verdict| verdict.rejected.is_empty() && !verdict.pillar.contains_key("base");
        if verdicts[&before].values().all(is_comparable) {
            compared += 1;
            assert_only_our_entry(&text, &verdicts[&before], &verdicts[&after]);
        } else {
            rejected.push((text, &verdicts[&before]));
        }
    }
    assert!(compared * 10 > count * 8, "only {compared} of {count}: {rejected:#?}");
}
