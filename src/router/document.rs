//! The document that Salt brings: read and judged whole before anything follows from it.

use std::fmt;

use ipnet::Ipv4Net;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::contract::PillarDocument;
use crate::contract::pillar::{FORMAT_VERSION, Object, PILLAR_KEY};
use crate::model::{GATEWAY, INTERFACE, Route};

use crate::router::route_file::InstalledFile;

/// The first line by which Salt knows a pillar file for plain JSON. Allowed, so that the file that the generator wrote can be given as it is.
const SALT_RENDERER: &str = "#!json\n";

/// What a node is to have, by a document that was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desired {
    /// The router's name.
    pub router: String,
    /// The node's name.
    pub node: String,
    /// The routes, in the order of the route file; `None`: the plugin is off, and what it had installed is to be removed.
    pub routes: Option<Vec<Route>>,
}

/// Why a document is not followed. Every fault that was found, in the document's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDocument {
    /// Each says what is wrong, where in the document, and what was expected.
    pub faults: Vec<Fault>,
}

/// One fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it was found.
    pub place: Place,
    /// What is wrong, and what was expected.
    pub message: String,
}

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Line and column, from 1.
    Position(usize, usize),
    /// A JSON Pointer (RFC 6901), relative to the member named [`PILLAR_KEY`].
    Pointer(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(line, column) => write!(f, "{line}:{column}"),
            Self::Pointer(pointer) => pointer.fmt(f),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// A file that holds the document under its pillar key, as the generator writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    #[serde(rename = "loopback-static-routes")]
    document: Object<PillarDocument>,
}

/// Reads a document, bare or under [`PILLAR_KEY`].
///
/// # Errors
///
/// All faults of a document that is not JSON, of another shape, of another version or for another interface, or that contradicts
/// itself. Never is such a document taken for one without routes.
pub fn parse(bytes: &[u8]) -> Result<Desired, BadDocument> {
    let start = if bytes.starts_with(SALT_RENDERER.as_bytes()) { SALT_RENDERER.len() } else { 0 };
    let json = &bytes[start..];
    let enveloped = first_key(json) == Some(PILLAR_KEY.as_bytes());
    let parsed = if enveloped {
        serde_json::from_slice::<Object<Envelope>>(json).map(|Object(envelope)| envelope.document)
    } else {
        serde_json::from_slice(json)
    };
    let faults = match parsed {
        Ok(Object(document)) => match check(&document) {
            faults if faults.is_empty() => return Ok(accept(document)),
            faults => faults,
        },
        // A newer document may have any shape: say that it is newer, not where it differs.
        Err(error) => match version(json, enveloped) {
            Some(version) if version != u64::from(FORMAT_VERSION) => vec![version_fault(version)],
            _ => vec![shape_fault(&error, start)],
        },
    };
    Err(BadDocument { faults })
}

fn accept(document: PillarDocument) -> Desired {
    let routes = document.enabled.then_some(document.routes);
    Desired { router: document.router, node: document.node, routes }
}

/// The name of the first member of a JSON object, as far as that can be told without parsing.
fn first_key(json: &[u8]) -> Option<&[u8]> {
    let name = json.trim_ascii_start().strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"")?;
    name.split(|byte| *byte == b'"').next()
}

/// The version that a document of any shape claims.
fn version(json: &[u8], enveloped: bool) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    let document = if enveloped { value.get(PILLAR_KEY)? } else { &value };
    document.get("format-version")?.as_u64()
}

fn version_fault(version: u64) -> Fault {
    let advice = if version > u64::from(FORMAT_VERSION) {
        ": update the router's package, or generate with the release that it came with"
    } else {
        ""
    };
    let message = format!("the document's format has version {version}, this program reads {FORMAT_VERSION}{advice}");
    Fault { place: Place::Pointer("/format-version".to_owned()), message }
}

fn shape_fault(error: &serde_json::Error, skipped: usize) -> Fault {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let truncated = if error.is_eof() { ": the document is cut short, or empty" } else { "" };
    let line = error.line() + usize::from(skipped > 0);
    Fault { place: Place::Position(line, error.column().max(1)), message: format!("{message}{truncated}") }
}

