//! YAML: builds trees of the known elements from the events of `saphyr-parser`, and skips the
//! rest.

mod cause;
mod comments;
mod contested;
mod edits;
mod events;
mod parts;
pub(super) mod print;
mod scalars;
mod usual;

use std::borrow::Cow;
use std::collections::HashSet;

use saphyr_parser::{Event, ScalarStyle as YamlStyle};

use self::cause::{Cause, cause};
pub(crate) use self::contested::contested;
use self::events::Events;
use crate::diagnostics::Finding;
use crate::elements::{Meaning, ROOT, Shape};
use crate::model::tree::{Content, FaultKind, Member, Scalar, ScalarStyle, Tree};
use crate::model::{SourceId, Span};
use crate::rules::invalid_syntax;
use crate::syntaxes::json::EDIT_NAMES;
use crate::syntaxes::{Definition, Offsets, SyntaxError, mappings, misspelled, offset};

/// YAML.
pub(super) static SYNTAX: Definition = Definition {
    title: "YAML",
    recognizes: is_yaml,
    read,
    parts: Some(parts::PARTS),
    retain_comments: Some(comments::retain),
    retain_outside_values: scalars::retain_outside_values,
    rejects_conflicts: false,
    edits: edits::edits,
    offsets: Offsets::Characters,
};

/// Returns true if the first line of content has a `key:`, a `- `, `---` or a directive.
fn is_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    let key = first.split_ascii_whitespace().next().unwrap_or_default();
    key.ends_with(':') || key == "-" || first.starts_with("---") || first.starts_with('%')
}

/// Reads the documents of a YAML text. If the text is invalid, it yields no document, not even
/// those before the error.
fn read<'s>(source: SourceId, text: &'s str, findings: &mut Vec<Finding>, sink: &mut (dyn FnMut(Tree<'s>) + '_)) {
    let mut reader = YamlReader { events: Events::new(source, text), merge_depth: 0 };
    match reader.documents() {
        Ok(trees) => trees.into_iter().for_each(sink),
        Err(error) => findings.push(finding(text, error)),
    }
}

/// Returns the finding about an error. Text that starts with a quoted name and ends with a brace is
/// JSON without its first brace.
fn finding(text: &str, error: SyntaxError) -> Finding {
    let content = text.trim();
    if content.starts_with('"') && content.ends_with('}') {
        let message = "not JSON, because it does not start with `{`; add `{` before this line";
        let start = text.chars().take_while(|c| c.is_whitespace()).count();
        let end = start + content.lines().next().map_or(0, |line| line.trim_end().chars().count());
        return invalid_syntax::at(Span { start: offset(start), end: offset(end), ..error.at }, message);
    }
    let line = |text: &str, at: Span| 1 + text.chars().take(at.start as usize).filter(|c| *c == '\n').count();
    let error_after = |text: &str| {
        let mut reader = YamlReader { events: Events::new(error.at.source, text), merge_depth: 0 };
        reader.documents().err().map(|error| line(text, error.at))
    };
    match cause(text, line(text, error.at), error_after) {
        Some(Cause { at, message }) => {
            let at = Span { start: offset(at.start), end: offset(at.end), ..error.at };
            invalid_syntax::at(at, format!("not YAML: {message}"))
        }
        None => invalid_syntax::at(error.at, format!("not YAML: {}", error.message)),
    }
}

struct YamlReader<'s> {
    events: Events<'s>,
    /// The number of merge keys around the current event.
    merge_depth: usize,
}

/// The deepest nesting of merge keys in each other. Each level costs a stack frame.
const MERGE_DEPTH_LIMIT: usize = 32;

