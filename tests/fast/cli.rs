//! Snapshots of the command line, completions, manual pages, and the commands of the documentation.

use crate::common::Workspace;

#[test]
fn the_command_line_prints_as_in_the_snapshots() {
    trycmd::TestCases::new().case("tests/cli/*.trycmd");
}

#[test]
fn completions_and_manual_pages_name_the_commands() {
    let workspace = Workspace::new();
    for shell in ["bash", "zsh", "fish"] {
        let run = workspace.run(&["completions", shell]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("generate"), "{shell}");
    }
    let commands = workspace.run(&["man", "--list"]).stdout;
    assert!(commands.lines().any(|command| command == "generate"), "{commands}");
    let pages = commands.lines().map(|command| (vec!["man", command], format!("-{command}")));
    for (arguments, suffix) in std::iter::once((vec!["man"], String::new())).chain(pages) {
        let run = workspace.run(&arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let title = format!(".TH loopback-static-routes{suffix} ");
        assert!(run.stdout.contains(&title), "{arguments:?}: {}", run.stdout);
    }
}

/// A variable and its value.
type Variable = (&'static str, &'static str);

/// Variables, options, and whether output to a pipe has colours with them.
const COLOURS: &[(&[Variable], &[&str], bool)] = &[
    (&[], &[], false),
    (&[("FORCE_COLOR", "1")], &[], true),
    (&[("FORCE_COLOR", "0")], &[], false),
    (&[("CLICOLOR_FORCE", "1")], &[], true),
    (&[("CLICOLOR", "1")], &[], false),
    (&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], &[], false),
    (&[("FORCE_COLOR", "1"), ("NO_COLOR", "")], &[], true),
    (&[("NO_COLOR", "1")], &["--color", "always"], true),
    (&[("FORCE_COLOR", "1")], &["--color", "never"], false),
];

#[test]
fn variables_and_the_option_decide_about_colours() {
    let workspace = Workspace::new();
    workspace.write("f.pcli", "router r1\n    loopback-static-routes\n        metrics 5\n");
    let router = env!("CARGO_BIN_EXE_handle_loopback_static_route_config");
    let root = workspace.path("root");
    std::fs::create_dir_all(&root).expect("made");
    let root = root.to_str().expect("UTF-8");
    let conductor = env!("CARGO_BIN_EXE_loopback-static-routes");
    for (variables, options, expected) in COLOURS {
        for (program, arguments) in
            [(conductor, &["validate", "f.pcli"][..]), (router, &["--root", root, "--config", "/none", "status"])]
        {
            let mut command = std::process::Command::new(program);
            command.args(arguments).args(*options).current_dir(workspace.path(""));
            let output = command.env_clear().envs(variables.iter().copied()).output().expect("runs");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(!text.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(text.contains('\u{1b}'), *expected, "{variables:?} {options:?}: {text}");
        }
    }
}

#[test]
fn rule_prints_the_page_of_the_documentation() {
    let workspace = Workspace::new();
    let page = std::fs::read_to_string(format!("{}/docs/rules/learning-off.md", env!("CARGO_MANIFEST_DIR")));
    let run = workspace.run(&["rule", "learning-off"]);
    assert_eq!((run.code, run.stdout), (0, page.expect("readable")), "{}", run.stderr);
}

#[test]
fn the_commands_of_the_documentation_run() {
    let workspace = Workspace::new();
    let example = format!("{}/examples/authority/authority.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(&example, workspace.path("authority.json")).expect("copies");
    std::fs::copy(&example, workspace.path("deployed.json")).expect("copies");
    let mut ran = 0;
    for document in ["README.md", "docs/configuration.md", "docs/publishing.md"] {
        let text = std::fs::read_to_string(format!("{}/{document}", env!("CARGO_MANIFEST_DIR"))).expect("readable");
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("$ ")) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let arguments = match words.as_slice() {
                ["loopback-static-routes", arguments @ ..] => arguments,
                ["cargo", "example"] => &["generate", "--example"],
                // `tests/real/router/documented.rs` runs these, with a kni254.
                ["tests/run.sh"] | ["handle_loopback_static_route_config", ..] => continue,
                other => panic!("{document}: {other:?} is not a tested command"),
            };
            let run = workspace.run(arguments);
            assert_eq!(run.code, 0, "{document}: {line}: {}", run.stderr);
            ran += 1;
        }
    }
    assert!(ran >= 3, "only {ran}");
    let alias = std::fs::read_to_string(format!("{}/.cargo/config.toml", env!("CARGO_MANIFEST_DIR"))).expect("there");
    assert!(alias.contains("-- generate --example\"\n"), "cargo example is another command: {alias}");
}

/// Runs the commands in a temporary folder. `tests/real/chain.rs` runs them with Salt.
#[test]
fn the_commands_of_the_page_on_salt_run() {
    let workspace = Workspace::new();
    let example = format!("{}/examples/authority/authority.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(example, workspace.path("authority.json")).expect("copies");
    workspace.write("srv/pillar/top.sls", "base:\n  '*': [users]\n");
    let text = std::fs::read_to_string(format!("{}/docs/salt.md", env!("CARGO_MANIFEST_DIR"))).expect("readable");
    let root = workspace.path("").display().to_string();
    let mut ran = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("# loopback-static-routes ")) {
        let line =
            line.split(" >").next().unwrap_or_default().replace("/var/lib/", &format!("{root}/")).replace("DIR", "out");
        let mut arguments: Vec<&str> = line.split_whitespace().collect();
        if arguments[0] == "salt-setup" {
            arguments.extend(["--pillar-root", "srv/pillar"]);
        }
        let run = workspace.run(&arguments);
        assert_eq!(run.code, 0, "{line}: {}", run.stderr);
        ran += 1;
    }
    assert_eq!(ran, 2);
    // The stanza in the documentation is the one that the program inserts.
    let top = workspace.read("srv/pillar/top.sls");
    let by_hand: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| top.contains(line)).collect();
    let [begin, entry @ .., end] = by_hand.as_slice() else { panic!("{by_hand:?}") };
    assert!(begin.contains("begin") && end.contains("end"), "{by_hand:?}");
    assert_eq!(entry, ["'.*(?#loopback-static-routes)':", "  - match: pcre", "  - loopback_static_routes"], "{top}");
}
