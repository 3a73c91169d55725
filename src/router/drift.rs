//! The differences of a router's routes from their desired state.

use std::fmt;

use crate::model::INTERFACE;
use crate::router::kernel::{Interface, Protocol};
use crate::router::state::Holder;
use crate::router::survey::Shadow;

/// A difference of a route from its desired state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Desired, and not in the file.
    NotInFile,
    /// Desired, and not in the kernel.
    NotInKernel,
    /// Desired, and not in the kernel, because the interface is not ready.
    Waiting(Interface),
    /// Desired, and another program's route of this protocol, on this interface, is in its place.
    /// The desired route may be in the kernel too.
    Held(Protocol, Option<String>),
    /// In the kernel, but the interface has no carrier.
    NoCarrier,
    /// In the kernel, but a rule keeps the kernel from using it.
    Shadowed(Shadow),
    /// In the file, and not desired.
    LeftInFile,
    /// Ours in the kernel, and not desired.
    LeftInKernel,
    /// Ours in the kernel, but different from the line in the file. For example, it has another
    /// gateway.
    WrongForm,
}

impl Drift {
    /// All names of differences in JSON.
    pub(crate) const CODES: [&str; 9] = [
        "not-in-file",
        "not-in-kernel",
        "waiting",
        "held",
        "no-carrier",
        "shadowed",
        "left-in-file",
        "left-in-kernel",
        "wrong-form",
    ];

    /// Returns the name of the difference in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotInFile => "not-in-file",
            Self::NotInKernel => "not-in-kernel",
            Self::Waiting(_) => "waiting",
            Self::Held(..) => "held",
            Self::NoCarrier => "no-carrier",
            Self::Shadowed(_) => "shadowed",
            Self::LeftInFile => "left-in-file",
            Self::LeftInKernel => "left-in-kernel",
            Self::WrongForm => "wrong-form",
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInFile => f.write_str("not in the file"),
            Self::NotInKernel => f.write_str("not in the kernel"),
            Self::Waiting(interface) => write!(f, "not in the kernel: {interface}"),
            Self::Held(protocol, interface) => write!(f, "held by {}", Holder(interface.as_deref(), *protocol)),
            Self::NoCarrier => write!(f, "not used: {INTERFACE} has no carrier"),
            Self::Shadowed(shadow) => write!(f, "not used: {shadow}"),
            Self::LeftInFile => f.write_str("in the file, not wanted"),
            Self::LeftInKernel => f.write_str("in the kernel, not wanted"),
            Self::WrongForm => f.write_str("in the kernel, not as in the file"),
        }
    }
}