impl<'s> YamlReader<'s> {
    fn documents(&mut self) -> Result<Vec<Tree<'s>>, SyntaxError> {
        let mut trees = Vec::new();
        loop {
            match self.events.next()? {
                (Event::StreamEnd, _) => return Ok(trees),
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
                (event, at) => trees.push(self.value(event, at, Shape::Container(&ROOT))?),
            }
        }
    }

    /// Reads the value that starts with `event`.
    fn value(&mut self, event: Event<'s>, at: Span, shape: Shape) -> Result<Tree<'s>, SyntaxError> {
        match event {
            Event::Alias(anchor) => {
                let (event, at) = self.events.replay(anchor, at)?;
                self.value(event, at, shape)
            }
            Event::Scalar(text, style, _, tag) => Ok(scalar(text, style, tag.is_some(), at)),
            Event::SequenceStart(..) => self.sequence(at, shape),
            Event::MappingStart(..) => match shape {
                Shape::Container(elements) => {
                    let members = self.members(|name, _| elements.meaning_in_yaml(name))?;
                    let mut tree = mappings::mapping(members, at);
                    // The place of the event is empty, or that of a brace.
                    tree.at = Span { start: at.end, ..at }.to(tree.at);
                    Ok(tree)
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
                    let is_empty = self.events.skip_collection()? == 0;
                    let content = match shape {
                        Shape::LeafList if is_empty => Content::Sequence(Vec::new()),
                        _ => Content::Mapping(Vec::new()),
                    };
                    Ok(Tree { at, content })
                }
            },
            // The parser never starts a value with anything else.
            _ => Err(SyntaxError { at, message: "expected a value".to_owned() }),
        }
    }

    fn sequence(&mut self, at: Span, shape: Shape) -> Result<Tree<'s>, SyntaxError> {
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
                // A list in a list only keeps its kind, so that nesting costs no stack frames.
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

    /// Reads the members of a mapping whose names `meaning` does not skip. It returns an empty
    /// name for an element that keeps its own name.
    ///
    /// The mapping's own members override those from `<<`, and an earlier mapping of `<<`
    /// overrides a later one (YAML merge key language, 2005).
    fn members(&mut self, meaning: impl Fn(&str, bool) -> Meaning + Copy) -> Result<Vec<Member<'s>>, SyntaxError> {
        let mut members = Vec::new();
        let mut merged: Vec<Member<'s>> = Vec::new();
        loop {
            let (key, name_at) = match self.events.next()? {
                (Event::MappingEnd, _) => break,
                (Event::Alias(anchor), at) => self.events.replay(anchor, at)?,
                other => other,
            };
            let Event::Scalar(name, style, _, tag) = key else {
                self.events.skip(&key)?;
                self.skip_value()?;
                continue;
            };
            if name == "<<" && style == YamlStyle::Plain {
                self.merge(meaning, &mut merged)?;
            } else {
                // A name that is null is missing, as a mapping by key shows with an empty name.
                let is_null = tag.is_none() && is_null(&name, style);
                let name = if is_null { Cow::Borrowed("") } else { name };
                members.extend(self.member(name, name_at, meaning)?);
            }
        }
        if !merged.is_empty() {
            let mut names: HashSet<Cow<'_, str>> = members.iter().map(|member| member.name.clone()).collect();
            members.extend(merged.into_iter().filter(|member| names.insert(member.name.clone())));
        }
        Ok(members)
    }

    /// Reads the value of a name, unless the name is skipped.
    fn member(
        &mut self,
        name: Cow<'s, str>,
        name_at: Span,
        meaning: impl Fn(&str, bool) -> Meaning,
    ) -> Result<Option<Member<'s>>, SyntaxError> {
        let (event, at) = self.events.next()?;
        let is_block = self.events.is_mapping(&event);
        Ok(match meaning(&name, is_block) {
            Meaning::Element(known, shape) => {
                let tree = self.value(event, at, shape)?;
                let name = if known.is_empty() { name } else { Cow::Borrowed(known) };
                Some(Member { name, name_at, tree })
            }
            Meaning::Unknown => {
                let tree = self.value(event, at, Shape::Leaf)?;
                Some(Member { name, name_at, tree })
            }
            Meaning::Misspelled(known) => {
                self.events.skip(&event)?;
                Some(misspelled(name, name_at, known))
            }
            Meaning::Skipped => {
                self.events.skip(&event)?;
                EDIT_NAMES.contains(&&*name).then(|| edit(name, name_at))
            }
        })
    }

    /// Reads the value of a merge key: a mapping, an alias of one, or a sequence of these.
    fn merge(
        &mut self,
        meaning: impl Fn(&str, bool) -> Meaning + Copy,
        merged: &mut Vec<Member<'s>>,
    ) -> Result<(), SyntaxError> {
        let mut in_sequence = false;
        loop {
            let (event, at) = match self.events.next()? {
                (Event::Alias(anchor), at) => self.events.replay(anchor, at)?,
                other => other,
            };
            match event {
                Event::MappingStart(..) if self.merge_depth < MERGE_DEPTH_LIMIT => {
                    self.merge_depth += 1;
                    merged.append(&mut self.members(meaning)?);
                    self.merge_depth -= 1;
                }
                Event::MappingStart(..) => {
                    return Err(SyntaxError {
                        at,
                        message: format!("merge keys nest too deep; at most {MERGE_DEPTH_LIMIT} levels are read"),
                    });
                }
                Event::SequenceStart(..) if !in_sequence => in_sequence = true,
                Event::SequenceEnd => in_sequence = false,
                _ => {
                    return Err(SyntaxError {
                        at,
                        message: "the value of `<<` must be a mapping, or a list of mappings".to_owned(),
                    });
                }
            }
            if !in_sequence {
                return Ok(());
            }
        }
    }

    fn skip_value(&mut self) -> Result<(), SyntaxError> {
        let (event, _) = self.events.next()?;
        self.events.skip(&event)
    }
}

/// Returns the fault in place of an edit. Without it, an element that the edit deletes would be
/// defined.
fn edit(name: Cow<'_, str>, at: Span) -> Member<'_> {
    let message = format!("`{name}` is an edit, and YAML has none; write the edit as JSON");
    Member { name, name_at: at, tree: Tree::fault(FaultKind::Syntax, at, message) }
}

/// Returns the tree of a scalar. Plain null of the core schema is null (YAML 1.2 section 10.3.2).
fn scalar<'s>(text: Cow<'s, str>, style: YamlStyle, tagged: bool, at: Span) -> Tree<'s> {
    let style = match style {
        _ if !tagged && is_null(&text, style) => ScalarStyle::Null,
        YamlStyle::Plain if !tagged && contested(&text).is_some() => ScalarStyle::Contested,
        YamlStyle::Plain => ScalarStyle::Plain,
        _ => ScalarStyle::Text,
    };
    Tree { at, content: Content::Scalar(Scalar { text, style }) }
}

/// Returns true for null of the core schema.
fn is_null(text: &str, style: YamlStyle) -> bool {
    style == YamlStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL")
}
