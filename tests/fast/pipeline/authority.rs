//! Arbitrary authorities, printed in every syntax.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A syntax, or a dialect of one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Dialect {
    Json,
    CamelCase,
    AllText,
    Yaml,
    Pcli,
    PcliWithoutExit,
}

/// Returns an authority in kebab-case JSON. Names are few, so that groups, parents and hosts meet.
pub(crate) fn authority() -> impl Strategy<Value = Value> {
    (unique(router(), "name", 6), unique(service(), "name", 10))
        .prop_map(|(router, service)| json!({"authority": {"router": router, "service": service}}))
        .prop_filter("a router at least", |authority| authority["authority"]["router"] != json!([]))
}

/// Returns entries with distinct keys.
fn unique(entry: impl Strategy<Value = Value>, key: &'static str, most: usize) -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(entry, 0..=most).prop_map(move |mut entries| {
        entries.sort_by_key(|entry| entry[key].as_str().expect("a key").to_owned());
        entries.dedup_by_key(|entry| entry[key].clone());
        entries
    })
}

fn object(members: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn some<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    proptest::option::of(strategy)
}

fn names(pattern: &'static str) -> impl Strategy<Value = Value> {
    proptest::collection::btree_set(pattern, 1..3).prop_map(|names| json!(names))
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0_u8..4, 28_u8..=32).prop_map(|(n, length)| format!("192.0.2.{}/{length}", u32::from(n) * 4)),
        4 => (0_u8..4).prop_map(|n| format!("198.51.100.{n}")),
        1 => Just("0.0.0.0/0".to_owned()),
        1 => Just("2001:db8::/32".to_owned()),
        1 => Just("169.254.127.126".to_owned()),
        1 => "(a|b)\\.example\\.com",
    ]
}

fn metric() -> impl Strategy<Value = Value> {
    prop_oneof![Just(json!(0)), (1_u32..300).prop_map(|metric| json!(metric)), Just(json!(u32::MAX))]
}

fn block() -> impl Strategy<Value = Value> {
    let route = (address(), some(metric()))
        .prop_map(|(address, metric)| object([("address", Some(json!(address))), ("metric", metric)]));
    (some(any::<bool>()), some(any::<bool>()), some(any::<bool>()), some(metric()), unique(route, "address", 6))
        .prop_map(|(enabled, default_route, learn, metric, routes)| {
            object([
                ("enabled", enabled.map(Value::from)),
                ("default-route", default_route.map(Value::from)),
                ("learn-from-services", learn.map(Value::from)),
                ("metric", metric),
                ("static-route", (!routes.is_empty()).then_some(json!(routes))),
            ])
        })
}

fn router() -> impl Strategy<Value = Value> {
    let node = ("n[12]", some("[a-f]\\.(x|y)"), some("combo|control|conductor"), some(block())).prop_map(
        |(name, asset_id, role, block)| {
            object([
                ("name", Some(json!(name))),
                ("description", Some(json!("two words, {{ 7*7 }}"))),
                ("asset-id", asset_id.map(Value::from)),
                ("role", role.map(Value::from)),
                ("loopback-static-routes", block.filter(|block| block != &json!({}))),
            ])
        },
    );
    let host = ("(a|b)\\.example\\.com", names("192\\.0\\.2\\.[0-9]"))
        .prop_map(|(host, address)| json!({"hostname": host, "ip-address": address}));
    (
        "r[0-9]",
        some(names("g[12]")),
        some(names("x[12]")),
        unique(node, "name", 2),
        some(block()),
        unique(host, "hostname", 2),
    )
        .prop_map(|(name, groups, resources, nodes, block, hosts)| {
            object([
                ("name", Some(json!(name))),
                ("router-group", groups),
                ("resource-group", resources),
                ("system", Some(json!({"contact": "noc", "ntp": {"mode": "client"}}))),
                ("static-hostname-mapping", (!hosts.is_empty()).then(|| json!({"static-entry": hosts}))),
                ("node", (!nodes.is_empty()).then_some(json!(nodes))),
                ("loopback-static-routes", block.filter(|block| block != &json!({}))),
            ])
        })
}

