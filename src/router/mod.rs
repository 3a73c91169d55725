//! The router's program: it converts the document that Salt delivers into the file `route-kni254`
//! and the kernel's routes.
//!
//! ```text
//! load → plan → observe → diff → reconcile → install → verify
//! ```
//!
//! These steps decide without access to the kernel or the file system:
//!
//! - [`document`] loads the desired routes.
//! - A backend plans the change of its storage. The storage of [`backend::route_file`] is the route
//!   file.
//! - [`ownership`] decides which routes of the kernel are ours, and [`diff`] which of them must
//!   change.
//!
//! Three parts access the machine: [`netlink`] implements [`kernel::Kernel`], [`tcp`] implements
//! [`network::Network`], and the backends implement `backend::Backend`. [`mod@reconcile`] and
//! [`mod@apply`] change the machine, and [`mod@status`] only reads it. All rules are in
//! `docs/router.md`.

pub mod apply;
pub mod backend;
pub mod confirm;
pub mod diff;
pub mod document;
pub(crate) mod drift;
pub mod error;
pub mod event;
pub mod files;
pub(crate) mod follow;
pub(crate) mod inputs;
pub mod kernel;
pub mod machine;
pub mod memory;
pub mod netlink;
pub mod network;
pub(crate) mod observation;
pub mod own_folder;
pub mod ownership;
pub mod reconcile;
pub mod report;
pub(crate) mod returns;
pub mod salt_state;
pub mod state;
pub mod status;
pub(crate) mod stored;
pub mod survey;
pub mod tcp;
pub(crate) mod transition;

pub use apply::{Applied, ApplyOptions, apply, apply_to};
pub use error::Error;
pub use event::{Event, Priority};
pub use status::{Status, status};
