//! Finds the names in a text and their levels, without parsing it.
//!
//! It also works for texts that no parser accepts: templates, texts that were cut, JSON with
//! comments. So levels are approximate: braces and indentation count, and nothing else.

use crate::syntaxes::Syntax;

/// A word of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'t> {
    /// A name. The names of a document have level 1.
    Name {
        level: usize,
        name: &'t str,
        /// True if the document is a list.
        in_list: bool,
    },
    /// A value.
    Value,
}

/// Receives the events, and returns false to end the search.
type Sink<'e, 't> = &'e mut dyn FnMut(Event<'t>) -> bool;

/// Passes the names and values of a text to `sink`, in order. PCLI text has none, because its
/// reader decides.
pub(super) fn scan<'t>(text: &'t str, syntax: Syntax, sink: Sink<'_, 't>) {
    let _ended = match syntax {
        Syntax::Json | Syntax::Yaml => Scanner { text, columns: Vec::new(), in_list: false, sink }.lines(),
        Syntax::Xml => elements(text, sink),
        Syntax::Pcli => None,
    };
}

/// The scanner of JSON and YAML.
struct Scanner<'e, 't> {
    text: &'t str,
    /// The columns of the names around the current line.
    columns: Vec<usize>,
    in_list: bool,
    sink: Sink<'e, 't>,
}

impl<'t> Scanner<'_, 't> {
    /// Scans lines, and the braces that begin in them. Returns `None` if the search ended.
    fn lines(&mut self) -> Option<()> {
        let mut at = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        // The column of the name whose value is a block of text.
        let mut block: Option<usize> = None;
        while at < self.text.len() {
            let line = self.text[at..].split_inclusive('\n').next().unwrap_or_default();
            let next = at + line.len();
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') || block.is_some_and(|column| indent > column) {
                at = next;
                continue;
            }
            block = None;
            if line.starts_with("---") || line.starts_with('%') {
                self.columns.clear();
                self.in_list = false;
                at = if line.starts_with('%') { next } else { at + 3 };
                continue;
            }
            let (rest, column) = self.items(&line[indent..], indent);
            let rest_at = at + column;
            if rest.starts_with(['{', '[']) {
                self.columns.retain(|outer| *outer < column);
                self.in_list |= self.columns.is_empty() && rest.starts_with('[');
                at = self.flow(rest_at, self.columns.len())?;
                continue;
            }
            let Some((name, after)) = name(rest) else {
                self.send(Event::Value)?;
                at = next;
                continue;
            };
            self.columns.retain(|outer| *outer < column);
            self.columns.push(column);
            self.send(Event::Name { level: self.columns.len(), name, in_list: self.in_list })?;
            let value = value(&rest[after..]);
            if value.starts_with(['{', '[']) {
                at = self.flow(rest_at + rest.len() - value.len(), self.columns.len())?;
                continue;
            }
            if value.starts_with(['|', '>']) {
                block = Some(column);
            }
            if !matches!(value.trim(), "" | "~" | "null") && !value.starts_with('#') {
                self.send(Event::Value)?;
            }
            at = next;
        }
        Some(())
    }

    /// Removes the marks of list items. Returns the rest of the line, and its column.
    fn items(&mut self, mut rest: &'t str, mut column: usize) -> (&'t str, usize) {
        while let Some(item) =
            rest.strip_prefix('-').filter(|item| item.starts_with([' ', '\n', '\r']) || item.is_empty())
        {
            self.columns.retain(|outer| *outer <= column);
            self.in_list |= self.columns.is_empty();
            let blank = item.len() - item.trim_start_matches(' ').len();
            (rest, column) = (&item[blank..], column + 1 + blank);
        }
        (rest, column)
    }

    /// Scans a text in brackets from its first one. Returns the position after its last one.
    fn flow(&mut self, start: usize, base: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let (mut at, mut braces, mut brackets) = (start, 0_usize, 0_usize);
        let mut word: Option<&'t str> = None;
        while at < bytes.len() {
            match bytes[at] {
                b'{' | b'[' => {
                    braces += usize::from(bytes[at] == b'{');
                    brackets += usize::from(bytes[at] == b'[');
                }
                b'}' | b']' | b',' => {
                    if word.take().is_some() {
                        self.send(Event::Value)?;
                    }
                    braces -= usize::from(bytes[at] == b'}' && braces > 0);
                    brackets -= usize::from(bytes[at] == b']' && brackets > 0);
                    if braces + brackets == 0 {
                        return Some(at + 1);
                    }
                }
                b':' => {
                    if let Some(name) = word.take() {
                        self.send(Event::Name { level: base + braces, name, in_list: self.in_list })?;
                    }
                }
                b'"' | b'\'' => {
                    let end = end_of_quoted(bytes, at);
                    word = Some(self.text.get(at + 1..end).unwrap_or_default());
                    at = end;
                }
                b'/' if bytes.get(at + 1) == Some(&b'/') => at = end_of_line(bytes, at),
                b'#' => at = end_of_line(bytes, at),
                byte if byte.is_ascii_whitespace() => {}
                _ => {
                    let end = end_of_plain(bytes, at);
                    word = Some(self.text[at..end].trim_end());
                    at = end - 1;
                }
            }
            at += 1;
        }
        Some(bytes.len())
    }

    fn send(&mut self, event: Event<'t>) -> Option<()> {
        (self.sink)(event).then_some(())
    }
}

