//! The published pillar data, compiled by a real Salt: each minion gets the routes of its node
//! alone.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use base16ct::lower::encode_string;
use loopback_static_routes::contract::names::{folder_name, invalid_asset_id};
use loopback_static_routes::contract::{PillarDocument, RouteFile, peers};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::common::Workspace;
use crate::parts::{part, root};

/// Minion ids that Salt accepts. They look like a folder, a glob, a target expression, a template,
/// YAML, one of our paths, or each other.
const MINIONS: &[&str] = &[
    "r1",
    "r1.a",
    "r1%2Ea",
    "r1.store7.example.com",
    "R1_a-b",
    "r 1",
    "a'b",
    "a\"b",
    "and",
    "[ab]",
    "a",
    "b",
    "*",
    "?",
    "a*",
    "G@os:Linux",
    "50%",
    "{{ 7*7 }}",
    "{% raw %}",
    "rü",
    "-rf",
    "init",
    "top",
    "yes",
    "1:30",
    "null",
    "a..b",
    "x.",
    "..x",
    "~",
    "x\u{2028}y",
    "\u{feff}z",
    "\u{65e5}\u{672c}",
    "a\u{fffe}",
    "a!b",
    "a&b",
    "a+b",
    "a=b",
    "a,b",
];

/// Names that a router, a node or a service may have if the syntax can express them.
const HOSTILE: &[&str] =
    &["{{ 7*7 }}", "{% raw %}", "100%", "a 'quoted' \"name\"", "two\nlines", "#!yaml", "yes", "1:30"];

