//! YAML: the events of `saphyr-parser`, taken into trees of the known elements; the rest is passed over.

mod comments;
mod contested;
mod events;
pub(crate) mod print;

use std::borrow::Cow;

use saphyr_parser::{Event, ScalarStyle as YamlStyle};

pub(crate) use self::contested::contested;
use self::events::Events;
use crate::diagnostics::Finding;
use crate::elements::{Meaning, ROOT, Shape};
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::model::{SourceId, Span};
use crate::rules::invalid_syntax;
use crate::syntaxes::{Definition, Offsets, Trees, mappings, plural};

/// YAML.
pub(crate) static SYNTAX: Definition =
    Definition { title: "YAML", recognizes: is_yaml, read, comments: comments::starts, offsets: Offsets::Characters };

/// YAML shows a `key:`, a `- `, `---` or a directive in its first line of content.
fn is_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    let key = first.split_whitespace().next().unwrap_or_default();
    key.ends_with(':') || key == "-" || first.starts_with("---") || first.starts_with('%')
}

/// Reads the documents of a YAML text. If it is invalid, no document is returned, not even those before the error.
fn read<'s>(
    source: SourceId,
    text: &'s str,
    _whole: bool,
    findings: &mut Vec<Finding>,
    sink: &mut (dyn FnMut(Tree<'s>) + '_),
) -> Trees {
    let mut reader = Reader { events: Events::new(source, text), merge_depth: 0 };
    match reader.documents() {
        Ok(trees) => trees.into_iter().for_each(sink),
        Err(error) => findings.push(invalid_syntax::at(error.at, format!("not YAML: {}", error.message))),
    }
    Trees::Valid
}

/// Where and why a text is no YAML.
struct Invalid {
    at: Span,
    message: String,
}

struct Reader<'s> {
    events: Events<'s>,
    merge_depth: usize,
}

/// How deep merge keys may nest in each other; each level costs a stack frame.
const MERGE_DEPTH_LIMIT: usize = 32;

