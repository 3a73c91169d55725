//! SARIF and JUnit, checked with the schemas that their readers publish.

use std::process::Command;

use loopback_static_routes::commands::validate::formats::Format;
use serde_json::{Value, json};

use crate::common::cases::{cases, codes, of_text, validated};
use crate::common::formats::Schemas;
use crate::common::hostile;
use crate::common::{Run, Workspace};
use crate::parts::{npm, part, run, validator};

fn sarif() -> Schemas {
    let schema = std::fs::read_to_string(part("schemas").join("sarif-2.1.0.schema.json")).expect("installed");
    // One of the patterns has an unescaped `]`, which is an error.
    Schemas::one(Format::Sarif, &schema.replace("{2}]?$\"", "{2}\\\\]?$\""))
}

#[test]
#[ignore = "needs OASIS's schema: tests/run.sh"]
fn sarif_is_valid_for_every_case_and_every_hostile_text() {
    let schema = sarif();
    for code in codes() {
        for case in cases(code) {
            validated(&case, &format!("a folder/ü:{code}.{}", case.syntax), |report| {
                schema.check(report, code);
            });
        }
    }
    for (what, text) in hostile::texts() {
        of_text(&hostile::configuration(&text), &hostile::file_name(&text), None, |report| schema.check(report, what));
    }
}

#[test]
#[ignore = "needs Microsoft's SARIF multitool: tests/run.sh"]
fn code_scanning_takes_sarif_of_every_code_every_hostile_text_and_standard_input() {
    let workspace = Workspace::new();
    let mut logs = Vec::new();
    for code in codes() {
        let case = cases(code).into_iter().find(|case| !case.good).expect("a case");
        logs.push(validated(&case, &format!("a folder/ü:{code}"), |report| Format::Sarif.render(report, false)));
    }
    for (_, text) in hostile::texts() {
        logs.push(of_text(&hostile::configuration(&text), &hostile::file_name(&text), None, |report| {
            Format::Sarif.render(report, false)
        }));
    }
    workspace.write("bad.yaml", "router: [{name: a, loopback-static-routes: {metric: x}}]\n");
    let input = std::fs::File::open(workspace.path("bad.yaml")).expect("readable");
    let output = workspace.command(&["validate", "--format", "sarif", "-"]).stdin(input).output().expect("it runs");
    logs.push(Run::of(output).stdout);
    // Code scanning takes up to 20 runs and 10 MB in a log. The tool spends most of its time on the
    // start of a file.
    let mut logs: Vec<Value> = logs.iter().map(|log| serde_json::from_str(log).expect("JSON")).collect();
    assert!(logs.len() > 60);
    let files = logs.chunks_mut(15).enumerate().map(|(index, logs)| {
        let runs = logs.iter_mut().map(|log| log["runs"][0].take()).collect();
        logs[0]["runs"] = Value::Array(runs);
        workspace.write(&format!("{index}.sarif"), &logs[0].to_string());
    });
    let files = files.count();

    let mut multitool = Command::new(npm("@microsoft/sarif-multitool-linux/Sarif.Multitool"));
    multitool.args(["validate", "--rule-kind", "Sarif;Ghas", "*.sarif", "--output", "result.json"]);
    let (valid, printed) = run(multitool.current_dir(workspace.path(".")));
    let result: Value =
        serde_json::from_str(&workspace.read("result.json")).unwrap_or_else(|e| panic!("{e}: {printed}"));
    // The tool exits with 0 in spite of results.
    assert!(valid && result["runs"][0]["results"] == json!([]), "{printed}");
    assert!(printed.contains(&format!("{files} files scanned")), "{printed}");
}

#[test]
#[ignore = "needs Jenkins' schema and xmlschema: tests/run.sh"]
fn junit_is_valid_for_cases_of_every_code_and_every_hostile_text() {
    let cases = codes().flat_map(|code| cases(code).into_iter().take(2));
    let of_cases = cases.map(|case| validated(&case, "f", |report| Format::Junit.render(report, false)));
    let of_hostile = hostile::texts().into_iter().map(|(_, text)| {
        of_text(&hostile::configuration(&text), &hostile::file_name(&text), None, |report| {
            Format::Junit.render(report, false)
        })
    });
    let documents: Vec<String> = of_cases.chain(of_hostile).collect();
    assert!(documents.len() > 110);

    let workspace = Workspace::new();
    let names: Vec<String> = (0..documents.len()).map(|index| format!("{index}.xml")).collect();
    names.iter().zip(&documents).for_each(|(name, document)| workspace.write(name, document));
    let script = "import sys, xmlschema\n\
                  schema = xmlschema.XMLSchema(sys.argv[1])\n\
                  for name in sys.argv[2:]: schema.validate(name)";
    let schema = part("schemas").join("junit-10.xsd");
    let mut python = validator("python3");
    let (valid, printed) = run(python.args(["-c", script]).arg(schema).args(&names).current_dir(workspace.path(".")));
    assert!(valid, "{printed}");
}
