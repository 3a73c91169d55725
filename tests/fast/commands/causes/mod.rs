//! The causes that `diff` names, for random configurations with several independent edits.

mod patch;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use loopback_static_routes::input::{self, Input};
use loopback_static_routes::model::NodeState;
use loopback_static_routes::pipeline;
use proptest::prelude::*;
use serde_json::Value;

use crate::common::random::Random;
use crate::common::{Workspace, in_process, sample};

/// The state of a node, and its routes: the metric of each prefix.
type NodeRoutes = (String, BTreeMap<String, u64>);

/// The nodes of a plan by router and name.
type Nodes = BTreeMap<(String, String), NodeRoutes>;

/// Edits by their index in the output.
type Edits = BTreeSet<usize>;

fn plan(authority: &Value) -> Nodes {
    let input = Input::Text { name: "config".to_owned(), bytes: authority.to_string().into_bytes() };
    let reading = input::read(vec![input], None).expect("text can be read");
    let run = pipeline::run(&reading.authority, reading.findings);
    let mut nodes = Nodes::new();
    for router in &run.plan.routers {
        for node in &router.nodes {
            let (state, set) = match node.state {
                NodeState::Unmanaged => ("unmanaged", None),
                NodeState::Off => ("off", None),
                NodeState::Held => ("held", None),
                NodeState::On(set) => ("on", router.route_sets[set].as_ref()),
            };
            let routes = set.iter().flat_map(|set| set.routes(&run.plan.learned));
            let routes = routes.map(|view| (view.route.prefix.to_string(), u64::from(view.route.metric.0)));
            nodes.insert((node.id.router.clone(), node.id.node.clone()), (state.to_owned(), routes.collect()));
        }
    }
    nodes
}

/// Two configurations, and the output of `diff`.
struct Compared {
    old: Value,
    new: Value,
    comparison: Value,
    /// The plans of mixtures so far: those of a router, and of some of its edits.
    known: HashMap<(String, Edits), Nodes>,
    checked: usize,
    skipped: usize,
}

impl Compared {
    fn new(old: Value, new: Value) -> Self {
        let workspace = Workspace::in_memory();
        workspace.write("old.json", &old.to_string());
        workspace.write("new.json", &new.to_string());
        let path = |name: &str| workspace.path(name).display().to_string();
        let run = in_process::run(&["diff", "--no-settings", "--format", "json", &path("old.json"), &path("new.json")]);
        let comparison = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
        Self { old, new, comparison, known: HashMap::new(), checked: 0, skipped: 0 }
    }

    /// Returns the edits that can change the routes of a router: its own, and those of services.
    fn edits_of(&self, router: &str) -> Edits {
        let edits = self.comparison["edits"].as_array().expect("a list").iter().enumerate();
        let is_of_router = |edit: &Value| {
            edit["service"].is_string()
                || edit["routers"].as_array().is_some_and(|routers| routers.iter().any(|name| name == router))
        };
        edits.filter(|(_, edit)| is_of_router(edit)).map(|(index, _)| index).collect()
    }

    /// Returns a node of the old configuration with these edits of its router and of services.
    fn node(&mut self, (router, node): (&str, &str), edits: &Edits) -> NodeRoutes {
        let key = (router.to_owned(), edits.clone());
        if !self.known.contains_key(&key) {
            let authority = self.with(router, edits);
            self.known.insert(key.clone(), plan(&authority));
        }
        let nodes = &self.known[&key];
        let absent = || ("absent".to_owned(), BTreeMap::new());
        nodes.get(&(router.to_owned(), node.to_owned())).cloned().unwrap_or_else(absent)
    }

    fn with(&self, router: &str, edits: &Edits) -> Value {
        let mut authority = self.old["authority"].clone();
        for edit in edits.iter().map(|index| &self.comparison["edits"][*index]) {
            let owner = match edit["service"].as_str() {
                Some(service) => format!("service[{service}]"),
                None => format!("router[{router}]"),
            };
            patch::apply(&mut authority, &self.new["authority"], &owner, edit);
        }
        serde_json::json!({ "authority": authority })
    }

    /// Checks that all edits together make the new configuration.
    fn check_edits(&mut self) {
        let (old, new) = (plan(&self.old), plan(&self.new));
        for id in old.keys().chain(new.keys()) {
            let all = self.edits_of(&id.0);
            let absent = ("absent".to_owned(), BTreeMap::new());
            let made = self.node((&id.0, &id.1), &all);
            assert_eq!(&made, new.get(id).unwrap_or(&absent), "{id:?} with all edits\n{self}");
        }
    }

    /// Checks the causes of each changed state and route. Returns the edits that cause a change.
    fn check_causes(&mut self) -> Edits {
        let mut named = Edits::new();
        for change in self.comparison["changes"].as_array().expect("a list").clone() {
            let because = |value: &Value| {
                let indices = value["because"].as_array().expect("a list").iter();
                indices
                    .map(|index| usize::try_from(index.as_u64().expect("an index")).expect("small"))
                    .collect::<Edits>()
            };
            named.extend(because(&change));
            for id in change["nodes"].as_array().expect("a list") {
                let id = (id["router"].as_str().expect("text"), id["node"].as_str().expect("text"));
                let [before, after] = ["before", "after"].map(|side| change[side].as_str().expect("a state"));
                if before != after && ![before, after].contains(&"held") {
                    self.check(id, &because(&change), &|(state, _)| state.clone(), (before, after), "its state");
                }
                for part in change["parts"].as_array().expect("a list") {
                    named.extend(because(part));
                    for route in part["routes"].as_array().expect("a list") {
                        let prefix = route["prefix"].as_str().expect("text");
                        let metric =
                            |side: &str| route[side]["metric"].as_u64().map_or("none".to_owned(), |m| m.to_string());
                        let of =
                            |(_, routes): &NodeRoutes| routes.get(prefix).map_or("none".to_owned(), u64::to_string);
                        self.check(id, &because(part), &of, (&metric("before"), &metric("after")), prefix);
                    }
                }
            }
        }
        named
    }

