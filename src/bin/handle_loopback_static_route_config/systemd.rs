//! The state of the units, from `systemctl show`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use loopback_static_routes::router::report::{LastRun, Unit, Units};

const STARTERS: [&str; 2] =
    ["128T-handle-loopback-static-routes-config.path", "128T-loopback-static-routes-watch.timer"];

const SERVICES: [&str; 2] =
    ["128T-handle-loopback-static-routes-config.service", "128T-loopback-static-routes-watch.service"];

/// The first pause before systemd is asked again about a run that is under way. Each further pause
/// has twice the length.
const PAUSE: Duration = Duration::from_millis(10);

/// The most times that systemd is asked again: for about 0.6 s.
const PAUSES: usize = 6;

/// The properties of a unit: their names and values.
struct Properties<'o>(Vec<(&'o str, &'o str)>);

/// The most times that the service is started, because systemd has forgotten the result of a run.
const STARTS: usize = 3;

/// Runs the service of the path unit, and waits for its end.
///
/// # Errors
///
/// The run could not begin, or ended with a failure of the system. The error is a message.
pub(crate) fn run_service() -> Result<(), String> {
    for _ in 0..STARTS {
        let output = Command::new("systemctl").args(["start", SERVICES[0]]).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("cannot run systemctl: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        let shown = show("LoadState,ActiveState,Result,ExecMainStatus", &SERVICES[..1]).unwrap_or_default();
        let service = Properties::parse(&shown);
        let property = |name| service.get(name).unwrap_or_default();
        match (property("Result"), property("ExecMainStatus")) {
            _ if property("LoadState") != "loaded" => {
                let reason = String::from_utf8_lossy(&output.stderr);
                return Err(format!("cannot start {}: {}", SERVICES[0], reason.trim()));
            }
            // The state of the machine tells what these runs found.
            ("exit-code", "1") => return Ok(()),
            ("exit-code", code) => return Err(format!("{} failed with exit code {code}", SERVICES[0])),
            // The path unit has started the next run.
            ("success", _) => {}
            (result, _) => return Err(format!("{} failed: {result}", SERVICES[0])),
        }
    }
    Err(format!("{} is started again and again", SERVICES[0]))
}

/// Returns the state of the units; `None` if systemd does not answer.
///
/// While a service runs, systemd has forgotten its earlier runs. So this function waits for the end
/// of the run, which comes soon, unless the run hangs or waits for the lock.
pub(crate) fn units() -> Option<Units> {
    let mut pause = PAUSE;
    for _ in 0..PAUSES {
        match ask()? {
            units if units.is_run_under_way => sleep(pause),
            units => return Some(units),
        }
        pause *= 2;
    }
    ask()
}

/// Asks systemd once.
fn ask() -> Option<Units> {
    // sd_booted(3)
    if !Path::new("/run/systemd/system").is_dir() {
        return None;
    }
    let properties = "Id,ActiveState,UnitFileState,ExecMainExitTimestampMonotonic,ExecMainStatus";
    let text = show(properties, &[STARTERS, SERVICES].concat())?;
    let shown: Vec<Properties<'_>> = text.split("\n\n").map(Properties::parse).collect();
    let of = |name: &str| shown.iter().find(|properties| properties.get("Id") == Some(name));
    let starter = |name: &&str| {
        let property = |key| of(name).and_then(|properties| properties.get(key)).unwrap_or_default().to_owned();
        Unit { name: name.to_string(), active: property("ActiveState"), enabled: property("UnitFileState") }
    };
    let uptime = uptime()?;
    let last_run = SERVICES.iter().filter_map(|name| last_run(of(name)?, uptime)).min_by_key(|run| run.age);
    let is_run_under_way = SERVICES.iter().filter_map(|name| of(name)).any(is_under_way);
    Some(Units { starters: STARTERS.iter().map(starter).collect(), last_run, is_run_under_way })
}

/// Returns properties of units; `None` if systemd does not answer.
fn show(properties: &str, units: &[&str]) -> Option<String> {
    let output =
        Command::new("systemctl").args(["show", "-p", properties]).args(units).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
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

/// Returns the last run of a service; `None` if systemd knows none.
fn last_run(service: &Properties<'_>, uptime: u64) -> Option<LastRun> {
    let microseconds = end_of_run(service)?;
    let code = service.get("ExecMainStatus")?.parse().ok()?;
    Some(LastRun { age: uptime.saturating_sub(microseconds / 1_000_000), code })
}

/// Returns true if the service's program runs.
fn is_under_way(service: &Properties<'_>) -> bool {
    matches!(service.get("ActiveState"), Some("activating" | "deactivating")) && end_of_run(service).is_none()
}

/// Returns the end of a service's last run, in microseconds since the boot; `None` if systemd knows
/// none, or the program runs.
fn end_of_run(service: &Properties<'_>) -> Option<u64> {
    service.get("ExecMainExitTimestampMonotonic")?.parse().ok().filter(|microseconds| *microseconds > 0)
}

/// Returns the seconds since the boot.
fn uptime() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    text.split('.').next()?.parse().ok()
}
