//! Trials while something else goes wrong: files are damaged, the product replaces the route file,
//! other routes are in the way, or kni254 is unreliable.

use loopback_static_routes::router::confirm::Intent;
use loopback_static_routes::router::kernel::{KernelRoute, Protocol};

use super::trials::{BAD, CONDUCTOR, PRODUCT, SAFE, file, guarded_site, ours, run, run_until, site_of_product, uplink};
use crate::common::router::part;
use crate::common::site::{Outside, Ran, Site};
use crate::common::twin::{KNI, OTHER, elsewhere, plain, to};

/// A peer of the site, which only kni254 reaches.
const BEHIND: &str = "203.0.113.77";

/// A router that reaches a peer of the site through its own route, which is confirmed.
fn site_with_peer_behind() -> Site {
    let site = guarded_site();
    {
        let mut world = site.world();
        let address = BEHIND.parse().expect("an address");
        world.outside.push(Outside { address, is_up: true, reached_by: vec![KNI] });
        world.peers = Some(
            format!(
                r#"{{"format-version": 1, "peers": [{{"role": "conductor", "host": "{CONDUCTOR}", "port": 930}},
                {{"role": "site", "host": "{BEHIND}", "port": 443}}]}}"#
            )
            .into_bytes(),
        );
        world.set_document(true, &[("203.0.113.0/24", 5)]);
    }
    run(&site, Intent::Apply);
    site.world().seconds += 3600;
    run(&site, Intent::Apply);
    assert!(reaches(&site, 1));
    site
}

fn reaches(site: &Site, number: usize) -> bool {
    let world = site.world();
    world.reaches(&world.outside[number])
}

fn run_many(site: &Site, count: usize) -> Vec<String> {
    (0..count).flat_map(|_| run(site, Intent::Apply)).collect()
}

/// Runs the program, which fails.
fn run_failing(site: &Site, intent: Intent) -> (String, Vec<String>) {
    site.world().seconds += 15;
    let mut messages = Vec::new();
    match site.run(intent, None, &mut |message| messages.push(message)) {
        Ran::Ended(result) => (result.expect_err("it fails").to_string(), messages),
        Ran::Killed => panic!("killed"),
    }
}

#[test]
fn the_product_s_routes_stay_after_a_takeover_was_rejected() {
    let site = site_of_product();
    run_until(&site, "it cuts off");
    run_many(&site, 20);
    assert!(reaches(&site, 0));
    assert_eq!(site.world().kernel.table, [uplink(), plain("192.0.2.10/32", 0, Protocol::BOOT)]);
}

#[test]
fn the_confirmed_routes_return_if_the_product_replaces_the_file_while_a_document_waits() {
    let site = site_with_peer_behind();
    site.world().set_document(true, SAFE);
    run_until(&site, "it cuts off");
    site.world().file = Some(PRODUCT.into());
    run_many(&site, 5);
    assert!(reaches(&site, 1));
    assert!(file(&site).ends_with(&part(&["203.0.113.0/24 metric 5"])), "{}", file(&site));
}

#[test]
fn a_revert_leaves_no_route_of_the_trial_whatever_is_in_conflict() {
    let site = guarded_site();
    // Metric 100 is taken by the uplink, so the operator tries another one.
    site.world().set_document(true, &[("0.0.0.0/0", 100), ("10.1.0.0/16", 5)]);
    run(&site, Intent::Apply);
    assert!(!file(&site).contains("0.0.0.0/0"), "a route that cannot be tried is not stored: {}", file(&site));
    site.world().set_document(true, BAD);
    run_until(&site, "is reverted after 120 s");
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    run_until(&site, "it cuts off");
    assert!(reaches(&site, 0));
}

#[test]
fn a_route_in_conflict_is_tried_when_its_place_is_free() {
    let site = guarded_site();
    let other = KernelRoute { route: to("0.0.0.0/0", 0), ..uplink() };
    site.world().kernel.table = vec![other.clone(), plain("10.1.0.0/16", 5, Protocol::OURS)];
    site.world().set_document(true, BAD);
    assert_eq!(
        run(&site, Intent::Apply)[0],
        "Conflict: 0.0.0.0/0 is held by eth7 (protocol dhcp) and was not added; give one of the two another metric"
    );
    assert_eq!(file(&site), part(&["10.1.0.0/16 metric 5"]));
    assert_eq!(run_many(&site, 3), [""; 0]);
    // DHCP takes its route away for a moment, and gives it another metric.
    site.world().kernel.table.retain(|route| *route != other);
    run(&site, Intent::Apply);
    site.world().kernel.table.push(uplink());
    run_many(&site, 30);
    assert!(reaches(&site, 0), "{:?}", site.world().kernel.table);
}

