//! The examples of the documentation: each gives the documented result.

use loopback_static_routes::commands::validate::{self, Selection, Settings};
use loopback_static_routes::diagnostics::Severity;
use loopback_static_routes::input::{self, Input};
use loopback_static_routes::pipeline::{self, advise};
use loopback_static_routes::rules;

/// A fenced block: the heading above it, its language, and its text.
struct Block {
    heading: String,
    language: String,
    text: String,
}

fn blocks(document: &str) -> Vec<Block> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    let text = std::fs::read_to_string(path).expect("readable");
    let mut blocks = Vec::new();
    let mut heading = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((_, title)) = line.split_once("# ").filter(|(marks, _)| marks.bytes().all(|b| b == b'#')) {
            heading = title.to_owned();
        } else if let Some(language) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|line| *line != "```").collect::<Vec<_>>().join("\n") + "\n";
            blocks.push(Block { heading: heading.clone(), language: language.to_owned(), text });
        }
    }
    blocks
}

/// Returns the blocks that are configurations.
fn configurations(document: &str) -> Vec<Block> {
    let mut blocks = blocks(document);
    blocks.retain(|block| ["pcli", "json", "yaml", "xml"].contains(&block.language.as_str()));
    blocks
}

/// Returns the text itself, and the text as an excerpt of a router, a block, a service and a node.
fn in_context(block: &Block) -> Vec<String> {
    let indented = |text: &str, columns: usize| -> String {
        text.lines().map(|line| format!("{:columns$}{line}\n", "")).collect()
    };
    let around: &[(&str, &str)] = match block.language.as_str() {
        "pcli" => &[
            ("router r\n    node n\n", ""),
            ("router r\n    node n\n    exit\n", "exit\n"),
            ("router r\n    node n\n    loopback-static-routes\n", ""),
            ("router r\n    node n\n    exit\n    loopback-static-routes\n", "    exit\nexit\n"),
            ("router r\n    node n\n    loopback-static-routes\n        learn-from-services true\nservice s\n", ""),
            (
                "router r\n    node n\n    exit\n    loopback-static-routes\n        learn-from-services true\n    exit\nexit\nservice s\n",
                "exit\n",
            ),
        ],
        "yaml" => &[
            ("router:\n  - name: r\n    node: [{name: n}]\n", ""),
            ("router:\n  - name: r\n    node: [{name: n}]\n    loopback-static-routes:\n", ""),
            (
                "router:\n  - name: r\n    node:\n      - name: n\n    loopback-static-routes: {learn-from-services: true}\nservice:\n  - name: s\n",
                "",
            ),
        ],
        _ => &[],
    };
    let within = around
        .iter()
        .flat_map(|(head, tail)| [4, 6, 8].map(|columns| format!("{head}{}{tail}", indented(&block.text, columns))));
    let beside = match block.language.as_str() {
        "pcli" => "router learning\n    node n\n    loopback-static-routes\n        learn-from-services true\n",
        "yaml" => {
            "router: {name: learning, node: {name: n}, loopback-static-routes: {learn-from-services: true}}\n---\n"
        }
        _ => "",
    };
    [block.text.clone(), format!("{beside}{}", block.text)].into_iter().chain(within).collect()
}

#[test]
fn examples_of_the_reference_can_be_read() {
    let blocks = configurations("docs/configuration.md");
    assert!(blocks.len() > 12, "{}", blocks.len());
    for block in blocks {
        let is_read = |text: &String| {
            let input = Input::Text { name: block.heading.clone(), bytes: text.clone().into_bytes() };
            let reading = input::read(vec![input], None).expect("text");
            reading.findings.is_empty()
        };
        assert!(in_context(&block).iter().any(is_read), "{}\n{}", block.heading, block.text);
    }
}

/// Returns the codes that `validate` finds.
fn codes(name: &str, text: &str) -> Vec<&'static str> {
    let input = Input::Text { name: name.to_owned(), bytes: text.into() };
    let reading = input::read(vec![input], None).expect("text");
    let mut run = pipeline::run(&reading.authority, reading.findings);
    let mut findings = std::mem::take(&mut run.findings);
    findings.extend(advise(&run));
    let report = validate::report(findings, &reading.authority, &reading.sources, &Selection::default(), None);
    report.findings.iter().map(|found| found.rule().code).collect()
}

#[test]
fn examples_of_the_rule_pages_give_the_finding() {
    let mut failures = String::new();
    for code in rules::all().map(|rule| rule.code) {
        let examples = configurations(&format!("docs/rules/{code}.md"));
        for block in &examples {
            let is_found = codes(&block.heading, &block.text).contains(&code);
            match &*block.heading {
                "Bad" if is_found => {}
                "Good" if !is_found => {}
                _ => failures.push_str(&format!("{code}, {}:\n{}\n", block.heading, block.text)),
            }
        }
        // No text that a page can show causes these findings.
        let expected = if matches!(code, "empty-folder" | "empty-source" | "invalid-utf-8") { 0 } else { 2 };
        assert_eq!(examples.len(), expected, "{code}: expected a bad and a good example");
    }
    assert!(failures.is_empty(), "unlike the page:\n{failures}");
}

#[test]
fn examples_of_silencing_work() {
    let example = |heading: &str, language: &str| {
        let blocks = blocks("docs/validate.md").into_iter();
        let mut text =
            blocks.filter(|block| block.heading == heading && block.language == language).map(|block| block.text);
        text.next_back().unwrap_or_else(|| panic!("{heading}: missing example in {language}"))
    };
    let settings = Settings::parse("f.toml", std::path::Path::new("/"), &example("Settings", "toml"));
    assert!(settings.is_ok(), "{}", settings.expect_err("just seen"));
    let commented = example("Comments", "yaml");
    assert_eq!(codes("f.yaml", &commented), [""; 0]);
    let plain = commented.replace("loopback-static-routes: ignore", "ignore");
    assert_eq!(codes("f.yaml", &plain), ["unusual-name", "host-bits-set"]);
    assert_eq!(codes("f.yaml", &example("Editors", "yaml")), [""; 0]);
}

#[test]
fn each_page_has_every_part() {
    for rule in rules::all() {
        let (code, page) = (rule.code, rule.page);
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let expected =
            ["What it means", "Why it matters on a router", "What to do", "Bad", "Good", "How to silence it"];
        assert_eq!(headings, expected, "{code}");
        let severity = match rule.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
            Severity::Notice => "Notice",
        };
        assert!(page.starts_with(&format!("# {code}\n\n**{severity}.** {}\n", rule.summary)), "{code}:\n{page}");
    }
}
