//! From a configuration to published files, for arbitrary authorities and for a large one.

mod authority;
mod large;

use std::collections::BTreeMap;
use std::path::Path;

use loopback_static_routes::contract::RouteFile;
use loopback_static_routes::input::{self, Input};
use loopback_static_routes::pipeline::{self, Run};
use loopback_static_routes::publish::{Observer, Output, PublishOptions};
use proptest::prelude::*;

use crate::common::{sample, wait};

use authority::{Dialect, authority, print, shuffle};

struct Silent;

impl Observer for Silent {}

/// Returns all files that a configuration gives, by path.
fn files_of(text: String) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    publish_to(folder.path(), text);
    read_tree(folder.path())
}

/// Publishes a configuration. Returns true if there was no error.
fn publish_to(folder: &Path, text: String) -> bool {
    let input = Input::Text { name: "config".to_owned(), bytes: text.clone().into_bytes() };
    let reading = input::read(vec![input], None).expect("text can be read");
    let Run { plan, findings, .. } = pipeline::run(&reading.authority, reading.findings);
    assert!(!findings.iter().any(|finding| finding.concerns_all()), "{findings:#?}\n{text}");
    let options = PublishOptions { check: false, allow_removals: true, revision: None, diff: false, wait: wait::LOCK };
    let output = Output::lock(folder, &options, &Silent).expect("locks");
    output.publish(&plan, &findings, &options, &Silent).expect("publishes");
    !findings.iter().any(|finding| finding.is_error())
}

fn read_tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.expect("readable"))
        // The stamps describe the files of this folder alone.
        .filter(|entry| {
            entry.file_type().is_file() && entry.file_name() != ".stamps.json" && entry.file_name() != ".lock"
        })
        .map(|entry| {
            let path = entry.path().strip_prefix(root).expect("inside").to_string_lossy().into_owned();
            (path, std::fs::read(entry.path()).expect("readable"))
        })
        .collect()
}

fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(run)
}

proptest! {
    #![proptest_config(sample::config(24))]

    #[test]
    fn order_and_threads_change_no_byte(authority in authority(), seed in any::<u64>()) {
        let expected = with_threads(1, || files_of(print(&authority, Dialect::Json)));
        let shuffled = shuffle(&authority, seed);
        prop_assert_eq!(&expected, &with_threads(4, || files_of(print(&shuffled, Dialect::Json))));
    }

    #[test]
    fn every_syntax_and_dialect_gives_the_same_bytes(authority in authority()) {
        let expected = files_of(print(&authority, Dialect::Json));
        for dialect in [Dialect::CamelCase, Dialect::AllText, Dialect::Yaml, Dialect::Pcli, Dialect::PcliWithoutExit] {
            prop_assert_eq!(&expected, &files_of(print(&authority, dialect)), "{:?}", dialect);
        }
    }

    #[test]
    fn earlier_output_does_not_change_the_result(before in authority(), now in authority(), back in any::<bool>()) {
        let folder = tempfile::tempdir().expect("a folder");
        publish_to(folder.path(), print(&before, Dialect::Json));
        prop_assume!(publish_to(folder.path(), print(&now, Dialect::Json)));
        prop_assert_eq!(read_tree(folder.path()), files_of(print(&now, Dialect::Json)));
        if back && publish_to(folder.path(), print(&before, Dialect::Json)) {
            prop_assert_eq!(read_tree(folder.path()), files_of(print(&before, Dialect::Json)));
        }
    }

    #[test]
    fn every_route_file_is_strictly_sorted_routes_and_nothing_else(authority in authority()) {
        for (path, bytes) in files_of(print(&authority, Dialect::Yaml)) {
            if path.ends_with("/route-kni254") {
                let text = String::from_utf8(bytes).expect("text");
                let file = RouteFile::parse(&text).expect("strict").expect("marked");
                prop_assert_eq!(file.to_string(), text.as_str());
                let lines: Vec<&str> = text.lines().skip(1).collect();
                prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "{}", text);
            }
        }
    }
}
