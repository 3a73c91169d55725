//! States are reported when they begin and when they end, whoever caused them, and once.

use std::process::Stdio;

use serde_json::{Value, json};

use super::world::{PROGRAM, World, in_namespace, route};
use crate::common::router::{FOLDER, document, part};
use crate::strace::{Threads, count, logging, strace};

const RECORD: &str = "var/lib/loopback-static-routes/state.json";

/// Returns the lines of a run of the watch. A second run must be silent.
#[track_caller]
fn watched(world: &World, code: i32) -> Vec<String> {
    let run = world.run(&["--quiet"]).expect(code);
    let again = world.run(&["--quiet"]).expect(code);
    assert_eq!(again.stderr, "", "the second run; the first: {run:#?}");
    run.stderr.lines().map(str::to_owned).collect()
}

fn with_default(world: &World) {
    world.add_interface();
    world.add_other_interface();
    world.document(&[("0.0.0.0/0", 0), ("192.0.2.0/24", 5)]);
    world.converge();
    assert_eq!(world.read(RECORD), None);
}

in_namespace!(a_route_that_another_program_takes_over_is_reported, |world| {
    with_default(world);
    world.ip("route replace default via 198.51.100.1 dev eth9 proto dhcp");
    let conflict = "warning: Conflict: 0.0.0.0/0 is held by eth9 (protocol dhcp) and was not added; \
                    give one of the two another metric";
    assert_eq!(watched(world, 1), [conflict]);
    // Another holder is another state, as is the end.
    world.ip("route replace default via 198.51.100.1 dev eth9 proto static");
    assert_eq!(watched(world, 1), [conflict.replace("dhcp", "static")]);
    world.ip("route del default dev eth9");
    let lines = watched(world, 0);
    assert!(
        lines.contains(&"Conflict resolved: 0.0.0.0/0 is not held by eth9 (protocol static) any more".to_owned()),
        "{lines:#?}"
    );
    assert!(!lines.iter().any(|line| line.starts_with("Successfully")), "{lines:#?}");
    assert_eq!(world.read(RECORD), None);
});

in_namespace!(a_second_default_route_is_noticed_by_the_watch, |world| {
    with_default(world);
    // An address between both, which the kernel lists first.
    world.ip("route add 0.0.0.0/8 via 198.51.100.1 dev eth9");
    world.ip("route append default via 198.51.100.1 dev eth9 proto dhcp");
    let shared = "warning: Conflict: 0.0.0.0/0 is held by eth9 (protocol dhcp) too; give one of the two another metric";
    assert_eq!(watched(world, 1), [shared]);
    world.run(&["status"]).expect(1);
    world.ip("route del default dev eth9");
    assert_eq!(watched(world, 0), ["Conflict resolved: 0.0.0.0/0 is not held by eth9 (protocol dhcp) any more"]);
    // One of another metric is fine.
    world.ip("route append default via 198.51.100.1 dev eth9 proto dhcp metric 100");
    assert_eq!(watched(world, 0), [""; 0]);
});

in_namespace!(the_verdict_does_not_depend_on_who_came_first, |world| {
    world.add_interface();
    world.ip("link add eth9 type veth peer name eth9p");
    world.ip("link set eth9p up");
    world.ip("link set eth9 up");
    world.document(&[("10.20.30.0/24", 0)]);
    let verdict = || {
        let status = world.run(&["status", "--json"]).expect(1);
        let status: Value = serde_json::from_str(&status.stdout).expect("JSON");
        let (verdict, row) = (&status["verdict"], &status["routes"][0]);
        let check = world.run(&["check"]).expect(1);
        (verdict.clone(), row["drift"].clone(), row["holder"].clone(), check.stdout)
    };
    let expected = (
        json!("drift"),
        json!(["held"]),
        json!({"interface": "eth9", "protocol": "kernel"}),
        "conflict: 10.20.30.0/24 is held by eth9 (protocol kernel)\n".to_owned(),
    );
    world.converge();
    world.ip("addr add 10.20.30.40/24 dev eth9");
    assert_eq!(verdict(), expected);
    // A full run reports it, and the watch reports its end.
    world.apply().expect(1);
    assert_eq!(world.run(&["--quiet"]).expect(1).stderr, "");
    world.ip("addr flush dev eth9");
    assert_eq!(watched(world, 0), ["Conflict resolved: 10.20.30.0/24 is not held by eth9 (protocol kernel) any more"]);

    world.ip("route flush dev kni254 proto 128");
    world.ip("addr add 10.20.30.40/24 dev eth9");
    world.apply().expect(1);
    assert_eq!(verdict(), expected);
});

