//! The Debian package of the conductor's program.

use std::path::PathBuf;
use std::process::Command;

use crate::parts::{packages, root, run};

fn deb() -> PathBuf {
    packages().with_file_name("deb").join(format!("loopback-static-routes_{}_amd64.deb", env!("CARGO_PKG_VERSION")))
}

fn dpkg_deb(option: &str) -> String {
    let (succeeded, printed) = run(Command::new("dpkg-deb").arg(option).arg(deb()));
    assert!(succeeded, "{printed}; run packaging/deb/build.sh");
    printed
}

#[test]
#[ignore = "needs root, dpkg and the packages: tests/run.sh"]
fn the_debian_package_has_the_program_and_no_unit() {
    let information = dpkg_deb("--info");
    for line in ["Package: loopback-static-routes", "Architecture: amd64", "Depends: libc6 (>= 2.17)"] {
        assert!(information.contains(line), "{information}");
    }
    let contents = dpkg_deb("--contents");
    for path in [
        "./usr/bin/loopback-static-routes",
        "./usr/share/man/man1/loopback-static-routes-validate.1.gz",
        "./usr/share/bash-completion/completions/loopback-static-routes",
        "./usr/share/loopback-static-routes/schema/pillar.schema.json",
        "./usr/share/doc/loopback-static-routes/docs/commands/validate.md",
    ] {
        let is_there = |line: &str| line.ends_with(path) && line.contains(" root/root ");
        assert!(contents.lines().any(is_there), "{path}: {contents}");
    }
    for absent in ["systemd", "128technology", "./etc", "./var"] {
        assert!(!contents.contains(absent), "{absent}: {contents}");
    }
    let build = || {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(root().join("packaging/deb/build.sh"));
        let (succeeded, said) = run(command.arg(folder.path()).env("COMPRESSION", "1"));
        assert!(succeeded, "{said}");
        std::fs::read(folder.path().join(deb().file_name().expect("a name"))).expect("built")
    };
    assert!(build() == build(), "the same files give other bytes");
}

#[test]
#[ignore = "needs root, dpkg and the packages: tests/run.sh"]
fn dpkg_installs_and_removes_the_debian_package() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |path: &str| folder.path().join(path);
    for path in ["var/lib/dpkg/info", "var/lib/dpkg/updates"] {
        std::fs::create_dir_all(at(path)).expect("made");
    }
    std::fs::write(at("var/lib/dpkg/status"), "").expect("written");
    let dpkg = |arguments: &[&str]| {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg(format!("--root={}", folder.path().display())).args(["--force-depends", "--force-script-chrootless"]);
        let (succeeded, said) = run(dpkg.args(arguments));
        assert!(succeeded, "{said}");
    };
    dpkg(&["--install", deb().to_str().expect("text")]);
    // The program of the package is the one of this test's machine too.
    let (succeeded, said) = run(Command::new(at("usr/bin/loopback-static-routes")).arg("--version"));
    assert!(succeeded && said.trim() == format!("loopback-static-routes {}", env!("CARGO_PKG_VERSION")), "{said}");
    dpkg(&["--purge", "loopback-static-routes"]);
    assert!(!at("usr/bin").exists() && !at("usr/share").exists(), "files are left");
}
