//! The user's `top.sls`: a stanza of ours goes in and out, and every other byte stays.
//!
//! A top file may be a template, so it is edited as the text that it is, not as the YAML that it becomes; and it is refused where the text does
//! not tell what would become of the edit.

use std::fmt;

const BEGIN: &str = "# loopback-static-routes: begin. 'loopback-static-routes salt-setup' makes these lines.";
const END: &str = "# loopback-static-routes: end.";

/// The environment whose pillar root holds our file.
const ENVIRONMENT: &str = "base";

/// The stanza's lines, below the environment. A target beside the usual `'*'`, which must not be there twice.
const STANZA: [&str; 3] = ["'.*':", "  - match: pcre", "  - loopback_static_routes"];

/// Why a top file is not edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line, from 1.
    pub line: usize,
    /// What is there, and what to do.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// A top file that holds nothing but our stanza.
#[must_use]
pub(super) fn fresh() -> String {
    format!("{ENVIRONMENT}:\n{}", stanza("  ", "\n"))
}

/// The file with our stanza, as it should be, at the head of its environment `base`. Put in twice, it is there once.
///
/// # Errors
///
/// The text does not tell where the stanza would end up: the place, and what to do by hand.
pub(super) fn put_in(text: &str) -> Result<String, Refusal> {
    let without = take_out(text)?;
    let lines: Vec<&str> = without.split_inclusive('\n').collect();
    check_renderer(&lines)?;
    let place = environment(&lines)?;
    let indent = indent_below(&lines, place)?;
    check_target(&lines, place)?;
    let newline = if lines[place].ends_with("\r\n") { "\r\n" } else { "\n" };
    let mut result = String::with_capacity(without.len() + 512);
    for (index, line) in lines.iter().enumerate() {
        result.push_str(line);
        if index == place {
            if !line.ends_with('\n') {
                result.push_str(newline);
            }
            result.push_str(&stanza(&indent, newline));
        }
    }
    Ok(result)
}

/// The file without our stanza.
///
/// # Errors
///
/// One of the two lines around it is missing.
pub(super) fn take_out(text: &str) -> Result<String, Refusal> {
    let mut result = String::with_capacity(text.len());
    let mut begun = None;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match (line.trim(), begun) {
            (BEGIN, None) => begun = Some(index),
            (BEGIN, Some(_)) => return Err(unmatched(index, BEGIN)),
            (END, Some(_)) => begun = None,
            (END, None) => return Err(unmatched(index, END)),
            (_, None) => result.push_str(line),
            (_, Some(_)) => {}
        }
    }
    begun.map_or(Ok(result), |index| Err(unmatched(index, BEGIN)))
}

/// Whether nothing would be left of a file but the head of its environment: that is what [`fresh`] made.
#[must_use]
pub(super) fn is_empty_without_ours(text: &str) -> bool {
    text.trim() == format!("{ENVIRONMENT}:")
}

fn unmatched(index: usize, line: &str) -> Refusal {
    let message = format!("the line {line:?} has no counterpart; remove what is left of these lines by hand");
    Refusal { line: index + 1, message }
}

fn stanza(indent: &str, newline: &str) -> String {
    let lines = std::iter::once(BEGIN).chain(STANZA).chain([END]);
    lines.map(|line| format!("{indent}{line}{newline}")).collect()
}

/// The stanza is YAML, and the text is to be YAML with templates at most: Salt's default, or said in a first line `#!`.
fn check_renderer(lines: &[&str]) -> Result<(), Refusal> {
    let first = lines.first().map_or("", |line| line.trim_end());
    let renderer = first.strip_prefix("#!").map(str::trim);
    if renderer.is_none_or(|renderer| ["jinja|yaml", "yaml"].contains(&renderer)) {
        return Ok(());
    }
    Err(Refusal { line: 1, message: format!("{first:?} is another renderer than jinja|yaml or yaml") })
}

/// The line that opens the environment.
fn environment(lines: &[&str]) -> Result<usize, Refusal> {
    let keys =
        [ENVIRONMENT.to_owned(), format!("'{ENVIRONMENT}'"), format!("\"{ENVIRONMENT}\""), "{{ saltenv }}".to_owned()];
    let opens = |line: &str| {
        keys.iter().any(|key| line.strip_prefix(key.as_str()).is_some_and(|rest| rest.trim_start().starts_with(':')))
    };
    let places: Vec<usize> = (0..lines.len()).filter(|index| opens(lines[*index])).collect();
    let by_hand = "add the stanza by hand (docs/deployment.md)";
    let &[place] = places.as_slice() else {
        let (line, many) = match places.as_slice() {
            [_, second, ..] => (second + 1, "a second"),
            _ => (lines.len().max(1), "no"),
        };
        return Err(Refusal { line, message: format!("{many} line opens the environment {ENVIRONMENT}; {by_hand}") });
    };
    let rest = lines[place].split_once(':').map_or("", |(_, rest)| rest).trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        let message =
            format!("what is in the environment stands on its own line ({rest:?}): break it into lines, or {by_hand}");
        return Err(Refusal { line: place + 1, message });
    }
    // A condition or loop that is open where the environment begins could leave the stanza out, or put it in twice.
    let mut open: Vec<usize> = Vec::new();
    for (index, line) in lines[..place].iter().enumerate() {
        for tag in line.split("{%").skip(1) {
            let word = tag.trim_start_matches(['-', '+']).trim_start();
            if word.starts_with("end") {
                open.pop();
            } else if ["if ", "for ", "macro ", "call", "filter ", "raw"].iter().any(|opener| word.starts_with(opener))
            {
                open.push(index);
            }
        }
    }
    match open.last() {
        None => Ok(place),
        Some(index) => Err(Refusal {
            line: index + 1,
            message: format!("the environment {ENVIRONMENT} is inside of this template block; {by_hand}"),
        }),
    }
}

