//! `validate`: what it finds, where, and how it says so.

mod cases;
#[path = "../common/mod.rs"]
mod common;
mod formats;
mod hooks;
mod hostile;
mod places;
mod schemas;
mod silencing;
mod tools;
