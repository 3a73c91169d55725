//! The blocks of a template: which pieces are rendered always, sometimes, or never.

use std::ops::Range;

use super::code;
use super::scan::{Piece, PieceKind};
use crate::commands::salt_setup::top::fault::Fault;

/// A node of a template. The numbers are indices of pieces.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Text.
    Data(usize),
    /// The value of an expression, within a line.
    Output(usize),
    /// Lines that are not known: the value of an expression that is alone on its line, an included
    /// file, or the result of a block.
    Unknown(usize),
    /// A block that is rendered in one of several ways.
    Choice(Choice),
    /// One iteration of a loop, which a jump ends, and the tag of the loop.
    Iteration(usize, Vec<Node>),
    /// A block that is rendered once, and the tag that opens it.
    Block(usize, Vec<Node>),
    /// The end of an iteration: `continue` or `break`.
    Jump,
}

/// The block of an `if` or a `for`, or a further iteration of a loop.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The number of the choice, in the order of the tags.
    pub(super) id: usize,
    /// The tag that opens the block.
    pub(super) tag: usize,
    /// The ways to render it: the branches of an `if`, or the iterations of a `for` and its `else`.
    /// The last one is empty if there is no `else`.
    pub(super) options: Vec<Vec<Node>>,
}

/// A block whose text is not rendered where it is: a macro, for example.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HiddenBlock {
    pub(super) name: String,
    pub(super) range: Range<usize>,
}

/// The nodes of a template.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Blocks {
    pub(super) nodes: Vec<Node>,
    pub(super) hidden: Vec<HiddenBlock>,
    /// The number of choices.
    pub(super) choices: usize,
}

/// The result of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// Its text.
    Text,
    /// Nothing, as for a macro.
    Nothing,
    /// Something that is not known.
    Unknown,
}

/// The limit of nested blocks, far above any real template.
const DEPTH_LIMIT: usize = 50;

/// The limit of nested loops. The text of a loop is read twice, so the time doubles with each.
const LOOP_LIMIT: usize = 6;

/// Finds the blocks of a template.
pub(super) fn blocks(text: &str, pieces: &[Piece]) -> Result<Blocks, Fault> {
    let mut reader = Reader { text, pieces, next: 0, choices: 0, hidden: Vec::new(), loops: 0, depth: 0, all_loops: 0 };
    let nodes = reader.nodes(&[], None)?.0;
    Ok(Blocks { nodes, hidden: reader.hidden, choices: reader.choices })
}

struct Reader<'t> {
    text: &'t str,
    pieces: &'t [Piece],
    next: usize,
    choices: usize,
    hidden: Vec<HiddenBlock>,
    /// The number of loops around the present piece.
    loops: usize,
    /// The number of blocks around it.
    depth: usize,
    /// The number of loops around it, with those around a macro.
    all_loops: usize,
}

impl<'t> Reader<'t> {
    /// Reads nodes until one of these tags, or until the end of the text if no block is open.
    /// Returns the nodes and the tag.
    fn nodes(&mut self, until: &[&str], opening: Option<usize>) -> Result<(Vec<Node>, &'t str), Fault> {
        let mut nodes = Vec::new();
        while self.next < self.pieces.len() {
            let index = self.next;
            self.next += 1;
            match &self.pieces[index].kind {
                PieceKind::Data => nodes.push(Node::Data(index)),
                PieceKind::Comment => {}
                PieceKind::Output(code) => {
                    code::check_expression(self.text, code)?;
                    nodes.push(if self.is_alone(index) { Node::Unknown(index) } else { Node::Output(index) });
                }
                PieceKind::Tag(name, _) if until.contains(&name.as_str()) => return Ok((nodes, name)),
                PieceKind::Tag(name, code) => nodes.extend(self.tag(index, name, code, opening)?),
            }
        }
        match opening {
            None => Ok((nodes, "")),
            Some(opening) => Err(self.fault(opening, format!("unclosed block `{}`", self.name(opening)))),
        }
    }

    /// Reads a tag, and its block if it opens one.
    fn tag(
        &mut self,
        index: usize,
        name: &str,
        code: &Range<usize>,
        around: Option<usize>,
    ) -> Result<Option<Node>, Fault> {
        match name {
            "if" => self.condition(index, code).map(Some),
            "for" => self.iteration(index, code).map(Some),
            "set" if code::has_assignment(&self.text[code.clone()]) => {
                code::check_assignment(self.text, code).map(|()| None)
            }
            "set" => self.block(index, "endset", Effect::Nothing),
            "macro" => self.block(index, "endmacro", Effect::Nothing),
            "load_yaml" | "load_json" | "load_text" => self.block(index, "endload", Effect::Nothing),
            "call" => self.block(index, "endcall", Effect::Unknown),
            "filter" => self.block(index, "endfilter", Effect::Unknown),
            "block" => self.block(index, "endblock", Effect::Text),
            "with" => self.block(index, "endwith", Effect::Text),
            "autoescape" => self.block(index, "endautoescape", Effect::Text),
            "profile" => self.block(index, "endprofile", Effect::Text),
            "raw" => self.block(index, "endraw", Effect::Text),
            "include" => Ok(Some(Node::Unknown(index))),
            "import" | "from" | "import_yaml" | "import_json" | "import_text" | "do" => Ok(None),
            "continue" | "break" if self.loops > 0 => Ok(Some(Node::Jump)),
            "extends" => Err(self.fault(index, "the template extends another one, so Salt ignores its own text")),
            _ if is_part_of_a_block(name) => Err(self.unmatched(index, name, around)),
            _ => Err(self.fault(index, format!("unknown template tag `{name}`"))),
        }
    }

