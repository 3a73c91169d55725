//! The pieces of a Jinja template: text, tags, expressions and comments.
//!
//! This follows the lexer of Jinja 3.1. Nothing is evaluated.

use std::ops::Range;

use crate::commands::salt_setup::top::fault::Fault;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The range in the text, with the delimiters.
    pub(super) range: Range<usize>,
    pub(super) kind: PieceKind,
    /// The character after the opening delimiter: `-` removes the white space before it.
    before: Option<char>,
    /// The character before the closing delimiter: `-` removes the white space after it.
    after: Option<char>,
}

/// The kind of a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// Text that is rendered as it is.
    Data,
    /// `{{ … }}`, with the range of its expression.
    Output(Range<usize>),
    /// `{% name … %}`, with its name and the range of the rest.
    Tag(String, Range<usize>),
    /// `{# … #}`
    Comment,
}

/// The white space that Jinja removes around tags. The options of the master set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trimming {
    /// Removes the newline after a tag (`trim_blocks`).
    pub(crate) newline_after: bool,
    /// Removes the indentation before a tag (`lstrip_blocks`).
    pub(crate) indentation: bool,
}

/// Splits a template into its pieces.
pub(super) fn scan(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some((start, opening)) = next_opening(text, at) else {
            push_data(&mut pieces, at..text.len());
            break;
        };
        push_data(&mut pieces, at..start);
        let piece = match opening {
            "{#" => comment(text, start)?,
            "{%" => tag(text, start)?,
            _ => output(text, start)?,
        };
        at = piece.range.end;
        let is_raw =
            matches!(&piece.kind, PieceKind::Tag(name, rest) if name == "raw" && text[rest.clone()].trim().is_empty());
        pieces.push(piece);
        if is_raw {
            at = raw(text, at, start, &mut pieces)?;
        }
    }
    Ok(pieces)
}

/// Returns the range of each piece without the white space that Jinja removes from text.
pub(super) fn trimmed(text: &str, pieces: &[Piece], trimming: Trimming) -> Vec<Range<usize>> {
    let trim = |index: usize| {
        let piece = &pieces[index];
        let mut range = piece.range.clone();
        if piece.kind != PieceKind::Data {
            return range;
        }
        if let Some(previous) = index.checked_sub(1).map(|index| &pieces[index]) {
            let data = &text[range.clone()];
            let is_output = matches!(previous.kind, PieceKind::Output(_));
            range.start = if previous.after == Some('-') {
                range.end - data.trim_start().len()
            } else if trimming.newline_after && !is_output && previous.after != Some('+') && !is_raw(previous) {
                range.end - data.strip_prefix('\n').unwrap_or(data).len()
            } else {
                range.start
            };
        }
        if let Some(next) = pieces.get(index + 1) {
            let data = &text[range.clone()];
            let is_output = matches!(next.kind, PieceKind::Output(_));
            if next.before == Some('-') {
                range.end = range.start + data.trim_end().len();
            } else if trimming.indentation && !is_output && next.before != Some('+') {
                let line = data.trim_end_matches(|c: char| c.is_whitespace() && c != '\n').len();
                let starts_line = text[..range.start + line].ends_with('\n') || range.start + line == 0;
                range.end = if starts_line { range.start + line } else { range.end };
            }
        }
        range
    };
    (0..pieces.len()).map(trim).collect()
}

/// Returns true for the tag `raw`, whose end Jinja reads in another way.
fn is_raw(piece: &Piece) -> bool {
    matches!(&piece.kind, PieceKind::Tag(name, _) if name == "raw")
}

pub(super) fn push_data(pieces: &mut Vec<Piece>, range: Range<usize>) {
    if !range.is_empty() {
        pieces.push(Piece { range, kind: PieceKind::Data, before: None, after: None });
    }
}

/// Returns the first opening delimiter.
fn next_opening(text: &str, from: usize) -> Option<(usize, &str)> {
    text[from..].match_indices('{').find_map(|(found, _)| {
        let at = from + found;
        let opening = text.get(at..at + 2)?;
        ["{{", "{%", "{#"].contains(&opening).then_some((at, opening))
    })
}

/// Returns the sign after an opening delimiter.
fn sign_after(text: &str, start: usize) -> Option<char> {
    text[start + 2..].chars().next().filter(|sign| "-+".contains(*sign))
}

