//! A large file is read without keeping its text. Its findings have their places all the same.

use crate::common::large_file::authority;
use crate::common::{Run, Workspace};

#[test]
fn a_large_file_gives_what_its_text_gives() {
    for (faulty, code, said) in [(None, 0, "nothing found in 1000 routers"), (Some(900), 1, "f.json:902:")] {
        let workspace = Workspace::in_memory();
        let text = authority(faulty);
        assert!(text.len() > 16 << 20, "{}", text.len());
        workspace.write("f.json", &text);
        let of_file = workspace.run(&["validate", "f.json"]);
        assert_eq!(of_file.code, code, "{}", of_file.stderr);
        let all = of_file.stdout + &of_file.stderr;
        assert!(all.contains(said), "{all}");
        let file = std::fs::File::open(workspace.path("f.json")).expect("opens");
        let of_text = Run::of(workspace.command(&["validate", "-"]).stdin(file).output().expect("runs"));
        assert_eq!(all, (of_text.stdout + &of_text.stderr).replace("<stdin>", "f.json"));
        if faulty.is_some() {
            let generated = workspace.run(&["generate", "f.json", "--out", "out"]);
            assert!(generated.code == 1 && generated.stderr.contains(said), "{}", generated.stderr);
        }
    }
}

/// A quiet run shows no place of a warning, so it does not read the text again.
#[test]
fn a_warning_has_its_place_where_it_is_shown() {
    let workspace = Workspace::in_memory();
    workspace.write("f.json", &authority(None).replacen("192.0.2.1/32", "192.0.2.1/24", 1));
    for (options, on_standard_output, on_standard_error) in
        [(["-q"].as_slice(), "", ""), (&["-q", "--json"], "\"line\":2,", ""), (&[], "", " --> f.json:2:")]
    {
        let run = workspace.run(&[&["generate", "f.json", "--out", "out"], options].concat());
        assert_eq!(run.code, 0, "{options:?}: {}", run.stderr);
        let compact = run.stdout.replace(' ', "");
        assert!(
            compact.contains(on_standard_output) && run.stderr.contains(on_standard_error),
            "{options:?}: {compact}"
        );
        assert_eq!(run.stderr.is_empty(), on_standard_error.is_empty(), "{options:?}: {}", run.stderr);
    }
}
