//! The programs of a release, and what takes too long for each change: `tests/long.sh` builds the
//! files of a release, and runs these tests.

mod early_flush;
mod growth;
mod hook;
mod programs;
