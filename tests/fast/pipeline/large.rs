//! A large authority, at a size that a test can afford.

use crate::common::{LARGE, Workspace, write_large_authority};

fn write_authority(workspace: &Workspace, format: &str) -> String {
    let name = format!("authority.{format}");
    write_large_authority(workspace, &name, &format!("{LARGE} --format {format}"));
    name
}

#[test]
fn every_syntax_gives_the_same_files_and_a_second_run_changes_none() {
    let workspace = Workspace::in_memory();
    let mut first = None;
    for format in ["json", "yaml", "pcli"] {
        let name = write_authority(&workspace, format);
        let run = workspace.run(&["generate", &name, "--out", format, "-q"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let tree = workspace.tree(format);
        assert!(tree.len() > 1000, "only {} files", tree.len());
        assert!(first.get_or_insert_with(|| tree.clone()) == &tree, "{format} gives different files");
        let again = workspace.run(&["generate", &name, "--out", format, "-q", "--check"]);
        assert_eq!(again.code, 0, "{}", again.stderr);
    }
}

#[test]
fn the_same_elements_in_fragments_give_the_same_files() {
    let workspace = Workspace::in_memory();
    let name = write_authority(&workspace, "json");
    let whole: serde_json::Value = serde_json::from_str(&workspace.read(&name)).expect("JSON");
    for list in ["router", "service"] {
        let entries = whole["authority"][list].as_array().expect("a list");
        for (index, part) in entries.chunks(70).enumerate() {
            let fragment = serde_json::json!({"authority": {list: part}});
            workspace.write(&format!("fragments/{list}s/{index}.json"), &fragment.to_string());
        }
    }
    assert_eq!(workspace.run(&["generate", &name, "--out", "out", "-q"]).code, 0);
    let run = workspace.run(&["generate", "fragments", "--out", "out", "--check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}
