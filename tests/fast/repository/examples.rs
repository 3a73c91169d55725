//! The example authority: each form gives the same files, with the routes that its README lists.

use crate::common::Workspace;

fn generate(syntax: &str) -> (Workspace, String) {
    let workspace = Workspace::new();
    let example = format!("{}/examples/authority/authority.{syntax}", env!("CARGO_MANIFEST_DIR"));
    let run = workspace.run(&["generate", &example, "--out", "out"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    (workspace, run.stderr)
}

/// The README of the example promises this for two of its forms.
#[test]
fn the_converted_forms_equal_the_output_of_convert() {
    let workspace = Workspace::new();
    for (syntax, file) in [("flat", "authority.flat.txt"), ("xml", "authority.xml")] {
        let run = workspace.run(&["convert", "--example", "--to", syntax]);
        let path = format!("{}/examples/authority/{file}", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(run.stdout, std::fs::read_to_string(path).expect("readable"), "{file}");
    }
}

#[test]
fn the_example_gives_the_routes_of_its_readme() {
    const EVERYWHERE: [&str; 6] = [
        "10.200.0.0/24",
        "192.0.2.53/32",
        "192.0.2.54/32",
        "198.51.100.123/32",
        "198.51.100.200/32",
        "203.0.113.10/32",
    ];
    let with = |metric: u32, more: &[&str]| -> Vec<(String, u32)> {
        EVERYWHERE.iter().chain(more).map(|prefix| ((*prefix).to_owned(), metric)).collect()
    };
    let branch = with(128, &["192.0.2.99/32"]);
    let mut hub = with(50, &["10.210.0.0/16", "192.0.2.80/32", "192.0.2.10/32"]);
    hub.push(("172.20.0.0/16".to_owned(), 200));
    let expected = [
        ("branch-austin/node1", branch.clone()),
        ("branch-austin/node2", branch),
        ("branch-berlin/node1", vec![("0.0.0.0/0".to_owned(), 100)]),
        ("hub-chicago/node1", hub),
        ("hub-chicago/node2", with(300, &["10.210.0.0/16", "192.0.2.80/32"])),
    ];
    let (workspace, _) = generate("pcli");
    for (node, mut routes) in expected {
        let text = workspace.read(&format!("out/routers/{node}/route-kni254"));
        let mut found: Vec<(String, u32)> = text
            .lines()
            .skip(1)
            .map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                (words[0].to_owned(), words.last().expect("a metric").parse().expect("a number"))
            })
            .collect();
        found.sort();
        routes.sort();
        assert_eq!(found, routes, "{node}");
    }
    assert!(!workspace.path("out/routers/branch-denver").exists());
    assert!(!workspace.path("out/routers/conductor-east").exists());
    let denver = workspace.read("out/pillar/loopback_static_routes/denver-n1%2Elab%2Eexample%2Ecom.sls");
    assert!(denver.contains("\"enabled\": false"), "{denver}");
}

#[test]
fn an_unmapped_host_name_is_reported() {
    let (_, said) = generate("yaml");
    assert!(
        said.contains("unrouted-host-name") && said.contains("service updates") && said.contains("branch-austin"),
        "{said}"
    );
}

#[test]
fn the_embedded_example_equals_the_files() {
    let workspace = Workspace::new();
    let run = workspace.run(&["generate", "--example", "--show"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(workspace.tree("loopback-static-routes-example"), generate("pcli").0.tree("out"));
    for path in workspace.tree("loopback-static-routes-example").keys() {
        assert!(
            run.stdout.contains(&format!("==> loopback-static-routes-example/{path} <==")),
            "{path} is missing in the output"
        );
    }
}
