//! The printers: text printed in one syntax reads as the same authority.

use std::collections::BTreeMap;

use loopback_static_routes::elements::BLOCK;
use loopback_static_routes::export;
use loopback_static_routes::input::{self, Input};
use loopback_static_routes::model::address::{AddressKind, PolicySource};
use loopback_static_routes::model::authority::AppliesToKind;
use loopback_static_routes::model::block::{RawKey, RawStaticRoute, RawValue};
use loopback_static_routes::model::tree::ScalarStyle;
use loopback_static_routes::model::{
    AccessPolicy, Address, AppliesTo, Authority, HostMapping, Located, Node, NodeRole, Permission, RawBlock, Router,
    Scope, Service, SourceId, Span,
};
use loopback_static_routes::syntaxes::PrintFormat;
use loopback_static_routes::syntaxes::Syntax;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use crate::common::sample;

const FORMATS: [(PrintFormat, Syntax); 5] = [
    (PrintFormat::Pcli, Syntax::Pcli),
    (PrintFormat::Flat, Syntax::Pcli),
    (PrintFormat::Json, Syntax::Json),
    (PrintFormat::Yaml, Syntax::Yaml),
    (PrintFormat::Xml, Syntax::Xml),
];

const NOWHERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

fn at<T>(value: T) -> Located<T> {
    Located::new(value, NOWHERE)
}

/// Texts with a meaning in some syntax, and arbitrary ones.
fn text() -> impl Strategy<Value = String> {
    let known = [
        "a",
        "node1",
        "router",
        "service",
        "exit",
        "delete",
        "config",
        "true",
        "null",
        "~",
        "on",
        "no",
        "1:30",
        "010",
        "1e3",
        "192.0.2.1",
        "192.0.2.0/24",
        "_internal_",
        "_value",
        "c.b.a",
        "a b",
        " a ",
        "a\nb",
        "\t",
        "\"",
        "\\",
        "a\"b\\",
        "#",
        "...",
        "…",
        "“a”",
        "(removed)",
        "<",
        "&amp;",
        "]]>",
        "*",
        "&a",
        "*a",
        "{",
        "[",
        "- a",
        "a: b",
        "a #b",
        "!t",
        "|",
        ">",
        "%",
        "@",
        "static-entry",
        "force",
        "a@192.0.2.0/24",
        "é",
        "\u{2028}",
        "\u{feff}",
        "\u{85}",
        "\r\n",
        "x:combo",
        "💡",
        "-",
        "--",
    ];
    prop_oneof![
        4 => prop::sample::select(known.map(str::to_owned).to_vec()),
        2 => "[a-z][a-z0-9-]{0,8}",
        1 => any::<String>(),
    ]
}

fn key() -> impl Strategy<Value = String> {
    text().prop_filter("a key is not empty", |key| !key.is_empty())
}

fn leaf() -> impl Strategy<Value = Option<Located<String>>> {
    option::of(text().prop_map(at))
}

fn leaf_list() -> impl Strategy<Value = Vec<Located<String>>> {
    btree_set(text(), 0..3).prop_map(|values| values.into_iter().map(at).collect())
}

fn addresses() -> impl Strategy<Value = Vec<Located<Address>>> {
    btree_set(text().prop_filter("a boolean or a number is no address", is_address), 0..3)
        .prop_map(|values| values.into_iter().map(|value| at(Address::parse(&value))).collect())
}

/// Returns true for a text that the readers accept as an address. The rules check it later.
#[expect(clippy::ptr_arg, reason = "the type of the filter")]
fn is_address(text: &String) -> bool {
    let is_boolean = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    let is_number = text.parse::<f64>().is_ok() && *Address::parse(text).kind() == AddressKind::Invalid;
    !is_boolean && !is_number
}

/// Known keys of the block with single values, and unknown keys.
fn keys(known: &'static [&'static str]) -> impl Strategy<Value = Vec<RawKey>> {
    let value = prop_oneof![Just("true".to_owned()), Just("128".to_owned()), Just("0128".to_owned()), text()];
    let is_unknown = |name: &String| BLOCK.find(name).is_none() && !name.starts_with('_') && name != "address";
    let name = prop_oneof![
        3 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => prop_oneof![Just("metri".to_owned()), Just("exit".to_owned()), text()].prop_filter("unknown", is_unknown),
    ];
    btree_map(name, value, 0..4).prop_map(|keys| {
        let key = |(name, text)| raw_key(name, RawValue::Text { text, style: ScalarStyle::Text });
        keys.into_iter().map(key).collect()
    })
}

fn raw_key(name: String, value: RawValue) -> RawKey {
    RawKey { name, name_at: NOWHERE, at: NOWHERE, value }
}

fn block() -> impl Strategy<Value = RawBlock> {
    const LEAVES: [&str; 6] =
        ["enabled", "default-route", "default", "learn-from-services", "learn-from-service", "metric"];
    let routes = btree_map(key(), keys(&["metric"]), 0..3).prop_map(|routes| {
        let route =
            |(address, keys): (String, _)| RawStaticRoute { at: NOWHERE, address: at(Address::parse(&address)), keys };
        routes.into_iter().map(route).collect::<Vec<_>>()
    });
    (keys(&LEAVES), routes).prop_map(|(mut keys, routes)| {
        if !routes.is_empty() {
            keys.push(raw_key("static-route".to_owned(), RawValue::StaticRoutes(routes)));
        }
        RawBlock { at: NOWHERE, keys }
    })
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let role = prop_oneof![Just("combo".to_owned()), Just("conductor".to_owned()), Just("slice".to_owned()), text()];
    let node = (leaf(), option::of(role.prop_map(|role| at(NodeRole::of(&role)))), option::of(block()));
    btree_map(key(), node, 0..3).prop_map(|nodes| {
        let node = |(name, (asset_id, role, block))| Node { name: at(name), asset_id, role, block };
        nodes.into_iter().map(node).collect()
    })
}

