//! Every sequence of events around a trial, on a site in memory: the states that the real code
//! reaches are explored breadth-first.
//!
//! Each event happens in each state, and then the promises of `docs/router.md`, "Trials", are
//! checked. A sample of the states is reached in each run of the tests, and a million in the long
//! lane (`tests/long.sh`).

use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use loopback_static_routes::model::Route;
use loopback_static_routes::router::backend::route_file::confirmed;
use loopback_static_routes::router::confirm::Intent;
use loopback_static_routes::router::kernel::{Interface, KernelRoute, Protocol};
use serde_json::Value;

use super::trials::{BAD, CONDUCTOR, SAFE, guarded_site, uplink};
use crate::common::sample;
use crate::common::site::{Defect, Outside, Ran, Site, World};
use crate::common::twin::{KNI, OTHER, plain};

/// The states that are reached if the variable `STATES` is not set.
const SAMPLE: usize = 600;

/// The states in which a planted defect must be found.
const FOUND_WITHIN: usize = 20_000;

/// The faults after which the exploration ends.
const FAULTS: usize = 5;

/// The time between two runs, in seconds.
const TICK: u64 = 15;

/// The deadline of a trial, in ticks, and two more.
const BOUND: u32 = 120 / 15 + 2;

/// The runs after which a machine that is left alone has come to rest: three trials, and more.
const REST: usize = 60;

/// The runs in which a machine is cut off before all trials of the same routes have ended.
const BOUND_OF_ALL: u32 = 3 * BOUND + 3;

/// The number of peers.
const PEERS: usize = 3;

/// The peer of the site, which only kni254 reaches.
const BEHIND: &str = "203.0.113.77";

/// The second conductor, which is reached by both interfaces.
const SECOND: &str = "198.51.100.20";

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Tick,
    /// The run of a tick is killed before its effect of this number.
    KilledTick(usize),
    Document(usize),
    PeerToggles(usize),
    Flap,
    CarrierToggles,
    /// The network scripts or an operator delete our routes.
    RoutesDeleted,
    /// Another program adds or deletes a route in the place of ours.
    OtherToggles,
    /// The product replaces the route file by its own.
    FileReplaced,
    Reboot,
    RecordLost,
    /// A package of another version wrote the record.
    RecordOfAnotherVersion,
    Hold,
    HoldNow,
    Release,
    Confirm,
    Revert,
    Remove,
    /// A command is killed before its effect of this number.
    KilledHold(usize),
    /// Nothing happens until a trial has its verdict.
    Wait,
    DocumentDamaged,
    PeersToggle,
    FileReadOnlyToggles,
    RecordReadOnlyToggles,
}

const DOCUMENTS: [(bool, &[(&str, u32)]); 5] = [
    (true, SAFE),
    (true, BAD),
    (true, &[("203.0.113.0/24", 5)]),
    // The default route is in conflict with that of the uplink.
    (true, &[("0.0.0.0/0", 100), ("203.0.113.0/24", 5)]),
    (false, &[]),
];

fn events() -> Vec<Event> {
    use Event::*;
    let mut events = vec![
        Tick,
        Flap,
        CarrierToggles,
        RoutesDeleted,
        OtherToggles,
        FileReplaced,
        Reboot,
        RecordLost,
        RecordOfAnotherVersion,
        Hold,
        HoldNow,
        Release,
        Confirm,
        Revert,
        Remove,
        Wait,
        DocumentDamaged,
        PeersToggle,
        FileReadOnlyToggles,
        RecordReadOnlyToggles,
    ];
    events.extend((0..6).map(KilledTick));
    events.extend((0..3).map(KilledHold));
    events.extend((0..DOCUMENTS.len()).map(Document));
    events.extend((0..PEERS).map(PeerToggles));
    events
}

/// A state, and what is known about the way to it.
#[derive(Clone)]
struct State {
    world: World,
    /// Digests that were rejected, as long as nothing ended this.
    rejected: Vec<String>,
    /// For each peer: the number of runs since it is cut off.
    cut_off: [u32; PEERS],
    /// The same, in all runs since something else happened.
    cut_off_in_all: [u32; PEERS],
    trace: Vec<Event>,
}