fn service() -> impl Strategy<Value = Value> {
    let policy =
        ("_internal_|_internal_@169\\.254\\.0\\.0/16|red", some("allow|deny")).prop_map(|(source, permission)| {
            object([("source", Some(json!(source))), ("permission", permission.map(Value::from))])
        });
    let applies = prop_oneof![
        Just(json!({"type": "authority"})),
        names("r[0-9]").prop_map(|names| json!({"type": "router", "router-name": names})),
        names("g[12]").prop_map(|names| json!({"type": "router-group", "group-name": names})),
        names("x[12]").prop_map(|names| json!({"type": "resource-group", "resource-group": names})),
    ];
    let addresses = proptest::collection::btree_set(address(), 0..3);
    ("([a-c]\\.)?[a-c]", some(any::<bool>()), addresses, unique(policy, "source", 2), unique(applies, "type", 2))
        .prop_map(|(name, enabled, addresses, policies, applies)| {
            object([
                ("name", Some(json!(name))),
                ("enabled", enabled.map(Value::from)),
                ("scope", Some(json!("private"))),
                ("address", (!addresses.is_empty()).then_some(json!(addresses))),
                ("access-policy", (!policies.is_empty()).then_some(json!(policies))),
                ("applies-to", (!applies.is_empty()).then_some(json!(applies))),
            ])
        })
}

/// Returns the value with the items of every list in another order.
pub(crate) fn shuffle(value: &Value, seed: u64) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<(u64, Value)> = items
                .iter()
                .enumerate()
                .map(|(index, item)| (mix(seed ^ (index as u64 + 1)), shuffle(item, mix(seed + index as u64))))
                .collect();
            items.sort_by_key(|(order, _)| *order);
            items.into_iter().map(|(_, item)| item).collect()
        }
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), shuffle(value, mix(seed + name.len() as u64)))).collect()
        }
        other => other.clone(),
    }
}

/// The output function of SplitMix64.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

pub(crate) fn print(authority: &Value, dialect: Dialect) -> String {
    match dialect {
        Dialect::Json => authority.to_string(),
        Dialect::CamelCase => rename(authority, false).to_string(),
        Dialect::AllText => rename(authority, true).to_string(),
        Dialect::Yaml => serde_yaml::to_string(authority).expect("plain data"),
        Dialect::Pcli => pcli(authority, true),
        Dialect::PcliWithoutExit => pcli(authority, false),
    }
}

fn rename(value: &Value, all_text: bool) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| rename(item, all_text)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (camel_case(name), rename(value, all_text))).collect()
        }
        Value::Bool(_) | Value::Number(_) if all_text => Value::String(value.to_string()),
        other => other.clone(),
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

fn pcli(authority: &Value, exit: bool) -> String {
    let mut text = String::from("config\n");
    pcli_elements(&mut text, authority, 1, exit);
    if exit {
        text.push_str("exit\n");
    }
    text
}

fn pcli_elements(text: &mut String, value: &Value, depth: usize, exit: bool) {
    let indent = "    ".repeat(depth);
    let add = |text: &mut String, line: &str| writeln!(text, "{indent}{line}").expect("a string takes all");
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        let nested: Vec<(String, &Value)> = match value {
            Value::Array(items) if items.iter().any(Value::is_object) => {
                items.iter().map(|item| (format!("{name} {}", word(key(item))), item)).collect()
            }
            Value::Array(items) => {
                items.iter().for_each(|item| add(text, &format!("{name}  {}", word(item))));
                continue;
            }
            Value::Object(_) => vec![(name.clone(), value)],
            scalar => {
                add(text, &format!("{name}  {}", word(scalar)));
                continue;
            }
        };
        for (line, value) in nested {
            let mut block = String::new();
            pcli_elements(&mut block, value, depth + 1, exit);
            add(text, &line);
            text.push_str(&block);
            if exit {
                add(text, "exit");
            }
        }
    }
}

/// Returns the key of a list's entry.
fn key(entry: &Value) -> &Value {
    ["name", "source", "type", "hostname", "address"].iter().find_map(|key| entry.get(key)).expect("a key")
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains(' ') => format!("\"{text}\""),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
