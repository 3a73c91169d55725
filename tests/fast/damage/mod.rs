//! The example authority, damaged in each syntax.
//!
//! A damaged text must not change routes without a finding, unless it is another valid
//! configuration. It must also be the same in any number of parts. [`mutations`] damages texts,
//! [`classes`] recognises other configurations, and [`fixes`] repairs the damaged texts.
//! `cargo test` tries a fixed sample. With `EXHAUSTIVE`, all mutants are tried, and the table must
//! be the one in `docs/damage.md`.

mod classes;
mod fixes;
mod mutations;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::sync::Mutex;

use loopback_static_routes::diagnostics::Finding;
use loopback_static_routes::export;
use loopback_static_routes::input::{self, Input, Locator, Reading};
use loopback_static_routes::pipeline;
use loopback_static_routes::syntaxes::PrintFormat;
use rayon::prelude::*;

use self::classes::{Class, Leaves};
use self::mutations::{Edit, Mutation};
use crate::common::planned::nodes_of;
use crate::common::sample;
use crate::fuzz::read_in_parts;

/// The mutants that the sample has of each form and mutation.
const SAMPLE: usize = 8;

/// The percentage of mutants that may have no finding near the fault is less than this.
const FAR: usize = 1;

/// A form of the example authority.
struct Form {
    title: &'static str,
    text: String,
    /// True if the end of the text shows that it is complete.
    shows_end: bool,
}

/// The meaning of a text.
struct Meaning {
    /// A line for each node.
    nodes: Vec<String>,
    /// The leaves, or `None` if a leaf cannot be printed.
    leaves: Option<Leaves>,
    /// The description and the line of each finding.
    findings: BTreeSet<(String, Option<usize>)>,
    /// The number of errors. Equal errors in several routers count once, as in reports.
    errors: usize,
}

/// The outcome for a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    SameRoutes,
    Error,
    Warning,
    Other(Class),
    /// There is an error, but no finding is near the fault.
    FarError,
    /// There are only warnings, and none is near the fault.
    Far,
    Silent,
}

/// The outcome and the number of errors of a mutant.
struct Verdict {
    outcome: Outcome,
    errors: usize,
    /// The findings, for a failure of the test.
    findings: BTreeSet<(String, Option<usize>)>,
}

/// The leaves with the same routes and no error. Most mutants have the leaves of another one.
type Harmless = Mutex<HashSet<Leaves>>;

