//! `docs/router.md` lists every message and every drift.

use std::path::Path;

use loopback_static_routes::contract::peers::Role;
use loopback_static_routes::contract::route_file::MARKER;
use loopback_static_routes::model::Metric;
use loopback_static_routes::router::backend::Confirmed;
use loopback_static_routes::router::backend::route_file::{BACKUP_NAME, NETWORK_SCRIPTS};
use loopback_static_routes::router::confirm::notice::End;
use loopback_static_routes::router::confirm::peer::Peer;
use loopback_static_routes::router::confirm::record::{Cause, Counted, Moment, Origin, Reason, Target, Trial};
use loopback_static_routes::router::confirm::{Hold, Notice};
use loopback_static_routes::router::diff::Conflict;
use loopback_static_routes::router::kernel::{Interface, Protocol};
use loopback_static_routes::router::state::{State, Unready};
use loopback_static_routes::router::status::Drift;
use loopback_static_routes::router::survey::Shadow;
use loopback_static_routes::router::{Event, report};
use loopback_static_routes::router::{document, own_folder};

use crate::common::router::page;
use crate::common::twin::{elsewhere, to};

#[test]
fn every_message_is_in_the_page() {
    let page = page();
    let file = Path::new(NETWORK_SCRIPTS).join("route-kni254");
    let backup = file.with_file_name(BACKUP_NAME);
    let conflict = Conflict { wanted: to("192.0.2.0/24", 5), holder: elsewhere("192.0.2.0/24", 5) };
    let held = |shared| State::conflict(&conflict, Some("eth0".to_owned()), shared);
    let shadow = Shadow { table: Some(100), interface: Some("eth9".to_owned()) };
    let states = [
        held(false),
        held(true),
        State::Waiting { interface: Unready::Down, routes: 3 },
        State::NoCarrier { routes: 3 },
        State::Shadowed { route: to("0.0.0.0/0", 0), shadow: shadow.clone() },
        State::Shadowed { route: to("192.0.2.0/24", 5), shadow },
    ];
    let events = [
        Event::DefaultRoute(Metric(0)),
        Event::Dropped("192.0.2.0/24 dev eth0"),
        Event::Kept(to("192.0.2.10/32", 0)),
        Event::Uncovered(to("198.51.100.9/32", 0)),
        Event::Updating(&file),
        Event::GroupLost(&file),
        Event::BackedUp(&backup),
        Event::Restoring(&file),
        Event::Removing(&file),
        Event::Again,
        Event::Changed { added: 2, deleted: 1 },
        Event::More(7),
        Event::Done,
        Event::Off,
    ];
    let reported = states.iter().flat_map(|state| [Event::State(state), Event::Ended(state)]);
    for event in events.into_iter().chain(reported) {
        // A new event must be documented: this does not compile until it is added here and above.
        match event {
            Event::DefaultRoute(_)
            | Event::Dropped(_)
            | Event::Kept(_)
            | Event::Uncovered(_)
            | Event::Updating(_)
            | Event::GroupLost(_)
            | Event::BackedUp(_)
            | Event::Restoring(_)
            | Event::Removing(_)
            | Event::Again
            | Event::Changed { .. }
            | Event::State(_)
            | Event::Ended(_)
            | Event::More(_)
            | Event::Done
            | Event::Guard(_)
            | Event::Off => assert_documented(&page, &event.to_string()),
            // The errors have their own table.
            Event::Failed(_) | Event::Unrecorded(_) => {}
        }
    }
    for interface in [Interface::Missing, Interface::WithoutLinkRoute(3)] {
        assert_documented(&page, &interface.to_string());
    }
    for path in [document::PATH, own_folder::PATH, &file.display().to_string(), &backup.display().to_string(), MARKER] {
        assert_documented(&page, path);
    }
}

