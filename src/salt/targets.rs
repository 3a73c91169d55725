//! The targets of a command of Salt.

use std::ffi::OsString;

/// The most bytes of a list of minions. Linux limits an argument to 128 kB.
const LIST_LIMIT: usize = 100_000;

/// Returns the arguments that select minions, for one or more commands.
///
/// Salt splits a list at commas, and removes its spaces. A minion with such an id has a command of
/// its own, with a pattern that matches only its id.
pub(super) fn targets(minions: &[&str]) -> Vec<Vec<OsString>> {
    let (odd, plain): (Vec<&str>, Vec<&str>) =
        minions.iter().partition(|id| id.contains(|c: char| c == ',' || c.is_whitespace()));
    let mut lists: Vec<String> = Vec::new();
    for id in plain {
        match lists.last_mut().filter(|list| list.len() + id.len() < LIST_LIMIT) {
            Some(list) => {
                list.push(',');
                list.push_str(id);
            }
            None => lists.push(id.to_owned()),
        }
    }
    // A list of one id has no comma to split it at, and is a list nevertheless.
    let lists = lists.into_iter().map(|list| vec!["-L".into(), "--".into(), list.into()]);
    let patterns = odd.into_iter().map(|id| vec!["--".into(), pattern(id).into()]);
    lists.chain(patterns).collect()
}

/// Returns a pattern that matches only this id (Python's `fnmatch`).
fn pattern(id: &str) -> String {
    let mut pattern = String::with_capacity(id.len());
    for c in id.chars() {
        if matches!(c, '*' | '?' | '[') {
            pattern.extend(['[', c, ']']);
        } else {
            pattern.push(c);
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::{LIST_LIMIT, targets};

    #[test]
    fn ids_that_a_list_would_split_have_their_own_command() {
        let texts = |minions: &[&str]| -> Vec<String> {
            let join = |arguments: Vec<std::ffi::OsString>| {
                arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect::<Vec<_>>().join("|")
            };
            targets(minions).into_iter().map(join).collect()
        };
        assert_eq!(texts(&["a.b", "-rf", "*"]), ["-L|--|a.b,-rf,*"]);
        assert_eq!(texts(&["a", "b,c", "d e*[x]?", "f"]), ["-L|--|a,f", "--|b,c", "--|d e[*][[]x][?]"]);
        assert_eq!(texts(&[]), [""; 0]);
    }

    #[test]
    fn a_list_fits_into_an_argument() {
        let ids: Vec<String> = (0..1000).map(|number| format!("{number:0>250}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let targets = targets(&ids);
        assert_eq!(targets.len(), 3);
        assert!(targets.iter().all(|target| target[2].len() <= LIST_LIMIT));
        let listed = targets.iter().map(|target| target[2].to_string_lossy().split(',').count());
        assert_eq!(listed.sum::<usize>(), ids.len());
    }
}
