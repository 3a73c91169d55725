//! The file `route-kni254` as it stands on a router: the operator's head, the marker, and our part; and what is to become of it.
//!
//! Everything here is bytes in, bytes out. What an operator wrote is kept byte for byte, whatever it is.

use std::collections::HashSet;

use crate::contract::route_file::{MARKER, RouteLine};
use crate::model::{GATEWAY, INTERFACE, Metric, Route};

/// A route file, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledFile {
    /// All that stands above the marker; all of the file where there is no marker.
    pub head: Vec<u8>,
    /// What stands below the marker; `None` where there is none.
    pub part: Option<Part>,
}

/// The lines below the marker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The lines that are routes through kni254, in their order.
    pub routes: Vec<Route>,
    /// All other lines but empty ones: nobody but us should write there.
    pub foreign: Vec<String>,
}

/// What is to be done with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileStep {
    /// It is as it should be.
    Keep,
    /// It is to hold these bytes.
    Write {
        /// The whole file.
        bytes: Vec<u8>,
        /// Whether the file is another's so far, so that a backup of it is to be made, unless there is one.
        back_up: bool,
    },
    /// The backup takes its place, which makes it what it was before the plugin came.
    Restore,
    /// The backup is given these bytes, and then takes its place: a run that is killed in between leaves a backup that still is one.
    Compose {
        /// The whole file.
        bytes: Vec<u8>,
    },
    /// Nothing but our part was in it: it is removed.
    Remove,
    /// The file holds all that the backup holds, which is removed.
    DropBackup,
}

/// A step, and the routes of the file before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePlan {
    /// What is to be done.
    pub step: FileStep,
    /// The routes that the file may have put into the kernel so far: our part's; at a takeover, all of the file's.
    pub before: Vec<Route>,
    /// The routes of an operator's file that comes back: they are put back into the kernel too.
    pub restored: Vec<Route>,
    /// Lines that this step drops and that no backup keeps, as they were.
    pub dropped: Vec<String>,
}

/// Why a route file is not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcedAsRoot {
    /// The line's number, from 1.
    pub line: usize,
    /// The line.
    pub text: String,
}

impl InstalledFile {
    /// Takes a file apart at its first marker line.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let (head, part) = split(bytes);
        Self { head: head.to_vec(), part: part.map(Part::parse) }
    }

    /// The file's bytes. A head that does not end its last line gets that end.
    #[must_use]
    pub fn print(head: &[u8], routes: &[Route]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(head.len() + MARKER.len() + 2 + 64 * routes.len());
        bytes.extend_from_slice(head);
        end_line(&mut bytes);
        bytes.extend_from_slice(MARKER.as_bytes());
        bytes.push(b'\n');
        routes.iter().for_each(|route| RouteLine(*route).push(&mut bytes));
        bytes
    }
}

/// What stands above the first marker line, and below it.
fn split(bytes: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        if line.trim_ascii_end() == MARKER.as_bytes() {
            return (&bytes[..start], Some(&bytes[end..]));
        }
        start = end;
    }
    (bytes, None)
}

impl Part {
    fn parse(bytes: &[u8]) -> Self {
        let mut part = Self::default();
        for line in lines(bytes) {
            match route_of_line(line) {
                Some(route) => part.routes.push(route),
                None if line.trim_ascii().is_empty() => {}
                None => part.foreign.push(String::from_utf8_lossy(line).into_owned()),
            }
        }
        part
    }
}

/// What is to become of a file, `None` where there is none.
///
/// `desired`: the routes of our part; `None`: our part is to go.
///
/// # Errors
///
/// The result would hold a line that makes the network scripts source the whole file as root.
pub fn plan(file: Option<&[u8]>, backup: Option<&[u8]>, desired: Option<&[Route]>) -> Result<FilePlan, SourcedAsRoot> {
    let plan = match (file.map(split), desired) {
        (None, None) => match backup {
            None => FilePlan::keep(),
            Some(_) => give_back(&[], backup),
        },
        (None, Some(routes)) => FilePlan::write(InstalledFile::print(&[], routes), false),
        (Some((head, None)), Some(routes)) => take_over(head, backup, routes),
        // The product put the file back as it was before the plugin came, or a run was killed that had done so.
        (Some((head, None)), None) if backup.is_some_and(|backup| holds_all(head, backup)) => {
            FilePlan { step: FileStep::DropBackup, ..FilePlan::keep() }
        }
        (Some((_, None)), None) => FilePlan::keep(),
        (Some((head, Some(part))), Some(routes)) => {
            let bytes = InstalledFile::print(head, routes);
            if file == Some(&bytes[..]) {
                FilePlan { before: routes.to_vec(), ..FilePlan::keep() }
            } else {
                replacing(part, FilePlan::write(bytes, false))
            }
        }
        (Some((head, Some(part))), None) => replacing(part, give_back(head, backup)),
    };
    let result = match &plan.step {
        FileStep::Write { bytes, .. } | FileStep::Compose { bytes } => Some(&bytes[..]),
        FileStep::Restore => backup,
        FileStep::Keep => desired.and(file),
        FileStep::Remove | FileStep::DropBackup => None,
    };
    result.map_or(Ok(()), refuse_sourced).map(|()| plan)
}

