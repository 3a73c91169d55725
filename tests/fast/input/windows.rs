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