in_namespace!(states_of_kni254_begin_and_end, |world| {
    world.document(&[("192.0.2.0/24", 5)]);
    let lines = watched(world, 0);
    assert_eq!(
        lines.last().map(String::as_str),
        Some("warning: kni254 is missing: 1 route will be added when it is ready")
    );
    world.add_interface();
    let added = "Kernel routes through kni254: 1 added, 0 deleted";
    assert_eq!(watched(world, 0), [added, "kni254 is ready again"]);
    world.ip("link set kni254 down");
    assert_eq!(watched(world, 0), ["warning: kni254 is down: 1 route will be added when it is ready"]);
    world.ip("link set kni254p down");
    world.ip("link set kni254 up");
    assert_eq!(watched(world, 0), [added, "warning: kni254 has no carrier: 1 route carries no traffic"]);
    let status = world.run(&["status"]).expect(1);
    assert!(status.stdout.starts_with("drift: kni254 has no carrier\n"), "{status:#?}");
    assert!(status.stdout.contains("ours    not used: kni254 has no carrier\n"), "{status:#?}");
    assert_eq!(world.run(&["check"]).expect(0).stdout, "kni254 has no carrier\n");
    world.ip("link set kni254p up");
    assert_eq!(watched(world, 0), ["kni254 has its carrier again"]);
    world.assert_converged();
});

in_namespace!(a_rule_that_hides_the_default_route_is_reported, |world| {
    with_default(world);
    // More specific routes, and a rule for some of the traffic, hide nothing.
    world.ip("route add 1.0.0.0/8 via 198.51.100.1 dev eth9");
    world.ip("route add unreachable 2.0.0.0/8");
    world.ip("route add 3.0.0.0/8 via 198.51.100.1 dev eth9 table 100");
    world.ip("rule add from 192.0.2.1 lookup 100");
    world.ip("rule add lookup 100");
    assert_eq!(watched(world, 0), [""; 0]);
    world.ip("route add default via 198.51.100.1 dev eth9 table 100");
    assert_eq!(
        watched(world, 0),
        [
            "warning: The default route through kni254 is not used: a rule selects table 100 (eth9); see \"ip rule show\""
        ]
    );
    let status = world.run(&["status"]).expect(1);
    assert!(status.stdout.contains("ours    not used: a rule selects table 100\n"), "{status:#?}");
    world.ip("rule del lookup 100");
    world.ip("rule del from 192.0.2.1");
    assert_eq!(watched(world, 0), ["The default route through kni254 is used again"]);
    world.ip("rule add prohibit");
    assert_eq!(
        watched(world, 0),
        ["warning: The default route through kni254 is not used: a rule refuses the traffic; see \"ip rule show\""]
    );
});

