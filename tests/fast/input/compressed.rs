//! Compressed files, and files that cannot be read.

use std::io::Write as _;

use super::{LEARNED, ROUTER, SERVICE, generate, routes};
use crate::common::Workspace;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("writes");
    encoder.finish().expect("writes")
}

#[test]
fn unreadable_files_are_refused() {
    let zeros = vec![b' '; 32 << 20];
    let whole = gzip(ROUTER.as_bytes());
    let filter = "<filter xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><router/></filter>";
    for (name, bytes, expected) in [
        ("cut.gz", whole[..whole.len() - 9].to_vec(), "cut.gz:1:1: error[invalid-syntax]: not gzip"),
        ("broken.gz", [0x1f, 0x8b, 0x08, 0xff].to_vec(), "broken.gz:1:1: error[invalid-syntax]: not gzip"),
        ("twice.gz", gzip(&whole), "twice.gz:1:1: error[invalid-syntax]: this is compressed twice"),
        ("bomb.gz", gzip(&zeros), "bomb.gz:1:1: error[invalid-syntax]: this expands to more than 200 times its size"),
        ("filter.xml", filter.as_bytes().to_vec(), "filter.xml:1:2: error[unsupported-syntax]"),
        ("cut.xml", b"<authority><router><name>r".to_vec(), "cut.xml:1: error["),
    ] {
        let workspace = Workspace::new();
        workspace.write("authority/a.yaml", ROUTER);
        std::fs::write(workspace.path("authority").join(name), bytes).expect("writes");
        let run = generate(&workspace, &["authority"]);
        assert_eq!(run.code, 1, "{name}");
        assert!(run.reports(expected), "{name}: {}", run.stderr);
        assert!(!workspace.path("out").exists(), "{name}");
    }
}

#[test]
fn a_compressed_file_of_several_members_is_read_whole() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", ROUTER);
    let (first, second) = SERVICE.split_at(20);
    std::fs::write(workspace.path("b.gz"), [gzip(first.as_bytes()), gzip(second.as_bytes())].concat()).expect("writes");
    let run = generate(&workspace, &["a.yaml", "b.gz"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), LEARNED);
}
