//! The number of instructions that the program executes, as counted by valgrind.
//!
//! The number is the same in each run, so a regression shows without measuring time.
//! `benches/instructions.tsv` has the figures for the program of `packaging/rpm/build.sh --quick`
//! and this toolchain. `UPDATE=1` writes them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::common::{LARGE, Workspace, write_large_authority};
use crate::parts::packaged;

/// The allowed deviation from the committed figure. Libraries choose vector instructions by
/// processor.
const TOLERANCE: f64 = 0.05;

const FIGURES: &str = "benches/instructions.tsv";

/// Returns the number of instructions of a run without errors.
fn instructions(workspace: &Workspace, arguments: &[&str]) -> u64 {
    instructions_until(workspace, arguments, 0)
}

/// Returns the number of instructions of a run that ends with an exit code.
fn instructions_until(workspace: &Workspace, arguments: &[&str], code: i32) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(packaged("loopback-static-routes"))
        .args(arguments)
        .current_dir(workspace.path(""))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        // Idle threads would execute instructions while they wait.
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .expect("valgrind runs: run tests/setup.sh");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {printed}");
    let counted = printed.lines().find_map(|line| line.split_once("refs:")).expect("valgrind counts").1;
    counted.trim().replace(',', "").parse().expect("a number")
}

/// Writes a large authority. Returns its size in bytes.
fn authority(workspace: &Workspace, name: &str, options: &str) -> u64 {
    write_large_authority(workspace, name, options);
    std::fs::metadata(workspace.path(name)).expect("written").len()
}

fn measured() -> BTreeMap<String, u64> {
    let workspace = Workspace::on_disk();
    let mut measured = BTreeMap::new();
    for format in ["json", "yaml", "pcli", "flat", "xml"] {
        let name = format!("authority.{format}");
        authority(&workspace, &name, &format!("{LARGE} --format {format}"));
        measured.insert(format!("validate {format}"), instructions(&workspace, &["validate", "--no-settings", &name]));
    }
    authority(&workspace, "edited.json", &format!("{LARGE} --edited 150"));
    for (what, name) in
        [("first", "authority.json"), ("unchanged", "authority.json"), ("one block changed", "edited.json")]
    {
        let count = instructions(&workspace, &["generate", name, "--out", "out", "--quiet"]);
        measured.insert(format!("generate {what}"), count);
    }
    measured
}

#[test]
#[ignore = "needs valgrind and the packages: tests/run.sh"]
fn each_stage_takes_as_many_instructions_as_committed() {
    let measured = measured();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FIGURES);
    if std::env::var_os("UPDATE").is_some() {
        let lines: String = measured.iter().map(|(what, count)| format!("{what}\t{count}\n")).collect();
        std::fs::write(&file, lines).expect("written");
    }
    let text = std::fs::read_to_string(&file).expect("committed");
    let committed: BTreeMap<String, u64> = text
        .lines()
        .map(|line| line.split_once('\t').expect("name, tab, number"))
        .map(|(what, count)| (what.to_owned(), count.parse().expect("a number")))
        .collect();
    let mut off = Vec::new();
    for (what, count) in &measured {
        let ratio = committed.get(what).map_or(f64::INFINITY, |committed| *count as f64 / *committed as f64);
        if (ratio - 1.0).abs() > TOLERANCE {
            off.push(format!("{what}: {count} instructions, {ratio:.2} times the committed figure"));
        }
    }
    assert_eq!(committed.len(), measured.len(), "{FIGURES} lists other stages");
    assert!(off.is_empty(), "find the cause, then run with UPDATE=1:\n{}", off.join("\n"));
}

/// Four times the text costs at most four times as much, without the fixed cost of a run.
#[test]
#[ignore = "needs valgrind and the packages: tests/run.sh"]
fn the_cost_of_each_shape_grows_at_most_in_proportion_to_its_text() {
    for (shape, size) in
        [("static-routes", 500), ("services", 500), ("applies-to", 250), ("children", 60), ("description", 250_000)]
    {
        let workspace = Workspace::on_disk();
        let run = |size: u64| {
            let name = format!("{size}.json");
            let bytes = authority(&workspace, &name, &format!("--shape {shape} --size {size}"));
            let count = instructions(&workspace, &["generate", &name, "--out", &format!("out{size}"), "--quiet"]);
            (bytes as f64, count as f64)
        };
        let (nothing, one, four) = (run(1), run(size), run(4 * size));
        let text = (four.0 - nothing.0) / (one.0 - nothing.0);
        let cost = (four.1 - nothing.1) / (one.1 - nothing.1);
        assert!(cost <= text * 1.15, "{shape}: {text:.2} times the text costs {cost:.2} times the instructions");
    }
}

