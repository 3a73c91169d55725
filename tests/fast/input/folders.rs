//! The files that are read in a folder, by every command.

use std::fs;

use super::compressed::gzip;
use super::{LEARNED, ROUTER, SERVICE, generate, routes};
use crate::common::{Run, Workspace};

/// Files of other programs, as they are in repositories.
const FOREIGN: &[(&str, &str)] = &[
    ("docker-compose.yml", "services:\n  proxy:\n    image: x\n    ports: [\"80:80\"]\nnetworks: {}\n"),
    ("compose/prod.yaml", "name: x\nservices: {app: {image: y, depends_on: [db]}}\nconfigs: {a: {file: b}}\n"),
    ("chart/Chart.yaml", "apiVersion: v2\nname: x\nversion: 0.1.0\ndependencies: [{name: y}]\n"),
    ("chart/values.yaml", "service:\n  type: ClusterIP\n  port: 80\nconfig:\n  level: info\n"),
    ("chart/templates/service.yaml", "{{- if .Values.service }}\nkind: Service\nspec: {{ .x }}\n{{- end }}\n"),
    ("site.yml", "- hosts: all\n  tasks:\n  - service: {name: nginx, state: started}\n"),
    ("roles/x/tasks/main.yml", "- name: start\n  service:\n    name: nginx\n    enabled: true\n"),
    ("inventory.yml", "all:\n  children:\n    routers: {hosts: {r1: {ansible_host: 192.0.2.1}}}\n"),
    ("setup.cfg", "[metadata]\nname = x\n\n[options]\npackages = find:\n"),
    ("package.json", "{\"name\": \"x\", \"config\": {\"port\": \"80\"}, \"scripts\": {\"a\": \"b\"}}\n"),
    ("tsconfig.json", "{\n  // a comment\n  \"compilerOptions\": {\"strict\": true,},\n}\n"),
    ("ci/build.yml", "on: push\njobs:\n  a:\n    services: {db: {image: x}}\n    steps: [{run: \"a: b\"}]\n"),
    ("mkdocs.yml", "site_name: x\nnav:\n- Home: index.md\n"),
    ("requirements.txt", "flask==3.0\nrequests\n"),
    ("CMakeLists.txt", "project(x)\nadd_executable(x main.c)\n"),
    ("nginx.conf", "events {}\nhttp {\n  server {\n    listen 80;\n  }\n}\n"),
    ("pom.xml", "<project><name>x</name><dependencies/></project>\n"),
    ("log.xml", "<configuration><appender name=\"a\"/></configuration>\n"),
    ("notes.txt", "Ask Ann about the branch in Berlin.\n"),
    ("values.json", "{\"services\": [\"a\", \"b\"]}\n"),
];

fn with_foreign_files() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("net/a.yaml", ROUTER);
    workspace.write("net/b.txt", SERVICE);
    for (name, text) in FOREIGN {
        workspace.write(&format!("net/{name}"), text);
    }
    // A text in another encoding, and an archive.
    fs::write(workspace.path("net/latin.txt"), b"caf\xe9\n").expect("written");
    fs::write(workspace.path("net/archive.tar.gz"), gzip(b"a.txt\0\0\0ustar  \0\xff\0some text")).expect("written");
    workspace
}

#[test]
fn files_of_other_programs_are_skipped_and_counted_by_every_command() {
    let workspace = with_foreign_files();
    let skipped =
        format!("{} files without configuration skipped: net/CMakeLists.txt, net/archive.tar.gz", FOREIGN.len() + 2);
    workspace.write("old.yaml", ROUTER);
    for arguments in [
        &["validate", "net", "--format", "concise"][..],
        &["generate", "net", "--out", "out"],
        &["convert", "net", "--to", "yaml"],
        &["why", "net", "--router", "r1"],
        &["diff", "old.yaml", "net"],
    ] {
        let run = workspace.run(arguments);
        assert!(run.stderr.contains(&skipped), "{arguments:?}: {}{}", run.stdout, run.stderr);
        assert!(!run.stderr.contains("error") && !run.stdout.contains("error["), "{}{}", run.stdout, run.stderr);
    }
    assert_eq!(routes(&workspace), LEARNED);
    let json = workspace.run(&["validate", "net", "--format", "json"]).stdout;
    assert!(json.contains(&format!("\"skipped\": {}", FOREIGN.len() + 2)), "{json}");
    let json = workspace.run(&["generate", "net", "--out", "out", "--json"]).stdout;
    assert!(json.contains(&format!("\"skipped\": {}", FOREIGN.len() + 2)), "{json}");
}

