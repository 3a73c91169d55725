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
            "{\"router\": [{\"name\": \"r\", \"loopbackStaticRoutes\": {\"«metrics»\": 5}}]}",
        ),
        (
            "both spellings",
            "both-spellings",
            "{\"router\": [{\"name\": \"r\", \"loopback-static-routes\": {\"«default»\": true, \"‹default-route›\": true}}]}",
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
        ("a name twice", "duplicate-key", "{\"router\": [{\"‹name›\": \"r\", \"«name»\": \"r\"}]}"),
        (
            "a service's address",
            "invalid-address",
            "{\"router\": [{\"name\": \"r\", \"loopback-static-routes\": {\"learn-from-services\": true}}], \"service\": [{\"name\": \"s\", \"address\": [\"192.0.2.1\", «\"10.0.0.0/88\"»], \"access-policy\": [{\"source\": \"_internal_\"}]}]}",
        ),
        ("a list in the plural", "unknown-key", "{\"router\": [{\"name\": \"r\"}], \"«services»\": []}"),
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
        ("an exit too many", "invalid-syntax", "router r\n    node n\n    exit\n        «exit»\nexit\n"),
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
fn bytes_that_are_no_text() {
    let bytes = b"router r\n    name \xc3\xa9\xff\n".to_vec();
    let reading = input::read(vec![Input::Text { name: "f".to_owned(), bytes }], None).expect("text");
    let at = reading.findings[0].at.expect("a place");
    let position = Locator::new(&reading.sources).position(at);
    assert_eq!((reading.findings[0].code.name(), position.line, position.column), ("invalid-utf-8", 2, 11));
}
