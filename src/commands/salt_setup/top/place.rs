//! The place of the stanza in a top file: right below the line of its environment.

use super::fault::Fault;
use super::shape;
use super::template::{Around, PartKind, Rendered, Selection, TRIMMINGS, Template};
use super::text::Text;
use super::yaml::{self, Node};
use crate::commands::salt_setup::error::Uneditable;

/// A place for the stanza.
#[derive(Debug)]
pub(super) enum Place {
    /// Below the line of the environment.
    Environment {
        /// The index of the line before which the stanza is inserted.
        line: usize,
        /// The offset of that line.
        at: usize,
        /// The indentation of the targets.
        indent: usize,
        /// The renderings in which the place was checked: every way in which the template can
        /// render the text before the first target.
        selections: Vec<Selection>,
    },
    /// At the end of a file that has no environments.
    End,
}

/// Finds the place of the stanza.
///
/// # Errors
///
/// Salt rejects the file, or it depends on the values of a template how Salt reads the place.
pub(super) fn find(text: &Text<'_>, template: &Template<'_>) -> Result<Place, Uneditable> {
    let finder = Finder { text, template };
    let (rendered, root) = finder.readable()?;
    finder.check_tabs(&rendered)?;
    let Some(root) = root.filter(|root| !root.is_null()) else {
        return if template.is_plain() { Ok(Place::End) } else { Err(finder.missing()) };
    };
    finder.check_shape(&rendered, &root)?;
    let (at, line) = finder.line_below(&rendered, &root)?;
    let selections = template
        .selections(finder.end_of_zone(at))
        .ok_or_else(|| text.unknown(at, "too many template blocks before the first target to check them all"))?;
    let mut indents = Vec::new();
    for selection in &selections {
        let rendered = finder.render(selection);
        let root = finder.parse(&rendered)?.ok_or_else(|| finder.missing())?;
        if finder.line_below(&rendered, &root)?.0 != at {
            return Err(finder.missing());
        }
        indents.extend(finder.indent(&rendered, &root, at)?);
    }
    indents.sort_unstable();
    indents.dedup();
    let indent = match indents.as_slice() {
        [] => finder.default_indent(&rendered, &root),
        [indent] => *indent,
        [first, second, ..] => {
            let message = format!(
                "the targets below have different indentations, {first} and {second} spaces, in different branches of the template"
            );
            return Err(text.unknown(at, message));
        }
    };
    Ok(Place::Environment { line, at, indent, selections })
}

struct Finder<'f, 't> {
    text: &'f Text<'t>,
    template: &'f Template<'f>,
}

impl Finder<'_, '_> {
    fn render(&self, selection: &Selection) -> Rendered {
        self.template.render(selection, TRIMMINGS[0])
    }

    /// Parses a rendered text. The places of errors are those in the template.
    fn parse(&self, rendered: &Rendered) -> Result<Option<Node>, Uneditable> {
        yaml::parse(&rendered.text).map_err(|fault| self.rejected(rendered, fault))
    }

    fn rejected(&self, rendered: &Rendered, fault: Fault) -> Uneditable {
        let at = rendered.source(fault.at);
        if self.template.is_plain() {
            return self.text.invalid(at, fault.message);
        }
        // Salt may never render these branches together.
        self.text.unknown(at, format!("{}, in one rendering of the template", fault.message))
    }

    /// Returns a rendering that YAML reads.
    fn readable(&self) -> Result<(Rendered, Option<Node>), Uneditable> {
        let rendered = self.render(&self.template.all());
        match self.parse(&rendered) {
            Ok(root) => Ok((rendered, root)),
            Err(error) => {
                let rendered = self.render(&self.template.last());
                self.parse(&rendered).map(|root| (rendered, root)).map_err(|_| error)
            }
        }
    }

    fn check_shape(&self, rendered: &Rendered, root: &Node) -> Result<(), Uneditable> {
        shape::check(root, rendered, self.text.environment).map_err(|fault| self.rejected(rendered, fault))?;
        // Only keys outside of all blocks are certainly in the same text.
        let bare = self.render(&self.template.bare());
        let root = yaml::parse(&bare.text).ok().flatten();
        root.map_or(Ok(()), |root| shape::check_duplicates(&root)).map_err(|fault| self.rejected(&bare, fault))
    }

