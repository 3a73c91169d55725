//! The number of instructions of the packaged program, and its growth.

use crate::common::{LARGE, Workspace};
use crate::instructions::{Counted, authority};
use crate::parts::packaged;

fn released() -> Counted {
    Counted { program: packaged("loopback-static-routes") }
}

#[test]
#[ignore = "needs valgrind and the packages of a release: tests/long.sh"]
fn each_stage_takes_as_many_instructions_as_committed() {
    released().compare(LARGE, &["json", "yaml", "pcli", "flat", "xml"], "benches/instructions.tsv");
}

/// Four times the text costs at most four times as much, without the fixed cost of a run.
#[test]
#[ignore = "needs valgrind and the packages of a release: tests/long.sh"]
fn the_cost_of_each_shape_grows_at_most_in_proportion_to_its_text() {
    for (shape, size) in
        [("static-routes", 500), ("services", 500), ("applies-to", 250), ("children", 60), ("description", 250_000)]
    {
        let workspace = Workspace::on_disk();
        let run = |size: u64| {
            let name = format!("{size}.json");
            let bytes = authority(&workspace, &name, &format!("--shape {shape} --size {size}"));
            let count = released().run(&workspace, &["generate", &name, "--out", &format!("out{size}"), "--quiet"]);
            (bytes as f64, count as f64)
        };
        let (nothing, one, four) = (run(1), run(size), run(4 * size));
        let text = (four.0 - nothing.0) / (one.0 - nothing.0);
        let cost = (four.1 - nothing.1) / (one.1 - nothing.1);
        assert!(cost <= text * 1.15, "{shape}: {text:.2} times the text costs {cost:.2} times the instructions");
    }
}

#[test]
#[ignore = "needs valgrind and the packages of a release: tests/long.sh"]
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
            released().run(&workspace, &arguments);
            [released().run(&workspace, &arguments), released().run(&workspace, &["validate", "--no-settings", &name])]
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
#[ignore = "needs valgrind and the packages of a release: tests/long.sh"]
fn the_cost_of_validating_one_line_grows_at_most_in_proportion_to_its_findings() {
    let formats =
        ["text", "concise", "json", "sarif", "github", "gitlab", "junit"].map(|format| ("faulty routers", format));
    let others = ["routers without names", "faulty keys", "policies", "children", "host mappings"];
    for (shape, format) in formats.into_iter().chain(others.map(|shape| (shape, "concise"))) {
        let workspace = Workspace::on_disk();
        let [nothing, one, two] = [1, 500, 1000].map(|size| {
            let (text, code) = on_one_line(shape, size);
            workspace.write("a.json", &text);
            released().run_until(&workspace, &["validate", "--no-settings", "--format", format, "a.json"], code) as f64
        });
        let ratio = (two - nothing) / (one - nothing);
        assert!(ratio < 2.3, "{shape}, {format}: twice the text costs {ratio:.2} times the instructions");
    }
}
