//! The part of a document before its first element (XML 1.0, section 2.8).

use std::ops::Range;

use super::attributes::{self, Attribute, Violation};

/// The part of a document before its first element.
pub(super) struct Prolog {
    /// The byte where the document starts.
    start: usize,
    /// True if a byte order mark says that the text is UTF-8.
    has_mark: bool,
    is_over: bool,
    has_doctype: bool,
}

impl Prolog {
    /// Returns the prolog of the first document of a text.
    pub(super) fn new(text: &str) -> Self {
        let has_mark = text.starts_with('\u{feff}');
        Self { has_mark, ..Self::at(if has_mark { '\u{feff}'.len_utf8() } else { 0 }) }
    }

    /// Returns the prolog of a document that starts at a byte.
    pub(super) fn at(start: usize) -> Self {
        Self { start, has_mark: false, is_over: false, has_doctype: false }
    }

    /// Notes that the first element has started.
    pub(super) fn end(&mut self) {
        self.is_over = true;
    }

    /// Returns true if the document has a document type, which may define entities.
    pub(super) fn has_doctype(&self) -> bool {
        self.has_doctype
    }

    /// Adds the document type at `at`, the part after its keyword.
    pub(super) fn add_doctype(&mut self, text: &str, at: Range<usize>) -> Result<(), Violation> {
        let before = &text[..at.start];
        let keyword = before.trim_ascii_end();
        let message = if keyword.len() == before.len() || !keyword.ends_with("<!DOCTYPE") {
            "a document type starts with `<!DOCTYPE` and a blank; correct it"
        } else if self.is_over || self.has_doctype {
            "a document type is valid only once, before the first element; remove it"
        } else {
            self.has_doctype = true;
            return Ok(());
        };
        Err(Violation { at, message: message.to_owned() })
    }

    /// Checks the XML declaration at `at`, the part between `<?` and `?>`.
    pub(super) fn check_declaration(&self, text: &str, at: Range<usize>) -> Result<(), Violation> {
        let name_end = at.start + "xml".len();
        if at.start != self.start + "<?".len() {
            let message = "an XML declaration is valid only at the start of a document; \
                           remove it, or what is before it";
            return Err(Violation { at: at.start - "<?".len()..name_end, message: message.to_owned() });
        }
        let attributes = attributes::parse(text, name_end..at.end, false)?;
        check_parts(&attributes, name_end..at.end, self.has_mark)
    }
}

/// Checks the parts of an XML declaration, which have a fixed order.
fn check_parts(attributes: &[Attribute<'_>], whole: Range<usize>, has_mark: bool) -> Result<(), Violation> {
    let mut parts = attributes.iter().peekable();
    let is_version = |value: &str| matches!(value.strip_prefix("1."), Some(minor) if is_number(minor));
    if parts.next_if(|part| part.name == "version" && is_version(&part.value)).is_none() {
        let at = attributes.first().map_or(whole, |part| part.at.clone());
        return Err(Violation {
            at,
            message: "an XML declaration starts with `version=\"1.0\"`; correct it".to_owned(),
        });
    }
    if let Some(part) = parts.next_if(|part| part.name == "encoding" && is_encoding(&part.value))
        && contradicts_utf_8(&part.value, has_mark)
    {
        let message = format!("the text is in UTF-8, and not in {}; correct the encoding", part.value);
        return Err(Violation { at: part.at.clone(), message });
    }
    parts.next_if(|part| part.name == "standalone" && matches!(&*part.value, "yes" | "no"));
    match parts.next() {
        None => Ok(()),
        Some(part) => {
            let message = format!(
                "unexpected `{}=\"{}\"` in the XML declaration; after the version, it may have an `encoding`, and \
                 then `standalone`, which is `yes` or `no`",
                part.name, part.value
            );
            Err(Violation { at: part.at.clone(), message })
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true for the name of an encoding.
fn is_encoding(text: &str) -> bool {
    let is_other = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(is_other)
}

/// Returns true for an encoding that cannot be that of a text in UTF-8. Most encodings have the
/// same ASCII characters.
fn contradicts_utf_8(encoding: &str, has_mark: bool) -> bool {
    let encoding = encoding.to_ascii_uppercase();
    let has_wide_units = ["UTF-16", "UTF-32", "UCS-", "ISO-10646-UCS"].iter().any(|wide| encoding.starts_with(wide));
    has_wide_units || has_mark && encoding != "UTF-8"
}
