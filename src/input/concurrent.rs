//! Reads sources and lowers their trees, on all cores.
//!
//! Each source is lowered by itself, and a large one in parts ([`crate::syntaxes::parts`]). A tree
//! is lowered as soon as it is read, so the trees of all sources are never in memory together. The
//! results are joined in the order of the sources, so the number of threads has no effect.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::lower::{Edits, Lowering};
use super::recognize;
use super::source::{Source, Sources};
use crate::diagnostics::Finding;
use crate::model::tree::Tree;
use crate::model::{Authority, SourceId, Span};
use crate::rules::nothing_read;
use crate::syntaxes::parts::{Part, Parts, Piece};

/// Reads the sources, large ones in parts of about `size` bytes, and merges them into an authority
/// in their order. It also returns the sources that are not configuration. `ready` has the sources
/// that were lowered before. `None` if a text is needed that was left out.
pub(super) fn lower(
    sources: &Sources,
    mut ready: BTreeMap<SourceId, Lowering>,
    size: usize,
    findings: &mut Vec<Finding>,
) -> Option<(Authority, Vec<SourceId>)> {
    let mut foreign = Vec::new();
    let mut all: Option<Lowering> = None;
    let readable = sources.iter().filter(|(_, source)| !source.is_skipped());
    let readable: Vec<_> = readable.map(|(id, source)| (id, source, ready.remove(&id))).collect();
    let lowered = readable.into_par_iter().map(|(id, source, ready)| {
        let ready = ready.map(|lowering| Lowered { lowering, ..Lowered::default() });
        (id, source, ready.unwrap_or_else(|| lower_source(id, source, size)))
    });
    for (id, source, mut lowered) in lowered.collect::<Vec<_>>() {
        if lowered.is_foreign {
            foreign.push(id);
            continue;
        }
        findings.append(&mut lowered.findings);
        let Some(all) = &mut all else {
            all = Some(lowered.lowering);
            continue;
        };
        if !all.join(lowered.lowering) {
            // It has more elements of a router or service that another source has too.
            if source.lacks_text() {
                return None;
            }
            read_source(id, source, &mut Vec::new(), &mut |tree| all.document(&tree));
        }
    }
    let all = all.unwrap_or_default();
    let has_deletion = all.has_deletion();
    if has_deletion && sources.lack_texts() {
        return None;
    }
    let authority = all.finish(findings);
    if has_deletion {
        compare_edits(sources, findings);
    }
    Some((authority, foreign))
}

/// Reports the elements that one source deletes and another one defines.
///
/// It reads all sources again. Without this, every run would keep the place of every element.
fn compare_edits(sources: &Sources, findings: &mut Vec<Finding>) {
    let mut edits = Edits::default();
    for (id, source) in sources.iter().filter(|(_, source)| !source.is_skipped()) {
        read_source(id, source, &mut Vec::new(), &mut |tree| edits.document(&tree));
    }
    edits.report(findings);
}

/// A source that was read.
#[derive(Default)]
struct Lowered {
    lowering: Lowering,
    /// The findings of the reader.
    findings: Vec<Finding>,
    /// True if the source is not configuration. It has neither trees nor findings then.
    is_foreign: bool,
}

fn lower_source(id: SourceId, source: &Source, size: usize) -> Lowered {
    let in_parts = |parts: &Parts| lower_in_parts(parts, size, id, source.text());
    if let Some(lowering) = source.syntax().definition().parts.as_ref().and_then(in_parts) {
        return Lowered { lowering, ..Lowered::default() };
    }
    let mut lowered = Lowered::default();
    let Lowered { lowering, findings, is_foreign } = &mut lowered;
    *is_foreign = !read_source(id, source, findings, &mut |tree| lowering.document(&tree));
    lowered
}

/// Lowers a text in parts of about this size. `None` if it must be read as a whole.
fn lower_in_parts(parts: &Parts, size: usize, id: SourceId, text: &str) -> Option<Lowering> {
    if text.len() < size.saturating_add(size / 2) {
        return None;
    }
    let guesses = (parts.guess)(text, size);
    let lower = |guess: &Part| {
        let mut lowering = Lowering::default();
        let part = (parts.read)(id, text, guess, &mut |tree| lowering.document(&tree));
        (part, lowering)
    };
    let (read, lowerings): (Vec<_>, Vec<_>) = guesses.par_iter().with_max_len(1).map(lower).unzip();
    if read.iter().all(Option::is_none) {
        return None;
    }
    // Without a part, the text may not be configuration.
    joined(lowerings, 1, |add| (parts.join)(id, text, &read, add))
}

/// Joins the parts of a text and the text around them. `join` passes them on, in order. `None` if
/// the text must be read as a whole, or fewer than `least` parts are passed on.
pub(super) fn joined<'s>(
    lowerings: Vec<Lowering>,
    least: usize,
    join: impl FnOnce(&mut dyn FnMut(Piece<'s>)) -> Option<()>,
) -> Option<Lowering> {
    let mut parts = 0;
    let (mut all, mut is_complete) = (Lowering::with_room_for(&lowerings), true);
    let mut lowerings: Vec<Option<Lowering>> = lowerings.into_iter().map(Some).collect();
    let mut add = |piece: Piece<'s>| match piece {
        Piece::Tree(tree) => all.document(&tree),
        Piece::Part(index) => {
            parts += 1;
            is_complete &= lowerings[index].take().is_some_and(|lowering| all.join(lowering));
        }
    };
    join(&mut add)?;
    (parts >= least && is_complete).then_some(all)
}

