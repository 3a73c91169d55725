//! The style of comments, messages and documents, as far as a program can check it.
//! `CONTRIBUTING.md` has the rules.

use std::path::{Path, PathBuf};

/// The longest line of prose, in columns.
const WIDTH: usize = 100;

/// The share of doc comments that may begin with a relative clause, in percent.
const RELATIVE_CLAUSES: usize = 3;

/// Words that begin a relative clause.
const RELATIVE: [&str; 7] = ["What", "Whether", "Where", "Who", "How", "Why", "Which"];

/// Idioms that readers stumble over, and the usual words.
const IDIOMS: [(&str, &str); 22] = [
    ("stands", "is"),
    ("stand in", "replace, are in"),
    ("whom", "which"),
    ("nobody", "no …"),
    ("somebody", "an operator, a person"),
    ("is no", "is not a"),
    ("are no", "are not"),
    ("behind the", "after the"),
    ("behind it", "after it"),
    ("behind that", "after that"),
    ("of its own", "its own …, separate"),
    ("of their own", "their own …"),
    ("told", "reported, known"),
    ("mended", "fixed"),
    ("mend", "fix"),
    ("goes by", "uses"),
    ("go by", "use"),
    ("passed over", "skipped"),
    ("passes over", "skips"),
    ("as good as", "the same as"),
    ("heeds", "respects"),
    ("takes it for", "reads it as"),
];

/// Phrases with such a word in its usual sense.
const USUAL: [&str; 6] =
    ["there is no", "there are no", "There is no", "There are no", "is no longer", "are no longer"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A line of prose and its place.
struct Line {
    path: PathBuf,
    number: usize,
    text: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Comment,
    DocComment,
    Message,
    Document,
}

/// Returns the files of the repository with one of these extensions.
fn files(extensions: &[&str]) -> Vec<PathBuf> {
    let skipped = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_of_tests = entry.path().starts_with(root().join("tests"));
        name == "target" || name == "findings" || ["syntaxes", "tops"].contains(&&*name) && is_of_tests
    };
    walkdir::WalkDir::new(root())
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.') && entry.file_type().is_dir();
            !skipped(entry) && (entry.depth() == 0 || !is_hidden)
        })
        .map(|entry| entry.expect("readable").into_path())
        // Published as it is: other words would change the files of every authority.
        .filter(|path| !path.ends_with("pillar/top.sls"))
        .filter(|path| path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted)))
        .collect()
}

/// Returns the comments and the string literals of a Rust file.
fn of_rust(path: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(path).expect("text");
    let characters: Vec<char> = text.chars().collect();
    let (mut lines, mut at, mut number) = (Vec::new(), 0, 1);
    let is_test = path.starts_with(root().join("tests"));
    let mut add = |number: usize, text: String, kind: Kind| {
        for (offset, text) in text.lines().enumerate() {
            lines.push(Line { path: path.to_owned(), number: number + offset, text: text.to_owned(), kind });
        }
    };
    while at < characters.len() {
        let rest = &characters[at..];
        let starts =
            |text: &str| rest.iter().zip(text.chars()).filter(|(a, b)| *a == b).count() == text.chars().count();
        if starts("//") {
            let end = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
            let comment: String = rest[..end].iter().collect();
            let is_doc = comment.starts_with("///") || comment.starts_with("//!");
            add(number, comment, if is_doc { Kind::DocComment } else { Kind::Comment });
            at += end;
        } else if starts("r#\"") || starts("r\"") {
            let close: &[char] = if starts("r#\"") { &['"', '#'] } else { &['"'] };
            let open = close.len() + 1;
            let end = rest[open..].windows(close.len()).position(|window| window == close).expect("a closed literal");
            let literal: String = rest[..open + end + close.len()].iter().collect();
            number += literal.matches('\n').count();
            at += open + end + close.len();
        } else if characters[at] == '"' {
            let mut end = at + 1;
            while characters[end] != '"' {
                end += if characters[end] == '\\' { 2 } else { 1 };
            }
            let literal: String = characters[at + 1..end].iter().collect();
            let lines_of_literal = literal.matches('\n').count();
            if !is_test {
                add(number, literal, Kind::Message);
            }
            number += lines_of_literal;
            at = end + 1;
        } else if starts("'\"'") || starts("'\\'") {
            at += 3 + usize::from(starts("'\\''"));
        } else {
            number += usize::from(characters[at] == '\n');
            at += 1;
        }
    }
    lines
}

