//! `validate`: its findings, their places, and its formats.

mod fix;
mod formats;
mod hostile;
mod paths;
mod places;
mod silencing;
