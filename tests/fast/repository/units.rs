//! The text of the systemd units.

use crate::common::repository_file;
use crate::common::units::{ALL, PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER};

fn read(unit: &str) -> String {
    repository_file(&format!("packaging/systemd/{unit}"))
}

/// Returns the value of a key. The unit must have the key exactly once.
fn value<'t>(text: &'t str, key: &str) -> &'t str {
    let mut values = text.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("missing {key} in\n{text}"));
    assert_eq!(values.next(), None, "duplicate {key}");
    value
}

/// `docs/router.md` promises these intervals. The tests with a real systemd use a shorter one.
#[test]
fn the_watch_runs_every_15_seconds_and_every_minute_on_el7() {
    let timer = read(WATCH_TIMER);
    assert_eq!((value(&timer, "OnCalendar"), value(&timer, "AccuracySec")), ("*:*:0/15", "1"));
    let timer = read(&format!("el7/{WATCH_TIMER}"));
    assert_eq!((value(&timer, "OnCalendar"), value(&timer, "AccuracySec")), ("*:*:00", "1"));
}

/// The path unit starts its service again and again, which systemd limits by default.
#[test]
fn no_unit_has_a_start_limit() {
    for unit in [PATH_UNIT, SERVICE, WATCH_SERVICE] {
        assert_eq!(value(&read(unit), "StartLimitIntervalSec"), "0", "{unit}");
    }
}

/// A hanging run of the watch holds the lock until systemd kills it.
#[test]
fn the_service_waits_for_the_lock_longer_than_the_watch_may_hang() {
    for folder in ["", "el7/"] {
        let seconds = |text: &str, key: &str| value(text, key).parse::<u32>().expect("seconds");
        let (service, watch) = (read(&format!("{folder}{SERVICE}")), read(&format!("{folder}{WATCH_SERVICE}")));
        let wait = value(&service, "ExecStart").split_once("--lock-wait ").expect("it waits").1;
        let wait = wait.split(' ').next().expect("a word").parse::<u32>().expect("seconds");
        assert!(wait > seconds(&watch, "TimeoutStartSec") && wait < seconds(&service, "TimeoutStartSec"));
    }
}

/// The two services differ in their name and in how much they log. The units for EL7 differ in the
/// keys that systemd 219 does not know.
#[test]
fn variants_of_a_unit_agree() {
    let keys = |unit: &str| -> Vec<String> {
        read(unit).lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect()
    };
    let without = |lines: Vec<String>, keys: &[&str]| -> Vec<String> {
        lines.into_iter().filter(|line| !keys.iter().any(|key| line.starts_with(&format!("{key}=")))).collect()
    };
    let own = ["Description", "LogLevelMax", "ExecStart", "SuccessExitStatus", "TimeoutStartSec"];
    assert_eq!(without(keys(SERVICE), &own), without(keys(WATCH_SERVICE), &own));
    // The keys in the manual of systemd 219: systemd.exec(5), systemd.service(5) and
    // systemd.unit(5).
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
        "OnCalendar",
        "AccuracySec",
    ];
    for unit in ALL {
        for line in keys(&format!("el7/{unit}")) {
            let key = line.split('=').next().unwrap_or_default();
            assert!(known.contains(&key) || known.contains(&line.as_str()), "el7/{unit}: {line}");
        }
        let changed = ["ProtectSystem", "ReadWritePaths", "ReadWriteDirectories", "StartLimitInterval", "OnCalendar"];
        let modern = without(keys(unit), &changed);
        let old = without(keys(&format!("el7/{unit}")), &changed);
        let lacking: Vec<&String> = old.iter().filter(|line| !modern.contains(line)).collect();
        assert!(lacking.is_empty(), "el7/{unit}: {lacking:?}");
    }
}
