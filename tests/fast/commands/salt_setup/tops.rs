//! Unusual top files: each is edited and restored, or refused with its place and left as it is.
//! `tests/real/salt_setup` shows what Salt makes of them.

use loopback_static_routes::commands::salt_setup::connect_top_file;
use rayon::prelude::*;

use crate::common::Workspace;
use crate::common::sample::positions;
use crate::common::tops::{Outcome, Top, tops, without_stanzas};

/// Writes a top file into a pillar root.
fn workspace(top: &Top) -> Workspace {
    let workspace = Workspace::in_memory();
    std::fs::create_dir_all(workspace.path("out")).expect("created");
    std::fs::create_dir_all(workspace.path("pillar")).expect("created");
    std::fs::write(workspace.path("pillar/top.sls"), &top.bytes).expect("written");
    workspace
}

fn files(workspace: &Workspace) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(workspace.path("pillar")).expect("readable").map(|entry| entry.expect("readable"));
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("readable")))
        .collect();
    files.sort();
    files
}

#[test]
fn each_top_file_is_edited_and_restored_or_refused_with_its_place() {
    let tops = tops();
    // The repetitions of the sample are enough: they rarely depend on the file.
    let repeated: Vec<usize> = positions(tops.len(), "salt-setup").collect();
    tops.par_iter().enumerate().for_each(|(index, top)| try_top(top, repeated.contains(&(index + 1))));
}

fn try_top(top: &Top, is_repeated: bool) {
    let name = &top.name;
    let workspace = workspace(top);
    let run =
        |more: &[&str]| workspace.run(&[&["salt-setup", "--out", "out", "--pillar-root", "pillar"][..], more].concat());
    let before = files(&workspace);
    let checked = is_repeated.then(|| run(&["--check"]));
    assert_eq!(files(&workspace), before, "{name}: --check changed a file");
    let first = run(&[]);
    if let Outcome::Refused(expected) = &top.outcome {
        assert_eq!(first.code, 1, "{name}: {first:#?}");
        assert!(checked.is_none_or(|checked| checked.code == 1), "{name}");
        let expected = format!("error: pillar/top.sls:{expected}\n");
        assert!(first.stderr.starts_with(&expected), "{name}: expected {expected}\n{}", first.stderr);
        assert!(first.stderr.contains("\n  nothing was changed\n"), "{name}: {}", first.stderr);
        assert_eq!(files(&workspace), before, "{name}: refused, and changed a file");
        return;
    }
    assert_eq!(first.code, 0, "{name}: {first:#?}");
    assert!(checked.is_none_or(|checked| (checked.code, checked.stdout) == (1, first.stdout.clone())), "{name}");
    let after = std::fs::read(workspace.path("pillar/top.sls")).expect("there");
    match &top.outcome {
        Outcome::Unchecked(expected) => {
            let expected = format!("warning: pillar/top.sls:{expected}\n");
            assert!(first.stderr.starts_with(&expected), "{name}: expected {expected}\n{}", first.stderr);
        }
        _ => assert_eq!(first.stderr, "", "{name}"),
    }
    assert_eq!(top.outcome == Outcome::Edited, after != top.bytes, "{name}");
    // The tests with Salt call the function instead of the program.
    let edited = connect_top_file(&top.bytes).expect("not refused").map_or(top.bytes.clone(), String::into_bytes);
    assert_eq!(after, edited, "{name}");
    if is_repeated {
        let again = run(&[]);
        assert_eq!((again.code, again.stdout.as_str()), (0, "nothing to do\n"), "{name}: {again:#?}");
    }

    let undone = run(&["--undo"]);
    if undone.code == 1 {
        // Only lines that the program did not add prevent it.
        assert_ne!(top.outcome, Outcome::Edited, "{name}: {undone:#?}");
        assert_eq!(std::fs::read(workspace.path("pillar/top.sls")).expect("there"), after, "{name}");
        return;
    }
    assert_eq!(undone.code, 0, "{name}: {undone:#?}");
    let restored = vec![("top.sls".to_owned(), without_stanzas(&top.bytes))];
    assert_eq!(files(&workspace), restored, "{name}: --undo");
    if is_repeated {
        let again = run(&["--undo"]);
        assert_eq!((again.code, again.stdout.as_str()), (0, "nothing to do\n"), "{name}: {again:#?}");
        assert_eq!(files(&workspace), restored, "{name}: a second --undo");
    }
}
