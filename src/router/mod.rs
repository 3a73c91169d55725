//! The router: turns the document that Salt delivers into the file `route-kni254` and the kernel's
//! routes.
//!
//! ```text
//! load → plan → observe → diff → reconcile → install → verify
//! ```
//!
//! These steps decide without access to the kernel or the file system:
//!
//! - [`document`] loads the desired routes.
//! - A backend plans the change of what it stores, for [`backend::route_file`] the route file.
//! - [`ownership`] says which routes of the kernel are ours, and [`diff`] says what has to change
//!   there.
//!
//! Two places touch the machine: [`netlink`], behind [`kernel::Kernel`], and the backends, behind
//! `backend::Backend`. [`mod@reconcile`] and [`mod@apply`] change it, and [`mod@status`] only
//! reads. `docs/router.md` has all rules.

pub mod apply;
pub mod backend;
pub mod diff;
pub mod document;
pub mod error;
pub mod event;
pub(crate) mod inputs;
pub mod kernel;
pub mod netlink;
pub(crate) mod observation;
pub mod ownership;
pub mod reconcile;
pub mod report;
pub mod status;

pub use apply::{Applied, Options, apply};
pub use error::Error;
pub use event::{Event, Priority};
pub use status::{Status, status};
