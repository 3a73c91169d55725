//! Adds a stanza to the user's `top.sls`, or removes it. All other bytes stay the same.
//!
//! A top file may be a template, so it is edited as text and not as YAML. It is refused if the text
//! does not show how Salt would read the stanza.

use super::error::UneditableFile;

const BEGIN: &str = "# loopback-static-routes: begin. 'loopback-static-routes salt-setup' makes these lines.";
const END: &str = "# loopback-static-routes: end.";

/// The environment of the pillar root.
const ENVIRONMENT: &str = "base";

/// The lines of the stanza. Its target is not the usual `'*'`, because a target may occur only
/// once.
const STANZA: [&str; 3] = ["'.*':", "  - match: pcre", "  - loopback_static_routes"];

/// The advice for a file that cannot be edited safely.
const BY_HAND: &str = "add the stanza by hand (docs/deployment.md)";

/// Returns a top file with the stanza only.
#[must_use]
pub(super) fn new_file() -> String {
    format!("{ENVIRONMENT}:\n{}", stanza("  ", "\n"))
}

/// Adds the stanza at the beginning of the environment `base`. An old stanza is replaced.
///
/// # Errors
///
/// Returns an error if the text does not show how Salt would read the stanza.
pub(super) fn add_stanza(text: &str) -> Result<String, UneditableFile> {
    let without = remove_stanza(text)?;
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

/// Removes the stanza.
///
/// # Errors
///
/// Returns an error if the first or last line of the stanza is missing.
pub(super) fn remove_stanza(text: &str) -> Result<String, UneditableFile> {
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

/// Returns true if a file has nothing but an empty environment. The file of [`new_file`] without
/// its stanza is an example.
#[must_use]
pub(super) fn is_empty_environment(text: &str) -> bool {
    text.trim() == format!("{ENVIRONMENT}:")
}

fn unmatched(index: usize, line: &str) -> UneditableFile {
    let message = format!("unmatched line {line:?}; remove the rest of the stanza by hand");
    UneditableFile { line: index + 1, message }
}

fn stanza(indent: &str, newline: &str) -> String {
    let lines = std::iter::once(BEGIN).chain(STANZA).chain([END]);
    lines.map(|line| format!("{indent}{line}{newline}")).collect()
}

/// Checks that Salt renders the file as YAML, with or without Jinja. That is Salt's default, unless
/// the first line names another renderer.
fn check_renderer(lines: &[&str]) -> Result<(), UneditableFile> {
    let first = lines.first().map_or("", |line| line.trim_end());
    let renderer = first.strip_prefix("#!").map(str::trim);
    if renderer.is_none_or(|renderer| ["jinja|yaml", "yaml"].contains(&renderer)) {
        return Ok(());
    }
    Err(UneditableFile { line: 1, message: format!("unsupported renderer {first:?}, expected jinja|yaml or yaml") })
}

/// Returns the index of the line that opens the environment.
fn environment(lines: &[&str]) -> Result<usize, UneditableFile> {
    let keys =
        [ENVIRONMENT.to_owned(), format!("'{ENVIRONMENT}'"), format!("\"{ENVIRONMENT}\""), "{{ saltenv }}".to_owned()];
    let opens = |line: &str| {
        keys.iter().any(|key| line.strip_prefix(key.as_str()).is_some_and(|rest| rest.trim_start().starts_with(':')))
    };
    let places: Vec<usize> = (0..lines.len()).filter(|index| opens(lines[*index])).collect();
    let place = match places.as_slice() {
        [place] => *place,
        [] => {
            let message = format!("missing environment {ENVIRONMENT}; {BY_HAND}");
            return Err(UneditableFile { line: lines.len().max(1), message });
        }
        [_, second, ..] => {
            let message = format!("duplicate environment {ENVIRONMENT}; {BY_HAND}");
            return Err(UneditableFile { line: second + 1, message });
        }
    };
    let rest = lines[place].split_once(':').map_or("", |(_, rest)| rest).trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        let message =
            format!("unexpected {rest:?} after the environment {ENVIRONMENT}; move it to lines below, or {BY_HAND}");
        return Err(UneditableFile { line: place + 1, message });
    }
    check_template_blocks(lines, place)?;
    Ok(place)
}

/// Checks that the environment is not inside a template block, which could omit or repeat the
/// stanza.
fn check_template_blocks(lines: &[&str], place: usize) -> Result<(), UneditableFile> {
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
        None => Ok(()),
        Some(index) => Err(UneditableFile {
            line: index + 1,
            message: format!("the environment {ENVIRONMENT} is inside this template block; {BY_HAND}"),
        }),
    }
}

