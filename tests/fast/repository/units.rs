//! The systemd units, as texts.

use crate::common::repository_file;
use crate::common::units::{ALL, PATH_UNIT, SERVICE, WATCH_SERVICE, WATCH_TIMER};

fn read(unit: &str) -> String {
    repository_file(&format!("packaging/systemd/{unit}"))
}

/// The value of a key that a unit has once.
fn value<'t>(text: &'t str, key: &str) -> &'t str {
    let mut values = text.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("no {key} in\n{text}"));
    assert_eq!(values.next(), None, "{key} is there more than once");
    value
}

/// `docs/router.md` promises these. The tests with a real systemd run the timer faster.
#[test]
fn the_watch_runs_every_15_seconds_and_every_minute_on_el7() {
    let timer = read(WATCH_TIMER);
    assert_eq!((value(&timer, "OnCalendar"), value(&timer, "AccuracySec")), ("*:*:0/15", "1"));
    let timer = read(&format!("el7/{WATCH_TIMER}"));
    assert_eq!((value(&timer, "OnCalendar"), value(&timer, "AccuracySec")), ("*:*:00", "1"));
}

/// The path unit starts its service again and again, which systemd limits by default.
#[test]
fn no_start_limit() {
    for unit in [PATH_UNIT, SERVICE, WATCH_SERVICE] {
        assert_eq!(value(&read(unit), "StartLimitIntervalSec"), "0", "{unit}");
    }
}

/// A run of the watch that hangs holds the lock until systemd kills it.
#[test]
fn the_service_waits_for_the_lock_longer_than_the_watch_may_hang() {
    for folder in ["", "el7/"] {
        let seconds = |text: &str, key: &str| value(text, key).parse::<u32>().expect("seconds");
        let (service, watch) = (read(&format!("{folder}{SERVICE}")), read(&format!("{folder}{WATCH_SERVICE}")));
        let wait = value(&service, "ExecStart").split_once("--wait ").expect("it waits").1;
        let wait = wait.parse::<u32>().expect("seconds");
        assert!(wait > seconds(&watch, "TimeoutStartSec") && wait < seconds(&service, "TimeoutStartSec"));
    }
}

/// The two services differ in their name and their quiet alone; those for EL7 in what systemd 219 does not know.
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
    // systemd 219's manual, systemd.exec(5), systemd.service(5) and systemd.unit(5).
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
