//! The file of `--output`.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::CommandError;
use crate::input::Sources;

/// Refuses an output file that is a source, because it would be lost. Links are followed.
pub(crate) fn refuse_input(output: Option<&Path>, sources: &Sources) -> Result<(), CommandError> {
    let identity = |path: &Path| {
        let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        Some((metadata.dev(), metadata.ino()))
    };
    let Some((output, there)) = output.and_then(|output| Some((output, identity(output)?))) else { return Ok(()) };
    let mut files = sources.iter().filter(|(_, source)| source.is_file());
    if files.any(|(_, source)| identity(Path::new(source.name())) == Some(there)) {
        let message = format!("--output {} is an input, and would be overwritten; name another file", output.display());
        return Err(CommandError::Usage(message));
    }
    Ok(())
}
