//! Recognises mutants that are another valid configuration.
//!
//! A configuration is compared as a set of leaves: the lines of flat text.

use std::collections::BTreeSet;

use loopback_static_routes::elements::ROOT;

use super::mutations::Mutation;

/// The leaves of a configuration.
pub(super) type Leaves = BTreeSet<String>;

/// A way to be another valid configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A dropped line leaves some of the leaves, and no other.
    Removed,
    /// A text that cannot show its end has the first of the leaves. The last may be shorter.
    Beginning,
    /// One free value is another one: a name, an address or a number.
    Value,
    /// One free value has an invisible character.
    Invisible,
    /// Swapped lines: the same leaves in other elements, some of which do not read them.
    Moved,
}

impl Class {
    pub(super) const ALL: [Self; 5] = [Self::Removed, Self::Beginning, Self::Value, Self::Invisible, Self::Moved];

    /// Returns the name in the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Removed => "leaves removed",
            Self::Beginning => "beginning of the text",
            Self::Value => "one value",
            Self::Invisible => "one value, invisible",
            Self::Moved => "leaves moved",
        }
    }

    /// Returns the class of a mutant. `shows_end` is true if the syntax shows that text is missing.
    pub(super) fn of(mutation: Mutation, shows_end: bool, original: &Leaves, mutant: &Leaves) -> Option<Self> {
        match mutation {
            Mutation::Cut if !shows_end && is_beginning(original, mutant) => Some(Self::Beginning),
            Mutation::DropLine | Mutation::CutLine if mutant.is_subset(original) => Some(Self::Removed),
            Mutation::DropByte
            | Mutation::DoubleByte
            | Mutation::OtherLetter
            | Mutation::SwapLetters
            | Mutation::CutLine
            | Mutation::DropEnd
                if has_other_value(original, mutant) =>
            {
                Some(Self::Value)
            }
            Mutation::Invisible if has_other_value(original, mutant) => Some(Self::Invisible),
            Mutation::SwapLines if has_moved_leaves(original, mutant) => Some(Self::Moved),
            _ => None,
        }
    }
}

/// Returns true if all leaves but one are of the original, and that one is the start of one.
fn is_beginning(original: &Leaves, mutant: &Leaves) -> bool {
    let starts_another = |leaf: &String| original.iter().any(|whole| whole.starts_with(leaf.as_str()));
    let others: Vec<&String> = mutant.difference(original).collect();
    // A key that was cut is in two leaves: the entry, and its key.
    others.len() <= 2 && others.iter().all(|leaf| starts_another(leaf) || is_cut_key(leaf))
}

/// Returns true for the key leaf of an entry.
fn is_cut_key(leaf: &str) -> bool {
    let words: Vec<&str> = leaf.split_ascii_whitespace().collect();
    matches!(words[..], [.., key, _, value] if key == value)
}

/// Returns true if the mutant is the original with one value instead of another one.
///
/// The leaves that changed all had the old value, as a key or as their own value.
fn has_other_value(original: &Leaves, mutant: &Leaves) -> bool {
    let added: Vec<Vec<&str>> = mutant.difference(original).map(|leaf| words(leaf)).collect();
    let removed: Vec<Vec<&str>> = original.difference(mutant).map(|leaf| words(leaf)).collect();
    let originals: Vec<Vec<&str>> = original.iter().map(|leaf| words(leaf)).collect();
    let Some(first) = added.first() else { return false };
    originals.iter().filter_map(|leaf| replacement(leaf, first)).any(|(old, new)| {
        let is_replaced = |added: &Vec<&str>| originals.iter().any(|leaf| replacement(leaf, added) == Some((old, new)));
        added.iter().all(is_replaced) && removed.iter().all(|leaf| leaf.contains(&old))
    })
}

fn words(leaf: &str) -> Vec<&str> {
    leaf.split_ascii_whitespace().collect()
}

/// Returns the value of `leaf` and the other value of `other`, if they differ only in it and it is
/// free.
fn replacement<'l>(leaf: &[&'l str], other: &[&'l str]) -> Option<(&'l str, &'l str)> {
    if leaf.len() != other.len() {
        return None;
    }
    let mut pairs = leaf.iter().zip(other).enumerate().filter(|(_, (a, b))| a != b);
    let (at, (old, new)) = pairs.next()?;
    let is_value = at + 1 == leaf.len();
    let is_word = ROOT.holds_somewhere(old) || is_value && NOT_FREE.contains(&leaf[at - 1]);
    (!is_word && pairs.all(|(_, pair)| pair == (old, new))).then_some((*old, *new))
}

/// Leaves whose values are words of the schema.
const NOT_FREE: [&str; 9] = [
    "enabled",
    "default",
    "default-route",
    "learn-from-services",
    "learn-from-service",
    "role",
    "scope",
    "permission",
    "type",
];

/// Returns true if each leaf of the mutant is one of the original, perhaps in another element.
fn has_moved_leaves(original: &Leaves, mutant: &Leaves) -> bool {
    let mut ends: Vec<(&str, &str)> = original.iter().map(|leaf| end(leaf)).collect();
    mutant.iter().all(|leaf| {
        let position = ends.iter().position(|end_of_original| *end_of_original == end(leaf));
        position.map(|position| ends.swap_remove(position)).is_some()
    })
}

/// Returns the name and the value of a leaf, without the elements around it.
fn end(leaf: &str) -> (&str, &str) {
    let (path, value) = leaf.rsplit_once("  ").unwrap_or((leaf, ""));
    (path.rsplit(' ').next().unwrap_or_default(), value)
}