in_namespace!(the_watch_looks_after_the_routes_to_peers, |world| {
    world.add_interface();
    world.add_other_interface();
    world.write(
        "var/lib/128technology/plugins/loopback-static-routes/peers.json",
        r#"{"format-version": 1, "peers": [{"role": "conductor", "host": "203.0.113.10", "port": 930}]}"#,
    );
    world.document(&[("203.0.113.0/24", 5), ("10.1.0.0/16", 5)]);
    world.apply().expect(0);
    assert_eq!(watched(world, 0), [""; 0]);
    // Another program's route in the place of ours, which the kernel prefers.
    world.ip("route del 203.0.113.0/24 dev kni254");
    world.ip("route add 203.0.113.0/24 via 198.51.100.1 dev eth9 metric 5");
    world.ip("route append 203.0.113.0/24 via 169.254.127.126 dev kni254 metric 5 proto 128");
    let held = "203.0.113.0/24 metric 5 is held by eth9 (protocol boot)";
    assert_eq!(watched(world, 1), [format!("warning: Conflict: {held} too; give one of the two another metric")]);
    world.ip("route del 203.0.113.0/24 dev eth9");
    let ended = watched(world, 0);
    assert_eq!(ended, [format!("Conflict resolved: {} any more", held.replace("is held", "is not held"))]);
    // A rule for the peer.
    world.ip("route add default via 198.51.100.1 dev eth9 table 100");
    world.ip("rule add to 203.0.113.10 lookup 100");
    let shadowed = "warning: The route 203.0.113.0/24 metric 5 through kni254 is not used: a rule selects table 100 \
                    (eth9); see \"ip rule show\"";
    assert_eq!(watched(world, 0), [shadowed]);
    let status = world.run(&["status"]).expect(1);
    assert!(status.stdout.contains("203.0.113.0/24 metric 5 is not used, because"), "{status:#?}");
    world.ip("rule del to 203.0.113.10");
    assert_eq!(watched(world, 0), ["The route 203.0.113.0/24 metric 5 through kni254 is used again"]);
    // A route to fewer addresses is preferred by right.
    world.ip("route add 203.0.113.10/32 via 198.51.100.1 dev eth9");
    assert_eq!(watched(world, 0), [""; 0]);
});

in_namespace!(an_error_is_reported_once, |world| {
    with_default(world);
    world.put_document("{");
    let lines = watched(world, 1);
    assert!(lines.len() == 1 && lines[0].starts_with("error: invalid document "), "{lines:#?}");
    // A run by hand reports it in any case, and a further state of the box is unknown meanwhile.
    assert_eq!(world.apply().expect(1).stderr.lines().collect::<Vec<_>>(), lines);
    world.put_document("[]");
    let other = watched(world, 1);
    assert!(other.len() == 1 && other != lines, "{other:#?}");
    world.document(&[("0.0.0.0/0", 0), ("192.0.2.0/24", 5)]);
    let lines = watched(world, 0);
    assert_eq!(lines, [format!("Runs succeed again after the {}", other[0])]);

    // So is a failure of the system.
    std::fs::remove_file(world.path("var/lib/128technology/plugins/loopback-static-routes/config.json"))
        .expect("there");
    let lines = watched(world, 3);
    assert!(lines.len() == 1 && lines[0].contains("No such file"), "{lines:#?}");
});

in_namespace!(a_record_that_is_damaged_or_newer_costs_one_message, |world| {
    with_default(world);
    world.ip("route replace default via 198.51.100.1 dev eth9 proto dhcp");
    watched(world, 1);
    let record = world.read(RECORD).expect("written");
    let mode = |path: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(world.path(path)).expect("there").permissions().mode() & 0o7777
    };
    assert_eq!((mode(RECORD), mode("var/lib/loopback-static-routes")), (0o600, 0o700));
    for text in ["", "{", &record.replace("\"format-version\":1", "\"format-version\":2"), "{\"format-version\":1}"] {
        world.write(RECORD, text);
        assert_eq!(watched(world, 1).len(), 1, "{text}");
        assert_eq!(world.read(RECORD).as_deref(), Some(&*record));
    }
    world.run(&["remove"]).expect(0);
    assert_eq!(world.read(RECORD), None);
});

in_namespace!(states_that_cannot_be_seen_do_not_end, |world| {
    with_default(world);
    world.ip("route replace default via 198.51.100.1 dev eth9 proto dhcp");
    assert_eq!(watched(world, 1).len(), 1);
    world.ip("link set kni254 down");
    assert_eq!(watched(world, 0).len(), 1, "kni254 is down");
    world.ip("link set kni254 up");
    let lines = watched(world, 1);
    assert!(!lines.iter().any(|line| line.contains("Conflict")), "{lines:#?}");
});

