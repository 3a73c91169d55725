//! What it costs to read a JSON file and to do nothing with it: one pass of `serde_json` that ignores every field. The least that a program can take which is built on it.
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