#[test]
fn a_file_that_is_named_is_always_read() {
    let workspace = with_foreign_files();
    for (name, _) in FOREIGN {
        let run = workspace.run(&["validate", &format!("net/{name}"), "--format", "concise"]);
        assert!(run.stdout.contains(&format!("net/{name}:")) && run.code == 1, "{name}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn a_folder_of_foreign_files_has_no_configuration() {
    let workspace = Workspace::new();
    workspace.write("net/package.json", "{\"name\": \"x\"}");
    let run = workspace.run(&["validate", "net", "--format", "concise"]);
    let expected = "net:1:1: error[empty-folder]: no configuration in folder net; ";
    assert!(
        run.stdout.starts_with(expected) && run.stdout.contains("; 1 file without an element that is read skipped"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_file_that_looks_like_configuration_and_cannot_be_read_is_an_error() {
    let utf_16: Vec<u8> = ROUTER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cut = gzip(ROUTER.repeat(50).as_bytes());
    let cases: [(&str, &[u8], &str); 17] = [
        ("x.yaml", b"routers:\n- {name: r9}\n", "did you mean `router`?"),
        ("x.yaml", b"servce:\n- {name: s, address: 192.0.2.9}\n", "did you mean `service`?"),
        ("x.yaml", b"services:\n- {name: s, address: 192.0.2.9}\n", "did you mean `service`?"),
        ("x.yaml", b"Authority: {router: []}\n", "did you mean `authority`?"),
        ("x.yaml", b"router:\n- name: r9\n  node: {name\n", "not YAML"),
        ("x.yaml", b"router: r9\n", "unexpected-shape"),
        ("x.yaml", b"- {name: r9, node: {name: n1, asset-id: m9}}\n", "unexpected-shape"),
        ("x.json", b"{\"authority\": {\"router\": [{\"name\": ", "not JSON"),
        ("x.json", b"{\"auth", "not JSON"),
        ("x.json", b"{\"name\": \"x\", // c\n \"data\": {\"authority\": {\"router\": []}}}", "not JSON"),
        ("x.xml", b"<config><authority><router>", "x.xml"),
        ("x.txt", b"confg authority router r9\n", "did you mean `config`?"),
        ("x.txt", b"router r9\n    nde n1\n", "x.txt"),
        ("x.txt", b"router caf\xe9\n", "invalid-utf-8"),
        ("x.yaml", &utf_16, "this text is UTF-16LE, expected UTF-8; save it as UTF-8"),
        ("x.yaml", b" \n", "empty-source"),
        ("x.yaml.gz", &cut[..cut.len() - 9], "not gzip"),
    ];
    for (name, bytes, expected) in cases {
        let workspace = Workspace::new();
        workspace.write("net/a.yaml", ROUTER);
        fs::write(workspace.path("net").join(name), bytes).expect("written");
        let run = generate(&workspace, &["net"]);
        let text = String::from_utf8_lossy(bytes);
        assert!(run.stderr.contains(expected) && run.code == 1, "{text}: {}", run.stderr);
        assert!(!run.stderr.contains("skipped"), "{text}: {}", run.stderr);
    }
}

#[test]
fn only_validate_respects_the_gitignore_files_of_the_repository() {
    let workspace = Workspace::new();
    let broken = "router: [";
    workspace.write("r/.git/info/exclude", "local.yaml\n");
    workspace.write("r/.gitignore", "*.yaml\n!a.yaml\n!local.yaml\n!global.yaml\n/build/\n");
    workspace.write("r/.ignore", "local.yaml\n");
    workspace.write("r/net/.gitignore", "!kept.yaml\ndrafts\n");
    workspace.write("r/net/a.yaml", ROUTER);
    workspace.write("r/net/ignored.yaml", broken);
    workspace.write("r/net/drafts/a.yaml", broken);
    workspace.write("r/build/a.yaml", broken);
    workspace.write("r/net/kept.yaml", "router: [{name: kept}]\n");
    workspace.write("r/net/local.yaml", "router: [{name: local}]\n");
    workspace.write("r/net/global.yaml", "router: [{name: global}]\n");
    // The settings of a user's git.
    workspace.write("home/.config/git/ignore", "global.yaml\n");
    workspace.write("home/.gitconfig", "[core]\n\texcludesFile = ~/.config/git/ignore\n");
    let run = |arguments: &[&str], folder: &str| {
        let mut command = workspace.command(arguments);
        command.env("HOME", workspace.path("home")).current_dir(workspace.path(folder));
        Run::of(command.output().expect("runs"))
    };
    for (folder, config) in [("r", "."), ("r/net", "."), ("r/build", "../net"), ("", "r/net")] {
        let validate = run(&["validate", config, "--format", "concise"], folder);
        assert!(validate.stderr.contains(" 4 routers"), "{folder}: {}{}", validate.stdout, validate.stderr);
    }
    let generate = run(&["generate", ".", "--out", "../out"], "r");
    for name in ["net/ignored.yaml", "net/drafts/a.yaml", "build/a.yaml"] {
        assert!(generate.stderr.contains(&format!("{name}:1:")), "{name}: {}", generate.stderr);
    }
    // A folder or file that is named is read, and an ignored folder above it has no effect.
    let named = run(&["validate", "build", "net/ignored.yaml", "--format", "concise"], "r");
    assert!(named.stdout.contains("net/ignored.yaml:1:"), "{}", named.stdout);
    // Without a repository, the files are not those of git.
    fs::remove_dir_all(workspace.path("r/.git")).expect("removed");
    let outside = run(&["validate", ".", "--format", "concise"], "r");
    assert!(outside.stdout.contains("net/ignored.yaml:1:"), "{}", outside.stdout);
}

#[test]
fn settings_include_and_exclude_files_in_every_command() {
    let workspace = Workspace::new();
    workspace.write("net/a.yaml", ROUTER);
    workspace.write("net/b.inc", SERVICE);
    workspace.write("net/lab/c.yaml", "router: [");
    workspace.write("net/old/d.yaml", "router: [");
    workspace.write("net/e.json", "[");
    workspace.write(
        ".loopback-static-routes.toml",
        "include = [\"net/**/*.yaml\", \"net/*.inc\"]\nexclude = [\"net/lab\", \"**/old/**\"]\n",
    );
    for (folder, config) in [("", "net"), ("net", "."), ("net/lab", ".."), ("/", "")] {
        let config = if config.is_empty() { workspace.path("net").display().to_string() } else { config.to_owned() };
        let out = workspace.path("out").display().to_string();
        for arguments in [
            &["validate", &config, "--format", "concise"][..],
            &["generate", &config, "--out", &out],
            &["convert", &config, "--to", "yaml"],
            &["why", &config, "--router", "r1"],
            &["diff", &config, &config],
        ] {
            let mut command = workspace.command(arguments);
            let run = Run::of(command.current_dir(workspace.path(folder)).output().expect("runs"));
            assert_eq!(run.code, 0, "{folder} {arguments:?}: {}{}", run.stdout, run.stderr);
        }
        assert_eq!(routes(&workspace), LEARNED);
    }
    for arguments in [&["generate", "net", "--out", "out", "--no-settings"][..], &["validate", "net/lab/c.yaml"]] {
        assert_eq!(workspace.run(arguments).code, 1, "{arguments:?}");
    }
    workspace.write(".loopback-static-routes.toml", "include = [\"nets/**\"]\n");
    let run = workspace.run(&["generate", "net", "--out", "out"]);
    assert!(run.code == 1 && run.stderr.contains("match `include` of the settings"), "{}", run.stderr);
    workspace.write(".loopback-static-routes.toml", "excludes = []\n");
    let run = workspace.run(&["generate", "net", "--out", "out"]);
    assert!(run.code == 2 && run.stderr.contains("did you mean `exclude`?"), "{}", run.stderr);
}

#[test]
fn folders_of_published_routes_are_skipped_by_every_command() {
    let workspace = Workspace::new();
    workspace.write("net/a.yaml", ROUTER);
    workspace.write("net/b.txt", SERVICE);
    for _ in 0..2 {
        let run = workspace.run(&["generate", "net", "--out", "net/deep/out"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    // A file that is in the folder, too.
    workspace.write("net/deep/out/x.yaml", "router: [");
    for arguments in [
        &["validate", "net", "--format", "concise"][..],
        &["generate", "net", "--out", "net/deep/out"],
        &["convert", "net", "--to", "yaml"],
        &["why", "net", "--router", "r1"],
        &["diff", "net", "net"],
    ] {
        let run = workspace.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
        let skipped = "1 folder of published routes skipped: net/deep/out";
        assert!(run.stderr.contains(skipped), "{arguments:?}: {}", run.stderr);
    }
    // The manifest of another program.
    workspace.write("net/web/manifest.json", "{\"name\": \"x\", \"icons\": []}");
    workspace.write("net/web/c.yaml", "router: [");
    let run = workspace.run(&["validate", "net", "--format", "concise"]);
    assert!(run.stdout.contains("net/web/c.yaml:1:"), "{}", run.stdout);
}

/// The folder is known by its identity, whatever its path, and whatever is in it.
#[test]
fn the_folder_that_a_run_publishes_to_is_no_configuration() {
    let workspace = Workspace::new();
    workspace.write("net/a.yaml", ROUTER);
    workspace.write("net/b.txt", SERVICE);
    // What a killed run left: no manifest, or a part of one.
    workspace.write("net/out/x.yaml", "router: [");
    std::os::unix::fs::symlink("net/out", workspace.path("link")).expect("links");
    std::os::unix::fs::symlink("out", workspace.path("net/inner")).expect("links");
    for out in ["net/out", "link", "net/../net/out", "net/inner"] {
        let run = workspace.run(&["generate", "net", "--out", out]);
        assert_eq!(run.code, 0, "{out}: {}", run.stderr);
        assert!(run.stderr.contains("of published routes skipped: net/inner, net/out"), "{out}: {}", run.stderr);
        fs::remove_file(workspace.path("net/out/manifest.json")).expect("written");
    }
    workspace.write("net/out/manifest.json", "{\"format-version\": 1, \"arte");
    let run = workspace.run(&["generate", "net", "--out", "net/out"]);
    assert!(run.code == 3 && run.stderr.contains("manifest.json is damaged"), "{}", run.stderr);
}

#[test]
fn a_configuration_is_not_the_folder_that_a_run_publishes_to() {
    let workspace = Workspace::new();
    workspace.write("net/a.yaml", ROUTER);
    workspace.write("net/b.txt", SERVICE);
    workspace.write("other/c.yaml", ROUTER);
    std::os::unix::fs::symlink("net", workspace.path("link")).expect("links");
    let before = workspace.tree("net");
    for (configs, out) in [
        (&["net"][..], "net"),
        (&["net"], "net/../net/."),
        (&["link"], "net"),
        (&["net"], "link"),
        (&["other", "net"], "net"),
    ] {
        for check in [&[][..], &["--check"]] {
            let run = workspace.run(&[&["generate"], configs, &["--out", out], check].concat());
            assert_eq!(run.code, 2, "{configs:?} {out}: {}", run.stderr);
            assert!(run.stderr.contains("choose another folder"), "{}", run.stderr);
            assert_eq!(workspace.tree("net"), before);
            assert!(!workspace.path("net/.lock").exists());
        }
    }
    // A folder around it may be.
    assert_eq!(workspace.run(&["generate", "net", "--out", "."]).code, 0);
}