/// The route that another program adds in the place of ours.
fn intruder() -> KernelRoute {
    KernelRoute { interface: Some(OTHER), ..plain("203.0.113.0/24", 5, Protocol(16)) }
}

fn start() -> State {
    let site = guarded_site();
    let mut world = site.world().clone();
    world.outside.push(Outside {
        address: SECOND.parse().expect("an address"),
        is_up: true,
        reached_by: vec![OTHER, KNI],
    });
    world.outside.push(Outside { address: BEHIND.parse().expect("an address"), is_up: true, reached_by: vec![KNI] });
    world.peers = Some(peers());
    let (cut_off, cut_off_in_all) = Default::default();
    State { world, rejected: Vec::new(), cut_off, cut_off_in_all, trace: Vec::new() }
}

fn peers() -> Vec<u8> {
    format!(
        r#"{{"format-version": 1, "peers": [{{"role": "conductor", "host": "{CONDUCTOR}", "port": 930}},
        {{"role": "conductor", "host": "{SECOND}", "port": 930}}, {{"role": "site", "host": "{BEHIND}", "port": 443}}]}}"#
    )
    .into_bytes()
}

fn record(world: &World) -> Value {
    world.records.get("trial.json").map_or(Value::Null, |bytes| serde_json::from_slice(bytes).unwrap_or(Value::Null))
}

/// Returns the addresses of the peers that count in the trial of a record.
fn tried_peers(record: &Value) -> Option<HashSet<String>> {
    let peers = record["phase"]["trial"]["peers"].as_array()?;
    let address = |counted: &Value| counted["peer"]["address"].as_str().unwrap_or_default().to_owned();
    Some(peers.iter().map(address).collect())
}

fn has_answered(record: &Value, outside: &Outside) -> bool {
    let answered = record["answered"].as_array();
    answered.is_some_and(|answered| answered.iter().any(|peer| peer["address"] == outside.address.to_string()))
}

/// Replaces times by ages, so that states that differ only in the time are the same.
fn with_ages(value: &mut Value, world: &World) {
    match value {
        Value::Object(object) => {
            if let (Some(Value::String(boot)), Some(seconds)) =
                (object.get("boot"), object.get("seconds").and_then(Value::as_u64))
            {
                let age = world.seconds.saturating_sub(seconds).min(4_000);
                let age = if *boot == world.boot.to_string() { age } else { u64::MAX };
                *value = age.into();
                return;
            }
            if let Some(since) = object.get_mut("answered-since")
                && let Some(seconds) = since.as_u64()
            {
                *since = world.seconds.saturating_sub(seconds).into();
            }
            object.values_mut().for_each(|value| with_ages(value, world));
        }
        Value::Array(array) => array.iter_mut().for_each(|value| with_ages(value, world)),
        _ => {}
    }
}

impl State {
    /// Identifies the state.
    fn identity(&self) -> u64 {
        let world = &self.world;
        let mut record = record(world);
        with_ages(&mut record, world);
        let mut text = record.to_string();
        let _ = write!(
            text,
            "{:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?}",
            world.kernel.table,
            world.kernel.interface,
            world.has_carrier,
            world.file,
            world.backup,
            world.records.contains_key("hold.json"),
            world.document,
            world.outside,
            (&self.rejected, self.cut_off, &world.peers, world.is_file_read_only, world.is_record_read_only)
        );
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    }

    fn is_held(&self) -> bool {
        self.world.records.contains_key("hold.json")
    }

