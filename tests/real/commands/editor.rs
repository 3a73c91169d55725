//! The schema of an authority in an editor: yaml-language-server checks, explains and completes
//! documents.

use std::collections::{BTreeMap, BTreeSet};

use loopback_static_routes::commands::schema::Schema;
use loopback_static_routes::elements::{Elements, ROOT, Shape};
use serde_json::{Map, Value, json};

use super::schema::{NO_DOCUMENT, is_compared};
use crate::common::Workspace;
use crate::common::cases::{Case, IN_SCHEMA, cases, codes, of_text, places};
use crate::language_server::{Diagnostic, LanguageServer};

/// Starts a server with the schema, which is in a new folder.
fn start() -> (Workspace, LanguageServer) {
    let workspace = Workspace::new();
    workspace.write("authority.schema.json", &Schema::Authority.text());
    let server = LanguageServer::start(&workspace.path("authority.schema.json"));
    (workspace, server)
}

/// Documents with one mistake between marks, and the message about it.
const BAD: &[(&str, &str)] = &[
    ("⟦routers⟧: [{name: a}]", "unknown element; did you mean `router`?"),
    ("authority: {⟦servce⟧: [{name: a}]}", "unknown element; did you mean `service`?"),
    ("⟦Config⟧: {authority: {}}", "unknown element; did you mean `config`?"),
    (
        "authority:\n  ⟦node⟧: [{name: n}]",
        "`node` must be inside a `router`; move it into the `router` that it belongs to",
    ),
    ("router: [{⟦nmae⟧: a}]", "unknown element; did you mean `name`?"),
    ("router: {a: {⟦loopback-static-route⟧: {metric: 5}}}", "unknown element; did you mean `loopback-static-routes`?"),
    ("router: [⟦{⟧}]", "`router` entry lacks its key `name`; add it"),
    ("router: [⟦a⟧]", "expected a block of elements with a `name` as entry of `router`"),
    (
        "router: [{name: a, node: {name: n, role: ⟦combos⟧}}]",
        "Value is not accepted. Valid values: \"combo\", \"control\", \"slice\", \"conductor\".",
    ),
    (
        "router: {a: {node: {n: {asset-id: ⟦a/b⟧}}}}",
        "must be a minion id: without `/`, `\\`, control characters, and white space at its ends",
    ),
    (
        "router: [{name: a, loopback-static-routes: {⟦metrics⟧: 5}}]",
        "unknown key; the keys are enabled, default-route, learn-from-services, metric, static-route",
    ),
    ("router: [{name: a, loopback-static-routes: {metric: ⟦x⟧}}]", "must be a whole number from 0 to 4294967295"),
    ("router: [{name: a, loopback-static-routes: {enabled: ⟦yes⟧}}]", "must be `true` or `false`"),
    (
        "router:\n  - name: a\n    loopback-static-routes:\n      default-route: ⟦true⟧\n      static-route:\n        - address: 192.0.2.0/24",
        ALONE,
    ),
    ("router: {a: {loopback-static-routes: {default-route: ⟦true⟧, learn-from-services: true}}}", ALONE),
    (
        "router: {a: {loopback-static-routes: {⟦default⟧: false, default-route: false}}}",
        "`default` is another spelling of `default-route`, which is also given; remove `default`",
    ),
    (
        "router: {a: {loopback-static-routes: {⟦learn-from-service: true⟧}}}",
        "`learn-from-service` is another spelling of `learn-from-services`; write `learn-from-services`",
    ),
    ("router: {a: {loopback-static-routes: {static-route: [{address: ⟦192.0.2.0/33⟧}]}}}", PREFIX),
    ("router: {a: {loopback-static-routes: {static-route: {address: ⟦updates.example.com⟧}}}}", PREFIX),
    ("router: {a: {loopback-static-routes: {static-route: {⟦2001:db8::/32⟧: {metric: 5}}}}}", PREFIX),
    (
        "router: {a: {loopback-static-routes: {static-route: [{address: 192.0.2.9, ⟦metrc⟧: 5}]}}}",
        "unknown key; the keys are address, metric",
    ),
    (
        "router: {a: {static-hostname-mapping: {static-entry: {hostname: b, ip-address: ⟦c⟧}}}}",
        "must be an IP address or prefix, such as 192.0.2.10",
    ),
    ("service: [{name: a, address: [192.0.2.1, ⟦192.0.2.256⟧]}]", ADDRESS),
    ("service: {a: {address: ⟦10.0.0.0/08⟧}}", ADDRESS),
    ("service: {a: {⟦addresses⟧: 192.0.2.1}}", "unknown element; did you mean `address`?"),
    ("service: {a: {enabled: ⟦no⟧}}", "must be `true` or `false`"),
    ("service: {a: {scope: ⟦publik⟧}}", "Value is not accepted. Valid values: \"public\", \"private\"."),
    ("service: {a: {access-policy: [{source: _internal_, permission: ⟦alow⟧}]}}", PERMISSION),
    ("service: {a: {access-policy: {_internal_: {permission: ⟦Deny⟧}}}}", PERMISSION),
    ("service: {a: {⟦access-policies⟧: []}}", "unknown element; did you mean `access-policy`?"),
    (
        "service: {a: {access-policy: [{source: ⟦_internal_@here⟧}]}}",
        "`_internal_@` needs an IP address or prefix after it, such as 192.0.2.0/24",
    ),
    (
        "service: {a: {access-policy: {⟦_Internal_⟧: {}}}}",
        "this is another tenant than `_internal_`; write `_internal_` in lower case",
    ),
    (
        "router: [{name: ⟦a.b⟧, loopback-static-routes: {metric: 5}}]",
        "unusual name: the product allows at most 63 of A-Z, a-z, 0-9, _ and -",
    ),
    ("service: {a: {applies-to: [{type: ⟦routr⟧}]}}", TYPE),
    ("service: {a: {applies-to: {⟦group⟧: {group-name: b}}}}", TYPE),
];

