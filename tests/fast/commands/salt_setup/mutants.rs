//! Top files with random changes, which other readers than those of the program compare.

use std::cell::Cell;

use loopback_static_routes::commands::salt_setup::connect_top_file;
use proptest::test_runner::TestRunner;

use crate::common::sample::config;
use crate::common::tops::mutants;
use crate::fuzz::edit_top_file;

#[test]
fn an_edited_file_gives_the_same_data_and_the_entry_to_other_readers() {
    let edited = Cell::new(0_u32);
    let result = TestRunner::new(config(1000)).run(&mutants(), |before| {
        edited.set(edited.get() + u32::from(connect_top_file(before.as_bytes()).is_ok_and(|after| after.is_some())));
        edit_top_file(before.as_bytes());
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(edited.get() > 100, "only {} files were edited", edited.get());
}