in_namespace!(the_watch_does_not_read_a_full_table, |world| {
    with_default(world);
    let lines: String =
        (0..20_000).map(|n| format!("route add 10.{}.{}.0/24 via 198.51.100.1 dev eth9\n", n / 256, n % 256)).collect();
    world.write("batch", lines);
    world.ip(&format!("-batch {}", world.path("batch").display()));
    let datagrams = |arguments: &[&str]| {
        let options = logging("recvfrom");
        let options = options.each_ref().map(String::as_str);
        let mut command = strace(&world.path("trace"), Threads::Main, &options);
        let status =
            command.arg(PROGRAM).args(arguments).arg("--root").arg(world.root()).stdout(Stdio::null()).status();
        assert_eq!(status.expect("strace runs").code(), Some(0), "{arguments:?}");
        count(&world.read("trace").expect("traced"), "recvfrom", Threads::Main)
    };
    let (watch, status) = (datagrams(&["--quiet"]), datagrams(&["status"]));
    assert!(watch < 20 && status > 40, "{watch} and {status} datagrams");
});

in_namespace!(many_conflicts_give_ten_lines, |world| {
    world.add_interface();
    world.add_other_interface();
    let prefixes: Vec<String> = (0..25).map(|n| format!("10.0.{n}.0/24")).collect();
    for prefix in &prefixes {
        world.ip(&format!("route add {prefix} via 198.51.100.1 dev eth9 metric 5"));
    }
    world.document(&prefixes.iter().map(|prefix| (prefix.as_str(), 5)).collect::<Vec<_>>());
    world.apply().expect(1);
    assert_eq!(world.run(&["--quiet"]).expect(1).stderr, "");
    world.ip("route flush dev eth9 scope global metric 5");
    let lines = watched(world, 0);
    assert_eq!(lines.iter().filter(|line| line.starts_with("Conflict resolved")).count(), 10, "{lines:#?}");
    assert_eq!(
        lines.last().map(String::as_str),
        Some("warning: … and 15 more like that; the command \"status\" lists all")
    );
});

/// Makes everything below the root read-only while `body` runs.
fn read_only(world: &World, body: impl FnOnce()) {
    let root = world.root().display().to_string();
    let mount = |options: &[&str]| {
        let status = std::process::Command::new("mount").args(options).arg(&root).status();
        assert!(status.expect("mount is there").success(), "{options:?}");
    };
    mount(&["--bind", &root]);
    mount(&["-o", "remount,bind,ro"]);
    body();
    assert!(std::process::Command::new("umount").arg(&root).status().expect("umount is there").success());
}

in_namespace!(a_read_only_file_system_does_not_stop_the_repair_of_the_kernel, |world| {
    let flap = || {
        world.ip("link set kni254 down");
        world.ip("link set kni254 up");
        assert_eq!(world.routes(), [""; 0]);
    };
    world.add_interface();
    world.document(&[("0.0.0.0/0", 3), ("192.0.2.0/24", 5)]);
    world.converge();
    let installed = world.routes();
    read_only(world, || {
        flap();
        let run = world.run(&["--quiet"]).expect(0);
        assert!(run.stderr.contains("2 added, 0 deleted"), "{run:#?}");
        assert_eq!(world.routes(), installed);
        world.assert_converged();
    });
    // The file needs to be written, and cannot be. The remains of a killed run cannot be removed.
    world.put_file(&part(&["192.0.2.0/24 metric 5", "10.1.0.0/16"]));
    world.write(&format!("{FOLDER}/.route-kni254.new"), "x");
    read_only(world, || {
        flap();
        let run = world.run(&["--quiet"]).expect(3);
        assert!(run.stderr.contains("2 added, 0 deleted"), "{run:#?}");
        assert!(run.stderr.contains("the route file is unchanged, and the kernel's routes were corrected"), "{run:#?}");
        assert_eq!(world.routes(), installed);
        world.run(&["check"]).expect(1);
    });
    // A takeover is impossible: the routes of the file stay, because there is no backup.
    world.put_file("10.2.0.0/16 via 169.254.127.126 dev kni254\n");
    world.ip("route add 10.2.0.0/16 via 169.254.127.126 dev kni254");
    world.ip("route del default dev kni254");
    read_only(world, || {
        world.apply().expect(3);
        assert_eq!(world.routes(), [&[route("10.2.0.0/16", 3, 0)][..], &installed].concat());
    });
    world.converge();
    assert_eq!(world.routes(), installed);
});

