//! Where configurations come from: files, folders, standard input; and how several become one authority.

use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::common::{Run, Workspace};
use loopback_static_routes::input::{self, Input};

const ROUTER: &str = "
router:
  - {name: r1, node: [{name: n1, asset-id: a}], loopback-static-routes: {learn-from-services: true, metric: 5}}
";
const SERVICE: &str = "service dns\n    address 192.0.2.1\n    access-policy _internal_\n";

fn routes(workspace: &Workspace) -> Vec<String> {
    workspace.read("out/routers/r1/n1/route-kni254").lines().skip(1).map(str::to_owned).collect()
}

fn generate(workspace: &Workspace, configs: &[&str]) -> Run {
    workspace.run(&[&["generate"], configs, &["--out", "out"]].concat())
}

const LEARNED: [&str; 1] = ["192.0.2.1/32 via 169.254.127.126 dev kni254 metric 5"];

#[test]
fn a_folder_of_fragments_in_several_syntaxes() {
    let workspace = Workspace::new();
    workspace.write("authority/routers/r1.yaml", ROUTER);
    workspace.write("authority/services.txt", SERVICE);
    workspace.write(
        "authority/more.JSON",
        r#"{"service": {"name": "ntp", "address": "192.0.2.2", "accessPolicy": {"source": "_internal_"}}}"#,
    );
    workspace.write("authority/README.md", "not a configuration");
    workspace.write("authority/.hidden.yaml", "not: [a configuration");
    workspace.write("authority/.git/config.yaml", "not: [a configuration");
    workspace.write("outside.yaml", "not: [a configuration");
    symlink("../outside.yaml", workspace.path("authority/link.yaml")).expect("links");
    symlink("services.txt", workspace.path("authority/again.txt")).expect("links");
    symlink(".", workspace.path("authority/loop")).expect("links");
    symlink("nowhere.yaml", workspace.path("authority/dangling.yaml")).expect("links");
    let run = generate(&workspace, &["authority"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), [LEARNED[0], "192.0.2.2/32 via 169.254.127.126 dev kni254 metric 5"]);
}

