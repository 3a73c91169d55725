//! The kinds of characters that do not belong in a word of the schema.

use unicode_normalization::char::is_combining_mark;

/// The kind of a character that does not belong in a word of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CharacterKind {
    Control,
    Space,
    Dash,
    Underscore,
    Quote,
    Invisible,
    Letter,
}

/// Returns the kind of a character; `None` for a visible ASCII character.
pub(super) fn kind(c: char) -> Option<CharacterKind> {
    Some(match c {
        '!'..='~' => return None,
        '\t'..='\r' | '\u{85}' | '\u{2800}' => CharacterKind::Space,
        _ if c.is_control() => CharacterKind::Control,
        _ if c.is_whitespace() => CharacterKind::Space,
        _ if is_invisible(c) => CharacterKind::Invisible,
        _ if is_dash(c) => CharacterKind::Dash,
        '\u{2cd}'
        | '\u{2017}'
        | '\u{203f}'
        | '\u{2040}'
        | '\u{2054}'
        | '\u{fe33}'
        | '\u{fe34}'
        | '\u{fe4d}'..='\u{fe4f}'
        | '\u{ff3f}' => CharacterKind::Underscore,
        '\u{ab}'
        | '\u{b4}'
        | '\u{bb}'
        | '\u{2018}'..='\u{201f}'
        | '\u{2032}'..='\u{2037}'
        | '\u{2039}'
        | '\u{203a}'
        | '\u{300c}'..='\u{300f}'
        | '\u{301d}'..='\u{301f}'
        | '\u{ff02}'
        | '\u{ff07}' => CharacterKind::Quote,
        _ => CharacterKind::Letter,
    })
}

/// Returns true for a character that is not visible by itself. This is a combining mark, a format
/// character, or another one that is ignored by default (UAX 44). The replacement for a lost
/// character counts too.
pub(crate) fn is_invisible(c: char) -> bool {
    is_combining_mark(c)
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffd}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Returns true for a dash, a hyphen or a minus sign that is not ASCII.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2d7}'
            | '\u{58a}'
            | '\u{5be}'
            | '\u{1400}'
            | '\u{1806}'
            | '\u{2010}'..='\u{2015}'
            | '\u{2043}'
            | '\u{207b}'
            | '\u{208b}'
            | '\u{2212}'
            | '\u{2500}'..='\u{2501}'
            | '\u{2796}'
            | '\u{2e17}'
            | '\u{2e1a}'
            | '\u{2e3a}'..='\u{2e3b}'
            | '\u{2e40}'
            | '\u{301c}'
            | '\u{3030}'
            | '\u{30a0}'
            | '\u{30fc}'
            | '\u{fe31}'..='\u{fe32}'
            | '\u{fe58}'
            | '\u{fe63}'
            | '\u{ff0d}'
            | '\u{ff70}'
            | '\u{10ead}'
    )
}
