//! The results of the commands, as text for people, as JSON for programs, and as metrics
//! (`docs/router.md`).

mod check;
mod command;
mod guard;
mod json;
mod next;
mod openmetrics;
mod salt;
mod surroundings;
mod text;

pub use self::check::check_text;
pub use self::json::{applied_json, check_json, error_json, status_json, summary_json};
pub use self::openmetrics::{status_error_metrics, status_metrics};
pub use self::salt::{Failed, SaltResult, salt_json};
pub use self::surroundings::{LastRun, Surroundings, Unit, Units};
pub use self::text::{Extent, Style, status_error_text, status_text};

use crate::router::kernel::Interface;
use crate::router::status::Status;

/// The facts about a document.
struct DocumentFacts {
    /// The SHA-256 of the route file that its routes give, as in the manifest. `None` if the plugin
    /// is off.
    digest: Option<String>,
    /// The time of its last change, in seconds since the epoch.
    modified: Option<i64>,
}

impl DocumentFacts {
    fn of(status: &Status) -> Self {
        Self { digest: status.desired.digest(), modified: status.inputs.document.modified }
    }
}

/// Returns the state of kni254 as in JSON.
fn interface_code(status: &Status) -> &'static str {
    if status.survey.lacks_carrier { "no-carrier" } else { interface_name(status.observation.interface) }
}

fn interface_name(interface: Interface) -> &'static str {
    match interface {
        Interface::Missing => "missing",
        Interface::Down => "down",
        Interface::WithoutLinkRoute(_) => "without-link-route",
        Interface::Ready(_) => "ready",
    }
}
