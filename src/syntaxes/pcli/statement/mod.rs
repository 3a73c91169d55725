//! What a line says, given the element that it stands in.

mod deletion;

use std::borrow::Cow;

use self::deletion::deletion;
use crate::diagnostics::Finding;
use crate::elements::{self, Elements, ROOT, Shape};
use crate::model::tree::{Content, FaultKind, Member, Tree};
use crate::rules::{invalid_syntax, unread_text};
use crate::syntaxes::pcli::builder::Step;
use crate::syntaxes::pcli::lines::Word;
use crate::syntaxes::pcli::model;
use crate::syntaxes::plural;

/// The element that a line stands in.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    /// Its elements that are read.
    pub(crate) read: &'static Elements,
    /// What the model knows of it.
    pub(crate) model: Option<&'static model::Element>,
}

/// What a keyword means in a context.
enum Meaning<'w> {
    /// An element that is read.
    Element(&'static str, Shape),
    /// No element that there may be, which is kept to be reported.
    Unknown,
    /// Probably this element, in the plural.
    Plural(&'static str),
    /// The start of several elements' names.
    Ambiguous(Vec<&'w str>),
    /// The command that takes an element away.
    Delete,
    /// An element that is not read.
    Other,
}

/// A line's meaning.
pub(crate) struct Statement<'s> {
    /// The elements that the line enters.
    pub(crate) steps: Vec<Step<'s>>,
    pub(crate) end: End<'s>,
    /// Whether it stands in no element.
    is_top: bool,
    /// What is wrong with the line, if it is an element at all, and not a sentence that starts like one.
    pub(crate) doubt: Option<Finding>,
    /// Text on the line that is passed over.
    pub(crate) unread: Option<Finding>,
}

/// What is at the end of the elements that a line enters.
pub(crate) enum End<'s> {
    /// Nothing: the lines below are in the last one.
    Block(Context),
    /// An element that is read.
    Leaf(Member<'s>),
    /// What is passed over, with what is below it: the word that starts it, and the element that the word stands in.
    Passed { context: Context, keyword: usize },
}

impl Context {
    pub(crate) fn root() -> Self {
        Self { read: &ROOT, model: None }
    }

    pub(crate) fn is_root(self) -> bool {
        std::ptr::eq(self.read, &ROOT)
    }

    /// The context in an element of this name.
    pub(crate) fn within(self, name: &str, read: &'static Elements) -> Self {
        Self { read, model: self.model_of(name) }
    }

    /// What the model knows of the element of this name.
    pub(crate) fn model_of(self, name: &str) -> Option<&'static model::Element> {
        if !self.is_root() {
            return self.model.and_then(|model| model.child(name));
        }
        match name {
            "config" => Some(model::Element::config()),
            "authority" => Some(model::Element::authority()),
            _ => model::Element::authority().child(name),
        }
    }

    /// Whether an element of exactly this name may stand here.
    pub(crate) fn has(self, name: &str) -> bool {
        self.read.holds(name) || self.model_of(name).is_some()
    }

    /// A name in quotes stands for itself: it is no command, and abbreviates nothing.
    fn meaning_of(self, keyword: &Word<'_>) -> Meaning<'static> {
        match self.meaning(&keyword.text) {
            Meaning::Element(name, _) | Meaning::Plural(name)
                if keyword.quoted && !self.read.is_name(&keyword.text, name) =>
            {
                Meaning::Unknown
            }
            Meaning::Delete | Meaning::Ambiguous(_) if keyword.quoted => Meaning::Unknown,
            meaning => meaning,
        }
    }

    fn meaning(self, keyword: &str) -> Meaning<'static> {
        if let Some((name, shape)) = self.read.find(keyword) {
            return Meaning::Element(name, shape);
        }
        if self.is_root() && matches!(keyword, "configure" | "conf") {
            return self.meaning("config");
        }
        if keyword == "delete" {
            return Meaning::Delete;
        }
        if !self.is_root()
            && !keyword.is_empty()
            && let Some(meaning) = self.abbreviated(keyword)
        {
            return meaning;
        }
        match self.read.meaning(keyword) {
            elements::Meaning::Unknown => Meaning::Unknown,
            elements::Meaning::Plural(_) if self.model_of(keyword).is_some() => Meaning::Other,
            // Outside of all elements there is prose too, with words that are near to one.
            elements::Meaning::Plural(known) if self.is_root() && !keyword.starts_with(known) => Meaning::Other,
            elements::Meaning::Plural(known) => Meaning::Plural(known),
            _ => Meaning::Other,
        }
    }

    /// The element whose name starts like this, if it is one that is read. The session takes any start that is no other's.
    fn abbreviated(self, keyword: &str) -> Option<Meaning<'static>> {
        let ours = || self.read.known.iter().filter(|(name, _)| name.starts_with(keyword));
        ours().next()?;
        if self.model_of(keyword).is_some() {
            return Some(Meaning::Other);
        }
        let mut names: Vec<&'static str> = ours().map(|(name, _)| *name).collect();
        let model = self.model.into_iter().flat_map(|model| model.starting_with(keyword)).map(|element| element.name);
        names.extend(model);
        names.sort_unstable();
        names.dedup();
        match names[..] {
            [_] => ours().next().map(|(name, shape)| Meaning::Element(name, *shape)),
            _ => Some(Meaning::Ambiguous(names)),
        }
    }
}

