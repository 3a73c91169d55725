//! The plan for a route file, and the parts of its content.

use loopback_static_routes::contract::route_file::MARKER;
use loopback_static_routes::model::{Metric, Route};
use loopback_static_routes::router::backend::route_file::{FileStep, InstalledFile, plan};

const LINE: &str = "192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5";

fn routes() -> Vec<Route> {
    vec![Route { prefix: "192.0.2.0/24".parse().expect("a prefix"), metric: Metric(5) }]
}

fn marked(head: &str, lines: &[&str]) -> String {
    format!("{head}{MARKER}\n{}", lines.iter().map(|line| format!("{line}\n")).collect::<String>())
}

#[test]
fn each_state_of_the_file_has_its_step() {
    const OTHER: &str = "10.9.0.0/16 via 169.254.127.126 dev kni254";
    const FOREIGN: &str = "10.8.0.0/16 via 192.0.2.9 dev eth0";
    let write = |text: String, back_up: bool| FileStep::Write { bytes: text.into_bytes(), back_up };
    let compose = |text: String| FileStep::Compose { bytes: text.into_bytes() };
    let (on, off) = (Some(routes()), None);
    let taken_over = format!("# mine\n{FOREIGN}\n{OTHER}\n");
    let residue = format!("# mine\n{FOREIGN}\n");
    let cases = [
        ("first install", None, None, &on, write(marked("", &[LINE]), false), "", ""),
        ("no change", Some(marked("", &[LINE])), None, &on, FileStep::Keep, LINE, ""),
        ("no change below a head", Some(marked("# x\n", &[LINE])), None, &on, FileStep::Keep, LINE, ""),
        (
            "a route goes",
            Some(marked("# x\n", &[LINE, OTHER])),
            None,
            &on,
            write(marked("# x\n", &[LINE]), false),
            "192.0.2.0/24 10.9.0.0/16",
            "",
        ),
        ("takeover", Some(taken_over.clone()), None, &on, write(marked(&residue, &[LINE]), true), "10.9.0.0/16", ""),
        (
            "takeover without a last end of line",
            Some("# x".to_owned()),
            None,
            &on,
            write(marked("# x\n", &[LINE]), true),
            "",
            "",
        ),
        ("off, nothing there", None, None, &off, FileStep::Keep, "", ""),
        ("off, ours alone", Some(marked("", &[LINE])), None, &off, FileStep::Remove, "192.0.2.0/24", ""),
        (
            "off, below a head",
            Some(marked("# x\n", &[LINE])),
            None,
            &off,
            write("# x\n".to_owned(), false),
            "192.0.2.0/24",
            "",
        ),
        ("off, another's file", Some(format!("{OTHER}\n")), None, &off, FileStep::Keep, "", ""),
        (
            "off, as it was taken over",
            Some(marked(&residue, &[LINE])),
            Some(&taken_over),
            &off,
            FileStep::Restore,
            "192.0.2.0/24",
            "10.9.0.0/16",
        ),
        (
            "off, edited since",
            Some(marked("# new\n", &[LINE])),
            Some(&taken_over),
            &off,
            compose(format!("# new\n{OTHER}\n")),
            "192.0.2.0/24",
            "10.9.0.0/16",
        ),
        ("off, the file is gone", None, Some(&taken_over), &off, FileStep::Restore, "", "10.9.0.0/16"),
        (
            "off, the product put it back",
            Some(taken_over.clone()),
            Some(&taken_over),
            &off,
            FileStep::DropBackup,
            "",
            "",
        ),
        (
            "off, another's file beside a backup",
            Some("# y\n".to_owned()),
            Some(&taken_over),
            &off,
            FileStep::Keep,
            "",
            "",
        ),
    ];
    for (name, file, backup, desired, step, before, restored) in cases {
        let file = file.as_ref().map(String::as_bytes);
        let got = plan(file, backup.map(String::as_bytes), desired.as_deref()).expect(name);
        let listed =
            |routes: &[Route]| routes.iter().map(|route| route.prefix.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(got.step, step, "{name}");
        let before = if before == LINE { "192.0.2.0/24" } else { before };
        assert_eq!((listed(&got.vouched).as_str(), listed(&got.restored).as_str()), (before, restored), "{name}");
    }
}

#[test]
fn nothing_is_dropped_in_silence() {
    let strangers = marked("", &[LINE, "10.7.0.0/16 via 192.0.2.9 dev eth0", ""]);
    let plan_of = |file: &str, backup: Option<&str>| {
        plan(Some(file.as_bytes()), backup.map(str::as_bytes), Some(&routes())).expect("planned").dropped
    };
    assert_eq!(plan_of(&strangers, None), ["10.7.0.0/16 via 192.0.2.9 dev eth0"]);
    // The first takeover's backup keeps all; a later one's file may hold what it does not.
    let later = "10.9.0.0/16 via 169.254.127.126 dev kni254";
    assert_eq!(plan_of(later, None), Vec::<String>::new());
    assert_eq!(plan_of(later, Some("# older\n")), [later]);
    assert_eq!(plan_of(later, Some(later)), Vec::<String>::new());
}

#[test]
fn a_file_that_would_be_run_is_refused() {
    for (head, line) in [("ADDRESS0=1\n", 1), ("# x\n \t\x0bADDRESS12=10.0.0.0\n", 2), ("#\n#\nADDRESS7=", 3)] {
        let file = marked(head, &[LINE]);
        for file in [head, &file] {
            let error = plan(Some(file.as_bytes()), None, Some(&routes())).expect_err(head);
            assert_eq!(error.number, line, "{file:?}");
        }
    }
    for head in ["ADDRESS=1\n", "# ADDRESS0=1\n", "XADDRESS0=1\n", "ADDRESS0 =1\n", "address0=1\n"] {
        assert!(plan(Some(head.as_bytes()), None, Some(&routes())).is_ok(), "{head:?}");
    }
    // A file without our part is not checked while the plugin is off.
    assert_eq!(plan(Some(b"ADDRESS0=1\n"), None, None).map(|plan| plan.step), Ok(FileStep::Keep));
}

#[test]
fn taken_apart_at_the_first_marker() {
    let text = marked("# head\r\n\n", &[LINE, MARKER, "x"]);
    let file = InstalledFile::parse(text.as_bytes());
    assert_eq!(file.head, b"# head\r\n\n");
    let part = file.part.expect("marked");
    assert_eq!((part.routes, part.foreign), (routes(), vec![MARKER.to_owned(), "x".to_owned()]));
    assert_eq!(InstalledFile::parse(b"\xff\n").part, None);
}

#[test]
fn the_lines_that_stay_above_the_marker_are_claims() {
    const PLAIN: &str = "10.9.0.0/16 via 169.254.127.126 dev kni254";
    const SPELT: &str = "10.8.0.0/16 dev kni254 via 169.254.127.126 prio 7 onlink";
    let head = format!("# mine\n{PLAIN}\n{SPELT}\n10.7.0.0/16 via 192.0.2.9 dev eth0\n");
    let file = marked(&head, &[LINE]);
    let claims = |file: &str, desired: Option<Vec<Route>>| -> Vec<(String, bool)> {
        let plan = plan(Some(file.as_bytes()), None, desired.as_deref()).expect("planned");
        plan.claims.iter().map(|claim| (claim.route.prefix.to_string(), claim.is_exact)).collect()
    };
    let (plain, spelt) = (("10.9.0.0/16".to_owned(), true), ("10.8.0.0/16".to_owned(), false));
    let both = [plain, spelt.clone()];
    // A file with our part, with another one, and when the plugin is turned off.
    assert_eq!(claims(&file, Some(routes())), both);
    assert_eq!(claims(&file, Some(Vec::new())), both);
    assert_eq!(claims(&file, None), both);
    // A takeover makes the plain lines ours. Without it, all lines are the operator's.
    assert_eq!(claims(&head, Some(routes())), [spelt]);
    assert_eq!(claims(&head, None), both);
}
