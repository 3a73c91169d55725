//! `schema`: prints the JSON Schemas (draft 2020-12) of the program's input and output.

mod authority;

use clap::Args;

use super::{CommandError, Console, Exit};
use crate::pipeline::check::BLOCK_SCHEMA;

/// Print a JSON Schema, for editors and other programs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes schema authority > authority.schema.json
  loopback-static-routes schema pillar")]
pub struct Arguments {
    /// The subject of the schema
    #[arg(default_value = "plugin")]
    pub(crate) of: Schema,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> Result<Exit, CommandError> {
    console.result(&arguments.of.text())?;
    Ok(Exit::Done)
}

/// A schema that the program prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Schema {
    /// The plugin block
    Plugin,
    /// The elements of an authority that the program reads, in YAML or JSON
    Authority,
    /// The pillar data of a minion
    Pillar,
    /// The file manifest.json, which generate writes
    Manifest,
    /// The output of validate --format json
    Findings,
    /// The output of diff --format json
    Diff,
    /// The file .loopback-static-routes.toml
    Settings,
}

impl Schema {
    /// Returns the schema as a JSON document that needs no other document, and ends with a newline.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Plugin => BLOCK_SCHEMA.to_owned(),
            Self::Authority => authority::text(),
            Self::Pillar => include_str!("../../../schema/pillar.schema.json").to_owned(),
            Self::Manifest => include_str!("../../../schema/manifest.schema.json").to_owned(),
            Self::Findings => include_str!("../../../schema/findings.schema.json").to_owned(),
            Self::Diff => include_str!("../../../schema/diff.schema.json").to_owned(),
            Self::Settings => include_str!("../../../schema/settings.schema.json").to_owned(),
        }
    }
}
