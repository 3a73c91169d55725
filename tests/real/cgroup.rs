//! A control group for each booted container.
//!
//! Without one, all containers put their units into the cgroup of the test itself. Units of the
//! same name then share a group. One container removes the group while another starts its unit
//! there (`status=219/CGROUP`).

use std::path::{Path, PathBuf};

use crate::common::wait;

/// A group in each hierarchy of the machine. cgroup v2 has one hierarchy, v1 has several. The
/// groups are removed when dropped.
pub(crate) struct Cgroup {
    folders: Vec<PathBuf>,
}

impl Cgroup {
    pub(crate) fn new(name: &str) -> Self {
        let folders = hierarchies().into_iter().map(|folder| folder.join(name));
        let folders: Vec<PathBuf> = folders.filter(|folder| std::fs::create_dir(folder).is_ok()).collect();
        assert!(!folders.is_empty(), "no cgroup can be created: the tests with systemd need root");
        Self { folders }
    }

    /// Returns the files to which a process writes its id to join.
    pub(crate) fn members(&self) -> impl Iterator<Item = PathBuf> {
        self.folders.iter().map(|folder| folder.join("cgroup.procs"))
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        for folder in &self.folders {
            if std::thread::panicking() {
                remove(folder);
            } else {
                wait::until("the container's cgroup is empty", || remove(folder), || folder.display().to_string());
            }
        }
    }
}

/// Removes a group and the groups below it. Returns false while a process is in one of them.
fn remove(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        remove(&entry.path());
    }
    std::fs::remove_dir(folder).is_ok() || !folder.exists()
}

/// Returns the folder of this process in each mounted hierarchy. A new group of `cpuset` has no
/// processors, so no process could join it.
fn hierarchies() -> Vec<PathBuf> {
    let own = std::fs::read_to_string("/proc/self/cgroup").expect("readable");
    let mounts = std::fs::read_to_string("/proc/self/mounts").expect("readable");
    let mut folders = Vec::new();
    for line in own.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, path) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let mounted = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>()).find(|mount| match controllers {
            "" => mount[2] == "cgroup2",
            "cpuset" => false,
            _ => mount[2] == "cgroup" && controllers.split(',').all(|name| mount[3].split(',').any(|one| one == name)),
        });
        if let Some(mount) = mounted {
            folders.push(Path::new(mount[1]).join(path.trim_start_matches('/')));
        }
    }
    folders
}
