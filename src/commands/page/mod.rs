//! The HTML pages of the commands: one file with compact data, and a script that shows it.
//!
//! All pages share the skeleton, the style sheet and the script in `templates/page/`. A page loads
//! nothing, and its Content-Security-Policy allows only the style sheet and the script with these
//! digests. The script shows data as text only, so no name can become markup.

mod front_coded;
mod nodes;
mod texts;

use base64ct::{Base64, Encoding as _};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

pub(crate) use self::front_coded::FrontCoded;
pub(crate) use self::nodes::{NodesRef, NodesTable, runs};
pub(crate) use self::texts::Texts;
use super::printable::printable;
use crate::contract::digest::sha256;

const SKELETON: &str = include_str!("../../../templates/page/page.html.j2");
const STYLE: &str = include_str!("../../../templates/page/page.css");

/// The parts of the script, in their order.
const SCRIPT: [&str; 9] = [
    include_str!("../../../templates/page/elements.js"),
    include_str!("../../../templates/page/address.js"),
    include_str!("../../../templates/page/lists.js"),
    include_str!("../../../templates/page/tables.js"),
    include_str!("../../../templates/page/data.js"),
    include_str!("../../../templates/page/diff.js"),
    include_str!("../../../templates/page/report.js"),
    include_str!("../../../templates/page/fleet.js"),
    include_str!("../../../templates/page/start.js"),
];

/// The maximum number of characters of a text on a page.
const LONGEST: usize = 300;

/// A page without its data.
pub(crate) struct Page<'p> {
    /// The kind of the page, above its summary, as in `Route changes`.
    pub(crate) kind: &'p str,
    /// The most important fact, as one sentence.
    pub(crate) summary: &'p str,
    /// Sentences below the summary.
    pub(crate) lead: &'p [String],
}

impl Page<'_> {
    /// Renders the page. The script finds the view of the data by its member `view`.
    pub(crate) fn render(&self, data: &impl Serialize) -> String {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_template("page", SKELETON).expect("the embedded template is valid");
        let script = SCRIPT.concat();
        let data = serde_json::to_string(data).expect("plain values are JSON");
        let values = context! {
            kind => self.kind,
            summary => self.summary,
            lead => Value::from(Serde(self.lead)),
            style => STYLE,
            style_digest => digest(STYLE),
            script_digest => digest(&script),
            script,
            // Without this character, no text can end the element.
            data => data.replace('<', "\\u003c"),
        };
        let template = environment.get_template("page").expect("the template was added");
        template.render(values).expect("the template accepts these values") + "\n"
    }
}

/// Returns the source of an inline element in a Content-Security-Policy.
fn digest(text: &str) -> String {
    format!("'sha256-{}'", Base64::encode_string(&sha256(text.as_bytes())))
}

/// Returns a text of the configuration as a page shows it: without deceptive characters, and not
/// longer than a few lines.
pub(crate) fn shown(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST).map_or(text.len(), |(byte, _)| byte);
    printable(&text[..cut]) + if cut < text.len() { "\u{2026}" } else { "" }
}

/// Returns an index for a place that can also have -1.
pub(crate) fn to_i64(index: usize) -> i64 {
    i64::try_from(index).expect("an index in memory")
}

/// Returns a number with a comma before each group of three digits.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Page, grouped, shown};

    #[test]
    fn data_cannot_end_its_element_and_texts_cannot_add_markup() {
        let hostile = "</script><!--<script>".to_owned();
        let page = Page { kind: "<b>", summary: "<i>", lead: std::slice::from_ref(&hostile) };
        let html = page.render(&[&hostile]);
        assert!(!html.contains("<!--") && !html.contains("<b>") && !html.contains("<i>"), "{html}");
        assert!(html.contains(r#"["\u003c/script>\u003c!--\u003cscript>"]"#), "{html}");
        assert_eq!((html.matches("<script").count(), html.matches("</script").count()), (2, 2));
    }

    #[test]
    fn texts_are_short_and_without_deceptive_characters() {
        assert_eq!(shown("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(shown(&"ü".repeat(1000)), "ü".repeat(300) + "\u{2026}");
    }

    #[test]
    fn numbers_have_groups_of_three_digits() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
