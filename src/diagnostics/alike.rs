//! Words that look like a known word, or differ from it only in case, `-` and `_`.
//!
//! A known word consists of visible ASCII characters. So any other character in a word is a reason
//! to compare looks (UTS 39).

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

use super::characters::{CharacterKind, kind};

/// The longest word that is compared, in bytes. No word of the schema is longer, and the comparison
/// of a long word would take long.
const LONGEST_WORD: usize = 256;

/// Returns true if a word has only visible ASCII characters.
pub(crate) fn is_plain(word: &str) -> bool {
    // Without a branch for each byte, because most words are plain.
    word.bytes().fold(true, |is_plain, byte| is_plain & byte.is_ascii_graphic())
}

/// Returns the visible ASCII characters that a word looks like: the whole word without blanks, and
/// the part before an unusual blank. The result is empty for a plain word.
pub(crate) fn appearances(word: &str) -> Vec<String> {
    if is_plain(word) || word.len() > LONGEST_WORD {
        return Vec::new();
    }
    let text = without_sequences(word);
    let (whole, first) = (appearance(&text), appearance(first_word(&text)));
    if whole == first { vec![whole] } else { vec![whole, first] }
}

fn appearance(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for c in text.nfkd() {
        match kind(c) {
            None => seen.push(c.to_ascii_lowercase()),
            Some(CharacterKind::Dash) => seen.push('-'),
            Some(CharacterKind::Underscore) => seen.push('_'),
            Some(CharacterKind::Letter) => push_letter(c, &mut seen),
            Some(_) => {}
        }
    }
    seen
}

/// Returns the known word that `word` looks like or only differs from in case, `-` and `_`.
pub(crate) fn alike<'k, I>(word: &str, known: I) -> Option<&'k str>
where
    I: IntoIterator<Item = &'k str>,
    I::IntoIter: Clone,
{
    let known = known.into_iter();
    if is_plain(word) {
        return alike_plain(word, known);
    }
    let seen = appearances(word);
    // Without `-` and `_`, because `rn` looks like `m`, and `r-n` does not.
    let letters = |text: &str| shapes(&text.replace(['-', '_'], ""));
    seen.iter().find_map(|seen| known.clone().find(|known| letters(seen) == letters(known)))
}

/// Returns the known word that a plain word only differs from in case, `-` and `_`.
pub(crate) fn alike_plain<'k>(word: &str, mut known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known.find(|known| has_same_letters(word, known))
}

/// Returns true if the tenant in the source of a policy is not `known`, but looks like it or only
/// differs in case. Unlike the words of the schema, tenants can differ in `-` and `_`.
pub(crate) fn has_alike_tenant(source: &str, known: &str) -> bool {
    fn tenant(source: &str) -> &str {
        source.split('@').next().unwrap_or_default()
    }
    if is_plain(source) {
        return tenant(source) != known && tenant(source).eq_ignore_ascii_case(known);
    }
    appearances(source).iter().any(|seen| shapes(tenant(seen)) == shapes(known))
}

/// Returns true if two words differ only in case, `-` and `_`. Most words differ in the first
/// letter, and then it costs one comparison.
fn has_same_letters(word: &str, known: &str) -> bool {
    let first = |text: &str| text.bytes().next().map(|byte| byte.to_ascii_lowercase());
    if first(word) != first(known) {
        return false;
    }
    let is_letter = |byte: &u8| !matches!(byte, b'-' | b'_');
    let mut known = known.bytes().filter(is_letter);
    word.bytes().filter(is_letter).all(|a| known.next().is_some_and(|b| a.eq_ignore_ascii_case(&b)))
        && known.next().is_none()
}

/// Describes the first unusual character of a word: `U+200B, an invisible character`.
/// The result is `None` for a plain word.
pub(crate) fn unusual_character(word: &str) -> Option<String> {
    let (c, kind) = word.chars().find_map(|c| Some((c, kind(c)?)))?;
    let noun = match kind {
        CharacterKind::Control => "a control character",
        CharacterKind::Space => "a space",
        CharacterKind::Dash => "a dash that is not `-`",
        CharacterKind::Underscore => "a line that is not `_`",
        CharacterKind::Quote => "a typographic quotation mark",
        CharacterKind::Invisible => "an invisible character",
        CharacterKind::Letter => "a character that is not ASCII",
    };
    Some(format!("U+{:04X}, {noun}", u32::from(c)))
}

