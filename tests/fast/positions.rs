//! Where findings point: sources marked by hand. `«…»` is what the finding must point at, `‹…›` its second place.

use loopback_static_routes::conductor::{check, plan};
use loopback_static_routes::input::{self, Input, Locator};
use loopback_static_routes::model::Span;

/// `name`, `code`, marked source.
type Case = (&'static str, &'static str, &'static str);

fn check_all(cases: &[Case]) {
    let mut failures = String::new();
    for (name, code, marked) in cases {
        let expected = (position_of(marked, '«', '»'), position_of(marked, '‹', '›'));
        let text: String = marked.chars().filter(|c| !"«»‹›".contains(*c)).collect();
        let found = findings(&text, code);
        if !found.contains(&expected) {
            failures.push_str(&format!("\n{name}: {code} at {expected:?} expected, got {found:?}\n{text}\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Line, column, end line and end column from 1, in characters.
type Place = Option<(usize, usize, usize, usize)>;

fn position_of(marked: &str, open: char, close: char) -> Place {
    let (mut line, mut column, mut start) = (1, 1, None);
    for c in marked.chars() {
        match c {
            '\n' => (line, column) = (line + 1, 1),
            c if c == open => start = Some((line, column)),
            c if c == close => return start.map(|(l, c)| (l, c, line, column)),
            '«' | '»' | '‹' | '›' => {}
            _ => column += 1,
        }
    }
    None
}

fn findings(text: &str, code: &str) -> Vec<(Place, Place)> {
    let reading =
        input::read(vec![Input::Text { name: "f".to_owned(), bytes: text.as_bytes().to_vec() }], None).expect("text");
    let mut findings = reading.findings;
    let checked = check(&reading.authority, &mut findings);
    let _ = plan(&checked, &mut findings);
    let mut locator = Locator::new(&reading.sources);
    let mut place = |at: Option<Span>| {
        at.map(|at| {
            let at = locator.position(at);
            (at.line, at.column, at.end_line, at.end_column)
        })
    };
    findings
        .iter()
        .filter(|finding| finding.code.name() == code)
        .map(|finding| (place(finding.at), place(finding.related.first().map(|related| related.at))))
        .collect()
}

#[test]
fn json() {
    check_all(&[
        (
            "a value of another type",
            "invalid-value",
            "{\"router\": [{\"name\": \"é\", \"loopback-static-routes\": {\n  \"metric\": «\"high\"»}}]}",
        ),
        (
            "an unknown key",
            "unknown-key",
            "{\"router\": [{\"name\": \"r\", \"loopbackStaticRoutes\": {«\"metrics\"»: 5}}]}",
        ),
        (
            "both spellings",
            "both-spellings",
            "{\"router\": [{\"name\": \"r\", \"loopback-static-routes\": {«\"default\"»: true, ‹\"default-route\"›: true}}]}",
        ),
        (
            "a static route's address",
            "host-bits-set",
            "{\"router\": [{\"name\": \"r\", \"loopback-static-routes\": {\"static-route\": [{\"metric\": 1, \"address\": «\"192.0.2.1/24\"»}]}}]}",
        ),
        (
            "two static routes",
            "duplicate-static-route",
            "{\"router\": [{\"name\": \"r\", \"loopback-static-routes\": {\"static-route\": [{\"address\": ‹\"192.0.2.0/24\"›},\n{\"address\": «\"192.0.2.0/24\"»}]}}]}",
        ),
        (
            "a leaf with two values",
            "conflicting-values",
            "{\"router\": [{\"name\": \"r\", \"node\": [{\"name\": \"n\", \"asset-id\": ‹\"a\"›}]}, {\"name\": \"r\", \"node\": [{\"name\": \"n\", \"assetId\": «\"b\"»}]}]}",
        ),
        ("a name twice", "duplicate-key", "{\"router\": [{‹\"name\"›: \"r\", «\"name\"»: \"r\"}]}"),
        (
            "a service's address",
            "invalid-address",
            "{\"router\": [{\"name\": \"r\", \"loopback-static-routes\": {\"learn-from-services\": true}}], \"service\": [{\"name\": \"s\", \"address\": [\"192.0.2.1\", «\"10.0.0.0/88\"»], \"access-policy\": [{\"source\": \"_internal_\"}]}]}",
        ),
        ("a list in the plural", "unknown-key", "{\"router\": [{\"name\": \"r\"}], «\"services\"»: []}"),
        ("text that is cut off", "invalid-syntax", "{\"router\": [\n{\"name\": 1«x»}]}"),
    ]);
}

#[test]
fn yaml() {
    check_all(&[
        (
            "a value of another type",
            "invalid-value",
            "router:\n  - name: é\n    loopback-static-routes: {metric: «high»}\n",
        ),
        ("an unknown key", "unknown-key", "router:\n  - name: r\n    loopback-static-routes:\n      «metrics»: 5\n"),
        (
            "behind letters of several bytes",
            "host-bits-set",
            "router:\n  - name: r # größe\n    loopback-static-routes: {static-route: [{address: «192.0.2.1/24»}]}\n",
        ),
        (
            "behind a byte order mark",
            "unknown-key",
            "\u{feff}router:\n  - name: r\n    loopback-static-routes:\n      «metrics»: 5\n",
        ),
        (
            "both spellings",
            "both-spellings",
            "router:\n  - name: r\n    loopback-static-routes:\n      «default»: true\n      ‹default-route›: true\n",
        ),
        (
            "a key of a mapping",
            "duplicate-static-route",
            "router:\n  r:\n    loopback-static-routes:\n      static-route:\n        ‹192.0.2.0/24›: {metric: 1}\n        «192.0.2.1/24»: {metric: 1}\n",
        ),
        (
            "an alias",
            "invalid-value",
            "x: &m high\nrouter:\n  - name: r\n    loopback-static-routes:\n      metric: «*m»\n",
        ),
        ("a name twice", "duplicate-key", "router:\n  - ‹name›: r\n    «name»: s\n"),
        (
            "a child without its parent",
            "missing-parent-service",
            "router:\n  - name: r\n    loopback-static-routes: {learn-from-services: true}\nservice:\n  - name: «s.nowhere»\n",
        ),
    ]);
}

#[test]
fn pcli() {
    check_all(&[
        (
            "a value of another type",
            "invalid-value",
            "router r\n    description \"größe\"\n    loopback-static-routes\n        metric   «high»\n",
        ),
        ("an unknown key", "unknown-key", "router r\n\tloopback-static-routes\n\t\t«metrics» 5\n"),
        ("a list in the plural", "unknown-key", "router r\nservice s\n    «addresses» 192.0.2.1\n"),
        ("a quoted value", "invalid-asset-id", "router r\n    node n\n        asset-id «\"a b/c\"»\n"),
        ("header and body that disagree", "conflicting-values", "router ‹r1›\n    name «r2»\nexit\n"),
        ("an exit too many", "surplus-exit", "router r\n    node n\n    exit\n        «exit»\nexit\n"),
        ("a leaf without a value", "invalid-syntax", "router r\n    node n\n        «asset-id»\n"),
        ("a leaf with two values on its line", "invalid-syntax", "router r\n    node n\n        asset-id a «b»\n"),
        ("a quote without an end", "invalid-syntax", "router r\n    node n\n        asset-id «\"a»\n"),
        (
            "two static routes",
            "duplicate-static-route",
            "router r\n    loopback-static-routes\n        static-route ‹192.0.2.0/24›\n        static-route «192.0.2.0/24»\n",
        ),
        (
            "a static route without its address",
            "missing-key",
            "router r\n    loopback-static-routes\n        «static-route\n            metric 5»\n",
        ),
    ]);
}

#[test]
fn exits() {
    check_all(&[
        (
            "one is missing, and the indentation tells which",
            "missing-exit",
            "config\n    authority\n        «router r1»\n            node n1\n            exit\n    exit\nexit\n",
        ),
        (
            "one is missing inside, and what follows can stand nowhere but further out",
            "missing-exit",
            "service a\n    «access-policy _internal_»\n        source _internal_\nexit\nservice b\n    address 192.0.2.1\nexit\n",
        ),
        (
            "one is missing where nothing is indented",
            "missing-exit",
            "config\nauthority\n«service a»\naddress 192.0.2.1\nservice b\naddress 192.0.2.2\nexit\nexit\nexit\n",
        ),
        (
            "the text is cut off",
            "missing-exit",
            "router r1\n    node n0\n    exit\n    «node n1»\n        role combo\n",
        ),
        ("the last one is one too many", "surplus-exit", "service a\n    address 192.0.2.1\nexit\n«exit»\n"),
        (
            "indentation and exits disagree about whose block it is",
            "ambiguous-nesting",
            "‹router r1›\n    node n1\n    «loopback-static-routes»\n        enabled true\n    exit\nexit\n",
        ),
        (
            "one is missing and one too many, and both add up",
            "misleading-indentation",
            "‹router r1›\n    node n1\n        role combo\n    «loopback-static-routes»\n        enabled true\n    exit\nexit\nexit\n",
        ),
        (
            "by hand, beside the block that alone can hold it",
            "ambiguous-nesting",
            "router r1\n    ‹loopback-static-routes›\n    «enabled true»\n",
        ),
        (
            "tabs and spaces",
            "ambiguous-nesting",
            "router r1\n    node n1\n\t«loopback-static-routes»\n\t    enabled true\n",
        ),
    ]);
}

#[test]
fn both_readings_of_an_ambiguous_line_are_named() {
    let text = "router r1\n    node n1\n    loopback-static-routes\n        enabled true\n    exit\nexit\n";
    let input = Input::Text { name: "f".to_owned(), bytes: text.into() };
    let reading = input::read(vec![input], None).expect("text");
    let finding = reading.findings.iter().find(|finding| finding.code.name() == "ambiguous-nesting").expect("found");
    let mut locator = Locator::new(&reading.sources);
    let related: Vec<_> =
        finding.related.iter().map(|related| (related.label.as_str(), locator.position(related.at).line)).collect();
    let expected = [("by its indentation it stands in this block", 1), ("by the `exit`s it stands in this block", 2)];
    assert_eq!(related, expected);
}

#[test]
fn pastes_and_sessions() {
    check_all(&[
        ("a value that was taken out", "invalid-syntax", "router r\n    node n\n        asset-id «(removed)»\n"),
        ("a text that was left out", "invalid-syntax", "router r\n    node n\n        asset-id «(text/plain)»\n"),
        ("typographic quotes", "invalid-syntax", "router r\n    node n\n        asset-id «“a”»\n"),
        (
            "a name that may be several",
            "invalid-syntax",
            "config authority «serv» dns address 192.0.2.1\nconfig authority router r name r\n",
        ),
        (
            "a value on a container's line",
            "unread-text",
            "config\n    authority «Example»\n        router r\n        exit\n    exit\nexit\n",
        ),
        ("a node without its router", "misplaced-element", "router r\n«node» n1\n    asset-id a\n"),
        (
            "a session in a node of nobody knows which router",
            "misplaced-element",
            "«a@b.c (node[name=n1])# »asset-id a\n",
        ),
        (
            "a command that is not followed",
            "invalid-syntax",
            "a@b.c# config auth\na@b.c (authority)# «clone» router r1 r2\n",
        ),
        (
            "an element deleted here and defined there",
            "conflicting-values",
            "config authority router ‹r1› node n1\nconfig authority delete router «r1» force\n",
        ),
        ("an element to delete without its key", "invalid-syntax", "config authority delete «router» force\n"),
        (
            "an element below a leaf that is not read",
            "invalid-syntax",
            "service s\n    description People\n        «address» 192.0.2.1\nrouter r\n",
        ),
        ("lines that end with CR alone", "invalid-syntax", "router r1«\r»    node n1\r"),
        ("nothing but prose", "nothing-read", "«»Tomorrow we look at the branches.\n"),
    ]);
}

#[test]
fn xml() {
    check_all(&[
        (
            "a value of another type",
            "invalid-value",
            "<authority>\n<router><name>é</name><loopback-static-routes><metric> «high» </metric></loopback-static-routes></router></authority>",
        ),
        (
            "an unknown key",
            "unknown-key",
            "<router><name>r</name><p:loopback-static-routes xmlns:p='urn:p'>\n<«p:metrics»>5</p:metrics></p:loopback-static-routes></router>",
        ),
        (
            "a value in parts",
            "host-bits-set",
            "<router><name>r</name><loopback-static-routes><static-route><address>«192.0&#46;2.1<![CDATA[/24»]]></address></static-route></loopback-static-routes></router>",
        ),
        (
            "two static routes",
            "duplicate-static-route",
            "<router><name>r</name><loopback-static-routes><static-route><address>‹192.0.2.0/24›</address></static-route>\n<static-route><address>«192.0.2.0/24»</address></static-route></loopback-static-routes></router>",
        ),
        (
            "a value behind comments and line breaks",
            "conflicting-values",
            "<router><name>\n <!-- the name -->\n ‹a› <!-- c -->\n</name><name>\t«b»\t</name></router>",
        ),
        ("a leaf with two values", "conflicting-values", "<router><name>‹a›</name><name>«b»</name></router>"),
        (
            "an entry without its key",
            "missing-key",
            "<authority><router><name>r</name></router><«router»></router></authority>",
        ),
        ("an entity", "invalid-syntax", "<router>\n<name>«&router;»</name></router>"),
        ("text that is cut off", "invalid-syntax", "<authority><«router»><name>r</name>"),
        ("a filter", "unsupported-syntax", "<«nc:filter» xmlns:nc='urn:ietf:params:xml:ns:netconf:base:1.0'/>"),
        (
            "an element deleted here and defined there",
            "conflicting-values",
            "<authority><router><name>‹r›</name></router><router operation='delete'><name>«r»</name></router></authority>",
        ),
    ]);
}

#[test]
fn what_versions_of_yaml_disagree_about() {
    check_all(&[
        ("a router's name", "yaml-1-1-value", "router:\n  - name: «on»\n"),
        ("an asset-id", "yaml-1-1-value", "router:\n  - name: r\n    node: [{name: n, asset-id: «1:30»}]\n"),
        ("an IPv6 address", "yaml-1-1-value", "service:\n  - name: s\n    address: [«1:2:3:4:5:6:7:8»]\n"),
        ("an octal metric", "invalid-value", "router:\n  - name: r\n    loopback-static-routes: {metric: «010»}\n"),
        ("a switch", "invalid-value", "router:\n  - name: r\n    loopback-static-routes: {enabled: «yes»}\n"),
    ]);
}

#[test]
fn json_edits() {
    check_all(&[
        (
            "an element deleted here and defined there",
            "conflicting-values",
            "{\"router\": [{\"name\": ‹\"r\"›}, {\"_value\": {\"name\": «\"r\"», \"x\": 1}, \"_operation\": \"delete\"}]}",
        ),
        (
            "a value of a leaf-list",
            "conflicting-values",
            "{\"service\": [{\"name\": \"s\", \"address\": [‹\"192.0.2.1\"›, {\"_value\": «\"192.0.2.1\"», \"_operation\": \"remove\"}]}]}",
        ),
    ]);
}

#[test]
fn bytes_that_are_no_text() {
    let bytes = b"router r\n    name \xc3\xa9\xff\n".to_vec();
    let reading = input::read(vec![Input::Text { name: "f".to_owned(), bytes }], None).expect("text");
    let at = reading.findings[0].at.expect("a place");
    let position = Locator::new(&reading.sources).position(at);
    assert_eq!((reading.findings[0].code.name(), position.line, position.column), ("invalid-utf-8", 2, 11));
}
