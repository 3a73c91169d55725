//! The configuration that edits lead to, one after another.
//!
//! A later value replaces an earlier one. An element that is deleted is gone, and the deletion is
//! kept for the comparison with other sources.

use std::borrow::Cow;
use std::collections::HashMap;

use super::edit::{Copy, Edit, LoggedEdit};
use super::slot_key::{Part, STATIC_ROUTE, SlotKey, normalized, normalized_key, part_of_deletion, part_of_entry};
use crate::elements::{Elements, ROOT, Shape};
use crate::model::Span;
use crate::model::tree::{Content, FaultKind, Member, Tree};
use crate::syntaxes::pcli::builder::block_member;
use crate::syntaxes::pcli::step::BlockStep;

/// Returns the elements that edits lead to.
pub(super) fn replay<'s>(edits: impl Iterator<Item = LoggedEdit<'s>>) -> Vec<Member<'s>> {
    let mut root = Level::default();
    for (number, edit) in edits.enumerate() {
        let number = number + 1;
        match edit.edit {
            Edit::Merge(members) => root.apply_all(members, number),
            Edit::Replace(steps, members) => {
                root.remove(&steps);
                root.apply_all(members, number);
            }
            Edit::Copy(copy) => root.copy(&copy, number),
            Edit::Clear => root = Level::default(),
        }
    }
    root.into_members()
}

/// The elements of a container, or of a list entry.
#[derive(Clone, Default)]
struct Level<'s> {
    /// In the order of their first definition. A deleted one leaves a gap.
    slots: Vec<Option<Slot<'s>>>,
    indices: HashMap<SlotKey<'s>, usize>,
}

/// An element, and the number of the edit that set it.
#[derive(Clone)]
struct Slot<'s> {
    edit: usize,
    content: SlotContent<'s>,
}

#[derive(Clone)]
enum SlotContent<'s> {
    /// A value, a fault or a deletion.
    Value(Member<'s>),
    /// A container or a list entry.
    Block { name: Cow<'s, str>, name_at: Span, is_entry: bool, level: Level<'s> },
}

