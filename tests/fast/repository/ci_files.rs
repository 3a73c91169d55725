//! The hook, the action and the snippet for CI systems.

use crate::common::{Workspace, repository_file};

/// The options of cargo, gh and other programs in these files.
const OPTIONS_OF_OTHERS: &[&str] = &[
    "--",
    "---",
    "--bin",
    "--check",
    "--features",
    "--ignore-missing",
    "--locked",
    "--no-default-features",
    "--path",
    "--pattern",
    "--quiet",
    "--repo",
    "--strip-components",
    "--title",
    "--verify-tag",
];

/// The program knows every option in these files.
#[test]
fn ci_files_use_options_that_exist() {
    let workspace = Workspace::new();
    workspace.write("authority/a.yaml", "router: [{name: a}]\n");
    for file in
        [".pre-commit-hooks.yaml", "action.yml", "templates/validate/template.yml", ".github/workflows/release.yml"]
    {
        let text = repository_file(file);
        for document in text.split("\n---\n") {
            let document: serde_yaml::Value =
                serde_yaml::from_str(document).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(!document.is_null(), "{file}");
        }
        let help = workspace.run(&["validate", "--help"]).stdout + &workspace.run(&["diff", "--help"]).stdout;
        for option in text.split_whitespace().filter(|word| word.starts_with("--")) {
            let option = option.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let name = option.split('=').next().unwrap_or(option);
            let is_of_others = OPTIONS_OF_OTHERS.contains(&name);
            assert!(is_of_others || help.contains(name), "{file}: {name}");
        }
    }
}
