//! The HTML pages as bytes: their policy and their data.

use base64ct::{Base64, Encoding as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Returns the text between two others.
#[track_caller]
pub(crate) fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("{start} is missing")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("{end} is missing")).0
}

pub(crate) fn data(page: &str) -> Value {
    serde_json::from_str(between(page, "<script type=\"application/json\" id=\"data\">", "</script>")).expect("JSON")
}

/// Checks what all pages have in common.
#[track_caller]
pub(crate) fn check_page(page: &str) {
    let policy = between(page, "Content-Security-Policy\" content=\"", "\">");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("trusted-types 'none'"), "{policy}");
    for (source, element) in [("style-src", "style"), ("script-src", "script")] {
        let text = between(page, &format!("<{element}>"), &format!("</{element}>"));
        let digest = Base64::encode_string(&Sha256::digest(text.as_bytes()));
        assert!(policy.contains(&format!("{source} 'sha256-{digest}'")), "{policy}");
    }
    // Only the data and the script, and nothing from anywhere else.
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2));
    let page = page.replace(between(page, "id=\"data\">", "</script>"), "");
    for word in ["://", " src=", "@import", "url(", "innerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!page.contains(word), "{word}");
    }
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}

pub(crate) fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap_or_else(|| panic!("not a number: {value}"))).expect("small")
}

/// Returns the names of a page's nodes.
pub(crate) fn names(nodes: &Value) -> Vec<String> {
    let of_router = |router: &Value| -> Vec<String> {
        let (router, nodes) = list(router).split_first().expect("a router");
        nodes.iter().map(|node| format!("{}/{}", text(router), text(node))).collect()
    };
    list(&nodes["routers"]).iter().flat_map(of_router).collect()
}

/// Returns the indices of nodes.
pub(crate) fn set(nodes: &Value, reference: &Value) -> Vec<usize> {
    let reference = reference.as_i64().expect("a number");
    if let Ok(node) = usize::try_from(reference) {
        return vec![node];
    }
    let runs = list(&nodes["sets"][usize::try_from(-1 - reference).expect("an index")]);
    let (mut indices, mut next) = (Vec::new(), 0);
    for run in runs.chunks(2) {
        let first = next + number(&run[0]);
        next = first + number(&run[1]);
        indices.extend(first..next);
    }
    indices
}
