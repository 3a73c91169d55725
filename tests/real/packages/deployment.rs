//! `docs/deployment.md`, from the packages to the routes of a kernel and back: a conductor with a
//! real Salt master and a router with a real minion, each in a container with a real systemd.
//!
//! The packages are installed with rpm, and nothing but the configuration file is edited. The
//! commands of the page run in the order of the page, and must print what it shows. `UPDATE=1`
//! rewrites the output.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{RPM, package, traces};
use crate::common::page::{Step, matches, steps};
use crate::common::sample::is_exhaustive;
use crate::common::units::{ALL, PATH_UNIT, WATCH_TIMER};
use crate::common::wait;
use crate::common::{PROGRAM, repository_file};
use crate::machine::{Machine, nsenter};
use crate::node;
use crate::parts::{packages, part, run};

const PAGE: &str = "docs/deployment.md";
const ROUTER: &str = "branch-1.example.com";
const SERVICE: &str = "128T-loopback-static-routes-deploy.service";
const OUT: &str = "/var/lib/128technology/plugins/loopback-static-routes/out";
/// The folder in which the commands run.
const HOME: &str = "/root";

/// rpm does not know the packages of Debian, so nothing can require them.
const WRAPPER: &str = "#!/bin/sh\nexec /usr/bin/rpm --force-debian --nodeps \"$@\"\n";

const MASTER: &str = "\
auto_accept: True
user: root
worker_threads: 2
log_level: warning
file_roots:
  base: [/srv/salt]
  plugins: [/var/lib/128technology/plugins/salt]
pillar_roots:
  base: [/srv/pillar]
  plugins: [/var/lib/128technology/plugins/pillar]
";

/// The user's pillar.
const USERS: &str = "/srv/pillar/users.sls";
const USERS_PILLAR: &str = "users: [alice, bob]\n";

/// The user's top file. It is there before the first commit and after the erasure.
const TOP: &str = "base:\n  '*':\n    - users\n";

/// Boots a machine that has Salt, and a package in its home folder.
fn boot(venv: &Path, side: &str) -> Machine {
    let mut paths = node::folders_of_salt(venv);
    paths.push(packages());
    let machine = Machine::boot_bare(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>(), |folder| {
        for command in ["salt", "salt-run", "salt-key", "salt-call"] {
            std::os::unix::fs::symlink(venv.join("bin").join(command), folder.join("usr/bin").join(command))
                .expect("linked");
        }
        std::fs::create_dir_all(folder.join("usr/local/bin")).expect("made");
        let rpm = folder.join("usr/local/bin/rpm");
        std::fs::write(&rpm, WRAPPER).expect("written");
        std::fs::set_permissions(&rpm, std::fs::Permissions::from_mode(0o755)).expect("ours");
    });
    machine.run(&format!("rpm --initdb && mkdir -p {HOME} && cp {} {HOME}", package(side).display()));
    machine
}

/// Puts a configuration in the place of the running one.
fn put_configuration(machine: &Machine, pcli: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pcli");
    std::fs::write(&file, pcli).expect("written");
    let (succeeded, xml) = run(Command::new(PROGRAM).arg("convert").arg(&file).args(["--to", "xml"]));
    assert!(succeeded, "{xml}");
    machine.run(&format!(
        "mkdir -p /var/lib/128technology && cd /var/lib/128technology && cat >.new <<'END' && mv .new t128-running.xml\n{xml}\nEND"
    ));
}

/// A conductor and a router.
struct Site {
    conductor: Machine,
    router: Machine,
}

impl Site {
    fn boot(salt: &str) -> Self {
        let venv = part(salt);
        let conductor = boot(&venv, "conductor");
        node::join_switch(&conductor, 9);
        for (file, text) in [
            ("/etc/128technology/salt/master", MASTER),
            ("/srv/pillar/top.sls", TOP),
            (USERS, USERS_PILLAR),
            ("/srv/salt/top.sls", TOP),
            ("/srv/salt/users.sls", "users:\n  test.nop\n"),
        ] {
            conductor.run(&format!("mkdir -p $(dirname {file}) && cat >{file} <<'END'\n{text}END"));
        }
        let master = venv.join("bin/salt-master");
        conductor.run(&format!(
            "systemd-run --quiet --unit=salt-master --setenv=LC_ALL=C.UTF-8 {} -c /etc/128technology/salt",
            master.display()
        ));
        let router = boot(&venv, "router");
        router.add_interface();
        node::join_switch(&router, 1);
        node::start_minion(&router, &venv, ROUTER, &[&node::address(9)]);
        Self { conductor, router }
    }

    fn log(&self) -> String {
        self.conductor.journal() + &self.router.journal()
    }

    /// Commits a configuration, and waits until the run that it starts has ended.
    fn commit(&self, pcli: &str) {
        let before = self.runs();
        put_configuration(&self.conductor, pcli);
        let has_ended = || {
            let state = self.conductor.property(SERVICE, "ActiveState");
            self.runs() > before && ["inactive", "failed"].contains(&&*state)
        };
        wait::until("the run ends", has_ended, || self.log());
    }

