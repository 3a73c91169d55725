//! Words of a line.

use std::borrow::Cow;

use crate::model::Span;
use crate::syntaxes::pcli::characters::{NO_BREAK, closing_quote, is_blank, is_blank_char};
use crate::syntaxes::pcli::lines::{Line, PcliText};

/// A word of a line: a run without white space, or a quoted text.
#[derive(Clone, Debug)]
pub(super) struct Word<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) quoted: bool,
    /// True for a quoted text without a closing quote.
    pub(super) is_open: bool,
    pub(super) at: Span,
}

/// The maximum number of words that are read from a line. A path through the whole model has about
/// thirty.
const MOST_WORDS: usize = 200;

impl<'s> PcliText<'s> {
    /// Splits a line into `words`.
    pub(super) fn words(&self, line: Line<'s>, words: &mut Vec<Word<'s>>) {
        words.clear();
        let mut at = 0;
        while let Some(skipped) = line.text[at..].find(|c| !is_blank_char(c)) {
            if words.len() >= MOST_WORDS {
                return;
            }
            at += skipped;
            let rest = &line.text[at..];
            let start = line.start + at;
            let (text, quoted, is_open, length) = if rest.as_bytes()[0] == b'"' {
                let inside = &rest[1..];
                match closing_quote(inside.as_bytes()) {
                    Some(end) => (unescape(&inside[..end]), true, false, end + 2),
                    None => (Cow::Borrowed(inside), true, true, rest.len()),
                }
            } else {
                let length = plain_length(rest);
                (Cow::Borrowed(&rest[..length]), false, false, length)
            };
            words.push(Word { text, quoted, is_open, at: self.span(start, length) });
            at += length;
        }
    }
}

/// Returns the first word of a line, or an empty string if the word is quoted.
pub(super) fn keyword(line: &str) -> &str {
    if line.as_bytes().first() == Some(&b'"') { "" } else { &line[..plain_length(line)] }
}

/// The bytes that are blank, or start a character that may be. A table is faster than comparisons.
const MAY_END_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = is_blank(byte);
        byte += 1;
    }
    table[NO_BREAK[0] as usize] = true;
    table
};

/// Returns the length of a word without quotes at the start of a text.
fn plain_length(text: &str) -> usize {
    let length = text.bytes().position(|byte| MAY_END_WORD[usize::from(byte)]).unwrap_or(text.len());
    if text.as_bytes().get(length) != Some(&NO_BREAK[0]) {
        return length;
    }
    text.find(is_blank_char).unwrap_or(text.len())
}

impl Word<'_> {
    /// Returns true for a comment after a value (`metric 10 #primary`), if a value was expected
    /// before this word and not here.
    pub(super) fn starts_comment(&self) -> bool {
        !self.quoted && self.text.starts_with('#')
    }
}

/// Resolves escapes: a backslash makes the next character literal.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::Word;
    use crate::model::SourceId;
    use crate::syntaxes::pcli::lines::PcliText;

    fn words(text: &str) -> Vec<Vec<String>> {
        let text = PcliText::new(SourceId(0), text);
        let mut words: Vec<Word<'_>> = Vec::new();
        text.lines(8)
            .map(|line| {
                text.words(line, &mut words);
                words.iter().map(|word| word.text.clone().into_owned()).collect()
            })
            .collect()
    }

    #[test]
    fn quoted_texts_and_blanks_are_split_into_words() {
        for (text, expected) in [
            ("a  b\tc \r\nd", vec![vec!["a", "b", "c"], vec!["d"]]),
            ("a \"b c\" d\n", vec![vec!["a", "b c", "d"]]),
            ("a \"b\nc\" d\ne", vec![vec!["a", "b\nc", "d"], vec!["e"]]),
            ("a \"b\\\"c\\\\\"\ne", vec![vec!["a", "b\"c\\"], vec!["e"]]),
            ("a \"b\nc d\ne \"f\"\n", vec![vec!["a", "b"], vec!["c", "d"], vec!["e", "f"]]),
            ("a b\"c d\"\ne", vec![vec!["a", "b\"c", "d\""], vec!["e"]]),
            ("a \"\" b", vec![vec!["a", "", "b"]]),
            ("\u{a0}\u{a0}a\u{a0} b é\u{a0}\n\u{a0}\n", vec![vec!["a", "b", "é"]]),
            ("a \"b\\", vec![vec!["a", "b\\"]]),
            ("# it's \"quoted\nb", vec![vec!["b"]]),
            ("a b  # it's \"quoted\nc", vec![vec!["a", "b"], vec!["c"]]),
            ("a b\t## c\r\nd", vec![vec!["a", "b"], vec!["d"]]),
            ("a b\u{a0}#\u{a0}c\nd", vec![vec!["a", "b"], vec!["d"]]),
            ("a b #loopback-static-routes: c\nd", vec![vec!["a", "b"], vec!["d"]]),
            ("a \"b # c\nd\" # e\nf", vec![vec!["a", "b # c\nd"], vec!["f"]]),
            ("a #5\nb c# d\ne #", vec![vec!["a", "#5"], vec!["b", "c#", "d"], vec!["e", "#"]]),
            ("\n \n\t\n", vec![]),
            (
                "a\n--More--\nb\n--More-- (50%)\r        \r  c\n--More--\r\nd",
                vec![vec!["a"], vec!["b"], vec!["c"], vec!["d"]],
            ),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }
}
