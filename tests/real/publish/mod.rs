//! Publishing with other programs: `patch` applies the diff, and strace watches and interrupts the runs.

mod interrupted;
mod patch;
mod stamps;