    /// Rejects tabs, because versions of PyYAML read them differently.
    fn check_tabs(&self, rendered: &Rendered) -> Result<(), Uneditable> {
        let mut start = 0;
        for line in rendered.text.split_inclusive('\n') {
            if let Some(tab) = line.split('#').next().and_then(|yaml| yaml.find('\t')) {
                let at = rendered.source(start + tab);
                return Err(self.text.invalid(at, "unexpected tab, which YAML does not allow everywhere; use spaces"));
            }
            start += line.len();
        }
        Ok(())
    }

    /// Returns the start of the line below the line of the environment: its offset and its index.
    fn line_below(&self, rendered: &Rendered, root: &Node) -> Result<(usize, usize), Uneditable> {
        let mut members =
            root.members().into_iter().flatten().filter(|(key, _)| key.text() == Some(self.text.environment));
        let (key, value) = members.next().ok_or_else(|| self.missing())?;
        let at = rendered.source(key.range.start);
        if let Some(block) = rendered.part(key.range.start).and_then(|part| part.block) {
            return Err(self.inside(at, &Around::Block(self.template.block_name(block).to_owned(), block)));
        }
        if let Some((second, _)) = members.next() {
            let message =
                format!("duplicate environment {}; Salt rejects a file with two of them", self.text.environment);
            return Err(self.text.invalid(rendered.source(second.range.start), message));
        }
        let line = rendered.text[key.range.end..].split('\n').next().unwrap_or_default();
        let rest = line.trim_start().strip_prefix(':').map(str::trim);
        if rest.is_none_or(|rest| !rest.is_empty() && !rest.starts_with('#')) {
            let message = format!(
                "unexpected text after the environment {0}, expected `{0}:` alone on its line and the targets below",
                self.text.environment
            );
            return Err(self.text.unknown(rendered.source(key.range.end), message));
        }
        self.check_value(rendered, value)?;
        self.line_after(at)
    }

    /// Returns the start of the line after the line of a place: its offset and its index. The line
    /// ends at the first newline outside of tags.
    fn line_after(&self, at: usize) -> Result<(usize, usize), Uneditable> {
        for (newline, _) in self.text.read[at..].match_indices('\n') {
            match self.template.around(at + newline) {
                None => return Ok((at + newline + 1, self.text.line(at + newline))),
                Some(Around::Comment(_) | Around::Code(_)) => {}
                Some(Around::Block(..)) => {
                    return Err(self.text.unknown(at, "the end of this line is inside a template block"));
                }
            }
        }
        Ok((self.text.read.len(), self.text.lines().len()))
    }

    /// Checks that the value of the environment is a mapping of targets in block style, or nothing.
    fn check_value(&self, rendered: &Rendered, value: &Node) -> Result<(), Uneditable> {
        let at = rendered.source(value.range.start);
        if value.anchor > 0 {
            return Err(self
                .text
                .unknown(at, format!("unexpected anchor of the environment {}", self.text.environment)));
        }
        if value.members().is_some() {
            let is_flow = rendered.text[value.range.start..].starts_with('{');
            let message = "the targets are in flow style `{…}`, expected one target a line";
            return if is_flow { Err(self.text.unknown(at, message)) } else { Ok(()) };
        }
        if value.is_null() {
            return Ok(());
        }
        let message =
            format!("the environment {} must be a mapping of targets, not {}", self.text.environment, value.kind());
        Err(self.text.invalid(at, message))
    }