#[test]
fn a_trial_ends_if_another_route_takes_the_place_of_a_tried_one() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    let default = to("0.0.0.0/0", 0);
    site.world().kernel.table.retain(|route| route.route != default);
    site.world().kernel.table.push(KernelRoute { route: default, ..uplink() });
    assert_eq!(
        run(&site, Intent::Apply),
        [
            "The trial of the new configuration ended: another route took the place of one to a peer, so the change \
             goes on without it",
            "Conflict: 0.0.0.0/0 is held by eth7 (protocol dhcp) and was not added; give one of the two another metric",
        ]
    );
    assert!(reaches(&site, 0));
}

#[test]
fn a_trial_ends_although_the_document_or_the_file_is_damaged() {
    for damage in 0..3 {
        let site = guarded_site();
        site.world().set_document(true, BAD);
        run(&site, Intent::Apply);
        match damage {
            0 => site.world().document = Some(b"{".to_vec()),
            1 => site.world().document = None,
            _ => site.world().document = Some(br#"{"format-version": 9}"#.to_vec()),
        }
        let mut reverted = Vec::new();
        for _ in 0..10 {
            reverted.extend(run_failing(&site, Intent::Apply).1);
        }
        assert!(reverted.iter().any(|message| message.contains("is reverted after 120 s")), "{reverted:?}");
        assert!(reverted.iter().any(|message| message.contains("it cuts off")), "{reverted:?}");
        assert!(reaches(&site, 0));
    }
}

#[test]
fn an_invalid_list_of_peers_does_not_end_the_guard() {
    let site = guarded_site();
    site.world().peers = Some(b"{".to_vec());
    site.world().set_document(true, BAD);
    let messages = run(&site, Intent::Apply);
    assert!(messages.iter().any(|message| message.contains("is on trial")), "{messages:?}");
    assert!(messages.iter().any(|message| message.contains("invalid list of peers")), "{messages:?}");
    let messages = run_many(&site, 4);
    assert_eq!(messages, [""; 0], "a state is reported once");
    run_until(&site, "it cuts off");
    // A list that is gone is not an empty one.
    site.world().peers = None;
    site.world().set_document(true, &[("0.0.0.0/0", 1)]);
    run_until(&site, "is on trial");
}

#[test]
fn documents_that_alternate_are_both_rejected() {
    let site = guarded_site();
    let documents = [BAD, &[("0.0.0.0/0", 1)][..]];
    let mut cut_off = 0;
    for tick in 0..200 {
        site.world().set_document(true, documents[tick / 9 % 2]);
        run(&site, Intent::Apply);
        cut_off += usize::from(!reaches(&site, 0));
    }
    assert!(cut_off <= 20, "{cut_off} of 200");
}

#[test]
fn a_document_that_comes_and_goes_is_rejected_in_the_end() {
    let site = guarded_site();
    let mut cut_off = 0;
    for tick in 0..100 {
        site.world().set_document(true, if tick / 5 % 2 == 0 { BAD } else { SAFE });
        run(&site, Intent::Apply);
        cut_off += usize::from(!reaches(&site, 0));
    }
    assert!(cut_off <= 20, "{cut_off} of 100");
}

#[test]
fn a_peer_that_is_slow_to_return_is_waited_for_after_the_record_was_lost() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().records.clear();
    site.world().outside[0].is_up = false;
    run_many(&site, 20);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    site.world().outside[0].is_up = true;
    run_until(&site, "it cuts off");
}

#[test]
fn an_interface_that_flaps_does_not_keep_a_trial_alive() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    let mut cut_off = 0;
    for tick in 0..400 {
        site.world().has_carrier = tick % 8 != 7;
        run(&site, Intent::Apply);
        cut_off += usize::from(!reaches(&site, 0));
    }
    assert!(cut_off <= 100, "{cut_off} of 400");
    assert!(reaches(&site, 0));
}

#[test]
fn a_record_that_cannot_be_written_any_more_does_not_undo_the_revert() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().is_record_read_only = true;
    run_until(&site, "is reverted after 120 s");
    for _ in 0..20 {
        let messages = run(&site, Intent::Apply);
        assert!(!messages.iter().any(|message| message.contains("is reverted")), "{messages:?}");
        assert!(reaches(&site, 0));
    }
}

#[test]
fn a_change_is_not_tried_if_it_could_not_be_reverted() {
    let site = guarded_site();
    site.world().is_record_read_only = true;
    site.world().set_document(true, BAD);
    let (error, _) = run_failing(&site, Intent::Apply);
    assert!(error.contains("is tried only if it can be reverted"), "{error}");
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
}

