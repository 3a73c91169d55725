//! A container that systemd-nspawn boots, with the machine's own systemd and /usr and its own
//! network.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cgroup::Cgroup;
use crate::common::units::{ALL, PATH_UNIT, UNITS, WATCH_TIMER};
use crate::common::wait;

/// The path of the folder `config` in the container.
pub(crate) const CONFIG: &str = "/var/lib/128technology/plugins/loopback-static-routes";

/// The address and port of [`Machine::add_peer`].
pub(crate) const PEER: (&str, u16) = ("198.51.100.10", 514);

/// A booted container. Dropping it shuts it down.
pub(crate) struct Machine {
    pub(crate) folder: tempfile::TempDir,
    /// Paths of the host that the container has too.
    paths: Vec<PathBuf>,
    nspawn: Child,
    pub(crate) leader: u32,
    // Dropped last, when it has no more processes.
    _cgroup: Cgroup,
}

/// The program's own folder.
const OWN: &str = "/var/lib/loopback-static-routes";

impl Machine {
    /// Boots with these units enabled. `prepare` gets the folder with the container's `usr`,
    /// `config` and `scripts`.
    pub(crate) fn boot(enabled: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        Self::boot_with(&[], |folder| {
            for unit in enabled {
                let target = if *unit == PATH_UNIT { "multi-user" } else { "timers" };
                let wants = folder.join(format!("usr/lib/systemd/system/{target}.target.wants")).join(unit);
                std::os::unix::fs::symlink(format!("../{unit}"), wants).expect("linked");
            }
            // The shipped interval is 15 s, which `tests/fast/repository/units.rs` checks.
            drop_in(folder, WATCH_TIMER, "[Timer]\nOnCalendar=\nOnCalendar=*:*:*\nAccuracySec=1ms\n");
            prepare(folder);
        })
    }

    /// Boots with these paths of the host. The units are installed but not enabled.
    pub(crate) fn boot_with(paths: &[&Path], prepare: impl FnOnce(&Path)) -> Self {
        Self::boot_bare(paths, |folder| {
            let program = "usr/bin/handle_loopback_static_route_config";
            std::fs::copy(env!("CARGO_BIN_EXE_handle_loopback_static_route_config"), folder.join(program))
                .expect("copied");
            let tmpfiles = "128T-loopback-static-routes.conf";
            std::fs::create_dir_all(folder.join("usr/lib/tmpfiles.d")).expect("made");
            let copy = folder.join("usr/lib/tmpfiles.d").join(tmpfiles);
            std::fs::copy(Path::new(UNITS).join("../tmpfiles").join(tmpfiles), copy).expect("copied");
            for unit in ALL {
                let copy = folder.join("usr/lib/systemd/system").join(unit);
                std::fs::copy(Path::new(UNITS).join(unit), copy).expect("copied");
            }
            prepare(folder);
        })
    }

    /// Boots without any of our files. Writes to /usr are lost at the end. If `prepare` adds a
    /// folder `own`, that is the program's own folder, which survives [`Self::cut_power`].
    pub(crate) fn boot_bare(paths: &[&Path], prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        for path in [
            "usr/bin",
            "usr/lib/systemd/system/multi-user.target.wants",
            "usr/lib/systemd/system/timers.target.wants",
            "usr/lib/systemd/system-preset",
            "config",
            "scripts",
        ] {
            std::fs::create_dir_all(at(path)).expect("made");
        }
        // A container without a disk does not need these units, and they fail there. NetworkManager
        // would change the interfaces, if this machine has it.
        for unit in [
            "NetworkManager.service",
            "systemd-firstboot.service",
            "systemd-networkd.service",
            "systemd-networkd.socket",
            "systemd-resolved.service",
        ] {
            std::os::unix::fs::symlink("/dev/null", at("usr/lib/systemd/system").join(unit)).expect("linked");
        }
        // A first boot enables every unit that no preset disables.
        std::fs::write(at("usr/lib/systemd/system-preset/00-test.preset"), "disable 128T-*\n").expect("written");
        prepare(folder.path());
        let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
        let (nspawn, leader, cgroup) = start(folder.path(), &paths);
        Self { folder, paths, nspawn, leader, _cgroup: cgroup }
    }

