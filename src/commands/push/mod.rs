//! `push`: delivers the published documents to the routers, and reports the result.

mod json;
mod text;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{CommandError, Console, Exit};
use crate::push::{PushOptions, PushReport, push};
use crate::salt::{Master, MasterMinions};

/// Deliver the published documents to the routers through Salt
#[derive(Debug, Args)]
#[command(after_help = "\
Delivers to the minions that lack the published document, and remembers who has it. Waits for the result of a first batch, and stops if
something is wrong there. A minion that does not answer is tried again by the next run.

Examples:
  loopback-static-routes push --out /var/lib/routes
  loopback-static-routes push --out /var/lib/routes --check
  loopback-static-routes push --out /var/lib/routes --first 20 --batch 100")]
pub struct Arguments {
    /// The folder that generate publishes to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    #[command(flatten)]
    pub(crate) delivery: Delivery,

    /// Deliver nothing; exit 1 if a minion lacks its document
    #[arg(long)]
    pub(crate) check: bool,

    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Wait this long for another push from DIR
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) wait: u64,
}

/// How documents are delivered.
#[derive(Clone, Debug, Args)]
pub(crate) struct Delivery {
    /// The folder of the master's configuration; by default /etc/128technology/salt or /etc/salt
    #[arg(long, value_name = "DIR")]
    pub(crate) salt_config: Option<PathBuf>,

    /// Wait for the result of this many minions, before the others follow; 0 waits for none
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub(crate) first: usize,

    /// Deliver to at most this many minions at the same time
    #[arg(long, value_name = "COUNT", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch: u32,

    /// Wait this long for an answer of a minion
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    pub(crate) timeout: u64,

    /// Wait this long until a minion has applied the state
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub(crate) state_timeout: u64,

    /// Wait this long until the routers of the first batch have tried their routes
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub(crate) trial_timeout: u64,

    /// Wait this long for the master, for example during its restart
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub(crate) master_timeout: u64,
}

impl Arguments {
    fn options(&self) -> PushOptions {
        PushOptions {
            first: self.delivery.first,
            batch: self.delivery.batch as usize,
            trial: Duration::from_secs(self.delivery.trial_timeout),
            absence: Duration::from_secs(self.delivery.master_timeout),
            wait: Duration::from_secs(self.wait),
            check: self.check,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    let report = execute(arguments, console)?;
    Ok(exit(&report))
}

/// Delivers the documents, and reports the result.
pub(crate) fn execute(arguments: &Arguments, console: &mut dyn Console) -> Result<PushReport, CommandError> {
    let Delivery { salt_config, timeout, state_timeout, .. } = &arguments.delivery;
    let master = Master::find(salt_config.as_deref())?;
    let mut minions = MasterMinions::new(master, Duration::from_secs(*timeout), Duration::from_secs(*state_timeout));
    let report = push(&arguments.out, &mut minions, &arguments.options())?;
    if report.is_record_lost {
        let folder = arguments.out.display();
        console.message(&format!(
            "the record of earlier pushes in {folder} is damaged, so all documents are pushed again"
        ));
    }
    console.result(&if arguments.json { json::to_json(&report) } else { text::to_text(&report, arguments.check) })?;
    Ok(report)
}

pub(crate) fn exit(report: &PushReport) -> Exit {
    if report.is_complete() { Exit::Done } else { Exit::Findings }
}
