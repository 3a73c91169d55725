//! Text around a configuration in a terminal's output: prompts, time stamps, progress, elisions.

/// A prompt and the command after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prompt<'s> {
    /// The element of the session, which the prompt shows in parentheses: `router[name=r1]`.
    pub(super) element: Option<&'s str>,
    /// The user and the host: `admin` and `node1.conductor` in `admin@node1.conductor#`.
    pub(super) login: Option<(&'s str, &'s str)>,
    /// The command and its offset in the line.
    pub(super) command: (usize, &'s str),
}

/// Returns true for a line that the PCLI prints around a configuration, or that people write for
/// omitted lines.
pub(super) fn is_noise(line: &str) -> bool {
    match line.as_bytes().first() {
        Some(b'a'..=b'z') | None => false,
        Some(b'.') => line.bytes().all(|b| b == b'.'),
        Some(b'A'..=b'Z') => is_message(line) || is_time_stamp(line),
        _ => {
            line.starts_with(['…', '✔', '✖', '✓', '✗', '⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'])
                || is_shell(line)
        }
    }
}

/// Returns true for a message of the PCLI.
fn is_message(line: &str) -> bool {
    const MESSAGES: [&str; 8] = [
        "Retrieving",
        "Completed in ",
        "Validating",
        "Configuration committed",
        "Starting the PCLI",
        "Welcome to the PCLI",
        "Enter plain for ",
        "Candidate configuration",
    ];
    MESSAGES.iter().any(|message| line.starts_with(message))
}

/// Returns true for a time stamp: `Mon 2021-02-22 15:21:35 EST`.
fn is_time_stamp(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    words.next().is_some_and(|day| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&day))
        && words.next().is_some_and(|date| is_numbers(date, '-', [4, 2, 2]))
        && words.next().is_some_and(|time| is_numbers(time, ':', [2, 2, 2]))
}

/// Returns true for a time stamp in any form, before a prompt: `[2021-02-22T15:21:35Z]`.
pub(super) fn is_stamp(text: &str) -> bool {
    let is_stamp =
        |c: char| c.is_ascii_digit() || matches!(c, ':' | '-' | '.' | ',' | '/' | '+' | '[' | ']' | '(' | ')');
    let is_word = |word: &str| {
        let letters = word.chars().filter(|c| !is_stamp(*c));
        letters.clone().count() <= 4 && letters.clone().all(|c| c.is_ascii_alphabetic())
    };
    text.contains(':') && text.split_ascii_whitespace().all(is_word)
}

/// Returns true for numbers with these numbers of digits.
fn is_numbers(word: &str, separator: char, lengths: [usize; 3]) -> bool {
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    word.split(separator).all(is_number) && word.split(separator).map(str::len).eq(lengths)
}

/// Returns true for the prompt of a shell: `[root@host ~]#`.
fn is_shell(line: &str) -> bool {
    line.strip_prefix('[').and_then(|rest| rest.split_once(']')).is_some_and(|(_, rest)| {
        let rest = rest.trim_start();
        rest.starts_with('#') || rest.starts_with('$')
    })
}

/// Parses the prompt at the start of a line: `*admin@node1.conductor (router[name=r1])# name r1`,
/// or only its parentheses.
pub(super) fn prompt(line: &str) -> Option<Prompt<'_>> {
    let uncoloured = without_escapes(line);
    let unstarred = without_escapes(uncoloured.strip_prefix('*').unwrap_or(uncoloured));
    let (user, after_user) = unstarred.split_at(unstarred.find(|c: char| !is_name(c)).unwrap_or(unstarred.len()));
    let (login, after_host) = match after_user.strip_prefix('@') {
        Some(host) if !user.is_empty() => {
            let length = host.find(|c: char| !is_name(c)).unwrap_or(host.len());
            if length == 0 {
                return None;
            }
            (Some((user, &host[..length])), without_escapes(&host[length..]))
        }
        None if user.is_empty() => (None, unstarred),
        _ => return None,
    };
    let (element, rest) = match after_host.trim_start_matches(' ').strip_prefix('(') {
        Some(inside) => {
            // The search ends at the next parenthesis, so that its cost does not grow with the
            // line.
            let end = inside.find(['(', ')']).filter(|end| inside.as_bytes()[*end] == b')')?;
            (Some(&inside[..end]), &inside[end + 1..])
        }
        None if login.is_some() => (None, after_host),
        None => return None,
    };
    let command = without_escapes(without_escapes(rest).strip_prefix(['#', '>'])?);
    let element = element.filter(|element| !element.is_empty());
    let typed = command.trim_start_matches(' ');
    Some(Prompt { element, login, command: (line.len() - typed.len(), typed) })
}

