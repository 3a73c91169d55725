//! The invariants of ARCHITECTURE.md, and what the documentation must hold.

use std::collections::BTreeSet;

use std::path::{Path, PathBuf};

use loopback_static_routes::diagnostics::Severity;
use loopback_static_routes::rules;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the Rust files below a folder, without their tests.
pub(crate) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    walkdir::WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("readable").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("readable");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            (path.strip_prefix(root()).expect("below").to_owned(), code)
        })
        .collect()
}

/// Returns the files of the library that contain a word.
fn files_with(word: &str) -> Vec<String> {
    let library = sources("src").into_iter().filter(|(path, _)| !path.starts_with("src/bin"));
    let mut files: Vec<String> =
        library.filter(|(_, code)| code.contains(word)).map(|(path, _)| path.display().to_string()).collect();
    files.sort();
    files
}

/// The modules of the router that access a kernel or a file system, or that act.
const MACHINE: &[&str] = &["crate::fs", "netlink", "dyn Kernel", "observation", "reconcile", "apply"];

#[test]
fn decisions_of_the_router_need_no_machine() {
    for file in [
        "src/router/document.rs",
        "src/router/ownership.rs",
        "src/router/diff.rs",
        "src/router/backend/route_file/content.rs",
        "src/router/backend/route_file/plan.rs",
    ] {
        for (path, code) in sources(file) {
            for module in MACHINE {
                assert!(!code.contains(module), "{} uses {module}", path.display());
            }
        }
    }
}

/// A further backend must not need changes in these.
#[test]
fn the_steps_of_a_run_know_only_the_trait_of_backends() {
    for file in
        ["apply.rs", "status.rs", "inputs.rs", "observation.rs", "reconcile", "diff.rs", "ownership.rs", "report"]
    {
        for (path, code) in sources(&format!("src/router/{file}")) {
            for word in ["backend::route_file", "FileStep"] {
                assert!(!code.contains(word), "{} uses the route file", path.display());
            }
        }
    }
}

/// The router's program is small because of what is not in it.
#[test]
fn the_router_s_side_has_no_crate_that_it_does_not_need() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--no-default-features", "--features", "router", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{lib}"])
        .current_dir(root())
        .output()
        .expect("cargo is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8_lossy(&output.stdout).into_owned();
    let crates: BTreeSet<&str> = tree.lines().map(str::trim).collect();
    assert!(crates.contains("netlink_sys") && crates.contains("serde_json"), "{crates:?}");
    for foreign in [
        "minijinja",
        "jsonschema",
        "saphyr_parser",
        "quick_xml",
        "flate2",
        "yaml_serde",
        "walkdir",
        "rayon",
        "tokio",
        "futures_util",
    ] {
        assert!(!crates.contains(foreign), "{foreign} is in it");
    }
}

