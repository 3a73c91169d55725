//! A large file is read without keeping its text. Its findings have their places all the same.

use crate::common::{Run, Workspace};

/// Returns an authority of more than 16 MiB with a wrong metric in the router of this number.
fn authority(faulty: Option<usize>) -> String {
    let router = |number: usize| {
        let metric = if faulty == Some(number) { "\"é\"" } else { "5" };
        let description = "x".repeat(1700);
        format!(
            "{{\"name\": \"r{number}\", \"description\": \"{description}\", \"node\": [{{\"name\": \"n\", \"asset-id\": \"a{number}\"}}], \
             \"loopback-static-routes\": {{\"static-route\": [{{\"address\": \"192.0.2.1/32\", \"metric\": {metric}}}]}}}}"
        )
    };
    let routers: Vec<String> = (0..10_000).map(router).collect();
    format!("{{\"router\": [\n{}\n]}}\n", routers.join(",\n"))
}

#[test]
fn a_large_file_gives_what_its_text_gives() {
    for (faulty, code, said) in [(None, 0, "nothing found in 10000 routers"), (Some(9_000), 1, "f.json:9002:")] {
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
