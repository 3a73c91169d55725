//! Manages a Session Smart Router's Linux routes through `kni254`.
//!
//! On the conductor, and in CI, data flows one way, and no step reaches back:
//!
//! ```text
//! read → model → check → learn → plan → render → publish
//! ```
//!
//! [`input`] reads files in any syntax into one [`model::Authority`], in which every element knows its place. [`mod@conductor::check`]
//! judges names and plugin blocks; [`conductor::learn`] decides about each service once; [`mod@conductor::plan`] says what each node
//! is to have, and where each route comes from. [`conductor::render`] makes bytes of it, and [`conductor::publish`] a folder.
//! [`conductor::why`] asks the plan, and [`report`] turns values into text. What is wrong with a configuration is a
//! [`diagnostic::Finding`], collected on the way; a failure of the system's is an error. [`mod@conductor::lint`] finds what would be published
//! and still is not what was meant; [`validate`] silences, places and prints findings.
//!
//! ```
//! use loopback_static_routes::{conductor, input};
//!
//! let text = "
//! router  branch
//!     node  node1
//!     loopback-static-routes
//!         static-route  198.51.100.0/24
//! ";
//! let config = input::Input::Text { name: "example".to_owned(), bytes: text.into() };
//! let reading = input::read(vec![config], None)?;
//! let mut findings = reading.findings;
//! let checked = conductor::check(&reading.authority, &mut findings);
//! let plan = conductor::plan(&checked, &mut findings);
//!
//! let routes = plan.routers[0].route_sets[0].as_ref().expect("the plugin is on");
//! let prefixes: Vec<String> = routes.routes(&plan.learned).map(|route| route.route.prefix.to_string()).collect();
//! assert_eq!(prefixes, ["198.51.100.0/24"]);
//! # Ok::<(), input::ReadError>(())
//! ```
//!
//! [`export`] prints an authority's elements in each syntax.
//!
//! Without the feature `conductor` the crate is its model: what the router's side needs.

pub mod contract;
pub mod model;

#[cfg(feature = "conductor")]
pub mod commands;
#[cfg(feature = "conductor")]
pub mod diagnostics;
#[cfg(feature = "conductor")]
pub mod elements;
#[cfg(feature = "conductor")]
pub mod export;
mod fs;
#[cfg(feature = "conductor")]
pub mod input;
#[cfg(feature = "conductor")]
pub mod pipeline;
#[cfg(feature = "conductor")]
pub mod publish;
#[cfg(feature = "router")]
pub mod router;
#[cfg(feature = "conductor")]
pub mod rules;
#[cfg(feature = "conductor")]
pub mod syntaxes;
