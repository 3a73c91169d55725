//! The example authority, damaged in each syntax.
//!
//! A damaged text must not change routes without a finding, unless it is another valid
//! configuration. [`mutations`] damages texts, and [`classes`] recognises other configurations.
//! `cargo test` tries a fixed sample. With `EXHAUSTIVE`, all mutants are tried, and the table must
//! be the one in `docs/damage.md`.

mod classes;
mod mutations;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Mutex;

use loopback_static_routes::diagnostics::Finding;
use loopback_static_routes::export;
use loopback_static_routes::input::{self, Input};
use loopback_static_routes::pipeline;
use loopback_static_routes::syntaxes::PrintFormat;
use rayon::prelude::*;

use self::classes::{Class, Leaves};
use self::mutations::Mutation;
use crate::common::planned::nodes_of;
use crate::common::sample;

/// The mutants that the sample has of each form and mutation.
const SAMPLE: usize = 12;

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
    findings: BTreeSet<String>,
    has_error: bool,
}

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    SameRoutes,
    Error,
    Warning,
    Other(Class),
    Silent,
}

/// Plans by leaves. Most mutants have the leaves of another one.
type Plans = Mutex<HashMap<Leaves, (Vec<String>, BTreeSet<String>, bool)>>;

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

fn meaning(text: &str, plans: &Plans) -> Meaning {
    let input = Input::Text { name: "damaged".to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = input::read(vec![input], None).expect("text");
    let mut findings: BTreeSet<String> = reading.findings.iter().map(describe).collect();
    let mut has_error = reading.findings.iter().any(Finding::is_error);
    let printed = export::print(&reading.authority, PrintFormat::Flat).ok();
    let leaves = printed.map(|text| text.lines().map(str::to_owned).collect::<Leaves>());
    if has_error {
        return Meaning { nodes: Vec::new(), leaves, findings, has_error };
    }
    let known = leaves.as_ref().and_then(|leaves| plans.lock().expect("a lock").get(leaves).cloned());
    let (nodes, of_plan, has_error_of_plan) = known.unwrap_or_else(|| {
        let run = pipeline::run(&reading.authority, Vec::new());
        let findings = run.findings.iter().map(describe).collect();
        let plan = (nodes_of(&run.plan), findings, run.findings.iter().any(Finding::is_error));
        if let Some(leaves) = &leaves {
            plans.lock().expect("a lock").insert(leaves.clone(), plan.clone());
        }
        plan
    });
    findings.extend(of_plan);
    has_error |= has_error_of_plan;
    Meaning { nodes, leaves, findings, has_error }
}

fn outcome(form: &Form, mutation: Mutation, mutant: &str, original: &Meaning, plans: &Plans) -> Outcome {
    let meaning = meaning(mutant, plans);
    if meaning.has_error {
        return Outcome::Error;
    }
    if meaning.nodes == original.nodes {
        return Outcome::SameRoutes;
    }
    if !meaning.findings.is_subset(&original.findings) {
        return Outcome::Warning;
    }
    let (Some(leaves), Some(leaves_of_original)) = (&meaning.leaves, &original.leaves) else { return Outcome::Silent };
    // Text without an `exit` so far may be a text that never uses one.
    let shows_end = form.shows_end && mutant.lines().any(|line| line.trim() == "exit");
    Class::of(mutation, shows_end, leaves_of_original, leaves).map_or(Outcome::Silent, Outcome::Other)
}

/// The numbers of mutants by outcome, and a description of each silent mutant.
#[derive(Default)]
struct Row {
    outcomes: BTreeMap<Outcome, usize>,
    silent: Vec<String>,
}

fn row(form: &Form, mutation: Mutation, original: &Meaning, plans: &Plans) -> Row {
    let count = mutation.count(&form.text);
    let step = if sample::is_exhaustive() { 1 } else { (count / SAMPLE).max(1) };
    let outcomes: Vec<(usize, Outcome)> = (0..count)
        .into_par_iter()
        .step_by(step)
        .map(|number| (number, outcome(form, mutation, &mutation.mutant(&form.text, number), original, plans)))
        .collect();
    let mut row = Row::default();
    for (number, outcome) in outcomes {
        *row.outcomes.entry(outcome).or_default() += 1;
        if outcome == Outcome::Silent {
            row.silent.push(difference(&form.text, &mutation.mutant(&form.text, number)));
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
    for outcome in [Outcome::SameRoutes, Outcome::Error, Outcome::Warning].into_iter().chain(classes) {
        write!(line, " | {}", count(outcome)).expect("text");
    }
    writeln!(line, " | {} |", count(Outcome::Silent)).expect("text");
    line
}

fn table(rows: &[String]) -> String {
    let classes = Class::ALL.map(Class::title).join(" | ");
    let rule = "|---".repeat(7 + Class::ALL.len());
    let head = format!("| syntax | damage | mutants | same routes | error | warning | {classes} | silent |\n{rule}|\n");
    head + &rows.concat()
}

#[test]
fn damage_changes_no_routes_without_a_finding() {
    let plans = Plans::default();
    let (mut rows, mut silent) = (Vec::new(), String::new());
    for form in forms() {
        let original = meaning(&form.text, &plans);
        assert!(!original.has_error && !original.nodes.is_empty(), "{}", form.title);
        for mutation in Mutation::ALL {
            let row = row(&form, mutation, &original, &plans);
            sample::record("damaged texts", row.outcomes.values().sum());
            rows.push(line(&form, mutation, &row));
            if !row.silent.is_empty() {
                writeln!(silent, "{}, {}:\n{}", form.title, mutation.title(), row.silent.concat()).expect("text");
            }
        }
    }
    if sample::is_exhaustive() {
        compare_with_page(&table(&rows));
    }
    assert!(silent.is_empty(), "{silent}");
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
