//! Reads a JSON file with `serde_json` and ignores every field.
//!
//! Its time is the least that a program built on `serde_json` can take.
//!
//! ```text
//! cargo run --profile dist --example bare-pass -- authority.json
//! ```

use anyhow::Context as _;
use serde::de::IgnoredAny;

fn main() -> anyhow::Result<()> {
    let path = std::env::args_os().nth(1).context("usage: bare-pass FILE")?;
    let bytes = std::fs::read(path)?;
    let _: IgnoredAny = serde_json::from_slice(&bytes)?;
    Ok(())
}