#[test]
fn a_folder_with_nothing_to_read_is_an_error() {
    let workspace = Workspace::new();
    workspace.write("authority/README.md", "nothing");
    let run = generate(&workspace, &["authority"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("empty-folder"), "{}", run.stderr);
}

#[test]
fn standard_input_is_one_of_the_sources() {
    let workspace = Workspace::new();
    workspace.write("router.yaml", ROUTER);
    let mut program = workspace
        .command(&["generate", "router.yaml", "-", "--out", "out"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    program.stdin.take().expect("piped").write_all(SERVICE.as_bytes()).expect("reads");
    assert!(program.wait_with_output().expect("ends").status.success());
    assert_eq!(routes(&workspace), LEARNED);
}

#[test]
fn the_order_of_sources_changes_nothing() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", ROUTER);
    workspace.write("b.txt", SERVICE);
    assert_eq!(generate(&workspace, &["a.yaml", "b.txt"]).code, 0);
    let expected = workspace.tree("out");
    assert_eq!(workspace.run(&["generate", "b.txt", "a.yaml", "--out", "out", "--check"]).code, 0);
    assert_eq!(workspace.tree("out"), expected);
}

#[test]
fn a_value_of_several_sources_is_one() {
    let workspace = Workspace::new();
    workspace.write("a.txt", SERVICE);
    workspace.write("b.yaml", "service: [{name: dns, address: [192.0.2.1, 192.0.2.2, 192.0.2.1]}]");
    let run = workspace.run(&["convert", "a.txt", "b.yaml", "--to", "flat"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let addresses: Vec<&str> = run.stdout.lines().filter_map(|line| line.split("address  ").nth(1)).collect();
    assert_eq!(addresses, ["192.0.2.1", "192.0.2.2"]);
}

#[test]
fn one_leaf_with_two_values_names_both_places() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", ROUTER);
    workspace.write("b.txt", SERVICE);
    workspace.write(
        "c.txt",
        "router r1\n    node n1\n        asset-id other\n    loopback-static-routes\n        metric 6\n",
    );
    let run = generate(&workspace, &["a.yaml", "b.txt", "c.txt"]);
    assert_eq!(run.code, 1);
    for expected in [
        "c.txt:3:18: error[conflicting-values]",
        "a.yaml:3:44",
        "c.txt:5:16: error[conflicting-values]",
        "a.yaml:3:109",
    ] {
        assert!(run.stderr.contains(expected), "{expected} in\n{}", run.stderr);
    }
    assert!(!workspace.path("out/routers").exists());
}

#[test]
fn static_routes_of_two_fragments_meet_by_their_address() {
    let workspace = Workspace::new();
    let fragment = |routes: &str| format!("router r1\n    node n1\n    loopback-static-routes\n{routes}");
    workspace.write("a.txt", &fragment("        static-route 192.0.2.1\n            metric 7\n"));
    workspace.write(
        "b.txt",
        &fragment("        static-route 192.0.2.1\n            metric 7\n        static-route 192.0.2.2\n"),
    );
    let run = generate(&workspace, &["a.txt", "b.txt"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace).len(), 2);
    workspace.write("c.txt", &fragment("        static-route 192.0.2.1\n            metric 8\n"));
    let run = generate(&workspace, &["a.txt", "b.txt", "c.txt"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("conflicting-values"), "{}", run.stderr);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("writes");
    encoder.finish().expect("writes")
}

#[test]
fn unreadable_files_are_refused() {
    let zeros = vec![b' '; 200 << 20];
    let whole = gzip(ROUTER.as_bytes());
    let filter = "<filter xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><router/></filter>";
    for (name, bytes, expected) in [
        ("cut.gz", whole[..whole.len() - 9].to_vec(), "cut.gz:1:1: error[invalid-syntax]: not gzip"),
        ("broken.gz", [0x1f, 0x8b, 0x08, 0xff].to_vec(), "broken.gz:1:1: error[invalid-syntax]: not gzip"),
        ("twice.gz", gzip(&whole), "twice.gz:1:1: error[invalid-syntax]: this is compressed twice"),
        ("bomb.gz", gzip(&zeros), "bomb.gz:1:1: error[invalid-syntax]: this expands to more than 200 times its size"),
        ("filter.xml", filter.as_bytes().to_vec(), "filter.xml:1:2: error[unsupported-syntax]"),
        ("cut.xml", b"<authority><router><name>r".to_vec(), "cut.xml:1:"),
    ] {
        let workspace = Workspace::new();
        workspace.write("authority/a.yaml", ROUTER);
        std::fs::write(workspace.path("authority").join(name), bytes).expect("writes");
        let run = generate(&workspace, &["authority"]);
        assert_eq!(run.code, 1, "{name}");
        assert!(run.stderr.contains(expected), "{name}: {}", run.stderr);
        assert!(!workspace.path("out").exists(), "{name}");
    }
}

#[test]
fn a_compressed_file_of_several_members_is_read_whole() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", ROUTER);
    let (first, second) = SERVICE.split_at(20);
    std::fs::write(workspace.path("b.gz"), [gzip(first.as_bytes()), gzip(second.as_bytes())].concat()).expect("writes");
    let run = generate(&workspace, &["a.yaml", "b.gz"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), LEARNED);
}

#[test]
fn a_fault_of_one_router_holds_back_that_router_alone() {
    let good = "config authority router r2 node n1\nconfig authority router r2 loopback-static-routes static-route 192.0.2.1\n";
    for (name, text, place) in [
        ("a leaf without a value", "router r1\n    node n1\n        asset-id\n", "3:9: error[invalid-syntax]"),
        ("a quote without an end", "router r1\n    router-group \"a\n    node n1\n", "2:18: error[invalid-syntax]"),
        ("two values", "router r1\n    node n1\n        asset-id a b\n", "3:20: error[invalid-syntax]"),
        ("a list in the plural", "router r1\n    node n1\n    resource-groups a\n", "3:5: error[unknown-key]"),
        (
            "a line in a leaf",
            "router r1\n    node n1\n        asset-id a\n            role combo\n",
            "4:13: error[invalid-syntax]",
        ),
        (
            "a key twice",
            "router: [{name: r1, node: [{name: n1, asset-id: a, asset-id: a}]}]",
            "1:52: error[duplicate-key]",
        ),
        ("an entry twice", "router: {r1: {node: {n1: {}, n1: {}}}}", "1:30: error[duplicate-key]"),
        ("a router twice", "router: {r1: {node: {n1: {}}}, r1: {}}", "1:32: error[duplicate-key]"),
        (
            "a plural",
            "{\"router\": [{\"name\": \"r1\", \"node\": {\"name\": \"n1\"}, \"nodes\": []}]}",
            "1:52: error[unknown-key]",
        ),
        (
            "the same in XML",
            "<router><name>r1</name><node><name>n1</name></node><nodes/></router>",
            "1:53: error[unknown-key]",
        ),
    ] {
        let workspace = Workspace::new();
        workspace.write("good.txt", good);
        workspace.write("bad", text);
        let run = generate(&workspace, &["good.txt", "bad"]);
        assert_eq!(run.code, 1, "{name}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("bad:{place}")), "{name}: {}", run.stderr);
        assert_eq!(run.stderr.matches("error[").count(), 1, "{name}: {}", run.stderr);
        assert!(workspace.path("out/routers/r2/n1/route-kni254").exists(), "{name}: {}", run.stderr);
    }
}

#[test]
fn notes_in_a_folder_are_reported_and_do_not_stop_a_run() {
    let workspace = Workspace::new();
    workspace.write("authority/a.yaml", ROUTER);
    workspace.write("authority/b.txt", SERVICE);
    workspace.write("authority/notes.txt", "Ask Ann about the branch in Berlin.\nservice windows are on Sunday\n");
    workspace.write("authority/tenants.cfg", "tenant staff\n    description people\nexit\n");
    workspace.write("authority/empty.json", "{}");
    workspace.write("authority/blank.txt", "\n\n");
    let run = generate(&workspace, &["authority"]);
    assert!(run.stderr.contains("authority/notes.txt:2:17: warning[unread-text]"), "{}", run.stderr);
    for name in ["tenants.cfg", "empty.json"] {
        assert!(run.stderr.contains(&format!("authority/{name}:1:1: warning[nothing-read]")), "{name}: {}", run.stderr);
    }
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), LEARNED);
}

#[test]
fn the_syntax_can_be_given() {
    let workspace = Workspace::new();
    workspace.write(
        "a",
        "{router: [{name: r1, node: [{name: n1}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}]}",
    );
    assert_eq!(generate(&workspace, &["a"]).code, 1, "it looks like JSON");
    assert_eq!(generate(&workspace, &["a", "--input-format", "yaml"]).code, 0);
}

#[test]
fn yaml_anchors_and_merge_keys() {
    let workspace = Workspace::new();
    workspace.write(
        "a.yaml",
        "
defaults: &defaults {learn-from-services: true, metric: 9}
first: &first {metric: 5}
authority:
  router:
    - name: r1
      node: [{name: n1, asset-id: a}]
      loopback-static-routes:
        <<: [*first, *defaults]
  service:
    - {name: dns, address: 192.0.2.1, access-policy: &policy [{source: _internal_}]}
    - {name: ntp, address: 192.0.2.1, access-policy: *policy}
",
    );
    let run = generate(&workspace, &["a.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), LEARNED);
}

#[test]
fn values_that_yaml_1_1_reads_otherwise_are_reported() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", &ROUTER.replace("asset-id: a", "asset-id: on"));
    workspace.write("b.txt", SERVICE);
    let run = generate(&workspace, &["a.yaml", "b.txt"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("a.yaml:3:44: warning[yaml-1-1-value]: YAML 1.1 tools read \"on\" as a boolean"));
    assert!(workspace.path("out/pillar/loopback_static_routes/on.sls").exists(), "it is still the text that it is");
}

#[test]
fn text_that_is_made_to_explode_is_refused_quickly() {
    let workspace = Workspace::new();
    let mut laughs = String::from("a0: &a0 {name: x, node: [{name: y}]}\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let merges: String = (1..2000).map(|level| format!("{}<<:\n", " ".repeat(level))).collect();
    for (name, text) in [
        ("laughs.yaml", format!("{laughs}router: *a11\n")),
        ("merge.yaml", format!("router:\n - name: r1\n   x: y\n{}", merges.replace(' ', "  "))),
        ("flow.yaml", format!("router: {}", "[".repeat(1_000_000))),
        ("braces.json", "{\"router\":".repeat(1_000_000)),
        ("brackets.json", format!("{{\"router\": {}", "[".repeat(1_000_000))),
        ("nested.txt", (0..10_000).map(|depth| format!("{}x\n", " ".repeat(depth))).collect()),
        ("quote.txt", format!("router r1\n    description \"{}", "x\n".repeat(100_000))),
        ("nul.txt", "router r1\0\n    node \0\n".to_owned()),
    ] {
        workspace.write(name, &text);
        let run = generate(&workspace, &[name]);
        assert!((0..=1).contains(&run.code), "{name}: {} {}", run.code, &run.stderr[..run.stderr.len().min(500)]);
    }
}

/// The codes of what is found in a JSON text, and the routers and services read, in order.
fn read_json(text: &str) -> (Vec<&'static str>, Vec<String>) {
    let input = Input::Text { name: "config".to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = input::read(vec![input], None).expect("text can be read");
    let routers = reading.authority.routers.iter().map(|router| router.name.value.clone());
    let services = reading.authority.services.iter().map(|service| service.name.value.clone());
    (reading.findings.iter().map(|finding| finding.rule.code).collect(), routers.chain(services).collect())
}

/// Long lists are handed on while the rest is read. What stands behind them counts all the same.
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
        ("{\"authority\": {LISTS}", "a text that breaks off", &["invalid-syntax"], false),
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
