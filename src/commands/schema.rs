//! `schema`: prints the JSON Schemas (draft 2020-12) of what the program reads and prints.

use clap::Args;
use serde_json::Value;

use super::{Console, Exit};
use crate::pipeline::check::BLOCK_SCHEMA;

/// Print a JSON Schema, for editors and other programs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes schema authority > authority.schema.json
  loopback-static-routes schema pillar")]
pub struct Arguments {
    /// What the schema is of
    #[arg(default_value = "plugin")]
    pub(crate) of: Schema,
}

pub(crate) fn run(arguments: &Arguments, console: &mut dyn Console) -> anyhow::Result<Exit> {
    console.result(&arguments.of.text())?;
    Ok(Exit::Done)
}

/// The schemas that the program prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Schema {
    /// The plugin block
    Plugin,
    /// An authority configuration in YAML or JSON, as far as it is read
    Authority,
    /// A minion's pillar data
    Pillar,
    /// manifest.json of a folder that generate publishes to
    Manifest,
    /// What validate --format json prints
    Findings,
    /// What diff --format json prints
    Diff,
}

impl Schema {
    /// The schema as one document that needs no other: JSON that ends with a newline.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Plugin => BLOCK_SCHEMA.to_owned(),
            Self::Authority => authority(),
            Self::Pillar => include_str!("../../schema/pillar.schema.json").to_owned(),
            Self::Manifest => include_str!("../../schema/manifest.schema.json").to_owned(),
            Self::Findings => include_str!("../../schema/findings.schema.json").to_owned(),
            Self::Diff => include_str!("../../schema/diff.schema.json").to_owned(),
        }
    }
}

/// The authority's schema with the plugin's in it: editors do not look for a second file.
fn authority() -> String {
    let parse = |text: &str| serde_json::from_str::<Value>(text).expect("a schema of ours is JSON");
    let mut schema = parse(include_str!("../../schema/authority.schema.json"));
    let mut plugin = parse(BLOCK_SCHEMA);
    if let Some(plugin) = plugin.as_object_mut() {
        plugin.retain(|name, _| !matches!(name.as_str(), "$id" | "$schema"));
    }
    schema["$defs"]["plugin"] = plugin;
    serde_json::to_string_pretty(&schema).expect("plain values") + "\n"
}