/// Returns the text after the escape sequences at its start, which a terminal uses for colours.
fn without_escapes(text: &str) -> &str {
    let mut rest = text;
    while let Some(sequence) = rest.strip_prefix("\u{1b}[") {
        let Some(end) = sequence.find(|c: char| ('@'..='~').contains(&c)) else { return rest };
        rest = &sequence[end + 1..];
    }
    rest
}

/// Returns the offset of the next prompt in a command. A copied session may lack line breaks.
pub(super) fn next_prompt(command: &str) -> Option<usize> {
    let mut quoted = false;
    command.match_indices(['@', '"']).find_map(|(at, found)| {
        if found == "\"" {
            quoted = !quoted;
            return None;
        }
        let user = command[..at].trim_end_matches(is_name).len();
        let start = if command[..user].ends_with('*') { user - 1 } else { user };
        let starts_word = start > 0 && command[..start].ends_with(' ');
        (!quoted && starts_word && prompt(&command[start..]).is_some()).then_some(start)
    })
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::{is_noise, next_prompt, prompt};

    #[test]
    fn noise_is_recognized() {
        for (line, expected) in [
            ("...", true),
            ("…", true),
            ("✔ Retrieving configuration...", true),
            ("Retrieving...", true),
            ("Completed in 0.18 seconds", true),
            ("Mon 2021-02-22 15:21:35 EST", true),
            ("Mon 2021-02-22 15:21:35", true),
            ("[root@conductor ~]# pcli", true),
            ("Mon amour", false),
            ("Monday 2021-02-22 15:21:35", false),
            ("WRONG_ELEMENT", false),
            ("...x", false),
            ("router r1", false),
            ("\"quoted\"", false),
            ("[vector]", false),
        ] {
            assert_eq!(is_noise(line), expected, "{line}");
        }
    }

    #[test]
    fn prompts_are_parsed() {
        for (line, expected) in [
            ("admin@node1.conductor1# show config running", Some((None, "show config running"))),
            ("*admin@node1.conductor1# ", Some((None, ""))),
            ("admin@node1.conductor1#", Some((None, ""))),
            ("admin@n.r (router[name=x])# node n1", Some((Some("router[name=x]"), "node n1"))),
            ("*admin@n.r (authority)#exit", Some((Some("authority"), "exit"))),
            ("(service)> name dns", Some((Some("service"), "name dns"))),
            ("(router[name=x])#", Some((Some("router[name=x]"), ""))),
            ("admin@n.r> show", Some((None, "show"))),
            ("\u{1b}[1;32m*a@n.r\u{1b}[0m (service)\u{1b}[K#\u{1b}[0m exit", Some((Some("service"), "exit"))),
            ("\u{1b}[32ma@n.r", None),
            ("source tenant@192.0.2.0/24", None),
            ("tenant@192.0.2.0/24", None),
            ("admin@example.com", None),
            ("@host# x", None),
            ("(removed)", None),
            ("router r1", None),
            ("#", None),
        ] {
            let found = prompt(line).map(|prompt| (prompt.element, prompt.command.1));
            assert_eq!(found, expected, "{line}");
        }
        let command = "config auth admin@b.s (authority)# router r *admin@b.s (router[name=r])# exit";
        assert_eq!(next_prompt(command), Some(12));
        assert_eq!(next_prompt(&command[47..]).map(|at| &command[47 + at..]), None);
        assert_eq!(next_prompt("description \"a admin@b.s# c\""), None);
        assert_eq!(next_prompt("access-policy tenant@192.0.2.0/24 x"), None);
        assert_eq!(next_prompt("name é\u{de6d2}a@b.c (authority)# x"), None);
    }
}
