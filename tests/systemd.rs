//! The units in a real systemd: every event after which file and kernel could be wrong, and the time in which they are right again.
//!
//! systemd-nspawn boots the machine's own systemd in a container with nothing but /usr, and a network of its own. Needs root.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const UNITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/systemd");
const PATH_UNIT: &str = "128T-handle-loopback-static-routes-config.path";
const SERVICE: &str = "128T-handle-loopback-static-routes-config.service";
const WATCH_SERVICE: &str = "128T-loopback-static-routes-watch.service";
const WATCH_TIMER: &str = "128T-loopback-static-routes-watch.timer";

/// What a change of a file takes.
const AT_ONCE: Duration = Duration::from_secs(3);
/// What all else takes: the timer's 15 seconds, one for its accuracy, and the run.
const WATCHED: Duration = Duration::from_secs(19);

/// A booted container.
struct Machine {
    folder: tempfile::TempDir,
    nspawn: Child,
    leader: u32,
}

impl Machine {
    /// Boots with the units enabled, as the package does, and whatever `before` puts into the folders.
    fn boot(before: impl FnOnce(&Path)) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        for path in [
            "usr/bin",
            "usr/lib/systemd/system/multi-user.target.wants",
            "usr/lib/systemd/system/timers.target.wants",
            "config",
            "scripts",
        ] {
            std::fs::create_dir_all(at(path)).expect("made");
        }
        let program = "handle_loopback_static_route_config";
        std::fs::copy(env!("CARGO_BIN_EXE_handle_loopback_static_route_config"), at("usr/bin").join(program))
            .expect("copied");
        for unit in [PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER] {
            std::fs::copy(Path::new(UNITS).join(unit), at("usr/lib/systemd/system").join(unit)).expect("copied");
        }
        for (unit, target) in [(PATH_UNIT, "multi-user"), (WATCH_TIMER, "timers")] {
            let wants = at("usr/lib/systemd/system").join(format!("{target}.target.wants")).join(unit);
            std::os::unix::fs::symlink(format!("../{unit}"), wants).expect("linked");
        }
        // Things that a container without a disk does not need, and that fail in it.
        for unit in [
            "systemd-firstboot.service",
            "systemd-networkd.service",
            "systemd-networkd.socket",
            "systemd-resolved.service",
        ] {
            std::os::unix::fs::symlink("/dev/null", at("usr/lib/systemd/system").join(unit)).expect("linked");
        }
        before(folder.path());
        let name = format!("lsr-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut nspawn = Command::new("systemd-nspawn")
            .args([
                "-D",
                "/",
                "--volatile=yes",
                "--boot",
                "--register=no",
                "--keep-unit",
                "--private-network",
                "--console=pipe",
                "-M",
                &name,
            ])
            .arg(format!("--overlay-ro=/usr:{}:/usr", at("usr").display()))
            .arg(format!("--bind={}:/var/lib/128technology/plugins/loopback-static-routes", at("config").display()))
            .arg(format!("--bind={}:/etc/sysconfig/network-scripts", at("scripts").display()))
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(at("console")).expect("made"))
            .stderr(std::fs::File::create(at("errors")).expect("made"))
            .spawn()
            .expect("systemd-nspawn is there: apt-get install systemd-container");
        let deadline = Instant::now() + Duration::from_secs(60);
        let leader = loop {
            std::thread::sleep(Duration::from_millis(50));
            let said = || {
                let read = |path| std::fs::read_to_string(at(path)).unwrap_or_default();
                format!("{}{}", read("errors"), read("console"))
            };
            assert!(
                nspawn.try_wait().expect("asked").is_none(),
                "systemd-nspawn cannot boot here (it needs root): {}",
                said()
            );
            assert!(Instant::now() < deadline, "it does not boot: {}", said());
            if let Some(leader) = child_of(nspawn.id())
                && nsenter(leader, "systemctl is-system-running | grep -E 'running|degraded'").is_ok()
            {
                break leader;
            }
        };
        Self { folder, nspawn, leader }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs a command in the container, which must succeed. What it prints.
    #[track_caller]
    fn run(&self, command: &str) -> String {
        nsenter(self.leader, command).unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    fn interface(&self) {
        self.run("ip link add kni254 type veth peer name kni254p");
        self.run("ip link set kni254p up");
        self.run("ip link set kni254 up");
        self.run("ip addr add 169.254.127.127/31 dev kni254");
    }

    fn document(&self, metric: u32) {
        put_document(self.folder.path(), metric);
    }

    fn routes(&self) -> String {
        self.run("ip -4 -N route show dev kni254 proto 128").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn file(&self) -> String {
        std::fs::read_to_string(self.path("scripts/route-kni254")).unwrap_or_default()
    }

    fn is_right(&self, metric: u32) -> bool {
        self.routes() == format!("192.0.2.0/24 via 169.254.127.126 metric {metric}") && self.file() == file(metric)
    }

    /// Waits until file and kernel are right. How long it took.
    #[track_caller]
    fn becomes_right(&self, metric: u32, within: Duration) -> Duration {
        let start = Instant::now();
        while !self.is_right(metric) {
            let waited = start.elapsed();
            assert!(
                waited < within,
                "not right after {waited:?}: {}\n{}\n{}",
                self.routes(),
                self.file(),
                self.run("journalctl --no-pager -n 60")
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        start.elapsed()
    }

    /// Waits until no run is going on and systemd looks at the files again.
    fn settles(&self) {
        let deadline = Instant::now() + AT_ONCE;
        let state = || self.run(&format!("systemctl show -p SubState --value {PATH_UNIT} {SERVICE} || true"));
        while state().split_whitespace().ne(["waiting", "dead"]) {
            assert!(Instant::now() < deadline, "{}", state());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn is_not_failed(&self) {
        for unit in [PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER] {
            let state = nsenter(self.leader, &format!("systemctl is-failed {unit}"));
            assert!(state.is_err(), "{unit} is failed");
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SIGTERM has nspawn shut the container down; then nothing of it is left.
        let _ = Command::new("kill").args(["-TERM", &self.nspawn.id().to_string()]).status();
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.nspawn.try_wait().is_ok_and(|ended| ended.is_none()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = Command::new("kill").args(["-KILL", &self.leader.to_string()]).stderr(Stdio::null()).status();
        let _ = self.nspawn.kill();
        let _ = self.nspawn.wait();
    }
}

fn child_of(process: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

fn nsenter(leader: u32, command: &str) -> Result<String, String> {
    let output = Command::new("nsenter")
        .args(["-t", &leader.to_string(), "-a", "sh", "-c", command])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin")
        .output()
        .expect("nsenter is there: apt-get install util-linux");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr) + &text(&output.stdout)) }
}

fn put_document(folder: &Path, metric: u32) {
    let json = format!(
        r#"{{"format-version": 1, "router": "r", "node": "n", "enabled": true, "interface": "kni254", "gateway": "169.254.127.126",
        "routes": [{{"prefix": "192.0.2.0/24", "metric": {metric}}}]}}"#
    );
    std::fs::write(folder.join("config/.new"), json).expect("written");
    std::fs::rename(folder.join("config/.new"), folder.join("config/config.json")).expect("renamed");
}

fn file(metric: u32) -> String {
    format!(
        "# Generated by loopback static-routes plugin. Do not edit below this line.\n\
         192.0.2.0/24 via 169.254.127.126 dev kni254 metric {metric}\n"
    )
}

#[test]
fn changes_of_files_are_followed_at_once() {
    let machine = Machine::boot(|_| {});
    machine.interface();
    machine.document(5);
    machine.becomes_right(5, AT_ONCE);

    // Ten changes in two seconds: more than systemd starts a unit by default, after which its path unit is dead for good.
    for metric in 11..=20 {
        machine.document(metric);
        std::thread::sleep(Duration::from_millis(200));
    }
    // The last one may have come while systemd did not look.
    machine.becomes_right(20, WATCHED);
    machine.is_not_failed();
    // And forty as fast as can be.
    for metric in 21..=60 {
        machine.document(metric);
    }
    machine.becomes_right(60, WATCHED);
    machine.is_not_failed();

    // The product stops, and puts back the file that it kept since it started.
    machine.settles();
    let kept = file(5);
    std::fs::write(machine.path("scripts/route-kni254"), &kept).expect("written");
    machine.becomes_right(60, AT_ONCE);
    machine.settles();
    machine.document(61);
    machine.becomes_right(61, AT_ONCE);
    machine.is_not_failed();
}

#[test]
fn what_no_file_tells_of_is_seen_by_the_watch() {
    // The interface comes later than the configuration.
    let machine = Machine::boot(|folder| put_document(folder, 5));
    machine.interface();
    machine.becomes_right(5, WATCHED);

    // The link goes down and up: the kernel flushes its routes.
    machine.run("ip link set kni254 down && ip link set kni254 up");
    assert!(!machine.is_right(5));
    machine.becomes_right(5, WATCHED);

    // The interface goes and another one comes.
    machine.run("ip link del kni254");
    machine.interface();
    machine.becomes_right(5, WATCHED);

    // Somebody takes a route out by hand.
    machine.run("ip route del 192.0.2.0/24 dev kni254");
    machine.becomes_right(5, WATCHED);

    // A run that finds nothing to do leaves no line in the journal; one that does, does.
    let journal = machine.run(&format!("journalctl --no-pager -o cat -u {WATCH_SERVICE}"));
    assert!(journal.contains("Kernel routes through kni254: 1 added, 0 deleted"), "{journal}");
    assert!(journal.matches("Successfully").count() <= journal.matches("Kernel routes").count(), "{journal}");
    assert!(!journal.contains("Starting") && !journal.contains("Finished"), "{journal}");
    machine.is_not_failed();
}

#[test]
fn a_change_during_a_run_is_not_lost() {
    let machine = Machine::boot(|folder| {
        // A run that has looked at its document for the last time, and is not over yet: systemd does not look at the path then.
        let drop_in = folder.join("usr/lib/systemd/system").join(format!("{SERVICE}.d"));
        std::fs::create_dir_all(&drop_in).expect("made");
        std::fs::write(drop_in.join("slow.conf"), "[Service]\nExecStartPost=/bin/sleep 1.5\n").expect("written");
    });
    machine.interface();
    machine.document(5);
    machine.becomes_right(5, AT_ONCE);
    assert_eq!(machine.run(&format!("systemctl is-active {SERVICE} || true")).trim(), "activating", "the run is over");
    machine.document(6);
    machine.becomes_right(6, WATCHED);
    machine.is_not_failed();
}

#[test]
fn after_a_reboot() {
    // The file is there, and the product brings the interface up, as it was before the last change, and puts its routes in.
    let machine = Machine::boot(|folder| {
        put_document(folder, 6);
        std::fs::write(folder.join("scripts/route-kni254"), file(5)).expect("written");
    });
    machine.interface();
    machine.run("ip -4 route add 192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5");
    machine.becomes_right(6, WATCHED);
    assert!(!machine.run("ip route show dev kni254").contains("metric 5"), "the old route is still there");
    machine.is_not_failed();
}

#[test]
fn a_bad_document_is_told_and_the_next_one_followed() {
    let machine = Machine::boot(|folder| put_document(folder, 5));
    machine.interface();
    machine.becomes_right(5, WATCHED);
    std::fs::write(machine.path("config/config.json"), "{").expect("written");
    let deadline = Instant::now() + AT_ONCE;
    let journal = || machine.run(&format!("journalctl --no-pager -o cat -p err -u {SERVICE}"));
    while !journal().contains("config.json is not followed: 1:1: EOF") {
        assert!(Instant::now() < deadline, "{}", machine.run("journalctl --no-pager -n 60"));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(machine.is_right(5));
    machine.document(6);
    machine.becomes_right(6, WATCHED);
}

/// Keys of systemd that the units use, and since when there are.
#[test]
fn units_are_understood_and_strict() {
    for unit in [SERVICE, WATCH_SERVICE] {
        let path = Path::new(UNITS).join(unit);
        let output = Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--threshold=15"])
            .arg(&path)
            .output()
            .expect("systemd-analyze is there");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    // verify exits 0 for a key that it does not know, and says so.
    let folder = tempfile::tempdir().expect("a folder");
    for unit in [PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER] {
        let text = std::fs::read_to_string(Path::new(UNITS).join(unit)).expect("there");
        let text = text.replace("/usr/bin/handle_loopback_static_route_config", "/bin/true");
        let text: String =
            text.lines().filter(|line| !line.starts_with("Documentation=")).map(|line| format!("{line}\n")).collect();
        std::fs::write(folder.path().join(unit), text).expect("written");
    }
    for unit in [PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER] {
        let output =
            Command::new("systemd-analyze").arg("verify").arg(folder.path().join(unit)).output().expect("there");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{unit}");
    }
}

/// The two services differ in their name and their quiet alone; those for EL7 in what systemd 219 does not know.
#[test]
fn variants_of_a_unit_agree() {
    let keys = |path: PathBuf| -> Vec<String> {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect()
    };
    let units = Path::new(UNITS);
    let without = |lines: Vec<String>, keys: &[&str]| -> Vec<String> {
        lines.into_iter().filter(|line| !keys.iter().any(|key| line.starts_with(&format!("{key}=")))).collect()
    };
    let own = ["Description", "LogLevelMax", "ExecStart", "SuccessExitStatus"];
    assert_eq!(without(keys(units.join(SERVICE)), &own), without(keys(units.join(WATCH_SERVICE)), &own));
    // systemd 219's manual, systemd.exec(5), systemd.service(5) and systemd.unit(5).
    let known = [
        "[Unit]",
        "[Service]",
        "[Path]",
        "[Timer]",
        "[Install]",
        "Description",
        "Documentation",
        "ConditionPathExists",
        "After",
        "Type",
        "ExecStart",
        "SuccessExitStatus",
        "TimeoutStartSec",
        "StartLimitInterval",
        "Nice",
        "CapabilityBoundingSet",
        "NoNewPrivileges",
        "ProtectSystem=full",
        "ReadWriteDirectories",
        "ProtectHome",
        "PrivateTmp",
        "PrivateDevices",
        "DevicePolicy",
        "RestrictAddressFamilies",
        "SystemCallArchitectures",
        "UMask",
        "PathChanged",
        "MakeDirectory",
        "Unit",
        "WantedBy",
        "OnActiveSec",
        "OnUnitInactiveSec",
        "AccuracySec",
    ];
    for unit in [PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER] {
        for line in keys(units.join("el7").join(unit)) {
            let key = line.split('=').next().unwrap_or_default();
            assert!(known.contains(&key) || known.contains(&line.as_str()), "el7/{unit}: {line}");
        }
        let changed =
            ["ProtectSystem", "ReadWritePaths", "ReadWriteDirectories", "StartLimitInterval", "OnUnitInactiveSec"];
        let modern = without(keys(units.join(unit)), &changed);
        let old = without(keys(units.join("el7").join(unit)), &changed);
        let lacking: Vec<&String> = old.iter().filter(|line| !modern.contains(line)).collect();
        assert!(lacking.is_empty(), "el7/{unit}: {lacking:?}");
    }
}