    /// Returns the table with the confirmed routes instead of those of the plugin.
    fn confirmed_table(&self) -> Vec<KernelRoute> {
        let others = self.world.kernel.table.iter().filter(|route| route.interface != Some(KNI)).cloned();
        let own = confirmed(self.world.file.as_deref()).routes;
        // Lines of the operator are above the marker.
        let is_scripts = |route: &&KernelRoute| route.interface == Some(KNI) && route.protocol == Protocol::BOOT;
        let scripts = self.world.kernel.table.iter().filter(is_scripts).cloned();
        // If the new route of a prefix is in conflict, the former one stays.
        let has_conflict = |prefix| {
            let mut same = own.iter().filter(|route| route.prefix == prefix);
            same.any(|route| !self.world.kernel.table.contains(&KernelRoute::ours(*route, KNI)))
        };
        let phase = &record(&self.world)["phase"];
        let is_tried = !phase["trial"].is_null() || !phase["settling"].is_null();
        let is_former = |route: &&KernelRoute| {
            let is_ours = route.interface == Some(KNI) && route.protocol == Protocol::OURS;
            is_ours && !is_tried && has_conflict(route.route.prefix)
        };
        let former = self.world.kernel.table.iter().filter(is_former).cloned();
        let own = own.iter().map(|route| KernelRoute::ours(*route, KNI));
        others.chain(scripts).chain(former).chain(own).collect()
    }

    /// Lets an event happen. Returns what is wrong afterwards.
    fn after(&self, event: Event) -> (Self, Result<(), String>) {
        let mut next = self.clone();
        next.trace.push(event);
        let result = match event {
            Event::Tick => next.run(Intent::Apply, None),
            Event::KilledTick(fuse) => next.run(Intent::Apply, Some(fuse)),
            Event::Hold => next.run(Intent::Hold { reason: None, now: false }, None),
            Event::HoldNow => next.run(Intent::Hold { reason: None, now: true }, None),
            Event::Release => next.run(Intent::Release, None),
            Event::Confirm => next.run(Intent::Confirm, None),
            Event::Revert => next.run(Intent::Revert, None),
            Event::Remove => next.run(Intent::Remove { now: false }, None),
            Event::KilledHold(fuse) => next.run(Intent::Hold { reason: None, now: true }, Some(fuse)),
            Event::Wait => (0..12).try_for_each(|_| next.run(Intent::Apply, None)),
            other => {
                next.cut_off_in_all = Default::default();
                next.happen(other);
                Ok(())
            }
        };
        (next, result)
    }

