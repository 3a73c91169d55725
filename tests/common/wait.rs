//! Waits for events. A test fails here only when an event never comes: the limit is an emergency stop, not an expectation.

use std::time::{Duration, Instant};

/// Far longer than any event takes, also on a loaded machine.
const EMERGENCY_STOP: Duration = Duration::from_secs(180);

/// How long to wait for a lock that only this test takes. Another test that starts a program at the same moment gives it a copy of the
/// lock until the program is loaded.
pub(crate) const LOCK: Duration = EMERGENCY_STOP;

/// Waits until `happened` returns true; panics with `otherwise` when it never does.
#[track_caller]
pub(crate) fn until(event: &str, mut happened: impl FnMut() -> bool, otherwise: impl Fn() -> String) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < EMERGENCY_STOP, "{event}: not within {EMERGENCY_STOP:?}\n{}", otherwise());
        std::thread::sleep(Duration::from_millis(20));
    }
}
