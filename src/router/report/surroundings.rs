//! The surroundings of a router's state, which the caller knows: the time, and the units.

use crate::router::confirm::record::Moment;

/// The time, and the state of the units.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The time, in seconds since the epoch.
    pub now: i64,
    /// The time for deadlines; `None` if it is unknown.
    pub moment: Option<Moment>,
    /// The units; `None` if systemd does not answer.
    pub units: Option<Units>,
}

/// The state of the units.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// The path unit and the timer, which start the services.
    pub starters: Vec<Unit>,
    /// The last run of a service that ended; `None` if systemd knows none. It forgets the runs of a
    /// service when the unit that starts it is stopped, and when another run begins.
    pub last_run: Option<LastRun>,
    /// True if a service runs.
    pub is_run_under_way: bool,
}

/// The state of a unit, in the words of `systemctl(1)`.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The name.
    pub name: String,
    /// The property `ActiveState`.
    pub active: String,
    /// The property `UnitFileState`. It is empty if the unit is not installed.
    pub enabled: String,
}

/// The last run of a service.
#[derive(Clone, Copy, Debug)]
pub struct LastRun {
    /// The time since its end, in seconds.
    pub age: u64,
    /// The exit code, or the number of the signal that killed it.
    pub code: i32,
}

impl Unit {
    /// Returns true if the unit works now, and after a boot.
    pub(crate) fn is_on(&self) -> bool {
        self.active == "active" && self.enabled == "enabled"
    }
}

impl Surroundings {
    /// Returns the units that do not work now, or not after a boot.
    pub(crate) fn units_off(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().flat_map(|units| &units.starters).filter(|unit| !unit.is_on())
    }

    /// Returns the last run.
    pub(crate) fn last_run(&self) -> Option<LastRun> {
        self.units.as_ref()?.last_run
    }

    /// Returns the age of something that happened at this time, in seconds.
    pub(crate) fn age(&self, time: i64) -> u64 {
        u64::try_from(self.now.saturating_sub(time)).unwrap_or(0)
    }
}

/// Returns a duration in its largest unit.
pub(super) fn duration(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