    /// Returns the indentation of the first target; `None` if the environment is empty.
    fn indent(&self, rendered: &Rendered, root: &Node, at: usize) -> Result<Option<usize>, Uneditable> {
        let content = first_content_below(rendered, at);
        let mut members = root.members().into_iter().flatten();
        let environment = members.find(|(key, _)| key.text() == Some(self.text.environment));
        // A value in a comment may have several lines.
        let start = environment.map_or(content, |(key, _)| key.range.end);
        let lines = rendered.unknown_lines_before(content).or_else(|| rendered.first_value(&(start..content)));
        if let Some(lines) = lines {
            let message = "the template renders lines here that are not known before Salt renders them";
            return Err(self.text.unknown(lines, message));
        }
        let start = rendered.text[..content].rfind('\n').map_or(0, |newline| newline + 1);
        if rendered.part(content).is_some_and(|part| part.kind == PartKind::Value) {
            // The value may begin with white space, be empty, or have several lines.
            let message = "the line begins with a value, so its indentation is not known before Salt renders it; \
                put the target in quotes, or write another target before it";
            return Err(self.text.unknown(rendered.source(content), message));
        }
        match environment {
            Some((_, value)) if value.members().is_some() => {
                let indent = &rendered.text[start..content];
                if value.range.start != content || indent.bytes().any(|byte| byte != b' ') {
                    return Err(self.text.unknown(rendered.source(content), "expected a target on this line"));
                }
                Ok(Some(indent.len()))
            }
            _ => Ok(None),
        }
    }

    /// Returns the offset of the first content below an offset that is rendered in every case.
    fn end_of_zone(&self, at: usize) -> usize {
        let rendered = self.render(&self.template.least());
        let content = first_content_below(&rendered, at);
        if content < rendered.text.len() { rendered.source(content).max(at) } else { usize::MAX }
    }

    /// Returns the indentation of targets in an empty environment.
    fn default_indent(&self, rendered: &Rendered, root: &Node) -> usize {
        let key = root.members().into_iter().flatten().find(|(key, _)| key.text() == Some(self.text.environment));
        let start = key.map_or(0, |(key, _)| key.range.start);
        let line = rendered.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        start - line + 2
    }

    /// Returns the error about a missing environment. It names a line that looks like one.
    fn missing(&self) -> Uneditable {
        let mut start = 0;
        for line in self.text.read.split_inclusive('\n') {
            let at = start + line.len() - line.trim_start().len();
            start += line.len();
            if opens_environment(line.trim_start(), self.text.environment) {
                if let Some(tag) = self.template.rebound_environment().filter(|_| line.trim_start().starts_with('{')) {
                    let line = self.text.line(tag);
                    let message = format!("the tag of line {line} sets `saltenv`, so this may be another environment");
                    return self.text.unknown(at, message);
                }
                return match self.template.around(at) {
                    Some(around) => self.inside(at, &around),
                    None => {
                        let message = format!(
                            "this line is not an environment {} for YAML, and the file has no other one",
                            self.text.environment
                        );
                        self.text.invalid(at, message)
                    }
                };
            }
        }
        let message = format!("missing environment {0}; add the line `{0}:` and its targets", self.text.environment);
        self.text.invalid(self.text.read.trim_end().len(), message)
    }

    fn inside(&self, at: usize, around: &Around) -> Uneditable {
        self.text.unknown(at, format!("the environment {} is {}", self.text.environment, describe(self.text, around)))
    }
}

/// Returns the construct around a place, and its effect.
pub(super) fn describe(text: &Text<'_>, around: &Around) -> String {
    match around {
        Around::Comment(at) => {
            format!("inside the template comment of line {}, so Salt never reads it", text.line(*at))
        }
        Around::Code(at) => format!("inside the template tag of line {}, so Salt never reads it", text.line(*at)),
        Around::Block(name, at) => {
            format!("inside the block `{name}` of line {}, which may skip, repeat or change it", text.line(*at))
        }
    }
}

/// Returns the offset in a rendered text of the first character that is not white space or a
/// comment, below the line of the environment. `at` is the end of that line in the template.
fn first_content_below(rendered: &Rendered, at: usize) -> usize {
    let end = rendered.rendered(at);
    let is_line_start = end == 0 || rendered.text[..end].ends_with('\n');
    let mut lines = rendered.text[end..].split_inclusive('\n');
    // A tag below may remove the newline, and then this is the rest of the line.
    let mut start = if is_line_start { end } else { end + lines.next().map_or(0, str::len) };
    for line in lines {
        let content = line.trim_start();
        if !content.is_empty() && !content.starts_with('#') {
            return start + line.len() - content.len();
        }
        start += line.len();
    }
    rendered.text.len()
}

/// Returns true if a line looks like the key of the environment.
fn opens_environment(line: &str, environment: &str) -> bool {
    let keys = [environment, &format!("'{environment}'"), &format!("\"{environment}\""), "{{ saltenv }}"];
    keys.iter().any(|key| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')))
}
