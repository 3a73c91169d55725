//! A container that systemd-nspawn boots: the machine's own systemd, nothing but /usr, and a network of its own. Needs root.
#![allow(dead_code, reason = "each test binary compiles its own copy and uses a part")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

pub(crate) const UNITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/systemd");
pub(crate) const PATH_UNIT: &str = "128T-handle-loopback-static-routes-config.path";
pub(crate) const SERVICE: &str = "128T-handle-loopback-static-routes-config.service";
pub(crate) const WATCH_SERVICE: &str = "128T-loopback-static-routes-watch.service";
pub(crate) const WATCH_TIMER: &str = "128T-loopback-static-routes-watch.timer";

/// A booted container.
pub(crate) struct Machine {
    pub(crate) folder: tempfile::TempDir,
    nspawn: Child,
    pub(crate) leader: u32,
}

impl Machine {
    /// Boots with the units enabled, as a deployment has them, and whatever `before` puts into the folders.
    pub(crate) fn boot(before: impl FnOnce(&Path)) -> Self {
        Self::boot_with(&[], |folder| {
            for (unit, target) in [(PATH_UNIT, "multi-user"), (WATCH_TIMER, "timers")] {
                let wants = folder.join(format!("usr/lib/systemd/system/{target}.target.wants")).join(unit);
                std::os::unix::fs::symlink(format!("../{unit}"), wants).expect("linked");
            }
            before(folder);
        })
    }

    /// Boots with the units installed and not enabled, and these paths of the machine's there too.
    pub(crate) fn boot_with(paths: &[&Path], before: impl FnOnce(&Path)) -> Self {
        Self::boot_bare(paths, |folder| {
            let program = "usr/bin/handle_loopback_static_route_config";
            std::fs::copy(env!("CARGO_BIN_EXE_handle_loopback_static_route_config"), folder.join(program))
                .expect("copied");
            for unit in [PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER] {
                let copy = folder.join("usr/lib/systemd/system").join(unit);
                std::fs::copy(Path::new(UNITS).join(unit), copy).expect("copied");
            }
            before(folder);
        })
    }

    /// Boots with nothing of ours there. /usr can be written to, and forgets that in the end.
    pub(crate) fn boot_bare(paths: &[&Path], before: impl FnOnce(&Path)) -> Self {
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
            .arg(format!("--overlay=/usr:{}:/usr", at("usr").display()))
            .arg(format!("--bind={}:/var/lib/128technology/plugins/loopback-static-routes", at("config").display()))
            .arg(format!("--bind={}:/etc/sysconfig/network-scripts", at("scripts").display()))
            .args(paths.iter().map(|path| format!("--bind-ro={}", path.display())))
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

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs a command in the container, which must succeed. What it prints.
    #[track_caller]
    pub(crate) fn run(&self, command: &str) -> String {
        nsenter(self.leader, command).unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    pub(crate) fn interface(&self) {
        self.run("ip link add kni254 type veth peer name kni254p");
        self.run("ip link set kni254p up");
        self.run("ip link set kni254 up");
        self.run("ip addr add 169.254.127.127/31 dev kni254");
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

pub(crate) fn nsenter(leader: u32, command: &str) -> Result<String, String> {
    let output = Command::new("nsenter")
        .args(["-t", &leader.to_string(), "-a", "sh", "-c", command])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin")
        .output()
        .expect("nsenter is there: apt-get install util-linux");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr) + &text(&output.stdout)) }
}
