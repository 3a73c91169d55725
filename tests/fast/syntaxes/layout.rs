//! The layout of PCLI text: lost indentation, and text that was cut off.

use std::fmt::Write as _;
use std::path::Path;

use loopback_static_routes::input::{self, Input};
use loopback_static_routes::syntaxes::Syntax;
use proptest::prelude::*;

use crate::common::planned::{Planned, plan_of_all};
use crate::common::sample;

/// Numbers from a seed.
struct Numbers(u64);

impl Numbers {
    /// Returns a number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

/// A text that is being written, with its blocks.
struct Writer<'n> {
    numbers: &'n mut Numbers,
    text: String,
    depth: usize,
    has_unknown: bool,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "{:1$}{line}", "", 4 * self.depth).expect("a string takes all");
    }

    /// Writes a block, with unknown elements between those that `content` writes.
    fn block(&mut self, line: &str, content: impl FnOnce(&mut Self)) {
        self.line(line);
        self.depth += 1;
        content(self);
        self.unknown(2);
        self.depth -= 1;
        self.line("exit");
    }

    fn leaf(&mut self, line: &str) {
        self.unknown(6);
        self.line(line);
    }

    /// Writes an unknown element in one of `chance` cases.
    fn unknown(&mut self, chance: u64) {
        if !self.has_unknown || !self.numbers.one_in(chance) {
            return;
        }
        let number = self.numbers.below(1000);
        let inner = |writer: &mut Self| {
            writer.line(&format!("new-setting-{number} {}", number % 7));
            writer.unknown(2);
        };
        match self.numbers.below(6) {
            0 | 1 => self.line(&format!("new-leaf-{number} {}", number % 5)),
            2 => self.line(&format!("new-text-{number} \"two words {number}\"")),
            3 => self.block(&format!("new-container-{number}"), inner),
            4 => self.block(&format!("new-list-{number} key{number}"), |writer| {
                writer.line(&format!("name key{number}"));
                inner(writer);
            }),
            _ => {
                self.line(&format!("new-empty-{number}"));
                self.line("exit");
            }
        }
    }
}

/// Returns the text of an authority. With `has_unknown`, it also has elements that neither the
/// program nor the model knows. The other elements are the same.
fn authority(seed: u64, has_unknown: bool) -> String {
    // The two streams are separate, so that the unknown elements do not change the others.
    let (mut known, mut unknown) = (Numbers(seed), Numbers(!seed));
    let mut writer = Writer { numbers: &mut unknown, text: String::new(), depth: 0, has_unknown };
    writer.block("config", |writer| {
        writer.block("authority", |writer| {
            for router in 0..1 + known.below(3) {
                writer.block(&format!("router r{router}"), |writer| self::router(writer, &mut known, router));
            }
            for service in 0..known.below(4) {
                writer.block(&format!("service s{service}"), |writer| {
                    writer.leaf(&format!("name s{service}"));
                    writer.leaf(&format!("address 198.51.100.{}", known.below(250)));
                    writer.block("access-policy _internal_", |writer| writer.leaf("source _internal_"));
                    if known.one_in(2) {
                        writer.leaf("scope private");
                    }
                });
            }
        });
    });
    writer.text
}

fn router(writer: &mut Writer<'_>, known: &mut Numbers, router: u64) {
    writer.leaf(&format!("name r{router}"));
    if known.one_in(2) {
        writer.block("dns-config automatic", |writer| writer.leaf("mode automatic"));
    }
    for node in 0..1 + known.below(2) {
        writer.block(&format!("node n{node}"), |writer| {
            writer.leaf(&format!("name n{node}"));
            writer.leaf(&format!("asset-id r{router}n{node}"));
            if known.one_in(3) {
                block(writer, known);
            }
        });
    }
    if known.below(4) > 0 {
        block(writer, known);
    }
}

