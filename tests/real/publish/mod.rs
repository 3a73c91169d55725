//! Publishing, with `patch` for the diff, and strace to watch and interrupt the runs.

mod changed_input;
mod competing;
mod interrupted;
mod locking;
mod patch;
mod stamps;
mod stopped;
mod taken;
