//! The pages of `docs/commands/`: their parts, their options, and the output of their examples.
//!
//! A page is a session in a folder with a copy of `examples/authority`. A block after a line that
//! ends with a file name in backticks and a colon is written to that file. The commands of a
//! `console` block run in a shell; `...` is any number of lines. `UPDATE=1` rewrites the output.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::page::{Step, matches, steps};
use crate::common::{PROGRAM, Workspace, repository_file};

/// Returns the names of the commands.
fn commands() -> Vec<String> {
    let help = Workspace::new().run(&["--help"]).stdout;
    let list = help.split_once("Commands:\n").and_then(|(_, rest)| rest.split_once("\n\n")).expect("a list").0;
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
}

fn page_path(command: &str) -> String {
    format!("docs/commands/{command}.md")
}

/// Returns the names of the long options in lines such as `-q, --quiet` and `--out <DIR>`.
fn options<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeSet<String> {
    let is_option = |line: &&str| line.starts_with('-') && !line.starts_with("- ");
    let names = lines.filter(is_option).filter_map(|line| line.split_once("--"));
    names.map(|(_, rest)| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect()).collect()
}

#[test]
fn every_command_has_a_page_and_every_page_a_command() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands");
    let pages = std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path());
    let mut pages: Vec<String> =
        pages.map(|page| page.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    let mut commands = commands();
    pages.sort();
    commands.sort();
    assert_eq!(pages, commands);
}

#[test]
fn a_page_has_every_part_and_an_example() {
    for command in commands() {
        let page = repository_file(&page_path(&command));
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert!(page.starts_with(&format!("# {command}\n\n")), "{command}");
        assert!(headings.ends_with(&["Options", "Exit codes", "Related pages"]), "{command}: {headings:?}");
        assert!(page.contains(&format!("\n$ loopback-static-routes {command}")), "{command}: no example");
    }
}

#[test]
fn a_page_names_exactly_the_options_of_its_command() {
    for command in commands() {
        let page = repository_file(&page_path(&command));
        let help = Workspace::new().run(&[command.as_str(), "--help"]).stdout;
        let (documented, mut existing) = (
            options(page.lines().filter_map(|line| line.strip_prefix("| `"))),
            options(help.lines().map(str::trim_start)),
        );
        for everywhere in ["color", "help"] {
            assert!(page.contains(&format!("`--{everywhere}")), "{command}: {everywhere}");
            existing.remove(everywhere);
        }
        assert_eq!(documented, existing, "{command}");
    }
}

#[test]
fn links_of_the_pages_lead_to_files() {
    for command in commands() {
        let page = repository_file(&page_path(&command));
        let targets = page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|target| !target.is_empty() && !target.contains("://")) {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands").join(target);
            assert!(path.exists(), "{command}: {target}");
        }
    }
}

#[test]
fn examples_of_the_pages_print_what_the_pages_show() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    for command in commands() {
        let path = page_path(&command);
        let page = repository_file(&path);
        let played = play(&page);
        if update {
            std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path), played).expect("writable");
        } else if played != page {
            failures.push_str(&format!("{path}: UPDATE=1 rewrites it to\n{played}\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Runs a page. Returns it with the real output of its commands.
fn play(page: &str) -> String {
    let session = Session::new();
    let mut played = String::new();
    let mut file = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        played.push_str(line);
        played.push('\n');
        let Some(language) = line.strip_prefix("```") else {
            if !line.is_empty() {
                let named = line.strip_suffix("`:").and_then(|line| line.rsplit('`').next());
                file = named.map(str::to_owned);
            }
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if language == "console" {
            played.push_str(&session.run_block(&block));
        } else {
            let text = block.join("\n") + "\n";
            if let Some(file) = file.take() {
                session.workspace.write(&file, &text);
            }
            played.push_str(&text);
        }
        played.push_str("```\n");
    }
    played
}

/// A folder with the example, and the path of the program.
struct Session {
    workspace: Workspace,
    path: String,
}

impl Session {
    fn new() -> Self {
        let workspace = Workspace::new();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/authority");
        for entry in std::fs::read_dir(example).expect("readable") {
            let file: PathBuf = entry.expect("readable").path();
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            workspace.write(&format!("examples/authority/{name}"), &std::fs::read_to_string(&file).expect("text"));
        }
        let folder = Path::new(PROGRAM).parent().expect("a folder").display();
        Self { path: format!("{folder}:{}", std::env::var("PATH").unwrap_or_default()), workspace }
    }

    /// Runs a block. Returns it with the real output, or unchanged if `...` covers the differences.
    fn run_block(&self, block: &[&str]) -> String {
        let (mut played, mut code) = (String::new(), 0);
        for Step { prompt, command, output: expected } in steps(block, &["$ "]) {
            let output = if command == "echo $?" {
                format!("{}\n", std::mem::take(&mut code))
            } else {
                assert_eq!(code, 0, "`echo $?` must follow a command with another exit code than 0, before {command}");
                let (text, exit) = self.run(command);
                code = exit;
                text
            };
            let actual: Vec<&str> = output.lines().collect();
            let shown = if matches(&expected, &actual) { expected } else { actual };
            played.push_str(&format!("{prompt}{command}\n"));
            for line in shown {
                played.push_str(line);
                played.push('\n');
            }
        }
        assert_eq!(code, 0, "`echo $?` must follow a command with another exit code than 0: {block:?}");
        played
    }

    /// Runs a command. Returns its output and its exit code.
    fn run(&self, command: &str) -> (String, i32) {
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(self.workspace.path(""))
            .env_clear()
            .envs([("PATH", self.path.as_str()), ("LC_ALL", "C")])
            .output()
            .expect("a shell");
        (String::from_utf8(output.stdout).expect("text"), output.status.code().unwrap_or(-1))
    }
}
