//! Pushes with a real Salt master and real minions, whose state is a stand-in.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::common::{sample, wait};
use crate::conductor::Conductor;
use crate::node::is_inside;

pub(crate) const MASTER: &str = "127.0.0.1";

/// The variable with the folder of a minion, for the programs that it runs.
pub(crate) const FOLDER: &str = "LOOPBACK_STATIC_ROUTES_TEST_FOLDER";

/// A stand-in for the state. It notes each run, waits while `blocked` exists, and fails if `fails`
/// exists.
const STATE: &str = r#"
{%- set folder = salt['config.get']('root_dir') %}
runs:
  cmd.run:
    - name: "echo run >>{{ folder }}/runs; while [ -e {{ folder }}/blocked ]; do sleep 0.1; done; test ! -e {{ folder }}/fails"
"#;

/// A minion with its own folder.
pub(crate) struct Minion {
    pub(crate) folder: PathBuf,
    process: Child,
}

impl Minion {
    pub(crate) fn start(conductor: &Conductor, id: &str) -> Self {
        let folder = conductor.path(id);
        std::fs::create_dir(&folder).expect("made");
        let settings = format!(
            "master: {MASTER}\nid: {id}\nroot_dir: {}\nlog_level: warning\nacceptance_wait_time: 1\nrecon_default: 100\n\
             recon_max: 1000\nrecon_randomize: False\nmine_enabled: False\n",
            folder.display()
        );
        std::fs::write(folder.join("minion"), settings).expect("written");
        let process = Command::new(conductor.venv.join("bin/salt-minion"))
            .arg("-c")
            .arg(&folder)
            .env("LC_ALL", "C.UTF-8")
            .env(FOLDER, &folder)
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(folder.join("log")).expect("made"))
            .stderr(std::fs::File::create(folder.join("errors")).expect("made"))
            .process_group(0)
            .spawn()
            .expect("salt-minion runs");
        Self { folder, process }
    }

    /// Sends a signal to all processes of the minion.
    pub(crate) fn signal(&self, signal: &str) {
        let group = format!("-{}", self.process.id());
        let sent = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
        assert!(sent.expect("kill runs").success());
    }

    fn write(&self, name: &str) {
        std::fs::write(self.folder.join(name), "").expect("written");
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.folder.join(name)).expect("removed");
    }

    /// Returns how often the state ran.
    fn runs(&self) -> usize {
        std::fs::read_to_string(self.folder.join("runs")).unwrap_or_default().lines().count()
    }
}

impl Drop for Minion {
    fn drop(&mut self) {
        self.signal("-KILL");
        let _ = self.process.wait();
    }
}

pub(crate) fn states(folder: &Path) -> PathBuf {
    let states = folder.join("states");
    std::fs::create_dir_all(states.join("loopback_static_routes")).expect("made");
    std::fs::write(states.join("loopback_static_routes/init.sls"), STATE).expect("written");
    states
}

pub(crate) fn authority(routers: &[&str], metric: u32) -> String {
    let block = format!("{{static-route: {{address: 192.0.2.0/24, metric: {metric}}}}}");
    let routers: Vec<String> = routers
        .iter()
        .map(|name| format!("{{name: {name}, node: {{name: n, asset-id: {name}}}, loopback-static-routes: {block}}}"))
        .collect();
    format!("authority: {{router: [{}]}}\n", routers.join(", "))
}

#[test]
#[ignore = "needs root and Salt: tests/run.sh"]
fn a_push_names_who_lacks_its_document_and_remembers_it() {
    if !is_inside("push::a_push_names_who_lacks_its_document_and_remembers_it") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut conductor = Conductor::start_with(MASTER, &states(folder.path()));
    let [good, down, failing] = ["good", "down", "failing"].map(|id| Minion::start(&conductor, id));
    let log = || {
        let read = |path: PathBuf| std::fs::read_to_string(path).unwrap_or_default();
        let master = ["master.log", "master.errors"].map(|name| read(conductor.path(name))).concat();
        master + &[&good, &down, &failing].map(|minion| read(minion.folder.join("errors"))).concat()
    };
    wait::until("minions answer", || conductor.is_answered_by(&["good", "down", "failing"]), log);

    // One is down, one fails, and one has no key.
    down.signal("-STOP");
    failing.write("fails");
    conductor.generate(&authority(&["down", "failing", "ghost", "good"], 1), 0);
    let (code, said) = conductor.push(&["--first", "0"]);
    let expected = "pushed to 1 of 4 minions\nthe state failed on 1 minion:\n  failing: runs: Command \"echo run";
    assert!(code == Some(1) && said.starts_with(expected), "{code:?} {said}");
    let rest = "no answer from 1 minion:\n  down\nno accepted key of 1 minion:\n  ghost\nthe next push tries the others again\n";
    assert!(said.ends_with(rest), "{said}");
    assert_eq!((good.runs(), failing.runs()), (1, 1));
    let (code, said) = conductor.push(&["--check"]);
    let expected = "3 minions lack the published document\nno accepted key of 1 minion:\n  ghost\ndue: 2 minions:\n  down\n  failing\n";
    assert_eq!((code, said.as_str()), (Some(1), expected));

    // They recover. The good one is not asked again.
    down.signal("-CONT");
    failing.remove("fails");
    let recovered = || {
        let (code, said) = conductor.push(&["--json"]);
        let report: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {code:?} {said}"));
        // A stopped minion may need a while to connect again.
        report["without-key"] == json!(["ghost"]) && report["due"] == 1
    };
    wait::until("the others get their documents", recovered, log);
    assert_eq!(good.runs(), 1);

    // In the first batch, a failure stops the push.
    conductor.generate(&authority(&["down", "failing", "good"], 2), 0);
    down.write("fails");
    let before = good.runs();
    let (code, said) = conductor.push(&["--first", "1"]);
    let expected =
        "not tried: 2 minions:\n  failing\n  good\nstopped after the first batch: down did not apply its document";
    assert!(code == Some(1) && said.contains(expected), "{code:?} {said}");
    assert_eq!(good.runs(), before);
    down.remove("fails");

    // The master is killed while the minions apply the state, and its answer is lost.
    for minion in [&good, &failing, &down] {
        minion.write("blocked");
    }
    let runs = [&good, &failing, &down].map(Minion::runs);
    let pushing = conductor.push_command(&["--first", "0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let pushing = pushing.expect("the program runs");
    let all_run = || [&good, &failing, &down].iter().zip(runs).all(|(minion, before)| minion.runs() > before);
    wait::until("all minions apply the state", all_run, log);
    conductor.restart();
    for minion in [&good, &failing, &down] {
        minion.remove("blocked");
    }
    let output = pushing.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), said.as_str()), (Some(0), "pushed to 3 of 3 minions\n"));
    assert_eq!(conductor.push(&[]), (Some(0), "all minions have their documents\n".to_owned()));
    the_master_names_its_roots(&conductor, &good);
}