    /// Returns the number of runs that have left their line in the log.
    fn runs(&self) -> usize {
        let journal = self.conductor.run(&format!("journalctl -q -o cat -u {SERVICE}"));
        journal.lines().filter(|line| line.starts_with("{\"format-version\":1")).count()
    }

    /// Takes everything of the plugin from the router, as an image without it does.
    fn replace_image(&self) {
        let folders = "/var/lib/128technology/plugins/loopback-static-routes/* /var/lib/loopback-static-routes \
                       /etc/sysconfig/network-scripts/route-kni254";
        self.router.run(&format!(
            "systemctl disable --now {PATH_UNIT} {WATCH_TIMER} && {RPM} -e --noscripts loopback-static-routes-router && \
             rm -rf {folders} && systemctl daemon-reload && ip route flush dev kni254 proto 128"
        ));
    }

    /// Installs the router's package, as the state does on the product's system, and applies the
    /// highstate, as a minion does when it connects.
    fn install_and_apply_highstate(&self) {
        self.router.run(&format!("{RPM} -i {}", package("router").display()));
        let salt =
            format!("salt -c /etc/128technology/salt --out=json --static --timeout=300 {ROUTER} state.highstate");
        let states: Value = serde_json::from_str(&self.conductor.run(&salt)).expect("JSON");
        let states = states[ROUTER].as_object().unwrap_or_else(|| panic!("{states}"));
        assert!(states.values().any(|state| state["__sls__"] == "users"), "{states:#?}");
        assert!(states.values().all(|state| state["result"] == true), "{states:#?}");
    }

    /// Gives the router its own configuration, and its minion this pillar of the user.
    fn override_configuration(&self, pillar: &str, first: &str) {
        let packages = packages();
        self.router.run(&format!("cp {}/loopback-static-routes-conductor-*.rpm {HOME}", packages.display()));
        put_configuration(&self.router, &first.replace("metric               128", "metric               300"));
        self.conductor.run(&format!("cat >>{USERS} <<'END'\n{pillar}END"));
    }

    fn end_override(&self) {
        self.router.run(&format!("{RPM} -e loopback-static-routes-conductor"));
        self.router.run("rm -r /etc/128T-loopback-static-routes /var/lib/128technology/t128-running.xml");
        self.conductor.run(&format!("printf '{USERS_PILLAR}' >{USERS}"));
    }

    fn routes(&self) -> String {
        self.router.run("ip -N route show dev kni254 proto 128")
    }
}

/// The blocks of the page, by the headings above them.
struct Page {
    path: PathBuf,
    text: String,
    played: BTreeSet<usize>,
}

impl Page {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
        Self { path, text: repository_file(PAGE), played: BTreeSet::new() }
    }

    /// Returns the blocks of a section in a language: their first lines and their texts.
    fn blocks(&self, heading: &str, language: &str) -> Vec<(usize, String)> {
        let mut blocks = Vec::new();
        let mut section = "";
        let mut lines = self.text.lines().enumerate();
        while let Some((_, line)) = lines.next() {
            if let Some(found) = line.strip_prefix("```") {
                let block: Vec<(usize, &str)> = lines.by_ref().take_while(|(_, line)| *line != "```").collect();
                if found == language && (section == heading || heading.is_empty()) {
                    let text = block.iter().map(|(_, line)| format!("{line}\n")).collect();
                    blocks.push((block[0].0, text));
                }
            } else if line.starts_with('#') {
                section = line.trim_start_matches('#').trim();
            }
        }
        blocks
    }

    /// Returns the only block of a section in a language.
    fn block(&self, heading: &str, language: &str) -> String {
        let mut blocks = self.blocks(heading, language);
        assert_eq!(blocks.len(), 1, "{heading}");
        blocks.remove(0).1
    }

    /// Runs the commands of a section. Each must print what the page shows.
    fn play(&mut self, heading: &str, site: &Site) {
        let blocks = self.blocks(heading, "console");
        assert!(!blocks.is_empty(), "{heading}");
        for (first, block) in blocks {
            let (mut played, mut code) = (String::new(), 0);
            for Step { prompt, command, output } in steps(&block.lines().collect::<Vec<_>>(), &PROMPTS) {
                let printed = if command == "echo $?" {
                    vec![std::mem::take(&mut code).to_string()]
                } else {
                    assert_eq!(code, 0, "`echo $?` must follow a command that fails, before {command}");
                    let machine = if prompt == PROMPTS[0] { &site.conductor } else { &site.router };
                    let (printed, exit) = type_in(machine, command);
                    code = exit;
                    printed
                };
                let actual: Vec<&str> = printed.iter().map(|line| line.trim_end()).collect();
                let shown = if matches(&output, &actual) { output } else { actual };
                played += &format!("{prompt}{command}\n");
                played.extend(shown.iter().map(|line| format!("{line}\n")));
            }
            assert_eq!(code, 0, "{played}{}", site.log());
            self.played.insert(first);
            if played == block {
                continue;
            }
            assert!(std::env::var_os("UPDATE").is_some(), "{heading}: UPDATE=1 rewrites it to\n{played}{}", site.log());
            let text = repository_file(PAGE).replace(&block, &played);
            std::fs::write(&self.path, text).expect("writable");
        }
    }

    /// Asserts that every command of the page was run.
    fn assert_complete(&self) {
        let blocks = self.blocks("", "console").into_iter().filter(|(first, _)| !self.played.contains(first));
        let left: Vec<String> = blocks.map(|(_, block)| block).collect();
        assert!(left.is_empty(), "{left:#?}");
    }
}

