//! The attributes of a tag (XML 1.0, section 3.1).

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::characters::{is_name, is_space};
use super::references::{self, Reference};

/// The number of attributes from which a set finds duplicates.
const MANY: usize = 16;

/// An attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute<'s> {
    pub(super) name: &'s str,
    /// The value, with references resolved.
    pub(super) value: Cow<'s, str>,
    /// The bytes of the attribute in the text.
    pub(super) at: Range<usize>,
}

/// A violation of the syntax: its bytes in the text, and the message.
#[derive(Debug)]
pub(super) struct Violation {
    pub(super) at: Range<usize>,
    pub(super) message: String,
}

impl<'s> Attribute<'s> {
    /// Returns the prefix, which may be empty, and the rest of the name.
    pub(super) fn split_name(&self) -> (&'s str, &'s str) {
        self.name.split_once(':').unwrap_or(("", self.name))
    }
}

/// Reads the attributes in `at`, the part of a tag after its name. `has_entities` accepts entities
/// that a document type may define.
pub(super) fn parse(text: &str, at: Range<usize>, has_entities: bool) -> Result<Vec<Attribute<'_>>, Violation> {
    let mut attributes = Vec::new();
    let mut next = at.start;
    loop {
        let start = next + blank(&text[next..at.end]);
        if start == at.end {
            break;
        }
        let attribute = attribute(text, start..at.end, has_entities)?;
        if start == next {
            let message = format!("missing white space before attribute `{}`; add a blank", attribute.name);
            return Err(Violation { at: attribute.at, message });
        }
        next = attribute.at.end;
        attributes.push(attribute);
    }
    match duplicate(&attributes) {
        Some(second) => {
            let message = format!("duplicate attribute `{}`; remove one", second.name);
            Err(Violation { at: second.at.clone(), message })
        }
        None => Ok(attributes),
    }
}

/// Reads the attribute at the start of `at`.
fn attribute(text: &str, at: Range<usize>, has_entities: bool) -> Result<Attribute<'_>, Violation> {
    let rest = &text[at.clone()];
    let is_end = |c: char| c == '=' || c == '"' || c == '\'' || c.is_ascii() && is_space(c as u8);
    let name = &rest[..rest.find(is_end).unwrap_or(rest.len())];
    let name_at = at.start..at.start + name.len();
    let violation = |at, message| Err(Violation { at, message });
    if !is_name(name) {
        let end = name_at.end.max(at.start + rest.chars().next().map_or(0, char::len_utf8));
        let found = &text[at.start..end];
        return violation(at.start..end, format!("expected the name of an attribute, not `{found}`; correct the tag"));
    }
    let equals = name.len() + blank(&rest[name.len()..]);
    if rest.as_bytes().get(equals) != Some(&b'=') {
        return violation(name_at, format!("attribute `{name}` has no value; write `{name}=\"…\"`"));
    }
    let opening = equals + 1 + blank(&rest[equals + 1..]);
    let quote = match rest.as_bytes().get(opening) {
        Some(b'"') => '"',
        Some(b'\'') => '\'',
        _ => return violation(name_at, format!("the value of `{name}` is not in quotes; write `{name}=\"…\"`")),
    };
    let start = opening + 1;
    let Some(length) = rest[start..].find(quote) else {
        return violation(name_at, format!("the value of `{name}` has no closing quote; add it"));
    };
    let whole = at.start..at.start + start + length + 1;
    let value = value(text, at.start + start..whole.end - 1, name, has_entities)?;
    Ok(Attribute { name: &text[name_at], value, at: whole })
}

/// Reads a value without its quotes.
fn value<'s>(text: &'s str, at: Range<usize>, name: &str, has_entities: bool) -> Result<Cow<'s, str>, Violation> {
    let is_special = |c: char| matches!(c, '<' | '&' | '\t' | '\n' | '\r');
    let mut value = Cow::Borrowed("");
    let mut next = at.start;
    while let Some(length) = text[next..at.end].find(is_special) {
        let start = next + length;
        let value = value.to_mut();
        value.push_str(&text[next..start]);
        next = start + 1;
        match text.as_bytes()[start] {
            b'<' => {
                let message = format!("`<` in the value of `{name}`; write `&lt;`, or add the closing quote before it");
                return Err(Violation { at: start..next, message });
            }
            b'&' => {
                let name = text[next..at.end].find(';').map(|length| &text[next..next + length]);
                next += name.map_or(0, |name| name.len() + 1);
                let reference = reference(name.unwrap_or_default(), has_entities);
                value.push_str(&reference.map_err(|message| Violation { at: start..next, message })?);
            }
            // White space is normalized (XML 1.0, section 3.3.3).
            _ => value.push(' '),
        }
    }
    let rest = &text[next..at.end];
    Ok(if value.is_empty() { Cow::Borrowed(rest) } else { value + rest })
}

