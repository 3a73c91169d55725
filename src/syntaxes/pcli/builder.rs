//! Trees out of elements that are entered and left.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::model::Span;
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::syntaxes::pcli::lines::Word;
use crate::syntaxes::pcli::statement::Context;

/// An element that holds others: a container, or a list's entry.
#[derive(Clone)]
pub(crate) struct Step<'s> {
    pub(crate) name: &'static str,
    pub(crate) name_at: Span,
    /// For a list: the name of its key, and the key if it stands with the name.
    pub(crate) entry: Option<(&'static str, Option<Word<'s>>)>,
    /// What may stand in it.
    pub(crate) inside: Context,
    /// Tells entries without a key apart: 0, and it is one of its own; the same number, and it is the same.
    pub(crate) visit: usize,
}

impl Step<'_> {
    /// Whether both name one element.
    fn is(&self, other: &Self) -> bool {
        let same_key = match (&self.entry, &other.entry) {
            (None, None) => true,
            (Some((_, Some(key))), Some((_, Some(other)))) => key.text == other.text,
            (Some((_, None)), Some((_, None))) => self.visit > 0 && self.visit == other.visit,
            _ => false,
        };
        self.name == other.name && same_key
    }
}

struct Level<'s> {
    step: Step<'s>,
    members: Vec<Member<'s>>,
    /// Which of the members is the entry with a key, for entries that paths lead to.
    entries: HashMap<String, usize>,
    /// Where among its parent's members it stands, if it is entered again.
    place: Option<usize>,
}

/// A tree in the making.
///
/// What has been left stays open until something else comes, so that a path that is written line by line gives one element, and
/// not one for each line.
#[derive(Default)]
pub(crate) struct Builder<'s> {
    levels: Vec<Level<'s>>,
    /// How many of `levels` have not been left.
    depth: usize,
    top: Vec<Member<'s>>,
}

impl<'s> Builder<'s> {
    /// Enters an element; `again` if it may be the one that was left last.
    pub(crate) fn enter(&mut self, step: Step<'s>, again: bool) {
        if again && self.levels.get(self.depth).is_some_and(|level| level.step.is(&step)) {
            self.depth += 1;
            return;
        }
        self.close_to(self.depth);
        let level = again.then(|| self.entered_before(&step)).flatten();
        self.levels.push(level.unwrap_or(Level { step, members: Vec::new(), entries: HashMap::new(), place: None }));
        self.depth += 1;
    }

    /// The entry of the plugin block that an earlier path led to. Other entries are merged by their keys when the tree is; those of one block are not,
    /// since two blocks with one key are two there.
    fn entered_before(&mut self, step: &Step<'s>) -> Option<Level<'s>> {
        let (_, Some(key)) = step.entry.as_ref()? else { return None };
        let parent = self.levels.last_mut().filter(|parent| parent.step.inside.read.closed)?;
        let place = match parent.entries.entry(key.text.clone().into_owned()) {
            Entry::Occupied(place) => *place.get(),
            Entry::Vacant(vacant) => {
                vacant.insert(parent.members.len());
                return None;
            }
        };
        let Content::Sequence(entries) = &mut parent.members.get_mut(place)?.tree.content else { return None };
        let Content::Mapping(members) = &mut entries.first_mut()?.content else { return None };
        // The key comes back from the step.
        let members = members.drain(..).skip(1).collect();
        Some(Level { step: step.clone(), members, entries: HashMap::new(), place: Some(place) })
    }

    /// Leaves so many elements.
    pub(crate) fn leave(&mut self, levels: usize) {
        self.depth -= levels;
    }

    /// Adds an element to the one that is entered.
    pub(crate) fn add(&mut self, member: Member<'s>) {
        self.close_to(self.depth);
        self.levels.last_mut().map_or(&mut self.top, |level| &mut level.members).push(member);
    }

    /// The elements.
    pub(crate) fn finish(mut self) -> Vec<Member<'s>> {
        self.close_to(0);
        self.top
    }

    fn close_to(&mut self, depth: usize) {
        while self.levels.len() > depth {
            let level = self.levels.pop().expect("deeper than something");
            let place = level.place;
            let member = level.into_member();
            let members = self.levels.last_mut().map_or(&mut self.top, |level| &mut level.members);
            match place {
                Some(place) => members[place] = member,
                None => members.push(member),
            }
        }
    }
}

impl<'s> Level<'s> {
    fn into_member(self) -> Member<'s> {
        let Step { name, name_at, entry, .. } = self.step;
        let mut members = self.members;
        let tree = if let Some((key, word)) = entry {
            if let Some(word) = word {
                members.insert(0, Member { name: Cow::Borrowed(key), name_at: word.at, tree: word.to_tree() });
            }
            let at = members.iter().map(|member| member.tree.at).fold(name_at, Span::to);
            let entry = Tree { at, content: Content::Mapping(members) };
            Tree { at, content: Content::Sequence(vec![entry]) }
        } else {
            let at = members.iter().map(|m| m.name_at.to(m.tree.at)).reduce(Span::to).unwrap_or(name_at);
            Tree { at, content: Content::Mapping(members) }
        };
        Member { name: Cow::Borrowed(name), name_at, tree }
    }
}

impl<'s> Word<'s> {
    pub(crate) fn to_tree(&self) -> Tree<'s> {
        let style = if self.quoted { ScalarStyle::Quoted } else { ScalarStyle::Plain };
        Tree { at: self.at, content: Content::Scalar(Scalar { text: self.text.clone(), style }) }
    }
}
