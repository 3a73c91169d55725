//! `fleet`: compares what the routers have with what was published.

mod formats;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use self::formats::Format;
use super::{CommandError, Console, Exit};
use crate::fleet::{Answer, answers, ask, collected, compare, expected};
use crate::salt::{Master, MasterMinions};

/// Compare what the routers have with what was published
#[derive(Debug, Args)]
#[command(after_help = "\
Asks the minions through Salt for the status of their routers, and changes nothing. Exits 1 if a minion is not up to date.

Examples:
  loopback-static-routes fleet --out /var/lib/routes
  loopback-static-routes fleet --out /var/lib/routes --cached
  loopback-static-routes fleet --out /var/lib/routes --format openmetrics
  loopback-static-routes fleet --out /var/lib/routes --from answers.json")]
pub struct Arguments {
    /// The folder that generate publishes to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// Read collected answers from this file instead of asking Salt; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["salt_config", "timeout"])]
    pub(crate) from: Option<PathBuf>,

    /// Read the answers that the minions sent to the mine of the master, instead of asking them
    #[arg(long, conflicts_with_all = ["from", "timeout"])]
    pub(crate) cached: bool,

    /// The format of the result
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// The folder of the master's configuration; by default /etc/128technology/salt or /etc/salt
    #[arg(long, value_name = "DIR")]
    pub(crate) salt_config: Option<PathBuf>,

    /// Wait this long for an answer of a minion
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    pub(crate) timeout: u64,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let expected = expected(&arguments.out)?;
    let answers = match &arguments.from {
        Some(file) => read(file)?,
        None => {
            let master = Master::find(arguments.salt_config.as_deref())?;
            let timeout = Duration::from_secs(arguments.timeout);
            let mut minions = MasterMinions::new(master, timeout, timeout);
            match arguments.cached {
                true => answers(&minions.cached()?),
                false => ask(expected.keys().map(String::as_str), &mut minions)?,
            }
        }
    };
    let report = compare(expected, answers);
    console.result(&arguments.format.render(&report))?;
    Ok(if report.is_up_to_date() { Exit::Done } else { Exit::Findings })
}

/// Reads collected answers. A minion can print any bytes, so invalid UTF-8 is replaced.
fn read(file: &Path) -> anyhow::Result<BTreeMap<String, Answer>> {
    let cannot = || format!("cannot read {}", file.display());
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        bytes = std::fs::read(file).with_context(cannot)?;
    }
    collected(&String::from_utf8_lossy(&bytes)).with_context(cannot)
}
