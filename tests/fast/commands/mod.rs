//! The commands of the conductor's program.

mod agreement;
mod causes;
mod deploy;
mod diff;
mod generate;
mod page;
mod pages;
mod report;
mod route_summary;
mod salt_setup;
mod schema;
mod validate;
mod why;
