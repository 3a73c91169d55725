//! Every key of the JSON and every command of `docs/router.md`.

use super::world::{World, in_namespace};
use crate::common::router::{document, page};

in_namespace!(every_key_of_the_json_is_in_the_page, |world| {
    let page = page();
    let row = |command: &str| {
        let line = page.lines().find(|line| line.starts_with(command)).unwrap_or_else(|| panic!("no row {command}"));
        line.to_owned()
    };
    let keys_of = |world: &World, arguments: &[&str]| -> Vec<String> {
        let json: serde_json::Value = serde_json::from_str(&world.run(arguments).stdout).expect("JSON");
        json.as_object().expect("an object").keys().cloned().collect()
    };
    world.add_interface();
    world.put_document(&document(true, &[("192.0.2.0/24", 5)]));
    let cases = [
        (&["status", "--json"][..], "| `status` |"),
        (&["status", "--json", "--summary"], "| `status --summary` |"),
        (&["check", "--json"], "| `check` |"),
        (&["apply", "--json"], "| `apply`, `confirm`,"),
        (&["remove", "--json"], "| `apply`, `confirm`,"),
        (&["apply", "--json", "--config", "/nowhere"], "| any, failed |"),
    ];
    for (arguments, command) in cases {
        let row = row(command);
        for key in keys_of(world, arguments) {
            assert!(row.contains(&format!("`{key}`")), "{command}: {key}");
        }
    }
});

in_namespace!(every_metric_is_in_the_page, |world| {
    let page = page();
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    let metrics = world.run(&["status", "--format", "openmetrics"]).expect(1).stdout;
    for family in metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" gauge")) {
        assert!(page.contains(&format!("`{family}`")) || page.contains(&format!("`{family}{{")), "{family}");
    }
});

in_namespace!(the_commands_of_the_documentation_run, |world| {
    world.add_interface();
    world.document(&[("192.0.2.0/24", 5)]);
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("there");
    let mut ran = 0;
    for line in page().lines().chain(readme.lines()) {
        let command = line.strip_prefix("# ").or_else(|| line.strip_prefix("$ ")).unwrap_or_default();
        if let Some(arguments) = command.strip_prefix("handle_loopback_static_route_config") {
            let arguments = arguments.split(" > ").next().unwrap_or_default();
            let run = world.run(&words(arguments));
            assert!(run.code.is_some_and(|code| code <= 1), "{line}: {run:#?}");
            ran += 1;
        }
    }
    assert!(ran >= 5, "only {ran}");
});

/// Splits a command, which may have words in quotation marks.
fn words(command: &str) -> Vec<&str> {
    let parts = command.split('"').enumerate();
    let words = parts.map(|(index, part)| if index % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
    words.flatten().collect()
}

// The commands that remove the plugin by hand.
in_namespace!(the_commands_for_removal_by_hand_work, |world| {
    world.add_interface();
    let before = "# by hand\n10.1.0.0/16 via 169.254.127.126 dev kni254\n";
    world.put_file(before);
    world.document(&[("192.0.2.0/24", 5)]);
    world.converge();
    let page = page();
    let block = page.split("```").find(|block| block.contains("\n# ip route flush "));
    let commands: Vec<String> = block
        .expect("a block")
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| !line.starts_with("ifup") && !line.starts_with("systemctl"))
        .map(|line| line.replace("/etc/", &format!("{}/etc/", world.root().display())))
        .collect();
    assert!(commands.len() >= 4, "{commands:?}");
    let script = format!("set -e\n{}", commands.join("\n"));
    let output = std::process::Command::new("bash").args(["-c", &script]).output().expect("bash is there");
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((world.file().as_deref(), world.backup(), world.routes()), (Some(before), None, Vec::new()));
});
