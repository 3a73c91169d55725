//! Measures each stage, on an authority of 1,000 routers and 500 services:
//!
//! ```text
//! cargo bench --bench stages
//! ```
//!
//! To compare two versions, use the instruction counts of `tests/real/instructions.rs`, which vary
//! less.

#[allow(dead_code, reason = "the file is also a program")]
#[path = "large-authority.rs"]
mod generator;

use std::path::Path;
use std::time::Duration;

use clap::Parser as _;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use loopback_static_routes::input::{self, Input, Reading};
use loopback_static_routes::pipeline::{self, Run, advise, check, learn, plan};
use loopback_static_routes::publish::render::Renderer;
use loopback_static_routes::publish::{Observer, Output, PublishOptions};

fn main() {
    divan::main();
}

fn text(format: &str) -> Vec<u8> {
    let options = ["generator", "--routers", "1000", "--services", "500", "--limited", "100", "--format", format];
    let mut text = Vec::new();
    generator::write(&mut text, &generator::Options::parse_from(options)).expect("memory accepts all writes");
    text
}

fn read_text(text: &[u8]) -> Reading {
    let input = Input::Text { name: "authority".to_owned(), bytes: text.to_vec() };
    input::read(vec![input], None).expect("text can be read")
}

#[divan::bench(args = ["json", "pcli", "flat", "xml", "yaml"])]
fn read(bencher: Bencher<'_, '_>, format: &str) {
    let text = text(format);
    bencher.counter(BytesCount::new(text.len())).bench(|| read_text(black_box(&text)));
}

#[divan::bench(name = "check")]
fn checking(bencher: Bencher<'_, '_>) {
    let reading = read_text(&text("json"));
    bencher.bench(|| check(black_box(&reading.authority), &[]));
}

#[divan::bench(name = "learn and plan")]
fn planning(bencher: Bencher<'_, '_>) {
    let reading = read_text(&text("json"));
    let (checked, _) = check(&reading.authority, &[]);
    bencher.bench(|| plan(black_box(&checked), learn(&checked, &[]).0, &[]));
}

#[divan::bench(name = "advise")]
fn advice(bencher: Bencher<'_, '_>) {
    let reading = read_text(&text("json"));
    let run = pipeline::run(&reading.authority, Vec::new());
    bencher.bench(|| advise(black_box(&run)));
}

#[divan::bench]
fn render(bencher: Bencher<'_, '_>) {
    let reading = read_text(&text("json"));
    let Run { plan, .. } = pipeline::run(&reading.authority, Vec::new());
    let renderer = Renderer::new(&plan);
    let sets: Vec<_> = plan.routers.iter().flat_map(|router| router.route_sets.iter().flatten()).collect();
    bencher.bench(|| sets.iter().map(|set| renderer.render_route_set(set).route_file.len()).sum::<usize>());
}

struct Silent;

impl Observer for Silent {}

fn publish_to(folder: &Path, text: &[u8]) {
    let reading = read_text(text);
    let Run { plan, findings, .. } = pipeline::run(&reading.authority, reading.findings);
    let options =
        PublishOptions { check: false, allow_removals: false, revision: None, diff: false, wait: Duration::ZERO };
    let output = Output::lock(folder, &options, &Silent).expect("locks");
    output.publish(&plan, &findings, &options, &Silent).expect("publishes");
}

#[divan::bench(name = "all stages, nothing changed")]
fn unchanged(bencher: Bencher<'_, '_>) {
    let (text, folder) = (text("json"), tempfile::tempdir().expect("a folder"));
    publish_to(folder.path(), &text);
    bencher.bench(|| publish_to(folder.path(), black_box(&text)));
}

#[divan::bench(name = "all stages, into a new folder", sample_count = 10)]
fn first(bencher: Bencher<'_, '_>) {
    let text = text("json");
    let parent = tempfile::tempdir().expect("a folder");
    let new = || tempfile::tempdir_in(&parent).expect("a folder");
    bencher.with_inputs(new).bench_values(|folder| {
        publish_to(folder.path(), black_box(&text));
        // Keep the folder, so that its removal is not measured.
        folder.keep()
    });
}
