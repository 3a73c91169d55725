//! The hook, the action and the snippet for CI systems.

use crate::common::{Workspace, repository_file};

/// The program knows every option in these files.
#[test]
fn ci_files_use_options_that_exist() {
    let workspace = Workspace::new();
    workspace.write("authority/a.yaml", "router: [{name: a}]\n");
    for file in [".pre-commit-hooks.yaml", "action.yml", "packaging/ci/gitlab-ci.yml"] {
        let text = repository_file(file);
        let document: serde_yaml::Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(!document.is_null(), "{file}");
        let help = workspace.run(&["validate", "--help"]).stdout + &workspace.run(&["diff", "--help"]).stdout;
        for option in text.split_whitespace().filter(|word| word.starts_with("--")) {
            let option = option.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let name = option.split('=').next().unwrap_or(option);
            let is_of_others =
                ["--locked", "--path", "--profile", "--quiet", "--no-default-features", "--features", "--bin", "--"]
                    .contains(&name);
            assert!(is_of_others || help.contains(name), "{file}: {name}");
        }
    }
}
