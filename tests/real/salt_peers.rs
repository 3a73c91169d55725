//! The peers that the Salt state writes for the router's program.

use std::path::Path;

use loopback_static_routes::contract::peers::{self, PeersDocument};
use serde_json::{Value, json};

use crate::parts::root;
use crate::salt_calls::SaltCalls;

/// Returns the state of the peers, as Salt renders it with this minion configuration and pillar.
fn state(salt: &mut SaltCalls, folder: &Path, minion: &str, options: &[&str], pillar: &Value) -> Value {
    let root_dir = folder.display();
    std::fs::write(folder.join("minion"), format!("{minion}\nroot_dir: {root_dir}/root\n")).expect("written");
    let mut pillar = pillar.clone();
    pillar["loopback-static-routes"] = json!({"enabled": true});
    let paths = [
        format!("--config-dir={root_dir}"),
        format!("--file-root={}", root().join("salt").display()),
        format!("--pillar-root={root_dir}/none"),
        format!("pillar={pillar}"),
    ];
    let [config, files, none, pillar] = paths.each_ref().map(String::as_str);
    let before = [config, "--local", "--out=json", "--log-level=quiet", files, none];
    let state = ["state.show_sls", "loopback_static_routes", pillar];
    let arguments: Vec<&str> = before.iter().chain(options).chain(&state).copied().collect();
    let (_, text) = salt.call(&arguments);
    let states: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let state = states["local"]["loopback-static-routes-peers"].clone();
    assert!(state.is_object(), "{states:#}");
    state
}

/// Returns the value of an argument of a state.
fn argument<'s>(arguments: &'s Value, name: &str) -> &'s Value {
    let arguments = arguments.as_array().unwrap_or_else(|| panic!("{arguments}"));
    arguments.iter().find_map(|argument| argument.get(name)).unwrap_or_else(|| panic!("{name}: {arguments:#?}"))
}

/// Returns the document that a state writes, or the problems that it reports.
fn document(state: &Value) -> Result<PeersDocument, String> {
    match state.get("test") {
        Some(arguments) => Err(argument(arguments, "name").as_str().expect("text").to_owned()),
        None => {
            let dataset = argument(&state["file"], "dataset").to_string();
            Ok(peers::parse(dataset.as_bytes()).unwrap_or_else(|error| panic!("{error}: {dataset}")))
        }
    }
}

/// Returns each peer as `role host:port`.
fn peers_of(document: &PeersDocument) -> Vec<String> {
    document.peers.iter().map(|peer| format!("{} {}:{}", peer.role.as_str(), peer.host, peer.port)).collect()
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn the_peers_are_the_conductors_the_masters_and_the_hosts_of_the_site() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut salt = SaltCalls::start();
    let site = |site: Value| json!({"loopback-static-routes-site": site});
    for (minion, pillar, expected) in [
        ("master: 192.0.2.10", json!({}), &["master 192.0.2.10:4506"][..]),
        ("master: Salt.example.com.\nmaster_port: 4600", json!({}), &["master salt.example.com:4600"]),
        (
            "master: ['192.0.2.11:4510', 192.0.2.10, '[192.0.2.9]', '[2001:db8::1]:4506', '2001:db8::1', 'no host']",
            json!({}),
            &["master 192.0.2.10:4506", "master 192.0.2.11:4510", "master 192.0.2.9:4506"],
        ),
        ("master: [b, a, a, 'a:4506']", json!({}), &["master a:4506", "master b:4506"]),
        (
            "master: m",
            json!({
                "loopback-static-routes-peers": {"format-version": 1, "peers": [
                    {"role": "conductor", "host": "192.0.2.10", "port": 930},
                    {"role": "conductor", "host": "east.example.com", "port": 930},
                ]},
                "loopback-static-routes-site": {
                    "peers": [
                        {"host": "Log.example.com", "port": "514"},
                        {"host": "198.51.100.1", "port": 22},
                        {"port": 8, "host": "198.51.100.1"},
                        {"host": "198.51.100.1", "port": 22},
                    ],
                    "strict": true,
                },
            }),
            &[
                "conductor 192.0.2.10:930",
                "conductor east.example.com:930",
                "master m:4506",
                "site 198.51.100.1:8",
                "site 198.51.100.1:22",
                "site log.example.com:514",
            ],
        ),
        ("master: m", site(Value::Null), &["master m:4506"]),
        ("master: m", site(json!({"peers": null, "strict": false})), &["master m:4506"]),
    ] {
        let document = document(&state(&mut salt, folder.path(), minion, &[], &pillar));
        let document = document.unwrap_or_else(|problems| panic!("{minion} {pillar}: {problems}"));
        assert_eq!(peers_of(&document), expected, "{minion} {pillar}");
        assert_eq!(document.deadline_seconds, None);
    }
    let state = state(&mut salt, folder.path(), "master: m", &[], &site(json!({"deadline-seconds": 300})));
    assert_eq!(document(&state).expect("valid").deadline_seconds, Some(300));
    for (name, expected) in [
        ("name", "/var/lib/128technology/plugins/loopback-static-routes/peers.json"),
        ("mode", "0644"),
        ("user", "root"),
    ] {
        assert_eq!(argument(&state["file"], name), expected);
    }
}