fn replacing(part: &[u8], plan: FilePlan) -> FilePlan {
    let Part { routes, foreign } = Part::parse(part);
    FilePlan { before: routes, dropped: foreign, ..plan }
}

impl FilePlan {
    fn keep() -> Self {
        Self { step: FileStep::Keep, before: Vec::new(), restored: Vec::new(), dropped: Vec::new() }
    }

    fn write(bytes: Vec<u8>, back_up: bool) -> Self {
        Self { step: FileStep::Write { bytes, back_up }, ..Self::keep() }
    }
}

/// The file is the product's or an operator's. Its routes through kni254 are ours from now on; whatever else is in it stays, above the marker.
fn take_over(file: &[u8], backup: Option<&[u8]>, routes: &[Route]) -> FilePlan {
    let before: Vec<Route> = lines(file).filter_map(route_of_line).collect();
    // The backup is made once. What a later takeover finds is lost where it is not in the backup, nor wanted.
    let kept: HashSet<Route> =
        backup.into_iter().flat_map(lines).filter_map(route_of_line).chain(routes.iter().copied()).collect();
    let lost = |line: &&[u8]| route_of_line(line).is_some_and(|route| !kept.contains(&route));
    let dropped = match backup {
        None => Vec::new(),
        Some(_) => lines(file).filter(lost).map(|line| String::from_utf8_lossy(line).into_owned()).collect(),
    };
    let plan = FilePlan::write(InstalledFile::print(&without_routes(file), routes), true);
    FilePlan { before, dropped, ..plan }
}

/// Our part goes. An operator who wrote above the marker since the takeover keeps that, and gets the routes of the backup below it.
fn give_back(head: &[u8], backup: Option<&[u8]>) -> FilePlan {
    let Some(backup) = backup else {
        return match head.is_empty() {
            true => FilePlan { step: FileStep::Remove, ..FilePlan::keep() },
            false => FilePlan::write(head.to_vec(), false),
        };
    };
    let restored = lines(backup).filter_map(route_of_line).collect();
    let mut residue = without_routes(backup);
    end_line(&mut residue);
    if head.is_empty() || head == residue {
        return FilePlan { step: FileStep::Restore, restored, ..FilePlan::keep() };
    }
    let mut bytes = head.to_vec();
    end_line(&mut bytes);
    for line in lines(backup).filter(|line| route_of_line(line).is_some()) {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    FilePlan { step: FileStep::Compose { bytes }, restored, ..FilePlan::keep() }
}

fn holds_all(file: &[u8], backup: &[u8]) -> bool {
    let present: HashSet<&[u8]> = lines(file).collect();
    lines(backup).all(|line| present.contains(line))
}

/// A file without its lines that are routes through kni254.
fn without_routes(file: &[u8]) -> Vec<u8> {
    file.split_inclusive(|byte| *byte == b'\n')
        .filter(|line| route_of_line(line).is_none())
        .flatten()
        .copied()
        .collect()
}

fn end_line(bytes: &mut Vec<u8>) {
    if bytes.last().is_some_and(|last| *last != b'\n') {
        bytes.push(b'\n');
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line))
}

/// `ifup-routes` sources a file as root if `grep -Eq '^[[:space:]]*ADDRESS[0-9]+='` finds a line in it (initscripts).
fn refuse_sourced(bytes: &[u8]) -> Result<(), SourcedAsRoot> {
    let sourced = |line: &[u8]| {
        // [[:space:]] has the vertical tab too, which `trim_ascii_start` leaves.
        let spaces = line.iter().take_while(|byte| b" \t\x0b\x0c\r".contains(byte)).count();
        let Some(rest) = line[spaces..].strip_prefix(b"ADDRESS") else { return false };
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && rest.get(digits) == Some(&b'=')
    };
    match lines(bytes).enumerate().find(|(_, line)| sourced(line)) {
        None => Ok(()),
        Some((index, line)) => Err(SourcedAsRoot { line: index + 1, text: String::from_utf8_lossy(line).into_owned() }),
    }
}

