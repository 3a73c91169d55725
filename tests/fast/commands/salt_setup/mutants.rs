//! Top files with random changes. Other readers than those of the program compare each edited file
//! with the original: minijinja renders both, and `yaml_serde` reads the results.

use std::cell::Cell;

use loopback_static_routes::commands::salt_setup::{connect_top_file, disconnect_top_file};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, context};
use proptest::test_runner::TestRunner;
use serde_yaml::{Mapping, Value};

use crate::common::sample::config;
use crate::common::tops::mutants;

/// The entry of the stanza.
const ENTRY: &str = "'.*(?#loopback-static-routes)':\n  - match: pcre\n  - loopback_static_routes\n";

/// Renders and reads a top file. `None` if Salt would reject it.
fn read(text: &str, os: &str, trims: bool, strips: bool) -> Option<Mapping> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).trim_blocks(trims).lstrip_blocks(strips).build();
    environment.set_syntax(syntax.expect("delimiters"));
    let text = if text.starts_with("#!yaml\n") {
        text.to_owned()
    } else {
        environment
            .render_str(&text.replace("\r\n", "\n"), context! { saltenv => "base", grains => context! { os } })
            .ok()?
    };
    // `yaml_serde` counts the mark as a column, and PyYAML does not.
    match serde_yaml::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text)).ok()? {
        Value::Mapping(environments) => Some(environments),
        Value::Null => Some(Mapping::new()),
        _ => None,
    }
}

/// Adds the entry of the stanza to a top file, as its first target.
fn with_entry(mut environments: Mapping) -> Option<Mapping> {
    let mut targets: Mapping = serde_yaml::from_str(ENTRY).expect("YAML");
    match environments.get("base") {
        None | Some(Value::Null) => {}
        Some(Value::Mapping(others)) => targets.extend(others.clone()),
        Some(_) => return None,
    }
    environments.insert("base".into(), Value::Mapping(targets));
    Some(environments)
}

#[test]
fn an_edited_file_gives_the_same_data_and_the_entry_to_other_readers() {
    let edited = Cell::new(0_u32);
    let result = TestRunner::new(config(1000)).run(&mutants(), |before| {
        let Ok(Some(after)) = connect_top_file(before.as_bytes()) else { return Ok(()) };
        edited.set(edited.get() + 1);
        let restored = disconnect_top_file(after.as_bytes());
        proptest::prop_assert_eq!(restored, Ok(Some(before.clone())), "{}", after);
        proptest::prop_assert_eq!(connect_top_file(after.as_bytes()), Ok(None), "{}", after);
        for os in ["Linux", "os3", "x"] {
            for (trims, strips) in [(false, false), (true, true), (false, true), (true, false)] {
                if let Some(old) = read(&before, os, trims, strips) {
                    let new = read(&after, os, trims, strips);
                    proptest::prop_assert_eq!(new, with_entry(old), "{} {} {}\n{}", os, trims, strips, after);
                }
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(edited.get() > 100, "only {} files were edited", edited.get());
}
