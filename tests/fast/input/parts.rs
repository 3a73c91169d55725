//! Large texts are read in parts. The result is that of the plain reader, for parts of any size and
//! for any entries. Some of these entries look as if another one starts inside of them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;

use crate::common::sample;
use crate::fuzz::read_in_parts_of;

/// Texts around the entries. `ROUTERS` and `SERVICES` stand for them.
const JSON: [&str; 9] = [
    r#"{"authority": {"name": "a", "router": [ROUTERS], "service": [SERVICES]}}"#,
    r#"{"service": [SERVICES], "conductor-address": ["192.0.2.1"], "router": [ROUTERS]}"#,
    r#"{"config": {"t128:authority": {"router": [ROUTERS], "tenant": [{"name": "t"}], "service": [SERVICES]}}}"#,
    r#"{"authority": {"router": [ROUTERS], "router": [SERVICES]}}"#,
    r#"{"authority": {"router": [ROUTERS], "_operation": "delete"}, "service": [SERVICES]}"#,
    r#"{"x": {"router": [ROUTERS]}, "authority": {"service": [SERVICES], "rooter": [1], "\u0061": 2}}"#,
    r#"{"authority": {"router": [ROUTERS], "service": [SERVICES]}"#,
    r#"{"tenant": [ROUTERS, SERVICES]}"#,
    r#"{"data": {"authority": {"router": [ROUTERS]}}, "x": {"service": [SERVICES]}}"#,
];
const JSON_ROUTERS: [&str; 12] = [
    r#"{"name": "NAME", "node": [{"name": "n1", "asset-id": "NAME-1"}, {"name": "n2", "role": "combo"}]}"#,
    r#"{"name": "NAME", "loopback-static-routes": {"metric": 5, "static-route": [{"address": "192.0.2.0/24"}]}}"#,
    r#"{"name": "NAME", "x": [[{"name": "y", "node": []}, {"name": "z", "node": []}], {"access-policy": []}]}"#,
    r#"{"name": "NAME", "description": "],{\"name\": \"y\", \"node\": []},{\"name\":1}", "group": ["a", "é"]}"#,
    r#"{"name": "NA\u004dE", "loopback-static-routes": {"metric": null, "typo": {"a": [1]}, "metrc": 1}}"#,
    r#"{"name": "NAME", "node": {"n1": {"role": "combo"}}, "node": []}"#,
    r#"{"name": "NAME", "_operation": "delete"}"#,
    r#"{"name": "same", "group": ["NAME"], "access-policy": []}"#,
    r#"{"node": [], "group": []}, {}"#,
    r#"{"name": "NAME", "node": [{"name": "n"}],}"#,
    r#"null, "NAME", []"#,
    r#"{"name": "NAME", "x": 01}"#,
];
const JSON_SERVICES: [&str; 5] = [
    r#"{"name": "NAME", "address": ["192.0.2.1/32", "::/0"], "access-policy": [{"source": "_internal_"}]}"#,
    r#"{"name": "NAME", "applies-to": [{"type": "router", "router-name": ["a", "b"]}], "enabled": true}"#,
    r#"{"name": "NAME", "address": "192.0.2.1", "access-policy": {"source": "t", "permission": "deny"}}"#,
    r#"{"name": "NAME", "node": [], "loopback-static-routes": {}}"#,
    r#"{"name": "same", "address": ["NAME"]}"#,
];

