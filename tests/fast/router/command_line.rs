//! The completions and the manual page of the router's program. They are files of the repository,
//! so that the program on thousands of routers is smaller by the code that prints them. `UPDATE=1`
//! writes the completions again.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::common::repository_file;

#[path = "../../../src/bin/handle_loopback_static_route_config/args.rs"]
#[allow(dead_code, reason = "the program reads the values")]
mod args;

const NAME: &str = "handle_loopback_static_route_config";

#[test]
fn the_completions_are_those_of_the_options() {
    for (shell, file) in [(Shell::Bash, "bash"), (Shell::Zsh, "zsh"), (Shell::Fish, "fish")] {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut args::Arguments::command(), NAME, &mut text);
        let text = String::from_utf8(text).expect("UTF-8");
        let file = format!("packaging/completions/{NAME}.{file}");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file), &text).expect("written");
        }
        assert!(repository_file(&file) == text, "{file} differs; UPDATE=1 rewrites it");
        assert!(text.contains("salt-state") && text.contains("lock-wait"), "{file}");
    }
}

#[test]
fn the_manual_page_has_all_commands_and_options() {
    let page = repository_file(&format!("packaging/man/{NAME}.8")).replace("\\-", "-");
    let command = args::Arguments::command();
    let commands = || command.get_subcommands().filter(|command| !command.is_hide_set());
    for name in commands().map(|command| command.get_name()) {
        assert!(page.contains(&format!("\n.B {name}\n")), "{name}");
    }
    let of_commands = commands().flat_map(|command| command.get_arguments());
    for option in command.get_arguments().chain(of_commands).filter(|option| !option.is_hide_set()) {
        let name = option.get_long().expect("no positional arguments");
        let is_described = page.lines().any(|line| line.starts_with(".B") && line.contains(&format!("--{name}")));
        assert!(is_described, "--{name}");
    }
    // Every option of the page exists.
    let all: String = [command.clone()]
        .into_iter()
        .chain(commands().cloned())
        .map(|mut command| command.render_help().to_string())
        .collect();
    for line in page.lines().filter(|line| line.starts_with(".B")) {
        for option in line.split(|character: char| !character.is_ascii_alphanumeric() && character != '-') {
            assert!(!option.starts_with("--") || all.contains(option), "{option}");
        }
    }
}
