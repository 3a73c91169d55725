//! An element that one source deletes and another one defines.

use std::fmt::Write as _;

use loopback_static_routes::elements::{Elements, KnownElement, ROOT, Shape};
use loopback_static_routes::input::{self, Input};
use loopback_static_routes::model::SourceId;

/// An element of the table, with a value or a key for it.
#[derive(Clone)]
struct Element {
    name: &'static str,
    shape: Shape,
    value: &'static str,
}

/// An element with the elements around it, from the outermost.
type Path = Vec<Element>;

/// Something that no deletion concerns.
const BESIDE: &str = "config authority router beside node n1 asset-id beside";

/// Returns a value of a leaf, or the key of a list.
fn value_of(name: &str, around: &str) -> &'static str {
    match (name, around) {
        ("address", "loopback-static-routes") | ("static-route", _) => "192.0.2.0/24",
        ("ip-address" | "address" | "conductor-address", _) => "192.0.2.7",
        ("static-hostname-mapping" | "static-entry", _) => "a.example.com",
        ("enabled" | "default" | "default-route" | "learn-from-service" | "learn-from-services", _) => "true",
        ("metric", _) => "7",
        ("role", _) => "combo",
        ("scope", _) => "private",
        ("permission", _) => "allow",
        ("applies-to", _) => "router",
        ("access-policy", _) => "_internal_",
        _ => "x",
    }
}

/// Returns each element of the table that can be deleted, once. A key cannot, since an entry
/// without it is an error. Neither can an element that is read only to be reported.
fn all_elements() -> Vec<Path> {
    let mut paths = Vec::new();
    for root in ["config", "authority"] {
        let (name, shape) = ROOT.find(root).expect("an element of the root");
        paths.push(vec![Element { name, shape, value: "" }]);
    }
    let Shape::Container(authority) = paths[1][0].shape else { panic!("a container") };
    inner_elements(authority, None, &paths[1].clone(), &mut paths);
    paths
}

fn inner_elements(elements: &'static Elements, key: Option<&str>, around: &Path, paths: &mut Vec<Path>) {
    for KnownElement { name, shape, belongs_in } in elements.known {
        if Some(*name) == key || belongs_in.is_some() {
            continue;
        }
        let value = match shape {
            Shape::Container(_) => "",
            _ => value_of(name, around.last().map_or("", |element| element.name)),
        };
        let mut path = around.clone();
        if shape_of_list(*shape).is_some() && path.last().is_some_and(|last| last.name == "static-hostname-mapping") {
            // A container around an inner list.
            path.last_mut().expect("an element").value = "";
        }
        path.push(Element { name, shape: *shape, value });
        paths.push(path.clone());
        match shape {
            Shape::Container(inner) => inner_elements(inner, None, &path, paths),
            Shape::List { key, entry } => inner_elements(entry, Some(key), &path, paths),
            Shape::Leaf | Shape::LeafList => {}
        }
    }
}

fn shape_of_list(shape: Shape) -> Option<&'static str> {
    if let Shape::List { key, .. } = shape { Some(key) } else { None }
}

/// Returns the path of an element that gives a container content.
fn with_content(path: &Path) -> Path {
    let last = path.last().expect("an element");
    let Shape::Container(elements) = last.shape else { return path.clone() };
    let first = (elements.known[0].name, elements.known[0].shape);
    let (name, shape) = elements.find("authority").or(elements.find("router")).unwrap_or(first);
    let mut longer = path.clone();
    let value = match shape {
        Shape::Container(_) => "",
        Shape::List { .. } => "x",
        Shape::Leaf | Shape::LeafList => "true",
    };
    longer.push(Element { name, shape, value });
    with_content(&longer)
}

/// Returns a document that has the element, in JSON. `edit` are the members of a deletion.
fn json(path: &[Element], edit: Option<&str>) -> String {
    let Some((Element { name, shape, value }, inner)) = path.split_first() else { return String::new() };
    let edit_here = edit.filter(|_| inner.is_empty());
    let inside = json(inner, edit);
    let members = edit_here.unwrap_or(&inside);
    match shape {
        Shape::Leaf => edit_here.map_or(format!("\"{name}\": \"{value}\""), |edit| format!("\"{name}\": {{{edit}}}")),
        Shape::LeafList => match edit_here {
            None => format!("\"{name}\": [\"{value}\"]"),
            Some(edit) => format!("\"{name}\": [{{\"_value\": \"{value}\", {edit}}}]"),
        },
        Shape::Container(_) => format!("\"{name}\": {{{members}}}"),
        Shape::List { .. } if value.is_empty() => format!("\"{name}\": {{{members}}}"),
        Shape::List { key, .. } => {
            let comma = if members.is_empty() { "" } else { ", " };
            format!("\"{name}\": [{{\"{key}\": \"{value}\"{comma}{members}}}]")
        }
    }
}

