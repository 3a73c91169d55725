//! Waits for events. The time limit is an emergency stop, not an expectation.

use std::time::{Duration, Instant};

/// A limit far beyond the time of any event, also on a loaded machine.
pub(crate) const EMERGENCY_STOP: Duration = Duration::from_secs(180);

/// The time to wait for a lock that only this test takes. A program that another test starts at the
/// same moment inherits the lock until it is loaded.
pub(crate) const LOCK: Duration = EMERGENCY_STOP;

/// Waits until `happened` returns true. Panics with `otherwise` if it never does.
#[track_caller]
pub(crate) fn until(event: &str, mut happened: impl FnMut() -> bool, otherwise: impl Fn() -> String) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < EMERGENCY_STOP, "{event}: did not happen within {EMERGENCY_STOP:?}\n{}", otherwise());
        std::thread::sleep(Duration::from_millis(20));
    }
}