const ALONE: &str = "`default-route` cannot be combined with `learn-from-services` or `static-route`; remove one of \
                     them, or replace `default-route` with a static route to 0.0.0.0/0";
const PREFIX: &str = "must be an IPv4 prefix such as 192.0.2.0/24, or an IPv4 address";
const ADDRESS: &str = "must be an IPv4 prefix such as 192.0.2.0/24, an IP address, or a host name";
const PERMISSION: &str = "Value is not accepted. Valid values: \"allow\", \"deny\".";
const TYPE: &str =
    "Value is not accepted. Valid values: \"authority\", \"router\", \"router-group\", \"resource-group\".";

#[test]
#[ignore = "needs yaml-language-server: tests/run.sh"]
fn an_editor_shows_one_message_for_one_mistake_at_its_place() {
    let (_workspace, mut server) = start();
    let texts: Vec<String> = BAD.iter().map(|(marked, _)| marked.replace(['⟦', '⟧'], "")).collect();
    for (document, (marked, message)) in server.open_all(&texts).iter().zip(BAD) {
        let place = places(marked, '⟦', '⟧').pop_first().expect("a mark").map(|number| number as u64);
        let expected = Diagnostic { place, message: (*message).to_owned() };
        assert_eq!(document.diagnostics, [expected], "{marked}");
    }
}

