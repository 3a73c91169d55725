//! The names of the systemd units, for the tests that read them and the tests that run them.

/// The folder of the shipped units.
pub(crate) const UNITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/systemd");
pub(crate) const PATH_UNIT: &str = "128T-handle-loopback-static-routes-config.path";
pub(crate) const SERVICE: &str = "128T-handle-loopback-static-routes-config.service";
pub(crate) const WATCH_SERVICE: &str = "128T-loopback-static-routes-watch.service";
pub(crate) const WATCH_TIMER: &str = "128T-loopback-static-routes-watch.timer";
pub(crate) const ALL: [&str; 4] = [PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER];
