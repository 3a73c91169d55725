//! JSON: long lists, which the reader passes on in pieces.

use loopback_static_routes::input::{self, Input};

/// Returns the codes found in a JSON text, and the names of its routers and services in order.
fn read_json(text: &str) -> (Vec<&'static str>, Vec<String>) {
    let input = Input::Text { name: "config".to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = input::read(vec![input], None).expect("text can be read");
    let routers = reading.authority.routers.iter().map(|router| router.name.value.clone());
    let services = reading.authority.services.iter().map(|service| service.name.value.clone());
    (reading.findings.iter().map(|finding| finding.rule.code).collect(), routers.chain(services).collect())
}

/// The reader passes long lists on while it reads the rest. The text after a list must still count.
#[test]
fn text_after_a_long_list_means_the_same_as_after_a_short_one() {
    let list = |kind: &str, count: usize| {
        let entries: Vec<String> = (0..count).map(|index| format!(r#"{{"name": "{kind}{index}"}}"#)).collect();
        format!(r#""{kind}": [{}]"#, entries.join(","))
    };
    let cases: [(&str, &str, &[&str], bool); 7] = [
        ("{\"authority\": {LISTS}}", "nothing", &[], true),
        ("{LISTS}", "a fragment", &[], true),
        ("{\"config\": {\"authority\": {LISTS}}}", "an export", &[], true),
        ("{\"authority\": {LISTS}", "truncated text", &["invalid-syntax"], false),
        ("{\"authority\": {LISTS, \"router\": [{\"name\": \"again\"}]}}", "a second list", &["duplicate-key"], true),
        ("{\"authority\": {LISTS}, \"authority\": {\"router\": []}}", "a second authority", &["duplicate-key"], true),
        ("{\"authority\": {LISTS, \"_operation\": \"delete\"}}", "a deletion", &[], false),
    ];
    for (frame, what, expected, is_read) in cases {
        for count in [2, 127, 128, 129, 1000] {
            let lists = format!("{}, {}", list("router", count), list("service", count));
            let (codes, names) = read_json(&frame.replace("LISTS", &lists));
            let (small_codes, _) =
                read_json(&frame.replace("LISTS", &format!("{}, {}", list("router", 2), list("service", 2))));
            assert_eq!(codes, small_codes, "{count}, {what}");
            assert!(expected.iter().all(|code| codes.contains(code)), "{count}, {what}: {codes:?}");
            let all: Vec<String> = ["router", "service"]
                .iter()
                .flat_map(|kind| (0..count).map(move |index| format!("{kind}{index}")))
                .collect();
            assert_eq!(names, if is_read { all } else { Vec::new() }, "{count}, {what}");
        }
    }
}