/// What the types do not tell.
fn check(document: &PillarDocument) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, message: String| faults.push(Fault { place: Place::Pointer(pointer), message });
    if document.format_version != FORMAT_VERSION {
        return vec![version_fault(document.format_version.into())];
    }
    if document.interface != INTERFACE {
        fault(
            "/interface".to_owned(),
            format!("{:?} is not the interface of these routes, {INTERFACE}", document.interface),
        );
    }
    if document.gateway != GATEWAY {
        fault("/gateway".to_owned(), format!("{} is not the gateway of these routes, {GATEWAY}", document.gateway));
    }
    if !document.enabled && !document.routes.is_empty() {
        fault("/routes".to_owned(), "routes are given though \"enabled\" is false".to_owned());
    }
    check_routes(&document.routes, &mut fault);
    // A digest of routes that are wrong in themselves would be one more way to say so.
    if let Some(digest) = document.route_file_sha256.as_ref().filter(|_| faults.is_empty()) {
        let made = hexadecimal(&Sha256::digest(InstalledFile::print(&[], &document.routes)));
        if *digest != made {
            let message = format!(
                "the routes give a route file of digest {made}, not {digest}: the document was damaged or edited (remove \
                 this member to have an edited one accepted)"
            );
            faults.push(Fault { place: Place::Pointer("/route-file-sha256".to_owned()), message });
        }
    }
    faults
}

