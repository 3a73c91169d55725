//! The programs as they are packaged.

use std::process::Command;

use crate::parts::{packaged, packages};

/// Returns the versions of glibc that a package requires.
fn required_glibc(package: &std::path::Path) -> Vec<(u32, u32)> {
    let output = Command::new("rpm").args(["-qp", "--requires"]).arg(package).output().expect("rpm is there");
    let requires = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = |line: &str| {
        let (major, minor) = line.split("GLIBC_").nth(1)?.split(')').next()?.split_once('.')?;
        Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
    };
    requires.lines().filter_map(version).collect()
}

/// EL7 has glibc 2.17.
#[test]
#[ignore = "needs the packages of a release: tests/long.sh"]
fn the_packages_require_at_most_the_glibc_of_el7() {
    let entries = std::fs::read_dir(packages()).expect("built");
    let packages: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    assert_eq!(packages.len(), 3);
    for package in packages {
        let highest = required_glibc(&package).into_iter().max().expect("it is linked against glibc");
        assert!(highest <= (2, 17), "{}: GLIBC_{}.{}", package.display(), highest.0, highest.1);
    }
}

/// The router's program is sent to thousands of routers over slow lines.
#[test]
#[ignore = "needs the packages of a release: tests/long.sh"]
fn the_router_s_program_is_small() {
    let program = packaged("handle_loopback_static_route_config");
    let size = std::fs::metadata(program).expect("built").len();
    assert!(size <= 1_300_000, "{size} bytes");
}