in_namespace!(commands_of_check_work_when_typed, |world| {
    world.add_interface();
    world.ip("link set kni254p address 02:00:00:00:00:01");
    world.ip("nexthop add id 9 via 169.254.127.126 dev kni254");
    let forms = [
        "10.1.0.0/16 dev kni254 proto 128 metric 4",
        "10.2.0.0/16 via 169.254.127.126 dev kni254 proto 128 onlink mtu 1300",
        "10.3.0.0/16 via 169.254.127.126 dev kni254 proto 128 tos 0x08",
        "10.4.0.0/16 via 192.0.2.77 dev kni254 onlink proto 128",
        "10.5.0.0/16 nhid 9 proto 128 metric 4",
        "10.6.0.0/16 via inet6 fe80::1 dev kni254 proto 128",
        "10.7.0.0/16 via 169.254.127.126 dev kni254 proto 128 src 169.254.127.127",
        "10.8.0.0/16 via 169.254.127.126 dev kni254 proto 128",
        "10.9.0.0/16 dev kni254 scope link proto 128",
        "10.10.0.0/16 via 169.254.127.126 dev kni254 proto 128 tos 0x10 metric 4294967295",
    ];
    // Unwanted, and wanted with the same destination and metric.
    for wanted in
        [&[][..], &[("10.1.0.0/16", 4), ("10.2.0.0/16", 0), ("10.3.0.0/16", 0), ("10.5.0.0/16", 4), ("10.6.0.0/16", 7)]]
    {
        world.document(wanted);
        world.apply().expect(0);
        for form in forms {
            world.ip(&format!("route replace {form}"));
        }
        let check = world.run(&["check"]).expect(1);
        let commands: Vec<&str> = check.stdout.lines().filter_map(|line| line.strip_prefix("ip ")).collect();
        assert!(commands.len() >= forms.len(), "{check:#?}");
        commands.iter().for_each(|command| drop(world.ip(command)));
        assert_eq!(world.run(&["check"]).expect(0).stdout, "nothing to do\n");
    }
});

in_namespace!(a_node_that_never_had_a_document_has_no_drift, |world| {
    world.add_interface();
    let status = world.run(&["status"]).expect(0);
    assert!(status.stdout.starts_with("no-document: this node never had a configuration\n"), "{status:#?}");
    let next = "next      Salt has not delivered a configuration: run salt-call state.apply\n\
                \u{20}         loopback_static_routes saltenv=plugins\n";
    assert!(status.stdout.ends_with(next) && status.stderr.is_empty(), "{status:#?}");
    let json: Value = serde_json::from_str(&world.run(&["status", "--json"]).expect(0).stdout).expect("JSON");
    assert_eq!(json["verdict"], json!("no-document"));
    // The other commands need a document.
    world.run(&["check"]).expect(3);
    world.apply().expect(3);
    world.run(&["status"]).expect(0);
    // A document that was there and is lost is an error.
    world.document(&[("192.0.2.0/24", 5)]);
    world.apply().expect(0);
    std::fs::remove_file(world.path("var/lib/128technology/plugins/loopback-static-routes/config.json"))
        .expect("there");
    world.run(&["status"]).expect(3);
    world.run(&["remove"]).expect(0);
    world.run(&["status"]).expect(0);
    // So it is if only the record of documents says that there was one, as after an upgrade that
    // did not carry it over.
    let known = r#"{"format-version": 1, "documents": [{"digest": "off", "revision": null, "returns": 0}]}"#;
    std::fs::write(world.path("var/lib/loopback-static-routes/documents.json"), known).expect("written");
    let status = world.run(&["status"]).expect(3);
    let next = "next      this node had a document, which is missing: run salt-call state.apply\n\
                \u{20}         loopback_static_routes saltenv=plugins\n";
    assert!(status.stdout.starts_with("failed: ") && status.stdout.ends_with(next), "{status:#?}");
});

