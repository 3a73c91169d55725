//! The fuzz target for top files. Other readers than those of the program compare each edited file
//! with the original: minijinja renders both, and `yaml_serde` reads the results.

use loopback_static_routes::commands::salt_setup::{connect_top_file, disconnect_top_file};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, context};
use serde_yaml::{Mapping, Value};

/// The entry of the stanza.
const ENTRY: &str = "'.*(?#loopback-static-routes)':\n  - match: pcre\n  - loopback_static_routes\n";

/// Adds the stanza to a top file. The edit is refused, or the result has the same data and the
/// entry of the stanza. Without the stanza it is the original again.
pub(crate) fn edit_top_file(bytes: &[u8]) {
    let Ok(Some(after)) = connect_top_file(bytes) else { return };
    let before = std::str::from_utf8(bytes).expect("only UTF-8 is edited");
    assert_eq!(connect_top_file(after.as_bytes()), Ok(None), "a second run would change:\n{after}");
    // A stanza that was there is moved or replaced.
    if !before.contains("loopback") {
        assert_eq!(disconnect_top_file(after.as_bytes()).as_ref().map(Option::as_deref), Ok(Some(before)), "{after}");
        assert_only_the_entry(before, &after);
    }
}

/// Checks that Salt would read the same data and the entry, for each option of white space.
fn assert_only_the_entry(before: &str, after: &str) {
    for os in ["Linux", "os3", "x"] {
        for (trims, strips) in [(false, false), (true, true), (false, true), (true, false)] {
            if let Some(old) = read(before, os, trims, strips) {
                let new = read(after, os, trims, strips);
                assert_eq!(new, with_entry(old), "{os} {trims} {strips}, before:\n{before}\nafter:\n{after}");
            }
        }
    }
}

/// Renders and reads a top file. `None` if Salt would reject it, or if it has a long loop.
fn read(text: &str, os: &str, trims: bool, strips: bool) -> Option<Mapping> {
    let is_short = |rest: &str| matches!(rest.as_bytes(), [b'(', b'0'..=b'9', b')', ..]);
    if !text.split("range").skip(1).all(is_short) {
        return None;
    }
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).trim_blocks(trims).lstrip_blocks(strips).build();
    environment.set_syntax(syntax.expect("delimiters"));
    let text = if text.starts_with("#!yaml") {
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

/// Adds the entry of the stanza to a top file, as its first target. `None` if the environment is
/// not a mapping.
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
