//! The files for Salt. The product ships a Salt of the time of 2019.2, whose sources the tables
//! below are made from.

use crate::common::repository_file;

const STATES: &[&str] = &["init.sls", "peers.jinja", "revision.jinja"];

/// The functions of states, and their arguments.
const STATE_FUNCTIONS: &[(&str, &[&str])] = &[
    ("cmd.run", &["name", "stateful", "test_name"]),
    ("file.absent", &["name"]),
    ("file.exists", &["name"]),
    ("file.managed", &["name", "contents", "user", "group", "mode", "makedirs", "dir_mode", "show_changes"]),
    // Other arguments, such as `dir_mode`, are ignored. `serializer` is one of them, and the file
    // would become YAML.
    (
        "file.serialize",
        &[
            "name",
            "dataset",
            "dataset_pillar",
            "formatter",
            "user",
            "group",
            "mode",
            "makedirs",
            "dir_mode",
            "show_changes",
        ],
    ),
    ("pkg.installed", &["name"]),
    ("service.running", &["name", "enable"]),
    ("test.configurable_test_state", &["name", "changes", "result", "comment"]),
    ("test.fail_without_changes", &["name"]),
    // A slot in an argument is called when the step runs (2018.3).
    ("test.nop", &["name", "sent"]),
];

/// The functions of modules.
const MODULE_FUNCTIONS: &[&str] = &["config.get", "file.dirname", "file.file_exists", "file.find", "file.read"];

/// The filters of Jinja 2.7 and of Salt.
const FILTERS: &[&str] = &[
    "first",
    "int",
    "join",
    "json",
    "length",
    "load_yaml",
    "lower",
    "regex_match",
    "regex_replace",
    "replace",
    "sort",
    "string",
    "trim",
    "urlencode",
];

fn states() -> Vec<(&'static str, String)> {
    STATES.iter().map(|name| (*name, repository_file(&format!("salt/loopback_static_routes/{name}")))).collect()
}

#[test]
fn all_states_are_checked() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("salt/loopback_static_routes");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("there")
        .map(|entry| entry.expect("readable").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    assert_eq!(names, STATES);
}

#[test]
fn states_use_functions_and_arguments_of_salt_2019_2() {
    let mut function = None;
    let mut checked = 0;
    for line in repository_file("salt/loopback_static_routes/init.sls").lines() {
        let word = line.trim().trim_end_matches(':');
        if line.starts_with("  ") && !line.starts_with("   ") && word.contains('.') && !line.contains('{') {
            let known = STATE_FUNCTIONS.iter().find(|(name, _)| *name == word);
            function = Some(known.unwrap_or_else(|| panic!("unknown function: {line}")));
            checked += 1;
        } else if let (Some((name, arguments)), Some((argument, _))) =
            (function, line.trim().strip_prefix("- ").and_then(|rest| rest.split_once(':')))
        {
            let is_requisite = ["order", "require"].contains(&argument);
            assert!(is_requisite || arguments.contains(&argument), "{name}: {line}");
        }
    }
    assert!(checked >= 10, "{checked}");
}

#[test]
fn templates_use_functions_and_filters_of_salt_2019_2() {
    for (name, text) in states() {
        for call in text.split("salt['").skip(1) {
            let function = call.split('\'').next().expect("one");
            assert!(MODULE_FUNCTIONS.contains(&function), "{name}: {function}");
        }
        for tag in text.split("{%").skip(1).chain(text.split("{{").skip(1)) {
            let tag = tag.split(['%', '}']).next().expect("one");
            // Text in quotes has no filters.
            let code: String = tag.split('\'').step_by(2).collect();
            for filter in code.split('|').skip(1) {
                let filter: String = filter.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                assert!(FILTERS.contains(&filter.as_str()), "{name}: {filter} in {tag}");
            }
        }
    }
}
