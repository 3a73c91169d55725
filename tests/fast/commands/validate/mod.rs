//! `validate`: its findings, their places, and its formats.

mod formats;
mod hostile;
mod places;
mod silencing;