/// Returns the name at the start of a line, and the length of the text up to its value.
fn name(line: &str) -> Option<(&str, usize)> {
    if line.starts_with(['"', '\'']) {
        let end = end_of_quoted(line.as_bytes(), 0);
        let after = line.get(end + 1..)?.trim_start_matches(' ').strip_prefix(':')?;
        return Some((&line[1..end], line.len() - after.len()));
    }
    let is_end = |at: &usize| line.as_bytes().get(at + 1).is_none_or(u8::is_ascii_whitespace);
    let colon = memchr::memchr_iter(b':', line.as_bytes()).find(is_end)?;
    let name = line[..colon].trim_end();
    (!name.is_empty()).then_some((name, colon + 1))
}

/// Returns a value without blanks, tags and anchors before it.
fn value(text: &str) -> &str {
    let mut value = text.trim_start_matches([' ', '\t']);
    while value.starts_with(['&', '!']) {
        let end = value.find(char::is_whitespace).unwrap_or(value.len());
        value = value[end..].trim_start_matches([' ', '\t']);
    }
    value
}

/// Returns the position of the closing quote, or the end of the text.
fn end_of_quoted(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' && quote == b'"' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// Returns the position after a word without quotes. A `:` in the middle of a word is a part of it.
fn end_of_plain(bytes: &[u8], start: usize) -> usize {
    let is_end = |at: &usize| match bytes[*at] {
        b',' | b'{' | b'}' | b'[' | b']' | b'\n' | b'"' => true,
        b':' => bytes.get(at + 1).is_none_or(|next| next.is_ascii_whitespace() || b"{[\",".contains(next)),
        _ => false,
    };
    (start + 1..bytes.len()).find(is_end).unwrap_or(bytes.len())
}

fn end_of_line(bytes: &[u8], start: usize) -> usize {
    memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |line| start + line)
}

/// The elements around a configuration in NETCONF. They have no level.
const WRAPPERS: [&str; 6] = ["rpc", "rpc-reply", "data", "edit-config", "get-config", "filter"];

/// Passes the elements of an XML text to `sink`, with their local names. Returns `None` if the
/// search ended.
fn elements<'t>(text: &'t str, sink: Sink<'_, 't>) -> Option<()> {
    let mut level = 0_usize;
    let mut rest = text;
    loop {
        let (before, tag) = rest.split_once('<')?;
        if !before.trim().is_empty() && level > 0 {
            sink(Event::Value).then_some(())?;
        }
        let skipped = [("?", "?>"), ("!--", "-->"), ("![CDATA[", "]]>"), ("!", ">")];
        if let Some((_, end)) = skipped.into_iter().find(|(start, _)| tag.starts_with(start)) {
            rest = tag.split_once(end)?.1;
            continue;
        }
        let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
        rest = after;
        let mut parts = inside.trim_start_matches('/').split(|c: char| c.is_whitespace() || c == '/');
        let name = parts.next().unwrap_or_default().rsplit(':').next().unwrap_or_default();
        if WRAPPERS.contains(&name) {
            continue;
        }
        if inside.starts_with('/') {
            level = level.saturating_sub(1);
            continue;
        }
        level += 1;
        sink(Event::Name { level, name, in_list: false }).then_some(())?;
        level -= usize::from(inside.ends_with('/'));
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, scan};
    use crate::syntaxes::Syntax;

    fn names(text: &str, syntax: Syntax) -> String {
        let mut names = Vec::new();
        scan(text, syntax, &mut |event| {
            names.push(match event {
                Event::Name { level, name, in_list } => format!("{level}{}{name}", if in_list { "-" } else { " " }),
                Event::Value => "=".to_owned(),
            });
            true
        });
        names.join(", ")
    }

    #[test]
    fn names_have_their_levels() {
        for (text, expected) in [
            ("a: 1\nb:\n  c: {d: 2, \"e\": [x]}\n", "1 a, =, 1 b, 2 c, 3 d, =, 3 e, ="),
            ("a:\n- b: 1\n  c: 2\n- b: 3\n", "1 a, 2 b, =, 2 c, =, 2 b, ="),
            ("a:\n  - b: 1\nc: ~\n", "1 a, 2 b, =, 1 c"),
            ("- a: 1\n  b:\n  - c: 2\n- d\n", "1-a, =, 1-b, 2-c, =, ="),
            ("[{a: 1}, {\n b: 2}]\n", "1-a, =, 1-b, ="),
            ("a: |\n  b: 1\nc: >-\n\n  d\ne: &x !t {f: null}\n", "1 a, =, 1 c, =, 1 e, 2 f, ="),
            ("\"a\" : 1\n'b': http://x:80\n", "1 a, =, 1 b, ="),
            ("# a: 1\n---\nb: 1 # c: 2\n", "1 b, ="),
            ("{// x: 1\n\"a\": \"b\\\"}: c\", \"d\": {}", "1 a, =, 1 d"),
            ("[x]\ny = z\n", "=, ="),
            ("{{ if a }}\nb: 1\n", "=, 1 b, ="),
            ("{\"a\": {\"b", "1 a"),
        ] {
            assert_eq!(names(text, Syntax::Yaml), expected, "{text}");
        }
        let xml = "<?xml version='1.0'?><!-- <x> --><a:b c='d'><e/>f<g><![CDATA[<h>]]></g></a:b>";
        assert_eq!(names(xml, Syntax::Xml), "1 b, 2 e, =, 2 g");
    }

    #[test]
    fn any_text_can_be_scanned() {
        let parts =
            ["{", "}", "[", "]", ":", "\"", "'", "-", "#", "\n", " ", "é", "<", ">", "/", "\\", "|", "a: ", "---"];
        let mut number = 1_u64;
        let mut part = |_| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            parts[(number >> 33) as usize % parts.len()]
        };
        for length in (0..50_000).map(|index| index % 12) {
            let text: String = (0..length).map(&mut part).collect();
            for syntax in [Syntax::Json, Syntax::Xml, Syntax::Pcli] {
                names(&text, syntax);
            }
        }
    }
}
