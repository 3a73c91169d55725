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
        Self::start_with(MASTER, &root().join("salt"))
    }

    /// Starts a master with this address, and with these states of plugins.
    pub(crate) fn start_with(address: &str, states: &Path) -> Self {
        Self::start_beside(address, states, None)
    }

    /// Starts a master as [`Conductor::start_with`] does. A minion of several masters requires that
    /// they have one key.
    pub(crate) fn start_beside(address: &str, states: &Path, other: Option<&Self>) -> Self {
        let venv = part("salt");
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        for path in ["etc", "srv/pillar", "srv/salt", "plugins/pillar/other"] {
            std::fs::create_dir_all(at(path)).expect("made");
        }
        // A conductor has two environments, the user's and the plugins'. Both have states and
        // pillars.
        std::os::unix::fs::symlink(states, at("plugins/salt")).expect("linked");
        write(&at("srv/pillar/top.sls"), "# the user's\nbase:\n  '*':\n    - users   # everyone\n");
        write(&at("srv/pillar/users.sls"), "users: [alice, bob]\n");
        write(&at("plugins/pillar/top.sls"), "plugins:\n  '*':\n    - other.init\n");
        write(&at("plugins/pillar/other/init.sls"), "other-plugin: {on: true}\n");
        write(
            &at("etc/master"),
            &format!(
                "root_dir: {root}\ninterface: {address}\nauto_accept: True\nuser: root\nworker_threads: 2\nlog_level: warning\n\
                 file_roots:\n  base: [{root}/srv/salt]\n  plugins: [{root}/plugins/salt]\n\
                 pillar_roots:\n  base: [{root}/srv/pillar]\n  plugins: [{root}/plugins/pillar]\n",
                root = folder.path().display()
            ),
        );
        for name in other.iter().flat_map(|_| ["master.pem", "master.pub"]) {
            const KEYS: &str = "etc/salt/pki/master";
            std::fs::create_dir_all(at(KEYS)).expect("made");
            let from = other.expect("there").path(KEYS).join(name);
            std::fs::copy(&from, at(KEYS).join(name)).expect("the first master has a key");
        }
        let master = master(&venv, folder.path());
        Self { folder, master, venv }
    }

    /// Kills the master with all its processes, and starts it again.
    pub(crate) fn restart(&mut self) {
        self.kill();
        self.master = master(&self.venv, self.folder.path());
    }

    fn kill(&mut self) {
        let group = format!("-{}", self.master.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.master.wait();
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

    /// Returns true if all of these minions answer.
    pub(crate) fn is_answered_by(&self, minions: &[&str]) -> bool {
        let (_, pongs, _) = self.salt("salt", &["--static", "--timeout=15", "*", "test.ping"]);
        minions.iter().all(|minion| pongs[minion] == true)
    }

    /// Acts as the commit hook: generates, and pushes to the minions whose documents changed.
    /// Returns their ids.
    pub(crate) fn commit(&self, authority: &str, generate_exit: i32) -> Vec<String> {
        let changed = self.generate(authority, generate_exit);
        let (code, said) = self.push(&[]);
        // A minion without a key is named, and the others are served.
        let has_absent = std::fs::read_to_string(self.path("authority.yaml")).expect("there").contains("elsewhere");
        assert_eq!(code, Some(i32::from(has_absent)), "{said}");
        changed
    }

    /// Generates, and returns the minions whose documents changed.
    pub(crate) fn generate(&self, authority: &str, generate_exit: i32) -> Vec<String> {
        self.generate_with(authority, generate_exit, &[])
    }

    /// Generates with more options, and returns the minions whose documents changed.
    pub(crate) fn generate_with(&self, authority: &str, generate_exit: i32, more: &[&str]) -> Vec<String> {
        write(&self.path("authority.yaml"), authority);
        let generated = Command::new(PROGRAM)
            .args(["generate", "authority.yaml", "--out", "out", "--json", "--allow-removals"])
            .args(more)
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

    /// Pushes to the minions that lack their document. Returns the exit code and all output.
    pub(crate) fn push(&self, more: &[&str]) -> (Option<i32>, String) {
        outcome(self.push_command(more))
    }

    /// Connects the roots that the master has. Returns the exit code and all output.
    pub(crate) fn connect(&self, more: &[&str]) -> (Option<i32>, String) {
        let mut command = self.command();
        command.args(["salt-setup", "--out", "out"]).args(more);
        outcome(command)
    }

    /// Compares what the minions have with what was published. Returns the exit code and output.
    pub(crate) fn fleet(&self, more: &[&str]) -> (Option<i32>, String) {
        let mut command = self.command();
        let is_asking = !more.contains(&"--from") && !more.contains(&"--cached");
        let timeout: &[&str] = if is_asking { &["--timeout", "5"] } else { &[] };
        command.args(["fleet", "--out", "out"]).args(timeout).args(more);
        outcome(command)
    }

    /// Returns a push.
    pub(crate) fn push_command(&self, more: &[&str]) -> Command {
        let mut command = self.command();
        let timeout: &[&str] = if more.contains(&"--timeout") { &[] } else { &["--timeout", "5"] };
        command.args(["push", "--out", "out"]).args(timeout).args(more);
        command
    }

    /// Returns the program, with Salt's commands on its path.
    fn command(&self) -> Command {
        let mut path = self.venv.join("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.folder.path()).env("PATH", path).env("SALT_CONFIG_DIR", self.path("etc"));
        command
    }
}

impl Drop for Conductor {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a command. Returns its exit code and all output.
fn outcome(mut command: Command) -> (Option<i32>, String) {
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn master(venv: &Path, folder: &Path) -> Child {
    let log = |name| std::fs::File::options().create(true).append(true).open(folder.join(name)).expect("made");
    Command::new(venv.join("bin/salt-master"))
        .arg("-c")
        .arg(folder.join("etc"))
        .stdin(Stdio::null())
        .stdout(log("master.log"))
        .stderr(log("master.errors"))
        .process_group(0)
        .spawn()
        .expect("salt-master runs")
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
}
