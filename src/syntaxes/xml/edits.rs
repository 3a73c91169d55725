//! Edits of XML.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::minimal_escape;
use quick_xml::events::Event;

use crate::model::Action;
use crate::syntaxes::edits::{Place, TextEdit};

/// Returns the edits that make a change.
pub(super) fn edits(place: &Place<'_>, action: &Action) -> Option<Vec<TextEdit>> {
    match action {
        Action::Write { old, new } if place.token() == old => Some(place.replaced(minimal_escape(new))),
        Action::WriteBoolean { old, new } if place.token() == old => Some(place.replaced(new.to_string())),
        Action::Rename { old, new } => rename(place, old, new),
        Action::RemoveEntry { key } if place.token() == key => {
            Some(vec![TextEdit::removal(with_line(place.text, entry(place.text, place.at.start)?))])
        }
        _ => None,
    }
}

/// Returns the edits that rename the element whose start tag is at a place.
fn rename(place: &Place<'_>, old: &str, new: &str) -> Option<Vec<TextEdit>> {
    let tag = place.text[..place.at.end].rfind('<').filter(|tag| *tag <= place.at.start)?;
    let start = tag + 1 + place.text[tag + 1..].find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
    let name = &place.text[tag + 1..start];
    let prefix = name.strip_suffix(old).filter(|prefix| prefix.is_empty() || prefix.ends_with(':'))?;
    let renamed = |end: usize| TextEdit { range: end - old.len()..end, replacement: new.to_owned() };
    let mut edits = vec![renamed(tag + 1 + prefix.len() + old.len())];
    edits.extend(end_tag(place.text, tag)?.map(|end_tag| renamed(end_tag + 2 + name.len())));
    Some(edits)
}

/// Returns the end tag of the element whose start tag is at a byte. An empty element has none.
fn end_tag(text: &str, tag: usize) -> Option<Option<usize>> {
    let mut xml = Reader::from_str(&text[tag..]);
    let mut depth = 0_usize;
    loop {
        let start = tag + usize::try_from(xml.buffer_position()).ok()?;
        match xml.read_event().ok()? {
            Event::Start(_) => depth += 1,
            Event::Empty(_) if depth == 0 => return Some(None),
            Event::End(_) if depth == 1 => return Some(Some(start)),
            Event::End(_) => depth -= 1,
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Returns the element around the leaf whose value is at a byte.
fn entry(text: &str, value: usize) -> Option<Range<usize>> {
    let leaf = start_tag_around(text, value)?;
    let start = start_tag_around(text, leaf)?;
    let end = end_tag(text, start)??;
    Some(start..end + text[end..].find('>')? + 1)
}

/// Returns the start tag of the innermost element that is open at a byte. It looks back from there,
/// since the element may be far from the start of the text.
fn start_tag_around(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (tag, _) in text[..at].rmatch_indices('<') {
        let rest = &text[tag + 1..];
        match rest.as_bytes().first()? {
            b'/' => depth += 1,
            b'!' | b'?' => {}
            _ if rest[..rest.find('>')?].ends_with('/') => {}
            _ if depth == 0 => return Some(tag),
            _ => depth -= 1,
        }
    }
    None
}

/// Returns the range with the rest of its lines, if nothing else is on them. It looks only at the
/// blanks around the range, since a line can be as long as the text.
fn with_line(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text[..range.start].trim_end_matches([' ', '\t']);
    let after = text[range.end..].trim_start_matches([' ', '\t', '\r']);
    let is_alone = (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'));
    let end = text.len() - after.strip_prefix('\n').unwrap_or(after).len();
    if is_alone { before.len()..end } else { range }
}

#[cfg(test)]
mod tests {
    use crate::model::Action;
    use crate::syntaxes::edits;

    fn edited(text: &str, token: &str, action: &Action) -> String {
        edits::edited(super::edits, text, token, action)
    }

    #[test]
    fn values_are_replaced_and_escaped() {
        let write = Action::Write { old: "a".to_owned(), new: "<b>".to_owned() };
        assert_eq!(edited("<k> a </k>", "a", &write), "<k> &lt;b> </k>");
        assert_eq!(edited("<k>&#97;</k>", "&#97;", &write), "-");
    }

    #[test]
    fn both_tags_are_renamed() {
        let rename = Action::Rename { old: "b".to_owned(), new: "cd".to_owned() };
        for (text, token, expected) in [
            ("<a><b><b>1</b></b></a>", "<b>", "<a><cd><b>1</b></cd></a>"),
            ("<a><n:b x='/'>1</n:b></a>", "<n:b x='/'>", "<a><n:cd x='/'>1</n:cd></a>"),
            ("<a><b/></a>", "<b/>", "<a><cd/></a>"),
            ("<a><b>1</a>", "<b>", "-"),
        ] {
            assert_eq!(edited(text, token, &rename), expected, "{text}");
        }
    }

    #[test]
    fn entries_are_removed() {
        let remove = Action::RemoveEntry { key: "2".to_owned() };
        for (text, expected) in [
            ("<l><e><k>1</k></e><e><k>2</k><x/></e></l>", "<l><e><k>1</k></e></l>"),
            ("<l>\n  <e>\n    <k>2</k>\n  </e>\n  <e/>\n</l>", "<l>\n  <e/>\n</l>"),
            ("<l><e><!-- <k>1</k> --><x a='/'/><k>2</k></e></l>", "<l></l>"),
            ("<l><e><!-- <k> --><k>2</k></e></l>", "-"),
            ("<k>2</k>", "-"),
        ] {
            assert_eq!(edited(text, "2", &remove), expected, "{text}");
        }
    }
}