/// Correct documents in every form.
const GOOD: &[&str] = &[
    "config: {authority: {router: null, service: [], conductor-address: 192.0.2.1}}",
    "authority:\n  router:\n    a:\n    b: {}\n  service: {}",
    "router: {name: a.b, node: {name: n}, router-group: b, resource-group: [c, d], group: 5}",
    "router: {a: {node: {n: {asset-id: a.example.com, role: combo}, name: {role: conductor}}}}",
    "router: {a: {loopback-static-routes: null, node: [{name: n, role: null, asset-id: 5}]}}",
    "router: {a: {loopback-static-routes: {metric: null, default-route: false, static-route: {}}}}",
    "router: {a: {loopback-static-routes: {default-route: true, metric: 5, static-route: [], learn-from-services: false}}}",
    "router: {a: {loopback-static-routes: {static-route: {192.0.2.0/24: {metric: 5}, 192.0.2.9: null}}}}",
    "router: {a: {loopback-static-routes: {static-route: {address: 0.0.0.0/0, metric: 4294967295}}}}",
    "router: {a: {loopbackStaticRoutes: {learnFromServices: true, staticRoute: [{address: 192.0.2.0/24}]}}}",
    "router: {a: {static-hostname-mapping: {static-entry: [{hostname: b, ip-address: [192.0.2.1, 2001:db8::1]}]}}}",
    "router: {a: {static-hostname-mapping: {b.example.com: {ip-address: 192.0.2.1}}}}",
    "router: {a: {static-hostname-mapping: {hostname: b, ip-address: 192.0.2.0/24}}}",
    "service: {name: a, address: [192.0.2.0/24, 2001:db8::/32, a-1.example.com., _a.example.com], enabled: false}",
    "service: {a: {access-policy: {_internal_: {permission: allow}, b: {permission: other}}, scope: private}}",
    "service: {a: {access-policy: [{source: _internal_@169.254.0.0/16}, {source: 192.0.2.0/24}, {source: b@192.0.2.1}]}}",
    "service: {a: {applies-to: {type: router, router-name: b}, address: null}}",
    "service: {a: {applies-to: {router-group: {group-name: [b, c]}, authority: null}}}",
    "service: {a: {appliesTo: [{type: 't128:authority'}], service-policy: {x: 5}, description: 'true'}}",
    "other: [5]\nrouter: [{name: a, interface: 5}]",
];

#[test]
#[ignore = "needs yaml-language-server: tests/run.sh"]
fn an_editor_accepts_what_validate_accepts() {
    let (_workspace, mut server) = start();
    for (document, text) in server.open_all(GOOD).iter().zip(GOOD) {
        assert_eq!(document.diagnostics, [], "{text}");
        of_text(text, "f.yaml", None, |report| {
            let errors = report.findings.iter().filter(|found| IN_SCHEMA.contains(&found.rule().code));
            let messages: Vec<_> = errors.map(|found| &found.finding.message).collect();
            assert!(messages.is_empty(), "{text}: {messages:?}");
        });
    }
}

/// The codes of findings that only an editor shows: it knows `deprecationMessage`.
const SHOWN: &[&str] = &["other-spelling"];

/// The cases that the server does not see, each with its code and title: it skips a name without a
/// value.
const UNSEEN: &[(&str, &str)] = &[("unknown-key", "a name that runs into its value")];

#[test]
#[ignore = "needs yaml-language-server: tests/run.sh"]
fn an_editor_marks_the_same_yaml_as_validate() {
    let (_workspace, mut server) = start();
    let codes = codes().filter(|code| !NO_DOCUMENT.contains(code));
    let is_seen = |code: &str, case: &Case| !UNSEEN.contains(&(code, case.title.as_deref().unwrap_or_default()));
    let cases = codes
        .flat_map(|code| cases(code).into_iter().filter(move |case| is_compared(code, case) && is_seen(code, case)));
    let texts: Vec<String> = cases.filter(|case| case.syntax == "yaml").map(|case| case.text).collect();
    let (mut bad, mut good) = (0, 0);
    for (document, text) in server.open_all(&texts).iter().zip(&texts) {
        let is_bad = of_text(text, "f.yaml", None, |report| {
            let mut codes = report.findings.iter().map(|found| found.rule().code);
            codes.any(|code| IN_SCHEMA.contains(&code) || SHOWN.contains(&code))
        });
        assert_eq!(!document.diagnostics.is_empty(), is_bad, "{text}\n{:?}", document.diagnostics);
        *if is_bad { &mut bad } else { &mut good } += 1;
    }
    assert!(bad > 25 && good > 80, "{bad} {good}");
}

/// A form of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Sequence,
    Single,
    ByKey,
}

/// Returns a value for every element of a container.
fn sample(elements: &Elements, form: Form) -> Map<String, Value> {
    let valid = elements.known.iter().filter(|known| known.belongs_in.is_none());
    let members = valid.map(|known| {
        let value = match known.shape {
            Shape::Leaf => json!("x"),
            Shape::LeafList if form == Form::Sequence => json!(["x"]),
            Shape::LeafList => json!("x"),
            Shape::Container(inner) => sample(inner, form).into(),
            Shape::List { key, entry } => {
                let mut members = sample(entry, form);
                match form {
                    Form::Sequence => json!([members]),
                    Form::Single => members.into(),
                    Form::ByKey => {
                        members.remove(key);
                        json!({ "x": members })
                    }
                }
            }
        };
        (known.name.to_owned(), value)
    });
    members.collect()
}

