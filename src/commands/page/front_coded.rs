//! Texts that begin like the text before them.

use serde::{Serialize, Serializer};

use super::shown;

/// A list of texts. Each is stored as the number of UTF-16 units that it shares with the beginning
/// of the text before it, and the rest. Names of sorted elements become short in this way.
#[derive(Debug, Default)]
pub(crate) struct FrontCoded {
    coded: Vec<(usize, String)>,
    last: String,
}

impl FrontCoded {
    /// Adds a text of the configuration.
    pub(crate) fn push(&mut self, text: &str) {
        let text = shown(text);
        let same = text.chars().zip(self.last.chars()).take_while(|(a, b)| a == b);
        let (units, bytes) = same.fold((0, 0), |(units, bytes), (c, _)| (units + c.len_utf16(), bytes + c.len_utf8()));
        self.coded.push((units, text[bytes..].to_owned()));
        self.last = text;
    }
}

impl Serialize for FrontCoded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.coded.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::FrontCoded;

    #[test]
    fn a_text_has_its_difference_from_the_last_one() {
        let mut texts = FrontCoded::default();
        ["service dns", "service d\u{1f980}", "service d\u{1f980}x", ""].iter().for_each(|text| texts.push(text));
        let expected = r#"[[0,"service dns"],[9,"🦀"],[11,"x"],[0,""]]"#;
        assert_eq!(serde_json::to_string(&texts).expect("JSON"), expected);
    }
}