/// Returns a document that has the element, in XML.
fn xml(path: &[Element], operation: Option<&str>) -> String {
    let Some((Element { name, shape, value }, inner)) = path.split_first() else { return String::new() };
    let attribute = operation.filter(|_| inner.is_empty()).map(|operation| format!(" operation='{operation}'"));
    let content = match shape {
        Shape::Leaf | Shape::LeafList => (*value).to_owned(),
        Shape::List { key, .. } if !value.is_empty() => format!("<{key}>{value}</{key}>"),
        _ => String::new(),
    };
    format!("<{name}{}>{content}{}</{name}>", attribute.unwrap_or_default(), xml(inner, operation))
}

/// Returns the element on one line of PCLI text. A deletion does not name the value of a leaf.
fn flat(path: &[Element], is_deletion: bool) -> String {
    let mut line = String::new();
    for element in path {
        let is_whole_leaf = is_deletion && matches!(element.shape, Shape::Leaf);
        write!(line, " {}", element.name).expect("text");
        if !element.value.is_empty() && !is_whole_leaf {
            write!(line, " {}", element.value).expect("text");
        }
    }
    line
}

/// Returns PCLI text with a line for each element around the last one.
fn nested_deletion(path: &[Element]) -> String {
    let (last, around) = path.split_last().expect("an element");
    let mut text = String::new();
    for (depth, element) in around.iter().enumerate() {
        writeln!(text, "{:width$}{} {}", "", element.name, element.value, width = 4 * depth).expect("text");
    }
    write!(text, "{:width$}delete{}", "", flat(std::slice::from_ref(last), true), width = 4 * around.len())
        .expect("text");
    text
}

fn definitions(path: &Path) -> [String; 4] {
    let path = with_content(path);
    let json = format!("{{{}}}", json(&path, None));
    let yaml = format!("---\n{json}");
    [json, yaml, xml(&path, None), flat(&path, false).trim_start().to_owned()]
}