/// What a line's words mean in a context. What is wrong stands in the place of the element that it is wrong with.
pub(crate) fn read<'s>(words: &[Word<'s>], context: Context) -> Statement<'s> {
    let mut statement = Statement {
        steps: Vec::new(),
        end: End::Passed { context, keyword: 0 },
        is_top: context.is_root(),
        doubt: None,
        unread: None,
    };
    let mut context = context;
    let mut at = 0;
    while let Some(keyword) = words.get(at) {
        let meaning = context.meaning_of(keyword);
        if let Meaning::Element(name, shape @ (Shape::Container(_) | Shape::List { .. })) = meaning {
            let step = step(name, shape, &words[at..], context);
            if let Some(fault) = step.fault() {
                statement.end = fault;
                return statement;
            }
            at += step.words();
            context = step.inside;
            statement.steps.push(step);
            if let Some(extra) = words.get(at)
                && !goes_on(extra, context, words)
            {
                too_many_words(&mut statement, shape, extra, at);
                return statement;
            }
            statement.end = End::Block(context);
            continue;
        }
        let member = |name: &Cow<'s, str>, tree| Member { name: name.clone(), name_at: keyword.at, tree };
        let fault = |message| Tree::fault(FaultKind::Syntax, keyword.at, message);
        statement.end = match meaning {
            Meaning::Element(name, _) => End::Leaf(member(&Cow::Borrowed(name), one_value(name, &words[at..]))),
            Meaning::Unknown => {
                let nothing = || Tree { at: keyword.at, content: Content::Mapping(Vec::new()) };
                End::Leaf(member(&keyword.text, words.get(at + 1).map_or_else(nothing, Word::to_tree)))
            }
            Meaning::Plural(known) => End::Leaf(plural(keyword.text.clone(), keyword.at, known)),
            Meaning::Ambiguous(names) => End::Leaf(member(&keyword.text, fault(ambiguous(&keyword.text, &names)))),
            Meaning::Delete => deletion(&words[at..], context, &mut statement.steps)
                .map_or(End::Passed { context, keyword: at }, End::Leaf),
            Meaning::Other => End::Passed { context, keyword: at },
        };
        return statement;
    }
    statement
}

fn ambiguous(keyword: &str, names: &[&str]) -> String {
    format!("`{keyword}` may be any of {}; write the name in full", names.join(", "))
}