/// The route that `ip -4 route add LINE` makes, if it is one through kni254 and has nothing that our own lines have not:
/// a destination, `via` the gateway, and in any order `dev`, `metric` and `proto`.
fn route_of_line(line: &[u8]) -> Option<Route> {
    let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    let destination = words.next()?;
    let prefix = match destination {
        "default" => crate::model::route::default_prefix(),
        _ if destination.contains('/') => destination.parse().ok()?,
        _ => ipnet::Ipv4Net::from(destination.parse::<std::net::Ipv4Addr>().ok()?),
    };
    let (mut through_gateway, mut metric) = (false, 0);
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word {
            "via" if value.parse() == Ok(GATEWAY) => through_gateway = true,
            "dev" if value == INTERFACE => {}
            "metric" => metric = value.parse().ok()?,
            "proto" => {}
            _ => return None,
        }
    }
    // The kernel refuses a destination with host bits, so no such route can be there.
    (through_gateway && prefix.trunc() == prefix).then_some(Route { prefix, metric: Metric(metric) })
}

#[cfg(test)]
mod tests {
    use super::{FileStep, InstalledFile, plan, route_of_line};
    use crate::contract::route_file::MARKER;
    use crate::model::{Metric, Route};

    const LINE: &str = "192.0.2.0/24 via 169.254.127.126 dev kni254 metric 5";

    fn routes() -> Vec<Route> {
        vec![Route { prefix: "192.0.2.0/24".parse().expect("a prefix"), metric: Metric(5) }]
    }

    fn marked(head: &str, lines: &[&str]) -> String {
        format!("{head}{MARKER}\n{}", lines.iter().map(|line| format!("{line}\n")).collect::<String>())
    }

    #[test]
    fn lines_that_are_routes_through_kni254() {
        let cases = [
            (LINE, Some("192.0.2.0/24 5")),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254", Some("192.0.2.0/24 0")),
            ("  192.0.2.1   via 169.254.127.126\tmetric 7 dev kni254 ", Some("192.0.2.1/32 7")),
            ("default via 169.254.127.126 dev kni254", Some("0.0.0.0/0 0")),
            ("192.0.2.0/24 via 169.254.127.126", Some("192.0.2.0/24 0")),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254 proto static", Some("192.0.2.0/24 0")),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254\r", Some("192.0.2.0/24 0")),
            ("192.0.2.0/24 dev kni254", None),
            ("192.0.2.0/24 via 169.254.127.1 dev kni254", None),
            ("192.0.2.0/24 via 169.254.127.126 dev eth0", None),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254 src 10.0.0.1", None),
            ("192.0.2.0/24 via 169.254.127.126 dev kni254 # why", None),
            ("192.0.2.1/24 via 169.254.127.126 dev kni254", None),
            ("2001:db8::/32 via 169.254.127.126 dev kni254", None),
            ("# 192.0.2.0/24 via 169.254.127.126 dev kni254", None),
            ("ADDRESS0=192.0.2.0", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let got = route_of_line(line.as_bytes()).map(|route| format!("{} {}", route.prefix, route.metric));
            assert_eq!(got.as_deref(), expected, "{line:?}");
        }
    }

