//! SHA-256 digests, most of them as lower-case hexadecimal text.

use sha2::{Digest as _, Sha256};

/// Returns the SHA-256 digest of some bytes.
#[cfg(feature = "conductor")]
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Returns the SHA-256 digest of some bytes, as lower-case hexadecimal text.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

/// A SHA-256 digest of several parts.
///
/// Each part is preceded by its length, so `ab`, `c` and `a`, `bc` differ.
#[cfg(feature = "conductor")]
#[derive(Default)]
pub(crate) struct Fingerprint(Sha256);

#[cfg(feature = "conductor")]
impl Fingerprint {
    /// Adds a part.
    pub(crate) fn add(&mut self, part: impl AsRef<[u8]>) -> &mut Self {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
        self
    }

    /// Returns the digest of all parts, as lower-case hexadecimal text, and starts again without
    /// parts.
    pub(crate) fn finish(&mut self) -> String {
        base16ct::lower::encode_string(&std::mem::take(&mut self.0).finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::sha256_hex;

    /// The examples of FIPS 180-2, appendix B.
    #[test]
    fn digests_are_those_of_the_standard() {
        for (text, expected) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(sha256_hex(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[cfg(feature = "conductor")]
    #[test]
    fn fingerprints_depend_on_the_boundaries_of_their_parts() {
        let fingerprint = |parts: [&str; 2]| super::Fingerprint::default().add(parts[0]).add(parts[1]).finish();
        assert_ne!(fingerprint(["ab", "c"]), fingerprint(["a", "bc"]));
    }
}
