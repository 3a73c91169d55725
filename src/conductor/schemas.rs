//! The JSON Schemas (draft 2020-12) of what is read and what is printed, for editors and for other programs.

use serde_json::Value;

use super::check::BLOCK_SCHEMA;

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The plugin block.
    Plugin,
    /// An authority configuration, as far as it is read.
    Authority,
    /// A minion's pillar data.
    Pillar,
    /// `manifest.json`.
    Manifest,
    /// What `validate --format json` prints.
    Findings,
    /// What `diff --format json` prints.
    Diff,
}

impl Schema {
    /// Every schema.
    pub const ALL: &'static [Self] =
        &[Self::Plugin, Self::Authority, Self::Pillar, Self::Manifest, Self::Findings, Self::Diff];

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
