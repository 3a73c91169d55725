//! Lines at the outermost level that are skipped, although they look like configuration.
//!
//! The outermost level may also contain sentences. So a line is reported only if its words are a
//! path into the configuration, or if lines are indented below it.

use crate::diagnostics::{Finding, alike, is_disguised, is_plain};
use crate::elements::{Meaning, ROOT};
use crate::model::Fix;
use crate::rules::{confusable_word, unknown_key, unread_text};
use crate::syntaxes::pcli::model::{ModelElement, ModelKind};
use crate::syntaxes::pcli::words::Word;

/// The finding about a skipped line.
pub(super) enum Suspicion {
    /// The line is configuration.
    Certain(Finding),
    /// The line is configuration if lines are indented below it. Otherwise it may be a sentence.
    WithBlock(Finding),
}

/// The names of `config` on the line of a command.
const CONFIG: [&str; 3] = ["config", "configure", "conf"];

/// The plugin block, which is not in the model.
const BLOCK: &str = "loopback-static-routes";

/// Returns the finding about a line that is skipped at the outermost level.
pub(super) fn suspicion(words: &[Word<'_>]) -> Option<Suspicion> {
    let first = words.first()?;
    let parts: Vec<&str> = words.iter().flat_map(|word| word.text.split_whitespace()).collect();
    let Some(known) = element_like(&first.text) else {
        let is_marked = !first.text.starts_with(char::is_alphabetic);
        let config = misspelled(parts.first()?).filter(|_| !is_marked).filter(|known| continues(known, &parts[1..]));
        let misspelled = config.map(|known| {
            let message = unknown_key::misspelt(&first.text, known);
            unknown_key::at(first.at, message).fix(Fix::rename(first.at, &first.text, known))
        });
        return misspelled.or_else(|| after_mark(words, &parts)).map(Suspicion::Certain);
    };
    let fix = Fix::rename(first.at, &first.text, known);
    let finding = if is_plain(&first.text) {
        unknown_key::at(first.at, unknown_key::misspelt(&first.text, known))
    } else {
        confusable_word::at(first.at, confusable_word::message(&first.text, known))
    };
    let finding = finding.fix(fix);
    // An unusual blank may be in the word or end it.
    let after: Vec<&str> = words[1..].iter().map(|word| &*word.text).collect();
    let is_certain = is_disguised(&first.text) || continues(known, &after) || continues(known, &parts[1..]);
    Some(if is_certain { Suspicion::Certain(finding) } else { Suspicion::WithBlock(finding) })
}

/// Returns the element or command at the outermost level that a word looks like, or only differs
/// from in case, `-` and `_`.
pub(super) fn element_like(word: &str) -> Option<&'static str> {
    ROOT.alike(word).or_else(|| alike(word, CONFIG))
}

/// Returns the element or command at the outermost level that a word misspells.
fn misspelled(word: &str) -> Option<&'static str> {
    match ROOT.meaning(word) {
        Meaning::Misspelled(known) => Some(known),
        _ => (strsim::osa_distance(word, "configure") == 1).then_some("configure"),
    }
}

/// Returns the finding about configuration after a mark, such as that of a list or a comparison:
/// `- config authority`, `+config authority`, `1: config authority`.
fn after_mark(words: &[Word<'_>], parts: &[&str]) -> Option<Finding> {
    let is_letter = |c: char| c.is_alphabetic();
    let marks = parts.iter().take_while(|part| !part.contains(is_letter)).count();
    let (name, rest) = parts[marks..].split_first()?;
    let name = name.trim_start_matches(|c: char| !is_letter(c));
    if marks == 0 && name.len() == parts[0].len() {
        return None;
    }
    let is_element = CONFIG.contains(&name) || ROOT.find(name).is_some();
    let known = if is_element { Some(name) } else { element_like(name).or_else(|| misspelled(name)) };
    known.filter(|known| continues(known, rest))?;
    let message = format!("this line is ignored because of the text before `{name}`; remove that text");
    Some(unread_text::at(words[0].at, message))
}

/// Returns true if words after an element at the outermost level are a path in it.
fn continues(name: &str, words: &[&str]) -> bool {
    if !CONFIG.contains(&name) {
        let element =
            if name == "authority" { Some(ModelElement::authority()) } else { ModelElement::authority().child(name) };
        return element.is_some_and(|element| is_path(element, words));
    }
    let is_authority = |word: &str| {
        word.len() > 3 && "authority".starts_with(&word.to_ascii_lowercase())
            || ROOT.alike(word) == Some("authority")
            || misspelled(word) == Some("authority")
    };
    match words {
        [authority] => is_authority(authority),
        [authority, child, ..] => is_authority(authority) && is_child(ModelElement::authority(), child),
        [] => false,
    }
}

/// Returns true if a word is the name of an element, or its start, or looks like it.
fn is_child(element: &ModelElement, word: &str) -> bool {
    word.len() > 2 && element.starting_with(word).next().is_some() || child(element, word).is_some()
}

/// Returns the child with this name, or a name that looks like it.
fn child<'e>(element: &'e ModelElement, word: &str) -> Option<&'e ModelElement> {
    element
        .child(word)
        .or_else(|| element.child(alike(word, element.starting_with("").map(|child| child.name).collect::<Vec<_>>())?))
}

/// Returns true if words are a complete path from an element to another one: they end at a block,
/// or with the value of a leaf.
fn is_path(element: &ModelElement, words: &[&str]) -> bool {
    let (mut element, mut rest) = (element, words);
    loop {
        let keys = match element.kind {
            ModelKind::Leaf => return rest.len() == 1,
            ModelKind::Container => 0,
            ModelKind::List { keys } => keys,
        };
        match rest.get(keys..) {
            Some([name, values @ ..]) => match child(element, name) {
                Some(child) => (element, rest) = (child, values),
                None => return alike(name, [BLOCK]).is_some(),
            },
            Some([]) => return rest.len() < words.len(),
            None => return false,
        }
    }
}