fn comment(text: &str, start: usize) -> Result<Piece, Fault> {
    let before = sign_after(text, start);
    // A sign belongs to the opening delimiter first: `{#-#}` has no other one.
    let inner = start + 2 + usize::from(before.is_some());
    let Some(length) = text[inner..].find("#}") else {
        return Err(Fault::new(start, "unclosed comment `{#`"));
    };
    let end = inner + length;
    let after = text[inner..end].chars().next_back().filter(|sign| "-+".contains(*sign));
    Ok(Piece { range: start..end + 2, kind: PieceKind::Comment, before, after })
}

fn output(text: &str, start: usize) -> Result<Piece, Fault> {
    let before = sign_after(text, start).filter(|sign| *sign == '-');
    let code = start + 2 + usize::from(before.is_some());
    let (code, after, end) = code_until(text, start, code, "}}")?;
    Ok(Piece { range: start..end, kind: PieceKind::Output(code), before, after })
}

fn tag(text: &str, start: usize) -> Result<Piece, Fault> {
    let before = sign_after(text, start);
    let code = start + 2 + usize::from(before.is_some());
    let (code, after, end) = code_until(text, start, code, "%}")?;
    let inner = &text[code.clone()];
    let word = inner.trim_start();
    let length = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
    if length == 0 {
        return Err(Fault::new(start, "tag without a name"));
    }
    let rest = code.end - word.len() + length..code.end;
    Ok(Piece { range: start..end, kind: PieceKind::Tag(word[..length].to_owned(), rest), before, after })
}

/// Reads code until its closing delimiter. Returns its range, the sign before the delimiter, and
/// the end of the delimiter.
fn code_until(
    text: &str,
    start: usize,
    code: usize,
    closing: &str,
) -> Result<(Range<usize>, Option<char>, usize), Fault> {
    let signs: &[char] = if closing == "%}" { &['-', '+'] } else { &['-'] };
    let mut open = Vec::new();
    let mut at = code;
    while let Some(character) = text[at..].chars().next() {
        if open.is_empty() {
            let rest = text[at..].strip_prefix(signs).unwrap_or(&text[at..]);
            if rest.starts_with(closing) {
                let sign = (rest.len() < text[at..].len()).then_some(character);
                return Ok((code..at, sign, text.len() - rest.len() + 2));
            }
        }
        match character {
            '\'' | '"' => at = string_end(text, at)?,
            '(' | '[' | '{' => {
                open.push(character);
                at += 1;
            }
            ')' | ']' | '}' => {
                let expected = open.pop().map(|opened| match opened {
                    '(' => ')',
                    '[' => ']',
                    _ => '}',
                });
                if expected != Some(character) {
                    return Err(Fault::new(at, format!("unexpected `{character}` in a template tag")));
                }
                at += 1;
            }
            _ if is_code(character) => at += character.len_utf8(),
            _ => return Err(Fault::new(at, format!("unexpected `{character}` in a template tag"))),
        }
    }
    Err(Fault::new(start, format!("unclosed `{}`, expected `{closing}`", &text[start..start + 2])))
}

/// Returns true if a character can be in the code of a tag outside of a string.
fn is_code(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_+-/*%~<>=!.:|,;".contains(character)
}

/// Returns the end of a string that starts here.
fn string_end(text: &str, start: usize) -> Result<usize, Fault> {
    let mut characters = text[start..].char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    while let Some((offset, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if Some(character) == quote {
            return Ok(start + offset + 1);
        }
    }
    Err(Fault::new(start, "unclosed string in a template tag"))
}

/// Reads the text of a block `raw` and its end tag. Returns the end of the tag.
fn raw(text: &str, at: usize, start: usize, pieces: &mut Vec<Piece>) -> Result<usize, Fault> {
    let ends = text[at..].match_indices("{%").map(|(found, _)| at + found);
    for opening in ends {
        if let Ok(end) = tag(text, opening)
            && matches!(&end.kind, PieceKind::Tag(name, rest) if name == "endraw" && text[rest.clone()].trim().is_empty())
        {
            push_data(pieces, at..opening);
            pieces.push(end);
            return Ok(pieces.last().map_or(text.len(), |end| end.range.end));
        }
    }
    Err(Fault::new(start, "unclosed block `raw`"))
}