/// Returns Salt's answer for these ids.
fn ask_salt(argument: &str, minions: &[&str]) -> BTreeMap<String, Value> {
    let script = root().join("tests/parts/salt/compile_pillars.py");
    let mut salt = Command::new(part("salt").join("bin/python"))
        .arg(script)
        .arg(argument)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python runs");
    let ids = serde_json::to_vec(minions).expect("JSON");
    salt.stdin.take().expect("piped").write_all(&ids).expect("Salt reads");
    let output = salt.wait_with_output().expect("Salt ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Returns an authority with a router for each minion. Each router has different routes, and some
/// names are hostile.
fn configuration() -> Value {
    let routers: Vec<Value> = MINIONS
        .iter()
        .enumerate()
        .map(|(index, minion)| {
            let odd = HOSTILE[index % HOSTILE.len()];
            json!({
                "name": format!("{odd} {index}"),
                "description": odd,
                "node": [{"name": odd, "asset-id": minion}],
                "loopback-static-routes": {
                    "learn-from-services": true,
                    "metric": index,
                    "static-route": [{"address": format!("198.51.100.{index}"), "metric": 4_294_967_295_u32}],
                },
            })
        })
        .collect();
    let service = json!({
        "name": HOSTILE.join(" "),
        "description": HOSTILE.join("\n"),
        "address": ["192.0.2.0/24", "0.0.0.0/0"],
        "access-policy": [{"source": "_internal_"}],
    });
    let conductors = ["192.0.2.10", "east.example.com", "{{ 7*7 }}"];
    json!({"authority": {"router": routers, "service": [service], "conductor-address": conductors}})
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn each_minion_gets_the_routes_of_its_node() {
    let workspace = Workspace::new();
    workspace.write("authority.json", &configuration().to_string());
    let run = workspace.run(&["generate", "authority.json", "--out", "out"]);
    assert_eq!(run.code, 0, "{}", run.stderr);

    // YAML folds some characters into a space. A minion with such an id must not get another's
    // document.
    let absent =
        ["nobody", "r1.b", "r", "[a]", "r\u{85}1", "r \u{85} 1", "x \u{2028} y", "r\u{7f}1", "r1%2Ea%2Eb", "??", "r*"];
    let minions: Vec<&str> = MINIONS.iter().chain(&absent).copied().collect();
    let pillars = ask_salt(&workspace.path("out/pillar").to_string_lossy(), &minions);
    // The connection by `salt-setup` gives each minion the same pillar. A minion without a document
    // gets an empty one.
    workspace.write("pillar/users.sls", "a: 1\n");
    let run = workspace.run(&["salt-setup", "--out", "out", "--pillar-root", "pillar"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let connected = ask_salt(&workspace.path("pillar").to_string_lossy(), &minions);
    for minion in MINIONS {
        assert_eq!(connected[*minion], pillars[*minion], "{minion:?}");
    }
    for minion in absent {
        assert_eq!(connected[minion], json!({"loopback-static-routes": {}}), "{minion:?}");
    }

    let schema: Value = serde_json::from_str(include_str!("../../schema/pillar.schema.json")).expect("JSON");
    for (index, minion) in MINIONS.iter().enumerate() {
        let pillar = &pillars[*minion];
        if let Err(error) = jsonschema::validate(&schema, pillar) {
            panic!("{minion:?}: {error}");
        }
        let document: PillarDocument =
            serde_json::from_value(pillar["loopback-static-routes"].clone()).expect("a document");
        let odd = HOSTILE[index % HOSTILE.len()];
        assert_eq!((document.router.as_str(), document.node.as_str()), (format!("{odd} {index}").as_str(), odd));
        let path = format!("out/routers/{}/{}/route-kni254", folder_name(&document.router), folder_name(odd));
        let text = workspace.read(&path);
        let file = RouteFile::parse(&text).expect("strict").expect("marked");
        assert_eq!(document.routes, file.routes, "{minion:?}");
        assert_eq!(file.routes.len(), 3, "{minion:?}");
        let peers = pillar["loopback-static-routes-peers"].to_string();
        let peers = peers::parse(peers.as_bytes()).expect("peers").peers;
        let hosts: Vec<&str> = peers.iter().map(|peer| peer.host.as_str()).collect();
        assert_eq!(hosts, ["192.0.2.10", "east.example.com"], "{minion:?}");
        assert_eq!(document.route_file_sha256, Some(encode_string(&Sha256::digest(&text))), "{minion:?}");
    }
    for minion in absent {
        assert_eq!(pillars[minion], json!({}), "{minion:?} has a document");
    }
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn a_disabled_plugin_publishes_documents_without_routes() {
    let workspace = Workspace::new();
    let router = |name: &str, block: Value| json!({"name": name, "node": [{"name": "n", "asset-id": name}], "loopback-static-routes": block});
    let off = router("off", json!({"enabled": false, "static-route": [{"address": "192.0.2.1"}]}));
    let none = json!({"name": "none", "node": [{"name": "n", "asset-id": "none"}]});
    workspace.write("authority.json", &json!({"router": [off, none]}).to_string());
    let run = workspace.run(&["generate", "authority.json", "--out", "out"]);
    assert_eq!(run.code, 0, "{}", run.stderr);

    let pillars = ask_salt(&workspace.path("out/pillar").to_string_lossy(), &["off", "none"]);
    let document = &pillars["off"]["loopback-static-routes"];
    assert_eq!((&document["enabled"], &document["routes"]), (&json!(false), &json!([])));
    assert_eq!(pillars["none"], json!({}));
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn ids_that_salt_rejects_are_rejected_here() {
    let ids = ["", ".", "..", "a/b", "/a", "a\\b", "a\0b", "a/../b", "r1.a", "[ab]", "*", "...", "..x"];
    for (id, valid) in ask_salt("--valid-ids", &ids) {
        assert_eq!(invalid_asset_id(&id).is_none(), valid == json!(true), "{id:?}");
    }
    for id in MINIONS {
        assert_eq!(invalid_asset_id(id), None, "{id:?}");
    }
}

/// The product ships a Salt with Python 3.6.
#[test]
#[ignore = "needs Python: tests/run.sh"]
fn the_file_of_salt_setup_is_python_3_6() {
    let program = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 6))";
    for (file, expected) in [("pillar/loopback_static_routes.sls", true), ("tests/real/salt.rs", false)] {
        let status = Command::new(part("salt").join("bin/python"))
            .args(["-c", program])
            .arg(root().join(file))
            .stderr(Stdio::null())
            .status()
            .expect("Python runs");
        assert_eq!(status.success(), expected, "{file}");
    }
}