/// The number of characters of a word that a message shows.
const SHOWN: usize = 60;

/// Returns true if a word has characters that people do not see, or take for other ones.
/// Typographic dashes, quotation marks and spaces are usual in a sentence.
pub(crate) fn is_disguised(word: &str) -> bool {
    word.chars()
        .filter_map(kind)
        .any(|kind| matches!(kind, CharacterKind::Control | CharacterKind::Invisible | CharacterKind::Letter))
}

/// Returns a word with its unusual characters escaped: `enabled\u{200b}`.
pub(crate) fn escaped(word: &str) -> String {
    let mut shown = String::with_capacity(word.len());
    for (index, c) in word.chars().enumerate() {
        match c {
            _ if index == SHOWN => {
                shown.push('…');
                break;
            }
            ' '..='~' => shown.push(c),
            c => write!(shown, "{}", c.escape_unicode()).expect("a string takes all"),
        }
    }
    shown
}

/// Returns the text before the first unusual space that follows other text, without the spaces
/// around it.
fn first_word(text: &str) -> &str {
    let is_blank = |c: char| matches!(kind(c), Some(CharacterKind::Space | CharacterKind::Invisible));
    let text = text.trim_start_matches(is_blank);
    let is_end = |c: char| c != ' ' && kind(c) == Some(CharacterKind::Space);
    text[..text.find(is_end).unwrap_or(text.len())].trim_end_matches(is_blank)
}

/// Removes the sequences that control a terminal (ECMA-48): `ESC [ 0 m`, `ESC ] 0 ; title BEL`.
fn without_sequences(text: &str) -> Cow<'_, str> {
    if !text.contains(['\u{1b}', '\u{9b}', '\u{9d}']) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let introducer = match c {
            '\u{1b}' => chars.next_if(|next| matches!(next, '[' | ']')),
            '\u{9b}' => Some('['),
            '\u{9d}' => Some(']'),
            _ => {
                plain.push(c);
                continue;
            }
        };
        match introducer {
            Some('[') => _ = chars.find(|c| matches!(c, '@'..='~')),
            Some(_) => {
                let end = chars.find(|c| matches!(c, '\u{7}' | '\u{1b}' | '\u{9c}'));
                chars.next_if(|next| end == Some('\u{1b}') && *next == '\\');
            }
            // `ESC ( B` selects a character set. Any other sequence is one character.
            None => _ = chars.next_if(|next| matches!(next, '(' | ')')).and_then(|_| chars.next()),
        }
    }
    Cow::Owned(plain)
}

/// Adds the ASCII letters that a letter looks like. A letter without such letters stays.
fn push_letter(c: char, seen: &mut String) {
    let lower: String = c.to_lowercase().collect();
    let looks =
        |text: &str| -> String { skeleton(text).filter(|c| !is_combining_mark(*c)).map(small_capital).collect() };
    let upper = looks(c.encode_utf8(&mut [0; 4]));
    let look = if upper.is_ascii() && !upper.is_empty() { upper } else { looks(&lower) };
    // The prototype of `m` is `rn`.
    seen.push_str(if look == "rn" { "m" } else { &look });
}

/// Returns the letter of a small capital. Several letters look like small capitals, and small
/// capitals are different from all other letters in UTS 39.
fn small_capital(c: char) -> char {
    const CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍʍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ";
    const LETTERS: &[u8] = b"abcdefghijklmmnoprstuvwyz";
    CAPITALS.chars().position(|capital| capital == c).map_or(c.to_ascii_lowercase(), |at| LETTERS[at].into())
}

/// Returns the shapes of ASCII letters: some letters and digits are hard to tell apart.
fn shapes(text: &str) -> String {
    let shape = |c: char| match c {
        'i' | '1' | '|' | '!' => 'l',
        '0' => 'o',
        c => c,
    };
    text.to_ascii_lowercase().replace("rn", "m").chars().map(shape).collect()
}