/// Reads a source with the plain reader of its syntax, and passes its trees to `sink`. Returns
/// false for a source that is not configuration, which has neither trees nor findings.
fn read_source<'s>(
    id: SourceId,
    source: &'s Source,
    findings: &mut Vec<Finding>,
    sink: &mut dyn FnMut(Tree<'s>),
) -> bool {
    let before = findings.len();
    let (text, syntax) = (source.text(), source.syntax());
    let mut is_empty = true;
    let mut is_foreign = if source.is_found() { None } else { Some(false) };
    let mut take = |tree: Tree<'s>| {
        let is_blank = tree.is_null() || !tree.is_list() && tree.is_empty();
        is_empty &= is_blank;
        let decide = || !recognize::is_evident(&tree, syntax) && !recognize::is_configuration(text, syntax, true);
        if is_blank || !*is_foreign.get_or_insert_with(decide) {
            sink(tree);
        }
    };
    (syntax.definition().read)(id, text, findings, &mut take);
    let has_findings = findings.len() > before;
    if is_foreign.unwrap_or_else(|| !recognize::is_configuration(text, syntax, has_findings)) {
        findings.truncate(before);
        return false;
    }
    if is_empty && !has_findings {
        let start = Span { source: id, start: 0, end: 0 };
        findings.push(nothing_read::source(&syntax.to_string(), start));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::lower_in_parts;
    use crate::model::SourceId;
    use crate::syntaxes::Syntax;

    /// Returns a text with this many routers and services.
    fn text(syntax: Syntax, entries: usize) -> String {
        let joined = |entry: fn(usize) -> String, between: &str| -> String {
            (0..entries).map(entry).collect::<Vec<_>>().join(between)
        };
        match syntax {
            Syntax::Json => {
                let router =
                    joined(|n| format!(r#"{{"name": "r{n}", "node": [{{"name": "n", "role": "combo"}}]}}"#), ",\n");
                let service = joined(|n| format!(r#"{{"name": "s{n}", "address": ["192.0.2.{n}/32", "d"]}}"#), ",");
                format!("{{\"authority\": {{\"name\": \"a\", \"router\": [{router}], \"service\": [{service}]}}}}")
            }
            Syntax::Pcli => {
                let router = joined(
                    |n| {
                        format!(
                            "        router r{n}\n            name r{n}\n\n            node n\n                role combo\n            exit\n        exit\n\n"
                        )
                    },
                    "",
                );
                let service = joined(
                    |n| format!("        service s{n}\n            address \"192.0.2.{n}\"\n        exit\n"),
                    "",
                );
                format!("config\n    authority\n        name a\n{router}{service}    exit\nexit\n")
            }
            Syntax::Xml => {
                let router = joined(
                    |n| format!("<a:router><a:name>r{n}</a:name><node><name>n</name></node></a:router>\n  "),
                    "",
                );
                let service = joined(
                    |n| format!("<s:service><name>s{n}</name><address>192.0.2.{n}</address></s:service>\n  "),
                    "",
                );
                let namespaces = "xmlns:a='http://128technology.com/t128/a' xmlns:s='http://128technology.com/t128/s'";
                format!("<config {namespaces}><authority>\n  <name>a</name>\n  {router}{service}</authority></config>")
            }
            Syntax::Yaml => {
                let router = joined(|n| format!("  - name: r{n}\n    node:\n    - {{name: é}}\n"), "");
                let service = joined(|n| format!("      - name: s{n}\n        address: [192.0.2.{n}]\n"), "");
                format!("authority:\n  name: é\n  router:\n{router}\n  service:\n{service}")
            }
        }
    }

    #[test]
    fn usual_texts_are_read_in_parts() {
        for syntax in Syntax::ALL {
            let Some(parts) = &syntax.definition().parts else { continue };
            for size in [100, 1000] {
                let text = text(*syntax, 40);
                let guesses = (parts.guess)(&text, size);
                assert!(guesses.len() > text.len() / size / 3, "{syntax}: {guesses:?}");
                let lowering = lower_in_parts(parts, size, SourceId(0), &text).unwrap_or_else(|| panic!("{syntax}"));
                let mut findings = Vec::new();
                let authority = lowering.finish(&mut findings);
                assert!(findings.is_empty(), "{syntax}: {findings:?}");
                let names: Vec<&str> = authority.routers.iter().map(|router| router.name.value.as_str()).collect();
                assert_eq!(names, (0..40).map(|n| format!("r{n}")).collect::<Vec<_>>(), "{syntax}");
                assert_eq!(authority.services.len(), 40, "{syntax}");
            }
        }
    }
}
