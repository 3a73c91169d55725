//! The readers and printers of the syntaxes.

mod forms;
mod hostile;
mod json;
mod layout;
mod names;
mod pasted;
mod sessions;
mod xml;
mod yaml;
