//! XML in the namespaces of the product, by `quick-xml`.

use std::fmt::Write as _;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::model::ElementPath;
use crate::model::block::RawKey;
use crate::syntaxes::printed::{Inexpressible, PrintedElement, PrintedMembers, key_of};

/// The namespaces by the product's prefixes. The plugin's namespace is not published, so this
/// program defines `lsr`.
const NAMESPACES: [(&str, &str); 5] = [
    ("t128", "http://128technology.com/t128"),
    ("authy", "http://128technology.com/t128/config/authority-config"),
    ("sys", "http://128technology.com/t128/config/system-config"),
    ("svc", "http://128technology.com/t128/config/service-config"),
    ("lsr", "http://128technology.com/t128/config/loopback-static-routes-config"),
];

/// Prints elements as a configuration.
pub(in crate::syntaxes) fn print(elements: &PrintedMembers<'_>) -> Result<String, Inexpressible> {
    let mut writer = XmlWriter(quick_xml::Writer::new_with_indent(Vec::new(), b' ', 2));
    writer.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    let mut config = BytesStart::new("t128:config");
    for (prefix, namespace) in NAMESPACES {
        config.push_attribute((format!("xmlns:{prefix}").as_str(), namespace));
    }
    writer.event(Event::Start(config));
    writer.members(elements, "authy", &ElementPath::default())?;
    writer.event(Event::End(BytesEnd::new("t128:config")));
    let mut text = String::from_utf8(writer.0.into_inner()).expect("written from text");
    text.push('\n');
    Ok(text)
}

/// Checks that XML can express a key of a plugin block: an element has an ASCII name without a
/// colon (Namespaces in XML 1.0, section 3).
pub(in crate::syntaxes) fn check(key: &RawKey) -> Result<(), &'static str> {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_other = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if !key.name.starts_with(is_first) || !key.name.bytes().all(is_other) {
        return Err("its name is not a valid XML name");
    }
    Ok(())
}

struct XmlWriter(quick_xml::Writer<Vec<u8>>);

impl XmlWriter {
    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("a vector takes all");
    }

    fn members(
        &mut self,
        elements: &PrintedMembers<'_>,
        prefix: &str,
        path: &ElementPath,
    ) -> Result<(), Inexpressible> {
        for (name, element) in elements {
            let prefix = match *name {
                "node" => "sys",
                "service" => "svc",
                "loopback-static-routes" => "lsr",
                _ => prefix,
            };
            let here = path.child_named(name);
            let inexpressible = |why| Inexpressible { path: here.clone(), why };
            let tag = format!("{prefix}:{name}");
            match element {
                PrintedElement::Leaf(value) => self.leaf(&tag, value).map_err(inexpressible)?,
                PrintedElement::LeafList(values) => {
                    for value in values {
                        self.leaf(&tag, value).map_err(inexpressible)?;
                    }
                }
                PrintedElement::Container(inner) => self.block(&tag, inner, prefix, &here)?,
                PrintedElement::List(entries) => {
                    for entry in entries {
                        self.block(&tag, entry, prefix, &path.entry_named(name, key_of(entry)))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn block(
        &mut self,
        tag: &str,
        members: &PrintedMembers<'_>,
        prefix: &str,
        path: &ElementPath,
    ) -> Result<(), Inexpressible> {
        self.event(Event::Start(BytesStart::new(tag)));
        self.members(members, prefix, path)?;
        self.event(Event::End(BytesEnd::new(tag)));
        Ok(())
    }

    fn leaf(&mut self, tag: &str, value: &str) -> Result<(), &'static str> {
        let text = escaped(value)?;
        self.event(Event::Start(BytesStart::new(tag)));
        self.event(Event::Text(BytesText::from_escaped(text)));
        self.event(Event::End(BytesEnd::new(tag)));
        Ok(())
    }
}

/// Escapes markup, and white space that a reader may ignore or change. Single spaces within a
/// value stay as they are. An error is a reason of [`Inexpressible`].
fn escaped(value: &str) -> Result<String, &'static str> {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (index, c) in value.chars().enumerate() {
        match c {
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '&' => text.push_str("&amp;"),
            ' ' if index > 0 && index < last => text.push(' '),
            ' ' | '\t' | '\n' | '\r' => write!(text, "&#{};", u32::from(c)).expect("a string takes all"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => return Err("it contains a character that XML does not allow"),
            c => text.push(c),
        }
    }
    Ok(text)
}
