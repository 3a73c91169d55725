//! The renderers of a top file, which its first line can name.

use super::text::Text;
use crate::commands::salt_setup::error::Uneditable;

/// The way in which Salt reads a top file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renderer {
    /// Jinja, then YAML: Salt's default.
    Jinja,
    /// YAML alone.
    Yaml,
}

/// Returns the renderer that the first line names, or Salt's default.
///
/// # Errors
///
/// It is another renderer, or the file changes the syntax of Jinja.
pub(super) fn renderer(text: &Text<'_>) -> Result<Renderer, Uneditable> {
    // Salt reads the first line with the mark, so it is not a name then.
    let mut lines = if text.has_mark { "" } else { text.read.as_str() }.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let Some(names) = first.strip_prefix("#!").filter(|names| !names.starts_with('/')) else {
        return check_header(text, first, 0).map(|()| Renderer::Jinja);
    };
    let names: Vec<&str> = names.split('|').map(str::trim).collect();
    match names.as_slice() {
        ["jinja", "yaml"] | ["yaml_jinja"] => {
            check_header(text, lines.next().unwrap_or_default(), first.len()).map(|()| Renderer::Jinja)
        }
        ["yaml"] => Ok(Renderer::Yaml),
        _ => Err(text.unknown(0, format!("unsupported renderer {:?}, expected jinja|yaml or yaml", first.trim_end()))),
    }
}

/// Rejects a line with which a file sets options of Jinja, since Salt 3008.
fn check_header(text: &Text<'_>, line: &str, at: usize) -> Result<(), Uneditable> {
    match line.strip_prefix("#jinja2:") {
        Some(options) if !options.trim().is_empty() => {
            Err(text.unknown(at, "unsupported line `#jinja2:`, which changes how Jinja reads the file"))
        }
        _ => Ok(()),
    }
}
