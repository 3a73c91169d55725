//! Edits of the output of `diff`, made on JSON.

use serde_json::{Map, Value, json};

use crate::common::random::KEYS;

/// A step of a path: a name, and the key of a list entry.
type Step = (String, Option<String>);

/// Makes an edit of the router or service of this path. Content comes from the new configuration.
pub(crate) fn apply(target: &mut Value, new: &Value, owner: &str, edit: &Value) {
    let path = format!("{owner}/{}", edit["element"].as_str().expect("a path"));
    let mut steps = steps(path.trim_end_matches('/'));
    let last = steps.pop().expect("a step");
    let parent = |value| find(value, &steps);
    let values = (edit["before"].as_str(), edit["after"].as_str());
    match (&last, edit["kind"].as_str().expect("a kind"), values) {
        (_, "removed", (None, None)) => remove(descend(target, &steps), &last),
        (_, "added", (None, None)) => {
            let added = find(new, &[&steps[..], std::slice::from_ref(&last)].concat()).expect("there").clone();
            add(descend(target, &steps), &last, added);
        }
        ((name, None), "removed", (Some(value), None)) => {
            let list = array(descend(target, &steps), name);
            list.retain(|other| other != &json!(value));
        }
        ((name, None), "added", (None, Some(value))) => array(descend(target, &steps), name).push(json!(value)),
        ((name, None), "changed", _) => {
            let value = parent(new).and_then(|parent| parent.get(name)).cloned();
            let parent = descend(target, &steps).as_object_mut().expect("an object");
            match value {
                Some(value) => parent.insert(name.clone(), value),
                None => parent.remove(name),
            };
        }
        other => panic!("{other:?}"),
    }
}

/// Splits a path such as `router[r1]/loopback-static-routes/static-route[192.0.2.0/24]/metric`.
fn steps(path: &str) -> Vec<Step> {
    let mut depth = 0;
    let at_step = |c: char| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        c == '/' && depth == 0
    };
    let steps = path.split(at_step).map(|step| match step.split_once('[') {
        Some((name, key)) => (name.to_owned(), Some(key.trim_end_matches(']').to_owned())),
        None => (step.to_owned(), None),
    });
    steps.collect()
}

fn key_of(list: &str) -> &'static str {
    KEYS.iter().find(|(name, _)| *name == list).expect("a list").1
}

fn is_entry(step: &Step, entry: &Value) -> bool {
    entry[key_of(&step.0)].as_str() == step.1.as_deref()
}

fn find<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(value) };
    let inner = value.get(&step.0)?;
    let inner = match &step.1 {
        Some(_) => inner.as_array()?.iter().find(|entry| is_entry(step, entry))?,
        None => inner,
    };
    find(inner, rest)
}

fn descend<'v>(value: &'v mut Value, steps: &[Step]) -> &'v mut Value {
    let Some((step, rest)) = steps.split_first() else { return value };
    let inner = value.as_object_mut().expect("an object").entry(step.0.clone()).or_insert_with(|| json!({}));
    let inner = match &step.1 {
        Some(_) => {
            let entries = inner.as_array_mut().expect("a list");
            entries.iter_mut().find(|entry| is_entry(step, entry)).expect("there")
        }
        None => inner,
    };
    descend(inner, rest)
}

fn array<'v>(parent: &'v mut Value, name: &str) -> &'v mut Vec<Value> {
    let parent: &mut Map<String, Value> = parent.as_object_mut().expect("an object");
    parent.entry(name).or_insert_with(|| json!([])).as_array_mut().expect("a list")
}

fn remove(parent: &mut Value, step: &Step) {
    match step {
        (name, None) => {
            parent.as_object_mut().expect("an object").remove(name);
        }
        (name, Some(_)) => array(parent, name).retain(|entry| !is_entry(step, entry)),
    }
}

fn add(parent: &mut Value, step: &Step, added: Value) {
    match step {
        (name, None) => {
            parent.as_object_mut().expect("an object").insert(name.clone(), added);
        }
        (name, Some(_)) => array(parent, name).push(added),
    }
}