impl<'s> Reader<'s> {
    fn documents(&mut self) -> Result<Vec<Tree<'s>>, Invalid> {
        let mut trees = Vec::new();
        loop {
            match self.events.next()? {
                (Event::StreamEnd, _) => return Ok(trees),
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
                (event, at) => trees.push(self.value(event, at, Shape::Container(&ROOT))?),
            }
        }
    }

    /// The value that starts with `event`.
    fn value(&mut self, event: Event<'s>, at: Span, shape: Shape) -> Result<Tree<'s>, Invalid> {
        match event {
            Event::Alias(anchor) => {
                let (event, at) = self.events.replay(anchor, at)?;
                self.value(event, at, shape)
            }
            Event::Scalar(text, style, _, tag) => Ok(scalar(text, style, tag.is_some(), at)),
            Event::SequenceStart(..) => self.sequence(at, shape),
            Event::MappingStart(..) => match shape {
                Shape::Container(elements) => {
                    let members = self.members(|name, _| elements.meaning(name))?;
                    Ok(mappings::mapping(members, at))
                }
                Shape::List { entry, .. } => {
                    let members = self.members(|name, is_block| {
                        let known = mappings::member_of_list(name, is_block, entry);
                        let (name, shape) = known.unwrap_or(("", Shape::Container(entry)));
                        Meaning::Element(name, shape)
                    })?;
                    Ok(mappings::mapping(members, at))
                }
                Shape::Leaf | Shape::LeafList => {
                    self.events.skip_collection()?;
                    Ok(Tree { at, content: Content::Mapping(Vec::new()) })
                }
            },
            // The parser never starts a value with anything else.
            _ => Err(Invalid { at, message: "a value was expected".to_owned() }),
        }
    }

    fn sequence(&mut self, at: Span, shape: Shape) -> Result<Tree<'s>, Invalid> {
        let item = match shape {
            Shape::List { entry, .. } => Some(Shape::Container(entry)),
            Shape::Leaf | Shape::LeafList => Some(Shape::Leaf),
            Shape::Container(_) => None,
        };
        let mut items = Vec::new();
        let mut end = at;
        loop {
            match (self.events.next()?, item) {
                ((Event::SequenceEnd, _), _) => break,
                ((event, _), None) => self.events.skip(&event)?,
                // A list in a list is told apart, not read: no depth of nesting costs a stack frame.
                ((Event::SequenceStart(..), at), Some(_)) => {
                    self.events.skip_collection()?;
                    items.push(Tree { at, content: Content::Sequence(Vec::new()) });
                }
                ((event, at), Some(item)) => items.push(self.value(event, at, item)?),
            }
            end = items.last().map_or(at, |item| item.at);
        }
        Ok(Tree { at: at.to(end), content: Content::Sequence(items) })
    }

    /// The members of a mapping that mean something to `keep`; an empty name from it stands for the one written.
    ///
    /// `<<` merges mappings: what stands in the mapping itself wins, then the earlier of several (YAML merge key language,
    /// 2005).
    fn members(&mut self, keep: impl Fn(&str, bool) -> Meaning + Copy) -> Result<Vec<Member<'s>>, Invalid> {
        let mut members = Vec::new();
        let mut merged: Vec<Member<'s>> = Vec::new();
        loop {
            let (key, name_at) = match self.events.next()? {
                (Event::MappingEnd, _) => break,
                (Event::Alias(anchor), at) => self.events.replay(anchor, at)?,
                other => other,
            };
            let Event::Scalar(name, style, ..) = key else {
                self.events.skip(&key)?;
                self.skip_value()?;
                continue;
            };
            if name == "<<" && style == YamlStyle::Plain {
                self.merge(keep, &mut merged)?;
                continue;
            }
            let (event, at) = self.events.next()?;
            let is_block = self.events.is_mapping(&event);
            match keep(&name, is_block) {
                Meaning::Element(known, shape) => {
                    let tree = self.value(event, at, shape)?;
                    let name = if known.is_empty() { name } else { Cow::Borrowed(known) };
                    members.push(Member { name, name_at, tree });
                }
                Meaning::Unknown => {
                    let tree = self.value(event, at, Shape::Leaf)?;
                    members.push(Member { name, name_at, tree });
                }
                Meaning::Plural(known) => {
                    self.events.skip(&event)?;
                    members.push(plural(name, name_at, known));
                }
                Meaning::Other => self.events.skip(&event)?,
            }
        }
        for member in merged {
            if !members.iter().any(|m| m.name == member.name) {
                members.push(member);
            }
        }
        Ok(members)
    }

    /// The value of a merge key: a mapping, an alias of one, or a sequence of these.
    fn merge(
        &mut self,
        keep: impl Fn(&str, bool) -> Meaning + Copy,
        merged: &mut Vec<Member<'s>>,
    ) -> Result<(), Invalid> {
        let mut in_sequence = false;
        loop {
            let (event, at) = match self.events.next()? {
                (Event::Alias(anchor), at) => self.events.replay(anchor, at)?,
                other => other,
            };
            match event {
                Event::MappingStart(..) if self.merge_depth < MERGE_DEPTH_LIMIT => {
                    self.merge_depth += 1;
                    merged.append(&mut self.members(keep)?);
                    self.merge_depth -= 1;
                }
                Event::MappingStart(..) => {
                    return Err(Invalid { at, message: "merge keys nest too deep".to_owned() });
                }
                Event::SequenceStart(..) if !in_sequence => in_sequence = true,
                Event::SequenceEnd => in_sequence = false,
                _ => return Err(Invalid { at, message: "`<<` merges mappings only".to_owned() }),
            }
            if !in_sequence {
                return Ok(());
            }
        }
    }

    fn skip_value(&mut self) -> Result<(), Invalid> {
        let (event, _) = self.events.next()?;
        self.events.skip(&event)
    }
}

/// A scalar with its quotes resolved. A plain one without a tag is null where the core schema says so (YAML 1.2 section 10.3.2).
fn scalar<'s>(text: Cow<'s, str>, style: YamlStyle, tagged: bool, at: Span) -> Tree<'s> {
    let style = match style {
        YamlStyle::Plain if !tagged && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") => ScalarStyle::Null,
        YamlStyle::Plain if !tagged && contested(&text).is_some() => ScalarStyle::Contested,
        YamlStyle::Plain => ScalarStyle::Plain,
        _ => ScalarStyle::Quoted,
    };
    Tree { at, content: Content::Scalar(Scalar { text, style }) }
}