/// The prompts of a conductor and of a router.
const PROMPTS: [&str; 2] = ["conductor# ", "router# "];

/// Runs a command as an operator does. Returns the lines that it printed, and its exit code.
fn type_in(machine: &Machine, command: &str) -> (Vec<String>, i32) {
    let line = format!("export PATH=/usr/local/bin:$PATH; cd {HOME}; exec 2>&1; ({command}); echo $?");
    let mut lines: Vec<String> = machine.run(&line).lines().map(str::to_owned).collect();
    let code = lines.pop().and_then(|line| line.parse().ok()).expect("the exit code");
    (lines, code)
}

#[test]
#[ignore = "needs root, rpm, systemd-nspawn, Salt and the packages: tests/run.sh"]
fn the_commands_of_the_page_lead_from_packages_to_routes_and_back() {
    if node::is_on_switch("packages::deployment::the_commands_of_the_page_lead_from_packages_to_routes_and_back") {
        play_the_page("salt");
    }
}

/// The oldest Salt that the Python of this machine runs. `tests/long.sh` installs it.
#[test]
#[ignore = "needs root, rpm, systemd-nspawn, Salt and the packages: tests/long.sh"]
fn the_commands_of_the_page_work_with_an_old_salt() {
    if is_exhaustive() && node::is_on_switch("packages::deployment::the_commands_of_the_page_work_with_an_old_salt") {
        play_the_page("salt-3006");
    }
}

/// Runs all commands of the page with a Salt.
fn play_the_page(salt: &str) {
    let mut page = Page::read();
    let site = Site::boot(salt);
    let ours = |machine: &Machine| -> Vec<String> {
        // Salt keeps what it served for a while.
        let is_cached = |path: &str| path.contains("/cache/salt/");
        traces(machine).lines().filter(|path| !is_cached(path)).map(str::to_owned).collect()
    };
    let before = [ours(&site.conductor), ours(&site.router)];
    let srv = || site.conductor.run("find /srv -type f -exec sha256sum {} + | sort");
    let srv_before = srv();

    page.play("Installing", &site);
    let ping = format!("salt -c /etc/128technology/salt --out=json --static {ROUTER} test.ping");
    let answers = || nsenter(site.conductor.leader, &ping).is_ok_and(|answer| answer.contains("true"));
    wait::until("the minion answers", answers, || site.log());

    let first = page.block("The first commit", "pcli");
    site.commit(&first);
    page.play("The first commit", &site);
    page.play("The router's routes", &site);
    page.play("Looking after the routers", &site);

    // A run that would remove the only route is refused.
    let (routers, _) = first.split_once("        service  dns").expect("a service");
    site.commit(&format!("{routers}    exit\nexit\n"));
    assert!(site.routes().contains("192.0.2.53"), "a refused run changed the routes");
    page.play("Refused runs", &site);
    assert_eq!(site.routes(), "");

    // Later commits need nothing else.
    site.commit(&first.replace("metric               128", "metric               200"));
    assert!(site.routes().contains("192.0.2.53 via 169.254.127.126 metric 200"), "{}", site.log());

    site.replace_image();
    page.play("Upgrades", &site);
    site.install_and_apply_highstate();
    assert!(site.routes().contains("192.0.2.53"), "{}", site.log());
    // Units that an upgrade turned off. The next state turns them on.
    site.router.run(&format!("systemctl disable --now {WATCH_TIMER}"));
    let (said, code) = type_in(&site.conductor, &format!("loopback-static-routes fleet --out {OUT}"));
    assert_eq!((said[1].as_str(), code), ("units are not active and enabled on 1 minion:", 1), "{said:#?}");

    site.override_configuration(&page.block("A router with its own configuration", "yaml"), &first);
    page.play("A router with its own configuration", &site);
    wait::until("its routes", || site.routes().contains("metric 300"), || site.log());
    site.end_override();

    page.play("Removing the plugin", &site);
    assert_eq!(srv(), srv_before);
    assert_eq!(site.routes(), "");
    let left = "find /var/lib/128technology/plugins/loopback-static-routes /etc/sysconfig/network-scripts -type f";
    for (machine, before) in [&site.conductor, &site.router].into_iter().zip(before) {
        assert_eq!(ours(machine), before);
        assert_eq!(machine.run(left), "");
    }
    for unit in ALL {
        assert!(nsenter(site.router.leader, &format!("systemctl cat {unit}")).is_err(), "{unit} is left");
    }
    page.assert_complete();
}
