//! The texts to fix, and the edits of each fix.

use std::collections::BTreeMap;

use crate::diagnostics::Finding;
use crate::input::{Input, Locator, Source, Sources};
use crate::model::{Fix, Safety, SourceId};
use crate::syntaxes::edits::{Place, TextEdit, apply, edits};

/// A source that is fixed.
#[derive(Clone, Debug)]
pub(super) struct FixText {
    /// The name of the source.
    pub(super) name: String,
    /// The text.
    pub(super) text: String,
    /// True if it was found in a folder.
    is_found: bool,
}

/// The texts of all sources that are read, in order.
#[derive(Clone, Debug)]
pub(super) struct Texts(Vec<FixText>);

/// A finding with the edits that fix it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The finding.
    pub(super) finding: Finding,
    /// The confidence in the fix.
    pub(super) safety: Safety,
    /// The edits, sorted by place.
    pub(super) edits: Vec<(SourceId, TextEdit)>,
}

impl Texts {
    /// Returns the texts of these sources. A source that is not configuration, or that cannot be
    /// read, has none.
    pub(super) fn of(sources: &Sources) -> Self {
        let read = sources.iter().map(|(_, source)| source).filter(|source| !source.is_skipped());
        let text = |source: &Source| FixText {
            name: source.name().to_owned(),
            text: source.text().to_owned(),
            is_found: source.is_found(),
        };
        Self(read.map(text).collect())
    }

    /// Returns the inputs that read these texts again. Each is the source with its index.
    pub(super) fn inputs(&self) -> Vec<Input> {
        let input = |text: &FixText| {
            let (name, bytes) = (text.name.clone(), text.text.clone().into_bytes());
            if text.is_found { Input::Found { name, bytes } } else { Input::Text { name, bytes } }
        };
        self.0.iter().map(input).collect()
    }

    /// Returns the text of a source.
    pub(super) fn get(&self, source: SourceId) -> &FixText {
        &self.0[source.0 as usize]
    }

    /// Returns the texts after these fixes, whose edits do not overlap.
    pub(super) fn edited(&self, fixes: &[&Candidate]) -> Self {
        let mut of_source: Vec<Vec<TextEdit>> = vec![Vec::new(); self.0.len()];
        for (source, edit) in fixes.iter().flat_map(|fix| &fix.edits) {
            of_source[source.0 as usize].push(edit.clone());
        }
        let texts = self.0.iter().zip(&mut of_source).map(|(text, edits)| {
            edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
            edits.dedup();
            FixText { text: apply(&text.text, edits), ..text.clone() }
        });
        Self(texts.collect())
    }

    /// Returns the texts that differ, each with its new text.
    pub(super) fn changed<'t>(&'t self, new: &'t Self) -> Vec<(&'t FixText, &'t str)> {
        let pairs = self.0.iter().zip(&new.0);
        pairs.filter(|(old, new)| old.text != new.text).map(|(old, new)| (old, new.text.as_str())).collect()
    }
}

/// Returns the edits of a fix, sorted by place. `None` if its syntax cannot make them.
pub(crate) fn edits_of(fix: &Fix, sources: &Sources, locator: &mut Locator<'_>) -> Option<Vec<(SourceId, TextEdit)>> {
    let mut all = Vec::new();
    for change in &fix.changes {
        let id = change.at.source;
        let source = sources.get(id);
        if source.is_skipped() {
            return None;
        }
        let place = Place { text: source.text(), at: locator.bytes(change.at) };
        all.extend(edits(source.syntax(), &place, &change.action)?.into_iter().map(|edit| (id, edit)));
    }
    all.sort_by_key(|(id, edit)| (*id, edit.range.start, edit.range.end));
    Some(all)
}

/// Chooses the fixes that can be made together: in order, without those whose edits touch the edit
/// of an earlier one. The same edit of two findings counts once.
pub(super) fn without_overlaps(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut chosen: Vec<Candidate> = Vec::new();
    // No two of these touch, so the ends have the order of the starts.
    let mut taken: BTreeMap<(SourceId, usize), TextEdit> = BTreeMap::new();
    for candidate in candidates {
        let is_free = |(id, edit): &(SourceId, TextEdit)| {
            let before = taken.range((*id, 0)..=(*id, edit.range.end)).map(|(_, other)| other).rev();
            let mut near = before.take_while(|other| other.range.end >= edit.range.start);
            near.all(|other| other == edit || !touch(edit, other))
        };
        if candidate.edits.iter().all(is_free) {
            taken.extend(candidate.edits.iter().map(|(id, edit)| ((*id, edit.range.start), edit.clone())));
            chosen.push(candidate);
        }
    }
    chosen
}

/// Returns true if two edits share a byte, or insert at the same place.
fn touch(a: &TextEdit, b: &TextEdit) -> bool {
    a.range.start < b.range.end && b.range.start < a.range.end
        || a.range.is_empty() && (b.range.start..=b.range.end).contains(&a.range.start)
        || b.range.is_empty() && (a.range.start..=a.range.end).contains(&b.range.start)
}

#[cfg(test)]
mod tests {
    use super::{Candidate, without_overlaps};
    use crate::diagnostics::Finding;
    use crate::model::{Safety, SourceId};
    use crate::rules::surplus_exit;
    use crate::syntaxes::edits::TextEdit;

    fn candidate(edits: &[(u32, usize, usize)]) -> Candidate {
        let edit = |(source, start, end): &(u32, usize, usize)| {
            (SourceId(*source), TextEdit { range: *start..*end, replacement: format!("{source}") })
        };
        let finding = Finding::of_authority(&surplus_exit::RULE, "");
        Candidate { finding, safety: Safety::Safe, edits: edits.iter().map(edit).collect() }
    }

    #[test]
    fn a_fix_that_touches_an_earlier_one_waits() {
        for (second, is_chosen) in [
            (&[(0, 10, 20)][..], true), // The same edit.
            (&[(0, 20, 30)], true),
            (&[(0, 0, 10)], true),
            (&[(1, 15, 16)], true),
            (&[(0, 19, 30)], false),
            (&[(0, 0, 11)], false),
            (&[(0, 0, 90)], false),
            (&[(0, 12, 13)], false),
            (&[(0, 20, 20)], false), // An insertion beside it.
            (&[(0, 45, 50)], false), // Behind the first edit of two.
            (&[(1, 0, 9), (0, 41, 42)], false),
        ] {
            let first = candidate(&[(0, 10, 20), (0, 40, 60)]);
            assert_eq!(without_overlaps(vec![first, candidate(second)]).len() == 2, is_chosen, "{second:?}");
        }
    }
}