fn check_routes(routes: &[Route], fault: &mut impl FnMut(String, String)) {
    for (index, Route { prefix, .. }) in routes.iter().enumerate() {
        let pointer = || format!("/routes/{index}/prefix");
        if *prefix != prefix.trunc() {
            fault(pointer(), format!("{prefix} has host bits set: the network is {}", prefix.trunc()));
        }
        if prefix.prefix_len() >= 31 && prefix.contains(&GATEWAY) {
            fault(pointer(), format!("{prefix} is the link to the gateway {GATEWAY} itself"));
        }
    }
    let mut places: Vec<(Ipv4Net, usize)> = routes.iter().map(|route| route.prefix).zip(0..).collect();
    places.sort();
    let mut twice: Vec<_> = places.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();
    twice.sort_by_key(|pair| pair[1].1);
    for pair in twice {
        let ((_, first), (prefix, second)) = (pair[0], pair[1]);
        fault(format!("/routes/{second}/prefix"), format!("{prefix} is given twice, first at /routes/{first}"));
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    const GOOD: &str = r#"{"format-version": 1, "router": "r", "node": "n", "enabled": true, "interface": "kni254",
        "gateway": "169.254.127.126", "routes": [{"prefix": "192.0.2.0/24", "metric": 5}]}"#;

    fn faults(text: &str) -> Vec<String> {
        parse(text.as_bytes()).map_or_else(|bad| bad.faults.iter().map(ToString::to_string).collect(), |_| Vec::new())
    }

    #[test]
    fn bare_under_its_key_and_as_the_generator_writes_it() {
        let desired = parse(GOOD.as_bytes()).expect("good");
        assert_eq!((desired.router.as_str(), desired.routes.as_ref().map(Vec::len)), ("r", Some(1)));
        for text in [
            format!(r#"{{"loopback-static-routes": {GOOD}}}"#),
            format!("#!json\n{{\n\"loopback-static-routes\": {GOOD}}}\n"),
        ] {
            assert_eq!(parse(text.as_bytes()), Ok(desired.clone()), "{text}");
        }
    }

    #[test]
    fn off_is_not_without_routes() {
        let off = GOOD.replace("true", "false").replace(r#"{"prefix": "192.0.2.0/24", "metric": 5}"#, "");
        assert_eq!(parse(off.as_bytes()).expect("good").routes, None);
        let empty = GOOD.replace(r#"{"prefix": "192.0.2.0/24", "metric": 5}"#, "");
        assert_eq!(parse(empty.as_bytes()).expect("good").routes, Some(Vec::new()));
    }

    #[test]
    fn what_is_wrong_and_where() {
        let edited = |from: &str, to: &str| {
            assert!(GOOD.contains(from), "{from}");
            GOOD.replacen(from, to, 1)
        };
        let sha = |digest: &str| edited("\"routes\"", &format!("\"route-file-sha256\": \"{digest}\", \"routes\""));
        let cases = [
            (String::new(), "1:1: EOF while parsing a value: the document is cut short, or empty"),
            (GOOD[..40].to_owned(), "1:40: EOF while parsing a string: the document is cut short, or empty"),
            ("[]".to_owned(), "1:1: invalid type: sequence, expected an object"),
            (
                edited("{\"prefix\": \"192.0.2.0/24\", \"metric\": 5}", "[\"192.0.2.0/24\", 5]"),
                "2:49: invalid type: sequence, expected an object",
            ),
            (
                edited("1,", "2,"),
                "/format-version: the document's format has version 2, this program reads 1: update the router's package, or generate with the release that it came with",
            ),
            (
                edited("1, \"router\": \"r\"", "2, \"rooter\": \"r\""),
                "/format-version: the document's format has version 2, this program reads 1: update the router's package, or generate with the release that it came with",
            ),
            (edited("1,", "0,"), "/format-version: the document's format has version 0, this program reads 1"),
            (
                edited("\"router\"", "\"rooter\""),
                "1:30: unknown field `rooter`, expected one of `format-version`, `router`, `node`, `enabled`, `interface`, `gateway`, `route-file-sha256`, `routes`",
            ),
            (edited("\"node\": \"n\", ", ""), "2:90: missing field `node`"),
            (edited("true", "\"true\""), "1:67: invalid type: string \"true\", expected a boolean"),
            (edited("kni254", "eth0"), "/interface: \"eth0\" is not the interface of these routes, kni254"),
            (
                edited("127.126", "127.127"),
                "/gateway: 169.254.127.127 is not the gateway of these routes, 169.254.127.126",
            ),
            (
                edited("2.0/24", "2.1/24"),
                "/routes/0/prefix: 192.0.2.1/24 has host bits set: the network is 192.0.2.0/24",
            ),
            (
                edited("192.0.2.0/24", "169.254.127.126/32"),
                "/routes/0/prefix: 169.254.127.126/32 is the link to the gateway 169.254.127.126 itself",
            ),
            (edited("192.0.2.0/24", "2001:db8::/32"), "2:75: invalid IP address syntax"),
            (edited("5}", "-5}"), "2:88: invalid value: integer `-5`, expected u32"),
            (edited("5}", "4294967296}"), "2:96: invalid value: integer `4294967296`, expected u32"),
            (edited("true", "false"), "/routes: routes are given though \"enabled\" is false"),
            (
                edited("[{", r#"[{"prefix": "192.0.2.0/24", "metric": 9}, {"#),
                "/routes/1/prefix: 192.0.2.0/24 is given twice, first at /routes/0",
            ),
            (format!("{GOOD} more"), "2:92: trailing characters"),
        ];
        for (text, expected) in cases {
            assert_eq!(faults(&text), [expected], "{text}");
        }
        assert!(faults(&sha("00"))[0].starts_with("/route-file-sha256: the routes give a route file of digest "));
    }

    #[test]
    fn the_digest_is_the_route_file_s() {
        let digest = "0000";
        let with =
            |digest: &str| GOOD.replace("\"routes\"", &format!("\"route-file-sha256\": \"{digest}\", \"routes\""));
        let said = faults(&with(digest)).remove(0);
        let made = said.split("digest ").nth(1).and_then(|rest| rest.split(',').next()).expect("a digest");
        assert_eq!(faults(&with(made)), Vec::<String>::new());
        // printf '…' | sha256sum
        assert_eq!(made, "c193852859cb07831142c5e57fa34bf0792e133924cdeec91d915682a7dfcf2a");
    }

    #[test]
    fn all_faults_are_told() {
        let text = GOOD.replace("kni254", "eth0").replace("127.126", "127.127").replace("2.0/24", "2.1/24");
        assert_eq!(faults(&text).len(), 3);
    }
}
