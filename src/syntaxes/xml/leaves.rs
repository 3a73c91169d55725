//! Plain leaves, which are skipped without the events of `quick-xml`.
//!
//! Most elements of a configuration are leaves without attributes that are not read. `quick-xml`
//! has four events for each, and checks their bytes as UTF-8 again. Skipping such leaves at once
//! takes a third of the instructions.

use memchr::memchr2;

use super::characters::{is_space, plain_name};

/// Returns the number of bytes of the plain leaves at the start of a text. They end before `limit`.
pub(super) fn plain_leaves(text: &[u8], limit: usize) -> usize {
    let mut end = 0;
    while let Some(length) = plain_leaf(&text[end..])
        && end + length <= limit
    {
        end += length;
    }
    end
}

/// Returns the number of bytes of white space and a leaf after it, like `<name>text</name>`.
fn plain_leaf(text: &[u8]) -> Option<usize> {
    let blank = text.iter().position(|byte| !is_space(*byte))?;
    let inside = text[blank..].strip_prefix(b"<")?;
    let name = plain_name(inside);
    let content = inside.get(name.len()..)?.strip_prefix(b">").filter(|_| !name.is_empty())?;
    let end = &content[memchr2(b'<', b'&', content)?..];
    let rest = end.strip_prefix(b"</")?.strip_prefix(name)?.strip_prefix(b">")?;
    Some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::plain_leaves;

    #[test]
    fn only_plain_leaves_are_skipped() {
        for (skipped, rest) in [
            ("<a>1</a>", ""),
            (" \n<a>é > ]] '</a>\t<b-1.c></b-1.c>", "\n</d>"),
            ("<n:a>1</n:a>", "<n:a>1</a>"),
            ("<a>1</a>", "<b><c/></b>"),
            ("<a>1</a>", "<b/>"),
            ("<a>1</a>", "<b c='1'>1</b>"),
            ("<a>1</a>", "<b>&amp;</b>"),
            ("<a>1</a>", "<b>1</b >"),
            ("<a>1</a>", "<b >1</b>"),
            ("<a>1</a>", "<b>1</bb>"),
            ("<a>1</a>", "<bb>1</b>"),
            ("<a>1</a>", "<1>1</1>"),
            ("<a>1</a>", "<é>1</é>"),
            ("<a>1</a>", "<a$>1</a$>"),
            ("<a>1</a>", "<>1</>"),
            ("<a>1</a>", "text<b>1</b>"),
            ("<a>1</a>", "<!-- a --><b>1</b>"),
            ("<a>1</a>", "<b>1"),
            ("<a>1</a>", "<b"),
            ("<a>1</a>", "<"),
            ("<a>1</a>", " "),
        ] {
            let text = format!("{skipped}{rest}");
            assert_eq!(plain_leaves(text.as_bytes(), usize::MAX), skipped.len(), "{text}");
            assert_eq!(plain_leaves(text.as_bytes(), 7), 0, "{text}");
        }
        assert_eq!(plain_leaves(b"<a>1</a><b>2</b>", 8), 8);
    }
}