/// Each connection of such a minion knows only its own master.
#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn all_masters_of_a_minion_with_several_are_peers() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut salt = SaltCalls::start();
    let minion = "multimaster: True\nmaster: [192.0.2.10, 192.0.2.11]";
    let mut rendered = |master: &str| {
        let state = state(&mut salt, folder.path(), minion, &[&format!("--master={master}")], &json!({}));
        peers_of(&document(&state).expect("valid"))
    };
    let expected = ["master 192.0.2.10:4506", "master 192.0.2.11:4506"];
    for master in ["192.0.2.10", "192.0.2.11"] {
        assert_eq!(rendered(master), expected);
    }
    std::fs::create_dir(folder.path().join("minion.d")).expect("made");
    std::fs::write(folder.path().join("minion.d/master.conf"), "master: 192.0.2.12\n").expect("written");
    std::fs::write(folder.path().join("minion.d/empty.conf"), "").expect("written");
    assert_eq!(rendered("192.0.2.10"), [&expected[..], &["master 192.0.2.12:4506"]].concat());
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn an_invalid_list_of_the_site_is_reported() {
    const KEY: &str = "loopback-static-routes-site";
    let folder = tempfile::tempdir().expect("a folder");
    let mut salt = SaltCalls::start();
    let shape = |index: usize| format!("{KEY}: peer {index} must have a host and a port, and nothing else");
    let values = |host: &str, port: &str| {
        format!("invalid site {host} port {port}; expected an IPv4 address or a host name, and a port of 1 to 65535")
    };
    let range = |seconds: &str| format!("{KEY}: deadline-seconds must be 1 to 86400, not {seconds}");
    for (site, problems) in [
        (json!("192.0.2.1"), vec![format!("{KEY} must be a mapping")]),
        (
            json!({"peer": [], "peers": "192.0.2.1", "deadline-seconds": 0, "strict": "yes", "local": 1}),
            vec![
                format!("{KEY} has the unknown key \"peer\"; expected peers, deadline-seconds, strict or local"),
                format!("{KEY}: peers must be a list"),
                range("\"0\""),
                format!("{KEY}: strict must be true or false, not \"yes\""),
                format!("{KEY}: local must be true or false, not \"1\""),
            ],
        ),
        (
            json!({"peers": {"host": "192.0.2.1"}, "deadline-seconds": 86401}),
            vec![format!("{KEY}: peers must be a list"), range("\"86401\"")],
        ),
        (
            json!({
                "peers": [
                    {"host": "a"},
                    {"host": "a", "port": 1, "role": "site"},
                    "a:22",
                    {"host": "2001:db8::1", "port": 22},
                    {"host": null, "port": 22},
                    {"host": "{{ 7*7 }}\n- x: y", "port": 22},
                    {"host": "a", "port": 0},
                    {"host": "a", "port": 65536},
                    {"host": "a", "port": true},
                    {"host": "a", "port": 22},
                ],
                "deadline-seconds": "2m",
            }),
            vec![
                shape(1),
                shape(2),
                shape(3),
                values("\"2001:db8::1\"", "\"22\""),
                values("\"None\"", "\"22\""),
                values("\"{{ 7*7 }}\\n- x: y\"", "\"22\""),
                values("\"a\"", "\"0\""),
                values("\"a\"", "\"65536\""),
                values("\"a\"", "\"True\""),
                range("\"2m\""),
            ],
        ),
    ] {
        let state = state(&mut salt, folder.path(), "master: m", &[], &json!({KEY: site}));
        assert_eq!(document(&state), Err(format!("invalid pillar: {}", problems.join("; "))), "{site}");
    }
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn the_state_and_the_program_accept_the_same_hosts() {
    let label = "a".repeat(63);
    let long = format!("{label}.{label}.{label}.{}", "b".repeat(61));
    let hosts = [
        "192.0.2.1",
        "0.0.0.0",
        "255.255.255.255",
        "256.0.2.1",
        "192.0.2",
        "192.0.2.1.1",
        "192.0.2.01",
        "192.0.02.1",
        "192.0.2.1/32",
        " 192.0.2.1",
        "192.0.2.1\n",
        "a",
        "a.b",
        "a-b",
        "-a",
        "a-",
        "a.-b",
        "a-.b",
        "_a",
        "a_",
        "a..b",
        ".a",
        "1a",
        "1",
        "a.1",
        "a.1b",
        "1.a",
        "a b",
        "a\n",
        "\n",
        "",
        ":",
        "a:1",
        "[a]",
        "{{ a }}",
        "ä",
        "A",
        "a\u{130}",
        "xn--nxasmq6b",
        "a%0a",
        "a,b",
        &label,
        &format!("{label}a"),
        &long,
        &format!("{long}b"),
        "localhost",
        "0x7f.1",
    ];
    let accepts = |host: &str| {
        let document = json!({"format-version": 1, "peers": [{"role": "site", "host": host, "port": 22}]});
        peers::parse(document.to_string().as_bytes()).is_ok()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut salt = SaltCalls::start();
    let list: Vec<Value> = hosts.iter().map(|host| json!({"host": host, "port": 22})).collect();
    let pillar = json!({"loopback-static-routes-site": {"peers": list}});
    let problems = document(&state(&mut salt, folder.path(), "master: m", &[], &pillar)).expect_err("invalid hosts");
    for host in hosts {
        let is_reported = problems.contains(&format!("invalid site {} port", Value::from(host)));
        assert_eq!(is_reported, !accepts(host), "{host:?}: {problems}");
    }
}