fn host_mappings() -> impl Strategy<Value = Vec<HostMapping>> {
    let name = key().prop_map(|name| name.trim_end_matches('.').to_ascii_lowercase());
    let name = name.prop_filter("a key is not empty", |name| !name.is_empty());
    btree_map(name, addresses(), 0..3).prop_map(|mappings| {
        mappings.into_iter().map(|(name, addresses)| HostMapping { host_name: at(name), addresses }).collect()
    })
}

fn routers() -> impl Strategy<Value = Vec<Router>> {
    let router = (addresses(), leaf_list(), leaf_list(), host_mappings(), nodes(), option::of(block()));
    btree_map(key(), router, 0..4).prop_map(|routers| {
        let router = |(name, (conductor_addresses, router_groups, resource_groups, host_mappings, nodes, block))| {
            Router { name: at(name), conductor_addresses, router_groups, resource_groups, host_mappings, nodes, block }
        };
        routers.into_iter().map(router).collect()
    })
}

fn services() -> impl Strategy<Value = Vec<Service>> {
    let word = |known: &'static [&'static str]| prop_oneof![3 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => text()];
    let kind = word(&["authority", "router", "router-group", "resource-group"])
        .prop_filter("a key is not empty", |kind| !kind.is_empty());
    let applies_to = btree_map(kind, leaf_list(), 0..3).prop_map(|entries| {
        let mut list: Vec<AppliesTo> = Vec::new();
        for (kind, names) in entries {
            let kind = AppliesToKind::of(&kind);
            if list.iter().all(|applies| applies.kind.value != kind) {
                let names = if kind.names_in().is_some() { names } else { Vec::new() };
                list.push(AppliesTo { kind: at(kind), names });
            }
        }
        list
    });
    let permission = option::of(word(&["allow", "deny"]).prop_map(|text| at(Permission::of(&text))));
    let source = prop_oneof![Just("_internal_".to_owned()), key()];
    let policies = btree_map(source, permission, 0..3).prop_map(|policies| {
        policies
            .into_iter()
            .map(|(source, permission)| AccessPolicy { source: at(PolicySource::parse(&source)), permission })
            .collect()
    });
    let scope = option::of(word(&["public", "private"]).prop_map(|scope| at(Scope::of(&scope))));
    let service = (option::of(any::<bool>().prop_map(at)), scope, addresses(), policies, applies_to);
    btree_map(key(), service, 0..4).prop_map(|services| {
        let service = |(name, (enabled, scope, addresses, access_policies, applies_to))| Service {
            name: at(name),
            enabled,
            scope,
            addresses,
            access_policies,
            applies_to,
        };
        services.into_iter().map(service).collect()
    })
}

/// Returns the content of an authority without places and styles of values.
fn content(authority: &Authority) -> String {
    let mut text = format!("{:#?}", Authority { end: None, ..authority.clone() });
    for field in ["source: SourceId(", "start: ", "end: ", "style: "] {
        let kept = text.lines().filter(|line| !line.trim_start().starts_with(field));
        text = kept.collect::<Vec<_>>().join("\n");
    }
    // The number of a source is spread over several lines.
    text.lines().filter(|line| !matches!(line.trim(), "0," | "),")).collect::<Vec<_>>().join("\n")
}

fn check(authority: &Authority) -> Result<(), TestCaseError> {
    for (format, syntax) in FORMATS {
        let printed = match export::print(authority, format) {
            Ok(printed) => printed,
            Err(unprintable) => {
                prop_assert_eq!(format, PrintFormat::Xml, "{}", unprintable);
                continue;
            }
        };
        let input = Input::Text { name: "f".to_owned(), bytes: printed.clone().into_bytes() };
        let reading = input::read(vec![input], Some(syntax)).expect("text");
        let is_empty = authority.routers.is_empty() && authority.services.is_empty();
        let findings: Vec<_> = reading.findings.iter().map(|finding| &finding.message).collect();
        prop_assert!(is_empty || findings.is_empty(), "{:?}\n{}", findings, printed);
        prop_assert_eq!(content(&reading.authority), content(authority), "{}", printed);
        let again = export::print(&reading.authority, format).expect("printed before");
        prop_assert_eq!(again, printed);
    }
    Ok(())
}

proptest! {
    #![proptest_config(sample::config(60))]

    #[test]
    fn converted_text_reads_as_the_same_authority(routers in routers(), services in services()) {
        check(&Authority { routers, services, ..Authority::default() })?;
    }

    #[test]
    fn any_text_is_preserved_as_a_value(name in key(), values in vec(any::<String>(), 1..4)) {
        let values = values.into_iter().filter(is_address).map(|value| (value, ()));
        let addresses: BTreeMap<String, ()> = values.collect();
        let addresses = addresses.into_keys().map(|value| at(Address::parse(&value))).collect();
        let service = Service {
            name: at(name),
            enabled: None,
            scope: None,
            addresses,
            access_policies: Vec::new(),
            applies_to: Vec::new(),
        };
        check(&Authority { services: vec![service], ..Authority::default() })?;
    }
}
