//! The packages beside the vendor's in a repository of dnf, which solves their dependencies: an
//! upgrade replaces neither of them by the other one.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{el7, package};
use crate::parts::run;

/// The vendor's packages: the name of the plugin, and the side of a router.
const VENDOR: [&str; 2] = ["128T-loopback-static-routes", "128T-loopback-static-routes-router"];

/// Builds an empty package into a folder below `folder`.
fn build(folder: &Path, into: &str, name: &str, version: &str, provides: &[String]) {
    let provides: String = provides.iter().map(|name| format!("Provides: {name}\n")).collect();
    let spec = format!(
        "Name: {name}\nVersion: {version}\nRelease: 1\nSummary: a stand-in\nLicense: none\nBuildArch: noarch\n{provides}\
         AutoReqProv: no\n%description\n%files\n"
    );
    let path = folder.join("stand-in.spec");
    std::fs::write(&path, spec).expect("written");
    let mut rpmbuild = Command::new("rpmbuild");
    rpmbuild.args(["-bb", "--quiet"]);
    for (name, value) in [("_topdir", folder.join("build")), ("_rpmdir", folder.join(into))] {
        rpmbuild.args(["--define", &format!("{name} {}", value.display())]);
    }
    let (succeeded, said) = run(rpmbuild.arg(&path));
    assert!(succeeded, "{said}");
}

/// A folder with a repository, and with a root for each test.
struct Site(tempfile::TempDir);

impl Site {
    /// Makes a repository with the vendor's packages, ours, and systems that provide what ours
    /// require.
    fn new() -> Self {
        let site = Self(tempfile::tempdir().expect("a folder"));
        let folder = site.0.path();
        let ours = [package("conductor"), package("router"), el7()];
        let mut required = Vec::new();
        for path in &ours {
            let (_, requires) = run(Command::new("rpm").args(["-qp", "--requires"]).arg(path));
            let is_of_system =
                |name: &&str| !["rpmlib(", "config(", "systemd "].iter().any(|own| name.starts_with(own));
            required.extend(requires.lines().filter(is_of_system).map(str::to_owned));
        }
        required.sort();
        required.dedup();
        for (system, systemd) in [("el7", "219"), ("el9", "252")] {
            let provides = [&required[..], &[format!("systemd = {systemd}")]].concat();
            build(folder, "systems", system, "1", &provides);
        }
        for name in VENDOR {
            build(folder, "repository", name, "4.0.0", &[]);
        }
        let repository = site.path("repository");
        for path in ours {
            std::fs::copy(&path, repository.join(path.file_name().expect("a name"))).expect("copied");
        }
        site.index();
        site
    }

    /// Writes the index of the repository.
    fn index(&self) {
        let (succeeded, said) = run(Command::new("createrepo_c").arg("--quiet").arg(self.path("repository")));
        assert!(succeeded, "{said}");
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Runs dnf in a root. No file of a package is written, since no transaction is run.
    fn dnf(&self, root: &str, arguments: &[&str]) -> (bool, String) {
        let root = self.path(root);
        std::fs::create_dir_all(root.join("etc/yum.repos.d")).expect("made");
        let mut dnf = Command::new("dnf");
        dnf.arg("--installroot").arg(&root);
        dnf.arg(format!("--repofrompath=all,{}", self.path("repository").display()));
        dnf.args([
            "--repo=all",
            "--nogpgcheck",
            "--releasever=9",
            "--setopt=install_weak_deps=False",
            "--setopt=reposdir=/dev/null",
        ]);
        dnf.arg(format!("--setopt=cachedir={}", self.path("cache").display()));
        run(dnf.args(arguments))
    }

    /// Enters packages into the database of a root.
    fn install(&self, root: &str, packages: &[PathBuf]) {
        std::fs::create_dir_all(self.path(root)).expect("made");
        let mut rpm = Command::new("rpm");
        rpm.arg("--root").arg(self.path(root)).args(["--force-debian", "--nodeps", "--justdb", "--noscripts", "-i"]);
        let (succeeded, said) = run(rpm.args(packages));
        assert!(succeeded, "{said}");
    }

    /// Returns an empty package.
    fn built(&self, into: &str, name: &str, version: &str) -> PathBuf {
        self.path(&format!("{into}/noarch/{name}-{version}-1.noarch.rpm"))
    }
}

#[test]
#[ignore = "needs rpm, dnf, createrepo_c and the packages: tests/run.sh"]
fn an_upgrade_replaces_neither_the_vendor_s_package_nor_ours() {
    const CONDUCTOR: &str = "loopback-static-routes-conductor";
    const ROUTER: &str = "loopback-static-routes-router";
    let site = Site::new();
    let vendor = VENDOR.map(|name| site.built("repository", name, "4.0.0"));
    let systems = ["el7", "el9"].map(|name| site.built("systems", name, "1"));
    for (system, router) in systems.iter().zip([el7(), package("router")]) {
        let release = system.file_name().expect("a name").to_string_lossy()[..3].to_owned();
        let root = |name: &str| format!("{name}-{release}");
        for (name, installed) in [
            ("vendor", &[system.clone(), vendor[0].clone(), vendor[1].clone()][..]),
            ("conductor", &[system.clone(), package("conductor")]),
            ("router", &[system.clone(), router.clone()]),
        ] {
            site.install(&root(name), installed);
            for option in ["--nobest", "--allowerasing", if release == "el9" { "--best" } else { "--nobest" }] {
                let (succeeded, said) = site.dnf(&root(name), &["upgrade", "--assumeno", option]);
                assert!(succeeded && said.contains("Nothing to do."), "{name} {option}: {said}");
            }
        }
        // The other one is refused, and the message names the conflict.
        for (name, other) in [
            ("vendor", CONDUCTOR),
            ("vendor", ROUTER),
            ("conductor", VENDOR[0]),
            ("router", VENDOR[0]),
            ("router", VENDOR[1]),
        ] {
            let (succeeded, said) = site.dnf(&root(name), &["install", "--assumeno", other]);
            assert!(!succeeded && said.contains("conflicts with"), "{name} {other}: {said}");
        }
        // Each system gets the package with its units.
        site.install(&root("empty"), std::slice::from_ref(system));
        let (_, said) = site.dnf(&root("empty"), &["install", "--assumeno", ROUTER]);
        assert!(said.contains(ROUTER) && said.contains(&format!("-1.{release} ")), "{said}");
    }

    // dnf would name an upgrade, if there was one.
    build(site.0.path(), "repository", "el9", "2", &[]);
    site.index();
    let (_, said) = site.dnf("router-el9", &["--refresh", "upgrade", "--assumeno"]);
    assert!(said.contains(" el9 "), "{said}");
}
