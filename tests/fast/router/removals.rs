//! Removals without a trial, which say what they do to the peers.

use loopback_static_routes::router::confirm::Intent;

use super::trials::{BAD, CONDUCTOR, guarded_site, uplink};
use crate::common::site::{Outside, Ran, Site, World};
use crate::common::twin::{KNI, OTHER};

/// Runs the program. Returns its messages about peers.
fn said(site: &Site, intent: Intent) -> Vec<String> {
    site.world().seconds += 15;
    let mut messages = Vec::new();
    match site.run(intent, None, &mut |message| messages.push(message)) {
        Ran::Ended(result) if result.is_ok() => {}
        other => panic!("{other:?} {messages:?}"),
    }
    messages.retain(|message| message.contains(CONDUCTOR));
    messages
}

/// A router that reaches its conductor by the plugin's default route.
fn site_through_kni(reached_by: Vec<u32>) -> Site {
    let mut world = World::new(vec![uplink()]);
    world.outside = vec![Outside { address: CONDUCTOR.parse().expect("an address"), is_up: true, reached_by }];
    world.peers = guarded_site().world().peers.clone();
    world.set_document(true, BAD);
    let site = Site::new(world);
    said(&site, Intent::Confirm);
    // A run without changes asks the peers.
    assert_eq!(said(&site, Intent::Apply), [""; 0]);
    site
}

#[test]
fn a_removal_without_a_trial_names_the_peers_that_are_lost() {
    for intent in [Intent::Remove { now: true }, Intent::Hold { reason: None, now: true }] {
        let site = site_through_kni(vec![KNI]);
        assert_eq!(
            said(&site, intent.clone()),
            [
                "192.0.2.10:930 (conductor) does not answer without the routes of the plugin: now through eth7, before kni254"
            ]
        );
        assert_eq!(said(&site, intent), [""; 0], "nothing changes");
    }
}

#[test]
fn a_removal_without_a_trial_names_the_peers_whose_way_changes() {
    let site = site_through_kni(vec![KNI, OTHER]);
    assert_eq!(
        said(&site, Intent::Remove { now: true }),
        [
            "192.0.2.10:930 (conductor) answers on another way without the routes of the plugin: now through eth7, before kni254"
        ]
    );
    // One that answers as before is not named, and neither is one that is down by itself.
    for is_up in [true, false] {
        let site = guarded_site();
        site.world().outside[0].is_up = is_up;
        assert_eq!(said(&site, Intent::Remove { now: true }), [""; 0]);
    }
}

#[test]
fn a_removal_during_a_trial_reverts_it_first() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    said(&site, Intent::Apply);
    assert_eq!(said(&site, Intent::Remove { now: true }), [""; 0]);
    let world = site.world();
    assert!(world.kernel.table == [uplink()] && world.reaches(&world.outside[0]), "{:?}", world.kernel.table);
}
