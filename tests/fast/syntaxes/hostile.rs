//! Hostile and arbitrary text: no reader panics, hangs or exhausts memory.

use loopback_static_routes::input::{self, Input};
use loopback_static_routes::syntaxes::Syntax;
use proptest::prelude::*;

use crate::common::{Workspace, sample};
use crate::input::generate;

#[test]
fn text_with_exponential_or_deep_nesting_does_not_crash_a_run() {
    let workspace = Workspace::new();
    let mut laughs = String::from("a0: &a0 {name: x, node: [{name: y}]}\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let merges: String = (1..2000).map(|level| format!("{}<<:\n", " ".repeat(level))).collect();
    for (name, text) in [
        ("laughs.yaml", format!("{laughs}router: *a11\n")),
        ("merge.yaml", format!("router:\n - name: r1\n   x: y\n{}", merges.replace(' ', "  "))),
        ("flow.yaml", format!("router: {}", "[".repeat(1_000_000))),
        ("braces.json", "{\"router\":".repeat(1_000_000)),
        ("brackets.json", format!("{{\"router\": {}", "[".repeat(1_000_000))),
        ("elements.xml", "<a>".repeat(1_000_000)),
        ("attributes.xml", format!("<a {}/>", (0..50_000).map(|n| format!("a{n}='' ")).collect::<String>())),
        (
            "prefixes.xml",
            format!("<a xmlns:p='u' {}/>", (0..50_000).map(|n| format!("p:a{n}='' ")).collect::<String>()),
        ),
        ("namespaces.xml", format!("<a {}/>", (0..50_000).map(|n| format!("xmlns:a{n}='u' ")).collect::<String>())),
        ("references.xml", format!("<a b='{}'>{}</a>", "&amp;".repeat(200_000), "]]&gt;".repeat(200_000))),
        ("sections.xml", format!("<a>{}</a>", "<![CDATA[]]>x".repeat(100_000))),
        ("nested.txt", (0..10_000).map(|depth| format!("{}x\n", " ".repeat(depth))).collect()),
        ("quote.txt", format!("router r1\n    description \"{}", "x\n".repeat(100_000))),
        ("nul.txt", "router r1\0\n    node \0\n".to_owned()),
    ] {
        workspace.write(name, &text);
        let run = generate(&workspace, &[name]);
        assert!((0..=1).contains(&run.code), "{name}: {} {}", run.code, &run.stderr[..run.stderr.len().min(500)]);
    }
}

proptest! {
    #![proptest_config(sample::config(256))]

    #[test]
    fn no_text_makes_a_reader_panic(text in "[ \\n\\t{}\\[\\]:,\"&*!<|>a-zé0-9=;#'/?-]{0,200}") {
        for syntax in [Syntax::Json, Syntax::Yaml, Syntax::Pcli, Syntax::Xml] {
            let input = Input::Text { name: "config".to_owned(), bytes: text.clone().into_bytes() };
            let reading = input::read(vec![input], Some(syntax)).expect("text can be read");
            let mut locator = input::Locator::new(&reading.sources);
            for at in reading.findings.iter().filter_map(|finding| finding.at) {
                let position = locator.position(at);
                prop_assert!(position.line <= text.lines().count() + 1, "{:?} in {:?}", position, text);
            }
        }
    }
}
