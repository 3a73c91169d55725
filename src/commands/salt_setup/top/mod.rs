//! Adds the stanza to the user's `top.sls`, or removes it. All other bytes stay the same.
//!
//! The file is edited as text, because it is a template. An edit is made only if this is proven:
//! whatever the values of the template are, Salt reads the same data as before, and the entry of
//! the stanza. Otherwise the error names the place that prevents the proof.

mod fault;
mod place;
mod proof;
mod renderer;
mod shape;
mod stanza;
mod template;
mod text;
mod uses;
mod yaml;

use std::ops::Range;

use self::place::Place;
use self::proof::{Doubt, Expected};
use self::renderer::Renderer;
use self::stanza::{OurLines, PRESENT};
use self::template::{Around, Rendered, TRIMMINGS, Template};
use self::text::Text;
use self::yaml::Node;
use super::error::{Advice, Uneditable};

pub(super) use self::stanza::{SLS, new_file, stanza};

/// The result of connecting a top file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Connection {
    /// The entry is there.
    Present,
    /// The stanza is there, and it is not known if Salt reads it.
    Unchecked(Uneditable),
    /// The new text.
    Edited(String),
}

/// The result of disconnecting a top file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Disconnection {
    /// The stanza is not there.
    Absent,
    /// The new text.
    Edited(String),
    /// Nothing is left of a file that this program made.
    Empty,
}

/// Adds the stanza at the beginning of an environment. An older one is replaced.
///
/// # Errors
///
/// It is not proven that Salt reads the new text as the old one and the entry.
pub(super) fn connect(bytes: &[u8], environment: &'static str) -> Result<Connection, Uneditable> {
    let text = Text::new(bytes, environment)?;
    let ours = OurLines::find(&text)?;
    if ours.stanzas.is_empty() {
        return add(&text);
    }
    let ranges = ours.ranges();
    let bare = text.without(&ranges);
    let bare = Text::new(bare.as_bytes(), text.environment)?;
    let planned = add(&bare).map_err(|error| in_whole_file(error, &ranges));
    let is_present = matches!(ours.stanzas.as_slice(), [(_, form)] if **form == PRESENT);
    if is_present && planned.is_ok() && differs_by(&bare, &text, &ranges, Expected::Entry).is_ok() {
        return Ok(Connection::Present);
    }
    if let Some(error) = hidden_stanza(&text, &ranges, planned.is_ok()) {
        return Err(error);
    }
    // If the file cannot be read, the place of the stanza may be the reason.
    if let Err(Some(_)) = differs_by(&bare, &text, &ranges, Expected::AnyEntries) {
        return Err(misplaced(&text, &ranges));
    }
    match planned {
        Err(error) if is_present && error.advice == Advice::AddByHand => Ok(Connection::Unchecked(error)),
        Ok(Connection::Present | Connection::Unchecked(_)) => {
            let message = "the entry of the stanza is in the file a second time; remove one of them";
            Err(Uneditable { advice: Advice::Restore, ..text.invalid(text.offset(ranges[0].start), message) })
        }
        planned => planned,
    }
}

/// Returns the error about a stanza that is inside a comment, or inside a block that the
/// environment is not in.
fn hidden_stanza(text: &Text<'_>, ranges: &[Range<usize>], is_addable: bool) -> Option<Uneditable> {
    let start = text.offset(ranges.first()?.start);
    let around = read(text).ok()?.around(start)?;
    let message = format!("the stanza is {}; move it out, or remove it", place::describe(text, &around));
    let error = Uneditable { advice: Advice::Restore, ..text.invalid(start, message) };
    (is_addable || !matches!(around, Around::Block(..))).then_some(error)
}

/// Removes the stanza, and the other lines that this program added. If the SLS file is removed too,
/// no other entry may name it.
///
/// # Errors
///
/// The lines were edited, or it is not proven that Salt reads the new text as the old one without
/// the entry.
pub(super) fn disconnect(
    bytes: &[u8],
    environment: &'static str,
    removes_sls: bool,
) -> Result<Disconnection, Uneditable> {
    let text = match Text::new(bytes, environment) {
        Ok(text) => text,
        // A file that Salt cannot read has no stanza either, unless its lines are there.
        Err(error) => {
            return if memchr::memmem::find(bytes, SLS.as_bytes()).is_some() {
                Err(error)
            } else {
                Ok(Disconnection::Absent)
            };
        }
    };
    let ours = OurLines::find(&text)?;
    let mut ranges = ours.ranges();
    if !ranges.is_empty() {
        let bare = text.without(&ranges);
        let bare = Text::new(bare.as_bytes(), text.environment)?;
        differs_by(&bare, &text, &ranges, Expected::AnyEntries).map_err(|_| misplaced(&text, &ranges))?;
    }
    if let Some(header) = ours.header {
        let mut with_environment = ranges.clone();
        with_environment.push(header..header + 2);
        let rest = text.without(&with_environment);
        let rest = Text::new(rest.as_bytes(), text.environment)?;
        let is_empty = rest.read.is_empty() || differs_by(&rest, &text, &ranges, Expected::Environment).is_ok();
        ranges.push(header..header + if is_empty { 2 } else { 1 });
        ranges.sort_unstable_by_key(|range| range.start);
    }
    let rest = text.without(&ranges);
    if let Some(error) = other_use(&rest, environment).filter(|_| removes_sls) {
        return Err(Uneditable { line: line_in_whole_file(error.line, &ranges), ..error });
    }
    Ok(match rest.is_empty() {
        _ if ranges.is_empty() => Disconnection::Absent,
        true if ours.made_file => Disconnection::Empty,
        _ => Disconnection::Edited(rest),
    })
}

