//! Plain scalars whose type differs between YAML 1.1 and 1.2, or whose text changes in both.
//!
//! This program reads each as text. Other tools read the same file differently
//! (<https://yaml.org/type/>), so such a value should be in quotes.

/// Returns the type of a plain scalar in YAML 1.1 tools, if this type changes the text.
///
/// YAML 1.1 also lists `y` and `n` as booleans, but its tools (libyaml, PyYAML, Go) read them as
/// text.
pub(crate) fn contested(text: &str) -> Option<&'static str> {
    let first = *text.as_bytes().first()?;
    if first.is_ascii_alphabetic() {
        return is_contested_boolean(text).then_some("a boolean");
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    number(unsigned).or_else(|| (unsigned.len() == text.len() && is_date(text)).then_some("a date"))
}

/// Returns true for a boolean of YAML 1.1 other than `true` and `false`, which all versions have.
fn is_contested_boolean(text: &str) -> bool {
    const BOOLEANS: [&str; 6] = ["yes", "no", "on", "off", "true", "false"];
    let is_capitalized =
        |word: &str| text.as_bytes()[0] == word.as_bytes()[0].to_ascii_uppercase() && text[1..] == word[1..];
    let is_spelling = |word: &str| text == word || text == word.to_ascii_uppercase() || is_capitalized(word);
    text != "true" && text != "false" && BOOLEANS.iter().any(|word| is_spelling(word))
}

/// Returns the type of an unsigned number that changes its text.
fn number(text: &str) -> Option<&'static str> {
    if is_number_to_another_base(text) {
        return Some("a number that is not decimal");
    }
    if is_decimal(text) {
        return text.contains('_').then_some("a number without the `_`");
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && is_decimal(whole)
        && (fraction.is_empty() || is_decimal(fraction))
    {
        let changes = fraction.is_empty()
            || fraction.ends_with('0')
            || text.contains('_')
            || whole.len() > 1 && whole.starts_with('0');
        return changes.then_some("a number, with other digits");
    }
    is_sexagesimal(text).then_some("a number to base 60")
}

/// Returns true for `0b1`, `0o7`, `0x1f`, and octal `017`.
fn is_number_to_another_base(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('0') else { return false };
    let is_octal = |b: u8| matches!(b, b'0'..=b'7');
    consists_of(rest, is_octal)
        || rest.strip_prefix('b').is_some_and(|rest| consists_of(rest, |b| matches!(b, b'0' | b'1')))
        || rest.strip_prefix('o').is_some_and(|rest| consists_of(rest, is_octal))
        || rest.strip_prefix('x').is_some_and(|rest| consists_of(rest, |b| b.is_ascii_hexdigit()))
}

/// Returns true for `1:30`.
fn is_sexagesimal(text: &str) -> bool {
    let is_sixtieth =
        |part: &str| part.len() <= 2 && is_decimal(part) && part.parse().is_ok_and(|value: u8| value < 60);
    let mut parts = text.split(':');
    text.contains(':') && parts.next().is_some_and(is_decimal) && parts.all(is_sixtieth)
}

fn is_decimal(text: &str) -> bool {
    consists_of(text, |b| b.is_ascii_digit())
}

/// Returns true if a text consists of these digits and `_`, and is not empty.
fn consists_of(text: &str, is_digit: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|b| b == b'_' || is_digit(b))
}

/// Returns true for `2026-11-23`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && parts.iter().map(|part| part.len()).eq([4, 2, 2])
}

#[cfg(test)]
mod tests {
    use super::contested;

    #[test]
    fn only_values_that_yaml_1_1_reads_differently_are_contested() {
        for text in [
            "on",
            "Off",
            "YES",
            "No",
            "True",
            "010",
            "+012",
            "0b101",
            "0x1F",
            "0o17",
            "1_000",
            "1:30",
            "190:20:30",
            "-1:30",
            "1:2:3:4:5:6:7:8",
            "1.10",
            "1.",
            "2026-11-23",
        ] {
            assert!(contested(text).is_some(), "{text}");
        }
        for text in [
            "",
            "true",
            "false",
            "one",
            "yesterday",
            "oN",
            "0",
            "8",
            "128",
            "-5",
            "1.5",
            "192.0.2.1",
            "192.0.2.0/24",
            "1:60",
            "1:300",
            "0800",
            "09",
            "0b2",
            "0xg",
            "12-34-56",
            "2026-11-231",
            "node1",
            "fe80::1",
            "a:b",
            "1:2:3:4:5:6:7:a",
            "~",
            "-",
        ] {
            assert_eq!(contested(text), None, "{text}");
        }
    }
}
