//! Manages the Linux routes of a Session Smart Router through `kni254`.
//!
//! On the conductor and in CI, data flows in one direction. No step uses the result of a later one:
//!
//! ```text
//! read → model → check → learn → plan → render → publish
//! ```
//!
//! [`input`] reads files in any of the [`syntaxes`] into one [`model::Authority`], in which every
//! element has its place. [`pipeline`] has the stages: [`pipeline::check()`] checks names and
//! plugin blocks, [`pipeline::learn()`] decides about each service once, and [`pipeline::plan()`]
//! computes the routes of each node with their origins. [`publish`] renders them into a folder.
//!
//! A fault of a configuration is a [`diagnostics::Finding`], which the stages return. A failure of
//! the system is an error. [`rules`] has a file for each kind of finding. [`commands`] has the
//! commands of the program. [`router`] is the program on the routers. It shares only the model, the
//! [`contract`] and the code for the file system.
//!
//! ```
//! use loopback_static_routes::{input, pipeline};
//!
//! let text = "
//! router  branch
//!     node  node1
//!     loopback-static-routes
//!         static-route  198.51.100.0/24
//! ";
//! let config = input::Input::Text { name: "example".to_owned(), bytes: text.into() };
//! let reading = input::read(vec![config], None)?;
//! let (checked, of_check) = pipeline::check(&reading.authority, &reading.findings);
//! let (learned, of_learn) = pipeline::learn(&checked, &reading.findings);
//! let known = [reading.findings, of_check, of_learn].concat();
//! let (plan, _of_plan) = pipeline::plan(&checked, learned, &known);
//!
//! let routes = plan.routers[0].route_sets[0].as_ref().expect("the plugin is on");
//! let prefixes: Vec<String> =
//!     routes.routes(&plan.learned).map(|view| view.route.prefix.to_string()).collect();
//! assert_eq!(prefixes, ["198.51.100.0/24"]);
//! # Ok::<(), input::ReadError>(())
//! ```
//!
//! With only the feature `router`, the crate consists of the model, the contract and the router
//! module.

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
#[cfg(feature = "conductor")]
pub mod fleet;
#[cfg(any(feature = "conductor", feature = "router"))]
mod fs;
#[cfg(feature = "conductor")]
pub mod input;
#[cfg(feature = "conductor")]
pub mod pipeline;
#[cfg(feature = "conductor")]
mod process;
#[cfg(feature = "conductor")]
pub mod publish;
#[cfg(feature = "conductor")]
pub mod push;
#[cfg(feature = "router")]
pub mod router;
#[cfg(feature = "conductor")]
pub mod rules;
#[cfg(feature = "conductor")]
pub mod salt;
#[cfg(feature = "conductor")]
pub mod syntaxes;