    /// Lets something happen outside the program.
    fn happen(&mut self, event: Event) {
        let world = &mut self.world;
        match event {
            Event::Document(number) => {
                let (enabled, routes) = DOCUMENTS[number];
                world.set_document(enabled, routes);
            }
            Event::PeerToggles(number) => world.outside[number].is_up ^= true,
            Event::Flap => world.flap(),
            Event::CarrierToggles => world.has_carrier ^= true,
            Event::RoutesDeleted => world.kernel.table.retain(|route| route.interface != Some(KNI)),
            Event::OtherToggles => match world.kernel.table.iter().position(|route| *route == intruder()) {
                Some(place) => drop(world.kernel.table.remove(place)),
                None => {
                    world.kernel.table.push(intruder());
                    world.kernel.table.sort();
                }
            },
            Event::FileReplaced => {
                world.file = Some(format!("{SECOND}/32 via 169.254.127.126 dev kni254\n").into_bytes());
            }
            Event::DocumentDamaged => world.document = Some(b"{".to_vec()),
            Event::PeersToggle => {
                world.peers = if world.peers == Some(peers()) { Some(b"{".to_vec()) } else { Some(peers()) };
            }
            Event::FileReadOnlyToggles => world.is_file_read_only ^= true,
            Event::RecordReadOnlyToggles => world.is_record_read_only ^= true,
            Event::Reboot => world.boot(),
            Event::RecordLost => drop(world.records.remove("trial.json")),
            Event::RecordOfAnotherVersion => {
                world.records.insert("trial.json".to_owned(), br#"{"format-version": 9}"#.to_vec());
            }
            _ => unreachable!("a run"),
        }
        if matches!(event, Event::RecordLost | Event::RecordOfAnotherVersion) {
            self.rejected.clear();
        }
    }

    /// Runs the program, and checks what it did.
    fn run(&mut self, intent: Intent, fuse: Option<usize>) -> Result<(), String> {
        self.world.seconds += TICK;
        let before = self.clone();
        let is_operator = intent != Intent::Apply;
        let site = Site::new(self.world.clone());
        let mut messages = Vec::new();
        let ran = site.run(intent.clone(), fuse, &mut |message| messages.push(message));
        self.world = site.world().clone();
        // If the record cannot be written, only the result of the run says that it waits.
        let is_waiting = matches!(&ran, Ran::Ended(result)
            if matches!(&**result, Ok(applied) if applied.outcome.is_pending() || applied.outcome.is_postponed()));
        let is_killed = match ran {
            Ran::Killed => true,
            Ran::Ended(result) => {
                let is_excused = self.world.is_file_read_only
                    || self.world.is_record_read_only
                    || self.world.document.as_deref() == Some(b"{");
                match *result {
                    Err(error) if !is_excused => return Err(format!("the run fails: {error}")),
                    Err(_) => true,
                    Ok(_) => false,
                }
            }
        };
        self.note_verdicts(&before, &messages, &intent);
        self.check_others(&before)?;
        self.check_the_file(&before, is_operator)?;
        let began = |state: &Self| record(&state.world)["phase"]["trial"]["began"].clone();
        if !began(self).is_null() && began(self) != began(&before) {
            // The peers were reached again after an earlier trial: they were asked.
            self.cut_off = Default::default();
        }
        self.check_the_bound(is_killed, is_operator)?;
        if !is_killed {
            self.check_rejections(&intent)?;
            self.check_the_hold(&intent, is_waiting)?;
        }
        Ok(())
    }

    /// Remembers what was rejected.
    fn note_verdicts(&mut self, before: &Self, messages: &[String], intent: &Intent) {
        if matches!(intent, Intent::Release | Intent::Confirm) {
            self.rejected.clear();
        }
        let target = |world: &World| {
            let phase = &record(world)["phase"];
            let target =
                if phase["trial"].is_null() { &phase["settling"]["target"] } else { &phase["trial"]["target"] };
            (target["origin"] == "document").then(|| target["routes"].to_string())
        };
        // A verdict that cannot be written is lost.
        let is_written = !self.world.is_record_read_only;
        if is_written && messages.iter().any(|message| message.contains("The new configuration is rejected")) {
            self.rejected.extend(target(&before.world));
        }
    }

    /// The routes of other programs are not touched.
    fn check_others(&self, before: &Self) -> Result<(), String> {
        let others = |state: &Self| -> Vec<KernelRoute> {
            state.world.kernel.table.iter().filter(|route| route.interface != Some(KNI)).cloned().collect()
        };
        if others(self) == others(before) { Ok(()) } else { Err("a route of another program changed".to_owned()) }
    }

    /// A run that changes the file keeps the peers that answer, unless an operator wants it, or the
    /// change was confirmed before.
    fn check_the_file(&self, before: &Self, is_operator: bool) -> Result<(), String> {
        // The run of a hold without a trial may be killed, and a later one makes it.
        let hold = self.world.records.get("hold.json").map(|hold| serde_json::from_slice::<Value>(hold).expect("JSON"));
        let is_hold_now = hold.is_some_and(|hold| hold["now"] == true);
        if is_operator || is_hold_now || self.world.file == before.world.file {
            return Ok(());
        }
        let (earlier, later) = (record(&before.world), record(&self.world));
        let is_known = !earlier["confirmed"].is_null() && earlier["confirmed"] == later["confirmed"];
        if is_known && earlier["is-off"] == later["is-off"] {
            return Ok(());
        }
        let trial = &earlier["phase"]["trial"];
        let verdict = &later["verdict"];
        let is_of_trial = verdict["is-confirmed"] == true && verdict["digest"] == trial["target"]["digest"];
        let counted = tried_peers(&earlier).filter(|_| is_of_trial).unwrap_or_default();
        let confirmed = before.confirmed_table();
        for outside in &self.world.outside {
            // A run that was killed may have added a route that was never confirmed.
            let was_reached = before.world.reaches(outside) && before.world.has_way(&confirmed, outside);
            let was_reached = was_reached || counted.contains(&outside.address.to_string());
            // While the list of peers is damaged, those count that answered before.
            let is_known = before.world.peers == Some(peers()) || has_answered(&earlier, outside);
            if was_reached && is_known && !self.world.reaches(outside) {
                return Err(format!("a change that cuts off {} is confirmed", outside.address));
            }
        }
        Ok(())
    }

    /// A peer that the confirmed routes reach is not cut off for longer than the deadline.
    fn check_the_bound(&mut self, is_killed: bool, is_operator: bool) -> Result<(), String> {
        let table = self.confirmed_table();
        let tried = tried_peers(&record(&self.world));
        let counts = self.cut_off.iter_mut().zip(&mut self.cut_off_in_all);
        for ((cut_off, in_all), outside) in counts.zip(&self.world.outside) {
            // A peer that was down when the trial began does not count in it.
            let counts = tried.as_ref().is_none_or(|tried| tried.contains(&outside.address.to_string()));
            let is_reached = self.world.reaches(outside) || !self.world.has_way(&table, outside);
            let is_cut_off = outside.is_up && counts && !is_reached && !is_operator;
            // A run that is killed takes no step, but its time passes.
            *cut_off = if is_cut_off { *cut_off + u32::from(!is_killed) } else { 0 };
            *in_all = if is_operator { 0 } else { *in_all + u32::from(is_cut_off && !is_killed) };
            if *in_all > BOUND_OF_ALL {
                return Err(format!("{} is cut off in {in_all} runs", outside.address));
            }
            if *cut_off > BOUND {
                return Err(format!("{} is cut off for {cut_off} runs", outside.address));
            }
        }
        Ok(())
    }

    /// Routes that were rejected are not tried again.
    fn check_rejections(&self, intent: &Intent) -> Result<(), String> {
        if matches!(intent, Intent::Release | Intent::Confirm) {
            return Ok(());
        }
        let trial = &record(&self.world)["phase"]["trial"]["target"];
        let is_tried = trial["origin"] == "document" && self.rejected.contains(&trial["routes"].to_string());
        if is_tried { Err("rejected routes are tried again".to_owned()) } else { Ok(()) }
    }

    /// A machine that is held has no routes of ours, apart from a trial, and unless the removal
    /// waits.
    fn check_the_hold(&self, intent: &Intent, is_waiting: bool) -> Result<(), String> {
        let is_recorded = !record(&self.world)["phase"].is_string() && !record(&self.world).is_null();
        let is_tried = is_waiting || is_recorded;
        let is_ours = |route: &KernelRoute| route.protocol == Protocol::OURS;
        if matches!(intent, Intent::Revert | Intent::Remove { .. }) {
            return Ok(());
        }
        if matches!(intent, Intent::Hold { now: true, .. }) && !self.is_held() {
            return Err("the hold is lost".to_owned());
        }
        if self.is_held() && !is_tried && self.world.kernel.table.iter().any(is_ours) {
            return Err("a machine that is held has routes of ours".to_owned());
        }
        Ok(())
    }

    /// Left alone, a machine comes to rest, and its record says why if it has not the wanted
    /// routes.
    fn check_rest(&self) -> Result<(), String> {
        let mut state = self.clone();
        // A disk does not stay full for ever, and a document is delivered again.
        (state.world.is_file_read_only, state.world.is_record_read_only) = (false, false);
        if state.world.document.as_deref() == Some(b"{") {
            state.happen(Event::Document(0));
        }
        for _ in 0..REST {
            state.run(Intent::Apply, None)?;
        }
        let settled = state.clone();
        state.run(Intent::Apply, None)?;
        let own = |state: &Self| (state.world.kernel.table.clone(), state.world.file.clone());
        if own(&state) != own(&settled) {
            return Err("it never comes to rest".to_owned());
        }
        let record = record(&state.world);
        let phase = &record["phase"];
        if phase.get("trial").is_some() || phase.get("settling").is_some() {
            return Err(format!("a trial never ends: {phase}"));
        }
        let is_waiting = phase.get("postponed").is_some() || !record["quarantine"].as_array().is_none_or(Vec::is_empty);
        let stored: Vec<Route> = confirmed(state.world.file.as_deref()).routes;
        // A conflict is a state that was reported.
        let states = state.world.records.get("state.json").map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let is_in_conflict = |route: &Route| {
            states.as_ref().is_some_and(|states| states.contains(&format!("\"prefix\":\"{}\"", route.prefix)))
        };
        let mut wanted = wanted(&state);
        wanted.retain(|route| stored.contains(route) || !is_in_conflict(route));
        if !is_waiting && stored != wanted && !(wanted.is_empty() && stored.len() < 2) {
            return Err(format!("the file has {stored:?} instead of {wanted:?}, and nothing says why"));
        }
        Ok(())
    }
}

impl State {
    /// Describes a fault, and the way to it.
    fn fault(&self, reason: &str) -> String {
        format!("{reason}\nafter {:?}\n{}\n{}", self.trace, table_text(&self.world), record(&self.world))
    }
}

fn table_text(world: &World) -> String {
    let line = |route: &KernelRoute| {
        format!("{} {} proto {} dev {:?}", route.route.prefix, route.route.metric, route.protocol, route.interface)
    };
    world.kernel.table.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn wanted(state: &State) -> Vec<Route> {
    if state.is_held() {
        return Vec::new();
    }
    let document: Value = serde_json::from_slice(state.world.document.as_ref().expect("there")).expect("JSON");
    let routes = document["loopback-static-routes"]["routes"].clone();
    serde_json::from_value(routes).expect("routes")
}

/// Explores until so many states were reached, and the promises checked in each of them. Returns
/// their number, or the first faults.
fn explore(states: usize, defect: Option<Defect>) -> Result<usize, String> {
    let mut first = start();
    first.world.defect = defect;
    if defect == Some(Defect::DeletionTooWide) {
        // It shows only where another program has a route beside ours, which is deep in the tree.
        for event in [Event::Document(2), Event::Tick, Event::Wait, Event::OtherToggles] {
            first = first.after(event).0;
        }
    }
    let most = if defect.is_some() { 1 } else { FAULTS };
    let mut seen = HashSet::from([first.identity()]);
    let mut queue = VecDeque::from([first]);
    let events = events();
    let mut faults = Vec::new();
    let mut explored: usize = 0;
    while let Some(state) = queue.pop_front() {
        explored += 1;
        // Most of the time goes into this, so that only a part of the states is left alone.
        if explored.is_multiple_of(16)
            && defect.is_none()
            && let Err(reason) = state.check_rest()
        {
            faults.push(state.fault(&reason));
        }
        for event in &events {
            let (next, result) = state.after(*event);
            match result {
                Err(reason) => faults.push(next.fault(&reason)),
                Ok(()) if seen.insert(next.identity()) => queue.push_back(next),
                Ok(()) => {}
            }
        }
        if faults.len() >= most || seen.len() >= states {
            break;
        }
    }
    if faults.is_empty() {
        Ok(seen.len())
    } else {
        Err(format!("in {} states:\n\n{}", seen.len(), faults.join("\n\n")))
    }
}

#[test]
fn every_sequence_of_events_keeps_the_promises() {
    let states = std::env::var("STATES").map_or(SAMPLE, |states| states.parse().expect("a number"));
    match explore(states, None) {
        Ok(explored) => {
            assert!(explored >= states, "there are fewer states than expected: {explored}");
            sample::record("states of a router around a trial", explored);
        }
        Err(fault) => panic!("{fault}"),
    }
}

#[test]
fn planted_defects_are_found() {
    for defect in Defect::ALL {
        let result = explore(FOUND_WITHIN, Some(defect));
        assert!(result.is_err(), "{defect:?} is not found in {result:?} states");
    }
}

/// Most defects need a table in which the routes of others are there.
#[test]
fn the_site_behaves_like_a_router() {
    let State { world, .. } = start();
    assert!(world.kernel.table.contains(&uplink()));
    assert!(world.outside[..2].iter().all(|outside| world.reaches(outside)));
    assert_eq!(world.kernel.interface, Interface::Ready(KNI));
}