/// Whether a further word on a line is the next element of a path.
fn goes_on(word: &Word<'_>, context: Context, words: &[Word<'_>]) -> bool {
    let flat = matches!(&*words[0].text, "config" | "configure" | "conf") && words.len() > 2;
    let known = !matches!(context.meaning(&word.text), Meaning::Other | Meaning::Unknown | Meaning::Plural(_));
    flat || !word.quoted && (known || context.model_of(&word.text).is_some())
}

/// A word behind a list's key, or on a container's line.
fn too_many_words(statement: &mut Statement<'_>, shape: Shape, extra: &Word<'_>, at: usize) {
    let Some(step) = statement.steps.last() else { unreachable!("just entered") };
    let (name, name_at, inside) = (step.name, step.name_at, step.inside);
    let Shape::List { key, .. } = shape else {
        let message = format!("`{name}` takes no value on its line; this is passed over");
        let finding = Finding::of_authority(&unread_text::RULE, message);
        statement.unread = Some(finding.at(extra.at));
        statement.end = End::Block(inside);
        return;
    };
    statement.steps.pop();
    let message = format!("`{name}` takes one key, its {key}; quote a key with spaces");
    if statement.is_top && statement.steps.is_empty() {
        statement.doubt = Some(invalid_syntax::at(extra.at, message));
        statement.end = End::Passed { context: inside, keyword: at };
    } else {
        let tree = Tree::fault(FaultKind::Syntax, extra.at, message);
        statement.end = End::Leaf(Member { name: Cow::Borrowed(name), name_at, tree });
    }
}

/// The step into a container, or into a list's entry.
fn step<'s>(name: &'static str, shape: Shape, words: &[Word<'s>], context: Context) -> Step<'s> {
    let (read, entry) = match shape {
        Shape::Container(elements) => (elements, None),
        Shape::List { key, entry } => {
            // A list whose entries may be wrapped in a list of the same key has none itself then.
            let wraps = |word: &&Word<'_>| matches!(entry.find(&word.text), Some((_, Shape::List { key: inner, .. })) if inner == key);
            (entry, Some((key, words.get(1).filter(|word| !wraps(word)).cloned())))
        }
        Shape::Leaf | Shape::LeafList => unreachable!("leaves have no lines"),
    };
    Step { name, name_at: words[0].at, entry, inside: context.within(name, read), visit: 0 }
}

impl<'s> Step<'s> {
    /// What stands in its place if its key cannot be read.
    fn fault(&self) -> Option<End<'s>> {
        let (_, Some(key)) = self.entry.as_ref()? else { return None };
        let tree = key.is_open.then(|| Tree::fault(FaultKind::Syntax, key.at, NO_END))?;
        Some(End::Leaf(Member { name: Cow::Borrowed(self.name), name_at: self.name_at, tree }))
    }

    /// How many words it takes: its name, and its key.
    fn words(&self) -> usize {
        1 + usize::from(self.entry.as_ref().is_some_and(|(_, key)| key.is_some()))
    }
}

const NO_END: &str = "this quoted text has no end; add the closing `\"`";

fn one_value<'s>(name: &str, words: &[Word<'s>]) -> Tree<'s> {
    let message = match words {
        [_, value] if value.is_open => NO_END.to_owned(),
        [_, value] if value.quoted => return value.to_tree(),
        [_, value] if is_hidden(&value.text) => {
            format!("the value of `{name}` was taken out of this text; put it in, or remove the line")
        }
        [_, value] if value.text.starts_with(['“', '”', '„', '‘', '’']) => {
            "a typographic quotation mark quotes nothing; write `\"`".to_owned()
        }
        [_, value] => return value.to_tree(),
        [_, _, ..] => {
            format!("`{name}` takes one value; quote a value with spaces, and repeat the line for a further one")
        }
        _ => format!("`{name}` has no value"),
    };
    Tree::fault(FaultKind::Syntax, words.get(2).or(words.get(1)).unwrap_or(&words[0]).at, message)
}

/// What the product prints in place of a secret, or of a text of many lines.
fn is_hidden(value: &str) -> bool {
    value == "(removed)" || value.starts_with("(text/") && value.ends_with(')')
}