in_namespace!(status_is_short_and_says_what_to_do, |world| {
    world.add_interface();
    world.add_other_interface();
    world.document(&[("0.0.0.0/0", 0), ("192.0.2.0/24", 5), ("203.0.113.0/24", 5)]);
    world.converge();
    let digest = "a2cd0c4e0b7a8a9a3b2cc36a3d37d5a9d5ef5bd8fdd1ff1d6b0a6b7b7f2f0f6e";
    let facts = |file: &str, kernel: &str| {
        format!(
            "root      {}\n\
             node      branch node1, the plugin is on\n\
             document  /var/lib/128technology/plugins/loopback-static-routes/config.json\n\
             digest    {digest}\n\
             age       0 s, from Salt's pillar\n\
             file      /etc/sysconfig/network-scripts/route-kni254: {file}\n\
             kernel    kni254 is up{kernel}\n\
             guard     unguarded: no peer ever answered, so no change is tried first\n\
             units     unknown, with --root\n",
            world.root().display()
        )
    };
    let shown = |arguments: &[&str], code: i32| {
        let text = world.run(arguments).expect(code).stdout;
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        // The digest of the test's routes, and the age of a slow run.
        let lines = text.lines().map(|line| match line.split_whitespace().next() {
            Some("digest") => {
                assert_eq!(line.len(), 74);
                format!("digest    {digest}\n")
            }
            Some("age") => "age       0 s, from Salt's pillar\n".to_owned(),
            _ => format!("{line}\n"),
        });
        lines.collect::<String>()
    };
    let agree = format!("in-agreement: document, file and kernel agree\n\n{}", facts("up to date", ""));
    assert_eq!(shown(&["status"], 0), agree);
    let rows = "\nDESTINATION     METRIC  DESIRED  FILE  KERNEL  DRIFT\n\
                0.0.0.0/0       0       yes      yes   ours\n\
                192.0.2.0/24    5       yes      yes   ours\n\
                203.0.113.0/24  5       yes      yes   ours\n";
    assert_eq!(shown(&["status", "--all"], 0), format!("{agree}{rows}"));
    assert_eq!(shown(&["status", "--summary"], 0), agree);

    world.ip("route del default dev kni254");
    world.ip("route add default via 198.51.100.1 dev eth9");
    world.ip("route del 192.0.2.0/24 dev kni254");
    world.ip("route add 10.1.0.0/16 via 169.254.127.126 dev kni254 proto 128 metric 9");
    world.ip("route add 10.2.0.0/16 via 169.254.127.126 dev kni254");
    world.put_file(&format!("{}x\n", part(&["0.0.0.0/0", "192.0.2.0/24 metric 5", "10.9.0.0/16"])));
    let expected = format!(
        "drift: 5 routes differ from the configuration\n\n{}\
         drift     unknown line below the marker: \"x\"\n\
         \n\
         DESTINATION     METRIC  DESIRED  FILE  KERNEL  DRIFT\n\
         0.0.0.0/0       0       yes      yes   -       held by eth9 (protocol boot)\n\
         10.1.0.0/16     9       -        -     ours    in the kernel, not wanted\n\
         10.9.0.0/16     0       -        yes   -       in the file, not wanted\n\
         192.0.2.0/24    5       yes      yes   -       not in the kernel\n\
         203.0.113.0/24  5       yes      -     ours    not in the file\n\
         \n\
         next      0.0.0.0/0 is held by eth9 (protocol boot): give one of the two routes\n\
         \u{20}         another metric; see ip route show 0.0.0.0/0\n\
         \u{20}         to keep an unknown line, move it above the marker\n\
         \u{20}         to correct file and kernel, run handle_loopback_static_route_config\n",
        facts("to be written", "; 1 route of another program, which is left alone")
    );
    assert_eq!(shown(&["status"], 1), expected);

    let machine: Value = serde_json::from_str(&world.run(&["status", "--json"]).expect(1).stdout).expect("JSON");
    assert_eq!((&machine["verdict"], &machine["in-agreement"]), (&json!("drift"), &json!(false)));
    assert_eq!(
        machine["routes"][0],
        json!({
            "prefix": "0.0.0.0/0", "metric": 0, "desired": true, "file": true, "kernel": null, "drift": ["held"],
            "holder": {"interface": "eth9", "protocol": "boot"},
        })
    );
    let path = world.path(FOLDER).join("route-kni254").display().to_string();
    assert_eq!(machine["file"], json!({"path": path, "step": "write", "foreign-lines": ["x"], "uncovered": []}));
    assert_eq!(machine["other-routes"], json!(1));
});

