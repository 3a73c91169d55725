//! Trials, step by step, on a site in memory.

use loopback_static_routes::router::confirm::Intent;
use loopback_static_routes::router::kernel::{KernelRoute, Protocol};

use crate::common::router::part;
use crate::common::site::{Outside, Ran, Site, World};
use crate::common::twin::{KNI, OTHER, elsewhere, plain, to};

/// The conductor, which the default route through another interface reaches.
pub(crate) const CONDUCTOR: &str = "192.0.2.10";
/// The default route before the plugin.
pub(crate) fn uplink() -> KernelRoute {
    elsewhere("0.0.0.0/0", 100)
}

/// The routes that do no harm.
pub(crate) const SAFE: &[(&str, u32)] = &[("10.1.0.0/16", 5)];
/// The routes that take the path to the conductor.
pub(crate) const BAD: &[(&str, u32)] = &[("0.0.0.0/0", 0), ("10.1.0.0/16", 5)];

/// A router whose conductor is reached by its uplink.
pub(crate) fn guarded_site() -> Site {
    let mut world = World::new(vec![uplink()]);
    world.outside =
        vec![Outside { address: CONDUCTOR.parse().expect("an address"), is_up: true, reached_by: vec![OTHER] }];
    world.peers = Some(
        format!(r#"{{"format-version": 1, "peers": [{{"role": "conductor", "host": "{CONDUCTOR}", "port": 930}}]}}"#)
            .into_bytes(),
    );
    world.set_document(true, SAFE);
    let site = Site::new(world);
    run(&site, Intent::Apply);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    // A run without changes asks the peers.
    run(&site, Intent::Apply);
    site
}

/// Runs the program 15 s after the last run. Returns its messages about trials.
pub(super) fn run(site: &Site, intent: Intent) -> Vec<String> {
    site.world().seconds += 15;
    let mut messages = Vec::new();
    match site.run(intent, None, &mut |message| messages.push(message)) {
        Ran::Ended(result) if result.is_ok() => {}
        other => panic!("{other:?} {messages:?}"),
    }
    messages.retain(|message| {
        !["Setting", "Updating", "Kernel", "Successfully", "Keeping", "Static", "Restoring", "Removing"]
            .iter()
            .any(|start| message.starts_with(start))
    });
    messages
}

/// Runs until a message contains a text. Returns the number of runs.
#[track_caller]
pub(super) fn run_until(site: &Site, text: &str) -> usize {
    for count in 1..40 {
        let messages = run(site, Intent::Apply);
        if messages.iter().any(|message| message.contains(text)) {
            return count;
        }
    }
    panic!("no message with {text:?}: {:#?}", site.world());
}

pub(super) fn ours(site: &Site) -> Vec<loopback_static_routes::model::Route> {
    let world = site.world();
    let ours = world.kernel.table.iter().filter(|route| route.protocol == Protocol::OURS);
    ours.map(|route| route.route).collect()
}

pub(super) fn file(site: &Site) -> String {
    String::from_utf8(site.world().file.clone().unwrap_or_default()).expect("UTF-8")
}

#[test]
fn a_default_that_takes_the_path_is_reverted_and_rejected() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    let messages = run(&site, Intent::Apply);
    assert_eq!(
        messages,
        ["The new configuration is on trial for 120 s: it is reverted unless these answer: \
          192.0.2.10:930 (conductor) through kni254, before eth7"]
    );
    assert_eq!(ours(&site), [to("0.0.0.0/0", 0), to("10.1.0.0/16", 5)]);
    assert_eq!(file(&site), part(&["10.1.0.0/16 metric 5"]), "a trial does not change the file");
    assert_eq!(run_until(&site, "no answer from 192.0.2.10:930 (conductor)"), 8, "after 120 s");
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    assert_eq!(run_until(&site, "it cuts off 192.0.2.10:930 (conductor)"), 1);
    for _ in 0..30 {
        assert_eq!(run(&site, Intent::Apply), [""; 0], "a rejected configuration is not tried again");
        assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    }
    // Another document is tried, or applied at once if it does not matter.
    site.world().set_document(true, &[("10.1.0.0/16", 6)]);
    assert_eq!(run(&site, Intent::Apply), [""; 0]);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 6)]);
    // The quarantine outlives other documents, since two masters may alternate.
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 6)]);
    run(&site, Intent::Confirm);
    assert_eq!(ours(&site), [to("0.0.0.0/0", 0), to("10.1.0.0/16", 5)], "an operator decides");
    assert_eq!(file(&site), part(&["0.0.0.0/0 metric 0", "10.1.0.0/16 metric 5"]).replace(" metric 0", ""));
}

