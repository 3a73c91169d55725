//! Words that lost the space between them, and words with a space in them.

use crate::elements::Shape;
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

/// The length of the shortest name of a leaf that is recognized before any value. Shorter names may
/// start other names.
const SHORTEST_LEAF: usize = 8;

/// Values that are recognized after the name of any leaf.
const VALUES: [&str; 4] = ["true", "false", "allow", "deny"];

/// Returns the message about an element that is unknown only because of a space: one is missing, as
/// in `routerr1`, or there is one too many, as in `au thority`. `words` starts with the element,
/// and `last` is the step before it with its word.
pub(super) fn message(
    words: &[Word<'_>],
    enclosing: Enclosing,
    last: Option<(&BlockStep<'_>, &Word<'_>)>,
) -> Option<String> {
    let keyword = &*words[0].text;
    let is_known = || enclosing.model_of(keyword).is_some();
    if words[0].quoted || keyword.is_empty() {
        return None;
    }
    if let Some((step, before)) = last
        && step.entry.is_none()
        && step.name.strip_prefix(&*before.text) == Some(keyword)
        && !is_known()
    {
        return Some(format!("`{}` has a space in it; write `{}`", step.name, step.name));
    }
    if enclosing.is_root() {
        return at_top(words);
    }
    let joined = |(name, shape): (&'static str, Shape)| {
        let rest = keyword.strip_prefix(name).filter(|rest| !rest.is_empty() && !rest.starts_with('-'))?;
        (is_joined(name, shape, rest, &words[1..], enclosing) && !is_known())
            .then(|| format!("unknown element `{keyword}`; did you mean `{name} {rest}`?"))
    };
    // Most words are elements that are skipped, and start with another letter.
    let first = keyword.as_bytes()[0];
    let may_be_joined = enclosing.read.known.iter().filter(|known| known.name.as_bytes()[0] == first);
    may_be_joined.map(|known| (known.name, known.shape)).find_map(joined)
}

/// Returns the message about the start of a path at the outermost level, which may also be a
/// sentence.
fn at_top(words: &[Word<'_>]) -> Option<String> {
    let keyword = &*words[0].text;
    let continues = |at: usize| words.get(at).is_some_and(|word| word.text.starts_with("auth"));
    for name in ["config", "configure"] {
        let rest = keyword.strip_prefix(name);
        if rest.is_some_and(|rest| rest.starts_with("auth")) {
            return Some(format!("unknown element `{keyword}`; did you mean `{name} {}`?", &keyword[name.len()..]));
        }
        let after = name.strip_prefix(keyword);
        if after.is_some() && words.get(1).map(|word| &*word.text) == after && continues(2) {
            return Some(format!("`{name}` has a space in it; write `{name}`"));
        }
    }
    None
}

/// Returns true if `rest` and the words after it continue the element before it.
fn is_joined(name: &'static str, shape: Shape, rest: &str, after: &[Word<'_>], enclosing: Enclosing) -> bool {
    match shape {
        Shape::Container(elements) => enclosing.within(name, elements).has(rest),
        Shape::List { entry, .. } => {
            let inside = enclosing.within(name, entry);
            inside.has(rest) || after.first().is_none_or(|next| inside.has(&next.text))
        }
        Shape::Leaf | Shape::LeafList => {
            let is_value = VALUES.contains(&rest) || rest.starts_with(|c: char| c.is_ascii_digit());
            after.is_empty() && (is_value || name.len() >= SHORTEST_LEAF)
        }
    }
}
