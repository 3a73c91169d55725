//! Recognizes text in UTF-16 and UTF-32, with and without a byte order mark.

/// The number of bytes that are looked at.
const START: usize = 4096;

/// An encoding of Unicode that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    /// The number of bytes of a character.
    width: usize,
    is_little_endian: bool,
}

/// Returns the encoding of bytes that are not UTF-8.
///
/// Most characters of a configuration are ASCII. So without a byte order mark, most characters have
/// zeros in all their bytes but one.
pub(super) fn encoding(bytes: &[u8]) -> Option<Encoding> {
    let marks: [(&[u8], usize, bool); 4] = [
        (&[0xff, 0xfe, 0, 0], 4, true),
        (&[0, 0, 0xfe, 0xff], 4, false),
        (&[0xff, 0xfe], 2, true),
        (&[0xfe, 0xff], 2, false),
    ];
    if let Some((_, width, is_little_endian)) = marks.into_iter().find(|(mark, ..)| bytes.starts_with(mark)) {
        return Some(Encoding { width, is_little_endian });
    }
    let start = &bytes[..bytes.len().min(START)];
    memchr::memchr(0, start)?;
    let candidates = [(4, true), (4, false), (2, true), (2, false)];
    let mut encodings = candidates.into_iter().map(|(width, is_little_endian)| Encoding { width, is_little_endian });
    encodings.find(|encoding| {
        let characters = start.chunks_exact(encoding.width);
        let ascii = characters.clone().filter(|character| encoding.is_ascii(character)).count();
        ascii >= 2 && ascii * 2 > characters.len()
    })
}

impl Encoding {
    /// Returns the name for `iconv`.
    pub(super) fn name(self) -> &'static str {
        match (self.width, self.is_little_endian) {
            (2, true) => "UTF-16LE",
            (2, _) => "UTF-16BE",
            (_, true) => "UTF-32LE",
            (_, false) => "UTF-32BE",
        }
    }

    /// Returns the text, with a replacement for each invalid character.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let characters = bytes.chunks_exact(self.width).map(|bytes| {
            let big = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
            if self.is_little_endian { bytes.iter().rev().fold(0, big) } else { bytes.iter().fold(0, big) }
        });
        if self.width == 4 {
            return characters.map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        }
        let units = characters.map(|unit| u16::try_from(unit).unwrap_or_default());
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    fn is_ascii(self, character: &[u8]) -> bool {
        let low = if self.is_little_endian { 0 } else { self.width - 1 };
        character.iter().enumerate().all(|(index, byte)| (*byte == 0) != (index == low) && byte.is_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::encoding;

    /// Returns the bytes of a character.
    type Unit = fn(u32) -> Vec<u8>;

    #[test]
    fn other_encodings_are_recognized_with_and_without_a_mark() {
        let text = "router:\n- {name: größe}\n";
        let wide = |mark: bool, unit: Unit| -> Vec<u8> {
            let mark = mark.then_some(0xfeff);
            mark.into_iter().chain(text.chars().map(u32::from)).flat_map(unit).collect()
        };
        let encodings: [(&str, Unit); 4] = [
            ("UTF-16LE", |c| (c as u16).to_le_bytes().to_vec()),
            ("UTF-16BE", |c| (c as u16).to_be_bytes().to_vec()),
            ("UTF-32LE", |c| c.to_le_bytes().to_vec()),
            ("UTF-32BE", |c| c.to_be_bytes().to_vec()),
        ];
        for (name, unit) in encodings {
            for mark in [false, true] {
                let bytes = wide(mark, unit);
                let encoding = encoding(&bytes).expect(name);
                assert_eq!(encoding.name(), name);
                assert_eq!(encoding.decode(&bytes).trim_start_matches('\u{feff}'), text);
                // A copy may end in the middle of a character.
                assert_eq!(super::encoding(&bytes[..bytes.len() - 1]).map(super::Encoding::name), Some(name));
            }
        }
        for bytes in [&b"router:\n"[..], b"", b"\0", b"\0\0\0\0", b"a\0", b"router\0\n", b"\0\0\0\0\0\0\0\0a: b"] {
            assert_eq!(encoding(bytes), None, "{bytes:?}");
        }
    }
}
