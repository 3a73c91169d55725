//! Measures the speed of the readers. Prints MB/s for each file, and the ratios to the first file
//! and to the plain reader of its syntax, which uses one core.
//!
//! ```text
//! cargo run --profile dist --example readers -- \
//!     authority.json authority.pcli authority.xml authority.yaml
//! ```
//!
//! Each round reads all files, so that a slow machine slows all of them. The output has the median
//! and the spread.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use loopback_static_routes::input::{self, Input, ReadError, Reading};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measure the speed of the readers
#[derive(Parser)]
struct Options {
    /// The number of rounds
    #[arg(long, default_value_t = 7)]
    rounds: usize,

    /// The files; the others are compared with the first
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let contents: Vec<(String, Vec<u8>)> = options
        .files
        .iter()
        .map(|file| Ok((file.display().to_string(), std::fs::read(file)?)))
        .collect::<anyhow::Result<_>>()?;
    let mut speeds = vec![(Vec::new(), Vec::new()); contents.len()];
    for _ in 0..options.rounds {
        for ((name, bytes), (fast, plain)) in contents.iter().zip(&mut speeds) {
            fast.push(speed(name, bytes, |inputs| input::read(inputs, None))?);
            plain.push(speed(name, bytes, |inputs| input::read_in_parts(inputs, None, usize::MAX))?);
        }
    }
    let mut output = std::io::stdout().lock();
    let mut first = None;
    for ((name, bytes), (speeds, plain)) in contents.iter().zip(&mut speeds) {
        let (median, plain) = (median(speeds), median(plain));
        let first = *first.get_or_insert(median);
        let megabytes = bytes.len() as f64 / 1e6;
        let (least, most) = (speeds[0], speeds[speeds.len() - 1]);
        writeln!(
            output,
            "{name}: {megabytes:.1} MB, {median:.0} MB/s ({least:.0} to {most:.0}), {:.2} of the first, {:.2} of the plain \
             reader's {plain:.0}",
            median / first,
            median / plain
        )?;
    }
    Ok(())
}

/// Returns the speed of a reader in MB/s.
fn speed(name: &str, bytes: &[u8], read: impl FnOnce(Vec<Input>) -> Result<Reading, ReadError>) -> anyhow::Result<f64> {
    let input = Input::Text { name: name.to_owned(), bytes: bytes.to_vec() };
    let start = Instant::now();
    let reading = read(vec![input])?;
    let seconds = start.elapsed().as_secs_f64();
    anyhow::ensure!(!reading.authority.routers.is_empty(), "{name} holds no router");
    Ok(bytes.len() as f64 / 1e6 / seconds)
}

/// Sorts the speeds, and returns the median.
fn median(speeds: &mut [f64]) -> f64 {
    speeds.sort_by(f64::total_cmp);
    speeds[speeds.len() / 2]
}
