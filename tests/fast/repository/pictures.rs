//! The pictures of the README: what the program prints on a terminal. `UPDATE=1` draws them again.

use anstyle_svg::Term;

use crate::common::{Workspace, repository_file};

/// A branch with a mistake.
const BRANCH: &str = "\
config
    authority
        router  branch-1
            node  node1
                asset-id  branch-1.example.com
            exit
            loopback-static-routes
                learn-from-services  true
                metric               128
                static-route  198.51.100.7/24
                    metric  200
                exit
            exit
        exit
        service  dns
            address        192.0.2.53
            access-policy  _internal_
            exit
        exit
    exit
exit
";

/// The style of a prompt and of a typed command.
fn command(text: &str) -> String {
    format!("\u{1b}[32m$\u{1b}[0m \u{1b}[1m{text}\u{1b}[0m\n")
}

fn compare(name: &str, terminal: &str) {
    let svg = Term::new().min_width_px(840).render_svg(terminal) + "\n";
    let file = format!("docs/images/{name}.svg");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(format!("{}/{file}", env!("CARGO_MANIFEST_DIR")), &svg).expect("written");
    }
    assert!(repository_file(&file) == svg, "{file} differs; UPDATE=1 draws it again");
}

#[test]
fn the_pictures_of_the_readme_show_real_output() {
    let workspace = Workspace::new();
    workspace.write("branch.pcli", BRANCH);
    let run = workspace.run(&["--color", "always", "validate", "branch.pcli"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    compare("finding", &(command("loopback-static-routes validate branch.pcli") + &run.stdout + &run.stderr));
    let run = workspace.run(&["generate", "branch.pcli", "--out", "out", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let path = "out/routers/branch-1/node1/route-kni254";
    let generate = command("loopback-static-routes generate branch.pcli --out out --quiet");
    compare("route-file", &(generate + &command(&format!("cat {path}")) + &workspace.read(path)));
}