#[test]
fn each_foreign_crate_has_its_place() {
    for (word, places) in [
        ("jsonschema::", &["src/pipeline/check/schema.rs"][..]),
        (
            "minijinja::",
            &[
                "src/commands/page/mod.rs",
                "src/commands/salt_setup/top/template/code.rs",
                "src/publish/render/templates.rs",
            ],
        ),
        (
            "rustix::",
            &[
                "src/commands/memory.rs",
                "src/fs/error.rs",
                "src/fs/file.rs",
                "src/fs/folder.rs",
                "src/fs/identity.rs",
                "src/fs/lock.rs",
                "src/fs/original.rs",
                "src/fs/root.rs",
                "src/fs/staged.rs",
                "src/fs/times.rs",
                "src/router/netlink/mod.rs",
                "src/router/netlink/socket.rs",
                "src/router/tcp/connect.rs",
                "src/router/tcp/mod.rs",
            ],
        ),
        (
            "rustix::fs",
            &[
                "src/fs/file.rs",
                "src/fs/folder.rs",
                "src/fs/identity.rs",
                "src/fs/lock.rs",
                "src/fs/root.rs",
                "src/fs/staged.rs",
                "src/fs/times.rs",
            ],
        ),
        ("netlink_sys::", &["src/router/netlink/socket.rs"]),
        ("netlink_packet_core::", &["src/router/netlink/messages.rs", "src/router/netlink/socket.rs"]),
        ("netlink_packet_route::", &["src/router/netlink/messages.rs"]),
        ("sha2::", &["src/contract/digest.rs"]),
        ("base64ct::", &["src/commands/page/mod.rs"]),
        (
            "rayon::",
            &[
                "src/commands/validate/formats/text.rs",
                "src/input/blocks.rs",
                "src/input/concurrent.rs",
                "src/input/load.rs",
                "src/input/lower/mod.rs",
                "src/input/windows.rs",
                "src/pipeline/advise.rs",
                "src/pipeline/learn/mod.rs",
                "src/pipeline/parallel.rs",
                "src/publish/artefacts.rs",
                "src/publish/compare.rs",
                "src/publish/guard.rs",
                "src/publish/json_lines.rs",
                "src/publish/manifest.rs",
                "src/publish/outcome.rs",
                "src/publish/previous.rs",
                "src/publish/transaction.rs",
                "src/rules/mod.rs",
                "src/syntaxes/comments.rs",
                "src/syntaxes/conflicts.rs",
                "src/syntaxes/json/fast/guess.rs",
                "src/syntaxes/yaml/parts.rs",
            ],
        ),
        (
            "saphyr_parser::",
            &[
                "src/commands/salt_setup/top/yaml.rs",
                "src/syntaxes/yaml/scalars.rs",
                "src/syntaxes/yaml/usual.rs",
                "src/syntaxes/yaml/mod.rs",
                "src/syntaxes/yaml/events.rs",
                "src/syntaxes/yaml/parts.rs",
            ],
        ),
        (
            "quick_xml::",
            &[
                "src/syntaxes/xml/edits.rs",
                "src/syntaxes/xml/end_tags.rs",
                "src/syntaxes/xml/markup.rs",
                "src/syntaxes/xml/print.rs",
                "src/syntaxes/xml/reader.rs",
                "src/syntaxes/xml/skip.rs",
                "src/commands/validate/formats/junit.rs",
            ],
        ),
        ("annotate_snippets::", &["src/commands/validate/formats/text.rs"]),
        ("toml::", &["src/commands/deploy/settings.rs", "src/commands/settings.rs"]),
        ("globset::", &["src/commands/settings.rs", "src/input/search.rs"]),
        ("ignore::", &["src/input/discover.rs"]),
        ("percent_encoding::", &["src/commands/validate/formats/sarif.rs", "src/contract/names.rs"]),
        ("flate2::", &["src/input/gzip.rs"]),
        ("memmap2::", &["src/input/load.rs"]),
        (
            "std::fs",
            &[
                "src/commands/deploy/settings.rs",
                "src/commands/diff/git/process.rs",
                "src/commands/fleet/mod.rs",
                "src/commands/generate/example.rs",
                "src/commands/output.rs",
                "src/commands/salt_setup/compiled.rs",
                "src/commands/salt_setup/setup.rs",
                "src/commands/settings.rs",
                "src/commands/validate/fix/files.rs",
                "src/commands/validate/repository.rs",
                "src/fs/folder.rs",
                "src/fs/original.rs",
                "src/fs/replace.rs",
                "src/fs/staged.rs",
                "src/input/discover.rs",
                "src/input/large_file.rs",
                "src/input/load.rs",
                "src/input/published.rs",
            ],
        ),
        (
            "std::env",
            &[
                "src/commands/diff/git/process.rs",
                "src/commands/settings.rs",
                "src/commands/validate/mod.rs",
                "src/commands/validate/repository.rs",
                "src/salt/master.rs",
            ],
        ),
        (
            "std::process",
            &[
                "src/commands/deploy/command.rs",
                "src/commands/diff/git/process.rs",
                "src/fs/original.rs",
                "src/process/mod.rs",
                "src/salt/program.rs",
            ],
        ),
        ("SystemTime", &[]),
        ("println!", &[]),
        ("eprint", &[]),
    ] {
        let mut places = places.to_vec();
        places.sort_unstable();
        assert_eq!(files_with(word), places, "{word}");
    }
}

#[test]
fn each_error_type_is_in_the_error_rs_of_its_wing() {
    for (path, code) in sources("src") {
        let is_error_rs = path.file_name().is_some_and(|name| name == "error.rs");
        for error in ["thiserror::Error", "use thiserror", "std::error::Error for", "impl Error for"] {
            assert!(is_error_rs || !code.contains(error), "{} has an error type: {error}", path.display());
        }
    }
}

