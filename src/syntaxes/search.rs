//! Searching a large text on all cores.

use memchr::memmem::Finder;
use rayon::prelude::*;

/// The number of bytes that a thread searches at a time.
pub(crate) const PIECE: usize = 1 << 20;

/// Returns true if a text contains these bytes.
pub(crate) fn has(text: &[u8], wanted: &[u8]) -> bool {
    let finder = Finder::new(wanted);
    // A piece ends where the bytes can no longer start in it.
    let piece = |start: usize| &text[start..text.len().min(start + PIECE + wanted.len().saturating_sub(1))];
    (0..text.len().div_ceil(PIECE)).into_par_iter().any(|number| finder.find(piece(number * PIECE)).is_some())
}

#[cfg(test)]
mod tests {
    use super::{PIECE, has};

    #[test]
    fn bytes_are_found_wherever_pieces_end() {
        for before in (0..4).chain(PIECE - 4..PIECE + 4).chain(2 * PIECE - 4..2 * PIECE + 4) {
            let mut text = vec![b'x'; before];
            text.extend(b"abc");
            assert!(has(&text, b"abc"), "{before}");
            assert!(!has(&text, b"abd") && !has(&text[..before + 2], b"abc"), "{before}");
        }
        assert!(!has(b"", b"abc"));
    }
}