/// Writes the plugin block. In it, an unknown element is an error.
fn block(writer: &mut Writer<'_>, known: &mut Numbers) {
    let has_unknown = std::mem::replace(&mut writer.has_unknown, false);
    writer.block("loopback-static-routes", |writer| {
        writer.leaf(&format!("metric {}", 1 + known.below(200)));
        if known.one_in(2) {
            writer.leaf("learn-from-services true");
        }
        for route in 0..known.below(4) {
            writer.block(&format!("static-route 192.0.2.{}/32", 10 * route + known.below(10)), |writer| {
                if known.one_in(2) {
                    writer.leaf(&format!("metric {}", 1 + known.below(100)));
                }
            });
        }
    });
    writer.has_unknown = has_unknown;
}

/// Changes the indentation of a text in several ways.
fn layouts(text: &str, seed: u64) -> [(&'static str, String); 7] {
    let mut numbers = Numbers(seed);
    let with = |change: &mut dyn FnMut(usize, &str) -> String| {
        let lines = text.lines().enumerate().map(|(index, line)| {
            let content = line.trim_start();
            change(index, content).replace("DEPTH", &" ".repeat(line.len() - content.len()))
        });
        lines.fold(String::new(), |all, line| all + &line + "\n")
    };
    [
        ("as printed", with(&mut |_, line| format!("DEPTH{line}"))),
        ("none", with(&mut |_, line| line.to_owned())),
        ("the same for all lines", with(&mut |_, line| format!("   {line}"))),
        (
            "only the first line",
            with(&mut |index, line| if index == 0 { format!("  {line}") } else { line.to_owned() }),
        ),
        ("one blank for each level", with(&mut |_, line| format!("DEPTH{line}")).replace("    ", " ")),
        ("tabs", with(&mut |_, line| format!("DEPTH{line}")).replace("    ", "\t")),
        (
            "lost by some lines",
            with(&mut |_, line| if numbers.one_in(8) { line.to_owned() } else { format!("DEPTH{line}") }),
        ),
    ]
}

proptest! {
    #![proptest_config(sample::config(40))]

    #[test]
    fn exits_that_add_up_count_whatever_the_indentation(seed: u64) {
        let expected = plan_of_all(&[&authority(seed, false)]);
        for (layout, text) in layouts(&authority(seed, true), seed) {
            let Planned { nodes, mut findings, refused } = plan_of_all(&[&text]);
            if layout == "lost by some lines" {
                // The rest of the indentation may fit an unknown element in several places.
                findings.retain(|(_, finding)| finding != "misleading-indentation authority");
            }
            prop_assert_eq!(&nodes, &expected.nodes, "{}:\n{}", layout, text);
            prop_assert_eq!(&findings, &expected.findings, "{}:\n{}", layout, text);
            prop_assert!(!refused);
        }
    }

    #[test]
    fn text_that_is_cut_off_without_indentation_is_an_error(seed: u64, lines in 1..6_usize) {
        let text = authority(seed, false);
        let count = text.lines().count().saturating_sub(lines);
        let cut: Vec<&str> = text.lines().take(count).map(str::trim).collect();
        if cut.contains(&"exit") {
            let Planned { findings, refused, .. } = plan_of_all(&[&cut.join("\n")]);
            prop_assert!(refused, "{}", cut.join("\n"));
            prop_assert_eq!(findings.len(), 1, "{:?}\n{}", findings, cut.join("\n"));
        }
    }
}

/// Returns the codes of the errors of a text, and all codes.
fn codes(text: &str) -> Vec<&'static str> {
    let input = Input::Text { name: "config".to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = input::read(vec![input], Some(Syntax::Pcli)).expect("text can be read");
    reading.findings.iter().map(|finding| finding.rule.code).collect()
}

#[test]
fn a_printed_configuration_that_is_cut_off_anywhere_is_an_error() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/authority/authority.pcli");
    let text = std::fs::read_to_string(file).expect("readable");
    let length = text.trim_end().len();
    let mut tried = 0;
    for at in sample::one_of(25, length - 1, "cut").filter(|at| text.is_char_boundary(*at)) {
        let cut = &text[..at];
        if cut.lines().any(|line| line.trim() == "exit") {
            assert_eq!(codes(cut), ["truncated-text"], "cut off after {at} bytes:\n{cut}");
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(codes(&text[..length]), [""; 0]);
}