    /// Checks the causes of one change: `of` returns what changes.
    fn check(
        &mut self,
        id: (&str, &str),
        causes: &Edits,
        of: &dyn Fn(&NodeRoutes) -> String,
        (before, after): (&str, &str),
        subject: &str,
    ) {
        let all = self.edits_of(id.0);
        let mut is = |edits: &Edits, expected: &str| {
            let node = self.node(id, edits);
            // A mixture can have errors, and the node is held back.
            let is_held = node.0 == "held";
            self.checked += 1;
            self.skipped += usize::from(is_held);
            is_held || of(&node) == expected
        };
        let what = format!("{id:?} {subject} {before} -> {after}, causes {causes:?} of {all:?}");
        let back = is(&(&all - causes), before);
        let alone = is(causes, after);
        let mut unnamed: Vec<usize> = (&all - causes).into_iter().collect();
        unnamed.retain(|edit| !is(&without(&all, *edit), after));
        let mut idle: Vec<usize> = causes.iter().copied().collect();
        idle.retain(|edit| !matters(*edit, causes, &all, &mut |edits| of(&self.node(id, edits))));
        assert!(back, "{what}: the causes taken back do not bring back the old\n{self}");
        assert!(alone, "{what}: the causes alone do not suffice\n{self}");
        assert!(unnamed.is_empty(), "{what}: {unnamed:?} change it, too\n{self}");
        assert!(idle.is_empty(), "{what}: {idle:?} do not matter\n{self}");
    }
}

fn without(edits: &Edits, edit: usize) -> Edits {
    edits.iter().copied().filter(|other| *other != edit).collect()
}

/// Returns true if an edit changes the result together with some of the other causes.
fn matters(edit: usize, causes: &Edits, all: &Edits, result: &mut dyn FnMut(&Edits) -> String) -> bool {
    let others: Vec<usize> = without(causes, edit).into_iter().collect();
    let unnamed = all - causes;
    let subsets = 0..1_u32 << others.len().min(6);
    let mut contexts = subsets.flat_map(|bits| {
        let some: Edits = (0..others.len()).filter(|index| bits >> index & 1 == 1).map(|index| others[index]).collect();
        [&some | &unnamed, some]
    });
    contexts.any(|context| {
        let with = &context | &Edits::from([edit]);
        result(&context) != result(&with)
    })
}

impl std::fmt::Display for Compared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, edit) in self.comparison["edits"].as_array().expect("a list").iter().enumerate() {
            writeln!(f, "edit {index}: {edit}")?;
        }
        write!(f, "old {}\nnew {}", self.old, self.new)
    }
}

/// Returns two configurations with several independent edits between them.
fn compared(seed: u64) -> Compared {
    let mut random = Random(seed);
    let (old, other) = (random.authority(), random.authority());
    let new = random.mixture(&old, &other, 12);
    Compared::new(old, new)
}

#[test]
fn random_configurations_have_changes_of_every_kind() {
    let (mut kinds, mut checked, mut skipped) = (BTreeSet::new(), 0, 0);
    for seed in 0..40 {
        let mut compared = compared(seed);
        if seed < 5 {
            compared.check_causes();
        }
        (checked, skipped) = (checked + compared.checked, skipped + compared.skipped);
        for change in compared.comparison["changes"].as_array().expect("a list") {
            kinds.insert(format!("{} to {}", change["before"], change["after"]).replace('"', ""));
            for route in change["parts"].as_array().expect("a list").iter().flat_map(|part| part["routes"].as_array()) {
                let sides = |route: &Value| ["before", "after"].map(|side| !route[side].is_null());
                kinds.extend(route.iter().map(|route| format!("{:?}", sides(route))));
            }
        }
    }
    for kind in ["on to off", "unmanaged to on", "[false, true]", "[true, false]", "[true, true]"] {
        assert!(kinds.contains(kind), "{kind}: {kinds:?}");
    }
    assert!(skipped * 10 < checked, "{skipped} of {checked} mixtures have errors");
}

/// Returns the value with the items of every list in reverse order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().rev().map(reversed).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), reversed(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_order_of_elements_has_no_effect() {
    for seed in 0..30 {
        let forward = compared(seed);
        let backward = Compared::new(reversed(&forward.old), reversed(&forward.new));
        for (member, one) in forward.comparison.as_object().expect("an object") {
            assert_eq!(one, &backward.comparison[member], "{member}\n{forward}");
        }
    }
}

proptest! {
    #![proptest_config(sample::config(100))]

    #[test]
    fn the_causes_of_a_change_are_necessary_and_sufficient_and_complete(seed in any::<u64>()) {
        let mut compared = compared(seed);
        compared.check_edits();
        let named = compared.check_causes();
        for (index, edit) in compared.comparison["edits"].as_array().expect("a list").iter().enumerate() {
            prop_assert_eq!(named.contains(&index), edit["nodes"] != 0, "{}\n{}", index, compared);
        }
    }
}
