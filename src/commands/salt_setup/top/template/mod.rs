//! A top file as a Jinja template, of which nothing is executed.
//!
//! A text at a place outside of all tags and blocks is rendered exactly once, whatever the values
//! are. What YAML makes of it depends on the text around it. So each branch of a block is rendered
//! at least once, with and without the other blocks.

mod blocks;
mod code;
mod render;
mod scan;

use std::ops::Range;

use itertools::iproduct;

use self::blocks::{Blocks, Choice, Node};
use self::scan::{Piece, PieceKind};
use super::fault::Fault;

pub(super) use self::render::{PartKind, Rendered, Selection};
pub(super) use self::scan::Trimming;

/// The expression for the environment, which is `base` for the top file of `base`.
const SALTENV: &str = "saltenv";

/// The options of the master about white space around tags. Salt's default is first.
pub(super) const TRIMMINGS: [Trimming; 4] = [
    Trimming { newline_after: false, indentation: false },
    Trimming { newline_after: true, indentation: true },
    Trimming { newline_after: false, indentation: true },
    Trimming { newline_after: true, indentation: false },
];

/// The size of the largest template of which all combinations of branches are rendered, in bytes.
const LARGEST_COMBINED: usize = 20_000;

/// A template, or a text without tags.
#[derive(Debug)]
pub(super) struct Template<'t> {
    text: &'t str,
    /// The environment that Salt reads the template for.
    environment: &'static str,
    pieces: Vec<Piece>,
    blocks: Blocks,
    /// The offset of the first tag that gives the variable of the environment another value.
    rebound: Option<usize>,
}

/// A construct of a template that contains a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Around {
    /// A comment, with its offset.
    Comment(usize),
    /// The code of a tag or an expression, with its offset.
    Code(usize),
    /// A block: its name, and the offset of its tag.
    Block(String, usize),
}

impl<'t> Template<'t> {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// Jinja rejects the template, or ignores its text.
    pub(super) fn new(text: &'t str, environment: &'static str) -> Result<Self, Fault> {
        let pieces = scan::scan(text)?;
        let blocks = blocks::blocks(text, &pieces)?;
        let binds = |piece: &&Piece| match &piece.kind {
            PieceKind::Tag(name, code) => code::binds(name, &text[code.clone()], SALTENV),
            _ => false,
        };
        let rebound = pieces.iter().find(binds).map(|piece| piece.range.start);
        Ok(Self { text, environment, pieces, blocks, rebound })
    }

    /// Returns a text that is not a template.
    pub(super) fn plain(text: &'t str, environment: &'static str) -> Self {
        let nodes = if text.is_empty() { Vec::new() } else { vec![Node::Data(0)] };
        let blocks = Blocks { nodes, hidden: Vec::new(), choices: 0 };
        Self { text, environment, pieces: Piece::text(0..text.len()), blocks, rebound: None }
    }

    /// Returns true if there is nothing but text.
    pub(super) fn is_plain(&self) -> bool {
        self.pieces.iter().all(|piece| piece.kind == PieceKind::Data)
    }