/// How the environment's targets are indented.
fn indent_below(lines: &[&str], place: usize) -> Result<String, Refusal> {
    let is_content = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && !line.starts_with("{%") && !line.starts_with("{#")
    };
    let Some((index, line)) = lines.iter().enumerate().skip(place + 1).find(|(_, line)| is_content(line)) else {
        return Ok("  ".to_owned());
    };
    let indent = &line[..line.len() - line.trim_start().len()];
    match indent {
        // The next environment begins: this one is empty.
        "" => Ok("  ".to_owned()),
        _ if indent.contains('\t') => {
            Err(Refusal { line: index + 1, message: "the line begins with a tab, which is no YAML".to_owned() })
        }
        _ => Ok(indent.to_owned()),
    }
}

/// YAML takes the last of two equal keys, without a word.
fn check_target(lines: &[&str], place: usize) -> Result<(), Refusal> {
    let is_ours = |line: &str| {
        [r"'.*'", r#"".*""#, ".*"]
            .iter()
            .any(|key| line.trim().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')))
    };
    let below = lines.iter().enumerate().skip(place + 1);
    match below.take_while(|(_, line)| line.starts_with([' ', '#', '\n', '\r', '{'])).find(|(_, line)| is_ours(line)) {
        None => Ok(()),
        Some((index, _)) => Err(Refusal {
            line: index + 1,
            message: "the target '.*' is there already: write yours as '^.*', which is the same to Salt".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{fresh, put_in, stanza, take_out};

    /// A file, and what it becomes: `@` stands for the stanza at this indent.
    #[test]
    fn in_and_out() {
        let cases = [
            ("base:\n  '*':\n    - users\n", "base:\n@2  '*':\n    - users\n"),
            (
                "# mine\nbase:   # all\n\n  # x\n    '*':\n      - users",
                "# mine\nbase:   # all\n@4\n  # x\n    '*':\n      - users",
            ),
            (
                "{% set a = 1 %}\n{% if a %}{% endif %}\n{{ saltenv }}:\n  '*': [a]\n",
                "{% set a = 1 %}\n{% if a %}{% endif %}\n{{ saltenv }}:\n@2  '*': [a]\n",
            ),
            (
                "#!jinja|yaml\n'base':\n{% for m in x %}\n  '{{ m }}': [a]\n{% endfor %}\nplugins:\n  '*': [b]\n",
                "#!jinja|yaml\n'base':\n@2{% for m in x %}\n  '{{ m }}': [a]\n{% endfor %}\nplugins:\n  '*': [b]\n",
            ),
            ("base:", "base:\n@2"),
        ];
        for (text, expected) in cases {
            let expected = (0..=4)
                .fold(expected.to_owned(), |text, n| text.replace(&format!("@{n}"), &stanza(&" ".repeat(n), "\n")));
            let put = put_in(text).unwrap_or_else(|refusal| panic!("{text:?}: {refusal}"));
            assert_eq!(put, expected, "{text:?}");
            assert_eq!(put_in(&put).as_ref(), Ok(&put), "once is enough");
            let out = take_out(&put).expect("whole");
            assert_eq!(out.trim_end_matches('\n'), text.trim_end_matches('\n'), "{text:?}");
        }
        let crlf = "base:\r\n  '*': [a]\r\n";
        let put = put_in(crlf).expect("edited");
        assert_eq!(put, format!("base:\r\n{}  '*': [a]\r\n", stanza("  ", "\r\n")));
        assert_eq!(take_out(&put).as_deref(), Ok(crlf));
        assert_eq!(put_in("base:\n").as_ref(), Ok(&fresh()));
    }

    #[test]
    fn an_older_stanza_is_replaced() {
        let older = fresh().replace("match: pcre", "match: list");
        assert_eq!(put_in(&older), Ok(fresh()));
    }

    #[test]
    fn what_is_not_edited() {
        let cases = [
            ("#!py\ndef run():\n  pass\n", 1, "another renderer"),
            ("#!jinja|json\nbase:\n  '*': [a]\n", 1, "another renderer"),
            ("plugins:\n  '*': [a]\n", 2, "no line opens the environment base"),
            ("", 1, "no line opens the environment base"),
            ("base:\n  '*': [a]\nbase:\n  'b': [a]\n", 3, "a second line opens"),
            ("base: {'*': [a]}\n", 1, "stands on its own line"),
            ("# x\n{% if a %}\nbase:\n  '*': [a]\n{% endif %}\n", 2, "inside of this template block"),
            ("base:\n\t'*': [a]\n", 2, "a tab"),
            ("base:\n  '*': [a]\n  '.*':\n    - match: pcre\n    - b\n", 3, "'.*' is there already"),
            (
                "base:\n  # loopback-static-routes: begin. 'loopback-static-routes salt-setup' makes these lines.\n  '*': [a]\n",
                2,
                "no counterpart",
            ),
            ("base:\n  # loopback-static-routes: end.\n", 2, "no counterpart"),
        ];
        for (text, line, expected) in cases {
            let refusal = put_in(text).expect_err(text);
            assert_eq!(refusal.line, line, "{text:?}: {refusal}");
            assert!(refusal.message.contains(expected), "{text:?}: {refusal}");
        }
        // In another environment, the target is nobody's business.
        assert!(put_in("base:\n  '*': [a]\nplugins:\n  '.*':\n    - match: pcre\n").is_ok());
    }
}