#[test]
fn a_default_that_reaches_the_peer_is_confirmed() {
    let site = guarded_site();
    site.world().outside[0].reached_by.push(KNI);
    site.world().set_document(true, BAD);
    assert_eq!(run(&site, Intent::Apply).len(), 1);
    let before = file(&site);
    assert_eq!(run(&site, Intent::Apply), [""; 0], "one answer proves nothing");
    assert_eq!(file(&site), before);
    assert_eq!(run(&site, Intent::Apply), ["The new configuration is confirmed"]);
    assert_ne!(file(&site), before);
}

#[test]
fn a_change_that_keeps_the_ways_is_confirmed_at_once() {
    let site = guarded_site();
    // The other default is better.
    site.world().set_document(true, &[("0.0.0.0/0", 200), ("10.1.0.0/16", 5)]);
    assert_eq!(run(&site, Intent::Apply), [""; 0]);
    assert!(file(&site).contains("0.0.0.0/0 via"), "{}", file(&site));
}

#[test]
fn a_reboot_reverts_a_trial() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().boot();
    let world = site.world();
    assert!(world.reaches(&world.outside[0]), "{:?}", world.kernel.table);
}

#[test]
fn a_lost_record_reverts_a_trial() {
    for damage in [None, Some("{"), Some(r#"{"format-version": 9}"#)] {
        let site = guarded_site();
        site.world().set_document(true, BAD);
        run(&site, Intent::Apply);
        match damage {
            None => drop(site.world().records.remove("trial.json")),
            Some(text) => drop(site.world().records.insert("trial.json".to_owned(), text.into())),
        }
        let messages = run(&site, Intent::Apply);
        assert!(messages.iter().any(|message| message.contains("is on trial")), "it begins again: {messages:?}");
        run_until(&site, "it cuts off");
        assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    }
}

#[test]
fn a_peer_that_is_down_by_itself_does_not_block_a_change() {
    let site = guarded_site();
    site.world().outside[0].reached_by.push(KNI);
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().outside[0].is_up = false;
    run_until(&site, "is reverted after 120 s");
    // It does not return, so the change waits until it does.
    run_until(&site, "no peer answers now");
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    site.world().outside[0].is_up = true;
    run_until(&site, "is on trial");
    run_until(&site, "is confirmed");
}

#[test]
fn a_box_without_answers_is_unguarded() {
    let site = guarded_site();
    {
        let mut world = site.world();
        world.outside[0].is_up = false;
        world.records.clear();
        world.set_document(true, BAD);
    }
    assert_eq!(run(&site, Intent::Apply), [""; 0]);
    assert_eq!(ours(&site), [to("0.0.0.0/0", 0), to("10.1.0.0/16", 5)]);
}

#[test]
fn a_conductor_that_is_down_when_the_document_comes_is_waited_for() {
    let site = guarded_site();
    site.world().outside[0].is_up = false;
    site.world().set_document(true, BAD);
    assert!(run(&site, Intent::Apply)[0].contains("no peer answers now"));
    assert_eq!(run(&site, Intent::Apply), [""; 0], "a state is reported once");
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    run(&site, Intent::Confirm);
    assert_eq!(ours(&site), [to("0.0.0.0/0", 0), to("10.1.0.0/16", 5)]);
}

#[test]
fn three_trials_without_a_verdict_are_enough() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    for _ in 0..3 {
        run_until(&site, "is on trial");
        run_until(&site, "is reverted after 120 s");
        // The peer is down while it could return, and answers before the next trial.
        site.world().outside[0].is_up = false;
        run(&site, Intent::Apply);
        site.world().seconds += 15;
        site.world().outside[0].is_up = true;
        site.world()
            .kernel
            .table
            .retain(|route| route.protocol != Protocol::OURS || route.route.prefix.prefix_len() > 0);
        let messages = run_after_silence(&site);
        if messages.iter().any(|message| message.contains("no trial came to a result")) {
            return;
        }
    }
    panic!("{:#?}", site.world().records);
}

