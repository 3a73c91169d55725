//! Texts that imitate another annotation, a colour, another line, or the end of an element.

use std::fmt::Write as _;

pub(crate) fn texts() -> Vec<(&'static str, String)> {
    vec![
        ("a newline and a command", "x\n::error file=a,line=1::forged".to_owned()),
        ("a carriage return", "x\r::error::forged\r\n::warning::forged".to_owned()),
        ("set-output", "::set-output name=a::b".to_owned()),
        ("an escaped newline", "x%0A::error::forged%0D%25".to_owned()),
        ("commas and colons", "x,line=7,col=1::forged".to_owned()),
        ("colours and a title", "\u{1b}[31mred\u{1b}[0m\u{1b}]0;title\u{7}".to_owned()),
        ("C1 controls", "\u{9b}31m\u{85}\u{90}".to_owned()),
        ("bidirectional controls", "\u{202e}txet\u{2066}x\u{2069}\u{200f}\u{61c}".to_owned()),
        ("line separators", "a\u{2028}b\u{2029}c".to_owned()),
        ("invisible characters", "a\u{200b}\u{feff}\u{2060}\u{ad}b".to_owned()),
        ("markup", "]]></failure><x a=\"'>&amp;&#10;<script>".to_owned()),
        ("characters that XML cannot express", "a\u{0}\u{b}\u{fffe}\u{ffff}b".to_owned()),
        ("a template", "{{ 7*7 }}{% raw %}{#".to_owned()),
        ("a path", "../../etc/passwd".to_owned()),
        ("an option", "--ignore=unknown-key".to_owned()),
        ("a long name", "y".repeat(1 << 17)),
        ("many newlines", "\n".repeat(1 << 15)),
    ]
}

/// Returns a configuration with the text as name, key, value and address. Each use is wrong.
pub(crate) fn configuration(text: &str) -> String {
    let name = |suffix: &str| serde_json::to_string(&format!("{text}{suffix}")).expect("JSON");
    let mut json = String::new();
    let _ = write!(
        json,
        "{{\"router\": [{{\"name\": {0}, \"node\": [{{\"name\": {0}, \"asset-id\": {0}}}], \"loopback-static-routes\": \
         {{{0}: {0}, \"metric\": {0}, \"static-route\": [{{\"address\": {0}}}]}}}}, {{\"name\": {1}, \"node\": [{{\"name\": \"n\"}}], \
         \"loopback-static-routes\": {{\"learn-from-services\": true}}}}], \
         \"service\": [{{\"name\": {0}, \"address\": [{0}, \"192.0.2.1/24\"], \"access-policy\": [{{\"source\": \"_internal_\", \"permission\": {0}}}], \
         \"applies-to\": [{{\"type\": \"router\", \"router-name\": [{0}, {1}]}}]}}]}}",
        name(""),
        name("2")
    );
    json
}

/// Returns a file name that contains the text.
pub(crate) fn file_name(text: &str) -> String {
    format!("{}.json", text.chars().take(100).collect::<String>())
}