in_namespace!(a_summary_is_short_and_has_the_first_differences, |world| {
    world.add_interface();
    world.add_other_interface();
    let prefixes: Vec<String> = (0..40).map(|n| format!("10.0.{n}.0/24")).collect();
    for prefix in &prefixes {
        world.ip(&format!("route add {prefix} via 198.51.100.1 dev eth9 metric 4294967295"));
    }
    let routes: Vec<(&str, u32)> = prefixes.iter().map(|prefix| (prefix.as_str(), u32::MAX)).collect();
    let hostile = "\\u0001".repeat(300);
    for name in ["branch", &"long".repeat(300), &hostile] {
        world.put_document(&document(true, &routes).replace("branch", name).replace("node1", name));
        world.apply().expect(1);
        let json = world.run(&["status", "--json", "--summary"]).expect(1).stdout;
        assert!(json.len() <= 1_500 && json.lines().count() == 1, "{} bytes: {json}", json.len());
        let summary: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!((&summary["verdict"], &summary["drift"]), (&json!("drift"), &json!({"held": 40})));
        let first = summary["first"].as_array().expect("a list");
        assert!((3..=10).contains(&first.len()), "{json}");
        assert_eq!(first[0], json!({"prefix": "10.0.0.0/24", "metric": u32::MAX, "drift": "held"}));
        let text = world.run(&["status", "--summary"]).expect(1).stdout;
        assert!(text.len() <= 1_000, "{} bytes: {text}", text.len());
        let text = world.run(&["status"]).expect(1).stdout;
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains("… and 20 more; status --all lists all"), "{text}");
    }
});

in_namespace!(metrics_are_valid_and_complete, |world| {
    world.add_interface();
    let metrics = |code: i32| world.run(&["status", "--format", "openmetrics"]).expect(code).stdout;
    let has = |metrics: &str, line: &str| {
        assert!(metrics.lines().any(|other| other == line), "{line} is not in\n{metrics}");
    };
    has(&metrics(0), "loopback_static_routes_verdict{verdict=\"no-document\"} 1");
    world.put_document(&document(true, &[("192.0.2.0/24", 5)]).replace("branch", "a\\\"b\\\\c\\nd"));
    world.converge();
    let agree = metrics(0);
    has(&agree, "loopback_static_routes_in_agreement 1");
    has(&agree, "loopback_static_routes_routes{place=\"kernel\"} 1");
    assert!(agree.contains("router=\"a\\\"b\\\\c\\nd\",node=\"node1\"} 1\n"), "{agree}");
    assert!(agree.ends_with("\n# EOF\n"), "{agree}");
    // Each family is declared once, as a gauge, before its samples.
    let mut declared = Vec::new();
    for line in agree.lines() {
        match line.strip_prefix("# TYPE ") {
            Some(family) => declared.push(family.strip_suffix(" gauge").expect("a gauge")),
            None if line.starts_with('#') => {}
            None => assert_eq!(line.split(['{', ' ']).next(), declared.last().copied(), "{line}"),
        }
    }
    let mut unique = declared.clone();
    unique.dedup();
    assert_eq!(unique, declared);
    world.ip("link set kni254 down");
    has(&metrics(1), "loopback_static_routes_interface{state=\"down\"} 1");
    has(&metrics(1), "loopback_static_routes_drift{drift=\"waiting\"} 1");
    world.put_document("{");
    has(&metrics(1), "loopback_static_routes_verdict{verdict=\"refused\"} 1");
});