#[test]
fn a_file_with_the_routes_of_the_trial_is_no_verdict() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    // The product restores a copy that has them.
    site.world().file = Some(part(&["0.0.0.0/0", "10.1.0.0/16 metric 5"]).into_bytes());
    run_until(&site, "is reverted after 120 s");
    assert!(reaches(&site, 0));
}

#[test]
fn a_hold_that_was_killed_does_not_let_its_operator_confirm_the_trial_before_it() {
    for intent in [Intent::Confirm, Intent::Revert] {
        let site = guarded_site();
        site.world().set_document(true, BAD);
        run(&site, Intent::Apply);
        // The hold is written, and the routes are still there.
        site.run(Intent::Hold { reason: None, now: true }, Some(1), &mut |_| {});
        assert!(site.world().records.contains_key("hold.json"));
        run(&site, intent.clone());
        assert!(!file(&site).contains("0.0.0.0/0"), "{intent:?}: {}", file(&site));
        run(&site, Intent::Apply);
        assert_eq!(ours(&site), [], "{intent:?}");
    }
}

#[test]
fn a_confirm_that_cannot_be_stored_does_not_prolong_a_trial_without_answers() {
    let site = guarded_site();
    site.world().is_file_read_only = true;
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    run_failing(&site, Intent::Confirm);
    // The trial began 15 s ago.
    assert_eq!(run_until(&site, "is reverted after 120 s: no answer from 192.0.2.10:930"), 120 / 15 - 1);
}

#[test]
fn a_confirm_that_is_killed_is_no_confirmed_state() {
    let removals: [fn(&Site); 2] = [
        |site| drop(run(site, Intent::Remove { now: true })),
        |site| {
            site.world().set_document(false, &[]);
            run(site, Intent::Apply);
        },
    ];
    for remove in removals {
        let start = guarded_site();
        remove(&start);
        assert_eq!(ours(&start), []);
        start.world().set_document(true, BAD);
        for fuse in 0..8 {
            let site = Site::new(start.world().clone());
            site.run(Intent::Confirm, Some(fuse), &mut |_| {});
            if file(&site).contains("0.0.0.0/0") {
                // It was killed after the file was written.
                continue;
            }
            run(&site, Intent::Apply);
            run_many(&site, 12);
            assert!(reaches(&site, 0), "{fuse}: {:?}", ours(&site));
        }
    }
}

#[test]
fn a_confirm_that_cannot_be_stored_changes_nothing() {
    let site = guarded_site();
    site.world().is_file_read_only = true;
    site.world().set_document(true, BAD);
    let before = site.world().kernel.table.clone();
    run_failing(&site, Intent::Confirm);
    assert_eq!(site.world().kernel.table, before);
    // If there are no peers, there is nothing to lose.
    site.world().peers = None;
    site.world().records.clear();
    run_failing(&site, Intent::Confirm);
    assert_eq!(ours(&site).len(), 2);
}

#[test]
fn a_trial_that_cannot_be_confirmed_ends_soon_after_its_peer_is_lost() {
    for is_file in [true, false] {
        let site = guarded_site();
        site.world().outside[0].reached_by.push(KNI);
        site.world().set_document(true, BAD);
        run(&site, Intent::Apply);
        (site.world().is_file_read_only, site.world().is_record_read_only) = (is_file, !is_file);
        for _ in 0..40 {
            site.world().seconds += 15;
            site.run(Intent::Apply, None, &mut |_| {});
        }
        assert_eq!(ours(&site).len(), 2, "{is_file}: the peers answer");
        (site.world().is_file_read_only, site.world().is_record_read_only) = (false, false);
        site.world().outside[0].reached_by = vec![OTHER];
        assert!(run_until(&site, "is reverted") <= 120 / 15 + 1, "{is_file}");
    }
}

#[test]
fn a_confirm_that_cannot_be_recorded_does_not_change_the_file() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().is_record_read_only = true;
    let before = file(&site);
    run_failing(&site, Intent::Confirm);
    assert_eq!(file(&site), before);
    run_until(&site, "is reverted after 120 s");
    assert!(reaches(&site, 0) && file(&site) == before);
    // A trial that succeeds goes on until it can be recorded.
    let site = guarded_site();
    site.world().outside[0].reached_by.push(KNI);
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().is_record_read_only = true;
    for _ in 0..20 {
        site.world().seconds += 15;
        site.run(Intent::Apply, None, &mut |_| {});
    }
    assert_eq!((&file(&site), ours(&site).len()), (&before, 2));
    site.world().is_record_read_only = false;
    run_until(&site, "is confirmed");
    assert!(file(&site).contains("0.0.0.0/0"));
}

