//! Makes fixes in rounds, and keeps those that hold what they promise.
//!
//! A fix may uncover the next finding, so rounds follow until there is nothing to fix. The texts
//! are read again after each attempt. If the fixes of a round do not hold together, halves of them
//! are tried, so that one wrong fix does not keep the others from being made.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::candidates::{Candidate, Texts, edits_of, without_overlaps};
use super::files;
use super::outcome::{Outcome, key};
use crate::commands::CommandError;
use crate::commands::printable::printable;
use crate::commands::validate::{Arguments, Selection, Settings, silencing};
use crate::diagnostics::Finding;
use crate::input::{self, Locator, Search};
use crate::model::Safety;
use crate::model::count::counted;
use crate::pipeline::{self, advise};

/// The maximum number of rounds. Few fixes uncover another one.
const MOST_ROUNDS: usize = 20;

/// Fixes texts.
pub(super) struct Fixer<'a> {
    arguments: &'a Arguments,
    selection: Selection,
    settings: Option<&'a Settings>,
    state: State,
    /// The names of the sources of each fix that was made.
    made: Vec<BTreeSet<String>>,
    /// The findings whose fixes did not hold.
    refused: HashSet<String>,
    /// The sources that cannot be changed, with the reasons; `None` for the others that were looked
    /// at.
    unwritable: BTreeMap<String, Option<String>>,
}

/// The texts at one moment, and what they mean.
struct State {
    texts: Texts,
    outcome: Outcome,
    candidates: Vec<Candidate>,
}

impl<'a> Fixer<'a> {
    /// Reads the texts.
    pub(super) fn new(
        arguments: &'a Arguments,
        settings: Option<&'a Settings>,
        texts: Texts,
    ) -> Result<Self, CommandError> {
        let selection = arguments.selection();
        let state = State::read(arguments, &selection, settings, texts)?;
        let (made, refused, unwritable) = (Vec::new(), HashSet::new(), BTreeMap::new());
        Ok(Self { arguments, selection, settings, state, made, refused, unwritable })
    }

    /// Makes all fixes of this safety, and the safe ones that they uncover.
    pub(super) fn fix_all(&mut self, safety: Safety) -> Result<(), CommandError> {
        for _ in 0..MOST_ROUNDS {
            let fixes: Vec<Candidate> =
                self.state.candidates.iter().filter(|fix| fix.safety <= safety).cloned().collect();
            let fixes = fixes.into_iter().filter(|fix| self.may_make(fix)).collect();
            if !self.round(without_overlaps(fixes))? {
                break;
            }
        }
        Ok(())
    }

    /// Makes those of the fixes that hold. Returns false if none does.
    fn round(&mut self, fixes: Vec<Candidate>) -> Result<bool, CommandError> {
        let mut kept: Vec<Candidate> = Vec::new();
        let mut best = None;
        let mut parts = vec![fixes];
        while let Some(mut part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            let tried: Vec<&Candidate> = kept.iter().chain(&part).collect();
            let texts = self.state.texts.edited(&tried);
            let after = State::read(self.arguments, &self.selection, self.settings, texts)?;
            if self.state.outcome.allows(&after.outcome, &tried) {
                kept.append(&mut part);
                best = Some(after);
            } else if let [wrong] = &part[..] {
                self.refused.insert(key(&wrong.finding));
            } else {
                let second = part.split_off(part.len() / 2);
                parts.extend([second, part]);
            }
        }
        let names = |fix: &Candidate| fix.edits.iter().map(|(id, _)| self.state.texts.get(*id).name.clone()).collect();
        self.made.extend(kept.iter().map(names));
        Ok(best.map(|after| self.state = after).is_some())
    }

    /// Returns true if a fix was not refused, and changes only files that it may change.
    fn may_make(&mut self, fix: &Candidate) -> bool {
        let mut may = !self.refused.contains(&key(&fix.finding));
        for (id, _) in &fix.edits {
            let text = self.state.texts.get(*id);
            let name = text.name.clone();
            let config = &self.arguments.configuration.config;
            may &= self.unwritable.entry(name).or_insert_with(|| files::obstacle(config, text)).is_none();
        }
        may
    }

    /// Returns the texts as they are now.
    pub(super) fn texts(&self) -> &Texts {
        &self.state.texts
    }

    /// Returns the number of fixes that were made.
    pub(super) fn count(&self) -> usize {
        self.made.len()
    }

    /// Returns the number of fixes that changed only these sources.
    pub(super) fn count_in(&self, names: &BTreeSet<&str>) -> usize {
        self.made.iter().filter(|of_fix| of_fix.iter().all(|name| names.contains(name.as_str()))).count()
    }

    /// Returns messages about fixes that were not made.
    pub(super) fn messages(&self) -> Vec<String> {
        let obstacles = self.unwritable.iter().filter_map(|(name, why)| Some((name, why.as_ref()?)));
        let mut messages: Vec<String> =
            obstacles.map(|(name, why)| format!("{} is not fixed: {why}", printable(name))).collect();
        if !self.refused.is_empty() {
            let fixes = counted(self.refused.len(), "finding");
            messages.push(format!("{fixes} not fixed, because other errors or routes would result"));
        }
        messages
    }
}

impl State {
    /// Reads texts, and finds the fixes of their findings.
    fn read(
        arguments: &Arguments,
        selection: &Selection,
        settings: Option<&Settings>,
        texts: Texts,
    ) -> Result<Self, CommandError> {
        let syntax = arguments.configuration.input_format;
        let mut reading = input::read_with(texts.inputs(), syntax, &Search::default())?;
        let run = pipeline::run(&reading.authority, reading.findings);
        let mut findings = run.findings.clone();
        findings.extend(advise(&run));
        let outcome = Outcome::of(&run, &findings);
        if let Some(settings) = settings {
            settings.add_to(&mut reading.sources);
        }
        let mut locator = Locator::new(&reading.sources);
        let shown = silencing::apply(findings, &reading.sources, &mut locator, selection, settings);
        let candidate = |finding: Finding| {
            let fix = finding.fix.as_ref()?;
            let edits = edits_of(fix, &reading.sources, &mut locator)?;
            Some(Candidate { safety: fix.safety, edits, finding })
        };
        let candidates = shown.into_iter().map(|(finding, _)| finding).filter_map(candidate).collect();
        Ok(Self { texts, outcome, candidates })
    }
}