#[test]
fn every_code_is_documented_once_and_in_its_group() {
    let rules = read("docs/rules.md");
    let mut documented = Vec::new();
    let mut group = "";
    for line in rules.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            group = heading;
        } else if let Some(row) = line.strip_prefix("| [") {
            let code = row.split(']').next().unwrap_or_default();
            let summary = row.rsplit(" | ").next().unwrap_or_default().trim_end_matches(" |");
            documented.push((group.to_owned(), format!("{code}: {summary}")));
        }
    }
    let expected: Vec<(String, String)> = rules::all()
        .map(|rule| {
            let group = match rule.severity {
                Severity::Error => "Errors",
                Severity::Warning => "Warnings",
                Severity::Notice => "Notices",
            };
            (group.to_owned(), format!("{}: {}", rule.code, rule.summary))
        })
        .collect();
    assert_eq!(documented, expected);
}

#[test]
fn every_code_has_a_test() {
    let tests: String = sources("tests").into_iter().map(|(_, code)| code).collect();
    let untested: BTreeSet<_> = rules::all()
        .map(|rule| rule.code)
        .filter(|name| !tests.contains(&format!("{name} ")) && !tests.contains(&format!("\"{name}\"")))
        // `tests/fast/commands/validate/places.rs` sees to it that each of these is found.
        .filter(|name| !Path::new(&format!("{}/tests/findings/{name}.txt", env!("CARGO_MANIFEST_DIR"))).exists())
        .collect();
    assert!(untested.is_empty(), "no test expects {untested:?}");
}

#[test]
fn every_element_of_the_schema_is_described_and_documented() {
    let schema: serde_json::Value =
        serde_json::from_str(&read("schema/loopback-static-routes.schema.json")).expect("JSON");
    let reference = read("docs/configuration.md");
    let mut open = vec![("the block".to_owned(), &schema)];
    while let Some((name, element)) = open.pop() {
        assert!(element["title"].is_string() && element["description"].is_string(), "{name} is not described");
        assert!(
            name == "the block"
                || reference.contains(&format!("`{name}`"))
                || name.ends_with("[]")
                || reference.contains(&name),
            "{name} is not documented"
        );
        if let Some(properties) = element["properties"].as_object() {
            open.extend(properties.iter().map(|(name, element)| (name.clone(), element)));
        }
        if element["items"].is_object() {
            open.push((format!("{name}[]"), &element["items"]));
        }
    }
}

#[test]
fn the_embedded_marker_is_the_model_s() {
    assert!(
        read("templates/route-kni254.j2")
            .starts_with(&format!("{}\n", loopback_static_routes::contract::route_file::MARKER))
    );
}

#[test]
fn links_of_the_documentation_lead_somewhere() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "examples/authority/README.md"] {
        let text = read(document);
        let folder = Path::new(document).parent().expect("a folder");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let is_local = !target.contains("://");
            let target = target.split('#').next().unwrap_or_default();
            assert!(!is_local || root().join(folder).join(target).exists(), "{document}: {target}");
        }
    }
}