const PCLI: [&str; 14] = [
    "config\n    authority\n        name a\n\nROUTERSSERVICES    exit\nexit\n",
    "config\n    authority\nROUTERS        conductor-address 192.0.2.1\nSERVICES    exit\nexit\n",
    "config\n    authority\nROUTERSSERVICES",
    "config\n    authority\nROUTERS    exit\n    authority\nSERVICES    exit\nexit\n",
    "admin@node1.conductor# show config running\nconfig\n    authority\nROUTERSSERVICES    exit\nexit\n",
    "config\n    authority\n        tenant t\n            description \"\nROUTERSSERVICES    exit\nexit\n",
    "config\n    tenant t\nROUTERSSERVICES    exit\nexit\n",
    "config\nROUTERSSERVICESexit\n",
    "config\n    authority\n    exit\n    tenant t\nROUTERS    exit\nexit\nSERVICES",
    "config\n  authority\n    service-policy t\nROUTERSSERVICES    exit\n  exit\nexit\n",
    "config\n    authority\n      name a\nROUTERSSERVICES    exit\nexit\n",
    "config\n    authority\n        conductor-address 192.0.2.2\nROUTERS        conductor-address 192.0.2.1\nSERVICES    exit\nexit\n",
    "config\n    authority\n        router first\n            description x\u{c}\"a \" b\n        exit\nROUTERS        router last\n            description \" z\"\n        exit\nSERVICES    exit\nexit\n",
    "config\n    authority\n        router first\n--More-- \"\r            description \" \n        exit\nROUTERS        router last\n            description \" z\"\n        exit\nSERVICES    exit\nexit\n",
];
const PCLI_ROUTERS: [&str; 13] = [
    "        router NAME\n            name NAME\n\n            node n1\n                role combo\n            exit\n        exit\n",
    "        router NAME\n            loopback-static-routes\n                metric 5\n            exit\n        exit\n\n",
    "        router NAME\n            description \"x\n        exit\n        router y\n        exit\n\"\n        exit\n",
    "        router NAME\n            description \"x\n        exit\n",
    "        router NAME\n            x\n                router y\n                exit\n                service z\n                exit\n            exit\n        exit\n",
    "        router NAME # \"comment\n            group \"a b\"\n        exit\n",
    "        router NAME\n            node n\n        exit\n",
    "        router NAME\n            group a\n        exit\n        exit\n",
    "        router same\n            group NAME\n        exit\n",
    "        router NAME\n\t\tgroup a\n        exit\n",
    "        router NAME\r\n            group a\r\n        exit\r\n",
    "        router NAME\n            system\n                admin@node1.conductor# x\n            exit\n        exit\n",
    "        routers NAME\n            group a\n        exit\n    service s\n",
];
const PCLI_SERVICES: [&str; 4] = [
    "        service NAME\n            address 192.0.2.1\n            access-policy _internal_\n            exit\n        exit\n",
    "        service NAME\n            address 192.0.2.1/40\n        exit\n        exit\n",
    "        service same\n            address NAME\n        exit\n",
    "        admin@node1# service NAME\n",
];

const FLAT: [&str; 5] = [
    "config authority name a\nROUTERSSERVICES",
    "ROUTERSconfig authority conductor-address 192.0.2.1\nSERVICES",
    "config authority\n    router b\n        exit\n    exit\nROUTERSSERVICES",
    "config authority conductor-address 192.0.2.2\nROUTERSconfig authority conductor-address 192.0.2.1\nSERVICES",
    "config\nROUTERSSERVICES",
];
const FLAT_ROUTERS: [&str; 7] = [
    "config authority router NAME name NAME\nconfig authority router NAME node n role combo\n",
    "config authority router NAME loopback-static-routes static-route 192.0.2.0/24 metric 5\nconfig authority router NAME loopback-static-routes metric 9\n",
    "config authority router NAME description \"x\nconfig authority router y group a\n\"\n",
    "config authority router NAME description \"x\nconfig authority router NAME group a\n",
    "config authority router same group NAME\n",
    "config authority router NAME\n",
    "delete config authority router NAME\nexit\n",
];
const FLAT_SERVICES: [&str; 3] = [
    "config authority service NAME address 192.0.2.1/32\nconfig authority service NAME access-policy _internal_ permission allow\n",
    "config authority service same address NAME\n",
    "config authority servce NAME address 192.0.2.1/32\n",
];

const XML: [&str; 12] = [
    "<config><authority>\n  <name>a</name>\n  ROUTERSSERVICES</authority></config>",
    "<c:config xmlns:c='http://128technology.com/t128' xmlns:n='urn:x'><c:authority>\n  ROUTERSSERVICES</c:authority></c:config>\n",
    "<config><authority>\n  ROUTERS</authority><authority>\n  SERVICES</authority></config>",
    "<authority xmlns='urn:x'>\n  ROUTERSSERVICES</authority>",
    "<rpc><authority>\n  ROUTERS<x>\n  SERVICES</x></authority></rpc>",
    "<!DOCTYPE a [<!ENTITY e 'x'>]><authority>\n  ROUTERSSERVICES</authority>",
    "<config><authority><!-- c -->\n  ROUTERSSERVICES</authority></config>",
    "<config><authority>\n  ROUTERSSERVICESabc</authority></config>",
    "<config><authority>a<?x y?>\n  ROUTERSSERVICES&amp;</authority></config>",
    "<config xmlns:nc='urn:ietf:params:xml:ns:netconf:base:1.0'><authority nc:operation='delete'>\n  ROUTERSSERVICES</authority></config>",
    "<config operation='remove'><authority>\n  ROUTERSSERVICES</authority></config>",
    "<authority operation='x'><conductor-address>192.0.2.1</conductor-address>\n  ROUTERSSERVICES<conductor-address>192.0.2.2</conductor-address></authority>",
];
const XML_ROUTERS: [&str; 14] = [
    "<router><name>NAME</name><node><name>n</name><role>combo</role></node></router>\n  ",
    "<n:router><n:name>NAME</n:name></n:router>\n  ",
    "<router xmlns='urn:y'><name>NAME</name></router>\n  ",
    "<router><name>NAME</name><x>\n  <router></router>\n  <router></router>\n  </x></router>\n  ",
    "<!--</router>\n  <router>--><router><name>NAME</name></router>\n  ",
    "<router><name>NAME</name><description><![CDATA[</router>\n  <router>]]></description></router>\n  ",
    "<router><name>NAME</name><description>a &e; &lt; ]]></description></router>\n  ",
    "<router><name>same</name><group>NAME</group></router>\n  ",
    "<router><name>NAME</name><description>a ]]> b</description></router>\n  ",
    "<router><name>NAME</name><description>a\u{1}</description></router>\n  ",
    "<router><name>NAME</name></router>text\n  ",
    "<router><name>NAME</name><?x?></router>\n  ",
    "<router><name>NAME</router></name>\n  ",
    "<router><name>NAME</name><metrc/></router><router/>\n  ",
];
const XML_SERVICES: [&str; 4] = [
    "<service><name>NAME</name><address>192.0.2.1</address></service>\n  ",
    "<s:service><name>NAME</name></s:service>\n  ",
    "<service><name>same</name><address>NAME</address></service>\n  ",
    "<service><name>NAME</name>\u{1}</service>\n  ",
];

