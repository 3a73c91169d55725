//! A router in a network namespace: a root folder, a kni254, and the program.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::router::{FOLDER, document};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_handle_loopback_static_route_config");

const CONFIG: &str = "var/lib/128technology/plugins/loopback-static-routes/config.json";

/// Makes a test that runs in a network namespace: the test binary runs itself again there. It fails
/// where that is not permitted.
macro_rules! in_namespace {
    ($(#[$meta:meta])* $name:ident, $body:expr) => {
        #[test]
        #[ignore = "needs network namespaces, iproute2 and strace: tests/run.sh"]
        $(#[$meta])*
        fn $name() {
            let path = concat!(module_path!(), "::", stringify!($name));
            $crate::router::world::run_in_namespace(path.split_once("::").expect("below the crate").1, $body);
        }
    };
}
pub(crate) use in_namespace;

const INSIDE: &str = "LOOPBACK_STATIC_ROUTES_TEST_NAMESPACE";

pub(crate) fn run_in_namespace(test: &str, body: impl FnOnce(&World)) {
    if std::env::var_os(INSIDE).is_some() {
        return body(&World::new());
    }
    // Root needs no user namespace. In one, it could not change the owner of files.
    let flags: &[&str] = if is_root() { &["--net"] } else { &["--user", "--map-root-user", "--net"] };
    let output = Command::new("unshare")
        .args(flags)
        .arg(std::env::current_exe().expect("a test binary"))
        .args(["--exact", test, "--nocapture", "--include-ignored"])
        .env(INSIDE, "1")
        .output()
        .expect("unshare is there: apt-get install util-linux");
    let said = format!("{}{}", text(output.stdout), text(output.stderr));
    assert!(
        output.status.success() && said.contains("1 passed"),
        "in a network namespace (if it says that unshare failed, this machine permits none):\n{said}"
    );
}

pub(crate) fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    // The first user namespace maps all ids to themselves.
    let is_own = status.split_whitespace().eq(["0", "0", "4294967295"]);
    is_own && text(Command::new("id").arg("-u").output().expect("id is there").stdout).trim() == "0"
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The exit code and output of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}

/// A router.
pub(crate) struct World {
    root: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        // In memory where the system has it: the interruption tests flush thousands of times.
        let root = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary folder");
        let world = Self { root };
        world.ip("link set lo up");
        std::fs::create_dir_all(world.path(FOLDER)).expect("folders can be made");
        world
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// Runs `ip` here, like [`ip`].
    #[track_caller]
    pub(crate) fn ip(&self, arguments: &str) -> String {
        ip(arguments)
    }

    /// Adds kni254, up and with its address.
    pub(crate) fn add_interface(&self) {
        self.ip("link add kni254 type veth peer name kni254p");
        self.ip("link set kni254p up");
        self.ip("link set kni254 up");
        self.ip("addr add 169.254.127.127/31 dev kni254");
    }

    /// Adds a second interface, with 198.51.100.2/24.
    pub(crate) fn add_other_interface(&self) {
        self.ip("link add eth9 type veth peer name eth9p");
        self.ip("link set eth9p up");
        self.ip("link set eth9 up");
        self.ip("addr add 198.51.100.2/24 dev eth9");
    }

    /// Returns the routes of the main table through kni254, sorted, with protocols as numbers. The
    /// link's own are left out.
    pub(crate) fn routes(&self) -> Vec<String> {
        self.routes_of("kni254")
    }

    pub(crate) fn routes_of(&self, interface: &str) -> Vec<String> {
        let printed = self.ip(&format!("-4 -N route show table main dev {interface}"));
        let mut lines: Vec<String> = printed
            .lines()
            .filter(|line| !line.contains("proto 2 "))
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        lines.sort();
        lines
    }

    /// Replaces the document by renaming, as Salt does.
    pub(crate) fn document(&self, routes: &[(&str, u32)]) {
        self.put_document(&document(true, routes));
    }

    pub(crate) fn disabled(&self) {
        self.put_document(&document(false, &[]));
    }

    pub(crate) fn put_document(&self, json: &str) {
        self.write(CONFIG, json);
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        let new = path.with_extension("test");
        std::fs::create_dir_all(path.parent().expect("below the root")).expect("folders can be made");
        std::fs::write(&new, text).expect("files can be written");
        std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o644)).expect("ours");
        std::fs::rename(new, path).expect("renamed");
    }

    /// Returns the text of the route file.
    pub(crate) fn file(&self) -> Option<String> {
        self.read(&format!("{FOLDER}/route-kni254"))
    }

    pub(crate) fn put_file(&self, text: &str) {
        self.write(&format!("{FOLDER}/route-kni254"), text);
    }

    pub(crate) fn backup(&self) -> Option<String> {
        self.read(&format!("{FOLDER}/route-kni254.before-loopback-static-routes"))
    }

    pub(crate) fn read(&self, path: &str) -> Option<String> {
        std::fs::read(self.path(path)).ok().map(text)
    }

    /// Returns the names in the folder of the route file.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(FOLDER)).expect("readable");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).arg("--root").arg(self.root.path()).env_clear();
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().expect("the program can be run"))
    }

    /// Runs the program as the service does.
    pub(crate) fn apply(&self) -> Run {
        self.run(&[])
    }

    /// Applies the document. The run must succeed, and leave nothing to do.
    #[track_caller]
    pub(crate) fn converge(&self) -> Run {
        let run = self.apply().expect(0);
        self.assert_converged();
        run
    }

    #[track_caller]
    pub(crate) fn assert_converged(&self) {
        let check = self.run(&["check"]).expect(0);
        assert_eq!(check.stdout, "nothing to do\n");
        self.run(&["status"]).expect(0);
        let before = (self.routes(), self.file());
        let again = self.apply().expect(0);
        assert!(!again.stderr.contains("Updating") && !again.stderr.contains("Kernel"), "{again:#?}");
        assert_eq!((self.routes(), self.file()), before);
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }
}

/// Runs `ip`, which must succeed. Returns its output.
#[track_caller]
pub(crate) fn ip(arguments: &str) -> String {
    let output = Command::new("ip").args(arguments.split_whitespace()).output().expect("ip is there: iproute2");
    assert!(output.status.success(), "ip {arguments}: {}", text(output.stderr));
    text(output.stdout)
}

/// Returns a route through kni254 as `ip -N route show` prints it.
pub(crate) fn route(prefix: &str, protocol: u8, metric: u32) -> String {
    let metric = if metric == 0 { String::new() } else { format!(" metric {metric}") };
    // iproute2 leaves out `boot`, the protocol of the routes that it adds.
    let protocol = if protocol == 3 { String::new() } else { format!(" proto {protocol}") };
    format!("{prefix} via 169.254.127.126{protocol}{metric}")
}