/// Returns the text of a reference in a value. An error is its message.
fn reference(name: &str, has_entities: bool) -> Result<String, String> {
    match references::resolve(name)? {
        Reference::Character(c) => Ok(c.to_string()),
        Reference::Entity if has_entities => Ok(format!("&{name};")),
        Reference::Entity => Err(references::unknown_entity(name)),
    }
}

/// Returns the number of bytes of white space at the start of a text.
fn blank(text: &str) -> usize {
    text.bytes().take_while(|byte| is_space(*byte)).count()
}

/// Returns the second attribute of a name.
fn duplicate<'a, 's>(attributes: &'a [Attribute<'s>]) -> Option<&'a Attribute<'s>> {
    if attributes.len() < MANY {
        let is_second = |index: &usize| attributes[..*index].iter().any(|first| first.name == attributes[*index].name);
        return (1..attributes.len()).find(is_second).map(|index| &attributes[index]);
    }
    let mut names = HashSet::with_capacity(attributes.len());
    attributes.iter().find(|attribute| !names.insert(attribute.name))
}

#[cfg(test)]
mod tests {
    use super::{Attribute, parse};

    #[test]
    fn attributes_are_read_with_their_references_and_places() {
        let long = (0..20).map(|index| format!(" a{index}='{index}'")).collect::<String>();
        for (text, expected) in [
            ("", vec![]),
            (" \n", vec![]),
            (" a=''", vec![("a", "", "a=''")]),
            (" a='1' b=\"2\" ", vec![("a", "1", "a='1'"), ("b", "2", "b=\"2\"")]),
            ("\ta =\n'x\"y>z'", vec![("a", "x\"y>z", "a =\n'x\"y>z'")]),
            (" n:a='de&#108;&#x65;te &amp; &lt;'", vec![("n:a", "delete & <", "n:a='de&#108;&#x65;te &amp; &lt;'")]),
            (" a='1\n2\t3'", vec![("a", "1 2 3", "a='1\n2\t3'")]),
            (" é='ü'", vec![("é", "ü", "é='ü'")]),
        ] {
            let read = parse(text, 0..text.len(), false).unwrap_or_else(|invalid| panic!("{text:?}: {invalid:?}"));
            let read: Vec<_> = read.iter().map(|a| (a.name, &*a.value, &text[a.at.clone()])).collect();
            assert_eq!(read, expected, "{text:?}");
        }
        let read: Vec<Attribute<'_>> = parse(&long, 0..long.len(), false).expect("valid");
        assert_eq!(read.len(), 20);
    }

    #[test]
    fn a_violation_is_marked_where_it_is() {
        let many = (0..20).map(|index| format!(" a{index}='{index}'")).collect::<String>();
        for (text, marked, message) in [
            (" a", "a", "has no value"),
            (" a b='1'", "a", "has no value"),
            (" a=1", "a", "not in quotes"),
            (" a=", "a", "not in quotes"),
            (" a='1", "a", "no closing quote"),
            (" a='1'b='2'", "b='2'", "missing white space before attribute `b`"),
            (" a='1',b='2'", ",b", "expected the name of an attribute"),
            (" ='1'", "=", "expected the name of an attribute, not `=`"),
            (" 'x'", "'", "expected the name of an attribute, not `'`"),
            (" /", "/", "expected the name of an attribute, not `/`"),
            (" é&='1'", "é&", "expected the name of an attribute"),
            (" a='1' b='2' a='1'", "a='1'", "duplicate attribute `a`"),
            (" a='<'", "<", "`<` in the value of `a`"),
            (" a='x & y'", "&", "write `&amp;`"),
            (" a='x & y;'", "& y;", "write `&amp;`"),
            (" a='x&'", "&", "write `&amp;`"),
            (" a='&x;'", "&x;", "unknown entity `&x;`"),
            (" a='&#0;'", "&#0;", "not a character that XML allows"),
            (&format!("{many} a7=''"), "a7=''", "duplicate attribute `a7`"),
        ] {
            let invalid = parse(text, 0..text.len(), false).expect_err(text);
            assert_eq!(&text[invalid.at.clone()], marked, "{text:?}");
            assert!(invalid.message.contains(message), "{text:?}: {}", invalid.message);
        }
    }

    #[test]
    fn a_document_type_may_define_entities() {
        assert_eq!(parse(" a='&x; &amp;'", 0..14, true).expect("valid")[0].value, "&x; &");
        assert!(parse(" a='& x;'", 0..9, true).is_err());
    }
}
