//! The questions to the minions through Salt.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, answers};
use crate::salt::{Minions, SaltError};

/// The answer of a minion whose key is not accepted.
const NO_KEY: &str = "its key is not accepted";

/// Asks the minions of a master for their summaries: those that should have a document, and all
/// others with a key, because one of them may have routes that the authority does not have.
///
/// All are asked first whether they answer. Salt waits for each minion that does not, and would do
/// so in each part.
///
/// # Errors
///
/// Salt fails.
pub fn ask<'m>(
    expected: impl Iterator<Item = &'m str>,
    minions: &mut dyn Minions,
) -> Result<BTreeMap<String, Answer>, SaltError> {
    let accepted = minions.accepted()?;
    let all: Vec<&str> = accepted.iter().map(String::as_str).collect();
    let answering = if all.is_empty() { BTreeSet::new() } else { minions.ping(&all)? };
    let answering: Vec<&str> = answering.iter().map(String::as_str).collect();
    let told = if answering.is_empty() { BTreeMap::new() } else { minions.summaries(&answering)? };
    let mut answers = answers(&told);
    for minion in expected.filter(|minion| !accepted.contains(*minion)) {
        answers.insert(minion.to_owned(), Answer::None(Some(NO_KEY.to_owned())));
    }
    Ok(answers)
}