/// Runs when the time in which a peer may return is over, and the peer answers only after the
/// question.
fn run_after_silence(site: &Site) -> Vec<String> {
    site.world().outside[0].is_up = false;
    site.world().seconds += 30;
    let messages = run(site, Intent::Apply);
    site.world().outside[0].is_up = true;
    messages
}

#[test]
fn a_document_waits_for_the_verdict_about_another_one() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().set_document(true, &[("10.1.0.0/16", 6)]);
    assert_eq!(run(&site, Intent::Apply), [""; 0]);
    assert!(ours(&site).contains(&to("0.0.0.0/0", 0)), "the trial goes on");
    run_until(&site, "is reverted after 120 s");
    // The verdict comes first.
    assert!(run(&site, Intent::Apply)[0].contains("it cuts off"));
    assert_eq!(ours(&site), [to("10.1.0.0/16", 6)]);
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 6)], "the verdict holds");
}

#[test]
fn a_document_with_the_confirmed_routes_reverts_a_trial_now() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().set_document(true, SAFE);
    assert_eq!(run(&site, Intent::Apply), ["The trial of the new configuration ended: other routes are wanted"]);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
}

#[test]
fn losing_the_interface_ends_a_trial_without_a_verdict() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    site.world().has_carrier = false;
    let messages = run(&site, Intent::Apply);
    assert!(
        messages[0].contains("kni254 went away") && messages[1].contains("only while kni254 is ready"),
        "{messages:?}"
    );
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    site.world().has_carrier = true;
    assert!(run(&site, Intent::Apply)[0].contains("is on trial"));
}

#[test]
fn operators_confirm_and_revert() {
    let site = guarded_site();
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    let messages = run(&site, Intent::Revert);
    assert!(messages[0].contains("an operator reverted it"), "{messages:?}");
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    run(&site, Intent::Apply);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    // A release tries it again.
    assert!(run(&site, Intent::Release)[0].contains("is on trial"));
    assert_eq!(run(&site, Intent::Confirm), ["The new configuration is confirmed"]);
    assert!(file(&site).contains("0.0.0.0/0 via"));
}

#[test]
fn a_hold_keeps_the_plugin_off_and_is_a_trial() {
    let site = guarded_site();
    let hold = |now| Intent::Hold { reason: Some("a test".to_owned()), now };
    assert_eq!(run(&site, hold(false)), ["The plugin is held off this machine: a test"]);
    for _ in 0..3 {
        assert_eq!((ours(&site), file(&site)), (Vec::new(), String::new()));
        site.world().set_document(true, BAD);
        run(&site, Intent::Apply);
        site.world().boot();
    }
    site.world().set_document(true, SAFE);
    assert_eq!(run(&site, Intent::Release), ["The hold is over"]);
    assert_eq!(ours(&site), [to("10.1.0.0/16", 5)]);
    // The conductor is reached through a route of ours only: the hold would cut it off.
    site.world().set_document(true, &[("192.0.2.0/24", 5)]);
    site.world().outside[0].reached_by.push(KNI);
    run_until(&site, "is confirmed");
    site.world().outside[0].reached_by = vec![KNI];
    assert_eq!(ours(&site), [to("192.0.2.0/24", 5)]);
    assert_eq!(run(&site, hold(false)).len(), 2);
    assert_eq!(ours(&site), []);
    run_until(&site, "The hold is reverted after 120 s");
    run_until(&site, "the hold is over");
    assert_eq!(ours(&site), [to("192.0.2.0/24", 5)]);
    assert!(!site.world().records.contains_key("hold.json"));
    run(&site, hold(true));
    for _ in 0..20 {
        run(&site, Intent::Apply);
        assert_eq!(ours(&site), []);
    }
}

