//! A conductor with a real Salt master.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::common::PROGRAM;
use crate::parts::{part, root};

/// The nodes of an HA router. Salt reads an unencoded dot in an id as a folder.
pub(crate) const MINIONS: [&str; 2] = ["branch.node1.example", "branch.node2.example"];

pub(crate) const MASTER: &str = "10.213.0.1";

/// A conductor, with a Salt master in this process's network namespace.
pub(crate) struct Conductor {
    folder: tempfile::TempDir,
    master: Child,
    pub(crate) venv: PathBuf,
}

impl Conductor {
    pub(crate) fn start() -> Self {
        let venv = part("salt");
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        for path in ["etc", "srv/pillar", "srv/salt", "plugins/pillar/other"] {
            std::fs::create_dir_all(at(path)).expect("made");
        }
        // A conductor has two environments, the user's and the plugins'. Both have states and
        // pillars.
        std::os::unix::fs::symlink(root().join("salt"), at("plugins/salt")).expect("linked");
        write(&at("srv/pillar/top.sls"), "# the user's\nbase:\n  '*':\n    - users   # everyone\n");
        write(&at("srv/pillar/users.sls"), "users: [alice, bob]\n");
        write(&at("plugins/pillar/top.sls"), "plugins:\n  '*':\n    - other.init\n");
        write(&at("plugins/pillar/other/init.sls"), "other-plugin: {on: true}\n");
        write(
            &at("etc/master"),
            &format!(
                "root_dir: {root}\ninterface: {MASTER}\nauto_accept: True\nuser: root\nworker_threads: 2\nlog_level: warning\n\
                 file_roots:\n  base: [{root}/srv/salt]\n  plugins: [{root}/plugins/salt]\n\
                 pillar_roots:\n  base: [{root}/srv/pillar]\n  plugins: [{root}/plugins/pillar]\n",
                root = folder.path().display()
            ),
        );
        let master = Command::new(venv.join("bin/salt-master"))
            .arg("-c")
            .arg(at("etc"))
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(at("master.log")).expect("made"))
            .stderr(std::fs::File::create(at("master.errors")).expect("made"))
            .process_group(0)
            .spawn()
            .expect("salt-master runs");
        Self { folder, master, venv }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs one of Salt's commands. Returns its exit code, its JSON, and all its output.
    pub(crate) fn salt(&self, command: &str, arguments: &[&str]) -> (Option<i32>, Value, String) {
        let output = Command::new(self.venv.join("bin").join(command))
            .arg("-c")
            .arg(self.path("etc"))
            .args(["--out=json"])
            .args(arguments)
            .output()
            .expect("Salt runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), serde_json::from_str(&text).unwrap_or(Value::Null), format!("{text}\n{said}"))
    }

    /// Acts as the commit hook: generates, and pushes to the minions whose documents changed.
    /// Returns their ids.
    pub(crate) fn commit(&self, authority: &str, generate_exit: i32) -> Vec<String> {
        let changed = self.generate(authority, generate_exit);
        self.push(&changed);
        changed
    }

    /// Generates, and returns the minions whose documents changed.
    pub(crate) fn generate(&self, authority: &str, generate_exit: i32) -> Vec<String> {
        write(&self.path("authority.yaml"), authority);
        let generated = Command::new(PROGRAM)
            .args(["generate", "authority.yaml", "--out", "out", "--json", "--allow-removals"])
            .current_dir(self.folder.path())
            .output()
            .expect("the generator runs");
        assert_eq!(generated.status.code(), Some(generate_exit), "{}", String::from_utf8_lossy(&generated.stderr));
        std::fs::write(self.path("run.json"), &generated.stdout).expect("written");
        self.setup(&[]);
        let run: Value = serde_json::from_slice(&generated.stdout).expect("JSON");
        let changed = run["outcome"]["changed-minions"].as_array().expect("a list");
        changed.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    pub(crate) fn setup(&self, more: &[&str]) {
        let setup = Command::new(PROGRAM)
            .args(["salt-setup", "--out", "out", "--pillar-root", "srv/pillar"])
            .args(more)
            .current_dir(self.folder.path())
            .output()
            .expect("the program runs");
        assert!(setup.status.success(), "{}", String::from_utf8_lossy(&setup.stderr));
    }

    fn push(&self, changed: &[String]) {
        let run = format!("{{\"run\": \"{}\", \"batch\": \"1\"}}", self.path("run.json").display());
        let arguments =
            ["state.orchestrate", "loopback_static_routes.push", "saltenv=plugins", &format!("pillar={run}")];
        let (code, _, said) = self.salt("salt-run", &arguments);
        // A minion that does not answer is reported, and the others are still served.
        let absent: Vec<&String> = changed.iter().filter(|id| !MINIONS.contains(&id.as_str())).collect();
        assert_eq!(code, Some(i32::from(!absent.is_empty())), "{said}");
        assert!(absent.iter().all(|id| said.contains(id.as_str())), "{absent:?}: {said}");
        for minion in MINIONS {
            assert_eq!(said.contains(minion), changed.iter().any(|id| id == minion), "{minion}: {changed:?}: {said}");
        }
    }
}

impl Drop for Conductor {
    fn drop(&mut self) {
        let group = format!("-{}", self.master.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.master.wait();
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
}