fn forms() -> Vec<Form> {
    let read = |name: &str| {
        let path = format!("{}/examples/authority/authority.{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).expect("readable")
    };
    let value: serde_json::Value = serde_json::from_str(&read("json")).expect("JSON");
    let form = |title, text, shows_end| Form { title, text, shows_end };
    vec![
        form("PCLI text", read("pcli"), true),
        form("flat PCLI text", read("flat.txt"), false),
        form("JSON", read("json"), true),
        form("JSON on one line", value.to_string(), true),
        form("YAML", read("yaml"), false),
        form("XML", read("xml"), true),
    ]
}

fn describe(finding: &Finding) -> String {
    format!("{} {:?} {} {}", finding.rule.code, finding.subject, finding.path, finding.message)
}

/// Returns the meaning of a text, or `None` if its leaves are harmless.
fn meaning(text: &str, harmless: &Harmless) -> Option<Meaning> {
    let input = Input::Text { name: "damaged".to_owned(), bytes: text.as_bytes().to_vec() };
    let Reading { authority, sources, findings, .. } = input::read(vec![input], None).expect("text");
    let printed = export::print(&authority, PrintFormat::Flat).ok();
    let leaves = printed.map(|text| text.lines().map(str::to_owned).collect::<Leaves>());
    let has_error = findings.iter().any(Finding::is_error);
    if let Some(leaves) = leaves.as_ref().filter(|_| !has_error)
        && harmless.lock().expect("a lock").contains(leaves)
    {
        return None;
    }
    let mut run = pipeline::run(&authority, findings);
    let advice = pipeline::advise(&run);
    run.findings.extend(advice);
    let mut locator = Locator::new(&sources);
    let mut line = |finding: &Finding| finding.at.map(|at| locator.position(at).line);
    let errors = run.findings.iter().filter(|finding| finding.is_error());
    let errors: BTreeSet<_> = errors.map(|error| (error.rule.code, &error.message, line(error))).collect();
    let (nodes, errors) = (nodes_of(&run.plan), errors.len());
    let findings = run.findings.iter().map(|finding| (describe(finding), line(finding))).collect();
    Some(Meaning { nodes, leaves, findings, errors })
}

fn verdict(form: &Form, mutation: Mutation, edit: &Edit, original: &Meaning, harmless: &Harmless) -> Verdict {
    let mutant = edit.apply(&form.text);
    read_in_parts(mutant.as_bytes());
    let same = Verdict { outcome: Outcome::SameRoutes, errors: 0, findings: BTreeSet::new() };
    let Some(meaning) = meaning(&mutant, harmless) else { return same };
    if meaning.errors == 0 && meaning.nodes == original.nodes {
        harmless.lock().expect("a lock").extend(meaning.leaves);
        return same;
    }
    let outcome = outcome(form, mutation, edit, &mutant, &meaning, original);
    Verdict { outcome, errors: meaning.errors, findings: meaning.findings }
}

/// Returns the outcome of a mutant with other routes, or with an error.
fn outcome(
    form: &Form,
    mutation: Mutation,
    edit: &Edit,
    mutant: &str,
    meaning: &Meaning,
    original: &Meaning,
) -> Outcome {
    let known: BTreeSet<&String> = original.findings.iter().map(|(description, _)| description).collect();
    let new: Vec<_> = meaning.findings.iter().filter(|(description, _)| !known.contains(description)).collect();
    let fault = edit.lines(&form.text);
    let is_near = |line: usize| (fault.start().saturating_sub(1)..=fault.end() + 1).contains(&line);
    // A finding without a place concerns the whole text.
    if new.iter().any(|(_, line)| line.is_none_or(is_near)) {
        return if meaning.errors > 0 { Outcome::Error } else { Outcome::Warning };
    }
    let class = match (&meaning.leaves, &original.leaves) {
        (Some(leaves), Some(leaves_of_original)) if meaning.errors == 0 => {
            // Text without an `exit` so far may be a text that never uses one.
            let shows_end = form.shows_end && mutant.lines().any(|line| line.trim() == "exit");
            Class::of(mutation, shows_end, leaves_of_original, leaves)
        }
        _ => None,
    };
    let outcome = match (meaning.errors, new.is_empty()) {
        (0, true) => Outcome::Silent,
        (0, false) => Outcome::Far,
        (_, _) => Outcome::FarError,
    };
    class.map_or(outcome, Outcome::Other)
}

/// The numbers of mutants by outcome, and a description of each unexpected one.
#[derive(Default)]
struct Row {
    outcomes: BTreeMap<Outcome, usize>,
    /// The number of mutants with exactly one error.
    one_error: usize,
    /// The number of mutants with errors.
    with_errors: usize,
    /// The number of silent mutants.
    silent: usize,
    /// A description of each mutant that is silent, far or has several errors.
    list: Vec<String>,
}

fn row(form: &Form, mutation: Mutation, original: &Meaning, harmless: &Harmless) -> Row {
    let edits = mutation.edits(&form.text);
    let step = if sample::is_exhaustive() { 1 } else { (edits.len() / SAMPLE).max(1) };
    let verdicts: Vec<(&Edit, Verdict)> =
        edits.par_iter().step_by(step).map(|edit| (edit, verdict(form, mutation, edit, original, harmless))).collect();
    let mut row = Row::default();
    for (edit, Verdict { outcome, errors, findings }) in verdicts {
        *row.outcomes.entry(outcome).or_default() += 1;
        row.one_error += usize::from(errors == 1);
        row.with_errors += usize::from(errors > 0);
        row.silent += usize::from(outcome == Outcome::Silent);
        if matches!(outcome, Outcome::Silent | Outcome::Far | Outcome::FarError) || errors > 1 {
            let difference = difference(&form.text, &edit.apply(&form.text));
            let fault = edit.lines(&form.text);
            let found: Vec<String> = findings
                .iter()
                .filter(|found| !original.findings.contains(found))
                .map(|(description, line)| format!("    {}: {description}\n", line.unwrap_or_default()))
                .collect();
            let several = if errors > 1 { ", several errors" } else { "" };
            row.list.push(format!("{outcome:?}{several}, lines {fault:?}\n{difference}{}", found.concat()));
        }
    }
    row
}

/// Returns the first line that differs, and what it was.
fn difference(original: &str, mutant: &str) -> String {
    const AROUND: usize = 30;
    let common = original.chars().zip(mutant.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| -> String {
        text.chars().skip(common.saturating_sub(AROUND)).take(2 * AROUND).flat_map(char::escape_default).collect()
    };
    format!("    {}\n  < {}\n", around(mutant), around(original))
}

/// Returns a row of the table.
fn line(form: &Form, mutation: Mutation, row: &Row) -> String {
    let count = |outcome| row.outcomes.get(&outcome).copied().unwrap_or_default();
    let mut line = format!("| {} | {} | {}", form.title, mutation.title(), row.outcomes.values().sum::<usize>());
    let classes = Class::ALL.map(Outcome::Other);
    let first = [Outcome::SameRoutes, Outcome::Error, Outcome::Warning];
    for outcome in first.into_iter().chain(classes).chain([Outcome::FarError, Outcome::Far, Outcome::Silent]) {
        write!(line, " | {}", count(outcome)).expect("text");
    }
    writeln!(line, " | {} |", row.with_errors - row.one_error).expect("text");
    line
}

fn table(rows: &[String]) -> String {
    let classes = Class::ALL.map(Class::title).join(" | ");
    let rule = "|---".repeat(10 + Class::ALL.len());
    let head = format!(
        "| syntax | damage | mutants | same routes | error | warning | {classes} | far error | far | silent | several errors |\n{rule}|\n"
    );
    head + &rows.concat()
}

/// The mutants of all forms and kinds.
#[derive(Default)]
struct Total {
    mutants: usize,
    with_errors: usize,
    one_error: usize,
    far: usize,
    silent: usize,
}

impl Total {
    fn add(&mut self, row: &Row) {
        self.mutants += row.outcomes.values().sum::<usize>();
        self.with_errors += row.with_errors;
        self.one_error += row.one_error;
        let far = [Outcome::FarError, Outcome::Far].into_iter().filter_map(|outcome| row.outcomes.get(&outcome));
        self.far += far.sum::<usize>();
        self.silent += row.silent;
    }

    /// Returns the percentage of a number of the mutants with errors.
    fn percent(&self, part: usize) -> usize {
        100 * part / self.with_errors
    }
}

#[test]
fn damage_changes_no_routes_without_a_finding_at_its_place() {
    let harmless = Harmless::default();
    let (mut rows, mut list, mut total) = (Vec::new(), String::new(), Total::default());
    for form in forms() {
        let original = meaning(&form.text, &Harmless::default()).expect("not yet known");
        assert!(original.errors == 0 && !original.nodes.is_empty(), "{}", form.title);
        for mutation in Mutation::ALL {
            let row = row(&form, mutation, &original, &harmless);
            rows.push(line(&form, mutation, &row));
            for text in &row.list {
                writeln!(list, "{}, {}: {text}", form.title, mutation.title()).expect("text");
            }
            total.add(&row);
        }
    }
    sample::record("damaged texts", total.mutants);
    if let Some(path) = std::env::var_os("LIST") {
        std::fs::write(path, &list).expect("writable");
    }
    assert_eq!(total.silent, 0, "{list}");
    assert!(total.percent(total.one_error) >= 95, "{} of {}: {list}", total.one_error, total.with_errors);
    assert!(total.percent(total.far) < FAR, "{} of {}: {list}", total.far, total.with_errors);
    if sample::is_exhaustive() {
        compare_with_page(&table(&rows));
    }
}

/// Compares the table with the page, or writes it there.
fn compare_with_page(table: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/damage.md");
    let page = std::fs::read_to_string(path).expect("readable");
    let (text, old) = page.split_at(page.find("| syntax |").expect("a table"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, format!("{text}{table}")).expect("writable");
    } else {
        assert_eq!(old, table, "set UPDATE=1 to write docs/damage.md");
    }
}