/// The product's own file: a route to the conductor, and one to something else.
pub(super) const PRODUCT: &str = "192.0.2.10/32 via 169.254.127.126 dev kni254\n\
                       198.51.100.9/32 via 169.254.127.126 dev kni254\n";

#[test]
fn a_takeover_keeps_the_routes_to_conductors_and_names_the_others() {
    let site = guarded_site();
    let product = [plain("192.0.2.10/32", 0, Protocol::BOOT), plain("198.51.100.9/32", 0, Protocol::BOOT)];
    {
        let mut world = site.world();
        world.records.clear();
        world.kernel.table = [&[uplink()][..], &product].concat();
        world.file = Some(PRODUCT.into());
        world.backup = None;
        world.outside[0].reached_by = vec![KNI];
    }
    assert_eq!(
        run(&site, Intent::Apply),
        ["No route of the configuration covers 198.51.100.9/32, a route of the file before the plugin"]
    );
    let kept = "192.0.2.10/32 via 169.254.127.126 dev kni254\n";
    assert_eq!(file(&site), format!("{kept}{}", part(&["10.1.0.0/16 metric 5"])));
    let world = site.world().clone();
    assert!(world.kernel.table.contains(&product[0]) && world.reaches(&world.outside[0]));
    assert!(!world.kernel.table.contains(&product[1]));
    // The configuration may cover it later.
    site.world().set_document(true, &[("192.0.2.0/24", 5)]);
    run(&site, Intent::Apply);
    assert_eq!(file(&site), format!("{kept}{}", part(&["192.0.2.0/24 metric 5"])));
    // Off: the file is the product's again, with the same bytes.
    site.world().set_document(false, &[]);
    run(&site, Intent::Apply);
    assert_eq!((file(&site).as_str(), site.world().backup.clone()), (PRODUCT, None));
    assert!(product.iter().all(|route| site.world().kernel.table.contains(route)));
}

/// A router before the takeover. The product's own file has the only route to a peer. The peer is
/// not a conductor, so a takeover does not keep the route.
pub(super) fn site_of_product() -> Site {
    let site = guarded_site();
    {
        let mut world = site.world();
        world.records.clear();
        world.kernel.table = vec![uplink(), plain("192.0.2.10/32", 0, Protocol::BOOT)];
        world.file = Some(b"192.0.2.10/32 via 169.254.127.126 dev kni254\n".to_vec());
        world.backup = None;
        world.outside[0].reached_by = vec![KNI];
        let peers = r#"{"format-version": 1, "peers": [{"role": "site", "host": "192.0.2.10", "port": 930}]}"#;
        world.peers = Some(peers.into());
    }
    site
}

#[test]
fn the_product_s_own_file_is_taken_over_as_a_trial() {
    let site = site_of_product();
    let before = file(&site);
    assert!(run(&site, Intent::Apply)[0].contains("is on trial"));
    assert_eq!(file(&site), before);
    run_until(&site, "is reverted after 120 s");
    let world = site.world();
    assert_eq!(world.kernel.table, [uplink(), plain("192.0.2.10/32", 0, Protocol::BOOT)]);
}

#[test]
fn a_product_that_replaces_the_file_begins_no_trial() {
    let site = guarded_site();
    site.world().outside[0].reached_by.push(KNI);
    site.world().set_document(true, BAD);
    run(&site, Intent::Apply);
    run_until(&site, "is confirmed");
    site.world().file = Some(b"198.51.100.9/32 via 169.254.127.126 dev kni254\n".to_vec());
    assert_eq!(run(&site, Intent::Apply), [""; 0]);
    assert!(file(&site).contains("0.0.0.0/0 via"), "{}", file(&site));
}

#[test]
fn a_peer_in_policy_routing_or_without_a_way_is_no_obstacle() {
    let site = guarded_site();
    // There was no way before: the change can only help.
    site.world().kernel.table.retain(|route| route.interface != Some(OTHER));
    site.world().set_document(true, BAD);
    assert!(run(&site, Intent::Apply)[0].contains("no peer answers now"));
}
