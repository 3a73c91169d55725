//! gzip, the compression of `export config` (RFC 1952).

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

/// The largest ratio of a text to its compressed size, for the part above [`FREE`]. The ratio of an
/// export is about 30, and that of deflate is at most 1,000.
const RATIO: u64 = 200;

/// The number of bytes to which any compressed text may expand.
const FREE: u64 = 16 << 20;

/// Returns true for compressed bytes.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Decompresses bytes. An error is the message of a finding, and the text before the fault.
pub(super) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, (String, Vec<u8>)> {
    let limit = (bytes.len() as u64).saturating_mul(RATIO).saturating_add(FREE);
    let mut text = Vec::new();
    let decoder = MultiGzDecoder::new(bytes);
    if let Err(error) = decoder.take(limit + 1).read_to_end(&mut text) {
        return Err((format!("not gzip: {error}"), text));
    }
    if text.len() as u64 > limit {
        let message =
            format!("this expands to more than {RATIO} times its size; decompress it first if that is intended");
        return Err((message, text));
    }
    if is_gzip(&text) {
        return Err(("this is compressed twice; decompress it once".to_owned(), Vec::new()));
    }
    Ok(text)
}