    /// Returns the environment that Salt reads the template for.
    pub(super) fn environment(&self) -> &'static str {
        self.environment
    }

    /// Returns the offset of a tag that may give the variable of the environment another value.
    pub(super) fn rebound_environment(&self) -> Option<usize> {
        self.rebound
    }

    /// Returns true if another template has the same tags and blocks.
    pub(super) fn has_structure_of(&self, other: &Template<'_>) -> bool {
        if self.is_plain() && other.is_plain() {
            return true;
        }
        let kinds = |template: &Template<'_>| -> Vec<std::mem::Discriminant<PieceKind>> {
            template.pieces.iter().map(|piece| std::mem::discriminant(&piece.kind)).collect()
        };
        self.blocks.nodes == other.blocks.nodes && kinds(self) == kinds(other)
    }

    /// Renders a selection.
    pub(super) fn render(&self, selection: &Selection, trimming: Trimming) -> Rendered {
        Rendered::new(self, &scan::trimmed(self.text, &self.pieces, trimming), selection)
    }

    /// Selects the first branch of each block.
    pub(super) fn all(&self) -> Selection {
        Selection(vec![0; self.blocks.choices])
    }

    /// Selects the last branch of each block: often nothing.
    pub(super) fn last(&self) -> Selection {
        let mut selection = self.all();
        for path in self.paths(usize::MAX) {
            selection.0[path.id] = path.options - 1;
        }
        selection
    }

    /// Selects nothing of any block, even if one of its branches is always rendered.
    pub(super) fn bare(&self) -> Selection {
        Selection(vec![Selection::NOTHING; self.blocks.choices])
    }

    /// Selects a branch without content in each block that has one.
    pub(super) fn least(&self) -> Selection {
        let mut selection = self.last();
        self.select_least(&self.blocks.nodes, &mut selection);
        selection
    }

    /// Selects each branch of each block that begins before an offset. If there are few blocks,
    /// each combination of their branches is selected. Otherwise each branch is selected together
    /// with the first branches of all other blocks, with their last ones, and with those without
    /// content.
    ///
    /// Returns `None` if there are too many blocks to try.
    pub(super) fn selections(&self, end: usize) -> Option<Vec<Selection>> {
        const LIMIT: usize = 300;
        let mut bases = vec![self.all(), self.last(), self.least()];
        bases.dedup();
        let paths = self.paths(end);
        let is_small = self.text.len() <= LARGEST_COMBINED;
        if let Some(selections) = combinations(&bases, &paths, LIMIT).filter(|_| is_small) {
            return Some(selections);
        }
        let mut selections = bases.clone();
        for path in paths {
            for (base, option) in iproduct!(&bases, 0..path.options) {
                let mut selection = base.clone();
                for (id, option) in &path.around {
                    selection.0[*id] = *option;
                }
                selection.0[path.id] = option;
                if !selections.contains(&selection) {
                    selections.push(selection);
                }
            }
            if selections.len() > LIMIT {
                return None;
            }
        }
        Some(selections)
    }

    /// Returns the innermost construct that contains an offset; `None` for text outside of all.
    pub(super) fn around(&self, at: usize) -> Option<Around> {
        let index = self.pieces.iter().position(|piece| piece.range.contains(&at))?;
        match self.pieces[index].kind {
            PieceKind::Comment => return Some(Around::Comment(self.pieces[index].range.start)),
            PieceKind::Tag(..) | PieceKind::Output(_) => return Some(Around::Code(self.pieces[index].range.start)),
            PieceKind::Data => {}
        }
        let hidden = self.blocks.hidden.iter().filter(|block| block.range.contains(&at));
        if let Some(block) = hidden.min_by_key(|block| block.range.len()) {
            return Some(Around::Block(block.name.clone(), block.range.start));
        }
        let tag = block_of(&self.blocks.nodes, index, None)??;
        Some(Around::Block(self.name(tag).to_owned(), self.pieces[tag].range.start))
    }

    /// Returns the name of the block whose tag is at an offset.
    pub(super) fn block_name(&self, at: usize) -> &str {
        self.pieces.iter().position(|piece| piece.range.start == at).map_or("", |index| self.name(index))
    }

    fn name(&self, index: usize) -> &str {
        match &self.pieces[index].kind {
            PieceKind::Tag(name, _) => name,
            _ => "",
        }
    }

    /// Returns the choices whose tags begin before an offset.
    fn paths(&self, end: usize) -> Vec<Path> {
        let mut paths = Vec::new();
        collect_paths(&self.blocks.nodes, &mut Vec::new(), &mut paths);
        paths.retain(|path| self.pieces[path.tag].range.start < end);
        paths
    }

    /// Selects branches without content. Returns true if the nodes have none.
    fn select_least(&self, nodes: &[Node], selection: &mut Selection) -> bool {
        let mut is_blank = true;
        for node in nodes {
            is_blank &= match node {
                Node::Data(piece) => is_blank_yaml(&self.text[self.pieces[*piece].range.clone()]),
                Node::Output(_) | Node::Unknown(_) => false,
                Node::Jump => true,
                Node::Block(_, nodes) | Node::Iteration(_, nodes) => self.select_least(nodes, selection),
                Node::Choice(Choice { id, options, .. }) => {
                    let blank: Vec<bool> = options.iter().map(|nodes| self.select_least(nodes, selection)).collect();
                    let option = blank.iter().rposition(|blank| *blank);
                    selection.0[*id] = option.unwrap_or(options.len() - 1);
                    option.is_some()
                }
            };
        }
        is_blank
    }
}

/// A choice, and the options of the choices around it with which it is rendered.
struct Path {
    id: usize,
    tag: usize,
    options: usize,
    around: Vec<(usize, usize)>,
}

fn collect_paths(nodes: &[Node], around: &mut Vec<(usize, usize)>, paths: &mut Vec<Path>) {
    for node in nodes {
        match node {
            Node::Block(_, nodes) | Node::Iteration(_, nodes) => collect_paths(nodes, around, paths),
            Node::Choice(choice) => {
                let (id, tag) = (choice.id, choice.tag);
                paths.push(Path { id, tag, options: choice.options.len(), around: around.clone() });
                for (option, nodes) in choice.options.iter().enumerate() {
                    around.push((id, option));
                    collect_paths(nodes, around, paths);
                    around.pop();
                }
            }
            Node::Data(_) | Node::Output(_) | Node::Unknown(_) | Node::Jump => {}
        }
    }
}

/// Returns each combination of the options of these choices, with the bases for all others. Returns
/// `None` if there are more than `limit`.
fn combinations(bases: &[Selection], paths: &[Path], limit: usize) -> Option<Vec<Selection>> {
    let mut selections = bases.to_vec();
    for path in paths {
        let is_rendered = |selection: &Selection| path.around.iter().all(|(id, option)| selection.0[*id] == *option);
        let mut further = Vec::new();
        for selection in selections.iter().filter(|selection| is_rendered(selection)) {
            for option in (0..path.options).filter(|option| *option != selection.0[path.id]) {
                let mut other = selection.clone();
                other.0[path.id] = option;
                if !selections.contains(&other) && !further.contains(&other) {
                    further.push(other);
                }
            }
            if selections.len() + further.len() > limit {
                return None;
            }
        }
        selections.append(&mut further);
    }
    Some(selections)
}

/// Returns the tag of the innermost block around a piece of text; `Some(None)` if there is none.
fn block_of(nodes: &[Node], piece: usize, block: Option<usize>) -> Option<Option<usize>> {
    nodes.iter().find_map(|node| match node {
        Node::Data(index) => (*index == piece).then_some(block),
        Node::Block(tag, nodes) | Node::Iteration(tag, nodes) => block_of(nodes, piece, Some(*tag)),
        Node::Choice(choice) => choice.options.iter().find_map(|nodes| block_of(nodes, piece, Some(choice.tag))),
        Node::Output(_) | Node::Unknown(_) | Node::Jump => None,
    })
}

/// Returns true for a text of empty lines and comments.
fn is_blank_yaml(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

impl Piece {
    /// Returns a text as its only piece.
    fn text(range: Range<usize>) -> Vec<Self> {
        let mut pieces = Vec::new();
        scan::push_data(&mut pieces, range);
        pieces
    }
}
