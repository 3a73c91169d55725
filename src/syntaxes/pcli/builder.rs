//! Builds trees from elements that are entered and left.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::model::Span;
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

/// An element that is being built.
struct OpenLevel<'s> {
    step: BlockStep<'s>,
    members: Vec<Member<'s>>,
    /// The indices of list entries in `members` by key. It has only entries from flat paths.
    entries: HashMap<String, usize>,
    /// Its index in the members of its parent, if it is entered again.
    index: Option<usize>,
    /// The fault that takes the place of the element and its members.
    fault: Option<Member<'s>>,
}

/// A tree that is being built.
///
/// An element that was left stays open until another element arrives. So a path that several
/// lines repeat gives one element, and not one for each line.
#[derive(Default)]
pub(super) struct Builder<'s> {
    levels: Vec<OpenLevel<'s>>,
    /// The number of `levels` that have not been left.
    depth: usize,
    top: Vec<Member<'s>>,
}

impl<'s> Builder<'s> {
    /// Enters an element. With `again`, it may be the element that was left last.
    pub(super) fn enter(&mut self, step: BlockStep<'s>, again: bool) {
        if again && self.levels.get(self.depth).is_some_and(|level| level.step.leads_to_same(&step)) {
            self.depth += 1;
            return;
        }
        self.close_to(self.depth);
        let level = again.then(|| self.reopen(&step)).flatten();
        self.levels.push(level.unwrap_or(OpenLevel {
            step,
            members: Vec::new(),
            entries: HashMap::new(),
            index: None,
            fault: None,
        }));
        self.depth += 1;
    }

    /// Enters an element that could not be read. Its members are discarded.
    pub(super) fn enter_faulty(&mut self, step: BlockStep<'s>, fault: Member<'s>) {
        self.enter(step, false);
        if let Some(level) = self.levels.last_mut() {
            level.fault = Some(fault);
        }
    }

    /// Reopens the entry of a plugin block that an earlier path entered.
    ///
    /// Other entries are merged by their keys later. The entries of one plugin block are not
    /// merged, because a duplicate static route is an error.
    fn reopen(&mut self, step: &BlockStep<'s>) -> Option<OpenLevel<'s>> {
        let (_, Some(key)) = step.entry.as_ref()? else { return None };
        let parent = self.levels.last_mut().filter(|parent| parent.step.inside.read.closed)?;
        let index = match parent.entries.entry(key.text.clone().into_owned()) {
            Entry::Occupied(index) => *index.get(),
            Entry::Vacant(vacant) => {
                vacant.insert(parent.members.len());
                return None;
            }
        };
        let Content::Sequence(entries) = &mut parent.members.get_mut(index)?.tree.content else { return None };
        let Content::Mapping(members) = &mut entries.first_mut()?.content else { return None };
        // The step adds the key again.
        let members = members.drain(..).skip(1).collect();
        Some(OpenLevel { step: step.clone(), members, entries: HashMap::new(), index: Some(index), fault: None })
    }

    /// Leaves this number of elements.
    pub(super) fn leave(&mut self, levels: usize) {
        self.depth -= levels;
    }

    /// Adds an element to the innermost one.
    pub(super) fn add(&mut self, member: Member<'s>) {
        self.close_to(self.depth);
        self.levels.last_mut().map_or(&mut self.top, |level| &mut level.members).push(member);
    }

    /// Returns the elements.
    pub(super) fn finish(mut self) -> Vec<Member<'s>> {
        self.close_to(0);
        self.top
    }

    fn close_to(&mut self, depth: usize) {
        while self.levels.len() > depth {
            let level = self.levels.pop().expect("deeper than something");
            let index = level.index;
            let member = level.into_member();
            let members = self.levels.last_mut().map_or(&mut self.top, |level| &mut level.members);
            match index {
                Some(index) => members[index] = member,
                None => members.push(member),
            }
        }
    }
}

impl<'s> OpenLevel<'s> {
    fn into_member(self) -> Member<'s> {
        if let Some(fault) = self.fault {
            return fault;
        }
        self.step.around(self.members)
    }
}

impl<'s> BlockStep<'s> {
    /// Returns the element that the step leads to, with elements in it.
    pub(super) fn around(self, mut members: Vec<Member<'s>>) -> Member<'s> {
        let is_entry = self.entry.is_some();
        if let Some((key, Some(word))) = self.entry {
            members.insert(0, Member { name: Cow::Borrowed(key), name_at: word.at, tree: word.to_tree() });
        }
        block_member(Cow::Borrowed(self.name), self.name_at, is_entry, members)
    }
}

/// Returns a container, or the single entry of a list.
pub(super) fn block_member<'s>(
    name: Cow<'s, str>,
    name_at: Span,
    is_entry: bool,
    members: Vec<Member<'s>>,
) -> Member<'s> {
    let tree = if is_entry {
        let at = members.iter().map(|member| member.tree.at).fold(name_at, Span::to);
        Tree { at, content: Content::Sequence(vec![Tree { at, content: Content::Mapping(members) }]) }
    } else {
        let at = members.iter().map(|m| m.name_at.to(m.tree.at)).reduce(Span::to).unwrap_or(name_at);
        Tree { at, content: Content::Mapping(members) }
    };
    Member { name, name_at, tree }
}

impl<'s> Word<'s> {
    /// Returns the tree of a value.
    pub(super) fn to_tree(&self) -> Tree<'s> {
        let scalar = Scalar { text: self.text.clone(), style: ScalarStyle::Text };
        Tree { at: self.at, content: Content::Scalar(scalar) }
    }
}
