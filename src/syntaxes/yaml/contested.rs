//! Plain scalars about whose type YAML 1.1 and 1.2 disagree, or which do not keep their text in either.
//!
//! We take each for the text that it is. Other tools that read the same file do not (<https://yaml.org/type/>), so a value that
//! matters is better put in quotes.

/// What a tool of YAML 1.1 takes a plain scalar for, if that is not the text as written.
///
/// `y` and `n`, which 1.1 lists as booleans too, are none to the tools that there are (libyaml's, PyYAML's, Go's).
pub(crate) fn contested(text: &str) -> Option<&'static str> {
    const BOOLEANS: [&str; 6] = ["yes", "no", "on", "off", "true", "false"];
    let first = *text.as_bytes().first()?;
    if first.is_ascii_alphabetic() {
        let cased = |word: &str| {
            let capital = || format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..]);
            text == word || text == word.to_ascii_uppercase() || text == capital()
        };
        // Every version has `true` and `false`.
        let is_boolean = text != "true" && text != "false" && BOOLEANS.iter().any(|word| cased(word));
        return is_boolean.then_some("a boolean");
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    number(unsigned).or_else(|| (unsigned.len() == text.len() && is_date(text)).then_some("a date"))
}

fn number(text: &str) -> Option<&'static str> {
    let all =
        |text: &str, is_digit: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|b| b == b'_' || is_digit(&b));
    let decimal = |text: &str| all(text, u8::is_ascii_digit);
    let is_octal: fn(&u8) -> bool = |b| matches!(b, b'0'..=b'7');
    if let Some(rest) = text.strip_prefix('0').filter(|rest| !rest.is_empty()) {
        let prefixed =
            [("b", (|b| matches!(b, b'0' | b'1')) as fn(&u8) -> bool), ("o", is_octal), ("x", u8::is_ascii_hexdigit)];
        if all(rest, is_octal)
            || prefixed.iter().any(|(mark, digits)| rest.strip_prefix(mark).is_some_and(|rest| all(rest, *digits)))
        {
            return Some("a number that is not decimal");
        }
    }
    if decimal(text) {
        return text.contains('_').then_some("a number without the `_`");
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && decimal(whole)
        && (fraction.is_empty() || decimal(fraction))
    {
        let changes = fraction.is_empty()
            || fraction.ends_with('0')
            || text.contains('_')
            || whole.len() > 1 && whole.starts_with('0');
        return changes.then_some("a number, with other digits");
    }
    let mut parts = text.split(':');
    let is_sixtieth = |part: &str| part.len() <= 2 && decimal(part) && part.parse().is_ok_and(|value: u8| value < 60);
    let is_sexagesimal = text.contains(':') && parts.next().is_some_and(decimal) && parts.all(is_sixtieth);
    is_sexagesimal.then_some("a number to the base of sixty")
}

/// `2026-11-23`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && parts.iter().map(|part| part.len()).eq([4, 2, 2])
}

#[cfg(test)]
mod tests {
    use super::contested;

    #[test]
    fn what_versions_disagree_about() {
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
