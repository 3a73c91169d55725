//! The plan for a route file: the step that makes it hold the desired routes.
//!
//! Everything here is computed from bytes. The file system is neither read nor changed.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::content::{self, InstalledFile, MarkedPart, claims, end_line, lines, parse_route, split, without};
use crate::model::Route;
use crate::router::backend::{Confirmed, Step, StoragePlan};
use crate::router::error::SourcedAsRoot;

/// A plan for the route file.
pub type FilePlan = StoragePlan<FileStep>;

/// A change of the file, and perhaps of a backup of the original file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FileStep {
    /// The file is up to date.
    #[default]
    Keep,
    /// The file gets these bytes.
    Write {
        /// The whole file.
        bytes: Vec<u8>,
        /// True if the file is backed up first, because it is not ours yet and has no backup.
        back_up: bool,
    },
    /// The backup replaces the file, so the original content returns.
    Restore,
    /// The backup gets these bytes, then replaces the file. A run that is killed in between leaves
    /// a valid backup.
    Compose {
        /// The whole file.
        bytes: Vec<u8>,
    },
    /// The file is removed: it holds nothing but our part.
    Remove,
    /// The backup is removed: the file holds all of it.
    DropBackup,
}

impl FileStep {
    /// Returns the bytes to stage.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Write { bytes, .. } | Self::Compose { bytes } => Some(bytes),
            Self::Keep | Self::Restore | Self::Remove | Self::DropBackup => None,
        }
    }

    /// Describes the step to the rest of the program.
    #[must_use]
    pub fn describe(&self) -> Step {
        let (code, text) = match self {
            Self::Keep => return Step::default(),
            Self::Write { .. } => ("write", "to be written"),
            Self::Restore | Self::Compose { .. } => ("restore", "to be replaced by its backup"),
            Self::Remove => ("remove", "to be removed"),
            Self::DropBackup => ("drop-backup", "up to date; its backup is to be removed"),
        };
        Step { is_empty: false, code, text }
    }
}

/// Returns the routes of a file; `None` if there is no file.
#[must_use]
pub fn confirmed(file: Option<&[u8]>) -> Confirmed {
    match file.map(split) {
        None => Confirmed::default(),
        Some((head, None)) => Confirmed { routes: content::routes(head).collect(), is_ours: false },
        Some((_, Some(part))) => Confirmed { routes: MarkedPart::parse(part).routes, is_ours: true },
    }
}

/// Plans the step for a file and its backup; `None` if one of them is missing.
///
/// `desired` are the routes of our part. `None` removes our part and restores the backup.
///
/// # Errors
///
/// The result would hold a line that makes the network scripts run the whole file as root.
pub fn plan(file: Option<&[u8]>, backup: Option<&[u8]>, desired: Option<&[Route]>) -> Result<FilePlan, SourcedAsRoot> {
    plan_keeping(file, backup, desired, &[])
}

/// Does the same as [`plan`]. A takeover keeps the routes to these addresses above the marker,
/// unless a desired route covers them.
///
/// # Errors
///
/// See [`plan`].
pub fn plan_keeping(
    file: Option<&[u8]>,
    backup: Option<&[u8]>,
    desired: Option<&[Route]>,
    keep: &[Ipv4Addr],
) -> Result<FilePlan, SourcedAsRoot> {
    let plan = match (file.map(split), desired) {
        (None, None) if backup.is_none() => FilePlan::default(),
        (None, None) => restore(&[], backup),
        (None, Some(routes)) => write(InstalledFile::print(&[], routes), false),
        (Some((head, None)), Some(routes)) => take_over(head, backup, routes, keep),
        // The product restored the original file, or a run was killed after it had restored that
        // file.
        (Some((head, None)), None) if backup.is_some_and(|backup| has_all_lines(head, backup)) => {
            FilePlan { step: FileStep::DropBackup, ..FilePlan::default() }
        }
        (Some((_, None)), None) => FilePlan::default(),
        (Some((head, Some(part))), Some(routes)) => {
            let bytes = InstalledFile::print(head, routes);
            let before = backup.into_iter().flat_map(content::routes);
            let present: HashSet<Route> = content::routes(head).collect();
            let uncovered = uncovered(before.filter(|route| !present.contains(route)), routes);
            if file == Some(&bytes[..]) {
                let (stored, vouched) = (routes.to_vec(), routes.to_vec());
                FilePlan { stored, vouched, uncovered, ..FilePlan::default() }
            } else {
                FilePlan { uncovered, ..replacing(part, write(bytes, false)) }
            }
        }
        (Some((head, Some(part))), None) => replacing(part, restore(head, backup)),
    };
    let claims = match (file.map(split), desired) {
        // The other lines become ours.
        (Some((head, None)), Some(_)) => claims(&without(head, |route| !plan.kept.contains(&route))).collect(),
        (Some((head, _)), _) => claims(head).collect(),
        (None, _) => Vec::new(),
    };
    let plan = FilePlan { claims, ..plan };
    let result = match &plan.step {
        FileStep::Write { bytes, .. } | FileStep::Compose { bytes } => Some(&bytes[..]),
        FileStep::Restore => backup,
        FileStep::Keep => desired.and(file),
        FileStep::Remove | FileStep::DropBackup => None,
    };
    result.map_or(Ok(()), refuse_sourced).map(|()| plan)
}

