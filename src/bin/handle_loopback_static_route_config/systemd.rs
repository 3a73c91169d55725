//! The state of the units, from `systemctl show`.

use std::path::Path;
use std::process::{Command, Stdio};

use loopback_static_routes::router::report::{LastRun, Unit, Units};

const STARTERS: [&str; 2] =
    ["128T-handle-loopback-static-routes-config.path", "128T-loopback-static-routes-watch.timer"];

const SERVICES: [&str; 2] =
    ["128T-handle-loopback-static-routes-config.service", "128T-loopback-static-routes-watch.service"];

/// The properties of a unit: their names and values.
struct Properties<'o>(Vec<(&'o str, &'o str)>);

/// Returns the state of the units; `None` if systemd does not run here, or does not answer.
pub(crate) fn units() -> Option<Units> {
    // sd_booted(3)
    if !Path::new("/run/systemd/system").is_dir() {
        return None;
    }
    let properties = "Id,ActiveState,UnitFileState,ExecMainExitTimestampMonotonic,ExecMainStatus";
    let output = Command::new("systemctl")
        .args(["show", "-p", properties])
        .args(STARTERS)
        .args(SERVICES)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let shown: Vec<Properties<'_>> = text.split("\n\n").map(Properties::parse).collect();
    let of = |name: &str| shown.iter().find(|properties| properties.get("Id") == Some(name));
    let starter = |name: &&str| {
        let property = |key| of(name).and_then(|properties| properties.get(key)).unwrap_or_default().to_owned();
        Unit { name: name.to_string(), active: property("ActiveState"), enabled: property("UnitFileState") }
    };
    let uptime = uptime()?;
    let last_run = SERVICES.iter().filter_map(|name| last_run(of(name)?, uptime)).min_by_key(|run| run.age);
    Some(Units { starters: STARTERS.iter().map(starter).collect(), last_run })
}

impl<'o> Properties<'o> {
    /// Parses the properties of a unit.
    fn parse(text: &'o str) -> Self {
        Self(text.lines().filter_map(|line| line.split_once('=')).collect())
    }

    fn get(&self, name: &str) -> Option<&'o str> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }
}

/// Returns the last run of a service; `None` if it did not run since the boot.
fn last_run(service: &Properties<'_>, uptime: u64) -> Option<LastRun> {
    let microseconds: u64 = service.get("ExecMainExitTimestampMonotonic")?.parse().ok()?;
    let code = service.get("ExecMainStatus")?.parse().ok()?;
    (microseconds > 0).then(|| LastRun { age: uptime.saturating_sub(microseconds / 1_000_000), code })
}

/// Returns the seconds since the boot.
fn uptime() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    text.split('.').next()?.parse().ok()
}
