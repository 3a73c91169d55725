//! The causes of a changed route.
//!
//! A route that goes is caused by the edits that make the decisions which exclude it now. A route
//! that comes is caused by the edits that undo the decisions which excluded it. Another metric is
//! caused by the edits of the elements that give it.
//!
//! Edits are then added until three properties hold:
//!
//! - Without the causes, the new configuration has the old route again.
//! - With the causes alone, the old configuration has the new route.
//! - Without any single other edit, the new configuration has the same route.

use super::edit::Edit;
use super::edits::{EditId, EditSet, smallest, without};
use super::question::{Answer, Excluded, Question};

/// Returns the edits that cause the change of a route.
pub(super) fn causes(question: &Question<'_>) -> EditSet {
    let all = &question.relevant;
    if all.len() <= 1 {
        return all.clone();
    }
    let none = EditSet::new();
    let metric = |made: &EditSet| question.with(made).metric;
    let mut causes = Step { question, from: &none, to: all }.causes();
    loop {
        let others = all - &causes;
        let mut more: EditSet = others.iter().copied().filter(|id| metric(&without(all, *id)) != metric(all)).collect();
        if more.is_empty() && metric(&others) != metric(&none) {
            more = Step { question, from: &none, to: &others }.causes_or_all();
        }
        if more.is_empty() && metric(&causes) != metric(all) {
            more = Step { question, from: &causes, to: all }.causes_or_all();
        }
        if more.is_empty() {
            break;
        }
        causes.extend(more);
    }
    let idle: EditSet = causes.iter().copied().filter(|id| !matters(question, *id, &causes)).collect();
    &causes - &idle
}

/// The maximum number of causes of which all subsets are tried.
const TRIED: usize = 6;

/// Returns true if an edit changes the route together with some of the other causes. An edit can
/// exclude an element that gives a route, while another element always gives the same one.
fn matters(question: &Question<'_>, id: EditId, causes: &EditSet) -> bool {
    let others: Vec<EditId> = without(causes, id).into_iter().collect();
    if others.len() > TRIED {
        return true;
    }
    let unnamed = &question.relevant - causes;
    let changes = |context: &EditSet| {
        let with = context | &EditSet::from([id]);
        question.with(context).metric != question.with(&with).metric
    };
    (0..1_usize << others.len()).any(|bits| {
        let is_some = |index: &usize| bits >> index & 1 == 1;
        let some: EditSet = (0..others.len()).filter(is_some).map(|index| others[index]).collect();
        changes(&some) || changes(&(&some | &unnamed))
    })
}

/// A change of the route between two mixtures. The second one has all edits of the first one.
struct Step<'s> {
    question: &'s Question<'s>,
    from: &'s EditSet,
    to: &'s EditSet,
}

impl Step<'_> {
    /// Returns the causes of the change. If none is found, these are all edits of the step.
    fn causes_or_all(&self) -> EditSet {
        let causes = self.causes();
        if causes.is_empty() { self.to - self.from } else { causes }
    }

    fn causes(&self) -> EditSet {
        let (before, after) = (self.question.with(self.from), self.question.with(self.to));
        let mut causes = EditSet::new();
        for candidate in 0..self.question.candidates.len() {
            match (before.gives(candidate), after.gives(candidate)) {
                (true, false) if self.needs_old(&before, &after) => {
                    let made = |excluded: &Excluded| self.of_exclusion(candidate, excluded, true);
                    causes.extend(after.exclusions[candidate].iter().flat_map(made));
                }
                (false, true) if self.needs_new(&before, &after) => {
                    let undone = |excluded: &Excluded| self.of_exclusion(candidate, excluded, false);
                    causes.extend(before.exclusions[candidate].iter().flat_map(undone));
                }
                _ => {}
            }
        }
        if before.metric.is_some() && after.metric.is_some() && before.metric != after.metric {
            causes.extend(self.of_metric(&before, &after));
        }
        causes
    }

    /// Returns true if the change depends on the elements that gave the old route: it went, or
    /// another kind of element gives it now.
    fn needs_old(&self, before: &Answer, after: &Answer) -> bool {
        after.metric.is_none() || before.metric != after.metric && self.is_static(before) != self.is_static(after)
    }

    /// Returns true if the change depends on the elements that give the new route.
    fn needs_new(&self, before: &Answer, after: &Answer) -> bool {
        before.metric.is_none() || before.metric != after.metric && self.is_static(before) != self.is_static(after)
    }

    fn is_static(&self, answer: &Answer) -> bool {
        answer.gives(0)
    }

    /// Returns the edits that make or undo a decision.
    fn of_exclusion(&self, candidate: usize, excluded: &Excluded, is_made: bool) -> EditSet {
        let edits = self.edits(|edit| self.question.concerns(edit, excluded));
        self.smallest(edits, |before, after| {
            before.excludes(candidate, excluded.kind) != is_made && after.excludes(candidate, excluded.kind) == is_made
        })
    }

    /// Returns the edits that change the metric.
    fn of_metric(&self, before: &Answer, after: &Answer) -> EditSet {
        let elements = [&before.metric_element, &after.metric_element];
        let edits = self.edits(|edit| elements.iter().any(|element| element.overlaps(&edit.element)));
        let (old, new) = (before.metric, after.metric);
        self.smallest(edits, |before, after| before.metric == old && after.metric == new)
    }

    fn edits(&self, is_wanted: impl Fn(&Edit) -> bool) -> EditSet {
        (self.to - self.from).into_iter().filter(|id| is_wanted(self.question.edit(*id))).collect()
    }

    /// Leaves out edits as long as the others suffice: taken back, and made alone. `is_same` gets
    /// the answer without the edits and the answer with them alone.
    fn smallest(&self, edits: EditSet, is_same: impl Fn(&Answer, &Answer) -> bool) -> EditSet {
        smallest(edits, |edits| {
            let (without, with) = (self.to - edits, self.from | edits);
            is_same(&self.question.with(&without), &self.question.with(&with))
        })
    }
}
