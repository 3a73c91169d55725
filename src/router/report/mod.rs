//! The results of the commands, as text for people and as JSON for programs (`docs/router.md`).

mod json;
mod text;

pub use self::json::{applied_json, check_json, error_json, status_json};
pub use self::text::{check_text, status_text};