/// Returns an element of the outermost level with the elements around it. A fragment may start at
/// `authority`, `router` or `service`.
fn at_home(member: Member<'_>) -> Member<'_> {
    match &*member.name {
        "authority" => within("config", member),
        "router" | "service" => within("config", within("authority", member)),
        _ => member,
    }
}

fn within<'s>(container: &'static str, member: Member<'s>) -> Member<'s> {
    block_member(Cow::Borrowed(container), member.name_at, false, vec![member])
}

impl<'s> Level<'s> {
    /// Applies elements of the outermost level.
    fn apply_all(&mut self, members: Vec<Member<'s>>, edit: usize) {
        members.into_iter().for_each(|member| self.apply(at_home(member), Some(&ROOT), edit));
    }

    /// Applies an element with everything in it. `elements` are the known elements here.
    fn apply(&mut self, member: Member<'s>, elements: Option<&'static Elements>, edit: usize) {
        let shape = elements.and_then(|elements| elements.find(&member.name)).map(|(_, shape)| shape);
        match (shape, &member.tree.content) {
            (Some(Shape::List { key, entry }), Content::Sequence(_)) => self.apply_entries(member, key, entry, edit),
            (Some(Shape::Container(inside)), Content::Mapping(_)) => {
                let Content::Mapping(members) = member.tree.content else { unreachable!("just matched") };
                let block = Block { name: member.name, name_at: member.name_at, is_entry: false, inside };
                self.apply_block(block, Part::Whole, members, edit);
            }
            (Some(shape), Content::Deleted(deleted)) => {
                let part = part_of_deletion(&member.name, shape, deleted);
                self.delete(member, part, edit);
            }
            (Some(Shape::LeafList), Content::Scalar(value)) => {
                let part = Part::Entry(normalized(&member.name, &value.text).into_owned());
                self.forget_deletion(member.name.clone());
                self.set(member, part, edit);
            }
            _ => self.set(member, Part::Whole, edit),
        }
    }

    /// Applies the entries of a list.
    fn apply_entries(&mut self, member: Member<'s>, key: &str, inside: &'static Elements, edit: usize) {
        let Content::Sequence(entries) = member.tree.content else { unreachable!("the caller matched it") };
        for entry in entries {
            let Content::Mapping(members) = entry.content else {
                let tree = Tree { at: member.tree.at, content: Content::Sequence(vec![entry]) };
                self.set(Member { name: member.name.clone(), name_at: member.name_at, tree }, Part::Whole, edit);
                continue;
            };
            let part = part_of_entry(&member.name, key, &members, member.name_at);
            let block = Block { name: member.name.clone(), name_at: member.name_at, is_entry: true, inside };
            self.apply_block(block, part, members, edit);
        }
    }

    /// Merges elements into a block, which is created if it is missing.
    fn apply_block(&mut self, block: Block<'s>, part: Part, members: Vec<Member<'s>>, edit: usize) {
        let slot_key = SlotKey { name: block.name.clone(), part };
        let there = self.indices.get(&slot_key).copied();
        // A duplicate entry of the plugin block is a fault of the text, and stays one.
        let is_duplicate =
            |slot: &Slot<'_>| slot.edit == edit && block.is_entry && block.name == STATIC_ROUTE && !members.is_empty();
        let index = match there.map(|index| (index, self.slots[index].as_ref())) {
            Some((index, Some(slot))) if matches!(slot.content, SlotContent::Block { .. }) && !is_duplicate(slot) => {
                index
            }
            _ => {
                let Block { name, name_at, is_entry, .. } = block.clone();
                let content = SlotContent::Block { name, name_at, is_entry, level: Level::default() };
                self.put(slot_key, Slot { edit, content }, there.filter(|index| self.is_replaced(*index, edit)))
            }
        };
        let Some(Slot { edit: last, content: SlotContent::Block { level, .. } }) = &mut self.slots[index] else {
            unreachable!("a block is there, or was just put there")
        };
        *last = edit;
        members.into_iter().for_each(|member| level.apply(member, Some(block.inside), edit));
    }

    /// Sets a value. Two values of one edit are both kept, since they contradict each other.
    fn set(&mut self, member: Member<'s>, part: Part, edit: usize) {
        let key = SlotKey { name: member.name.clone(), part };
        let there = self.indices.get(&key).copied();
        let there = there.filter(|index| matches!(key.part, Part::Entry(_)) || self.is_replaced(*index, edit));
        self.put(key, Slot { edit, content: SlotContent::Value(member) }, there);
    }

    /// Returns true if an element there is replaced by one of an edit.
    fn is_replaced(&self, index: usize, edit: usize) -> bool {
        self.slots[index].as_ref().is_none_or(|slot| slot.edit != edit || slot.is_deletion())
    }

    /// Puts an element in its place, or at the end, and returns its index.
    fn put(&mut self, key: SlotKey<'s>, slot: Slot<'s>, there: Option<usize>) -> usize {
        let index = there.unwrap_or(self.slots.len());
        if there.is_none() {
            self.slots.push(None);
        }
        self.slots[index] = Some(slot);
        self.indices.insert(key, index);
        index
    }

    /// Removes an element, and keeps its deletion.
    fn delete(&mut self, deletion: Member<'s>, part: Part, edit: usize) {
        let key = SlotKey { name: deletion.name.clone(), part };
        let is_deleted =
            |slot: &SlotKey<'_>| slot.name == key.name && (key.part == Part::Whole || slot.part == key.part);
        if key.part == Part::Whole {
            let slots = &mut self.slots;
            self.indices.retain(|slot, index| {
                let is_deleted = is_deleted(slot);
                if is_deleted {
                    slots[*index] = None;
                }
                !is_deleted
            });
        }
        let there = self.indices.get(&key).copied();
        self.put(key, Slot { edit, content: SlotContent::Value(deletion) }, there);
    }

    /// Drops the deletion of a whole leaf-list, because it has a value again.
    fn forget_deletion(&mut self, name: Cow<'s, str>) {
        let key = SlotKey { name, part: Part::Whole };
        if let Some(index) = self.indices.remove(&key) {
            self.slots[index].take_if(|slot| slot.is_deletion());
        }
    }

    /// Copies or renames a list entry.
    fn copy(&mut self, copy: &Copy<'s>, edit: usize) {
        let key_of = |text: &str| {
            let part = Part::Entry(normalized_key(copy.list, copy.key, text).into_owned());
            SlotKey { name: Cow::Borrowed(copy.list), part }
        };
        let Some(level) = self.find(&copy.around) else { return self.copy_failed(copy, edit) };
        let from = level.indices.get(&key_of(&copy.from)).copied();
        let found = from.and_then(|index| level.slots[index].clone());
        let (Some(from), Some(Slot { content: SlotContent::Block { name, is_entry, level: mut copied, .. }, .. })) =
            (from, found)
        else {
            return level.copy_failed(copy, edit);
        };
        let key = Member { name: Cow::Borrowed(copy.key), name_at: copy.to.at, tree: copy.to.to_tree() };
        copied.set(key, Part::Whole, edit);
        if copy.is_rename {
            level.slots[from] = None;
            level.indices.remove(&key_of(&copy.from));
        }
        let to = key_of(&copy.to.text);
        let there = level.indices.get(&to).copied();
        let content = SlotContent::Block { name, name_at: copy.at, is_entry, level: copied };
        level.put(to, Slot { edit, content }, there);
    }

    /// Adds a fault for a copy of an entry that the session does not show.
    fn copy_failed(&mut self, copy: &Copy<'s>, edit: usize) {
        let command = if copy.is_rename { "rename" } else { "clone" };
        let message = format!(
            "`{command}` of `{} {}`, which this session does not show; add the output of `show config running` before it",
            copy.list, copy.from
        );
        let tree = Tree::fault(FaultKind::Syntax, copy.at, message);
        let member = Member { name: Cow::Borrowed(copy.list), name_at: copy.at, tree };
        self.set(member, Part::Unnamed(copy.at.start), edit);
    }

    /// Removes the element that steps lead to.
    fn remove(&mut self, steps: &[BlockStep<'s>]) {
        let Some((last, around)) = steps.split_last() else { return };
        let Some(level) = self.find(around) else { return };
        if let Some(index) = level.indices.remove(&key_of_step(last)) {
            level.slots[index] = None;
        }
    }

    /// Returns the level that steps lead to.
    fn find(&mut self, steps: &[BlockStep<'s>]) -> Option<&mut Self> {
        let Some((step, deeper)) = steps.split_first() else { return Some(self) };
        let index = *self.indices.get(&key_of_step(step))?;
        match &mut self.slots[index] {
            Some(Slot { content: SlotContent::Block { level, .. }, .. }) => level.find(deeper),
            _ => None,
        }
    }

    fn into_members(self) -> Vec<Member<'s>> {
        self.slots.into_iter().flatten().map(Slot::into_member).collect()
    }
}

/// Returns the identity of the element that a step leads to.
fn key_of_step<'s>(step: &BlockStep<'s>) -> SlotKey<'s> {
    let part = match &step.entry {
        None => Part::Whole,
        Some((key, Some(word))) => Part::Entry(normalized_key(step.name, key, &word.text).into_owned()),
        Some((_, None)) => Part::Unnamed(step.name_at.start),
    };
    SlotKey { name: Cow::Borrowed(step.name), part }
}

impl<'s> Slot<'s> {
    fn is_deletion(&self) -> bool {
        matches!(&self.content, SlotContent::Value(member) if matches!(member.tree.content, Content::Deleted(_)))
    }

    fn into_member(self) -> Member<'s> {
        match self.content {
            SlotContent::Value(member) => member,
            SlotContent::Block { name, name_at, is_entry, level } => {
                block_member(name, name_at, is_entry, level.into_members())
            }
        }
    }
}

/// A block to merge into.
#[derive(Clone)]
struct Block<'s> {
    name: Cow<'s, str>,
    name_at: Span,
    is_entry: bool,
    inside: &'static Elements,
}
