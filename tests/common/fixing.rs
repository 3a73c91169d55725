//! `validate --fix` on one text, and its promises.

use std::collections::BTreeMap;

use loopback_static_routes::input::{self, Input};
use loopback_static_routes::pipeline;
use loopback_static_routes::syntaxes::Syntax;

use super::planned::nodes_of;
use super::{Workspace, in_process};

/// The options of the two kinds of fixes.
pub(crate) const SAFE: &[&str] = &["--fix"];
pub(crate) const UNSAFE: &[&str] = &["--fix", "--unsafe-fixes"];

/// The meaning of a text.
#[derive(Debug)]
struct Meaning {
    nodes: Vec<String>,
    errors: BTreeMap<String, usize>,
}

fn meaning(text: &str, syntax: Option<Syntax>) -> Meaning {
    let input = Input::Text { name: "f".to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = input::read(vec![input], syntax).expect("text");
    let run = pipeline::run(&reading.authority, reading.findings);
    let mut errors = BTreeMap::new();
    for error in run.findings.iter().filter(|finding| finding.is_error()) {
        *errors.entry(format!("{} {:?}", error.rule, error.subject)).or_default() += 1;
    }
    Meaning { nodes: nodes_of(&run.plan), errors }
}

/// A text in a folder, which is fixed.
pub(crate) struct Fixing<'w> {
    pub(crate) workspace: &'w Workspace,
    pub(crate) name: String,
    pub(crate) syntax: Option<String>,
}

impl Fixing<'_> {
    /// Returns the text after a run with these options, and what the run prints.
    pub(crate) fn run(&self, text: &str, options: &[&str]) -> (String, String) {
        self.workspace.write(&self.name, text);
        let path = self.workspace.path(&self.name);
        let mut arguments = vec!["validate", "--no-settings", path.to_str().expect("UTF-8")];
        if let Some(syntax) = &self.syntax {
            arguments.extend(["--input-format", syntax]);
        }
        let run = in_process::run(&[&arguments[..], options].concat());
        assert!(run.code < 2, "{}", run.stderr);
        (self.workspace.read(&self.name), run.stdout)
    }

    /// Fixes a text, and checks the promises. Returns a description of each that is broken.
    pub(crate) fn check(&self, text: &str, options: &[&str]) -> (String, Vec<String>) {
        let syntax = self.syntax.as_deref().map(|name| clap::ValueEnum::from_str(name, false).expect("a syntax"));
        let (fixed, _) = self.run(text, options);
        let mut broken = Vec::new();
        let (again, _) = self.run(&fixed, options);
        if again != fixed {
            broken.push(format!("fixing twice differs from once:\n{again}"));
        }
        let (before, after) = (meaning(text, syntax), meaning(&fixed, syntax));
        for (error, count) in &after.errors {
            if before.errors.get(error).is_none_or(|before| before < count) {
                broken.push(format!("a new error: {error}"));
            }
        }
        let was_held = |node: &&String| node.ends_with("held:");
        let changed = |(before, after): &(&String, &String)| before != after && !was_held(before);
        let pairs = before.nodes.iter().zip(&after.nodes);
        if options == SAFE && (before.nodes.len() != after.nodes.len() || pairs.clone().any(|pair| changed(&pair))) {
            broken.push(format!("other routes: {:?} became {:?}", before.nodes, after.nodes));
        }
        (fixed, broken)
    }
}
