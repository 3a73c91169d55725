//! The arguments that name a configuration.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::CommandError;
use super::settings::SettingsArguments;
use crate::input::{self, Input, Reading, Search};
use crate::syntaxes::Syntax;

/// The example authority of `examples/`.
const EXAMPLE: &[u8] = include_bytes!("../../examples/authority/authority.pcli");

/// An authority configuration and its syntax.
#[derive(Clone, Debug, Args)]
pub(crate) struct Configuration {
    /// Files, folders of fragments, or - for standard input; several are one authority
    pub(crate) config: Vec<PathBuf>,

    /// Use the embedded example authority
    #[arg(long, conflicts_with = "config")]
    pub(crate) example: bool,

    /// Read every CONFIG in this syntax instead of detecting the syntax
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) input_format: Option<Syntax>,

    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}

impl Configuration {
    /// Reads the configuration. Folders are searched as the settings say.
    pub(crate) fn read(&self) -> Result<Reading, CommandError> {
        self.read_with(&self.search()?)
    }

    /// Reads the configuration, and searches folders by these rules.
    pub(crate) fn read_with(&self, search: &Search) -> Result<Reading, CommandError> {
        self.read_inputs(self.inputs()?, search)
    }

    /// Reads these inputs of the configuration, and searches folders by these rules.
    pub(crate) fn read_inputs(&self, inputs: Vec<Input>, search: &Search) -> Result<Reading, CommandError> {
        Ok(input::read_with(inputs, self.input_format, search)?)
    }

    /// Reads these inputs, as [`Self::read_inputs`] does, but leaves out the texts of large files.
    pub(crate) fn read_leaving_texts(&self, inputs: Vec<Input>, search: &Search) -> Result<Reading, CommandError> {
        Ok(input::read_leaving_texts(inputs, self.input_format, search)?)
    }

    /// Returns the rules by which the settings search folders.
    pub(crate) fn search(&self) -> Result<Search, CommandError> {
        self.settings.search(&self.config)
    }

    /// Returns the inputs. Standard input is read here, and files are not.
    pub(crate) fn inputs(&self) -> Result<Vec<Input>, CommandError> {
        if self.example {
            let name = "examples/authority/authority.pcli".to_owned();
            return Ok(vec![Input::Text { name, bytes: EXAMPLE.to_vec() }]);
        }
        if self.config.is_empty() {
            let message = "missing CONFIG: name the files or folders of the configuration, or pass --example";
            return Err(CommandError::Usage(message.to_owned()));
        }
        Ok(inputs(&self.config)?)
    }
}

/// The name of standard input in findings.
pub(crate) const STANDARD_INPUT: &str = "<stdin>";

/// Returns the inputs with these names. `-` is standard input.
pub(crate) fn inputs(names: &[PathBuf]) -> anyhow::Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for name in names {
        if name.as_os_str() != "-" {
            inputs.push(Input::Path(name.clone()));
            continue;
        }
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        inputs.push(Input::Text { name: STANDARD_INPUT.to_owned(), bytes });
    }
    Ok(inputs)
}
