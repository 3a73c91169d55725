//! The outcome of a command, from its output.

/// The most lines of output that are searched. A message is at the start or the end of a short
/// output.
const MOST_LINES: usize = 200;

/// The starts of messages that a command did nothing, and of help, which is printed instead.
const REFUSALS: [&str; 24] = [
    "%",
    "✖",
    "✗",
    "Operation cancel",
    "Operation abort",
    "Cancel",
    "Abort",
    "Error:",
    "error:",
    "ERROR:",
    "Invalid ",
    "Unknown ",
    "Unrecognized ",
    "Unexpected ",
    "Ambiguous ",
    "Failed ",
    "Cannot ",
    "Command '",
    "Commit failed",
    "Permission denied",
    "usage:",
    "Configuration Attributes",
    "Configuration Commands",
    "General Commands",
];

/// The start of a message that a command succeeded with a warning.
const WARNING: &str = "% Warning";

/// The starts of messages that a command succeeded, whatever else it printed.
const SUCCESSES: [&str; 4] =
    ["Configuration committed", "Discarding", "Configuration restored", "Candidate configuration changes success"];

/// Returns true if the output of a command says that it did nothing.
pub(super) fn is_refused<'l>(lines: impl Iterator<Item = &'l str>) -> bool {
    let mut is_refused = false;
    for line in lines.take(MOST_LINES) {
        if SUCCESSES.iter().any(|success| line.starts_with(success)) {
            return false;
        }
        is_refused |= is_refusal(line);
    }
    is_refused
}

/// Returns true if there is a refusal before the first line of a configuration.
pub(super) fn is_refused_to_show<'l>(mut lines: impl Iterator<Item = &'l str>) -> bool {
    let is_element = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
    lines.find(|line| is_refusal(line) || is_element(line)).is_some_and(is_refusal)
}

/// Returns true for a message that a command did nothing.
fn is_refusal(line: &str) -> bool {
    let starts = |starts: &[&str]| starts.iter().any(|start| line.starts_with(start));
    starts(&REFUSALS) && !starts(&[WARNING]) || is_declined(line)
}

/// Returns true for a question that was answered with no: `… [y/N]: N`. No answer is the default,
/// which is in upper case.
fn is_declined(line: &str) -> bool {
    let Some((choices, answer)) = question(line) else { return false };
    match answer.chars().next() {
        Some(first) => !first.eq_ignore_ascii_case(&'y'),
        None => !choices.starts_with('Y'),
    }
}

/// Returns true for a question with yes or no.
pub(super) fn is_question(line: &str) -> bool {
    question(line).is_some()
}

/// Returns the choices and the answer of a question with yes or no.
fn question(line: &str) -> Option<(&str, &str)> {
    let (question, answer) = line.rsplit_once(']')?;
    let (_, choices) = question.rsplit_once('[')?;
    let is_choice = matches!(choices, "y/N" | "Y/n" | "y/n" | "Y/N" | "yes/no" | "yes/No");
    is_choice.then(|| (choices, answer.trim_start_matches([':', '?', ' ']).trim()))
}

#[cfg(test)]
mod tests {
    use super::is_refused;

    #[test]
    fn messages_and_answers_decide() {
        for (output, expected) in [
            ("", false),
            ("address 192.0.2.1", false),
            ("% Error: unknown keyword", true),
            ("✖ Command failed", true),
            ("Are you sure you want to delete item \"[name=n1]\" [y/N]: N\nOperation canceled", true),
            ("Are you sure you want to delete item \"[name=n1]\" [y/N]: n", true),
            ("Are you sure? [y/N]:", true),
            ("Are you sure? [y/N]: y", false),
            ("Are you sure? [Y/n]: ", false),
            ("Are you sure you want to commit the candidate config? [y/N]: y\n✔ Validating...", false),
            ("Warnings:\n1. Error: a warning of a router\nConfiguration committed", false),
            ("Validating, then committing...\n% Error: Candidate configuration is invalid", true),
        ] {
            assert_eq!(is_refused(output.lines()), expected, "{output}");
        }
    }
}