#[test]
fn every_message_about_trials_is_in_the_page() {
    let page = page();
    let conductor = Peer {
        address: "192.0.2.10".parse().expect("an address"),
        port: 930,
        role: Some(Role::Conductor),
        local: None,
        is_inbound: false,
    };
    let counted = |peer: &Peer| Counted { peer: peer.clone(), before: "eth0".to_owned(), after: "kni254".to_owned() };
    let target = |origin| Target { origin, digest: "off".to_owned(), routes: None };
    let trial = |origin| Trial {
        target: target(origin),
        former: Confirmed::default(),
        began: Moment::default(),
        deadline: 120,
        peers: vec![counted(&conductor)],
        answered_since: None,
    };
    let document = trial(Origin::Document);
    let lost = [conductor.clone()];
    let hold = Hold { reason: Some("the reason".to_owned()), since: 0 };
    let notices = [
        Notice::Began(&document),
        Notice::Ended(&document, End::Confirmed),
        Notice::Ended(&document, End::Reboot),
        Notice::Reverted(&document, &lost),
        Notice::Reverted(&document, &[]),
        Notice::Repeated(&lost),
        Notice::Repeated(&[]),
        Notice::Postponed(Reason::NoAnswer),
        Notice::Postponed(Reason::Interface),
        Notice::Postponed(Reason::Restored),
        Notice::Moved(&counted(&conductor), false),
        Notice::Moved(&counted(&conductor), true),
        Notice::Held(&hold),
        Notice::Released,
        Notice::NothingToConfirm,
    ];
    for notice in notices {
        assert_documented(&page, &notice.to_string());
    }
    let (unproven, operator) = (Cause::Unproven, Cause::Operator);
    let parts = [
        Notice::Ended(&document, End::Interface),
        Notice::Ended(&document, End::Superseded),
        Notice::Quarantined(&document.target, &unproven),
        Notice::Quarantined(&document.target, &operator),
    ];
    for notice in parts {
        let text = notice.to_string();
        let said = text.strip_prefix("The trial of the new configuration ended: ").unwrap_or(&text);
        let start = said.split("; the former").next().expect("a part");
        assert!(page.contains(start), "{text}");
    }
    assert_documented(&page, &Notice::Quarantined(&document.target, &Cause::Lost(conductor)).to_string());
    let text = Notice::Quarantined(&target(Origin::Hold), &operator).to_string();
    assert!(page.contains(&text[text.find("; the hold").expect("advice")..]), "{text}");
    assert!(page.contains(&Notice::NothingToRevert.to_string()));
}

#[test]
fn every_drift_is_in_the_page() {
    let page = page();
    let drifts = [
        Drift::NotInFile,
        Drift::NotInKernel,
        Drift::Waiting(Interface::Down),
        Drift::Held(Protocol::BOOT, Some("eth9".to_owned())),
        Drift::NoCarrier,
        Drift::Shadowed(Shadow { table: Some(100), interface: Some("eth9".to_owned()) }),
        Drift::LeftInFile,
        Drift::LeftInKernel,
        Drift::WrongForm,
    ];
    for drift in drifts {
        match drift {
            Drift::NotInFile
            | Drift::NotInKernel
            | Drift::Waiting(_)
            | Drift::Held(..)
            | Drift::NoCarrier
            | Drift::Shadowed(_)
            | Drift::LeftInFile
            | Drift::LeftInKernel
            | Drift::WrongForm => assert!(page.contains(&format!("| `{drift}` | `{}` |", drift.code())), "{drift}"),
        }
    }
}

#[test]
fn a_failure_is_reported_as_json() {
    let error = loopback_static_routes::router::Error::Busy("/x".into());
    let json: serde_json::Value = serde_json::from_str(&report::error_json(&error)).expect("JSON");
    assert_eq!(json["outcome"], "failed");
}

#[track_caller]
fn assert_documented(page: &str, said: &str) {
    assert!(page.contains(&format!("`{said}`")), "{said}");
}
