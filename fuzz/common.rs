//! What all targets do: read, and look at the findings.

use loopback_static_routes::input::{self, Input, Locator, Reading, Syntax};

/// Reads a text; each finding must stand in it.
pub fn read(bytes: &[u8], syntax: Option<Syntax>) -> Reading {
    let input = Input::Text { name: "fuzz".to_owned(), bytes: bytes.to_vec() };
    let reading = input::read(vec![input], syntax).expect("no file is read");
    let mut locator = Locator::new(&reading.sources);
    for finding in &reading.findings {
        for at in finding.at.into_iter().chain(finding.related.iter().map(|related| related.at)) {
            let position = locator.position(at);
            let text = reading.sources.get(at.source).text();
            let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
            assert!(position.line <= lines && position.end_line <= lines, "{finding:?} is behind the end of {text:?}");
            assert!(at.start <= at.end, "{finding:?}");
        }
    }
    reading
}