    /// Kills the container as a power cut would, and boots it again. /etc and /var are new, apart
    /// from the folders that [`Self::boot_bare`] binds.
    pub(crate) fn cut_power(&mut self) {
        self.kill_leader();
        let ended = || self.nspawn.try_wait().is_ok_and(|ended| ended.is_some());
        wait::until("the container ends", ended, String::new);
        (self.nspawn, self.leader, self._cgroup) = start(self.folder.path(), &self.paths);
    }

    fn kill_leader(&self) {
        let _ = Command::new("kill").args(["-KILL", &self.leader.to_string()]).stderr(Stdio::null()).status();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Returns the metric of the plugin's route to a destination.
    pub(crate) fn metric_of(&self, prefix: &str) -> Option<u32> {
        let routes = self.run("ip -N route show dev kni254 proto 128");
        let line = routes.lines().find(|line| line.starts_with(prefix))?;
        line.split(' ').skip_while(|word| *word != "metric").nth(1)?.parse().ok()
    }

    /// Puts a document in place, as [`put_document`] does.
    pub(crate) fn put_document(&self, metric: u32) {
        put_document(self.folder.path(), metric);
    }

    /// Runs a command in the container. It must succeed. Returns its output.
    #[track_caller]
    pub(crate) fn run(&self, command: &str) -> String {
        nsenter(self.leader, command).unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Returns a property of a unit, as `systemctl show` prints it.
    #[track_caller]
    pub(crate) fn property(&self, unit: &str, property: &str) -> String {
        self.run(&format!("systemctl show -p {property} --value {unit}")).trim().to_owned()
    }

    /// Returns the last lines of the journal, for the message of a failure.
    pub(crate) fn journal(&self) -> String {
        self.run("journalctl --no-pager -n 80")
    }

    pub(crate) fn add_interface(&self) {
        self.run("ip link add kni254 type veth peer name kni254p");
        self.run("ip link set kni254p up");
        self.run("ip link set kni254 up");
        self.run("ip addr add 169.254.127.127/31 dev kni254");
    }

    /// Adds a peer that is reached by the interface eth9. It accepts connections to [`PEER`] while
    /// the unit `peer` runs.
    pub(crate) fn add_peer(&self) {
        self.run(
            "ip netns add far && ip link add eth9 type veth peer name far9 netns far && \
             ip addr add 198.51.100.1/24 dev eth9 && ip link set eth9 up && \
             ip -n far addr add 198.51.100.10/24 dev far9 && ip -n far link set far9 up",
        );
        self.start_peer();
    }

    /// Starts the unit `peer`, and waits until the peer answers.
    pub(crate) fn start_peer(&self) {
        let (host, port) = PEER;
        let listen = format!(
            "import socket; s = socket.create_server((\"{host}\", {port})); [s.accept() for _ in iter(int, 1)]"
        );
        self.run(&format!("systemd-run --quiet --unit=peer ip netns exec far python3 -c '{listen}'"));
        let connect = format!("python3 -c 'import socket; socket.create_connection((\"{host}\", {port}), 1)'");
        wait::until("the peer answers", || nsenter(self.leader, &connect).is_ok(), || self.journal());
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // systemd-nspawn shuts the container down on SIGTERM.
        let _ = Command::new("kill").args(["-TERM", &self.nspawn.id().to_string()]).status();
        if !std::thread::panicking() {
            let ended = || self.nspawn.try_wait().is_ok_and(|ended| ended.is_some());
            wait::until("the container shuts down", ended, String::new);
        }
        self.kill_leader();
        let _ = self.nspawn.kill();
        let _ = self.nspawn.wait();
    }
}

/// Boots a container with the files of this folder. Returns systemd-nspawn, the container's first
/// process, and its group.
fn start(folder: &Path, paths: &[PathBuf]) -> (Child, u32, Cgroup) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let at = |path: &str| folder.join(path);
    let own = at("own").is_dir().then(|| format!("--bind={}:{OWN}", at("own").display()));
    let name = format!("lsr-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let cgroup = Cgroup::new(&name);
    // The shell joins the groups and becomes systemd-nspawn. It skips the groups of unused
    // controllers, which it cannot join.
    let join = "groups=$1; shift; for group in $groups; do echo $$ >\"$group\" 2>/dev/null; done; exec \"$@\"";
    let groups: Vec<String> = cgroup.members().map(|file| file.display().to_string()).collect();
    let mut nspawn = Command::new("sh")
        .args(["-c", join, "join", &groups.join(" "), "systemd-nspawn"])
        .args(["-D", "/", "--volatile=yes", "--boot", "--register=no", "--keep-unit"])
        .args(["--private-network", "--console=pipe", "-M", &name])
        // systemd filters the addresses of a service (IPAddressAllow=) with BPF, by cgroup v2.
        .arg("--system-call-filter=bpf")
        .env("SYSTEMD_NSPAWN_UNIFIED_HIERARCHY", "1")
        .arg(format!("--overlay=/usr:{}:/usr", at("usr").display()))
        .arg(format!("--bind={}:{CONFIG}", at("config").display()))
        .arg(format!("--bind={}:/etc/sysconfig/network-scripts", at("scripts").display()))
        .args(own)
        .args(paths.iter().map(|path| format!("--bind-ro={}", path.display())))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(at("console")).expect("made"))
        .stderr(std::fs::File::create(at("errors")).expect("made"))
        .spawn()
        .expect("sh runs");
    let output = || {
        let read = |path| std::fs::read_to_string(at(path)).unwrap_or_default();
        format!("{}{}", read("errors"), read("console"))
    };
    let mut leader = None;
    let booted = || {
        let ended = nspawn.try_wait().expect("a child");
        assert!(ended.is_none(), "systemd-nspawn cannot boot here (it needs root): {}", output());
        leader = child_of(nspawn.id());
        leader.is_some_and(|leader| nsenter(leader, "systemctl is-system-running | grep -E 'running|degraded'").is_ok())
    };
    wait::until("the container boots", booted, output);
    let leader = leader.expect("booted");
    (nspawn, leader, cgroup)
}

/// Puts a document with one route in place by renaming, as Salt does. Its format is that of the
/// Salt state.
pub(crate) fn put_document(folder: &Path, metric: u32) {
    put_route(folder, "192.0.2.0/24", metric);
}

/// Puts a document with this route in place, as [`put_document`] does.
pub(crate) fn put_route(folder: &Path, prefix: &str, metric: u32) {
    let json = format!(
        r#"{{"format-version": 1, "router": "r", "node": "n", "enabled": true, "interface": "kni254", "gateway": "169.254.127.126",
        "routes": [{{"prefix": "{prefix}", "metric": {metric}}}]}}"#
    );
    std::fs::write(folder.join("config/.new"), json).expect("written");
    std::fs::rename(folder.join("config/.new"), folder.join("config/config.json")).expect("renamed");
}

/// Adds settings to a unit.
pub(crate) fn drop_in(folder: &Path, unit: &str, settings: &str) {
    let folder = folder.join("usr/lib/systemd/system").join(format!("{unit}.d"));
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(folder.join("test.conf"), settings).expect("written");
}

fn child_of(process: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

/// Runs a command in the namespaces of a process. Returns its output, also when it fails.
pub(crate) fn nsenter(leader: u32, command: &str) -> Result<String, String> {
    let output = Command::new("nsenter")
        .args(["-t", &leader.to_string(), "-a", "sh", "-c", command])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin")
        .output()
        .expect("nsenter is there: util-linux");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr) + &text(&output.stdout)) }
}