fn write(bytes: Vec<u8>, back_up: bool) -> FilePlan {
    FilePlan { step: FileStep::Write { bytes, back_up }, ..FilePlan::default() }
}

/// Completes a plan that replaces our part of the file.
fn replacing(part: &[u8], plan: FilePlan) -> FilePlan {
    let MarkedPart { routes, foreign } = MarkedPart::parse(part);
    FilePlan { stored: routes.clone(), vouched: routes, dropped: foreign.clone(), foreign, ..plan }
}

/// Plans the takeover of a file of the product or the operator. Its routes through kni254 become
/// ours; all other lines stay, above the marker.
///
/// The product's own routes to its conductors may be among them. Without a desired route in their
/// place, the machine could lose a peer. So those to a peer stay above the marker, and the others
/// are reported.
fn take_over(file: &[u8], backup: Option<&[u8]>, routes: &[Route], keep: &[Ipv4Addr]) -> FilePlan {
    let (kept, uncovered) = uncovered(content::routes(file), routes)
        .into_iter()
        .partition::<Vec<Route>, _>(|route| keep.iter().any(|address| route.prefix.contains(address)));
    // The backup is made at the first takeover. A later takeover loses the routes that are neither
    // in the backup nor desired.
    let known: HashSet<Route> = backup.into_iter().flat_map(content::routes).chain(routes.iter().copied()).collect();
    let is_lost =
        |line: &&[u8]| parse_route(line).is_some_and(|route| !known.contains(&route) && !kept.contains(&route));
    let dropped = match backup {
        None => Vec::new(),
        Some(_) => lines(file).filter(is_lost).map(|line| String::from_utf8_lossy(line).into_owned()).collect(),
    };
    let bytes = InstalledFile::print(&without(file, |route| !kept.contains(&route)), routes);
    let vouched = content::routes(file).filter(|route| !kept.contains(route)).collect();
    FilePlan { vouched, dropped, kept, uncovered, is_takeover: true, ..write(bytes, backup.is_none()) }
}

/// Returns the routes that no desired one covers.
fn uncovered(before: impl Iterator<Item = Route>, desired: &[Route]) -> Vec<Route> {
    let mut before = before.peekable();
    if before.peek().is_none() {
        return Vec::new();
    }
    let desired: HashSet<Ipv4Net> = desired.iter().map(|route| route.prefix).collect();
    let is_covered = |route: &Route| {
        std::iter::successors(Some(route.prefix), Ipv4Net::supernet).any(|prefix| desired.contains(&prefix))
    };
    before.filter(|route| !is_covered(route)).collect()
}

/// Plans the removal of our part. If the operator changed the head since the takeover, the head
/// stays and gets the routes of the backup.
fn restore(head: &[u8], backup: Option<&[u8]>) -> FilePlan {
    let Some(backup) = backup else {
        return match head.is_empty() {
            true => FilePlan { step: FileStep::Remove, ..FilePlan::default() },
            false => write(head.to_vec(), false),
        };
    };
    let restored = content::routes(backup).collect();
    let mut head_at_takeover = without(backup, |_| true);
    end_line(&mut head_at_takeover);
    // Routes that the takeover kept are in the backup too.
    let has_only_kept = || content::routes(head).all(|route| content::routes(backup).any(|other| other == route));
    if head.is_empty() || without(head, |_| true) == head_at_takeover && has_only_kept() {
        return FilePlan { step: FileStep::Restore, restored, ..FilePlan::default() };
    }
    let mut bytes = head.to_vec();
    end_line(&mut bytes);
    // After a run that was killed, the backup has the lines of the head too.
    let present: HashSet<Route> = content::routes(head).collect();
    for line in lines(backup).filter(|line| parse_route(line).is_some_and(|route| !present.contains(&route))) {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    FilePlan { step: FileStep::Compose { bytes }, restored, ..FilePlan::default() }
}

fn has_all_lines(file: &[u8], backup: &[u8]) -> bool {
    let present: HashSet<&[u8]> = lines(file).collect();
    lines(backup).all(|line| present.contains(line))
}

/// Refuses a file that `ifup-routes` of initscripts would source as root. It sources a file if
/// `grep -Eq '^[[:space:]]*ADDRESS[0-9]+='` finds a line.
fn refuse_sourced(bytes: &[u8]) -> Result<(), SourcedAsRoot> {
    match lines(bytes).enumerate().find(|(_, line)| is_sourced(line)) {
        None => Ok(()),
        Some((index, line)) => {
            Err(SourcedAsRoot { number: index + 1, text: String::from_utf8_lossy(line).into_owned() })
        }
    }
}

fn is_sourced(line: &[u8]) -> bool {
    // [[:space:]] includes the vertical tab, unlike `trim_ascii_start`.
    let spaces = line.iter().take_while(|byte| b" \t\x0b\x0c\r".contains(byte)).count();
    let Some(rest) = line[spaces..].strip_prefix(b"ADDRESS") else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest.get(digits) == Some(&b'=')
}
