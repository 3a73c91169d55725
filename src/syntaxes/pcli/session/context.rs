//! The elements that a session has entered.
//!
//! The prompt before a command shows only the innermost element. The path to it is that of an
//! earlier command.

use super::Session;
use super::slot_key::normalized;
use crate::elements::Shape;
use crate::model::Span;
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

/// The deepest nesting that a session is followed to. The model has about a dozen levels.
const MOST_OPEN: usize = 64;

/// An element that the session has entered.
#[derive(Clone)]
pub(super) struct OpenElement<'s> {
    name: String,
    key: Option<String>,
    /// The step into it, or `None` if it is skipped.
    pub(super) step: Option<BlockStep<'s>>,
}

/// The elements that a user is in.
#[derive(Default)]
pub(super) struct Context<'s> {
    /// From the outermost one.
    pub(super) open: Vec<OpenElement<'s>>,
    /// The same before the last command.
    pub(super) before: Vec<OpenElement<'s>>,
    /// The path of the last command, which may end at a value.
    pub(super) typed: Vec<OpenElement<'s>>,
    /// True if the last command may have entered an element that is skipped.
    pub(super) after_unknown: bool,
}

impl<'s> OpenElement<'s> {
    /// Returns true for a list entry whose key the session has not shown.
    pub(super) fn is_keyless(&self) -> bool {
        self.step.as_ref().is_some_and(|step| matches!(step.entry, Some((_, None))))
    }

    /// Returns true for the element that a prompt shows.
    fn is_shown(&self, name: &str, key: Option<&str>) -> bool {
        let is_key =
            |own: &str, shown: &str| own == shown || normalized("address", own) == normalized("address", shown);
        let is_other = || self.key.as_deref().zip(key).is_some_and(|(own, shown)| !is_key(own, shown));
        self.name == name && (self.step.is_none() || !is_other())
    }
}

impl<'s> From<BlockStep<'s>> for OpenElement<'s> {
    fn from(step: BlockStep<'s>) -> Self {
        let key = step.entry.as_ref().and_then(|(_, key)| key.as_ref()).map(|key| key.text.clone().into_owned());
        Self { name: step.name.to_owned(), key, step: Some(step) }
    }
}

impl<'s> Context<'s> {
    /// Returns the innermost element, or `None` if it is skipped.
    pub(super) fn enclosing(&self) -> Option<Enclosing> {
        self.open.last().map_or(Some(Enclosing::root()), |element| element.step.as_ref().map(|step| step.inside))
    }

    /// Returns the steps to the innermost element.
    pub(super) fn steps(&self) -> Vec<BlockStep<'s>> {
        self.open.iter().filter_map(|element| element.step.clone()).collect()
    }

    /// Goes back to the elements before the last command, which was refused.
    pub(super) fn undo(&mut self) {
        self.open = std::mem::take(&mut self.before);
        self.typed.clear();
        self.after_unknown = false;
    }

    /// Moves to the element that a prompt shows, if an earlier command leads to it.
    fn find(&mut self, name: &str, key: Option<&str>) -> bool {
        let found = [&self.open, &self.typed, &self.before].into_iter().find_map(|path| {
            let index = path.iter().rposition(|element| element.is_shown(name, key))?;
            Some(path[..=index].to_vec())
        });
        let is_found = found.is_some();
        self.open = found.unwrap_or_else(|| std::mem::take(&mut self.open));
        is_found
    }
}

impl<'s> Session<'s, '_> {
    /// Moves to the element that a prompt shows.
    pub(super) fn enter(&mut self, element: Option<&str>, at: Span) {
        let after_unknown = std::mem::take(&mut self.context.after_unknown);
        let Some(element) = element else { return self.context.open.clear() };
        let (name, keys) = element.split_once('[').unwrap_or((element, ""));
        let name = if name == "configure" { "config" } else { name };
        let key = keys.strip_suffix(']').and_then(|keys| keys.split_once('=')).map(|(_, key)| key);
        if self.context.find(name, key) {
            return;
        }
        let open = &mut self.context.open;
        if !after_unknown || open.len() >= MOST_OPEN {
            open.clear();
        }
        if open.is_empty() {
            self.enter_from_root(name, key, at);
        } else {
            open.push(OpenElement { name: name.to_owned(), key: key.map(str::to_owned), step: None });
        }
    }

    /// Enters an element whose path the session does not show.
    fn enter_from_root(&mut self, name: &str, key: Option<&str>, at: Span) {
        let around: &[&str] = match name {
            "authority" => &["config"],
            "router" | "service" => &["config", "authority"],
            _ => &[],
        };
        for (name, key) in around.iter().map(|name| (*name, None)).chain([(name, key)]) {
            let step = self.step_from(self.context.enclosing(), name, key, at);
            self.context.open.push(OpenElement { name: name.to_owned(), key: key.map(str::to_owned), step });
        }
    }

    /// Returns the step into an element, or `None` if it is skipped.
    fn step_from(
        &mut self,
        enclosing: Option<Enclosing>,
        name: &str,
        key: Option<&str>,
        at: Span,
    ) -> Option<BlockStep<'s>> {
        let enclosing = enclosing?;
        let (name, shape) = enclosing.read.find(name)?;
        let (read, entry) = match shape {
            Shape::Container(elements) => (elements, None),
            Shape::List { key: key_name, entry } => {
                let word = key.map(|key| Word { text: key.to_owned().into(), quoted: false, is_open: false, at });
                (entry, Some((key_name, word)))
            }
            Shape::Leaf | Shape::LeafList => return None,
        };
        self.visits += 1;
        Some(BlockStep { name, name_at: at, entry, inside: enclosing.within(name, read), visit: self.visits })
    }
}
