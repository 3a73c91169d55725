//! The decisions that exclude a route, as the reasons of an answer.

use crate::commands::exclusions::{Exclusion, ServiceRef, View};
use crate::commands::why::answer::Reason;

/// Returns decisions as reasons. `service` is the service in question, if there is one.
pub(super) fn reasons(
    exclusions: &[Exclusion],
    view: &View<'_>,
    router: &str,
    service: Option<&ServiceRef<'_>>,
) -> Vec<Reason> {
    let reason = |exclusion: &Exclusion| {
        let elements = exclusion.elements(view, service);
        let elements = elements.iter().map(|element| element.in_authority(router).to_string()).collect();
        Reason { decision: exclusion.name(), reason: exclusion.reason(view), elements }
    };
    exclusions.iter().map(reason).collect()
}
