//! A text that a template can render, and the places in the template that its parts come from.
//!
//! No expression is evaluated: its value becomes a word, and each branch of a block is tried.

use std::ops::{ControlFlow, Range};

use super::blocks::Node;
use super::scan::PieceKind;
use super::{SALTENV, Template};

/// The option of each choice of a template. [`Selection::NOTHING`] skips the whole block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection(pub(super) Vec<usize>);

impl Selection {
    /// The option that renders nothing, whatever the block is.
    pub(super) const NOTHING: usize = usize::MAX;
}

/// A rendered text.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    parts: Vec<Part>,
}

/// A part of a rendered text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// The offset in the rendered text.
    start: usize,
    /// The offset in the template.
    source: usize,
    length: usize,
    pub(crate) kind: PartKind,
    /// The offset of the innermost block around it.
    pub(crate) block: Option<usize>,
}

/// The origin of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// Text of the template.
    Text,
    /// The name of the environment.
    Environment,
    /// A word in place of a value.
    Value,
    /// Lines that are not known. Nothing is rendered for them.
    Lines,
}

impl Rendered {
    /// Renders nodes.
    pub(super) fn new(template: &Template<'_>, data: &[Range<usize>], selection: &Selection) -> Self {
        let mut renderer = Renderer { template, data, selection, rendered: Self::default(), values: 0 };
        let _ = renderer.nodes(&template.blocks.nodes, None);
        renderer.rendered
    }

    /// Returns the part at an offset. The end of the text belongs to its last part.
    pub(crate) fn part(&self, at: usize) -> Option<&Part> {
        self.parts[..self.parts.partition_point(|part| part.start <= at)]
            .iter()
            .rfind(|part| part.kind != PartKind::Lines)
    }

    /// Returns the offset in the template of an offset in this text.
    pub(crate) fn source(&self, at: usize) -> usize {
        match self.part(at) {
            Some(Part { start, source, kind: PartKind::Text, .. }) => source + (at - start),
            Some(part) => part.source,
            None => 0,
        }
    }

    /// Returns the offset in this text of an offset in the template, which is outside of blocks.
    /// White space that is not rendered has the offset of the text before it.
    pub(crate) fn rendered(&self, source: usize) -> usize {
        let is_before = |part: &&Part| part.source < source || part.kind == PartKind::Text && part.source == source;
        let parts = self.parts.iter().filter(is_before);
        parts.max_by_key(|part| (part.source, part.start)).map_or(0, |part| match part.kind {
            PartKind::Text => part.start + (source - part.source).min(part.length),
            _ => part.start + part.length,
        })
    }

    /// Returns the place in the template of the first unknown lines before an offset.
    pub(crate) fn unknown_lines_before(&self, at: usize) -> Option<usize> {
        self.parts.iter().find(|part| part.kind == PartKind::Lines && part.start <= at).map(|part| part.source)
    }

    /// Returns the place in the template of the first value in a range of this text.
    pub(crate) fn first_value(&self, range: &Range<usize>) -> Option<usize> {
        let is_value = |part: &&Part| part.kind == PartKind::Value && range.contains(&part.start);
        self.parts.iter().find(is_value).map(|part| part.source)
    }

    /// Returns true if all of the text is text of the template.
    pub(crate) fn is_literal(&self) -> bool {
        self.parts.iter().all(|part| part.kind == PartKind::Text && part.block.is_none())
    }
}

struct Renderer<'r, 't> {
    template: &'r Template<'t>,
    /// The range of each piece that is rendered.
    data: &'r [Range<usize>],
    selection: &'r Selection,
    rendered: Rendered,
    /// The number of values.
    values: usize,
}

impl Renderer<'_, '_> {
    /// Renders nodes, up to the end of an iteration.
    fn nodes(&mut self, nodes: &[Node], block: Option<usize>) -> ControlFlow<()> {
        for node in nodes {
            match node {
                Node::Data(piece) => {
                    let range = self.data[*piece].clone();
                    self.push(range.start, PartKind::Text, block, &self.template.text[range]);
                }
                Node::Output(piece) => self.output(*piece, block),
                Node::Unknown(piece) => self.push(self.start(*piece), PartKind::Lines, block, ""),
                Node::Block(tag, nodes) => self.nodes(nodes, Some(self.start(*tag)))?,
                Node::Choice(choice) => {
                    let option = self.selection.0.get(choice.id).and_then(|option| choice.options.get(*option));
                    if let Some(nodes) = option {
                        self.nodes(nodes, Some(self.start(choice.tag)))?;
                    }
                }
                Node::Iteration(tag, nodes) => {
                    let _ = self.nodes(nodes, Some(self.start(*tag)));
                }
                Node::Jump => return ControlFlow::Break(()),
            }
        }
        ControlFlow::Continue(())
    }

    fn output(&mut self, piece: usize, block: Option<usize>) {
        let code = match &self.template.pieces[piece].kind {
            PieceKind::Output(code) => self.template.text[code.clone()].trim(),
            _ => "",
        };
        if code == SALTENV && self.template.rebound.is_none() {
            self.push(self.start(piece), PartKind::Environment, block, self.template.environment);
        } else {
            self.values += 1;
            self.push(self.start(piece), PartKind::Value, block, &format!("value{}", self.values));
        }
    }

    fn push(&mut self, source: usize, kind: PartKind, block: Option<usize>, text: &str) {
        if !text.is_empty() || kind == PartKind::Lines {
            self.rendered.parts.push(Part { start: self.rendered.text.len(), source, length: text.len(), kind, block });
            self.rendered.text.push_str(text);
        }
    }

    fn start(&self, piece: usize) -> usize {
        self.template.pieces[piece].range.start
    }
}
