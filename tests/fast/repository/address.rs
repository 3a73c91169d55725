//! The address of the project, which `Cargo.toml` defines. `UPDATE=1` writes it into other files.

use crate::common::repository_file;

/// The files with the address, and the text around it.
const FILES: &[(&str, &str, &str)] = &[
    ("docs/validate.md", "`", "`\nis in its place"),
    ("docs/validate.md", "--branch v0.1.0 ", " plugin\n"),
    ("docs/validate.md", "  - repo: ", "\n    rev: v0.1.0"),
    ("docs/commands/schema.md", "\"$id\": \"", "/schema/findings.schema.json\""),
    ("schema/authority.schema.json", "\"$id\": \"", "/schema/authority.schema.json\""),
    ("schema/diff.schema.json", "\"$id\": \"", "/schema/diff.schema.json\""),
    ("schema/findings.schema.json", "\"$id\": \"", "/schema/findings.schema.json\""),
    ("schema/loopback-static-routes.schema.json", "\"$id\": \"", "/schema/loopback-static-routes.schema.json\""),
    ("schema/manifest.schema.json", "\"$id\": \"", "/schema/manifest.schema.json\""),
    ("schema/pillar.schema.json", "\"$id\": \"", "/schema/pillar.schema.json\""),
    ("schema/settings.schema.json", "\"$id\": \"", "/schema/settings.schema.json\""),
];

/// Returns a text with this address between `before` and `after`.
fn with_address(text: &str, before: &str, after: &str, address: &str) -> Option<String> {
    let end = text.find(after)?;
    let start = text[..end].rfind(before)? + before.len();
    Some(format!("{}{address}{}", &text[..start], &text[end..]))
}

#[test]
fn each_file_has_the_address_of_the_project() {
    let address = env!("CARGO_PKG_REPOSITORY");
    for (file, before, after) in FILES {
        let text = repository_file(file);
        let expected = with_address(&text, before, after, address).unwrap_or_else(|| panic!("{file}: no {after:?}"));
        if text != expected && std::env::var_os("UPDATE").is_some() {
            std::fs::write(format!("{}/{file}", env!("CARGO_MANIFEST_DIR")), &expected).expect("written");
        } else {
            assert!(text == expected, "{file}: another address than {address}; UPDATE=1 writes it");
        }
    }
}

/// A placeholder in a line that a reader copies would be an error there.
#[test]
fn no_other_file_has_an_address_or_a_placeholder() {
    let address = env!("CARGO_PKG_REPOSITORY");
    let root = env!("CARGO_MANIFEST_DIR");
    for entry in walkdir::WalkDir::new(root).into_iter().filter_entry(|entry| {
        !["target", ".git", "src", "tests", "Cargo.lock"].iter().any(|name| entry.file_name() == *name)
    }) {
        let entry = entry.expect("readable");
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        let file = entry.path().strip_prefix(root).expect("in the repository").display().to_string();
        assert!(!text.contains("OWNER/"), "{file} has a placeholder");
        let listed = FILES.iter().filter(|(name, ..)| *name == file).count();
        let count = text.matches(address).count();
        let expected = if file == "Cargo.toml" { 1 } else { listed };
        assert_eq!(count, expected, "{file}: the address is in places that the table does not list");
    }
}