const YAML: [&str; 12] = [
    "authority:\n  name: é\n  router:\nROUTERS  service:\nSERVICES",
    "---\nauthority:\n    service:\nSERVICES    conductor-address:\n    - 192.0.2.1\n    router:\nROUTERS",
    "x:\n  router:\nROUTERSauthority:\n  service:\nSERVICES  router:\n",
    "authority:\n  description: |\n    router:\nROUTERS  service:\nSERVICES",
    "authority:\n  router:\nROUTERS  router:\nSERVICES",
    "authority:\n  router:\nROUTERS    ~\n  service:\nSERVICES",
    "authority:\n  router:\nROUTERS    &a\n  service:\nSERVICES",
    "authority: {\n  router:\nROUTERS  }\nservice:\nSERVICES",
    "authority: &a\n  router:\nROUTERSservice: *a\nrouter:\nSERVICES",
    "authority:\n  name: &a 192.0.2.1\n  router:\nROUTERS  conductor-address: [*a]\n  service:\nSERVICES",
    "authority:\n  <<:\n    router:\nROUTERS  service:\nSERVICES",
    "\u{feff}service:\nSERVICES...\n---\nx: *a\nrooter: []\nrouter:\nROUTERS",
];
const YAML_ROUTERS: [&str; 19] = [
    "    - name: NAME\n      node:\n        - name: n1\n          role: combo\n",
    "    - name: NAME\n      # c\n\n      node:\n      - name: \"n 1\"\n        asset-id: NAME:1\n        role:\n      loopback-static-routes:\n        metric: 010\n        static-route:\n        - address: 192.0.2.0/24\n",
    "    - name: NAME\n      router-groups: []\n      group:\n      - yes\n      - 0x1\n      - ::\n      loopback-static-routes: {}\n    # c\n",
    "    - name: NAME\n      x:\n        router:\n        - name: y\n          node: {}\n      y: 'a: b # c'\n      metrc: a b:c\n",
    "    - name: NAME\n      x:\n      - - a\n        - b:\n      _operation: delete\n      group:\n        a: b\n",
    "    - name: NAME\n      node: n\n      node:\n      - n\n      - name: n\n        rol: combo\n        loopback-static-routes:\n          metric: []\n",
    "    - name: NAME\n      description: a\n        b\n",
    "    - name: NAME\n      node:\n         - name: n\n        - name: m\n",
    "    - name: NAME\n      # é\n      loopback-static-routes: {metric: 5, static-route: [{address: 192.0.2.0/24}]}\n\n",
    "    - name: NAME\n      description: |\n        router:\n        - name: y\n          node: []\n",
    "    - name: NAME\n      description: \"x\n\n    - name: y\"\n",
    "    - &a\n      name: NAME\n      group: [a]\n",
    "    - <<: *a\n      name: NAME\n",
    "    - name: same\n      group: NAME\n",
    "    - name: NAME\n      nodes: []\n      router:\n      - name: z\n",
    "    - name: NAME\n      loopback-static-routes: {metrc: yes}\n      _operation: delete\n",
    "    -\n      name: NAME\n",
    "    - name: NAME\n   - name: y\n",
    "  tenant: [NAME]\n",
];
const YAML_SERVICES: [&str; 4] = [
    "    - name: NAME\n      address: [192.0.2.1]\n      access-policy: [{source: _internal_}]\n",
    "    - name: NAME\n      address: 0x10\n      enabled: on\n",
    "    - name: same\n      address: NAME\n",
    "    - name: 'NAME\n",
];