/// Returns the comments of a file whose comments begin with `#`, and the doc strings of Python.
fn of_script(path: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(path).expect("text");
    let (mut is_doc_string, mut indent) = (false, 0);
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let quotes = line.matches("\"\"\"").count();
        let own_indent = line.len() - line.trim_start().len();
        let starts = !is_doc_string && line.trim_start().starts_with("\"\"\"");
        if starts {
            indent = own_indent;
        }
        let in_doc_string = is_doc_string || starts;
        is_doc_string = in_doc_string && is_doc_string ^ (quotes % 2 == 1);
        let comment = line.trim_start().starts_with('#').then_some(line);
        let comment = comment.or_else(|| line.find(" # ").map(|start| &line[start..]));
        // A deeper line of a doc string is code.
        let doc_string = (in_doc_string && own_indent <= indent).then_some(line);
        if let Some(text) = doc_string.or(comment.filter(|_| !in_doc_string)) {
            lines.push(Line { path: path.to_owned(), number: index + 1, text: text.to_owned(), kind: Kind::Comment });
        }
    }
    lines
}

/// Returns the lines of a Markdown document outside of code blocks.
fn of_document(path: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(path).expect("text");
    let mut is_code = false;
    let mut lines = Vec::new();
    for (index, text) in text.lines().enumerate() {
        is_code ^= text.trim_start().starts_with("```");
        // Four columns of indentation make a block of code, too.
        if !is_code && !text.starts_with("    ") {
            lines.push(Line { path: path.to_owned(), number: index + 1, text: text.to_owned(), kind: Kind::Document });
        }
    }
    lines
}

fn prose() -> Vec<Line> {
    let rust = files(&["rs"]).into_iter().flat_map(|path| of_rust(&path));
    let documents = files(&["md"]).into_iter().flat_map(|path| of_document(&path));
    let scripts = files(&["py", "sh", "sls", "toml", "yaml"]).into_iter().flat_map(|path| of_script(&path));
    rust.chain(documents).chain(scripts).collect()
}

fn place(line: &Line) -> String {
    format!("{}:{}: {}", line.path.strip_prefix(root()).expect("below").display(), line.number, line.text.trim())
}

/// Returns true if a phrase occurs as whole words.
fn has_words(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(start, _)| {
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
        !is_letter(text[..start].chars().next_back()) && !is_letter(text[start + phrase.len()..].chars().next())
    })
}

#[test]
fn prose_uses_the_usual_words() {
    let mut found = Vec::new();
    let mut is_after_there = false;
    for line in prose() {
        // Inline code is not prose.
        let text: String = line.text.split('`').step_by(2).collect::<Vec<_>>().join("`");
        // A line break may be after "there".
        let text = if is_after_there { format!("there {}", text.trim_start_matches(['/', '!', ' '])) } else { text };
        is_after_there = ["there", "There"].iter().any(|there| text.trim_end().ends_with(there));
        let text = USUAL.iter().fold(text, |text, usual| text.replace(usual, ""));
        for (idiom, usual) in IDIOMS.iter().filter(|(idiom, _)| has_words(&text, idiom)) {
            found.push(format!("{} [{idiom}: {usual}]", place(&line)));
        }
    }
    assert!(found.is_empty(), "{} idioms:\n{}", found.len(), found.join("\n"));
}

#[test]
fn few_doc_comments_begin_with_a_relative_clause() {
    let (mut comments, mut relative) = (0, Vec::new());
    for path in files(&["rs"]) {
        let mut last = 0;
        for line in of_rust(&path).iter().filter(|line| line.kind == Kind::DocComment) {
            let text = line.text.trim_start_matches(['/', '!']).trim();
            if line.number != last + 1 && !text.is_empty() {
                comments += 1;
                if RELATIVE.iter().any(|word| text.split(' ').next() == Some(word)) {
                    relative.push(place(line));
                }
            }
            last = line.number;
        }
    }
    let most = comments * RELATIVE_CLAUSES / 100;
    assert!(relative.len() <= most, "{} of {comments}:\n{}", relative.len(), relative.join("\n"));
}

#[test]
fn lines_of_prose_have_at_most_100_columns() {
    let is_long = |line: &Line| {
        let text = line.text.trim_start();
        // A table's row and a link cannot be wrapped.
        let is_whole = text.starts_with('|') || text.contains("://") || text.contains("](");
        line.kind != Kind::Message && !is_whole && column(line) > WIDTH
    };
    let long: Vec<String> = prose().iter().filter(|line| is_long(line)).map(place).collect();
    assert!(long.is_empty(), "{} lines:\n{}", long.len(), long.join("\n"));
}

/// Returns the last column of a line in its file.
fn column(line: &Line) -> usize {
    let text = std::fs::read_to_string(&line.path).expect("text");
    text.lines().nth(line.number - 1).map_or(0, |whole| whole.chars().count())
}
