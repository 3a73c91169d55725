//! Pages with commands and their output.

/// A command of a page, with the output that the page shows.
#[derive(Debug)]
pub(crate) struct Step<'p> {
    /// The prompt, for example `$ `.
    pub(crate) prompt: &'p str,
    pub(crate) command: &'p str,
    pub(crate) output: Vec<&'p str>,
}

/// Splits a block before each command. A command begins with one of these prompts.
pub(crate) fn steps<'p>(block: &[&'p str], prompts: &[&'p str]) -> Vec<Step<'p>> {
    let mut steps: Vec<Step<'p>> = Vec::new();
    for line in block {
        let begun = prompts.iter().find_map(|prompt| Some((*prompt, line.strip_prefix(prompt)?)));
        match (begun, steps.last_mut()) {
            (Some((prompt, command)), _) => steps.push(Step { prompt, command, output: Vec::new() }),
            (None, Some(step)) => step.output.push(line),
            (None, None) => panic!("output before a command: {line:?}"),
        }
    }
    steps
}

/// Returns true if lines are equal to a pattern in which `...` is any number of lines.
pub(crate) fn matches(pattern: &[&str], lines: &[&str]) -> bool {
    match (pattern, lines) {
        ([], []) => true,
        (["...", rest @ ..], _) => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        ([first, pattern @ ..], [line, lines @ ..]) => first == line && matches(pattern, lines),
        _ => false,
    }
}
