//! gzip, as `export config` compresses (RFC 1952).

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

/// How often its own size a compressed text may be, besides [`FREE`]. An export comes to about thirty times; what deflate can do at
/// most is a thousand.
const RATIO: u64 = 200;

/// Bytes that any compressed text may come to.
const FREE: u64 = 16 << 20;

/// Whether bytes are gzip's.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// The bytes that were compressed; or what is wrong with the compressed ones.
pub(crate) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let limit = (bytes.len() as u64).saturating_mul(RATIO).saturating_add(FREE);
    let mut text = Vec::new();
    let decoder = MultiGzDecoder::new(bytes);
    decoder.take(limit + 1).read_to_end(&mut text).map_err(|error| format!("not gzip: {error}"))?;
    if text.len() as u64 > limit {
        return Err(format!(
            "this expands to more than {RATIO} times its size; decompress it yourself if that is meant"
        ));
    }
    if is_gzip(&text) {
        return Err("this is compressed twice; decompress it once".to_owned());
    }
    Ok(text)
}