/// Every path of the repository that a document or a comment names in backticks.
#[test]
fn paths_that_documents_and_comments_name_exist() {
    let folders = [
        "benches",
        "docs",
        "examples",
        "fuzz",
        "packaging",
        "pillar",
        "salt",
        "schema",
        "src",
        "templates",
        "tests",
        "tools",
    ];
    let mut missing = Vec::new();
    for entry in walkdir::WalkDir::new(root()).into_iter().filter_entry(|entry| entry.file_name() != "target") {
        let path = entry.expect("readable").into_path();
        if !path.extension().is_some_and(|extension| extension == "md" || extension == "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        for named in text.split('`').skip(1).step_by(2) {
            let named = named.split(['#', ' ']).next().unwrap_or_default();
            let is_path =
                folders.iter().any(|folder| named.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
                    && named.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            // A placeholder for several names is in capitals.
            let is_any = named
                .rsplit('/')
                .next()
                .is_some_and(|name| name.contains(|c: char| c.is_ascii_uppercase()) && !name.contains("README"));
            if is_path && !is_any && !root().join(named).exists() {
                missing.push(format!("{}: {named}", path.strip_prefix(root()).expect("below").display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Every item of the crate that a document names in backticks, as `module::item` or `Type`.
#[test]
fn items_that_documents_name_exist() {
    let code: String =
        ["src", "tests", "fuzz"].iter().flat_map(|folder| sources(folder)).map(|(_, code)| code).collect();
    let mut missing = Vec::new();
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        for named in read(document).split('`').skip(1).step_by(2) {
            let item = named.rsplit("::").next().unwrap_or_default();
            let is_item = named.contains("::")
                || named.chars().next().is_some_and(|first| first.is_ascii_uppercase())
                    && named.chars().any(|c| c.is_ascii_lowercase());
            let is_name = item.chars().all(|c| c.is_alphanumeric() || c == '_') && !item.is_empty();
            let is_defined = || {
                let words = ["fn", "struct", "enum", "trait", "mod", "static", "const", "type"];
                let is_variant = code.contains(&format!("    {item},")) || code.contains(&format!("    {item}("));
                is_variant || words.iter().any(|word| code.contains(&format!("{word} {item}")))
            };
            let is_file = ["UPDATE=1", "Cargo.lock"].contains(&named);
            if is_item && is_name && !is_file && !is_defined() {
                missing.push(format!("{document}: {named}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The files that search in text, with the text. Everywhere else, decisions are made on types.
const TEXT_IS_SEARCHED: &[(&str, &str)] = &[
    ("src/commands/generate/example.rs", "paths of files"),
    ("src/commands/list.rs", "the reason of a failure, put on one line"),
    ("src/commands/validate/fix/files.rs", "paths of files"),
    ("src/commands/validate/fix/mod.rs", "paths of files"),
    ("src/fleet/answer.rs", "the output of a command, for the start of its JSON"),
    ("src/fleet/collected.rs", "the output of another program, for the starts of its JSON"),
    ("src/fleet/compare.rs", "a name that the router may have cut"),
    ("src/rules/confusable_word.rs", "values, for the prefix or the module that stays"),
    ("src/salt/settings.rs", "a minion id that Salt would not read as YAML"),
    ("src/salt/targets.rs", "minion ids that Salt would split"),
    ("src/bin/handle_loopback_static_route_config/output.rs", "the variable JOURNAL_STREAM"),
    ("src/bin/handle_loopback_static_route_config/systemd.rs", "the output of systemctl"),
    ("src/commands/diff/formats/markdown/mod.rs", "text for a code span, to choose its fence"),
    ("src/commands/diff/git/mod.rs", "paths of files, for folders"),
    ("src/commands/diff/git/process.rs", "the output of git"),
    ("src/commands/diff/git/submodules.rs", "the output of git"),
    ("src/commands/diff/git/tree.rs", "the output of git"),
    ("src/commands/salt_setup/compiled.rs", "names of files, for those that Python compiled"),
    ("src/commands/generate/example.rs", "the paths of artefacts, for their folders"),
    ("src/commands/salt_setup/setup.rs", "the SLS file in the pillar root, which may be another's"),
    ("src/commands/salt_setup/top/mod.rs", "the user's top file, for its lines"),
    ("src/commands/salt_setup/top/place.rs", "the user's top file, for its lines"),
    ("src/commands/salt_setup/top/renderer.rs", "the first line of the user's top file"),
    ("src/commands/salt_setup/top/stanza.rs", "the user's top file, for the lines of the stanza"),
    ("src/commands/salt_setup/top/template/blocks.rs", "the text around a tag, and names of tags"),
    ("src/commands/salt_setup/top/template/code.rs", "the code of a tag, for the names that it sets"),
    ("src/commands/salt_setup/top/template/mod.rs", "the text of a block, for comments"),
    ("src/commands/salt_setup/top/template/render.rs", "the code of an expression, for white space"),
    ("src/commands/salt_setup/top/template/scan.rs", "a template, for its tags"),
    ("src/commands/salt_setup/top/text.rs", "the user's top file, for its lines and its byte order mark"),
    ("src/commands/validate/formats/junit.rs", "a text, for characters that XML does not allow"),
    ("src/commands/validate/formats/sarif.rs", "a path, which becomes a URI"),
    ("src/commands/settings.rs", "the settings, to count lines"),
    ("src/commands/validate/report.rs", "a path, to remove `./`"),
    ("src/commands/validate/formats/text.rs", "messages, for the words that a line holds"),
    ("src/commands/validate/repository.rs", "paths, to make them relative"),
    ("src/commands/validate/silencing.rs", "comments of the user"),
    ("src/contract/names.rs", "names of the configuration, which are hostile until checked"),
    ("src/contract/route_file.rs", "the lines of a route file"),
    ("src/diagnostics/alike.rs", "words, which are compared by their letters"),
    ("src/diagnostics/rule.rs", "a section of a rule's page"),
    ("src/diagnostics/suggest.rs", "an unknown name"),
    ("src/elements/mod.rs", "names as written, with prefixes and plurals"),
    ("src/elements/names.rs", "names as written, for plurals"),
    ("src/elements/patterns.rs", "the plural of a name"),
    ("src/fs/folder.rs", "the release of the kernel"),
    ("src/fs/staged.rs", "the names of temporary files"),
    ("src/fs/original.rs", "the names of temporary files, for the number of their process"),
    ("src/fs/root.rs", "a path, to make it relative"),
    ("src/input/discover.rs", "paths, to make them relative"),
    ("src/input/gzip.rs", "the first bytes of a file"),
    ("src/input/blocks.rs", "a source, for the ends of its lines"),
    ("src/input/names.rs", "a text that may be that of another program, for its names"),
    ("src/input/published.rs", "the paths of published files"),
    ("src/input/recognize.rs", "a text, for comments"),
    ("src/input/search.rs", "names of files, for hidden ones"),
    ("src/input/utf_16.rs", "the first bytes of a text"),
    ("src/input/lower/element_reader.rs", "values as written, for words that look alike"),
    ("src/model/address.rs", "addresses, which are parsed here"),
    ("src/model/authority.rs", "identities, and the names of child and generated services"),
    ("src/model/host_name.rs", "names of hosts, which are checked here"),
    ("src/pipeline/check/schema.rs", "numbers, and the JSON pointers of the schema's validator"),
    ("src/publish/manifest.rs", "the paths of a manifest, which is not trusted"),
    ("src/publish/paths.rs", "paths of artefacts, to find their folders"),
    ("src/router/backend/route_file/content.rs", "the lines of a route file"),
    ("src/router/backend/route_file/plan.rs", "the lines of a route file"),
    ("src/router/confirm/hosts.rs", "the lines of a table of host names"),
    ("src/router/document.rs", "the document, and the message of serde_json, which has no other form"),
    ("src/router/netlink/socket.rs", "the name of an interface, which ends with a NUL"),
    ("src/router/report/text.rs", "texts to wrap, and a path, to make it relative"),
    ("src/syntaxes/comments.rs", "the comments of a source"),
    ("src/syntaxes/conflicts.rs", "the source, for the marks of a conflict"),
    ("src/syntaxes/edits.rs", "the source, around an edit"),
    ("src/syntaxes/json/brackets.rs", "the source, for its brackets"),
    ("src/syntaxes/json/edits.rs", "the source, around an edit"),
    ("src/syntaxes/json/fast/cursor.rs", "the source, for words and escapes"),
    ("src/syntaxes/json/fast/guess.rs", "the source, for the ends of names"),
    ("src/syntaxes/json/fast/join.rs", "the source, for its byte order mark"),
    ("src/syntaxes/pcli/parts.rs", "the source, for the lines where entries start"),
    ("src/syntaxes/xml/parts.rs", "the source, for the tags where entries start"),
    ("src/syntaxes/yaml/parts.rs", "the source, for the lines where entries start"),
    ("src/syntaxes/json/leaf.rs", "the JSON of a value"),
    ("src/syntaxes/json/mapping.rs", "the JSON of a value"),
    ("src/syntaxes/json/mod.rs", "the source, and the message of serde_json, which has no other form"),
    ("src/syntaxes/json/positions.rs", "the source, for the ends of its lines"),
    ("src/syntaxes/json/wrapper.rs", "names and values of members as written"),
    ("src/syntaxes/mod.rs", "the source, for its byte order mark"),
    ("src/syntaxes/pcli/edits.rs", "the source, around an edit"),
    ("src/syntaxes/pcli/enclosing.rs", "keywords as written, which may be abbreviated"),
    ("src/syntaxes/pcli/lines.rs", "the source, for its lines"),
    ("src/syntaxes/pcli/model.rs", "the model, which is compiled in, and abbreviated keywords"),
    ("src/syntaxes/pcli/noise.rs", "lines that are not configuration"),
    ("src/syntaxes/pcli/outline/by_exits/content.rs", "the words of a line"),
    ("src/syntaxes/pcli/outline/by_indentation/misplaced.rs", "the words of a line"),
    ("src/syntaxes/pcli/outline/interpreter.rs", "the start of a line"),
    ("src/syntaxes/pcli/outline/report.rs", "the words of a line"),
    ("src/syntaxes/pcli/print.rs", "names, which may abbreviate others"),
    ("src/syntaxes/pcli/session/below.rs", "lines below a command, which may be messages"),
    ("src/syntaxes/pcli/session/command.rs", "commands as written, which may be abbreviated"),
    ("src/syntaxes/pcli/session/context.rs", "the element in a prompt"),
    ("src/syntaxes/pcli/session/mod.rs", "the prompts of a session"),
    ("src/syntaxes/pcli/session/outcome.rs", "the answers to a command"),
    ("src/syntaxes/pcli/session/output.rs", "the output of a command"),
    ("src/syntaxes/pcli/session/parse.rs", "commands as written, which may be abbreviated"),
    ("src/syntaxes/pcli/statement/spacing.rs", "words as written, for spaces"),
    ("src/syntaxes/pcli/statement/value.rs", "values as written, for quotes and placeholders"),
    ("src/syntaxes/pcli/top_level.rs", "lines that look like configuration"),
    ("src/syntaxes/pcli/words.rs", "the source, for its words"),
    ("src/syntaxes/xml/attributes.rs", "the attributes of a tag"),
    ("src/syntaxes/xml/cdata_ends.rs", "the source, for the ends of CDATA sections"),
    ("src/syntaxes/xml/documents.rs", "the framing around documents"),
    ("src/syntaxes/xml/edits.rs", "the source, around an edit"),
    ("src/syntaxes/xml/end_tags.rs", "the source, for its tags"),
    ("src/syntaxes/xml/leaves.rs", "the source, for leaves"),
    ("src/syntaxes/xml/markup.rs", "comments"),
    ("src/syntaxes/xml/mod.rs", "the start of a source"),
    ("src/syntaxes/xml/namespaces.rs", "namespaces, for those of the product, and prefixes"),
    ("src/syntaxes/xml/print.rs", "names, for those that XML allows"),
    ("src/syntaxes/xml/prolog.rs", "the parts of a declaration"),
    ("src/syntaxes/xml/reader.rs", "the source, for its byte order mark"),
    ("src/syntaxes/xml/references.rs", "character references"),
    ("src/syntaxes/yaml/cause.rs", "the source, for its brackets"),
    ("src/syntaxes/yaml/contested.rs", "scalars as written, for their type"),
    ("src/syntaxes/yaml/edits.rs", "the source, around an edit"),
    ("src/syntaxes/yaml/events.rs", "the source, for its byte order mark"),
    ("src/syntaxes/yaml/mod.rs", "the start of a source"),
    ("src/syntaxes/yaml/print.rs", "values, for those that need quotes"),
    ("src/syntaxes/yaml/scalars.rs", "the source, for its byte order mark"),
];

/// Methods that search in text. Some have the same name for paths and lists.
const SEARCHES: &[&str] = &[
    ".starts_with(",
    ".ends_with(",
    ".strip_prefix(",
    ".strip_suffix(",
    ".split(",
    ".splitn(",
    ".rsplit(",
    ".rsplitn(",
    ".split_once(",
    ".rsplit_once(",
    ".split_terminator(",
    ".split_inclusive(",
    ".split_whitespace(",
    ".split_ascii_whitespace(",
    ".matches(",
    ".match_indices(",
    ".rfind(",
    ".trim_start_matches(",
    ".trim_end_matches(",
    ".trim_matches(",
    "memmem::",
];

/// Returns true for code that searches in text.
fn searches_in_text(line: &str) -> bool {
    // Lists have these methods, too, so the argument must be a literal or a constant.
    let has_text = |method: &str| {
        line.split(method).skip(1).any(|argument| {
            let name: String = argument.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            let is_constant = name.len() > 1 && argument[name.len()..].starts_with(')');
            is_constant
                || ["\"", "b\"", "'", "['", "[\"", "char::", "|c: char|", "&format!("]
                    .iter()
                    .any(|start| argument.starts_with(start))
        })
    };
    SEARCHES.iter().any(|search| line.contains(search)) || has_text(".contains(") || has_text(".find(")
}

#[test]
fn decisions_do_not_search_in_printed_text() {
    let files: Vec<String> = sources("src")
        .into_iter()
        .filter(|(_, code)| code.lines().any(|line| !line.trim_start().starts_with("//") && searches_in_text(line)))
        .map(|(path, _)| path.display().to_string())
        .collect();
    let mut expected: Vec<&str> = TEXT_IS_SEARCHED.iter().map(|(file, _)| *file).collect();
    expected.sort_unstable();
    let only =
        |a: &[&str], b: &[&str]| a.iter().filter(|file| !b.contains(file)).map(ToString::to_string).collect::<Vec<_>>();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    assert_eq!(
        (only(&files, &expected), only(&expected, &files)),
        (Vec::new(), Vec::new()),
        "searching and not listed, listed and not searching"
    );
}
