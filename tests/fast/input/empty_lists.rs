//! Lists without entries.

use std::fmt::Write as _;

use crate::common::planned::plan_of_all;

/// A configuration with `{list}` in place of an empty list, in YAML and in XML, and the name of the
/// list.
struct Case {
    list: &'static str,
    yaml: &'static str,
    xml: &'static str,
}

const fn case(list: &'static str, yaml: &'static str, xml: &'static str) -> Case {
    Case { list, yaml, xml }
}

const CASES: &[Case] = &[
    case("router", "authority: {LIST}", "<authority>LIST</authority>"),
    case(
        "service",
        "authority: {router: [{name: r, node: {name: n}}], LIST}",
        "<authority><router><name>r</name><node><name>n</name></node></router>LIST</authority>",
    ),
    case(
        "conductor-address",
        "authority: {router: {name: r, node: {name: n}}, LIST}",
        "<authority><router><name>r</name><node><name>n</name></node></router>LIST</authority>",
    ),
    case(
        "conductor-address",
        "router: [{name: r, node: {name: n}, LIST}]",
        "<router><name>r</name><node><name>n</name></node>LIST</router>",
    ),
    case(
        "router-group",
        "router: [{name: r, node: {name: n}, LIST}]",
        "<router><name>r</name><node><name>n</name></node>LIST</router>",
    ),
    case(
        "group",
        "router: [{name: r, node: {name: n}, LIST}]",
        "<router><name>r</name><node><name>n</name></node>LIST</router>",
    ),
    case(
        "resource-group",
        "router: [{name: r, node: {name: n}, LIST}]",
        "<router><name>r</name><node><name>n</name></node>LIST</router>",
    ),
    case(
        "static-hostname-mapping",
        "router: [{name: r, node: {name: n}, LIST}]",
        "<router><name>r</name><node><name>n</name></node>LIST</router>",
    ),
    case(
        "static-entry",
        "router: {name: r, node: {name: n}, static-hostname-mapping: {LIST}}",
        "<router><name>r</name><node><name>n</name></node><static-hostname-mapping>LIST</static-hostname-mapping></router>",
    ),
    case(
        "ip-address",
        "router: [{name: r, node: {name: n}, static-hostname-mapping: {static-entry: [{hostname: h, LIST}]}}]",
        "<router><name>r</name><node><name>n</name></node><static-hostname-mapping><static-entry><hostname>h</hostname>LIST</static-entry></static-hostname-mapping></router>",
    ),
    case("node", "router: [{name: r, LIST}]", "<router><name>r</name>LIST</router>"),
    case(
        "static-route",
        "router: {name: r, node: {name: n}, loopback-static-routes: {LIST}}",
        "<router><name>r</name><node><name>n</name></node><loopback-static-routes>LIST</loopback-static-routes></router>",
    ),
    case(
        "static-route",
        "router: {name: r, node: {name: n}, loopback-static-routes: {default-route: true, LIST}}",
        "<router><name>r</name><node><name>n</name></node><loopback-static-routes><default-route>true</default-route>LIST</loopback-static-routes></router>",
    ),
    case(
        "address",
        "router: {name: r, node: {name: n}, loopback-static-routes: {learn-from-services: true}}\nservice: [{name: s, access-policy: {source: _internal_}, LIST}]",
        "<router><name>r</name><node><name>n</name></node><loopback-static-routes><learn-from-services>true</learn-from-services></loopback-static-routes></router><service><name>s</name><access-policy><source>_internal_</source></access-policy>LIST</service>",
    ),
    case(
        "access-policy",
        "router: {name: r, node: {name: n}, loopback-static-routes: {learn-from-services: true}}\nservice: [{name: s, address: 192.0.2.1, LIST}]",
        "<router><name>r</name><node><name>n</name></node><loopback-static-routes><learn-from-services>true</learn-from-services></loopback-static-routes></router><service><name>s</name><address>192.0.2.1</address>LIST</service>",
    ),
    case(
        "applies-to",
        "router: {name: r, node: {name: n}, loopback-static-routes: {learn-from-services: true}}\nservice: [{name: s, address: 192.0.2.1, access-policy: {source: _internal_}, LIST}]",
        "<router><name>r</name><node><name>n</name></node><loopback-static-routes><learn-from-services>true</learn-from-services></loopback-static-routes></router><service><name>s</name><address>192.0.2.1</address><access-policy><source>_internal_</source></access-policy>LIST</service>",
    ),
    case(
        "router-name",
        "router: {name: r, node: {name: n}, loopback-static-routes: {learn-from-services: true}}\nservice: [{name: s, address: 192.0.2.1, access-policy: {source: _internal_}, applies-to: [{type: router, LIST}]}]",
        "<router><name>r</name><node><name>n</name></node><loopback-static-routes><learn-from-services>true</learn-from-services></loopback-static-routes></router><service><name>s</name><address>192.0.2.1</address><access-policy><source>_internal_</source></access-policy><applies-to><type>router</type>LIST</applies-to></service>",
    ),
    case(
        "group-name",
        "router: {name: r, node: {name: n}, loopback-static-routes: {learn-from-services: true}}\nservice: [{name: s, address: 192.0.2.1, access-policy: {source: _internal_}, applies-to: [{type: router-group, LIST}]}]",
        "<router><name>r</name><node><name>n</name></node><loopback-static-routes><learn-from-services>true</learn-from-services></loopback-static-routes></router><service><name>s</name><address>192.0.2.1</address><access-policy><source>_internal_</source></access-policy><applies-to><type>router-group</type>LIST</applies-to></service>",
    ),
];