/// Returns the indentation of the environment's targets.
fn indent_below(lines: &[&str], place: usize) -> Result<String, UneditableFile> {
    let is_content = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && !line.starts_with("{%") && !line.starts_with("{#")
    };
    let Some((index, line)) = lines.iter().enumerate().skip(place + 1).find(|(_, line)| is_content(line)) else {
        return Ok("  ".to_owned());
    };
    let indent = &line[..line.len() - line.trim_start().len()];
    match indent {
        // The next environment begins, so this one is empty.
        "" => Ok("  ".to_owned()),
        _ if indent.contains('\t') => Err(UneditableFile {
            line: index + 1,
            message: "the line begins with a tab, which YAML does not allow; use spaces".to_owned(),
        }),
        _ => Ok(indent.to_owned()),
    }
}

/// Checks that the environment does not have the target of the stanza. YAML silently ignores the
/// first of two equal keys.
fn check_target(lines: &[&str], place: usize) -> Result<(), UneditableFile> {
    let is_target = |line: &str| {
        [r"'.*'", r#"".*""#, ".*"]
            .iter()
            .any(|key| line.trim().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')))
    };
    let below = lines.iter().enumerate().skip(place + 1);
    match below.take_while(|(_, line)| line.starts_with([' ', '#', '\n', '\r', '{'])).find(|(_, line)| is_target(line))
    {
        None => Ok(()),
        Some((index, _)) => Err(UneditableFile {
            line: index + 1,
            message: "duplicate target '.*'; write it as '^.*', which means the same to Salt".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{add_stanza, new_file, remove_stanza, stanza};

    /// In each expected text, `@` and a number is the stanza with that indentation.
    #[test]
    fn adding_and_removing_the_stanza_keeps_all_other_text() {
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
            let added = add_stanza(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!(added, expected, "{text:?}");
            assert_eq!(add_stanza(&added).as_ref(), Ok(&added), "added once");
            let out = remove_stanza(&added).expect("a whole stanza");
            assert_eq!(out.trim_end_matches('\n'), text.trim_end_matches('\n'), "{text:?}");
        }
        let crlf = "base:\r\n  '*': [a]\r\n";
        let added = add_stanza(crlf).expect("edited");
        assert_eq!(added, format!("base:\r\n{}  '*': [a]\r\n", stanza("  ", "\r\n")));
        assert_eq!(remove_stanza(&added).as_deref(), Ok(crlf));
        assert_eq!(add_stanza("base:\n").as_ref(), Ok(&new_file()));
    }

    #[test]
    fn an_old_stanza_is_replaced() {
        let older = new_file().replace("match: pcre", "match: list");
        assert_eq!(add_stanza(&older), Ok(new_file()));
    }

    #[test]
    fn files_that_cannot_be_edited_safely_are_refused() {
        let cases = [
            ("#!py\ndef run():\n  pass\n", 1, "unsupported renderer"),
            ("#!jinja|json\nbase:\n  '*': [a]\n", 1, "unsupported renderer"),
            ("plugins:\n  '*': [a]\n", 2, "missing environment base"),
            ("", 1, "missing environment base"),
            ("base:\n  '*': [a]\nbase:\n  'b': [a]\n", 3, "duplicate environment base"),
            ("base: {'*': [a]}\n", 1, "after the environment base"),
            ("# x\n{% if a %}\nbase:\n  '*': [a]\n{% endif %}\n", 2, "inside this template block"),
            ("base:\n\t'*': [a]\n", 2, "a tab"),
            ("base:\n  '*': [a]\n  '.*':\n    - match: pcre\n    - b\n", 3, "duplicate target '.*'"),
            (
                "base:\n  # loopback-static-routes: begin. 'loopback-static-routes salt-setup' makes these lines.\n  '*': [a]\n",
                2,
                "unmatched line",
            ),
            ("base:\n  # loopback-static-routes: end.\n", 2, "unmatched line"),
        ];
        for (text, line, expected) in cases {
            let error = add_stanza(text).expect_err(text);
            assert_eq!(error.line, line, "{text:?}: {error}");
            assert!(error.message.contains(expected), "{text:?}: {error}");
        }
        // Another environment may have the target.
        assert!(add_stanza("base:\n  '*': [a]\nplugins:\n  '.*':\n    - match: pcre\n").is_ok());
    }
}