/// Adds the descriptions of each element of a schema.
fn descriptions(schema: &Value, of: &mut BTreeMap<String, BTreeSet<String>>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let description = property["description"].as_str().map(str::to_owned);
        of.entry(name.clone()).or_default().extend(description);
    }
    match schema {
        Value::Object(members) => members.values().for_each(|inner| descriptions(inner, of)),
        Value::Array(items) => items.iter().for_each(|inner| descriptions(inner, of)),
        _ => {}
    }
}

#[test]
#[ignore = "needs yaml-language-server: tests/run.sh"]
fn an_editor_explains_every_element_in_every_form_of_a_list() {
    let mut of = BTreeMap::new();
    let schema: Value = serde_json::from_str(&Schema::Authority.text()).expect("JSON");
    descriptions(&schema, &mut of);
    // The definitions of containers are apart from the elements.
    for (name, definition) in [("authority", "authority"), ("loopback-static-routes", "plugin")] {
        let description = schema["$defs"][definition]["description"].as_str().expect("text");
        of.entry(name.to_owned()).or_default().insert(description.to_owned());
    }
    let (_workspace, mut server) = start();
    for form in [Form::Sequence, Form::Single, Form::ByKey] {
        let text = serde_json::to_string_pretty(&sample(&ROOT, form)).expect("JSON");
        let document = server.open(&text);
        let mut explained = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            let Some((name, _)) = line.trim_start().strip_prefix('"').and_then(|line| line.split_once("\":")) else {
                continue;
            };
            let hover = server.hover(&document, index + 1, line.len() - line.trim_start().len() + 2);
            let shown = hover.replace('\\', "");
            let is_described = of.get(name).is_none_or(|known| known.iter().any(|text| shown.contains(text.as_str())));
            assert!(
                shown.starts_with("#### ") && is_described,
                "{form:?}, line {}: {name}: {hover}\n{text}",
                index + 1
            );
            assert!(!shown.contains("||"), "{form:?}: {name}: {hover}");
            explained.insert(name.to_owned());
        }
        assert!(explained.len() > 27, "{form:?}: {explained:?}");
    }
}

/// Documents with a cursor, and the proposals there.
const COMPLETIONS: &[(&str, &[&str])] = &[
    ("│", &["authority", "conductor-address", "config", "router", "service"]),
    (
        "router:\n  - │",
        &[
            "conductor-address",
            "loopback-static-routes",
            "name",
            "node",
            "resource-group",
            "router-group",
            "static-hostname-mapping",
        ],
    ),
    (
        "router:\n  name: a\n  │",
        &[
            "conductor-address",
            "loopback-static-routes",
            "node",
            "resource-group",
            "router-group",
            "static-hostname-mapping",
        ],
    ),
    (
        "router:\n  - name: a\n    node:\n      - name: n\n        role: │",
        &["combo", "conductor", "control", "null", "slice"],
    ),
    (
        "router:\n  - name: a\n    loopback-static-routes:\n      │",
        &["default-route", "enabled", "learn-from-services", "metric", "static-route"],
    ),
    ("router:\n  - name: a\n    loopback-static-routes:\n      static-route:\n        - │", &["address", "metric"]),
    (
        "service:\n  - name: s\n    applies-to:\n      - type: │",
        &["authority", "resource-group", "router", "router-group"],
    ),
];

#[test]
#[ignore = "needs yaml-language-server: tests/run.sh"]
fn an_editor_proposes_the_elements_and_values() {
    let (_workspace, mut server) = start();
    for (text, expected) in COMPLETIONS {
        let before = text.split('│').next().expect("text");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().expect("a line").chars().count() + 1;
        let document = server.open(before);
        let proposals: BTreeSet<String> = server.completion(&document, line, column).into_iter().collect();
        assert_eq!(proposals, expected.iter().map(ToString::to_string).collect(), "{text}");
    }
}