/// Returns the plan and the findings as text.
fn outcome(text: &str) -> String {
    let planned = plan_of_all(&[text]);
    let findings: Vec<String> = planned.findings.into_iter().map(|(_, finding)| finding).collect();
    format!("{:?} {findings:?} {}", planned.nodes, planned.refused)
}

#[test]
fn an_empty_list_is_the_same_as_none_in_every_syntax() {
    let mut failures = String::new();
    for Case { list, yaml, xml } in CASES {
        let absent = |text: &str| outcome(&text.replace(", LIST", "").replace("LIST", ""));
        let (in_yaml, in_xml) = (absent(yaml), absent(xml));
        let yaml_forms = ["[]", "{}", "null", "~", ""].map(|empty| yaml.replace("LIST", &format!("{list}: {empty}")));
        let camel = camel_case(list);
        let json_forms = ["[]", "{}", "null", "[ ]", "{ }"].map(|empty| {
            let value: serde_yaml::Value = serde_yaml::from_str(&yaml.replace("LIST", "EMPTY: 0")).expect("YAML");
            serde_json::to_string(&value).expect("JSON").replace("\"EMPTY\":0", &format!("\"{camel}\":{empty}"))
        });
        for text in yaml_forms.iter().chain(&json_forms) {
            let got = outcome(text);
            if got != in_yaml {
                writeln!(failures, "{text}\n  {got}\n  {in_yaml}").expect("text");
            }
        }
        for empty in [format!("<{list}/>"), format!("<{list} /><{list}/>")] {
            let (text, got) = (xml.replace("LIST", &empty), outcome(&xml.replace("LIST", &empty)));
            if got != in_xml {
                writeln!(failures, "{text}\n  {got}\n  {in_xml}").expect("text");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn camel_case(name: &str) -> String {
    let (first, rest) = name.split_once('-').unwrap_or((name, ""));
    let words = rest.split('-').filter(|word| !word.is_empty());
    words.fold(first.to_owned(), |name, word| format!("{name}{}{}", word[..1].to_uppercase(), &word[1..]))
}

#[test]
fn an_empty_container_of_host_mappings_is_the_same_as_none_in_pcli_text() {
    let router = "router r\n    node n\n    exit\n";
    let with_container = format!("{router}    static-hostname-mapping\n    exit\nexit\n");
    assert_eq!(outcome(&with_container), outcome(&format!("{router}exit\n")));
}
