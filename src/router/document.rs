//! The document that Salt delivers. It is read and checked completely before it has any effect.

use ipnet::Ipv4Net;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::contract::digest::sha256_hex;
use crate::contract::pillar::{FORMAT_VERSION, Object, PILLAR_KEY};
use crate::contract::{PillarDocument, RouteFile};
use crate::model::{GATEWAY, INTERFACE, Route};
use crate::router::error::{InvalidDocument, Location, Problem};

pub use crate::contract::pillar::DOCUMENT_PATH as PATH;

/// The maximum size of a document, in bytes. Ten thousand routes take 0.6 MB.
pub(crate) const LARGEST: usize = 64 * 1024 * 1024;

/// The first line that tells Salt to read plain JSON. The generator writes it, so it is accepted.
const SALT_RENDERER: &str = "#!json\n";

/// The desired state of a node, from a valid document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desired {
    /// The router's name.
    pub router: String,
    /// The node's name.
    pub node: String,
    /// The routes, in the order of the route file. `None` if the plugin is off. Then the plugin's
    /// routes are removed.
    pub routes: Option<Vec<Route>>,
}

impl Desired {
    /// Returns the SHA-256 of the route file that the routes give, as in the manifest. `None` if
    /// the plugin is off.
    pub(crate) fn digest(&self) -> Option<String> {
        self.routes.as_ref().map(|routes| sha256_hex(&RouteFile::print(routes)))
    }
}

/// A file that holds the document under its pillar key, as the generator writes it. The peers
/// beside it are read from their own file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    #[serde(rename = "loopback-static-routes")]
    document: Object<PillarDocument>,
    #[serde(rename = "loopback-static-routes-peers")]
    _peers: Option<IgnoredAny>,
}

/// Parses a document, bare or under the member `loopback-static-routes`.
///
/// # Errors
///
/// The document is not JSON, or has another shape, version, interface or gateway, or contradicts
/// itself. Such a document never means that there are no routes.
pub fn parse(bytes: &[u8]) -> Result<Desired, InvalidDocument> {
    let start = if bytes.starts_with(SALT_RENDERER.as_bytes()) { SALT_RENDERER.len() } else { 0 };
    let json = &bytes[start..];
    let is_enveloped = first_key(json) == Some(PILLAR_KEY.as_bytes());
    let parsed = if is_enveloped {
        serde_json::from_slice::<Object<Envelope>>(json).map(|Object(envelope)| envelope.document)
    } else {
        serde_json::from_slice(json)
    };
    let problems = match parsed {
        Ok(Object(document)) => match check(&document) {
            problems if problems.is_empty() => return Ok(accept(document)),
            problems => problems,
        },
        // A newer document may have any shape: its version is the problem to report.
        Err(error) => match version(json, is_enveloped) {
            Some(version) if version != u64::from(FORMAT_VERSION) => vec![version_problem(version)],
            _ => vec![shape_problem(&error, start)],
        },
    };
    Err(InvalidDocument { problems })
}

fn accept(document: PillarDocument) -> Desired {
    let routes = document.enabled.then_some(document.routes);
    Desired { router: document.router, node: document.node, routes }
}

/// Returns the name of the first member of a JSON object, without parsing the object.
fn first_key(json: &[u8]) -> Option<&[u8]> {
    let name = json.trim_ascii_start().strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"")?;
    name.split(|byte| *byte == b'"').next()
}

/// Returns the format version of a document of any shape.
fn version(json: &[u8], is_enveloped: bool) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    let document = if is_enveloped { value.get(PILLAR_KEY)? } else { &value };
    document.get("format-version")?.as_u64()
}

fn version_problem(version: u64) -> Problem {
    let advice = if version > u64::from(FORMAT_VERSION) {
        "; update the router's package, or generate with the release that it came with"
    } else {
        ""
    };
    let message = format!("unsupported format version {version}: this program reads version {FORMAT_VERSION}{advice}");
    Problem::at("/format-version", message)
}

fn shape_problem(error: &serde_json::Error, skipped: usize) -> Problem {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let truncated = if error.is_eof() { "; the document is truncated or empty" } else { "" };
    let line = error.line() + usize::from(skipped > 0);
    Problem { location: Location::Position(line, error.column().max(1)), message: format!("{message}{truncated}") }
}

/// Checks the rules that the types of a document do not enforce.
fn check(document: &PillarDocument) -> Vec<Problem> {
    if document.format_version != FORMAT_VERSION {
        return vec![version_problem(document.format_version.into())];
    }
    let mut problems = Vec::new();
    if document.interface != INTERFACE {
        let message = format!("invalid interface {:?}: expected {INTERFACE:?}", document.interface);
        problems.push(Problem::at("/interface", message));
    }
    if document.gateway != GATEWAY {
        let message = format!("invalid gateway {}: expected {GATEWAY}", document.gateway);
        problems.push(Problem::at("/gateway", message));
    }
    if !document.enabled && !document.routes.is_empty() {
        problems.push(Problem::at("/routes", "unexpected routes: \"enabled\" is false".to_owned()));
    }
    check_prefixes(&document.routes, &mut problems);
    check_duplicates(&document.routes, &mut problems);
    // The digest of invalid routes would only repeat the other problems.
    if problems.is_empty() {
        problems.extend(check_digest(document));
    }
    problems
}

fn check_prefixes(routes: &[Route], problems: &mut Vec<Problem>) {
    for (index, Route { prefix, .. }) in routes.iter().enumerate() {
        let mut report = |reason: String| {
            let message = format!("invalid prefix {prefix}: {reason}");
            problems.push(Problem::at(format!("/routes/{index}/prefix"), message));
        };
        if *prefix != prefix.trunc() {
            report(format!("host bits are set; the network is {}", prefix.trunc()));
        }
        if prefix.prefix_len() >= 31 && prefix.contains(&GATEWAY) {
            report(format!("it is the link to the gateway {GATEWAY} itself"));
        }
    }
}

fn check_duplicates(routes: &[Route], problems: &mut Vec<Problem>) {
    let mut indices: Vec<(Ipv4Net, usize)> = routes.iter().map(|route| route.prefix).zip(0..).collect();
    indices.sort();
    let mut duplicates: Vec<_> = indices.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();
    duplicates.sort_by_key(|pair| pair[1].1);
    for pair in duplicates {
        let ((_, first), (prefix, second)) = (pair[0], pair[1]);
        let message = format!("duplicate prefix {prefix}: it is at /routes/{first} too");
        problems.push(Problem::at(format!("/routes/{second}/prefix"), message));
    }
}

fn check_digest(document: &PillarDocument) -> Option<Problem> {
    let expected = document.route_file_sha256.as_ref()?;
    let actual = sha256_hex(&RouteFile::print(&document.routes));
    let message = format!(
        "invalid digest {expected}: that of the route file is {actual}; the document was damaged or edited (to have \
         an edited document accepted, remove this member)"
    );
    (*expected != actual).then(|| Problem::at("/route-file-sha256", message))
}