    fn block(&mut self, index: usize, end: &str, effect: Effect) -> Result<Option<Node>, Fault> {
        self.enter(index)?;
        // The text of a macro is not part of a loop around it.
        let loops = if effect == Effect::Text { self.loops } else { std::mem::take(&mut self.loops) };
        let (nodes, _) = self.nodes(&[end], Some(index))?;
        self.loops = loops;
        self.depth -= 1;
        if effect == Effect::Text {
            return Ok(Some(Node::Block(index, nodes)));
        }
        let range = self.pieces[index].range.start..self.pieces[self.next - 1].range.end;
        self.hidden.push(HiddenBlock { name: self.name(index).to_owned(), range });
        Ok((effect == Effect::Unknown).then_some(Node::Unknown(index)))
    }

    fn condition(&mut self, index: usize, code: &Range<usize>) -> Result<Node, Fault> {
        code::check_condition(self.text, code)?;
        self.enter(index)?;
        let id = self.choice();
        let mut options = Vec::new();
        loop {
            let (nodes, end) = self.nodes(&["elif", "else", "endif"], Some(index))?;
            options.push(nodes);
            match end {
                "elif" => self.check_elif()?,
                "else" => {
                    options.push(self.nodes(&["endif"], Some(index))?.0);
                    break;
                }
                _ => {
                    options.push(Vec::new());
                    break;
                }
            }
        }
        self.depth -= 1;
        Ok(Node::Choice(Choice { id, tag: index, options }))
    }

    /// Checks the condition of the tag that was read last.
    fn check_elif(&self) -> Result<(), Fault> {
        match &self.pieces[self.next - 1].kind {
            PieceKind::Tag(_, code) => code::check_condition(self.text, code),
            _ => Ok(()),
        }
    }

    /// Reads a loop. It has one or two iterations, because the text of the second one begins where
    /// the first one ends, and can have other branches.
    fn iteration(&mut self, index: usize, code: &Range<usize>) -> Result<Node, Fault> {
        code::check_loop(self.text, code)?;
        self.enter(index)?;
        let id = self.choice();
        self.loops += 1;
        self.all_loops += 1;
        if self.all_loops > LOOP_LIMIT {
            return Err(self.fault(index, format!("loops nest deeper than {LOOP_LIMIT} levels")));
        }
        let start = self.next;
        let (first, _) = self.nodes(&["else", "endfor"], Some(index))?;
        let further = self.choice();
        let hidden = self.hidden.len();
        self.next = start;
        let (second, end) = self.nodes(&["else", "endfor"], Some(index))?;
        self.hidden.truncate(hidden);
        self.loops -= 1;
        self.all_loops -= 1;
        let otherwise = if end == "else" { self.nodes(&["endfor"], Some(index))?.0 } else { Vec::new() };
        self.depth -= 1;
        let second = vec![vec![Node::Iteration(index, second)], Vec::new()];
        let second = Node::Choice(Choice { id: further, tag: index, options: second });
        let iterations = vec![Node::Iteration(index, first), second];
        Ok(Node::Choice(Choice { id, tag: index, options: vec![iterations, otherwise] }))
    }

    fn choice(&mut self) -> usize {
        self.choices += 1;
        self.choices - 1
    }

    fn enter(&mut self, index: usize) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(self.fault(index, format!("blocks nest deeper than {DEPTH_LIMIT} levels")));
        }
        Ok(())
    }

    /// Returns true if there is no text on the lines of an expression.
    fn is_alone(&self, index: usize) -> bool {
        let data = |piece: &Piece| match piece.kind {
            PieceKind::Data => &self.text[piece.range.clone()],
            _ => "",
        };
        let mut before = self.pieces[..index].iter().rev().map(data);
        let mut after = self.pieces[index + 1..].iter().map(data);
        // Up to the first piece with a newline or with text.
        let before = before.find(|data| data.contains('\n') || !data.trim().is_empty()).unwrap_or_default();
        let after = after.find(|data| data.contains('\n') || !data.trim().is_empty()).unwrap_or_default();
        let last = before.rsplit('\n').next().unwrap_or_default();
        let first = after.split('\n').next().unwrap_or_default();
        last.trim().is_empty() && first.trim().is_empty()
    }

    fn unmatched(&self, index: usize, name: &str, around: Option<usize>) -> Fault {
        let message = match around {
            None => format!("unmatched template tag `{name}`"),
            Some(around) => format!("unexpected template tag `{name}` inside the block `{}`", self.name(around)),
        };
        self.fault(index, message)
    }

    fn name(&self, index: usize) -> &'t str {
        match &self.pieces[index].kind {
            PieceKind::Tag(name, _) => name,
            _ => "",
        }
    }

    fn fault(&self, index: usize, message: impl Into<String>) -> Fault {
        Fault::new(self.pieces[index].range.start, message)
    }
}

/// Returns true for the end or another part of a block, or of a loop.
fn is_part_of_a_block(name: &str) -> bool {
    name.starts_with("end") || ["elif", "else", "continue", "break"].contains(&name)
}
