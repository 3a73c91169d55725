//! Errors of `validate`.

/// The errors in a settings file, one per line.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct SettingsError(pub(super) Vec<String>);
