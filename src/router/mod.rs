//! The router's side: the document that Salt brings becomes the file `route-kni254` and the kernel's routes.
//!
//! ```text
//! load → observe → diff → install → reconcile → verify
//! ```
//!
//! [`document`] reads what is wanted, [`route_file`] says what is to become of the file, and [`diff`] what has to change in the kernel: three
//! pure steps. [`files`] and [`netlink`] are the two places that touch the machine, the second one behind [`kernel::Kernel`].
//! [`mod@reconcile`] and [`mod@apply`] act; [`mod@status`] looks. Every rule is in `docs/router.md`.

pub mod apply;
pub mod diff;
pub mod document;
pub mod event;
pub mod files;
pub mod kernel;
pub mod netlink;
pub mod reconcile;
pub mod report;
pub mod route_file;
pub mod situation;
pub mod status;

pub use apply::{Applied, Options, apply};
pub use event::{Event, Level};
pub use situation::Error;
pub use status::{Status, status};
