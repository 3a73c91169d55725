//! The clocks.

use std::time::SystemTime;

use loopback_static_routes::router::machine::{Moment, Now};
use rustix::time::{ClockId, clock_gettime};

use crate::args::Arguments;

/// The time between two steps of a trial for which a command waits, in seconds.
pub(crate) const STEP: u64 = 5;

/// Returns the time.
pub(crate) fn now(arguments: &Arguments) -> Now {
    Now { moment: moment(arguments), epoch: epoch() }
}

/// Returns the time for deadlines.
pub(crate) fn moment(arguments: &Arguments) -> Moment {
    let boot = match &arguments.boot_id {
        Some(id) => id.clone(),
        None => std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default(),
    };
    // systemd writes it without hyphens.
    let boot = boot.chars().filter(char::is_ascii_hexdigit).collect();
    let seconds = u64::try_from(clock_gettime(ClockId::Boottime).tv_sec).unwrap_or(0);
    Moment { boot, seconds }
}

/// Returns the seconds since the epoch.
pub(crate) fn epoch() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    i64::try_from(now).unwrap_or(i64::MAX)
}