#[test]
fn a_lost_record_reverts_a_trial_although_the_list_of_peers_is_damaged() {
    let site = guarded_site();
    run(&site, Intent::Hold { reason: None, now: true });
    site.world().peers = Some(b"{".to_vec());
    site.world().set_document(true, BAD);
    run(&site, Intent::Release);
    assert!(!reaches(&site, 0), "it is tried");
    site.world().records.remove("trial.json");
    run(&site, Intent::Apply);
    assert!(reaches(&site, 0), "{:?}", ours(&site));
}

#[test]
fn confirmed_routes_are_installed_again_although_the_list_of_peers_is_damaged() {
    let site = guarded_site();
    site.world().records.remove("trial.json");
    site.world().peers = Some(b"{".to_vec());
    site.world().set_document(true, BAD);
    run(&site, Intent::Confirm);
    let confirmed = file(&site);
    site.world().file = Some(PRODUCT.into());
    run(&site, Intent::Apply);
    assert!(file(&site).ends_with(&confirmed), "{}", file(&site));
}

#[test]
fn a_hold_now_is_made_at_once_even_if_its_run_is_killed() {
    let start = site_with_peer_behind();
    for fuse in 1..8 {
        let site = Site::new(start.world().clone());
        site.run(Intent::Hold { reason: None, now: true }, Some(fuse), &mut |_| {});
        run_many(&site, 15);
        assert_eq!(ours(&site), [], "{fuse}");
        assert!(site.world().records.contains_key("hold.json"), "{fuse}");
    }
}

#[test]
fn a_hold_does_not_wait_for_peers_that_the_held_routes_cut_off() {
    let site = guarded_site();
    site.world().outside[0].reached_by.push(KNI);
    site.world().set_document(true, BAD);
    run_until(&site, "is confirmed");
    // The path through kni254 breaks.
    site.world().outside[0].reached_by = vec![OTHER];
    run(&site, Intent::Hold { reason: None, now: false });
    assert_eq!(ours(&site), []);
    assert!(reaches(&site, 0));
}

#[test]
fn a_hold_works_without_a_valid_document() {
    for document in [None, Some(b"{".to_vec())] {
        let site = guarded_site();
        site.world().document = document;
        run(&site, Intent::Hold { reason: None, now: false });
        run_many(&site, 3);
        assert_eq!(ours(&site), []);
    }
}

#[test]
fn a_revert_without_a_trial_changes_nothing() {
    let site = guarded_site();
    site.world().outside[0].is_up = false;
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().outside[0].is_up = true;
    run(&site, Intent::Revert);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
}

#[test]
fn a_short_deadline_does_not_reject_a_good_change() {
    let site = guarded_site();
    site.world().outside[0].reached_by.push(KNI);
    site.world().peers = Some(
        format!(
            r#"{{"format-version": 1, "deadline-seconds": 1,
            "peers": [{{"role": "conductor", "host": "{CONDUCTOR}", "port": 930}}]}}"#
        )
        .into_bytes(),
    );
    site.world().set_document(true, BAD);
    assert!(run_until(&site, "is confirmed") <= 4);
}

#[test]
fn a_file_that_cannot_be_written_makes_no_routes_flap() {
    let site = guarded_site();
    site.world().is_file_read_only = true;
    // The ways to the peers stay the same.
    site.world().set_document(true, &[("0.0.0.0/0", 200), ("10.1.0.0/16", 5)]);
    for _ in 0..4 {
        let (error, messages) = run_failing(&site, Intent::Apply);
        assert!(error.contains("corrected without it"), "{error}");
        assert!(!messages.iter().any(|message| message.contains("record is lost")), "{messages:?}");
        assert_eq!(ours(&site), [to("0.0.0.0/0", 200), to("10.1.0.0/16", 5)]);
    }
}

#[test]
fn a_removal_that_the_watch_continues_has_a_verdict() {
    let site = site_with_peer_behind();
    assert!(run(&site, Intent::Remove { now: false })[0].contains("The removal is on trial"));
    run_until(&site, "The removal is reverted after 120 s");
    assert!(run(&site, Intent::Apply)[0].contains("The removal is rejected"));
    assert!(reaches(&site, 1));
    match site.run(Intent::Continue, None, &mut |_| {}) {
        Ran::Ended(result) => assert!(result.expect("nothing fails").outcome.is_refusal()),
        Ran::Killed => panic!("killed"),
    }
}

#[test]
fn other_programs_routes_and_the_operator_s_stay_in_a_trial() {
    let site = guarded_site();
    let operator = plain("198.51.100.0/24", 7, Protocol::BOOT);
    let other = elsewhere("198.51.100.128/25", 0);
    site.world().kernel.table.extend([operator.clone(), other.clone()]);
    site.world().kernel.table.sort();
    site.world().set_document(true, BAD);
    run_until(&site, "it cuts off");
    assert!([operator, other].iter().all(|route| site.world().kernel.table.contains(route)));
}
