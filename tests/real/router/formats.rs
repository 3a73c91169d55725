//! Both readers of route files accept every file: the network scripts and NetworkManager.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::world::{World, in_namespace};
use crate::common::router::part;

/// The network scripts of EL7 to EL9. They pass each line to `ip -4 route add`, word by word,
/// except empty lines and comments. They go on after a line that fails; this one does not.
const NETWORK_SCRIPTS: &str = r#"
set -euo pipefail
if grep -Eq '^[[:space:]]*ADDRESS[0-9]+=' "$1"; then
    echo "would be sourced" >&2
    exit 1
fi
{ cat "$1"; echo; } | while read line; do
    if [[ ! "$line" =~ ^[[:space:]]*(\#.*)?$ ]]; then
        ip -4 route add $line
    fi
done
"#;

fn network_scripts(world: &World, file: &Path) {
    world.ip("route flush dev kni254 scope global");
    let output =
        Command::new("bash").args(["-c", NETWORK_SCRIPTS, "ifup-routes"]).arg(file).output().expect("bash is there");
    assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
}

/// NetworkManager's reader of `ip route` lines (`nms-ifcfg-rh-reader.c`), as far as our lines need
/// it. It accepts a destination, then known keys, each once, with a value of the key's type.
/// Anything else makes it drop the line, or the connection.
fn network_manager(text: &str) -> Result<(), String> {
    for line in text.split('\n').filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split(' ');
        let destination = words.next().unwrap_or_default();
        let address = |text: &str| text.parse::<std::net::Ipv4Addr>().is_ok();
        let (network, length) = destination.split_once('/').ok_or(format!("no prefix: {line:?}"))?;
        if !address(network) || !length.parse::<u8>().is_ok_and(|length| length <= 32) {
            return Err(format!("no prefix: {line:?}"));
        }
        let mut keys = BTreeSet::new();
        while let Some(key) = words.next() {
            let value = words.next().ok_or(format!("{key} without a value: {line:?}"))?;
            let good = match key {
                "via" => address(value),
                "metric" => value.parse::<u32>().is_ok(),
                "dev" => value == "kni254",
                _ => return Err(format!("{key} is not in the list: {line:?}")),
            };
            if !good || !keys.insert(key) {
                return Err(format!("{key}: {line:?}"));
            }
        }
    }
    Ok(())
}

fn assert_both_read(world: &World, file: &Path) {
    let text = std::fs::read_to_string(file).expect("text");
    network_manager(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    network_scripts(world, file);
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    assert_eq!(world.routes().len(), lines, "{}", file.display());
}

in_namespace!(both_readers_accept_the_files_of_the_generator, |world| {
    world.add_interface();
    let output = Command::new(env!("CARGO_BIN_EXE_loopback-static-routes"))
        .args(["generate", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/authority/authority.yaml"), "-q", "--out"])
        .arg(world.path("out"))
        .status()
        .expect("the generator runs");
    assert!(output.code().is_some_and(|code| code <= 1));
    let mut read = 0;
    for entry in walkdir::WalkDir::new(world.path("out/routers")) {
        let entry = entry.expect("readable");
        if entry.file_name() == "route-kni254" {
            assert_both_read(world, entry.path());
            read += 1;
        }
    }
    assert!(read > 2, "only {read} files");
});

in_namespace!(both_readers_accept_the_files_of_apply, |world| {
    world.add_interface();
    let file = world.path("etc/sysconfig/network-scripts/route-kni254");
    let routes = [("0.0.0.0/0", 0), ("192.0.2.0/24", 4_294_967_295), ("10.0.0.0/8", 1), ("203.0.113.255/32", 128)];
    for head in [None, Some("# by hand\n\n"), Some("10.1.0.0/16 via 169.254.127.126 dev kni254\n")] {
        if let Some(head) = head {
            world.put_file(head);
        }
        world.document(&routes);
        world.converge();
        assert_both_read(world, &file);
        // The scripts added the wanted routes.
        let run = world.run(&["check"]).expect(0);
        assert_eq!(run.stdout, "nothing to do\n");
        world.disabled();
        world.converge();
        std::fs::remove_file(&file).ok();
    }
});

/// Without strict readers the tests above would prove nothing.
#[test]
fn the_reader_of_networkmanager_is_strict() {
    for line in [
        "192.0.2.0/24 via 169.254.127.126 dev kni254 proto 128",
        "192.0.2.0/24 via 169.254.127.126 dev kni254 # why",
        "192.0.2.0/24 via 169.254.127.126 dev kni254\r",
        "192.0.2.0/24  via 169.254.127.126 dev kni254",
        "192.0.2.0/24 via 169.254.127.126 dev kni254 metric -1",
        "192.0.2.0/24 via 169.254.127.126 dev kni254 metric 1 metric 1",
        "192.0.2.0 via 169.254.127.126",
        "2001:db8::/32 via 169.254.127.126 dev kni254",
        "default via 169.254.127.126 dev kni254",
    ] {
        assert!(network_manager(line).is_err(), "{line:?}");
    }
    assert_eq!(network_manager(&part(&["192.0.2.0/24 metric 5"])), Ok(()));
}
