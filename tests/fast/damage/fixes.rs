//! `validate --fix` on damaged texts: it repairs some, and makes none worse.

use rayon::prelude::*;

use super::mutations::Mutation;
use super::{Form, forms};
use crate::common::fixing::{Fixing, SAFE, UNSAFE};
use crate::common::{Workspace, sample};

/// The mutants that the sample has of each form and mutation.
const SAMPLE: usize = 3;

/// The number of mutants, and of those that are fixed.
#[derive(Clone, Copy, Default)]
struct Counts {
    mutants: usize,
    fixed: usize,
    /// The number of mutants that are the original again.
    restored: usize,
}

/// Fixes the mutants of a form and a mutation with these options. Returns the broken promises too.
fn fix(form: &Form, mutation: Mutation, options: &[&str]) -> (Counts, Vec<String>) {
    let edits = mutation.edits(&form.text);
    let step = if sample::is_exhaustive() { 1 } else { (edits.len() / SAMPLE).max(1) };
    let results = edits.par_iter().step_by(step).map(|edit| {
        let workspace = Workspace::in_memory();
        let fixing = Fixing { workspace: &workspace, name: "f".to_owned(), syntax: None };
        let mutant = edit.apply(&form.text);
        let (_, patch) = fixing.run(&mutant, &[options, &["--diff"]].concat());
        if patch.is_empty() {
            return (Counts { mutants: 1, ..Counts::default() }, None);
        }
        let (fixed, broken) = fixing.check(&mutant, options);
        let counts = Counts { mutants: 1, fixed: 1, restored: usize::from(fixed == form.text) };
        (counts, (!broken.is_empty()).then(|| format!("{} {options:?}: {}\n{patch}", form.title, broken.join("; "))))
    });
    results.map(|(counts, broken)| (counts, Vec::from_iter(broken))).reduce(
        Default::default,
        |(a, mut of_a), (b, of_b)| {
            of_a.extend(of_b);
            let counts =
                Counts { mutants: a.mutants + b.mutants, fixed: a.fixed + b.fixed, restored: a.restored + b.restored };
            (counts, of_a)
        },
    )
}

#[test]
fn a_damaged_text_is_repaired_or_left_alone() {
    let mut failures = Vec::new();
    for options in [SAFE, UNSAFE] {
        let mut total = Counts::default();
        for form in forms() {
            for mutation in Mutation::ALL {
                let (counts, broken) = fix(&form, mutation, options);
                total.mutants += counts.mutants;
                total.fixed += counts.fixed;
                total.restored += counts.restored;
                failures.extend(broken);
            }
        }
        let kind = options.last().expect("an option");
        sample::record(&format!("damaged texts, {kind}"), total.mutants);
        sample::record(&format!("damaged texts that {kind} changes"), total.fixed);
        sample::record(&format!("damaged texts that {kind} restores"), total.restored);
        assert!(total.restored > 0, "{kind}: {} mutants, {} fixed", total.mutants, total.fixed);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