fn deletions(path: &Path) -> Vec<String> {
    let attributes = r#""_attributes": [{"name": "operation", "value": "remove"}]"#;
    let mut deletions = vec![
        format!("{{{}}}", json(path, Some(r#""_operation": "delete""#))),
        format!("{{{}}}", json(path, Some(attributes))),
        xml(path, Some("delete")),
        xml(path, Some("remove")),
        nested_deletion(path),
        format!("delete{}", flat(path, true)),
    ];
    if path.len() > 1 {
        deletions.push(format!("config authority delete{}", flat(&path[1..], true)));
    }
    deletions
}

/// Returns the errors of sources, each with its source and that of the second place.
fn errors(texts: &[&str]) -> Vec<(String, Option<usize>, Option<usize>)> {
    let input = |text: &&str| Input::Text { name: "config".to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = input::read(texts.iter().map(input).collect(), None).expect("text can be read");
    let number = |source: SourceId| source.0 as usize;
    let errors = reading.findings.into_iter().filter(|finding| finding.is_error());
    errors
        .map(|finding| {
            let related = finding.related.first().map(|related| number(related.at.source));
            (finding.rule.code.to_owned(), finding.at.map(|at| number(at.source)), related)
        })
        .collect()
}

/// Checks that a deletion and a definition are one error with both places, in both orders.
fn check(deletion: &str, definition: &str, failures: &mut String) {
    let orders = [([deletion, definition, BESIDE], 0, 1), ([definition, deletion, BESIDE], 1, 0)];
    for (texts, deletes, defines) in orders {
        let errors = errors(&texts);
        if errors != [("conflicting-values".to_owned(), Some(deletes), Some(defines))] {
            writeln!(failures, "{deletion}\n  and {definition}\n  gave {errors:?}").expect("text");
        }
    }
}

#[test]
fn each_element_that_is_deleted_and_defined_is_one_error_in_every_syntax() {
    let mut failures = String::new();
    let elements = all_elements();
    for path in &elements {
        for deletion in deletions(path) {
            for definition in definitions(path) {
                check(&deletion, &definition, &mut failures);
            }
        }
    }
    assert!(elements.len() > 35, "{}", elements.len());
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn a_deletion_of_what_is_not_defined_has_no_effect() {
    for path in all_elements().iter().filter(|path| path.len() > 1) {
        for deletion in deletions(path) {
            assert_eq!(errors(&[&deletion, BESIDE]), [], "{deletion}");
        }
    }
}

#[test]
fn other_spellings_of_an_element_are_the_same_element() {
    let block = |key: &str| format!("config authority router r loopback-static-routes {key}");
    let delete = |element: &str| format!("config authority delete {element}");
    let service = |element: &str| format!("config authority service s {element}");
    let mapped = |name: &str| format!("config authority router r static-hostname-mapping static-entry {name}");
    let cases = [
        ("router r static-hostname-mapping a.example.com", mapped("A.Example.COM")),
        ("router r static-hostname-mapping A.example.com.", mapped("a.example.com")),
        (
            "router r static-hostname-mapping static-entry A.example.com ip-address 192.0.2.9/32",
            mapped("a.example.com ip-address 192.0.2.9"),
        ),
        ("router r static-hostname-mapping", mapped("a.example.com ip-address 192.0.2.9")),
        ("service s address 192.0.2.10", service("address 192.0.2.10/32")),
        ("service s address 192.0.2.10/32", service("address 192.0.2.10")),
        ("service s address 192.0.2.77/24", service("address 192.0.2.0/24")),
        ("service s address 2001:DB8:0:0::1", service("address 2001:db8::1/128")),
        ("service s address 2001:db8::1/32", service("address 2001:db8:0::/32")),
        ("service s address Updates.Example.com.", service("address updates.example.com")),
        ("service s access-policy _internal_@169.254.127.127", service("access-policy _internal_@169.254.127.127/32")),
        ("service s access-policy 198.51.100.1", service("access-policy 198.51.100.1/32 permission deny")),
        ("service s applies-to t128:router", service("applies-to router router-name x")),
        ("service s applies-to router", service("applies-to t128:router router-name x")),
        ("service s applies-to t128:router router-name x", service("applies-to router router-name x")),
        ("router r group a", "config authority router r router-group a".to_owned()),
        ("router r router-group", "config authority router r group a".to_owned()),
        ("router r conductor-address 192.0.2.1/32", "config authority router r conductor-address 192.0.2.1".to_owned()),
        (
            "conductor-address Conductor.example.com",
            "config authority conductor-address conductor.example.com".to_owned(),
        ),
        ("router r loopback-static-routes learn-from-service", block("learn-from-services true")),
        ("router r loopback-static-routes learn-from-services", block("learn-from-service true")),
        ("router r loopback-static-routes default", block("default-route true")),
        ("router r loopback-static-routes default-route", block("default true")),
        ("router r loopback-static-routes static-route 192.0.2.9/24", block("static-route 192.0.2.0/24")),
        ("router r loopback-static-routes static-route 192.0.2.9", block("static-route 192.0.2.9/32 metric 3")),
        ("router r loopback-static-routes", block("enabled false")),
        ("router r loopbackStaticRoutes", block("enabled false")),
        ("router r node n assetId", "config authority router r node n asset-id a".to_owned()),
        ("t128:router r", "{\"t128:authority\": {\"t128:router\": {\"name\": \"r\"}}}".to_owned()),
    ];
    let mut failures = String::new();
    for (deletion, definition) in &cases {
        check(&delete(deletion), definition, &mut failures);
    }
    for (deletion, definition) in [
        (r#"{"router": {"_operation": "delete"}}"#, "router r"),
        (r#"{"router": {"r": {"_operation": "delete"}}}"#, "router r"),
        (r#"{"router": {"_value": [{"name": "r"}, {"name": "q"}], "_operation": "delete"}}"#, "router r"),
        (r#"{"service": [{"name": "s", "address": {"_operation": "delete"}}]}"#, "service s\n    address 192.0.2.1\n"),
        (
            r#"{"service": [{"name": "s", "address": {"_value": ["192.0.2.1/32"], "_operation": "delete"}}]}"#,
            "service s\n    address 192.0.2.1\n",
        ),
        (
            r#"{"router": [{"name": "r", "staticHostnameMapping": {"staticEntry": {"_operation": "delete"}}}]}"#,
            "router: {r: {static-hostname-mapping: {h.example.com: {ip-address: 192.0.2.1}}}}",
        ),
        (r#"{"configuration": 1, "config": {"_operation": "delete"}}"#, "service s\n    address 192.0.2.1\n"),
        ("<authority operation='delete'/>", "service s\n"),
        ("<router operation='delete'/>", "router r\n"),
        (
            "<service><name>s</name><address operation='delete'></address></service>",
            "service s\n    address 192.0.2.1\n",
        ),
        ("<service><name>s</name><address operation='delete'/></service>", "service s\n    address 192.0.2.1\n"),
        (
            "<router><name>r</name><static-hostname-mapping operation='delete'/></router>",
            "router r\n    static-hostname-mapping a.example.com\n",
        ),
    ] {
        check(deletion, definition, &mut failures);
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn a_deletion_of_something_else_is_no_conflict() {
    for (deletion, definition) in [
        ("config authority delete service s address 192.0.2.1", "config authority service s address 192.0.2.1/24"),
        ("config authority delete service s access-policy staff", "config authority service s access-policy Staff"),
        ("config authority delete router r", "config authority router R node n"),
        ("config authority delete router r node n", "config authority delete router r"),
        ("config authority delete router r node n asset-id", "config authority router r node n role combo"),
    ] {
        let conflicts = errors(&[deletion, definition, "router beside\n    node n\n"]);
        assert_eq!(conflicts, [], "{deletion} and {definition}");
    }
}