/// The pillar is connected already. The state gets into the highstate, and leaves it.
fn the_master_names_its_roots(conductor: &Conductor, minion: &Minion) {
    let states = conductor.path("srv/salt").display().to_string();
    let connected = format!(
        "Salt master: {}\npillar root of base: {}\nfile root of base: {states}\n",
        conductor.path("etc").display(),
        conductor.path("srv/pillar").display()
    );
    let (code, said) = conductor.connect(&[]);
    let expected = format!("{connected}write {states}/loopback_static_routes.sls\nedit {states}/top.sls\n");
    assert_eq!((code, said), (Some(0), expected));
    let before = minion.runs();
    let (code, steps, said) = conductor.salt("salt", &["--static", "--timeout=300", "good", "state.highstate"]);
    let step = steps["good"].as_object().and_then(|steps| steps.values().next()).unwrap_or_else(|| panic!("{said}"));
    assert_eq!((code, &step["__sls__"], &step["result"]), (Some(0), &json!("loopback_static_routes"), &json!(true)));
    assert_eq!(minion.runs(), before + 1);
    // In a root before that of the top file, another file has the name, so the key does not arrive.
    let finder = conductor.path("srv/pillar/loopback_static_routes.sls");
    let text = std::fs::read_to_string(&finder).expect("there");
    let shadow = conductor.path("srv/shadow");
    std::fs::create_dir(&shadow).expect("made");
    std::fs::write(shadow.join("loopback_static_routes.sls"), "#!yaml\na: 1\n").expect("written");
    let drop_in = conductor.path("etc/master.d");
    std::fs::create_dir(&drop_in).expect("made");
    let roots = format!("pillar_roots: {{base: [{}, {}]}}\n", shadow.display(), conductor.path("srv/pillar").display());
    std::fs::write(drop_in.join("roots.conf"), roots).expect("written");
    let (code, said) = conductor.connect(&[]);
    assert!(code == Some(1) && said.contains("the pillar of the minion \"down\" lacks the key"), "{code:?} {said}");
    assert_eq!(std::fs::read_to_string(&finder).expect("there"), text);
    std::fs::remove_dir_all(&drop_in).expect("removed");
    let (code, said) = conductor.connect(&["--undo"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(std::fs::read_dir(states).expect("there").count(), 0);
}

/// Most minions of this master do not answer. The figures are in `docs/performance.md`.
#[test]
#[ignore = "needs root and Salt: tests/run.sh"]
fn thousands_of_minions_are_asked_together() {
    if !is_inside("push::thousands_of_minions_are_asked_together") {
        return;
    }
    let count = if sample::is_exhaustive() { 10_000 } else { 100 };
    let folder = tempfile::tempdir().expect("a folder");
    let conductor = Conductor::start_with(MASTER, &states(folder.path()));
    let good = Minion::start(&conductor, "good");
    wait::until("the minion answers", || conductor.is_answered_by(&["good"]), String::new);
    let keys = conductor.path("etc/salt/pki/master/minions");
    let names: Vec<String> = (1..count).map(|number| format!("router-{number:0>5}.node1.example.com")).collect();
    for name in &names {
        std::fs::copy(keys.join("good"), keys.join(name)).expect("copied");
    }
    let names: Vec<&str> = names.iter().map(String::as_str).chain(["good", "ghost"]).collect();
    conductor.generate(&authority(&names, 1), 0);
    let start = Instant::now();
    let (code, said) = conductor.push(&["--timeout", "15"]);
    let elapsed = start.elapsed();
    assert_eq!((code, good.runs()), (Some(1), 1), "{said}");
    let silent = count - 1;
    let expected = format!("pushed to 1 of {} minions\nno answer from {silent} minions:\n  router-00001.", count + 1);
    assert!(said.starts_with(&expected), "{said}");
    assert!(said.contains(&format!("\n  and {} more\nno accepted key of 1 minion:\n  ghost\n", silent - 20)), "{said}");
    assert!(said.len() < 100_000, "{} bytes", said.len());
    sample::record(
        &format!("milliseconds of a push to {count} minions, most of which do not answer"),
        elapsed.as_millis() as usize,
    );
}