#[cfg(test)]
mod tests {
    use super::{alike, appearances, escaped, has_alike_tenant, unusual_character};

    #[test]
    fn unusual_characters_do_not_change_the_appearance() {
        for word in [
            "enab\u{200b}led",
            "\u{feff}enabled",
            "enabled\u{2060}",
            "ena\u{ad}bled",
            "\u{202e}enabled\u{202c}",
            "enabled\u{2003}false",
            "\u{a0}enabled",
            "enabled ",
            "enabled\u{b}false",
            "\u{1b}[1;31menabled\u{1b}[0m",
            "\u{9b}1menabled",
            "\u{1b}]0;title\u{7}enabled",
            "\u{1b}]8;;url\u{1b}\\enabled",
            "\u{1b}(Benabled",
            "en\u{0}abled",
            "en\u{7f}abled",
            "еnаblеd",
            "ｅｎａｂｌｅｄ",
            "𝐞𝐧𝐚𝐛𝐥𝐞𝐝",
            "enablеd",
            "ENАBLED",
            "énabled",
            "e\u{301}nabled",
            "enabłed",
            "“enabled”",
            "enabled\u{fe0f}",
            "\u{3164}enabled",
            "enab\u{e0061}led",
            "enabIеd",
            "en\u{a0}abled",
            "enabled\u{a0}false",
        ] {
            assert_eq!(alike(word, ["metric", "enabled"]), Some("enabled"), "{word:?} {:?}", appearances(word));
        }
        for (word, known) in [
            ("access\u{2011}policy", "access-policy"),
            ("access\u{ad}policy", "access-policy"),
            ("access\u{2212}policy", "access-policy"),
            ("access＿policy", "access-policy"),
            ("ｍetric", "metric"),
            ("m\u{435}tric", "metric"),
            ("ᴍᴇᴛʀɪᴄ", "metric"),
            ("metriс", "metric"),
            ("сonfig", "config"),
            ("router\u{200d}", "router"),
            ("conﬁg", "config"),
            ("rou\u{2011}terName", "router-name"),
            ("METRIC", "metric"),
            ("Access_Policy", "access-policy"),
            ("ACCESSPOLICY", "access-policy"),
        ] {
            assert_eq!(alike(word, [known]), Some(known), "{word:?} {:?}", appearances(word));
        }
    }

    #[test]
    fn other_words_are_not_alike() {
        for word in
            ["enable", "enabled2", "disabled", "größe", "конфиг", "é", "", "\u{200b}", "\u{1b}", "\u{1b}[", "-_"]
        {
            assert_eq!(alike(word, ["enabled", "metric", "config"]), None, "{word:?}");
        }
    }

    #[test]
    fn tenants_keep_their_underscores() {
        for (tenant, expected) in [
            ("_internal_", false),
            ("_Internal_", true),
            ("_intеrnal_", true),
            ("\u{200b}_internal_", true),
            ("_internal_ ", true),
            ("＿internal＿", true),
            ("“_internal_”", true),
            ("internal", false),
            ("intеrnal", false),
            ("-internal-", false),
            ("_external_", false),
            ("_INTERNAL_@192.0.2.0/24", true),
            ("_intern\u{ad}al_@192.0.2.0/24", true),
            ("_internal_＠192.0.2.0/24", true),
            ("branch é", false),
        ] {
            assert_eq!(has_alike_tenant(tenant, "_internal_"), expected, "{tenant:?}");
        }
    }

    #[test]
    fn unusual_characters_are_named() {
        for (word, expected) in [
            ("a\u{200b}", "U+200B, an invisible character"),
            ("a\u{1b}[0m", "U+001B, a control character"),
            ("a\u{2003}b", "U+2003, a space"),
            ("a\u{2011}b", "U+2011, a dash that is not `-`"),
            ("\u{430}", "U+0430, a character that is not ASCII"),
        ] {
            assert_eq!(unusual_character(word).as_deref(), Some(expected));
        }
        assert_eq!(unusual_character("plain"), None);
        assert_eq!(escaped("a\u{200b}\u{430}"), "a\\u{200b}\\u{430}");
    }
}