    /// What becomes of a file and its backup, and which routes it leaves to be taken out or put back.
    #[test]
    fn what_becomes_of_the_file() {
        const OTHER: &str = "10.9.0.0/16 via 169.254.127.126 dev kni254";
        const FOREIGN: &str = "10.8.0.0/16 via 192.0.2.9 dev eth0";
        let write = |text: String, back_up: bool| FileStep::Write { bytes: text.into_bytes(), back_up };
        let compose = |text: String| FileStep::Compose { bytes: text.into_bytes() };
        let (on, off) = (Some(routes()), None);
        let taken_over = format!("# mine\n{FOREIGN}\n{OTHER}\n");
        let residue = format!("# mine\n{FOREIGN}\n");
        let cases = [
            ("first install", None, None, &on, write(marked("", &[LINE]), false), "", ""),
            ("no change", Some(marked("", &[LINE])), None, &on, FileStep::Keep, LINE, ""),
            ("no change below a head", Some(marked("# x\n", &[LINE])), None, &on, FileStep::Keep, LINE, ""),
            (
                "a route goes",
                Some(marked("# x\n", &[LINE, OTHER])),
                None,
                &on,
                write(marked("# x\n", &[LINE]), false),
                "192.0.2.0/24 10.9.0.0/16",
                "",
            ),
            (
                "takeover",
                Some(taken_over.clone()),
                None,
                &on,
                write(marked(&residue, &[LINE]), true),
                "10.9.0.0/16",
                "",
            ),
            (
                "takeover without a last end of line",
                Some("# x".to_owned()),
                None,
                &on,
                write(marked("# x\n", &[LINE]), true),
                "",
                "",
            ),
            ("off, nothing there", None, None, &off, FileStep::Keep, "", ""),
            ("off, ours alone", Some(marked("", &[LINE])), None, &off, FileStep::Remove, "192.0.2.0/24", ""),
            (
                "off, below a head",
                Some(marked("# x\n", &[LINE])),
                None,
                &off,
                write("# x\n".to_owned(), false),
                "192.0.2.0/24",
                "",
            ),
            ("off, another's file", Some(format!("{OTHER}\n")), None, &off, FileStep::Keep, "", ""),
            (
                "off, as it was taken over",
                Some(marked(&residue, &[LINE])),
                Some(&taken_over),
                &off,
                FileStep::Restore,
                "192.0.2.0/24",
                "10.9.0.0/16",
            ),
            (
                "off, edited since",
                Some(marked("# new\n", &[LINE])),
                Some(&taken_over),
                &off,
                compose(format!("# new\n{OTHER}\n")),
                "192.0.2.0/24",
                "10.9.0.0/16",
            ),
            ("off, the file is gone", None, Some(&taken_over), &off, FileStep::Restore, "", "10.9.0.0/16"),
            (
                "off, the product put it back",
                Some(taken_over.clone()),
                Some(&taken_over),
                &off,
                FileStep::DropBackup,
                "",
                "",
            ),
            (
                "off, another's file beside a backup",
                Some("# y\n".to_owned()),
                Some(&taken_over),
                &off,
                FileStep::Keep,
                "",
                "",
            ),
        ];
        for (name, file, backup, desired, step, before, restored) in cases {
            let file = file.as_ref().map(String::as_bytes);
            let got = plan(file, backup.map(String::as_bytes), desired.as_deref()).expect(name);
            let listed =
                |routes: &[Route]| routes.iter().map(|route| route.prefix.to_string()).collect::<Vec<_>>().join(" ");
            assert_eq!(got.step, step, "{name}");
            let before = if before == LINE { "192.0.2.0/24" } else { before };
            assert_eq!((listed(&got.before).as_str(), listed(&got.restored).as_str()), (before, restored), "{name}");
        }
    }

    #[test]
    fn nothing_is_dropped_in_silence() {
        let strangers = marked("", &[LINE, "10.7.0.0/16 via 192.0.2.9 dev eth0", ""]);
        let plan_of = |file: &str, backup: Option<&str>| {
            plan(Some(file.as_bytes()), backup.map(str::as_bytes), Some(&routes())).expect("planned").dropped
        };
        assert_eq!(plan_of(&strangers, None), ["10.7.0.0/16 via 192.0.2.9 dev eth0"]);
        // The first takeover's backup keeps all; a later one's file may hold what it does not.
        let later = "10.9.0.0/16 via 169.254.127.126 dev kni254";
        assert_eq!(plan_of(later, None), Vec::<String>::new());
        assert_eq!(plan_of(later, Some("# older\n")), [later]);
        assert_eq!(plan_of(later, Some(later)), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_would_be_run_is_refused() {
        for (head, line) in [("ADDRESS0=1\n", 1), ("# x\n \t\x0bADDRESS12=10.0.0.0\n", 2), ("#\n#\nADDRESS7=", 3)] {
            let file = marked(head, &[LINE]);
            for file in [head, &file] {
                let error = plan(Some(file.as_bytes()), None, Some(&routes())).expect_err(head);
                assert_eq!(error.line, line, "{file:?}");
            }
        }
        for head in ["ADDRESS=1\n", "# ADDRESS0=1\n", "XADDRESS0=1\n", "ADDRESS0 =1\n", "address0=1\n"] {
            assert!(plan(Some(head.as_bytes()), None, Some(&routes())).is_ok(), "{head:?}");
        }
        // What is the operator's alone is not judged while the plugin is off.
        assert_eq!(plan(Some(b"ADDRESS0=1\n"), None, None).map(|plan| plan.step), Ok(FileStep::Keep));
    }

    #[test]
    fn taken_apart_at_the_first_marker() {
        let text = marked("# head\r\n\n", &[LINE, MARKER, "x"]);
        let file = InstalledFile::parse(text.as_bytes());
        assert_eq!(file.head, b"# head\r\n\n");
        let part = file.part.expect("marked");
        assert_eq!((part.routes, part.foreign), (routes(), vec![MARKER.to_owned(), "x".to_owned()]));
        assert_eq!(InstalledFile::parse(b"\xff\n").part, None);
    }
}