#[test]
#[ignore = "needs valgrind and the packages: tests/run.sh"]
fn the_cost_of_one_more_router_or_service_is_constant() {
    for (what, sizes, rest) in [
        ("routers", [100, 200, 400], "--services 200 --internal 30 --limited 40"),
        ("services", [200, 400, 800], "--routers 100 --internal 30 --limited 40"),
    ] {
        let workspace = Workspace::on_disk();
        let run = |size: u64| {
            let name = format!("{size}.json");
            authority(&workspace, &name, &format!("--{what} {size} {rest}"));
            let out = format!("out{size}");
            let arguments = ["generate", &name, "--out", &out, "--quiet"];
            instructions(&workspace, &arguments);
            [instructions(&workspace, &arguments), instructions(&workspace, &["validate", "--no-settings", &name])]
        };
        let [small, middle, large] = sizes.map(run);
        for (index, command) in ["generate", "validate"].into_iter().enumerate() {
            let early = (middle[index] - small[index]) as f64 / (sizes[1] - sizes[0]) as f64;
            let late = (large[index] - middle[index]) as f64 / (sizes[2] - sizes[1]) as f64;
            assert!(
                late <= early * 1.1,
                "{command}: one more of {what} costs {early:.0} instructions at first, and {late:.0} later"
            );
        }
    }
}

/// Returns an authority on one line, and the exit code of its validation.
fn on_one_line(shape: &str, size: usize) -> (String, i32) {
    let block = r#""loopback-static-routes":{"enabled":true,"learn-from-services":true,"metric":5"#;
    let list = |entry: &dyn Fn(usize) -> String| (0..size).map(entry).collect::<Vec<_>>().join(",");
    let router = |rest: &str| format!(r#"{{"name":"r","node":[{{"name":"n","asset-id":"a"}}],{block}}}{rest}}}"#);
    let service =
        |name: &str, rest: &str| format!(r#"{{"name":"{name}","scope":"private","address":["192.0.2.0/24"],{rest}}}"#);
    let internal = r#""access-policy":[{"source":"_internal_","permission":"allow"}]"#;
    let policies = list(&|i| format!(r#"{{"source":"_internal_@169.254.{}.{}/16"}}"#, i / 256, i % 256));
    let policies = format!(r#""access-policy":[{policies}]"#);
    let (routers, services, code) = match shape {
        "faulty routers" => {
            let faulty = |i| format!(r#"{{"name":"ré{i:05}","node":[{{"name":"n"}}],{block},"metrics":1}}}}"#);
            (list(&faulty), String::new(), 1)
        }
        "routers without names" => {
            (format!("{},{}", router(""), list(&|_| r#"{"node":[]}"#.to_owned())), String::new(), 1)
        }
        "faulty keys" => {
            let keys = list(&|i| format!(r#""key{i:05}":1"#));
            (router("").replace(r#""metric":5"#, &keys), String::new(), 1)
        }
        "policies" => (router(""), [service("p", &policies), service("c.p", &policies)].join(","), 0),
        "children" => {
            let child = |i| service(&format!("c{i}.p"), internal);
            (router(""), format!("{},{}", service("p", &policies), list(&child)), 0)
        }
        "host mappings" => {
            let mapping = |i| format!(r#"{{"hostname":"h{i}.example.com","ip-address":["192.0.2.1"]}}"#);
            let named = |i| service(&format!("s{i}"), internal).replace("192.0.2.0/24", &format!("h{i}.example.com"));
            (router(&format!(r#","static-hostname-mapping":[{}]"#, list(&mapping))), list(&named), 0)
        }
        _ => unreachable!("a shape of this test"),
    };
    (format!(r#"{{"authority":{{"router":[{routers}],"service":[{services}]}}}}"#), code)
}

/// Twice the text costs at most twice as much, without the fixed cost of a run.
#[test]
#[ignore = "needs valgrind and the packages: tests/run.sh"]
fn the_cost_of_validating_one_line_grows_at_most_in_proportion_to_its_findings() {
    let formats =
        ["text", "concise", "json", "sarif", "github", "gitlab", "junit"].map(|format| ("faulty routers", format));
    let others = ["routers without names", "faulty keys", "policies", "children", "host mappings"];
    for (shape, format) in formats.into_iter().chain(others.map(|shape| (shape, "concise"))) {
        let workspace = Workspace::on_disk();
        let [nothing, one, two] = [1, 500, 1000].map(|size| {
            let (text, code) = on_one_line(shape, size);
            workspace.write("a.json", &text);
            instructions_until(&workspace, &["validate", "--no-settings", "--format", format, "a.json"], code) as f64
        });
        let ratio = (two - nothing) / (one - nothing);
        assert!(ratio < 2.3, "{shape}, {format}: twice the text costs {ratio:.2} times the instructions");
    }
}
