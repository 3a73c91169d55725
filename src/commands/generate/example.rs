//! The output of `generate --example`: the written files, and one of each kind.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

use crate::commands::Console;
use crate::contract::route_file;
use crate::publish::{self, Outcome};

/// Prints the written files: all of them with `show`, and otherwise their paths, a route file and a
/// document.
pub(super) fn print(folder: &Path, outcome: &Outcome, show: bool, console: &mut dyn Console) -> anyhow::Result<()> {
    let mut paths: Vec<&str> = outcome.changed.iter().map(String::as_str).collect();
    paths.push(publish::MANIFEST);
    paths.sort_unstable();
    if show {
        return paths.iter().try_for_each(|path| print_file(folder, path, console));
    }
    let mut text = format!("{}/\n", folder.display());
    for path in &paths {
        let _ = writeln!(text, "  {path}");
    }
    console.result(&(text + "\n"))?;
    let is_route_file = |path: &&str| Path::new(path).file_name().is_some_and(|name| name == route_file::FILE_NAME);
    let is_document = |path: &&str| Path::new(path).starts_with("pillar") && Path::new(path).components().count() > 2;
    let size = |path: &&str| std::fs::metadata(folder.join(path)).map_or(u64::MAX, |metadata| metadata.len());
    let of_kind = |is_of_kind: &dyn Fn(&&str) -> bool| {
        let mut of_kind: Vec<&str> = paths.iter().copied().filter(is_of_kind).collect();
        of_kind.sort_by_key(size);
        of_kind
    };
    let (route_files, documents) = (of_kind(&is_route_file), of_kind(&is_document));
    // The shortest document is that of a node without routes.
    for path in route_files.first().into_iter().chain(documents.get(1)) {
        print_file(folder, path, console)?;
    }
    Ok(())
}

fn print_file(folder: &Path, path: &str, console: &mut dyn Console) -> anyhow::Result<()> {
    let file = folder.join(path);
    let content = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    console.result(&format!("==> {} <==\n{content}\n", file.display()))
}