/// Returns the error about a file that names the SLS file outside of the stanza.
fn other_use(text: &str, environment: &'static str) -> Option<Uneditable> {
    let text = Text::new(text.as_bytes(), environment).ok()?;
    let known = read(&text).ok().and_then(|template| uses::find(&template));
    let at = known.unwrap_or_else(|| text.find_outside_comments(SLS))?;
    let message = format!("the file still names {SLS} here, and Salt would not find it; remove this line first");
    Some(Uneditable { advice: Advice::Restore, ..text.invalid(at, message) })
}

/// Adds the stanza to a file without one.
fn add(text: &Text<'_>) -> Result<Connection, Uneditable> {
    let template = read(text)?;
    let place = place::find(text, &template)?;
    let (edited, at, selections, expected) = match place {
        Place::End => {
            let edited = text.with(text.lines().len(), &stanza::new_environment(text.environment, text.newline()));
            (edited, text.read.len(), vec![template.all()], Expected::Environment)
        }
        Place::Environment { line, at, indent, selections } => {
            let rendered = template.render(&template.all(), TRIMMINGS[0]);
            let root = yaml::parse(&rendered.text).ok().flatten();
            if let Some((key, value)) = root.as_ref().and_then(|root| uses::entry(root, text.environment)) {
                return existing(text, &template, &rendered, key, value);
            }
            (text.with(line, &stanza(indent, text.newline())), at, selections, Expected::Entry)
        }
    };
    let edited_text = Text::new(edited.as_bytes(), text.environment)?;
    let after = read(&edited_text).map_err(|error| Uneditable { advice: Advice::AddByHand, ..error })?;
    match proof::check(&template, &after, &selections, expected) {
        Ok(()) => Ok(Connection::Edited(edited)),
        Err(Doubt::Template) => Err(text.unknown(at, "the lines at this place would change the template")),
        Err(Doubt::Difference) => Err(text.unknown(at, "YAML would read the lines at this place in another way")),
        Err(Doubt::Trimming) => {
            let message = "the indentation of the targets depends on the option `trim_blocks` or `lstrip_blocks` of the \
                master, because the tag before them is indented; start the tag in column 1";
            let indent = text.read[at..].len() - text.read[at..].trim_start().len();
            Err(text.unknown(at + indent, message))
        }
    }
}

/// Returns the result for a target that has the SLS file without the comments of the stanza.
fn existing(
    text: &Text<'_>,
    template: &Template<'_>,
    rendered: &Rendered,
    key: &Node,
    value: &Node,
) -> Result<Connection, Uneditable> {
    let at = rendered.source(key.range.start);
    if PRESENT.is_entry(key, value) {
        let message = "the template may skip the entry of the stanza, which is here without its comments";
        let is_certain = uses::is_in_each_rendering(template);
        return Ok(if is_certain { Connection::Present } else { Connection::Unchecked(text.unknown(at, message)) });
    }
    if key.text() == Some(PRESENT.target) {
        let message = format!("the target '{}' has another list than that of the stanza", PRESENT.target);
        return Err(Uneditable { advice: Advice::Restore, ..text.invalid(at, message) });
    }
    Ok(Connection::Unchecked(text.unknown(at, format!("this target has {SLS} already, so the stanza was not added"))))
}

/// Reads a top file as a template.
fn read<'t>(text: &'t Text<'_>) -> Result<Template<'t>, Uneditable> {
    match renderer::renderer(text)? {
        Renderer::Yaml => Ok(Template::plain(&text.read, text.environment)),
        Renderer::Jinja => {
            Template::new(&text.read, text.environment).map_err(|fault| text.invalid(fault.at, fault.message))
        }
    }
}

/// Checks that a file is another one with the expected difference, which is in these lines.
///
/// # Errors
///
/// Returns `None` if one of them cannot be read.
fn differs_by(
    bare: &Text<'_>,
    text: &Text<'_>,
    ranges: &[Range<usize>],
    expected: Expected,
) -> Result<(), Option<Doubt>> {
    let (before, after) = (read(bare).map_err(|_| None)?, read(text).map_err(|_| None)?);
    let end = ranges.iter().map(|range| text.offset(range.end)).max().unwrap_or_default();
    let selections = after.selections(end).ok_or(None)?;
    if yaml::parse(&after.render(&after.all(), TRIMMINGS[0]).text).is_err() {
        return Err(None);
    }
    proof::check(&before, &after, &selections, expected).map_err(Some)
}

/// Returns the error about a stanza that cannot be removed safely.
fn misplaced(text: &Text<'_>, ranges: &[Range<usize>]) -> Uneditable {
    let start = ranges.first().map_or(0, |range| text.offset(range.start));
    let message =
        "the stanza cannot be removed safely: other lines belong to its entry, or Salt does not read it as an entry";
    Uneditable { advice: Advice::Restore, ..text.unknown(start, message) }
}

/// Returns the error about a file without the lines of these ranges as one about the whole file.
fn in_whole_file(error: Uneditable, ranges: &[Range<usize>]) -> Uneditable {
    let line = line_in_whole_file(error.line, ranges);
    match error.advice {
        Advice::Correct => Uneditable { line, message: format!("without the stanza: {}", error.message), ..error },
        Advice::AddByHand | Advice::Restore => Uneditable { line, ..error },
    }
}

/// Returns the number of a line with the lines of these ranges, which ascend.
fn line_in_whole_file(line: usize, ranges: &[Range<usize>]) -> usize {
    ranges.iter().fold(line, |line, range| if line > range.start { line + range.len() } else { line })
}