/// Deep values, whose depth in a part is not that in the whole text.
#[test]
fn deep_values_are_the_same_in_parts() {
    let entries = |entry: &dyn Fn(usize) -> String| (0..5).map(entry).collect::<String>();
    for depth in [990, 995, 996, 997, 998, 999, 1000] {
        let nested: String = (0..depth).map(|level| format!("{:1$}x:\n", "", level + 6)).collect();
        let yaml = entries(&|n| format!("    - name: r{n}\n{nested}"));
        read_in_parts_of(&[1_000_000], format!("authority:\n  router:\n{yaml}").as_bytes());
    }
    for depth in [992, 995, 996, 997, 998, 999] {
        let line = |level: usize, word: &str| format!("{:1$}{word}\n", "", level + 12);
        let opened: String = (0..depth).map(|level| line(level, "x")).collect();
        let closed: String = (0..depth).rev().map(|level| line(level, "exit")).collect();
        let pcli = entries(&|n| format!("        router r{n}\n{opened}{closed}        exit\n"));
        read_in_parts_of(&[1_000_000], format!("config\n    authority\n{pcli}    exit\nexit\n").as_bytes());
    }
}

/// Texts in which a guess finds no entry, however far it looks.
#[test]
fn texts_without_the_next_entry_are_the_same_in_parts() {
    for text in [
        format!(r#"{{"authority": {{"name": "{}"}}}}"#, r#"a\":"#.repeat(200_000)),
        format!(r#"{{"authority": {{"router": [{}]}}}}"#, r#"{"name":"a"},"#.repeat(50_000)),
        format!("<a>{}", "<".repeat(200_000)),
        format!("<authority>{}", "<router>".repeat(50_000)),
        format!("config\n    authority\n        router a\n{}", "        exit\n".repeat(50_000)),
        format!("authority:\n  router:\n{}", "    - \n".repeat(50_000)),
    ] {
        read_in_parts_of(&[5000], text.as_bytes());
    }
}

/// The entries of a list: one in `GOOD` is one of the unusual ones.
fn entries(of: &'static [&'static str], letter: char, between: &'static str) -> impl Strategy<Value = String> {
    const GOOD: u32 = 6;
    let usual = select(&of[..2]);
    vec(prop_oneof![GOOD => usual, 1 => select(of)], 2..16).prop_map(move |entries| {
        let named = entries.iter().enumerate();
        let entries: Vec<String> =
            named.map(|(index, entry)| entry.replace("NAME", &format!("{letter}{index}"))).collect();
        entries.join(between)
    })
}

fn texts(
    around: &'static [&'static str],
    routers: &'static [&'static str],
    services: &'static [&'static str],
    between: &'static str,
) -> impl Strategy<Value = String> {
    let around = prop_oneof![1 => Just(around[0]), 1 => select(around)];
    let lists = (entries(routers, 'r', between), entries(services, 's', between));
    (around, lists)
        .prop_map(|(around, (routers, services))| around.replace("ROUTERS", &routers).replace("SERVICES", &services))
}

fn check(texts: impl Strategy<Value = String>) {
    let sizes = vec(any::<Index>(), 4);
    let result = TestRunner::new(sample::config(300)).run(&(texts, sizes), |(text, sizes)| {
        let sizes: Vec<usize> = sizes.iter().map(|size| 20 + size.index(text.len().min(600))).collect();
        read_in_parts_of(&sizes, text.as_bytes());
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn json_is_the_same_in_parts() {
    check(texts(&JSON, &JSON_ROUTERS, &JSON_SERVICES, ", "));
    check(texts(&JSON, &JSON_ROUTERS, &JSON_SERVICES, ",\n    "));
}

#[test]
fn nested_pcli_is_the_same_in_parts() {
    check(texts(&PCLI, &PCLI_ROUTERS, &PCLI_SERVICES, ""));
}

#[test]
fn flat_pcli_is_the_same_in_parts() {
    check(texts(&FLAT, &FLAT_ROUTERS, &FLAT_SERVICES, ""));
}

#[test]
fn xml_is_the_same_in_parts() {
    check(texts(&XML, &XML_ROUTERS, &XML_SERVICES, ""));
}

#[test]
fn yaml_is_the_same_in_parts() {
    check(texts(&YAML, &YAML_ROUTERS, &YAML_SERVICES, ""));
}
