//! References to characters and entities (XML 1.0, section 4.1).

use super::characters::{is_allowed, is_name};

/// The meaning of a reference.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    Character(char),
    /// An entity that XML does not define, but a document type may.
    Entity,
}

/// Returns the meaning of a reference, without its `&` and `;`. An error is its message.
pub(super) fn resolve(name: &str) -> Result<Reference, String> {
    Ok(Reference::Character(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ => match name.strip_prefix('#') {
            Some(number) => character(number)
                .ok_or_else(|| format!("`&{name};` is not a character that XML allows; remove it, or correct it"))?,
            None if is_name(name) => return Ok(Reference::Entity),
            None => return Err("`&` starts a reference; write `&amp;` for the character".to_owned()),
        },
    }))
}

/// Returns the message about an entity that the document cannot know.
pub(super) fn unknown_entity(name: &str) -> String {
    format!("unknown entity `&{name};`; write the character itself")
}

/// Returns the character of a number, in decimal digits or with `x` in hexadecimal ones.
fn character(number: &str) -> Option<char> {
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    // `from_str_radix` accepts a sign.
    let code = digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok());
    code.flatten().and_then(char::from_u32).filter(|c| is_allowed(*c))
}

#[cfg(test)]
mod tests {
    use super::{Reference, resolve};

    #[test]
    fn references() {
        for (name, expected) in [
            ("amp", Some(Reference::Character('&'))),
            ("#45", Some(Reference::Character('-'))),
            ("#x2D", Some(Reference::Character('-'))),
            ("#x2d", Some(Reference::Character('-'))),
            ("#9", Some(Reference::Character('\t'))),
            ("router", Some(Reference::Entity)),
            ("#0", None),
            ("#x1F", None),
            ("#xFFFF", None),
            ("#xD800", None),
            ("#x110000", None),
            ("#X2D", None),
            ("#+45", None),
            ("#", None),
            ("#x", None),
            ("#4 5", None),
            ("", None),
            ("a b", None),
            (" amp", None),
        ] {
            assert_eq!(resolve(name).ok(), expected, "{name:?}");
        }
    }
}
