//! XML, by `quick-xml`, in the namespaces of the product.

use std::fmt::Write as _;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::model::ElementPath;
use crate::syntaxes::printed::{Element, Members};
use crate::syntaxes::{Format, Unprintable};

/// The namespaces, by the prefix that the product uses. The plugin's own is not published; this one is ours.
const NAMESPACES: [(&str, &str); 5] = [
    ("t128", "http://128technology.com/t128"),
    ("authy", "http://128technology.com/t128/config/authority-config"),
    ("sys", "http://128technology.com/t128/config/system-config"),
    ("svc", "http://128technology.com/t128/config/service-config"),
    ("lsr", "http://128technology.com/t128/config/loopback-static-routes-config"),
];

pub(crate) fn print(elements: &Members<'_>) -> Result<String, Unprintable> {
    let mut writer = Writer(quick_xml::Writer::new_with_indent(Vec::new(), b' ', 2));
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

struct Writer(quick_xml::Writer<Vec<u8>>);

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("a vector takes all");
    }

    fn members(&mut self, elements: &Members<'_>, prefix: &str, path: &ElementPath) -> Result<(), Unprintable> {
        for (name, element) in elements {
            let prefix = match *name {
                "node" => "sys",
                "service" => "svc",
                "loopback-static-routes" => "lsr",
                _ => prefix,
            };
            let here = path.child(name);
            let unprintable = |why| Unprintable { path: here.clone(), format: Format::Xml, why };
            if !is_name(name) {
                return Err(unprintable("an element cannot be called that"));
            }
            let tag = format!("{prefix}:{name}");
            match element {
                Element::Leaf(value) => self.leaf(&tag, value).map_err(unprintable)?,
                Element::LeafList(values) => {
                    for value in values {
                        self.leaf(&tag, value).map_err(unprintable)?;
                    }
                }
                Element::Container(inner) => self.block(&tag, inner, prefix, &here)?,
                Element::List(entries) => {
                    for entry in entries {
                        let key = match entry.first() {
                            Some((_, Element::Leaf(key))) => key,
                            _ => "",
                        };
                        self.block(&tag, entry, prefix, &path.entry(name, key))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, tag: &str, members: &Members<'_>, prefix: &str, path: &ElementPath) -> Result<(), Unprintable> {
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

/// A name without a colon, of the letters that the product's names have (Namespaces in XML 1.0, section 3).
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// A value with everything escaped that a reader may change, or that is markup. White space but for single spaces within is
/// written by reference: by itself it is taken for indentation.
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
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => return Err("XML has no way to write one of its characters"),
            c => text.push(c),
        }
    }
    Ok(text)
}
