//! The top files of `tests/tops`, and what is expected of each.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

/// A top file.
pub(crate) struct Top {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// True if Salt gives minions a pillar without errors from it.
    pub(crate) works: bool,
    pub(crate) outcome: Outcome,
}

/// What `salt-setup` does with a top file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The file is edited.
    Edited,
    /// The entry is in the file.
    Present,
    /// The stanza is in the file, or another entry. A warning with this text says that it is not
    /// known if Salt reads it.
    Unchecked(String),
    /// The file is refused with this error.
    Refused(String),
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tops")
}

/// Returns the top files, in the order of the table.
pub(crate) fn tops() -> Vec<Top> {
    let table = std::fs::read_to_string(folder().join("expected.tsv")).expect("the table");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let tops: Vec<Top> = rows.map(top).collect();
    let files = std::fs::read_dir(folder()).expect("the folder").filter(|entry| {
        entry.as_ref().expect("readable").path().extension().is_some_and(|extension| extension == "sls")
    });
    assert_eq!(files.count(), tops.len(), "each file has a row");
    tops
}

fn top(row: &str) -> Top {
    let [name, salt, outcome] = row.split('\t').collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{row}"));
    let outcome = match outcome.split_once(' ').unwrap_or((outcome, "")) {
        ("edited", "") => Outcome::Edited,
        ("present", "") => Outcome::Present,
        ("unchecked", text) => Outcome::Unchecked(text.to_owned()),
        ("refused", text) => Outcome::Refused(text.to_owned()),
        _ => panic!("{row}"),
    };
    let bytes =
        std::fs::read(folder().join(name).with_extension("sls")).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(["works", "fails"].contains(&salt), "{row}");
    Top { name: name.to_owned(), bytes, works: salt == "works", outcome }
}

/// Returns a text without the stanzas in it.
pub(crate) fn without_stanzas(bytes: &[u8]) -> Vec<u8> {
    let mut is_inside = false;
    let mut kept = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        let (begins, ends) = (
            text.trim().starts_with("# loopback-static-routes: begin."),
            text.trim() == "# loopback-static-routes: end.",
        );
        if begins {
            is_inside = true;
        } else if ends && is_inside {
            is_inside = false;
        } else if !is_inside {
            kept.extend_from_slice(line);
        }
    }
    kept
}

/// Returns the texts of the top files that work and are edited, with random changes.
pub(crate) fn mutants() -> impl Strategy<Value = String> {
    let sources: Vec<String> = tops()
        .into_iter()
        .filter(|top| top.works && top.outcome == Outcome::Edited && without_stanzas(&top.bytes) == top.bytes)
        .filter_map(|top| String::from_utf8(top.bytes).ok())
        .collect();
    let changes = (any::<prop::sample::Index>(), prop::collection::vec(any::<Mutation>(), 1..4));
    changes.prop_map(move |(source, changes)| {
        changes.into_iter().fold(source.get(&sources).clone(), |text, change| mutate(&text, change))
    })
}

/// A change of a text: its kind, its place, and its words.
type Mutation = (u8, prop::sample::Index, prop::sample::Index);

const LINES: [&str; 28] = [
    "base:",
    "dev:",
    "{{ saltenv }}:",
    "  'db*':",
    "    - db",
    "  'web*': [web]",
    "{% if grains['os'] == 'Linux' %}",
    "{% if false %}",
    "{%- else %}",
    "{% endif %}",
    "{%- endif -%}",
    "{% for n in [1, 2] %}",
    "{% endfor %}",
    "{# note",
    "#}",
    "# note",
    "---",
    "...",
    "{{ '' }}",
    "{{ 'x' }}:",
    "  {% set n = 1 -%}",
    "  ? 'db*'",
    "  {'db*': [db]}",
    "{% raw %}",
    "{% set saltenv = 'dev' %}",
    "{% for n in [1, 2] %}  {% endfor %}",
    "{% for n in [1, 2] %}  {% if loop.last %}'web*': [web]{% endif %}{% endfor %}",
    "  {{ '  ' }}'web*': [web]",
];
const CHARACTERS: [&str; 26] = [
    " ", "  ", "\t", "\r", "'", "\"", "{", "}", "[", "]", ":", ": ", "#", " #", "-", "%", "&a ", "*a", "!", "|", ">",
    ",", "?", "{{", "%}", "-%}",
];

fn mutate(text: &str, (kind, place, word): Mutation) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let line = place.index(lines.len());
    let characters: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = characters[place.index(characters.len())];
    match kind % 8 {
        0 => drop(lines.remove(line)),
        1 => lines.insert(line, lines[word.index(lines.len())].clone()),
        2 => lines.insert(line, LINES[word.index(LINES.len())].to_owned()),
        3 => lines[line].insert_str(0, &" ".repeat(1 + word.index(3))),
        4 => lines[line] = lines[line].strip_prefix("  ").unwrap_or(&lines[line]).to_owned(),
        5 => {
            let other = word.index(lines.len());
            lines.swap(line, other);
        }
        6 => return [&text[..at], CHARACTERS[word.index(CHARACTERS.len())], &text[at..]].concat(),
        _ => {
            let mut rest = text[at..].chars();
            rest.next();
            return [&text[..at], rest.as_str()].concat();
        }
    }
    lines.join("\n")
}
